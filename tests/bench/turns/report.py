"""The run as tables on a terminal, as JSON, and as one HTML page without anything external."""

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jinja2
from rich.console import Console
from rich.table import Table

from tests.bench.turns import metrics, plots, vads
from tests.bench.turns.metrics import Estimate
from tests.bench.turns.plan import NOISES
from tests.bench.turns.results import CONDITIONS, Results, commit_ms, pause_ms
from tests.bench.turns.run import Options
from tests.bench.turns.sounds import TICS
from tests.bench.turns.voices import VOICES

_FAILURES = 40
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


def said(estimate: Estimate, unit: str = "") -> str:
    """A value with its interval, "-" where nothing was measured."""
    if estimate.value is None:
        return "-"
    digits = 0 if unit == "ms" else 2 if unit == "/min" else 1
    text = f"{estimate.value:.{digits}f}"
    if estimate.low is not None and estimate.high is not None:
        text += f" ({estimate.low:.{digits}f} to {estimate.high:.{digits}f})"
    return text


def print_tables(results: Results, about: About, console: Console) -> None:
    """The bars, then the policies side by side."""
    policy = judged_policy(results)
    table = Table(f"{policy}, {about.split} half", "value (95 %)", "n", "bar", "verdict")
    for bar in results.bars(policy):
        limit = f"{'>=' if bar.at_least else '<='} {bar.limit:g} {bar.unit}"
        count = f"{bar.estimate.count:g}"
        table.add_row(bar.measure, said(bar.estimate, bar.unit), count, limit, bar.verdict)
    console.print(table)
    compared = comparison(results)
    side = Table(*compared[0])
    for row in compared[1:]:
        side.add_row(*row)
    console.print(side)
    detectors = Table("detector", "condition", "frames", "ROC area", "recall at 5 % false alarm")
    for score in vads.scores(results.scored):
        detectors.add_row(
            score.detector, score.condition, str(score.frames),
            f"{score.roc_auc:.3f}", f"{100 * score.recall:.1f} %",
        )  # fmt: skip
    console.print(detectors)
    hours = sum(item.seconds for item in results.items) / 3600
    console.print(f"{len(results.items)} items, {hours:.1f} h of line, {about.took_s:.0f} s")


def comparison(results: Results) -> list[list[str]]:
    """A head and one row a policy: what the references must show if the bench is right."""
    stops = ("interruption", "stop_word")
    rows = [
        [
            "policy", "pause p50 / p95 ms", "commit p50 ms", "missed clean", "missed 10 dB",
            "backchannel", "tics", "side talk", "noise 10 dB /min", "echo /min",
            "dead air ms/min", "cut off", "end ms",
        ]
    ]  # fmt: skip
    for policy in results.policies():
        shipped = results.turn_ends(policy, "clean", 1.0)
        curve = metrics.operating_curve(shipped)
        air = results.dead_air_ms_a_minute(policy)
        rows.append(
            [
                policy,
                " / ".join(
                    _bare(results.latency(policy, pause_ms, at, "clean"), 0) for at in (50, 95)
                ),
                _bare(results.latency(policy, commit_ms, 50, "clean"), 0),
                _bare(results.missed(policy, ("clean",), stops)),
                _bare(results.missed(policy, ("10 dB",), stops)),
                _bare(results.false_commits(policy, ("backchannel",), ("clean",))),
                _bare(results.false_commits(policy, ("tic",), ("clean",))),
                _bare(results.false_commits(policy, ("side_talk",), ("clean",))),
                _bare(results.commits_a_minute(policy, ("noise",), ("10 dB",)), 2),
                _bare(results.commits_a_minute(policy, ("echo",), ("echo 12 dB", "echo 20 dB")), 2),
                "-" if air is None else f"{air:.0f}",
                _bare(curve[0].cut_off) if curve else "-",
                f"{curve[0].mean_latency_ms:.0f}" if curve else "-",
            ]
        )
    return rows


def class_table(results: Results, policy: str) -> list[list[str]]:
    """False commits of one policy: a row for each class of sound, a column for each condition."""
    rows = [["false commits", *CONDITIONS]]
    classes = [("backchannel", ""), ("side_talk", ""), *(("tic", tic) for tic in TICS)]
    for kind, detail in classes:
        cells = [results.false_commits(policy, (kind,), (c,), detail) for c in CONDITIONS]
        rows.append([detail or kind.replace("_", " "), *(_percent(cell) for cell in cells)])
    for noise in NOISES:
        cells = [results.commits_a_minute_in(policy, noise, c) for c in CONDITIONS]
        rows.append([f"{noise}, a bot-minute", *(said(cell, "/min") for cell in cells)])
    return rows


