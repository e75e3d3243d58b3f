"""Sounds over a talking agent, and what becomes of its voice, packet by packet.

In each call the agent says one sentence of half a minute without a break in it. The caller coughs
or says "okay", and then interrupts. All is read from the packets that reach the caller: an agent
whose voice is away for 200 ms or more was paused, since the sentence has no gap as long.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from agent.evaluation.caller_voice import CallerVoice, Pcm
from agent.evaluation.phone import Phone
from agent.evaluation.phone_call import CallEnded
from agent.evaluation.sound import sounds
from agent.evaluation.sound.voices import RATE_HZ
from agent.evaluation.wire import VOICED_DBFS, CallWire, Frame, Spurt, WireCapture, talkspurts

VOICES = ("slt", "awb", "rms", "kal16")
_BACKCHANNELS = ("okay", "right", "yeah", "i see", "sure", "alright", "uh huh", "got it")
_INTERRUPTIONS = (
    "how much is it", "sorry what does it cost", "stop", "can i ask you something",
    "hold on a second", "who are you calling for", "wait a minute", "what about the price",
)  # fmt: skip
_FIRST_S = 3.0
_NEXT_S = 4.0
_GAP_S = 0.2
_STOPPED_WITHIN_S = 2.0
_RESUMED_WITHIN_S = 0.4
_PEAK = 8000.0


@dataclass(frozen=True, slots=True)
class Reaction:
    """The agent's voice around one sound; times in ms from the sound's first packet.

    `away_ms` is when its voice went away, `back_ms` when it came back counted from the sound's end;
    None where it did not.
    """

    kind: str
    text: str
    away_ms: float | None
    back_ms: float | None

    @property
    def stopped(self) -> bool:
        """Whether the agent gave way within two seconds."""
        return self.away_ms is not None and self.away_ms <= _STOPPED_WITHIN_S * 1000

    @property
    def resumed(self) -> bool:
        """Whether it was back soon after the sound; a reply to it comes later."""
        return self.back_ms is not None and self.back_ms <= _RESUMED_WITHIN_S * 1000


async def one_call(phone: Phone, number: int) -> list[Reaction]:
    """Place a call and make two sounds in it."""
    voice = CallerVoice(VOICES[number % len(VOICES)])
    rng = np.random.default_rng([7, number])
    okay = ("back-channel", _BACKCHANNELS[number // 2 % len(_BACKCHANNELS)])
    plan = [
        ("cough", "cough") if number % 2 else okay,
        ("interruption", _INTERRUPTIONS[number % len(_INTERRUPTIONS)]),
    ]
    with WireCapture() as capture:
        call = await phone.place("1000")
        try:
            await call.wait_for_speech()
            for index, (kind, text) in enumerate(plan):
                await asyncio.sleep(_FIRST_S if index == 0 else _NEXT_S)
                pcm = await voice.speak(text, call.sample_rate_hz)
                await call.say(_cough(rng, call.sample_rate_hz) if kind == "cough" else pcm)
            await asyncio.sleep(_STOPPED_WITHIN_S + 0.5)
        except CallEnded:
            pass
        await call.hang_up()
        wire = capture.call(call.sip_call_id)
    return list(reactions(plan, wire))


def reactions(plan: Sequence[tuple[str, str]], wire: CallWire) -> Iterator[Reaction]:
    """What the agent's voice did at each of the caller's sounds, in their order."""
    spurts = talkspurts(wire.said, join_s=0.6)
    for (kind, text), spurt in zip(plan, spurts, strict=False):
        away_s, back_s = _absence(wire.heard, spurt)
        yield Reaction(
            kind,
            text,
            None if away_s is None else (away_s - spurt.start_s) * 1000,
            None if back_s is None else (back_s - max(spurt.end_s, away_s or 0.0)) * 1000,
        )


def _absence(heard: Sequence[Frame], spurt: Spurt) -> tuple[float | None, float | None]:
    """The last voiced packet before the agent fell silent at a sound, and the first one after."""
    until_s = spurt.end_s + _STOPPED_WITHIN_S
    voiced = [f.at_s for f in heard if f.level_dbfs >= VOICED_DBFS and f.at_s <= until_s]
    for before, after in pairwise(voiced):
        if after - before >= _GAP_S and after > spurt.start_s:
            return before, after
    silent = bool(voiced) and until_s - voiced[-1] >= _GAP_S
    return (voiced[-1], None) if silent else (None, None)


def _cough(rng: np.random.Generator, rate_hz: int) -> Pcm:
    made = sounds.cough(rng)
    if rate_hz != RATE_HZ:
        made = np.repeat(made, rate_hz // RATE_HZ)
    return np.asarray(made / np.abs(made).max() * _PEAK, np.int16)
