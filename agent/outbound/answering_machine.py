"""Who or what has answered a call: a person, a voicemail, a menu, a screening service, nobody.

    "hello?"  .. 0.5 s ..  a person: the agent speaks
    a long greeting, or words that machines say  ->  its end: the beep, or silence
    three rising tones, an endless one           ->  the network or a fax machine

Pure: fed with verdicts on frames, tones and words, all with the time in seconds of one clock.
"""

from dataclasses import dataclass

from agent.outbound.greetings import (
    Party,
    announces_beep,
    asks_as_people_do,
    introduces,
    machine_in,
)
from agent.outbound.settings import AnsweringSettings
from agent.outbound.tones import Tone

# Speech shorter than this is a click or a breath.
_ONSET_FRAMES = 3
_FRAME_S = 0.02
# So late are the recogniser's words for a pause; a person is not kept waiting longer.
_WORDS_WITHIN_S = 0.15
# "Hi, this is Tom" may be a machine's first sentence, and so may whatever is longer than a mere
# "hello?": the pause after it is waited out.
_HELLO_S = 1.4
_INTRODUCTION_S = 0.35
# After a tone: the next of several follows at once, a recording has begun by then.
_AFTER_TONE_S = 0.2
_NETWORK_TONES = 3
_NETWORK_TONES_WITHIN_S = 2.0
_FAX_TONE_S = 2.0
# A menu or an announcement may go on for ever.
_HEARD_ENOUGH_S = 8.0
_MENU_SILENCE_S = 1.0
# Who answers for a firm says more, and then waits.
_FIRM_SILENCE_S = 0.7


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who or what answered, and that it is time to act on it.

    `decided_s` is when the class was known; for a machine that is before the end of its greeting,
    which is waited for. `ready` says that a message would be recorded. `ended_s` is the end of
    what was said, None when nobody spoke.
    """

    party: Party
    why: str
    decided_s: float
    ended_s: float | None
    heard: str
    ready: bool = False


class AnsweringMachine:
    """Listens to one answer."""

    def __init__(self, settings: AnsweringSettings, answered_s: float) -> None:
        self._settings = settings
        self._answered_s = answered_s
        self._run = 0
        self._tone_sounds = False
        self._first_s: float | None = None
        self._last_s = answered_s
        self._heard_to_s = answered_s
        self._text = ""
        self._tones: list[Tone] = []
        self._class: Party | None = None
        self._decided_s = answered_s

    @property
    def pause_s(self) -> float | None:
        """When what was said last ended, if its words have not been asked for since."""
        if self._first_s is None or self._heard_to_s >= self._last_s:
            return None
        return self._last_s

    @property
    def speech_since_s(self) -> float | None:
        """When the first word began; None while nobody has spoken."""
        return self._first_s

    def on_frame(self, now_s: float, *, speech: bool, tone: bool = False) -> Verdict | None:
        """A frame: whether it is speech, and whether it is a steady tone, which is never speech."""
        self._run = self._run + 1 if speech and not tone else 0
        self._tone_sounds = tone
        if self._run >= _ONSET_FRAMES:
            self._last_s = now_s
            if self._first_s is None:
                self._first_s = now_s - _ONSET_FRAMES * _FRAME_S
        return self.due(now_s)

    def on_tone(self, tone: Tone) -> None:
        """A tone that has ended."""
        self._tones.append(tone)

    def on_words(self, text: str, heard_to_s: float | None = None) -> None:
        """What has been said so far; `heard_to_s`: nothing up to then is missing."""
        self._text = text or self._text
        if heard_to_s is None:
            return
        self._heard_to_s = max(self._heard_to_s, heard_to_s)
        if not self._text and self._heard_to_s >= self._last_s:
            self._first_s = None  # a noise: nobody has spoken yet

    def due(self, now_s: float) -> Verdict | None:
        """The verdict, as soon as there is one to act on."""
        party, why = self._classified(now_s)
        if party is not self._class:
            self._class = party
            self._decided_s = now_s
        silence_s = now_s - self._last_s
        settings = self._settings
        if self._beeped(now_s) and party in (None, Party.VOICEMAIL, Party.SCREENING):
            return self._act(party or Party.VOICEMAIL, "beep" if party is None else why, ready=True)
        if now_s - self._answered_s >= settings.limit_s:
            return self._act(party or Party.UNCERTAIN, why or "limit")
        match party:
            case Party.HUMAN | Party.UNCERTAIN:
                return self._act(party, why)
            case Party.VOICEMAIL:
                promised = announces_beep(self._text)
                wait_s = settings.beep_within_s if promised else settings.machine_silence_s
                if silence_s >= wait_s:
                    return self._act(party, why, ready=True)
            case Party.SCREENING:
                if silence_s >= _MENU_SILENCE_S:
                    return self._act(party, why, ready=True)
            case Party.IVR | Party.UNAVAILABLE:
                tones = why == "tones"
                enough = now_s - self._decided_s >= _HEARD_ENOUGH_S
                if tones or enough or silence_s >= settings.machine_silence_s:
                    return self._act(party, why)
            case None:
                pass
        return None

    def _classified(self, now_s: float) -> tuple[Party | None, str]:
        if self._network_tones() or any(tone.length_s >= _FAX_TONE_S for tone in self._tones):
            return Party.UNAVAILABLE, "tones"
        if self._first_s is None:
            silent = now_s - self._answered_s >= self._settings.no_speech_s
            return (Party.UNCERTAIN, "nobody spoke") if silent else (None, "")
        machine = machine_in(self._text)
        if machine is not None:
            return machine, "words"
        return self._by_length(now_s)

    def _by_length(self, now_s: float) -> tuple[Party | None, str]:
        """By how much was said before a pause: people say "hello?" and wait."""
        assert self._first_s is not None  # noqa: S101 - somebody has spoken
        settings = self._settings
        if self._tone_sounds or self._tone_followed():
            return None, ""  # people do not beep
        said_s, silence_s = self._last_s - self._first_s, now_s - self._last_s
        heard = self._heard_to_s >= self._last_s
        if said_s <= settings.human_speech_s:
            due_s = settings.human_silence_s
            if introduces(self._text) or said_s > _HELLO_S:
                due_s += _INTRODUCTION_S
            elif not heard:
                due_s += _WORDS_WITHIN_S
            return (Party.HUMAN, "short greeting") if silence_s >= due_s else (None, "")
        if asks_as_people_do(self._text) and silence_s >= _FIRM_SILENCE_S and heard:
            return Party.HUMAN, "words"
        return Party.VOICEMAIL, "length"

    def _beeped(self, now_s: float) -> bool:
        """Whether a single tone came after all that was said, and is over."""
        if self._tone_sounds or not self._tone_followed() or self._network_tones():
            return False
        return now_s - self._tones[-1].end_s >= _AFTER_TONE_S

    def _tone_followed(self) -> bool:
        """Whether the last tone came after all that was said."""
        return bool(self._tones) and self._tones[-1].start_s >= self._last_s - _AFTER_TONE_S

    def _network_tones(self) -> bool:
        """Three rising tones in a row: the number can't be reached (ITU-T E.180)."""
        last = self._tones[-_NETWORK_TONES:]
        return (
            len(last) == _NETWORK_TONES
            and last[0].pitch_hz < last[1].pitch_hz < last[2].pitch_hz
            and last[2].end_s - last[0].start_s <= _NETWORK_TONES_WITHIN_S
        )

    def _act(self, party: Party, why: str, *, ready: bool = False) -> Verdict:
        ended_s = self._last_s if self._first_s is not None else None
        return Verdict(party, why, self._decided_s, ended_s, self._text, ready)
