"""A voice whose results are looked at before anybody hears them."""

from collections.abc import Callable, Iterator

import numpy as np

from agent.speech.errors import SynthesisFailed
from agent.speech.protocols import Pcm, Synthesizer
from agent.watchdog.faults import Faults
from agent.watchdog.renewable import Renewable

# No voice speaks slower: 0.5 s a character, and 2 s for what is only a sign.
_LONGEST_S, _LONGEST_S_PER_CHARACTER = 2.0, 0.5
_ENGINE = "tts"


class SteadyVoice:
    """Implements `Synthesizer`; `renew` replaces the voice."""

    def __init__(self, load: Callable[[], Synthesizer], faults: Faults) -> None:
        """Load the voice; blocks. Raises what `load` raises."""
        self._voice = Renewable(load)
        self._faults = faults
        self.voice_id = self._voice.engine.voice_id
        self.sample_rate_hz = self._voice.engine.sample_rate_hz
        self.renew = self._voice.renew

    def synthesize(self, text: str) -> Iterator[Pcm]:
        """As the voice's. Raises SynthesisFailed for what can't be speech: nothing, or too much."""
        longest_s = _LONGEST_S + _LONGEST_S_PER_CHARACTER * len(text)
        samples, sounded = 0, False
        try:
            for chunk in self._voice.engine.synthesize(text):
                samples += len(chunk)
                sounded = sounded or bool(np.any(chunk))
                if samples > longest_s * self.sample_rate_hz:
                    raise self._refused("too_long", f"more than {longest_s:.0f} s", text)
                yield chunk
        except SynthesisFailed:
            raise
        except Exception as error:  # an engine may raise anything
            self._faults.note(_ENGINE, "raised", error)
            raise
        if not sounded and any(map(str.isalnum, text)):
            raise self._refused("no_sound", "no sound at all", text)

    def _refused(self, kind: str, what: str, text: str) -> SynthesisFailed:
        self._faults.note(_ENGINE, kind)
        return SynthesisFailed(f"The voice {self.voice_id} made {what} of {text[:60]!r}.")
