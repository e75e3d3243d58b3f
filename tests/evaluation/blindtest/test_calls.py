"""Calls of people and of the agent, as candidates."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from agent.cloning.project import Project, ProjectSettings
from agent.cloning.recorded import Conversation
from agent.cloning.redact.plain import Redacted
from agent.cloning.redact.spans import Span
from agent.dialogue.playbook import Persona
from agent.evaluation.blindtest.agent_calls import kept_calls
from agent.evaluation.blindtest.errors import BlindTestError
from agent.evaluation.blindtest.project_calls import project_calls
from agent.records.models import Call, Speaker, Turn
from agent.records.records import NOT_KEPT
from agent.records.report import CallReport, build_report

BEGAN = datetime(2026, 3, 2, 10, tzinfo=UTC)
PERSONA = Persona.model_construct(name="Joe", company="Acme")


def report(number: int, *said: str, **known: Any) -> CallReport:
    """A finished call of the records; turns last a second each."""
    told = {"ended_at": BEGAN + timedelta(minutes=3), "disposition": "sale", **known}
    call = Call(id=f"{number:032x}", instance="a", channel_id="b", started_at=BEGAN, **told)
    sides = {"a": Speaker.AGENT, "c": Speaker.CALLER}
    turns = [
        Turn(
            call_id=call.id, index=at, speaker=sides[line[0]], text=line[3:].partition(" | ")[0],
            heard_text=line.partition(" | ")[2] or None, start_s=float(at), end_s=at + 0.9,
        )
        for at, line in enumerate(said)
    ]  # fmt: skip
    return build_report(call, turns, [], [])


def redact(said: Any, of: Any) -> dict[str, Redacted]:
    """Every word Margaret is a name."""
    assert of.keys() == said.keys()
    return {call: _redacted(conversation) for call, conversation in said.items()}


def _redacted(conversation: Conversation) -> Redacted:
    places = [turn.text.find("Margaret") for turn in conversation.turns]
    spans = tuple((Span(at, at + 8, "PERSON", "m"),) if at >= 0 else () for at in places)
    turns = tuple(
        turn.model_copy(update={"text": turn.text.replace("Margaret", "<PERSON_1>")})
        for turn in conversation.turns
    )
    return Redacted(conversation.model_copy(update={"turns": turns}), spans)


def test_of_the_records_only_finished_calls_with_words_that_were_heard_count() -> None:
    unkept = f"c: {NOT_KEPT}"
    reports = [
        report(1, "a: Hello there. It's forty. | Hello there.", "c: I'm Margaret", unkept),
        report(2, "a: Hello.", ended_at=None),
        report(3, unkept),
    ]  # fmt: skip
    (one,) = kept_calls(reports, PERSONA, redact)
    assert [turn.text for turn in one.conversation.turns] == ["Hello there.", "I'm <PERSON_1>"]
    assert (one.arm, one.won, one.company, one.names) == ("agent", True, "Acme", ("Joe",))


@pytest.mark.parametrize(("disposition", "won"), [("no_sale", False), ("booked", True)])
def test_the_disposition_says_whether_it_was_won(disposition: str, won: bool) -> None:
    (one,) = kept_calls([report(1, "a: Hello.", disposition=disposition)], PERSONA, redact)
    assert one.won is won


def test_a_recording_is_silent_where_a_name_was_and_a_missing_one_is_no_error(
    tmp_path: Path,
) -> None:
    there = tmp_path / "call.wav"
    soundfile.write(there, np.full((8000 * 4, 2), 9000, np.int16), 8000)
    said = ("a: Hello there.", "c: I'm Margaret", "a: Good.", "c: Yes.")
    reports = [
        report(1, *said, recording_path=str(there)),
        report(2, *said, recording_path=str(tmp_path / "gone.wav")),
    ]
    first, second = kept_calls(reports, PERSONA, redact, tmp_path / "sounds")
    assert second.recording is None
    assert first.recording is not None
    samples, _ = soundfile.read(first.recording, dtype="int16")
    assert abs(samples[int(8000 * 1.6), 0]) < 2000  # the name's time, on the caller's side
    assert samples[int(8000 * 3.5), 0] == 9000


def test_a_project_that_is_not_redacted_yet_is_refused(tmp_path: Path) -> None:
    project = Project.create(tmp_path, ProjectSettings())
    (tmp_path / "1-ingest").mkdir()
    (tmp_path / "1-ingest" / "calls.jsonl").write_text("")
    with pytest.raises(BlindTestError, match="has no redacted transcripts: run `understudy clone"):
        project_calls(project)
