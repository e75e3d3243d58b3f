"""`understudy score` as it is typed."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.cloning.project import Project, ProjectSettings
from agent.cloning.recorded import RecordedCall
from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.records.models import Score, Speaker
from agent.records.scores import ScoreStore
from agent.records.writer import RecordWriter
from tests.evaluation.rubric.test_score import GOOD, POOR
from tests.records.calls import CALL, ended, said, started
from tests.test_cli import Run, run  # noqa: F401  a fixture


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone project of two redacted calls, which need no grammar, scored by phrases alone."""
    monkeypatch.setattr("agent.evaluation.scoring.scored.meanings_of", lambda *_: {})
    root = tmp_path / "clone"
    made = Project.create(root, ProjectSettings())
    calls = {"good": GOOD, "poor": POOR}
    for name in ("ingest", "redact"):
        made.folder(name).mkdir()
    rows = [RecordedCall(id=call, agent=f"{call} agent").model_dump_json() for call in calls]
    (made.folder("ingest") / "calls.jsonl").write_text("\n".join(rows))
    for call, conversation in calls.items():
        told = conversation.model_copy(update={"call": call})
        (made.folder("redact") / f"{call}.json").write_text(told.model_dump_json())
    return root


def test_every_score_is_printed_with_turn_time_and_quote(run: Run, project: Path) -> None:  # noqa: F811
    done = run("score", str(project), COLUMNS="160")

    assert done.status == 0
    assert "Call good, agent good agent, 18 turns" in done.out
    assert "Of full marks: 100% (introduction 100%, product 100%" in done.out
    assert "E2  2  Reads it back" in done.out
    assert "turn 15, " in done.out
    assert "E3  –  Records it rightly" in done.out and "left to people" in done.out


def test_json_has_every_score_of_every_call(run: Run, project: Path) -> None:  # noqa: F811
    told = json.loads(run("score", str(project), "--json").out)

    assert [call["call"] for call in told["calls"]] == ["good", "poor"]
    assert [len(call["scores"]) for call in told["calls"]] == [22, 22]
    first = told["calls"][0]["scores"][0]
    assert (first["criterion"], first["score"], first["turn"]) == ("A1", 2, 1)
    assert "agreement" not in told


def test_what_can_not_be_scored_is_a_line_each_and_status_3(
    run: Run,  # noqa: F811
    project: Path,
    tmp_path: Path,
) -> None:
    (tmp_path / "empty.json").touch()

    done = run("score", str(project), "empty.json", "abcd", "no such call")

    assert done.status == 3
    assert "Call poor" in done.out
    assert [line for line in done.err.splitlines() if line] == [
        "understudy: empty.json: it is no transcript: the file is empty (0 bytes). It is left out.",
        "understudy: abcd: neither a file nor a recorded call. No call has the id 'abcd': "
        "`understudy calls list` has all.",
        "understudy: no such call: neither a file nor a recorded call. 'no such call' is not a "
        "call's id: give it, or at least its first 4 characters, as `understudy calls list` shows "
        "it.",
    ]


def test_where_nothing_can_be_scored_it_is_status_1(run: Run, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "empty.json").touch()

    done = run("score", "empty.json")

    assert done.status == 1
    assert done.err.splitlines()[-1] == "understudy: No call could be scored."


def test_agreement_with_scorecards(run: Run, project: Path, tmp_path: Path) -> None:  # noqa: F811
    cards = tmp_path / "cards.csv"
    rows = ["good,A1,2", "poor,A1,0", "good,A3,2", "poor,A3,1", "good,E3,2", "gone,A1,1"]
    cards.write_text("\n".join(["call_id,criterion,score", *rows]))

    told = json.loads(run("score", str(project), "--against", "cards.csv", "--json").out)
    found = {one["criterion"]: one for one in told["agreement"]["criteria"]}

    assert told["agreement"]["missing"] == ["gone"]
    assert found["A1"]["kappa"]["value"] == 1.0
    assert found["A3"]["equal"]["value"] == 0.5
    assert (found["E3"]["n"], found["E3"]["abstained"]) == (0, 1)
    printed = run("score", str(project), "--against", "cards.csv", COLUMNS="120").out
    assert "Against the scorecards: 2 calls" in printed
    assert "Mean kappa" in printed


def test_own_criteria_come_from_the_option_or_the_settings(
    run: Run,  # noqa: F811
    project: Path,
    tmp_path: Path,
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "- {id: T1, group: closing, name: Tea, rule: {scores: {2: [tea]}, otherwise: 0}}"
    )
    for given in (
        run("score", str(project), "--rubric", "own.yaml", "--json"),
        run("score", str(project), "--json", UNDERSTUDY_EVALUATION__RUBRIC=str(own)),
    ):
        scores = [call["scores"][-1] for call in json.loads(given.out)["calls"]]
        assert [(one["criterion"], one["score"]) for one in scores] == [("T1", 2), ("T1", 0)]
    own.write_text("- {id: T1, group: closing, name: Tea, rule: {scores: {2: ['/te(a/']}}}")
    assert "own.yaml:1: T1, rule.scores.2.0: the regular expression /te(a/ is broken" in (
        run("score", str(project), "--rubric", "own.yaml").complaint
    )


async def kept_scores(url: str) -> Sequence[Score]:
    engine = create_engine(url)
    found = await ScoreStore(engine).all()
    await engine.dispose()
    return found


@pytest.mark.models
def test_a_call_of_the_records_is_scored_by_its_own_words(run: Run, tmp_path: Path) -> None:  # noqa: F811
    url = f"sqlite:///{tmp_path}/calls.sqlite3"
    agent = "Good morning, my name is Joe, from Brightsea. I'm calling about your renewal."

    async def fill() -> None:
        await upgrade(url)
        engine = create_engine(url)
        writer = RecordWriter(engine)
        writer.start()
        writer.call_started(started())
        writer.turn(said(0, "Hello?"))
        writer.turn(said(1, agent, speaker=Speaker.AGENT))
        writer.turn(said(2, "I'm Ann Clark and I'm busy."))
        writer.turn(said(3, "Of course, Ann Clark. Goodbye.", speaker=Speaker.AGENT))
        writer.call_ended(ended())
        await writer.aclose()
        await engine.dispose()

    asyncio.run(fill())
    done = run("score", CALL[:8], "--json", "--keep", UNDERSTUDY_RECORDS__DATABASE_URL=url)

    assert done.status == 0
    (call,) = json.loads(done.out)["calls"]
    scores = {one["criterion"]: one for one in call["scores"]}
    assert call["call"] == CALL
    assert (scores["A1"]["score"], scores["A1"]["turn"], scores["A1"]["at_s"]) == (2, 1, 1.0)
    assert scores["A1"]["quote"] == "Good morning, my name is Joe, from Brightsea."
    (kept,) = asyncio.run(kept_scores(url))
    assert kept.call_id == CALL
    assert len(kept.measures) == len(call["groups"])
