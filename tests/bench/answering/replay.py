"""An answer through the call's own ears, in the time of its audio.

The recogniser's work is done in no time of the audio's; what it costs in a call is put in as the
delay of its answers.
"""

from collections.abc import Callable

from agent.evaluation.sound.channel import FRAME, FRAME_S
from agent.evaluation.sound.voices import RATE_HZ
from agent.outbound.answering_machine import Verdict
from agent.outbound.listener import AnswerListener, is_speech
from agent.outbound.settings import AnsweringSettings
from agent.speech.paired_vad import PairedVad
from agent.speech.vosk import VoskModel
from agent.turns.levels import level_dbfs
from agent.turns.settings import TurnSettings
from agent.turns.turn_taking import TurnTaking
from tests.bench.answering.corpus import Answer

_BATCH_FRAMES = 4
# A clip's recognition takes 30 ms a second of it on this machine, and waits its turn.
_ANSWER_S = 0.06
_PARTIAL_S = 0.04


def replay(
    answer: Answer,
    model: VoskModel,
    vad: PairedVad,
    settings: AnsweringSettings,
) -> tuple[float, Verdict] | None:
    """When it was acted on, and how; None when nothing was decided before the track ended."""
    recognizer, turns = model.open(RATE_HZ), TurnTaking(TurnSettings())
    listener = AnswerListener(settings, RATE_HZ, 0.0)
    due: list[tuple[float, Callable[[], None]]] = []
    for index in range(len(answer.pcm) // FRAME):
        now = (index + 1) * FRAME_S
        frame = answer.pcm[index * FRAME : (index + 1) * FRAME]
        for at_s, tell in [item for item in due if item[0] <= now]:
            tell()
            due.remove((at_s, tell))
        heard = turns.judge_frame(now, vad.judge(frame), level_dbfs(frame))
        verdict = listener.on_frame(frame, now, is_speech(heard))
        if verdict is not None:
            return now, verdict
        lasts_s = listener.take_question(now)
        if lasts_s is not None:
            clip = answer.pcm[max(0, (index + 1) * FRAME - round(lasts_s * RATE_HZ)) :]
            text = recognizer.hear(clip[: round(lasts_s * RATE_HZ)].tobytes()).text
            due.append((now + _ANSWER_S, _told(listener, text, now)))
        if index % _BATCH_FRAMES == _BATCH_FRAMES - 1:
            batch = answer.pcm[(index + 1 - _BATCH_FRAMES) * FRAME : (index + 1) * FRAME]
            partial = recognizer.accept(batch.tobytes())
            if partial is not None:
                words = partial.text
                due.append((now + _PARTIAL_S, lambda words=words: listener.on_words(words)))  # type: ignore[misc]
    return None


def _told(listener: AnswerListener, text: str, asked_s: float) -> Callable[[], None]:
    return lambda: listener.on_answer(text, asked_s)
