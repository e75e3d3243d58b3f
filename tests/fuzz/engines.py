"""Where cases come from: hypothesis makes them, or atheris mutates them by coverage.

    python -m tests.fuzz.engines TARGET ENGINE SECONDS SEED FOLDER

runs one target in this process and writes a line of JSON a second.
"""

import contextlib
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

Engine = Literal["made", "guided"]
_BATCH = 1000
_TELL_EVERY_S = 1.0
# What imports and first uses have taken is no leak.
_WARM_SHARE = 0.25
# Readers' own code; the libraries below them are not ours to explore.
_INSTRUMENTED = ["agent"]


@dataclass
class Progress:
    """One process's run; `warm_kib` is the RSS after a quarter of the time, `rss_kib` the last."""

    target: str
    engine: str
    seed: int
    cases: int = 0
    slowest_s: float = 0.0
    warm_kib: int = 0
    rss_kib: int = 0
    done: bool = False
    faults: tuple[str, ...] = ()


def main(name: str, engine: Engine, seconds: float, seed: int, folder: Path) -> None:
    """Run until the time is over."""
    if engine == "guided":
        import atheris  # noqa: PLC0415

        with atheris.instrument_imports(include=_INSTRUMENTED):
            run = _Run(name, engine, seconds, seed, folder)
        _guided(run)
    else:
        _made(_Run(name, engine, seconds, seed, folder))


class _Run:
    def __init__(self, name: str, engine: Engine, seconds: float, seed: int, folder: Path) -> None:
        import logging  # noqa: PLC0415

        import structlog  # noqa: PLC0415

        from tests.fuzz.findings import Findings  # noqa: PLC0415
        from tests.fuzz.target import run_case  # noqa: PLC0415
        from tests.fuzz.targets import target  # noqa: PLC0415

        # What is told in a log in a call's place is told a million times here.
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        logging.disable(logging.WARNING)
        self.target = target(name)
        self.folder = folder
        self.progress = Progress(name, engine, seed)
        self._run_case = run_case
        self._findings = Findings(folder / "found" / name)
        self._begin_s = self._told_s = time.monotonic()
        self._seconds = seconds

    @property
    def over(self) -> bool:
        return time.monotonic() - self._begin_s >= self._seconds

    def case(self, data: bytes) -> None:
        begin_s = time.process_time()
        try:
            self._run_case(self.target, data)
        except (Exception, self._hang) as error:
            self._findings.add(error, data)
        self.progress.slowest_s = max(self.progress.slowest_s, time.process_time() - begin_s)
        self.progress.cases += 1
        now_s = time.monotonic()
        if now_s - self._told_s >= _TELL_EVERY_S:
            self._told_s = now_s
            self.tell()

    @property
    def _hang(self) -> type[BaseException]:
        from tests.fuzz.target import Hang  # noqa: PLC0415

        return Hang

    def tell(self, *, done: bool = False) -> None:
        progress = self.progress
        progress.rss_kib = _rss_kib()
        if not progress.warm_kib and time.monotonic() - self._begin_s > _WARM_SHARE * self._seconds:
            progress.warm_kib = progress.rss_kib
        progress.done = done
        progress.faults = tuple(
            f"{finding.place} {finding.problem}" for finding in self._findings.found.values()
        )
        sys.__stdout__.write(json.dumps(asdict(progress)) + "\n")  # type: ignore[union-attr]
        sys.__stdout__.flush()  # type: ignore[union-attr]


class _Over(BaseException):
    """The time is over in the middle of a batch."""


def _made(run: _Run) -> None:
    from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: PLC0415

    number = run.progress.seed
    while not run.over:

        @seed(number)
        @settings(
            max_examples=_BATCH, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(run.target.made)
        def batch(data: bytes) -> None:
            if run.over:
                raise _Over
            run.case(data)

        with contextlib.suppress(_Over):
            batch()
        number += 1
    run.tell(done=True)


def _guided(run: _Run) -> None:
    import atheris  # noqa: PLC0415

    def case(data: bytes) -> None:
        run.case(data)
        if run.over:
            run.tell(done=True)
            os._exit(0)  # libFuzzer never returns

    corpus = run.folder / "corpus" / run.target.name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(run.target.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    words = run.folder / f"{run.target.name}.dict"
    words.parent.mkdir(parents=True, exist_ok=True)
    words.write_text("".join(f'"{_escaped(token)}"\n' for token in run.target.tokens))
    # The limits are libFuzzer's own, in case that ours are not reached.
    options = [
        *([f"-dict={words}"] if run.target.tokens else []),
        f"-seed={run.progress.seed}", f"-max_len={run.target.longest}",
        "-timeout=30", "-rss_limit_mb=2048", "-verbosity=0", str(corpus),
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options], case)
    atheris.Fuzz()


def _escaped(token: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in token)


def _rss_kib() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") // 1024


if __name__ == "__main__":
    _name, _engine, _seconds, _seed, _folder = sys.argv[1:]
    assert _engine in get_args(Engine)
    main(_name, _engine, float(_seconds), int(_seed), Path(_folder))  # type: ignore[arg-type]
