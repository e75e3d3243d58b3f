"""What the observers of a call get to see."""

from pathlib import Path

import pytest

from agent.asterisk.events import Channel
from agent.calls.journal import CallJournal
from agent.calls.speaker import SpokenClip, Utterance
from agent.dialogue.conversation import Continue, Reply, SpokenLine
from agent.dialogue.understanding import Understanding
from agent.media.stats import MediaStats
from agent.records.records import CallAnswered, CallStarted, LatencyRecord
from agent.speech.protocols import Transcript, Word
from tests.calls.fakes import Notes

CHANNEL = Channel("1700000000.1", "PJSIP/201-1", "201", "Ann", "8000")
CARD = "four nine oh two one one three oh six two one one three oh six one"
UTTERANCE = Utterance(
    clips=[
        SpokenClip(
            "line-1", SpokenLine("open.hello", "Hello."), 1.0, ended_s=1.5, heard_text="Hello."
        ),
        SpokenClip(
            "line-2",
            SpokenLine("open.ask", "Is it the offer?"),
            1.66,
            ended_s=2.254,
            heard_text="Is it",
        ),
        SpokenClip("line-3", SpokenLine("open.more", "Or not?")),
    ],
    first_audio_s=1.0,
)


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def journal(notes: Notes) -> CallJournal:
    return open_journal(notes)


def open_journal(
    *observers: Notes, channel: Channel = CHANNEL, recording: Path | None = None
) -> CallJournal:
    return CallJournal(
        "call-1",
        channel,
        recording,
        playbook=("tiny", "3", "abc"),
        models={"asr": {"name": "small", "sha256": "def"}},
        observers=observers,
    )


def heard(text: str, confidence: float = 0.9) -> Transcript:
    words = [Word(word, n / 2, n / 2 + 0.4, confidence) for n, word in enumerate(text.split())]
    return Transcript(text, tuple(words))


def understood(intent: str | None) -> Reply:
    understanding = Understanding(intent) if intent else None
    return Reply((), Continue(), None, understanding, "pitch")


def end(journal: CallJournal, *, media: MediaStats | None = None) -> None:
    journal.ended(
        outcome="sale",
        disposition="",
        ended_by="caller",
        cause=16,
        slots={"plan": "big"},
        summary="The caller.",
        media=media,
    )


def test_a_call_begins_with_who_called_and_what_answers(notes: Notes, tmp_path: Path) -> None:
    open_journal(notes, recording=tmp_path / "a.wav").answered("ulaw", "17.0")
    started, answered = notes.records
    assert isinstance(started, CallStarted)
    assert (started.call_id, started.channel_id) == ("call-1", "1700000000.1")
    assert (started.caller_number, started.called_exten) == ("201", "8000")
    assert (started.playbook_id, started.playbook_version) == ("tiny", "3")
    assert started.playbook_sha256 == "abc"
    assert started.models["asr"]["name"] == "small"
    assert started.recording_path == str(tmp_path / "a.wav")
    assert isinstance(answered, CallAnswered)
    assert answered.codec == "ulaw"


def test_what_is_not_known_is_none(notes: Notes) -> None:
    open_journal(notes, channel=Channel("1", "PJSIP/x", "", "", ""))
    (started,) = notes.records
    assert isinstance(started, CallStarted)
    assert (started.caller_number, started.called_exten) == (None, None)
    assert started.recording_path is None


def test_turns_of_both_sides_are_numbered_together(journal: CallJournal, notes: Notes) -> None:
    journal.agent_said(UTTERANCE, "opening", interrupted=False)
    journal.caller_said(heard("yes"), 3.0, 3.4, understood("affirm"))
    journal.agent_said(UTTERANCE, "pitch", interrupted=False)
    assert [(turn.index, turn.speaker.value) for turn in notes.turns] == [
        (0, "agent"),
        (1, "caller"),
        (2, "agent"),
    ]


