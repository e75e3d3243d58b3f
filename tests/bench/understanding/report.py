"""The bench's figures as tables and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from agent.dialogue.rules import normalise
from agent.evaluation.word_errors import word_error_rate
from tests.bench.understanding.scores import (
    FIGURES,
    LabelScore,
    Outcome,
    interval,
    label_scores,
    reliability,
)

_WER_BANDS = ((0.0, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 10.0))


@dataclass(frozen=True, slots=True)
class Run:
    """All outcomes of one playbook at one threshold, by what was understood ("said", "heard")."""

    name: str
    threshold: float
    said: tuple[Outcome, ...]
    heard: tuple[Outcome, ...]
    unknown_voices: frozenset[str]

    @property
    def columns(self) -> Mapping[str, Sequence[Outcome]]:
        """The hearings that a column of a table stands for."""
        known = [o for o in self.heard if o.voice not in self.unknown_voices]
        unknown = [o for o in self.heard if o.voice in self.unknown_voices]
        columns: dict[str, Sequence[Outcome]] = {
            "as said": self.said,
            "heard": self.heard,
            "heard, after a check": [o.settled for o in self.heard],
        }
        if unknown and known:
            columns |= {"voices it knows": known, "others": unknown}
        return columns


def print_run(run: Run, console: Console) -> None:
    """The figures with their intervals."""
    title = f"{run.name}, threshold {run.threshold:.2f}"
    table = Table("", *run.columns, title=title, title_justify="left")
    for name, figure in FIGURES.items():
        cells = []
        for outcomes in run.columns.values():
            low, high = interval(outcomes, figure)
            cells.append(f"{figure(outcomes):.2f} ({low:.2f} to {high:.2f})")
        table.add_row(name, *cells)
    console.print(table)


def print_details(run: Run, console: Console) -> None:
    """Labels, calibration, and what the recogniser's errors cost."""
    table = Table(
        "label", "turns heard", "precision", "recall", "F1", "F1 as said",
        title=f"{run.name}: labels", title_justify="left",
    )  # fmt: skip
    for kind in ("objection", "intent"):
        said = {score.label: score for score in label_scores(run.said, kind)}
        for score in label_scores(run.heard, kind):
            table.add_row(
                score.label, str(score.hearings), f"{score.precision:.2f}",
                f"{score.recall:.2f}", f"{score.f1:.2f}", f"{said[score.label].f1:.2f}",
            )  # fmt: skip
    console.print(table)
    bands = Table("confidence", "turns", "right", title="Calibration", title_justify="left")
    for band in reliability((*run.said, *run.heard)):
        bands.add_row(f"{band.low:.2f} to {band.high:.2f}", str(band.hearings), f"{band.right:.2f}")
    console.print(bands)
    errors = Table(
        "word error rate of the hearing", "turns", "best guess right",
        title="What the recogniser costs", title_justify="left",
    )  # fmt: skip
    for name, count, right in by_word_errors(run.heard):
        errors.add_row(name, str(count), f"{right:.2f}")
    console.print(errors)


def by_word_errors(outcomes: Sequence[Outcome]) -> list[tuple[str, int, float]]:
    """The share of right best guesses, by how well the turn was heard."""
    rows = []
    for low, high in _WER_BANDS:
        inside = [o for o in outcomes if low <= _errors(o) < high]
        right = sum(o.best in o.turn.right for o in inside)
        name = f"{low:.0%} to {high:.0%}" if high < 1 else f"{low:.0%} or more"
        rows.append((name, len(inside), right / len(inside) if inside else 0.0))
    return rows


def voices(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """The word error rate in each voice."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    for outcome in outcomes:
        pair = (normalise(outcome.turn.text), outcome.heard)
        pairs.setdefault(outcome.voice, []).append(pair)
    return {voice: word_error_rate(said) for voice, said in pairs.items()}


def as_json(run: Run) -> dict[str, Any]:
    """Figures, labels, calibration and word errors of a run."""
    figures = {
        column: {
            name: {"value": figure(outcomes), "interval": interval(outcomes, figure)}
            for name, figure in FIGURES.items()
        }
        for column, outcomes in run.columns.items()
    }
    labels: dict[str, list[LabelScore]] = {
        kind: list(label_scores(run.heard, kind)) for kind in ("objection", "intent")
    }
    return {
        "name": run.name,
        "threshold": run.threshold,
        "figures": figures,
        "labels": {kind: [asdict(score) for score in scores] for kind, scores in labels.items()},
        "calibration": [asdict(band) for band in reliability((*run.said, *run.heard))],
        "by_word_errors": by_word_errors(run.heard),
    }


def _errors(outcome: Outcome) -> float:
    return word_error_rate([(normalise(outcome.turn.text), outcome.heard)])
