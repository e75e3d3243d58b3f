"""The caller's sound stops, is forged, or comes in pieces."""

import asyncio
import random
import socket
from contextlib import closing
from pathlib import Path

from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.phone import AnswerAfter, Phone
from agent.media.rtp import RtpPacket
from tests.pbx.conftest import Pbx, PhoneFactory
from tests.pbx.faults.forged import Address, Forger
from tests.pbx.live_agent import LiveAgent
from tests.pbx.test_call import say, until_listening

AGENT = "1000"
SILENCE = b"\xff" * 160


async def media_addresses(pbx: Pbx) -> tuple[Address, Address]:
    """The agent's RTP address and Asterisk's, of the only call."""
    (channel,) = [c for c in await pbx.channels() if c["name"].startswith("UnicastRTP/")]
    host, port = channel["name"].split("/")[1].rpartition("-")[0].split(":")
    local = [
        (await pbx.ari(f"channels/{channel['id']}/variable?variable=UNICASTRTP_LOCAL_{what}"))[
            "value"
        ]
        for what in ("ADDRESS", "PORT")
    ]
    return (host, int(port)), (local[0], int(local[1]))


async def test_a_stream_that_stops_is_waited_for_and_then_handed_over(
    pbx: Pbx, tmp_path: Path, caller: Phone, human: PhoneFactory, voice: CallerVoice
) -> None:
    settings = {
        "UNDERSTUDY_MEDIA__LOST_AFTER_S": "1",
        "UNDERSTUDY_TURNS__SILENCE__PROMPTS_S": "[5.0, 8.0]",
    }
    async with human("agent1", AnswerAfter(0.2)) as colleague:
        with LiveAgent.start(tmp_path, **settings) as agent:
            call = await caller.place(AGENT)
            call_id = await agent.new_call()
            await until_listening(agent, call, call_id)
            (bridge,) = await pbx.bridges()
            (channel,) = [c["id"] for c in await pbx.channels() if c["name"].startswith("PJSIP/")]
            await pbx.request("POST", f"bridges/{bridge['id']}/removeChannel", channel=channel)
            await agent.wait_for_event(call_id, "media_lost")
            await pbx.request("POST", f"bridges/{bridge['id']}/addChannel", channel=channel)
            back = await agent.wait_for_event(call_id, "media_back")
            assert 1.0 <= back["data"]["seconds"] < 3.0
            await say(call, voice, "yes please")
            await agent.wait_for(call_id, "turn", speaker="caller")
            await agent.wait_for(call_id, "turn", speaker="agent", index=2)
            await pbx.request("POST", f"bridges/{bridge['id']}/removeChannel", channel=channel)
            ringing = await colleague.incoming(timeout_s=30.0)
            await ringing.wait_for_answer()
            kinds = [event["kind"] for event in agent.records(call_id, "event")]
            assert kinds.count("media_lost") == 2
            assert kinds.count("silence_prompt") >= 2
            ended = await agent.wait_for(call_id, "call_ended")
            assert (ended["outcome"], ended["ended_by"]) == ("failed", "error")
            await call.hang_up()
            await ringing.wait_for_end()
            await agent.wait_until_idle()
    await pbx.wait_until_idle()


async def test_forged_and_broken_packets_are_dropped_and_counted(
    pbx: Pbx, tmp_path: Path, caller: Phone, voice: CallerVoice
) -> None:
    with LiveAgent.start(tmp_path) as agent:
        call = await caller.place(AGENT)
        call_id = await agent.new_call()
        await until_listening(agent, call, call_id)
        agents, asterisks = await media_addresses(pbx)
        rng = random.Random(7)
        speech = RtpPacket(0, 1, 160, 99, SILENCE).serialize()
        with (
            closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as stranger,
            closing(Forger(agents, asterisks)) as forger,
        ):
            for number in range(100):
                stranger.sendto(speech, agents)
                forger.send(rng.randbytes(rng.randrange(12)))  # shorter than any header
                forger.send(RtpPacket(18, number, 160 * number, 99, SILENCE).serialize())
                await asyncio.sleep(0.01)
            # In Asterisk's name, far ahead in time and number, and back: a clock that jumps.
            for number in range(50):
                forger.send(
                    RtpPacket(0, 40_000 + number, 2**31 + number * 160, 99, SILENCE).serialize()
                )
                await asyncio.sleep(0.01)
        await say(call, voice, "yes please")
        heard = await agent.wait_for(call_id, "turn", speaker="caller")
        assert "yes" in heard["text"]
        await agent.wait_for(call_id, "turn", speaker="agent", index=2)
        await call.hang_up()
        media = (await agent.wait_for(call_id, "call_ended"))["media"]
        assert (media["wrong_source"], media["malformed"]) == (100, 100)
        assert media["wrong_payload_type"] == 100
        await agent.wait_until_idle()
        assert "Traceback" not in agent.log
    await pbx.wait_until_idle()


async def test_with_half_of_the_packets_lost_the_caller_still_gets_to_a_human(
    pbx: Pbx, tmp_path: Path, phone: PhoneFactory, human: PhoneFactory, voice: CallerVoice
) -> None:
    async with (
        human("agent1", AnswerAfter(0.2)) as colleague,
        phone("caller", loses_percent=50) as bad,
    ):
        with LiveAgent.start(tmp_path) as agent:
            call = await bad.place(AGENT)
            call_id = await agent.new_call()
            await until_listening(agent, call, call_id)
            await say(call, voice, "yes please")
            call.press("0#")
            ringing = await colleague.incoming(timeout_s=20.0)
            await ringing.wait_for_answer()
            ended = await agent.wait_for(call_id, "call_ended")
            assert ended["outcome"] == "transferred"
            ticks = ended["media"]["packets_sent"]
            assert ended["media"]["concealed"] > ticks / 4
            await call.hang_up()
            await ringing.wait_for_end()
            await agent.wait_until_idle()
    await pbx.wait_until_idle()
