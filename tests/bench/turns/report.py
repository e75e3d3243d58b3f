"""The run as tables on a terminal, as JSON, and as one HTML page without anything external."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jinja2
from rich.box import ASCII
from rich.console import Console
from rich.table import Table

from tests.bench.turns import metrics, plots, vads
from tests.bench.turns.results import Results, commit_ms, pause_ms
from tests.bench.turns.run import Options
from tests.bench.turns.tables import (
    class_table,
    comparison,
    end_table,
    failures,
    lost_table,
    said,
    voice_table,
)

_LATENCY_END_MS = 2000.0
_ENDINGS_END_MS = 3000.0


@dataclass(frozen=True, slots=True)
class About:
    """What was run, for the head of a report."""

    options: Options
    split: str
    quick: bool
    took_s: float


def judged_policy(results: Results) -> str:
    """The policy that is held against the bars: the product, or the first one asked for."""
    return results.policies()[0]


def print_tables(results: Results, about: About, console: Console) -> None:
    """The bars, then the policies side by side."""
    policy = judged_policy(results)
    table = Table(f"{policy}, {about.split} half", "value (95 %)", "n", "bar", "verdict", box=ASCII)
    for bar in results.bars(policy):
        limit = f"{'>=' if bar.at_least else '<='} {bar.limit:g} {bar.unit}"
        count = f"{bar.estimate.count:g}"
        table.add_row(bar.measure, said(bar.estimate, bar.unit), count, limit, bar.verdict)
    console.print(table)
    compared = comparison(results)
    side = Table(*compared[0], box=ASCII)
    for row in compared[1:]:
        side.add_row(*row)
    console.print(side)
    detectors = Table(
        "detector", "condition", "frames", "ROC area", "recall at 5 % false alarm", box=ASCII
    )
    for score in vads.scores(results.scored):
        detectors.add_row(
            score.detector, score.condition, str(score.frames),
            f"{score.roc_auc:.3f}", f"{100 * score.recall:.1f} %",
        )  # fmt: skip
    console.print(detectors)
    hours = sum(item.seconds for item in results.items) / 3600
    console.print(f"{len(results.items)} items, {hours:.1f} h of line, {about.took_s:.0f} s")


def charts(results: Results, policy: str) -> list[tuple[str, str]]:
    """Titles and SVG."""
    latency_axes = plots.Axes("ms after the onset", "% of interruptions, clean", _LATENCY_END_MS)
    drawn = []
    for title, which in (("Pause latency", pause_ms), ("Commit latency", commit_ms)):
        lines = []
        for name in results.policies():
            chosen = results.of(name, ("interruption", "stop_word"), ("clean",))
            values = [v for o in chosen if not o.premature and (v := which(o)) is not None]
            if values:
                lines.append(plots.distribution(name, values))
        drawn.append((title, plots.chart(latency_axes, lines)))
    held_ms = [p.held_ms for p in results.false_pauses(policy) if p.held_ms is not None]
    held = [plots.distribution(policy, held_ms)]
    pause_axes = plots.Axes(
        "ms without the agent's voice", "% of resumed false pauses", _LATENCY_END_MS
    )
    drawn.append(("False pauses", plots.chart(pause_axes, held)))
    curves = []
    for name in results.policies():
        curve = metrics.operating_curve(results.turn_ends(name, "clean"))
        points = tuple((p.mean_latency_ms, p.cut_off.value or 0.0) for p in curve)
        if points:
            curves.append(plots.Line(name, tuple(sorted(points))))
    marks = ((600.0, None), (None, 5.0))
    end_axes = plots.Axes(
        "mean latency, ms", "% of turns cut off, clean", _ENDINGS_END_MS, 100, marks
    )
    drawn.append(("End of turn: waiting times scaled", plots.chart(end_axes, curves)))
    return drawn


def as_json(results: Results, about: About) -> dict[str, Any]:
    """Everything but the sounds: settings, hashes, tables, the judged policy's outcomes."""
    policy = judged_policy(results)
    return {
        "seed": about.options.seed,
        "split": about.split,
        "quick": about.quick,
        "vad": about.options.vad,
        "settings": about.options.settings.model_dump(mode="json"),
        "corpus_sha256": _over(results, "audio_sha256"),
        "partials_sha256": _over(results, "partials_sha256"),
        "bars": {
            name: [asdict(bar) | {"verdict": bar.verdict} for bar in results.bars(name)]
            for name in results.policies()
        },
        "detectors": [asdict(score) for score in vads.scores(results.scored)],
        "end_of_turn": {
            name: [asdict(p) for p in metrics.operating_curve(results.turn_ends(name, "clean"))]
            for name in results.policies()
        },
        "tables": {
            "comparison": comparison(results),
            "classes": class_table(results, policy),
            "voices": voice_table(results, policy),
            "ends": end_table(results, policy),
            "words_lost": lost_table(results),
        },
        "outcomes": [asdict(o) for o in results.yields if o.policy == policy],
        "items": {item.item_id: item.audio_sha256 for item in results.items},
    }


def as_html(results: Results, about: About) -> str:
    """The page."""
    policy = judged_policy(results)
    here = Path(__file__).parent
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(here), autoescape=True)
    return environment.get_template("report.html.j2").render(
        about=about,
        settings=json.dumps(about.options.settings.model_dump(mode="json"), indent=1),
        policy=policy,
        results=results,
        hours=sum(item.seconds for item in results.items) / 3600,
        said=said,
        tables={
            "Policies side by side": comparison(results),
            f"{policy}: false commits by class": class_table(results, policy),
            f"{policy}: end of turn as shipped": end_table(results, policy),
            f"{policy}: by voice": voice_table(results, policy),
            "Words lost at the onset, by the recogniser": lost_table(results),
            f"{policy}: wrong decisions (a few of each kind)": failures(results, policy),
        },
        charts=charts(results, policy),
        detectors=vads.scores(results.scored),
        definitions=metrics.__doc__,
        corpus_sha256=_over(results, "audio_sha256"),
        partials_sha256=_over(results, "partials_sha256"),
    )


def _over(results: Results, name: str) -> str:
    digest = hashlib.sha256()
    for item in results.items:
        digest.update(f"{item.item_id} {getattr(item, name)}\n".encode())
    return digest.hexdigest()