def test_a_callers_turn(journal: CallJournal, notes: Notes) -> None:
    journal.caller_said(heard("how much is it", 0.81239), 3.004, 4.449, understood("ask_price"))
    (turn,) = notes.turns
    assert (turn.text, turn.confidence) == ("how much is it", 0.812)
    assert (turn.start_s, turn.end_s) == (3.0, 4.45)
    assert (turn.stage, turn.intent) == ("pitch", "ask_price")
    assert [word["text"] for word in turn.words] == ["how", "much", "is", "it"]
    assert turn.words[1] == {"text": "much", "start_s": 0.5, "end_s": 0.9, "confidence": 0.81239}


def test_a_reply_that_needed_no_understanding(journal: CallJournal, notes: Notes) -> None:
    journal.caller_said(heard(""), 3.0, 2.0, understood(None))
    (turn,) = notes.turns
    assert turn.intent is None
    assert turn.end_s == turn.start_s


def test_card_digits_are_kept_nowhere(journal: CallJournal, notes: Notes) -> None:
    journal.caller_said(heard(f"it is {CARD} okay"), 3.0, 9.0, understood("give_card"))
    (turn,) = notes.turns
    assert turn.text == "it is [digits] okay"
    assert turn.words == []
    assert "nine" not in repr(notes.records)


def test_digits_that_were_asked_for_stay(journal: CallJournal, notes: Notes) -> None:
    journal.caller_said(heard("oh seven seven double oh nine hundred"), 3, 5, understood("inform"))
    assert "seven seven" in notes.turns[0].text


@pytest.mark.parametrize(("interrupted", "part"), [(False, None), (True, "Hello. Is it")])
def test_an_agents_turn(
    journal: CallJournal, notes: Notes, interrupted: bool, part: str | None
) -> None:
    journal.agent_said(UTTERANCE, "opening", interrupted)
    (turn,) = notes.turns
    assert turn.text == "Hello. Is it the offer? Or not?"
    assert (turn.heard_text, turn.interrupted) == (part, interrupted)
    assert (turn.start_s, turn.end_s) == (1.0, 2.25)
    assert turn.line_ids == ["open.hello", "open.ask", "open.more"]


def test_a_wait_belongs_to_the_turn_it_leads_to(journal: CallJournal, notes: Notes) -> None:
    journal.latency("answer_to_first_audio", 12.34)
    journal.agent_said(UTTERANCE, "opening", interrupted=False)
    journal.caller_said(heard("yes"), 3.0, 3.4, understood("affirm"))
    journal.latency("decision", 5.0)
    waits = [record for record in notes.records if isinstance(record, LatencyRecord)]
    assert [(wait.name, wait.ms, wait.turn_index) for wait in waits] == [
        ("answer_to_first_audio", 12.3, 0),
        ("decision", 5.0, 2),
    ]


@pytest.mark.parametrize("result", ["answered", "returned", "abandoned"])
def test_the_result_of_a_transfer_is_kept(journal: CallJournal, notes: Notes, result: str) -> None:
    journal.transfer_started("sales", 8.126, reason="asked")
    journal.transfer_ended(result, 20.0, wait_s=12.0)
    end(journal)
    started, ended = notes.events
    assert (started.kind, started.at_s) == ("transfer_started", 8.13)
    assert started.data == {"queue": "sales", "reason": "asked"}
    assert (ended.kind, ended.data) == (f"transfer_{result}", {"wait_s": 12.0})
    assert (notes.ended.transfer_queue, notes.ended.transfer_result) == ("sales", result)


def test_the_end_of_a_call(journal: CallJournal, notes: Notes) -> None:
    end(journal)
    assert (notes.ended.outcome, notes.ended.disposition) == ("sale", None)
    assert (notes.ended.ended_by, notes.ended.hangup_cause) == ("caller", 16)
    assert (notes.ended.transfer_queue, notes.ended.transfer_result) == (None, None)
    assert (notes.ended.slots, notes.ended.media) == ({"plan": "big"}, {})


def test_every_observer_gets_every_record() -> None:
    first, second = Notes(), Notes()
    journal = open_journal(first, second)
    journal.answered("alaw", "17.0")
    journal.event("noise", 1.0)
    journal.latency("decision", 1.0)
    journal.agent_said(UTTERANCE, "opening", interrupted=False)
    end(journal)
    assert len(first.records) == 6
    assert first.records == second.records
