"""Which items the corpus has: how many of each kind, in which condition, by which voice.

Counts are of the test half. They are chosen so that a 95 % Wilson interval can tell the issue's
bars: no failure in 400 puts the upper end at 0.95 %; 20 in 400 (5 %) reach 3.3 to 7.6 %.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from agent.evaluation.sound.channel import Condition
from agent.evaluation.sound.sounds import TICS
from tests.bench.turns import texts
from tests.bench.turns.texts import Turn
from tests.bench.turns.voices import Split, voices_of

Kind = Literal[
    "interruption", "stop_word", "answer", "backchannel", "tic", "side_talk",
    "noise", "quiet", "echo", "turn",
]  # fmt: skip
NOISES = ("babble", "street", "car", "cafe", "music")
LONG_ITEM_S = 30.0
ECHO_DELAYS_MS = (20.0, 80.0, 200.0, 400.0)


@dataclass(frozen=True, slots=True)
class Spec:
    """One item before any sound is made; `detail` is a word, a tic or a noise."""

    item_id: str
    kind: Kind
    condition: Condition
    voice: str
    split: Split
    detail: str
    turn: Turn | None = None

    def rng(self, seed: int) -> np.random.Generator:
        """The item's own generator: adding items elsewhere changes nothing here."""
        return np.random.default_rng([seed, zlib.crc32(self.item_id.encode())])


@dataclass(frozen=True, slots=True)
class _Row:
    kind: Kind
    count: int
    condition: Condition


_LOSSY = (
    Condition(loss=0.01, jitter_ms=20), Condition(loss=0.03, jitter_ms=40, codec="alaw"),
)  # fmt: skip
_ROWS = (
    *(
        _Row("interruption", count, Condition(snr_db=snr))
        for snr, count in ((None, 400), (20, 60), (15, 60), (10, 240), (5, 240), (0, 60))
    ),
    *(_Row("stop_word", count, Condition(snr_db=snr)) for snr, count in ((None, 90), (10, 60))),
    *(_Row("answer", count, Condition(snr_db=snr)) for snr, count in ((None, 60), (10, 30))),
    *(
        _Row("backchannel", count, Condition(snr_db=snr))
        for snr, count in ((None, 360), (20, 60), (15, 60), (10, 240), (5, 120), (0, 60))
    ),
    *(
        _Row("tic", count, Condition(snr_db=snr))
        for snr, count in ((None, 300), (10, 90), (5, 90), (0, 60))
    ),
    *(
        _Row("side_talk", count, Condition(snr_db=snr))
        for snr, count in ((None, 180), (10, 60), (5, 60))
    ),
    *(
        _Row("noise", round(minutes * 60 / LONG_ITEM_S), Condition(snr_db=snr))
        for snr, minutes in ((20, 6), (10, 68), (5, 68), (0, 6))
    ),
    _Row("quiet", round(6 * 60 / LONG_ITEM_S), Condition()),
    *(
        _Row("echo", count, Condition(echo_return_loss_db=loss, echo_delay_ms=delay))
        for loss, count in ((20.0, 17), (12.0, 17), (6.0, 5))
        for delay in ECHO_DELAYS_MS
    ),
    *(
        _Row("interruption", 20, Condition(echo_return_loss_db=loss, echo_delay_ms=delay))
        for loss in (20.0, 12.0)
        for delay in ECHO_DELAYS_MS
    ),
    *(_Row(kind, 60, lossy) for kind in ("interruption", "backchannel") for lossy in _LOSSY),
    *(_Row("turn", count, Condition(snr_db=snr)) for snr, count in ((None, 400), (10, 120))),
)


def specs(split: Split, share: float = 1.0) -> tuple[Spec, ...]:
    """The items of one half; a share below 1 thins out every row alike."""
    names = [voice.name for voice in voices_of(split)]
    return tuple(
        spec
        for number, row in enumerate(_ROWS)
        for spec in _items(number, row, max(1, round(row.count * share)), split, names)
    )


def _items(number: int, row: _Row, count: int, split: Split, names: list[str]) -> Iterator[Spec]:
    for index in range(count):
        noise = NOISES[index % len(NOISES)] if row.condition.snr_db is not None else ""
        condition = Condition(
            snr_db=row.condition.snr_db,
            noise=noise,
            codec="alaw" if index % 3 == 2 else row.condition.codec,
            loss=row.condition.loss,
            jitter_ms=row.condition.jitter_ms,
            echo_delay_ms=row.condition.echo_delay_ms,
            echo_return_loss_db=row.condition.echo_return_loss_db,
        )
        # Voices step with every item, texts with a stride of their own: all pairs come about.
        detail, turn = _content(row.kind, index + index // len(names) * 5, noise)
        yield Spec(
            item_id=f"{split}-{number:02d}-{row.kind}-{index:03d}",
            kind=row.kind,
            condition=condition,
            voice=names[index % len(names)],
            split=split,
            detail=detail,
            turn=turn,
        )


def _content(kind: Kind, step: int, noise: str) -> tuple[str, Turn | None]:
    if kind == "turn":
        sets = (
            texts.SHORT_TURNS, texts.SLOT_TURNS, texts.INCOMPLETE_TURNS, texts.COMPLETE_TURNS,
        )  # fmt: skip
        turns = sets[step % len(sets)]
        turn = turns[step // len(sets) % len(turns)]
        return " ".join(turn.parts), turn
    if kind == "interruption":
        of_kind = (texts.INTERRUPTIONS_SHORT, texts.INTERRUPTIONS_LONG)[step % 2]
        return of_kind[step // 2 % len(of_kind)], None
    if kind == "tic":
        return tuple(TICS)[step % len(TICS)], None
    words = {
        "stop_word": texts.STOP_WORDS, "answer": texts.ANSWERS,
        "backchannel": texts.BACKCHANNELS, "side_talk": texts.SIDE_TALK,
    }.get(kind)  # fmt: skip
    return (words[step % len(words)], None) if words else (noise or kind, None)
