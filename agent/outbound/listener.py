"""Ears on an answer: frames, tones and words, brought to the policy that judges them."""

from agent.outbound.answering_machine import AnsweringMachine, Verdict
from agent.outbound.settings import AnsweringSettings
from agent.outbound.tones import ToneDetector
from agent.speech.protocols import Pcm
from agent.turns.turn_taking import Heard

_SPEECH = 0.5
# A gap within a word is shorter.
_PAUSE_S = 0.16
_PRE_ROLL_S = 0.3
# Of a longer greeting the recogniser's partial results tell enough.
_HEARD_AGAIN_S = 8.0


class AnswerListener:
    """One answer. Frames of 20 ms come in order; all times are seconds of one clock."""

    def __init__(self, settings: AnsweringSettings, sample_rate_hz: int, answered_s: float) -> None:
        self._machine = AnsweringMachine(settings, answered_s)
        self._tones = ToneDetector(sample_rate_hz)
        self._asked_to_s = answered_s

    def on_frame(self, pcm: Pcm, now_s: float, speech: bool) -> Verdict | None:
        """One frame, and whether a speech detector takes it for speech."""
        tone = self._tones.on_frame(pcm, now_s)
        if tone is not None:
            self._machine.on_tone(tone)
        return self._machine.on_frame(now_s, speech=speech, tone=self._tones.sounding)

    def on_tick(self, now_s: float) -> Verdict | None:
        """What is due although no frame has come."""
        return self._machine.due(now_s)

    def on_words(self, text: str) -> None:
        """A partial result: all that was said so far, the last words perhaps missing."""
        self._machine.on_words(text)

    def take_question(self, now_s: float) -> float | None:
        """How many seconds the recogniser has to hear again, once a pause; None: nothing to ask."""
        paused_s, began_s = self._machine.pause_s, self._machine.speech_since_s
        if paused_s is None or began_s is None or paused_s <= self._asked_to_s:
            return None
        lasts_s = now_s - began_s + _PRE_ROLL_S
        if now_s - paused_s < _PAUSE_S or lasts_s > _HEARD_AGAIN_S:
            return None
        self._asked_to_s = paused_s
        return lasts_s

    def on_answer(self, text: str, asked_s: float) -> None:
        """All that had been said when it was asked."""
        self._machine.on_words(text, asked_s)


def is_speech(heard: Heard) -> bool:
    """Whether a frame counts as speech of who answers.

    Nothing is known of the line's noise yet, so the detector for noise decides from the start.
    """
    return heard.in_noise >= _SPEECH and heard.level_dbfs > heard.gate_dbfs
