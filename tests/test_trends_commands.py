"""`understudy trends` as it is typed, on a database of its own."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli import app
from agent.config import load_settings
from agent.errors import UnderstudyError
from agent.evaluation.simulation.measures import DONE
from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.records.models import Score
from agent.records.scores import ScoreStore
from tests.evaluation.trends.scores import SERIES, score


@pytest.fixture(autouse=True)
def own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERSTUDY_RECORDS__DATABASE_URL", f"sqlite:///{tmp_path}/calls.sqlite3")


def keep(*scores: Score) -> None:
    async def add() -> None:
        url = load_settings(None).records.database_url.get_secret_value()
        await upgrade(url)
        engine = create_engine(url)
        await ScoreStore(engine).add(scores)
        await engine.dispose()

    asyncio.run(add())


def trends(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["trends", *arguments])


def test_without_scores_it_says_where_they_come_from() -> None:
    error = trends().exception
    assert isinstance(error, UnderstudyError)
    assert "`understudy simulate --keep`" in str(error)


def test_a_worse_version_is_seen_in_table_page_and_json(tmp_path: Path) -> None:
    good, bad = [1.0] * 60 + [0.0] * 40, [1.0] * 20 + [0.0] * 80
    keep(score(0, "a", {DONE: good}), score(7, "b", {DONE: bad}, broken=2))
    page = tmp_path / "trends.html"
    told = trends("--html", str(page)).stdout
    assert SERIES in told
    assert "60 ±10" in told
    worse = "Worse: reached its goal -40.0"
    assert worse in told
    assert worse in page.read_text("utf-8")
    (found,) = json.loads(trends("--json").stdout)
    assert found["shifts"][DONE]["verdict"] == "worse"
    assert found["points"][1]["gates"]["wrong fact"]["broken"] == 2


def test_only_the_newest_points_are_printed() -> None:
    keep(*(score(day, "a", {DONE: [1.0, 0.0]}) for day in range(4)))
    told = trends("--last", "2").stdout
    assert "2026-03-03" not in told
    assert "2026-03-04" in told
