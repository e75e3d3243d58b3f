"""`python -m tests.fuzz`: everything that reads what comes from outside, with a million odd inputs.

Each target is run twice: with inputs that hypothesis makes (nearly right ones), and with inputs
that atheris mutates towards code not reached yet. Each fault is written to OUT/found/TARGET/, to be
moved to tests/fuzz/cases/TARGET/ under a name that says what it is; the tests run those again.
"""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table

from tests.fuzz.engines import Engine, Progress
from tests.fuzz.findings import CASES
from tests.fuzz.targets import NAMES
from tests.fuzz.targets import target as target_of

# Beyond the time of the run: starting, and the case that is being run.
_GRACE_S = 60.0


def fuzz(
    seconds: Annotated[float, typer.Option(help="For each target and engine.")] = 20.0,
    target: Annotated[
        list[str] | None, typer.Option(help="Only this one; may be repeated.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same one gives the same cases.")] = 1,
    out: Annotated[Path, typer.Option(help="Where faults are written.")] = Path("/tmp/fuzz"),  # noqa: S108
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON a run.")] = False,
) -> None:
    """Fuzz; exit status 1 when a fault was found."""
    unknown = sorted(set(target or ()) - set(NAMES))
    if unknown:
        raise typer.BadParameter(f"no target '{unknown[0]}': there are {', '.join(NAMES)}.")
    console = Console(stderr=as_json)
    runs: list[Progress] = []
    with Bar(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console,
    ) as bar:  # fmt: skip
        plan = _plan(target or NAMES)
        task = bar.add_task("", total=len(plan))
        for name, engine in plan:
            done = _run(name, engine, seconds, seed, out, bar, task, sum(r.cases for r in runs))
            runs.append(done)
            if as_json:
                print(json.dumps(asdict(done)), flush=True)
            for fault in done.faults:
                console.print(f"[red]{name}[/]: {fault}", markup=True, highlight=False)
            bar.advance(task)
    console.print(_table(runs))
    console.print(f"{sum(run.cases for run in runs):,} cases, seed {seed}; faults: {out}/found")
    raise typer.Exit(1 if any(run.faults for run in runs) else 0)


def _plan(names: Sequence[str]) -> list[tuple[str, Engine]]:
    return [
        (name, engine)
        for name in names
        for engine in ("made", "guided")
        if engine == "made" or target_of(name).guided
    ]


def _run(
    name: str,
    engine: Engine,
    seconds: float,
    seed: int,
    out: Path,
    bar: Bar,
    task: int,
    before: int,
) -> Progress:
    """One process to its end; a fault of it that ended it is a fault of the target."""
    corpus = out / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for case in sorted((CASES / name).glob("*")):
        (corpus / f"case-{case.name}").write_bytes(case.read_bytes())
    command = [
        sys.executable,
        "-m",
        "tests.fuzz.engines",
        name,
        engine,
        str(seconds),
        str(seed),
        out,
    ]
    told = Progress(name, engine, seed)
    errors = out / f"{name}-{engine}.log"
    with (
        errors.open("w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log) as run,
    ):
        assert run.stdout is not None
        begin_s = time.monotonic()
        try:
            for line in run.stdout:
                told = Progress(**json.loads(line))
                bar.update(task, description=f"{name} {engine}: {before + told.cases:,} cases")
                if time.monotonic() - begin_s > seconds + _GRACE_S:
                    break
        finally:
            run.kill()
    if not told.done:
        told.faults = (*told.faults, f"the process ended or hung: {errors}")
    return told


def _table(runs: Sequence[Progress]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("target", "engine"):
        table.add_column(title)
    for title in ("cases", "slowest ms", "RSS MiB", "grown MiB", "faults"):
        table.add_column(title, justify="right")
    for run in runs:
        table.add_row(
            run.target, run.engine, f"{run.cases:,}", f"{1000 * run.slowest_s:.0f}",
            f"{run.rss_kib / 1024:.0f}", f"{(run.rss_kib - run.warm_kib) / 1024:+.1f}",
            str(len(run.faults)),
        )  # fmt: skip
    return table


if __name__ == "__main__":
    typer.run(fuzz)
