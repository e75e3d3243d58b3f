"""What turn-taking costs a call: detectors and policies, every frame, while the agent speaks."""

import time

from agent.evaluation.sound.channel import FRAME, FRAME_S
from agent.turns.barge_in import AgentSpeech
from agent.turns.levels import level_dbfs
from agent.turns.settings import TurnSettings
from agent.turns.turn_taking import TurnTaking
from tests.bench.turns import vads
from tests.bench.turns.corpus import Item

_AGENT = AgentSpeech(played_ms=2000, remaining_ms=3000, said="It is thirty-four pounds a month.")
_SENT_DBFS = (-20.0, -23.0, -26.0, -29.0, -32.0, -35.0, -38.0)


def percent_of_a_core(detectors: str, items: list[Item]) -> float:
    """CPU time of one call's turn-taking, in percent of real time; recognition is not in it."""
    cpu_s, frames = 0.0, 0
    for item in items:
        vad, turns = vads.maker(detectors)(), TurnTaking(TurnSettings())
        turns.agent_speaks()
        pcm = item.caller[: len(item.caller) // FRAME * FRAME].reshape(-1, FRAME)
        began_s = time.thread_time()
        for number, frame in enumerate(pcm):
            now_s = number * FRAME_S
            turns.sent(_SENT_DBFS[number % len(_SENT_DBFS)])
            heard = turns.judge_frame(now_s, vad.judge(frame), level_dbfs(frame))
            turns.on_agent_frame(now_s, heard, _AGENT)
            turns.take_question(now_s)
            turns.on_tick(now_s, agent_speaking=True)
        cpu_s += time.thread_time() - began_s
        frames += len(pcm)
    return 100.0 * cpu_s / (frames * FRAME_S)
