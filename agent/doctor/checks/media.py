"""Whether sound passes between agent and Asterisk, both ways and in every codec."""

from collections.abc import Sequence

from agent.asterisk.ari import AriRefused
from agent.config import Settings
from agent.doctor.finding import Finding, fail, ok
from agent.doctor.loop_call import LoopCall, place
from agent.media.errors import NoFreePort

CODECS = ("ulaw", "alaw", "g722")
# What Asterisk answers where it has no route to the address that is to get the sound.
_INTERNAL_ERROR = 500


async def look(settings: Settings) -> Sequence[Finding]:
    """A loop call a codec; the others are not tried where the first one has no sound."""
    findings: list[Finding] = []
    for codec in CODECS:
        try:
            call = await place(settings, codec)
        except NoFreePort as error:
            return [_no_port(error)]
        except AriRefused as error:
            if error.status == _INTERNAL_ERROR:
                return [*findings, _no_way(settings.media.bind_host)]
            findings.append(_no_codec(codec, error))
            continue
        findings.append(judge(call, settings))
        if not (call.heard_by_asterisk and call.tone_arrived):
            break
    return findings


def judge(call: LoopCall, settings: Settings) -> Finding:
    """Which way sound passed."""
    ours, theirs = _address(call.local), _address(call.remote)
    media = settings.media
    ports = f"{media.first_port}-{media.last_port}/udp"
    inwards = (
        f"Let UDP from {call.remote[0]} to {media.bind_host} ports {ports} through the firewall "
        "(`nft list ruleset`), and set [media] bind_host in understudy.toml to this machine's "
        "address that Asterisk reaches"
    )
    outwards = (
        f"Let UDP from {media.bind_host} to {call.remote[0]} ports rtpstart-rtpend (rtp.conf, "
        "asterisk -rx 'rtp show settings') through the firewall"
    )
    if call.heard_by_asterisk and call.tone_arrived:
        return ok(f"{call.codec}: a tone each way, {ours} to {theirs} and back")
    if call.heard_by_asterisk and call.packets:
        return fail(
            f"{call.codec}: {call.packets} packets came from {theirs}, without the tone in them",
            "Something on the way changes the sound, or Asterisk can't play tones.",
            "asterisk -rx 'module show like res_timing': one timing module has to run",
        )
    if call.heard_by_asterisk:
        return fail(
            f"one-way audio: Asterisk hears us, and nothing from {theirs} arrives at {ours}",
            "The agent does not hear callers.",
            inwards,
        )
    if call.tone_arrived:
        return fail(
            f"one-way audio: we hear Asterisk, and nothing from {ours} arrives at {theirs}",
            "Callers do not hear the agent.",
            outwards,
        )
    return fail(
        f"no audio either way between {ours} and {theirs}",
        "Callers and agent do not hear each other.",
        f"{inwards}. And the other way: {outwards[0].lower()}{outwards[1:]}",
    )


def _no_port(error: NoFreePort) -> Finding:
    return fail(
        str(error),
        "No call has sound.",
        "Set [media] bind_host in understudy.toml to an address that `ip -brief address` shows on "
        "this machine and Asterisk can reach (127.0.0.1 when both are on one machine)",
    )


def _no_way(bind_host: str) -> Finding:
    return fail(
        f"Asterisk can't open RTP towards {bind_host}",
        "No call has sound.",
        f"On Asterisk's machine `ip route get {bind_host}` has to find a way; else set [media] "
        "bind_host in understudy.toml to this machine's address that Asterisk reaches",
    )


def _no_codec(codec: str, error: AriRefused) -> Finding:
    return fail(
        f"{codec}: {error}",
        f"Calls in {codec} are not taken.",
        f"asterisk -rx 'module load codec_{codec}.so'; asterisk -rx 'module load chan_rtp.so'",
    )


def _address(address: tuple[str, int]) -> str:
    return f"{address[0]}:{address[1]}"
