"""Command line of the turn-taking bench."""

import argparse
import json
import time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from agent.config import load_settings
from agent.errors import UnderstudyError
from tests.bench.turns import cost, report, vads
from tests.bench.turns.corpus import build
from tests.bench.turns.plan import Spec, specs
from tests.bench.turns.results import Results
from tests.bench.turns.run import ItemResult, Options, contestants, run

_QUICK = 0.1
_WIDTH = 150
_COST_ITEMS = 30


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="tests.bench.turns", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the items")
    parser.add_argument("--policy", default="all", help="one name, or all")
    parser.add_argument("--vad", choices=("paired", *vads.DETECTORS), default="paired")
    parser.add_argument("--split", choices=("tune", "test"), default="test")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--html", type=Path)
    asked = parser.parse_args()
    settings = load_settings().turns
    known = [contestant.name for contestant in contestants(settings)]
    if asked.policy not in ("all", *known):
        raise SystemExit(f"bench: no policy {asked.policy!r}: use all, {', '.join(known)}")
    names = () if asked.policy == "all" else (asked.policy,)
    options = Options(asked.seed, asked.vad, names, settings)
    started_s = time.monotonic()
    try:
        chosen = specs(asked.split, _QUICK if asked.quick else 1.0)
        results = Results(_with_progress(chosen, options, asked.processes))
    except UnderstudyError as error:
        raise SystemExit(f"bench: {error}") from None
    about = report.About(options, asked.split, asked.quick, time.monotonic() - started_s)
    console = Console(width=_WIDTH)
    report.print_tables(results, about, console)
    items = [build(s, asked.seed) for s in chosen if s.kind == "interruption"][:_COST_ITEMS]
    for name in ("webrtc", "paired"):
        percent = cost.percent_of_a_core(name, items)
        console.print(f"turns and VAD ({name}), a call: {percent:.2f} % of a core")
    if asked.json:
        asked.json.write_text(json.dumps(report.as_json(results, about), indent=1), "utf-8")
    if asked.html:
        asked.html.write_text(report.as_html(results, about), "utf-8")


def _with_progress(chosen: tuple[Spec, ...], options: Options, processes: int) -> list[ItemResult]:
    columns = (
        TextColumn("[bold]{task.description}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("items, time left"), TimeRemainingColumn(),
    )  # fmt: skip
    found: list[ItemResult] = []
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("turn-taking bench", total=len(chosen))
        for chunk in run(chosen, options, processes):
            found += chunk
            progress.advance(task, len(chunk))
    return found


if __name__ == "__main__":
    main()
