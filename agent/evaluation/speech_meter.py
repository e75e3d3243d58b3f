"""Who speaks on a line, judged from the level of 20 ms frames alone."""

FRAME_MS = 20
VOICED_DBFS = -45.0  # comfort noise is near -66, speech at -18 has its weak sounds above this
_ONSET_FRAMES = 3
_RELEASE_MS = 200  # the gaps inside a word are no silence


class SpeechMeter:
    """Turns frame levels into speaking or silent; all durations count frames, not clocks."""

    def __init__(self, voiced_dbfs: float = VOICED_DBFS) -> None:
        self._voiced_dbfs = voiced_dbfs
        self._run = 0
        self._quiet_ms = 0
        self._speaking_ms = 0
        self._speaking = False
        self.utterances = 0

    @property
    def speaking(self) -> bool:
        """Whether someone speaks, small gaps included."""
        return self._speaking

    @property
    def silence_ms(self) -> int:
        """Time since the last voiced frame."""
        return self._quiet_ms

    @property
    def speaking_ms(self) -> int:
        """Length of the utterance that goes on now; 0 in silence."""
        return self._speaking_ms if self._speaking else 0

    def update(self, level_dbfs: float) -> None:
        """Take in the level of the next frame."""
        if level_dbfs >= self._voiced_dbfs:
            self._run += 1
            self._quiet_ms = 0
            if not self._speaking and self._run >= _ONSET_FRAMES:
                self._speaking = True
                self._speaking_ms = self._run * FRAME_MS
                self.utterances += 1
                return
        else:
            self._run = 0
            self._quiet_ms += FRAME_MS
            if self._quiet_ms >= _RELEASE_MS:
                self._speaking = False
        self._speaking_ms += FRAME_MS
