"""A neural speech detector with a plain one to fall back on."""

import math

from agent.speech.protocols import Pcm, VoiceActivityDetector
from agent.watchdog.faults import Faults

_ENGINE = "vad"


class SteadyVad:
    """Implements `VoiceActivityDetector`; after a failure the plain one judges the whole call.

    Both run in the event loop, where a detector that never returns stops everything: that is the
    service manager's to see (`agent.watchdog.systemd`).
    """

    def __init__(
        self, neural: VoiceActivityDetector, plain: VoiceActivityDetector, faults: Faults
    ) -> None:
        self._detector = neural
        self._plain = plain
        self._faults = faults

    def confidence(self, frame: Pcm) -> float:
        """How likely this 20 ms frame is speech, 0 to 1."""
        try:
            confidence = self._detector.confidence(frame)
        except Exception as error:  # an engine may raise anything
            if self._detector is self._plain:
                raise
            return self._fall_back(frame, "raised", error)
        if not math.isfinite(confidence) and self._detector is not self._plain:
            return self._fall_back(frame, "not_a_number", confidence)
        return confidence

    def _fall_back(self, frame: Pcm, kind: str, reason: object) -> float:
        self._faults.note(_ENGINE, kind, reason)
        self._detector = self._plain
        return self._plain.confidence(frame)