def voice_table(results: Results, policy: str) -> list[list[str]]:
    """Missed interruptions and false commits by speaker, clean."""
    rows = [["voice", "recogniser trained on it", "missed, clean", "missed, 10 dB", "backchannels"]]
    for voice in VOICES:
        mine = results.by_voice(voice.name)
        if mine.yields:
            stops = ("interruption", "stop_word")
            rows.append(
                [
                    voice.name,
                    "yes" if voice.asr_heard else "no",
                    _percent(mine.missed(policy, ("clean",), stops)),
                    _percent(mine.missed(policy, ("10 dB",), stops)),
                    _percent(mine.false_commits(policy, ("backchannel",), ("clean",))),
                ]
            )
    return rows


def end_table(results: Results, policy: str) -> list[list[str]]:
    """End of turn as shipped, by what stands before the longest pause."""
    rows = [["turn", "n", "cut off", "latency p50 ms", "latency p95 ms"]]
    for condition in ("clean", "10 dB"):
        for place in ("short", "slot", "incomplete", "complete"):
            mine = [o for o in results.turn_ends(policy, condition, 1.0) if o.place == place]
            whole = [o.latency_ms for o in mine if not o.cut_off]
            cut = metrics.share(sum(o.cut_off for o in mine), len(mine))
            p50, p95 = (metrics.percentile(whole, at) for at in (50, 95))
            rows.append(
                [
                    f"{place}, {condition}",
                    str(len(mine)),
                    _percent(cut),
                    said(p50, "ms"),
                    said(p95, "ms"),
                ]
            )
    return rows


def lost_table(results: Results) -> list[list[str]]:
    """Words the recogniser lost at the start of interruptions; no policy can change that."""
    rows = [["condition", "n", "none lost", "mean lost"]]
    for condition in CONDITIONS:
        lost = [
            i.words_lost[1] for i in results.items if i.words_lost and i.words_lost[0] == condition
        ]
        if lost:
            whole = metrics.share(lost.count(0), len(lost))
            rows.append(
                [condition, str(len(lost)), _percent(whole), f"{sum(lost) / len(lost):.2f}"]
            )
    return rows


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
        drawn.append((title, str(plots.chart(latency_axes, lines))))
    held = [
        plots.distribution(name, [p.held_ms for p in results.false_pauses(name) if p.held_ms is not None])
        for name in (policy,)
        if any(p.held_ms is not None for p in results.false_pauses(name))
    ]  # fmt: skip
    pause_axes = plots.Axes(
        "ms without the agent's voice", "% of resumed false pauses", _LATENCY_END_MS
    )
    drawn.append(("False pauses", str(plots.chart(pause_axes, held))))
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
    drawn.append(("End of turn: waiting times scaled", str(plots.chart(end_axes, curves))))
    return drawn


def failures(results: Results, policy: str) -> list[list[str]]:
    """The first wrong decisions of each kind and condition, with everything that was decided."""
    rows, seen = [["item", "condition", "voice", "what", "onset", "decisions"]], Counter[str]()
    for o in results.of(
        policy, ("interruption", "stop_word", "backchannel", "tic", "side_talk", "echo")
    ):
        missed = o.kind in ("interruption", "stop_word") and not o.stopped and not o.premature
        group = f"{o.kind} {o.condition}"
        if (missed or o.false_commits) and seen[group] < 3:
            seen[group] += 1
            noise = f"{o.condition} {o.noise}".strip()
            rows.append(
                [o.item_id, noise, o.voice, f"{'missed' if missed else 'committed'}: {o.detail}",
                 f"{o.onset_s:.2f}", o.story or "nothing"]
            )  # fmt: skip
    return rows[: _FAILURES + 1]


def as_json(results: Results, about: About) -> dict[str, Any]:
    """Everything but the sounds: settings, hashes, tables, and each outcome of the judged policy."""
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


def _bare(estimate: Estimate, digits: int = 1) -> str:
    return "-" if estimate.value is None else f"{estimate.value:.{digits}f}"


def _percent(estimate: Estimate) -> str:
    return f"{said(estimate)} of {estimate.count:g}" if estimate.count >= 10 else "-"
