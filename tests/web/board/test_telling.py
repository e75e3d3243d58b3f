"""What is told of a call, and what the board makes of it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from agent.calls.glimpse import Glimpse
from agent.calls.state import CallState
from agent.dialogue.mood import MoodLevel
from agent.records.models import Speaker
from agent.records.records import (
    RECORDING_REFUSED,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    TurnRecord,
)
from agent.web.board import telling
from agent.web.board.live_board import LiveBoard
from agent.web.board.live_call import LiveCall, Phase

NEW = telling.begun(
    CallStarted(call_id="a", channel_id="1.1", caller_number="201", started_at=datetime.now(UTC))
)


def turn(speaker: Speaker, text: str, at_s: float = 1.0, **values: Any) -> TurnRecord:
    return TurnRecord(
        call_id="a", index=0, speaker=speaker, text=text, start_s=at_s, end_s=at_s + 1, **values
    )


def event(kind: str, at_s: float = 1.0, **data: Any) -> EventRecord:
    return EventRecord(call_id="a", kind=kind, at_s=at_s, data=data)


def glimpse(state: CallState, **values: Any) -> Glimpse:
    return Glimpse(**{"call_id": "a", "state": state, "stage": "offer", "slots": {}, **values})


def after(*records: TurnRecord | EventRecord | LatencyRecord) -> LiveCall:
    call = NEW
    for record in records:
        if isinstance(record, TurnRecord):
            call = telling.with_turn(call, record)
        elif isinstance(record, EventRecord):
            call = telling.with_event(call, record)
        else:
            call = telling.with_latency(call, record)
    return call


def texts(call: LiveCall) -> list[str]:
    return [entry.text for entry in call.entries]


@pytest.mark.parametrize(
    ("seen", "phase"),
    [
        (glimpse(CallState.RINGING), Phase.RINGING),
        (glimpse(CallState.SCREENING), Phase.SCREENING),
        (glimpse(CallState.SPEAKING), Phase.AGENT_SPEAKS),
        (glimpse(CallState.SPEAKING, paused=True), Phase.PAUSED),
        (glimpse(CallState.LISTENING), Phase.WAITING),
        (glimpse(CallState.LISTENING, caller_speaks=True), Phase.CALLER_SPEAKS),
        (glimpse(CallState.THINKING), Phase.THINKING),
        (glimpse(CallState.HANDED_OVER), Phase.IN_QUEUE),
    ],
)
def test_a_glimpse_gives_the_phase(seen: Glimpse, phase: Phase) -> None:
    assert telling.seen(NEW, seen).phase is phase


def test_the_same_glimpse_twice_changes_nothing() -> None:
    seen = glimpse(CallState.LISTENING, caller_words="hello", slots={"x": "1"})
    once = telling.seen(NEW, seen)
    assert telling.seen(once, replace(seen, slots={"x": "1"})) is once


def test_words_stay_until_their_turn_is_told() -> None:
    call = telling.seen(NEW, glimpse(CallState.LISTENING, caller_words="how much"))
    call = telling.seen(call, glimpse(CallState.THINKING))
    assert call.latest_words == (Speaker.CALLER, "how much")
    call = telling.with_turn(call, turn(Speaker.CALLER, "how much is it"))
    assert call.caller_words == ""
    assert call.latest_words == (Speaker.CALLER, "how much is it")


def test_an_answer_bears_its_wait_and_the_unheard_rest() -> None:
    call = after(
        LatencyRecord(call_id="a", name="end_of_speech_to_first_audio", ms=400.0),
        LatencyRecord(call_id="a", name="tts_first_audio", ms=20.0),
        turn(Speaker.AGENT, "It is cheap and good.", heard_text="It is cheap"),
        LatencyRecord(call_id="a", name="end_of_speech_to_first_audio", ms=900.0),
    )
    (entry,) = call.entries
    assert (entry.text, entry.unheard, entry.wait_ms) == ("It is cheap", "and good.", 400.0)
    assert (call.last_wait_ms, call.median_wait_ms) == (900.0, 650.0)


def test_a_turn_stands_where_it_began_and_that_is_a_revision() -> None:
    call = after(event("silence_prompt", 2.0, step=0), turn(Speaker.AGENT, "Hello", 0.5))
    assert [entry.at_s for entry in call.entries] == [0.5, 2.0]
    assert call.revisions == 1
    assert telling.with_turn(call, turn(Speaker.CALLER, "hi", 3.0)).revisions == 1


def test_a_mood_holds_until_the_callers_next_turn() -> None:
    call = after(turn(Speaker.CALLER, "no!"), event("mood", level="angry", reasons=["words"]))
    assert (call.mood, call.mood_reasons) == (MoodLevel.ANGRY, ("words",))
    assert telling.with_turn(call, turn(Speaker.CALLER, "fine")).mood is MoodLevel.CALM


def test_what_figures_show_is_no_line_of_the_transcript() -> None:
    call = after(event("barge_in_paused"), event("end_of_turn"), event("barge_in_committed"))
    assert [entry.kind for entry in call.entries] == ["barge in committed"]
    assert call.barge_ins == 1


@pytest.mark.parametrize(("kept", "shown"), [(False, "[not kept]"), (True, "my secret")])
def test_who_refuses_recording_is_shown_no_longer(kept: bool, shown: str) -> None:
    call = after(turn(Speaker.CALLER, "my secret"), event(RECORDING_REFUSED, 2.0, text_kept=kept))
    assert texts(call)[0] == shown
    assert call.revisions == (not kept)


def test_a_caller_in_a_queue_and_back() -> None:
    call = after(event("transfer_started", queue="sales", reason="asked"))
    call = telling.with_event(call, event("queue_log", event="ENTERQUEUE", position=2))
    assert (call.phase, call.queue, call.position, call.led) == (Phase.IN_QUEUE, "sales", 2, False)
    assert telling.with_event(call, event("transfer_returned", status="FULL")).led


def test_a_transcript_is_bounded() -> None:
    call = after(*(turn(Speaker.CALLER, str(n), float(n)) for n in range(telling.MOST_ENTRIES + 5)))
    assert len(call.entries) == telling.MOST_ENTRIES
    assert texts(call)[0] == "5"
    assert call.told == telling.MOST_ENTRIES + 5


# -- all calls


def start(board: LiveBoard, call_id: str) -> None:
    board.call_started(CallStarted(call_id=call_id, channel_id=call_id))


def end(board: LiveBoard, call_id: str) -> None:
    board.call_ended(CallEnded(call_id=call_id, outcome="sale", ended_by="agent"))


def phases(board: LiveBoard) -> dict[str, Phase]:
    return {call.call_id: call.phase for call in board.calls.values()}


@pytest.mark.parametrize(
    ("taken", "human", "over"),
    [
        (event("transfer_answered", member="Zoe"), "Zoe", event("talk_ended", talk_s=9.0)),
        (event("taken_over", by="mo"), "mo", event("talk_ended", talk_s=9.0)),
        (
            event("transfer_answered", member="Zoe"),
            "Zoe",
            event("queue_log", event="COMPLETEAGENT"),
        ),
    ],
)
def test_a_call_with_a_human_stays_until_that_is_over(
    taken: EventRecord, human: str, over: EventRecord
) -> None:
    board = LiveBoard()
    start(board, "a")
    board.event(taken)
    end(board, "a")
    board.look([glimpse(CallState.ENDED)])  # its actor is not quite gone
    assert phases(board) == {"a": Phase.WITH_HUMAN}
    assert board.calls["a"].human == human
    board.event(over)
    assert phases(board) == {"a": Phase.ENDED}


def test_only_the_latest_ended_calls_are_kept() -> None:
    board = LiveBoard()
    for number in range(30):
        start(board, str(number))
        end(board, str(number))
    start(board, "live")
    assert list(board.calls)[-2:] == ["29", "live"]
    assert len(board.calls) == 9


def test_records_of_unknown_calls_are_ignored() -> None:
    board = LiveBoard()
    board.turn(turn(Speaker.CALLER, "hello"))
    end(board, "a")
    assert not board.calls
