"""Figures from outcomes: F1, wrong and unknown shares, bootstrap intervals, calibration."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from agent.dialogue.understanding import INFORM, NONE
from tests.bench.understanding.corpus import Kind, Turn

_ROUNDS = 1000
_SEED = 5
_BANDS = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 1.001)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One hearing of a turn and what was made of it; `voice` is empty for the true words.

    `label` was taken, `check` was asked about instead ("is it the price?"), `best` with its
    `confidence` is what a threshold of 0 would have taken. `near`: the turn is nearly one of the
    playbook's examples.
    """

    turn: Turn
    voice: str
    heard: str
    near: bool
    label: str
    check: str
    best: str
    confidence: float
    source: str

    @property
    def understood(self) -> bool:
        """Whether anything was: neither "none" nor only slots."""
        return self.label not in (NONE, INFORM)

    @property
    def right(self) -> bool:
        """Whether it is one of the turn's labels."""
        return self.label in self.turn.right

    @property
    def settled(self) -> "Outcome":
        """After the check, if there was one: the caller says yes to what is right."""
        confirmed = not self.understood and self.check in self.turn.right
        return replace(self, label=self.check) if confirmed else self

    @property
    def counted_as(self) -> str:
        """The label for precision: the turn's first one when any of them was found."""
        return self.turn.right[0] if self.right else self.label


@dataclass(frozen=True, slots=True)
class LabelScore:
    """One label's precision, recall and F1 (0 to 1), and how many hearings it has."""

    label: str
    precision: float
    recall: float
    f1: float
    hearings: int


Figure = Callable[[Sequence[Outcome]], float]


def label_scores(outcomes: Sequence[Outcome], kind: Kind) -> tuple[LabelScore, ...]:
    """Every label of a kind that has turns; false alarms count from turns of both kinds."""
    wanted = Counter(o.turn.right[0] for o in outcomes if o.turn.kind == kind)
    found = Counter(o.counted_as for o in outcomes)
    hits = Counter(o.turn.right[0] for o in outcomes if o.right)
    scores = []
    for label, hearings in sorted(wanted.items()):
        precision = hits[label] / found[label] if found[label] else 0.0
        recall = hits[label] / hearings
        f1 = 2 * precision * recall / (precision + recall) if hits[label] else 0.0
        scores.append(LabelScore(label, precision, recall, f1, hearings))
    return tuple(scores)


def macro_f1(kind: Kind) -> Figure:
    """The mean F1 over the labels of a kind."""

    def figure(outcomes: Sequence[Outcome]) -> float:
        scores = label_scores(outcomes, kind)
        return sum(score.f1 for score in scores) / len(scores) if scores else float("nan")

    return figure


def share(condition: Callable[[Outcome], bool], kind: Kind | None = None) -> Figure:
    """The share of hearings, of one kind or all, for which something holds."""

    def figure(outcomes: Sequence[Outcome]) -> float:
        chosen = [o for o in outcomes if kind is None or o.turn.kind == kind]
        return sum(map(condition, chosen)) / len(chosen) if chosen else float("nan")

    return figure


FIGURES: Mapping[str, Figure] = {
    "objections, macro-F1": macro_f1("objection"),
    "intents, macro-F1": macro_f1("intent"),
    "objections, right": share(lambda o: o.right, "objection"),
    "intents, right": share(lambda o: o.right, "intent"),
    "unknown objections": share(lambda o: not o.understood, "objection"),
    "not understood": share(lambda o: not o.understood),
    "understood wrongly": share(lambda o: o.understood and not o.right),
    "asked whether it was meant": share(lambda o: not o.understood and bool(o.check)),
}


def interval(outcomes: Sequence[Outcome], figure: Figure) -> tuple[float, float]:
    """The 95 % bootstrap interval; calls are drawn, with all their hearings."""
    by_call: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_call[outcome.turn.call_id].append(outcome)
    calls = sorted(by_call)
    rng = np.random.default_rng(_SEED)
    values = []
    for _ in range(_ROUNDS):
        drawn = rng.integers(len(calls), size=len(calls))
        values.append(figure([o for at in drawn for o in by_call[calls[at]]]))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class Band:
    """Hearings whose best guess had a confidence in a range, and the share of right ones."""

    low: float
    high: float
    hearings: int
    right: float


def reliability(outcomes: Sequence[Outcome]) -> tuple[Band, ...]:
    """How often the best guess was right, by its confidence; rules are not asked."""
    guessed = [o for o in outcomes if o.source in ("embedding", "none")]
    bands = []
    for low, high in pairwise(_BANDS):
        inside = [o for o in guessed if low <= o.confidence < high]
        right = sum(o.best in o.turn.right for o in inside)
        bands.append(Band(low, min(high, 1.0), len(inside), right / len(inside) if inside else 0.0))
    return tuple(bands)
