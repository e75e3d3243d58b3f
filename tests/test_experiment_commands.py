"""`understudy experiment status` and `report`."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.records.models import Speaker
from agent.records.records import Assignment
from agent.records.writer import RecordWriter
from tests.experiments.test_design import designed
from tests.records.calls import NOON, ended, said, started
from tests.test_cli import Run, run  # noqa: F401  a fixture

CALLERS = 120


def assignments() -> Iterator[Assignment]:
    """Two revisions: in the first nearly all callers are missing from one variant."""
    for number in range(CALLERS):
        assigned = designed(salt="lost").assign(f"+4477001{number:05}", "1.1")
        if assigned.variant == "old" or number % 16 == 0:
            yield assigned
    for number in range(CALLERS):
        yield designed().assign(f"+4477001{number:05}", "1.1")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Calls of an experiment that was configured anew once; nobody was told of a machine."""
    url = f"sqlite:///{tmp_path_factory.mktemp('experiments')}/calls.sqlite3"

    async def fill() -> None:
        await upgrade(url)
        engine = create_engine(url)
        writer = RecordWriter(engine)
        writer.start()
        calls = [(str(UUID(int=number)), one) for number, one in enumerate(assignments())]
        for number, (call_id, one) in enumerate(calls):
            at = NOON.replace(minute=number // 60, second=number % 60)
            writer.call_started(started(call_id, started_at=at, assignment=one))
        for call_id, one in calls:
            told = "an automated assistant" if one.variant == "old" else "Ann"
            writer.turn(said(0, f"Hello, I am {told}.", call_id, speaker=Speaker.AGENT))
        for number, (call_id, _) in enumerate(calls):
            outcome = "sale" if number % 3 == 0 else "no_sale"
            writer.call_ended(ended(call_id, outcome, ended_at=NOON.replace(hour=13)))
        await writer.flush()
        await writer.aclose()
        await engine.dispose()

    asyncio.run(fill())
    return url


@pytest.fixture
def settings(database: str) -> dict[str, str]:
    return {"UNDERSTUDY_RECORDS__DATABASE_URL": database}


def test_status_counts_callers_by_revision(run: Run, settings: dict[str, str]) -> None:  # noqa: F811
    done = run("experiment", "status", **settings)
    assert done.status == 0
    assert [line.split()[:2] for line in done.out.splitlines()[1:3]] == [["x", "1"], ["x", "2"]]
    assert "The settings have no experiment" in done.out
    told = json.loads(run("experiment", "status", "--json", **settings).out)
    assert sum(told["revisions"][1]["callers"].values()) == CALLERS


def test_a_broken_gate_is_told_on_the_terminal_in_json_and_on_a_page(
    run: Run,  # noqa: F811
    settings: dict[str, str],
    tmp_path: Path,
) -> None:
    page = tmp_path / "report.html"
    done = run("experiment", "report", "x", "--html", str(page), **settings)
    assert done.status == 3
    assert "x, revision 2" in done.out
    assert "new must not go live: not disclosed" in " ".join(done.out.split())
    assert "new must not go live: not disclosed" in page.read_text("utf-8")
    told = json.loads(run("experiment", "report", "x", "--json", **settings).out)
    assert (told["gates_kept"], told["mismatch"]) == (False, False)
    success = [one["measures"]["succeeded"]["found"] for one in told["variants"].values()]
    assert sum(one["callers"] for one in success) == CALLERS


def test_a_revision_is_reported_by_itself(run: Run, settings: dict[str, str]) -> None:  # noqa: F811
    done = run("experiment", "report", "x", "--revision", "1", "--json", **settings)
    told = json.loads(done.out)
    assert (done.status, told["mismatch"]) == (3, True)
    assert sum(told["other_revisions"]["2"].values()) == CALLERS


def test_what_there_is_not_is_said_in_one_line(run: Run, settings: dict[str, str]) -> None:  # noqa: F811
    unknown = run("experiment", "report", "y", **settings)
    assert "No call belongs to an experiment 'y' (there are calls of x)" in unknown.complaint
    third = run("experiment", "report", "x", "--revision", "3", **settings)
    assert "'x' has 2 revisions, not 3" in third.complaint


def test_without_any_experiment_status_says_how_to_begin_one(run: Run) -> None:  # noqa: F811
    done = run("experiment", "status")
    assert (done.status, done.out) == (
        0, "The settings have no experiment: [experiment] begins one.\n",
    )  # fmt: skip
