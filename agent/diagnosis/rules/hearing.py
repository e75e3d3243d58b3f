"""What the agent heard, and what it made of it."""

from collections.abc import Iterator
from itertools import pairwise

from agent.diagnosis.case import Case, moment, quoted
from agent.diagnosis.finding import Finding, Severity
from agent.diagnosis.limits import Limits

_NOTHING = "none"


def unsure_words(case: Case, limits: Limits) -> Iterator[Finding]:
    """Turns of which the recogniser was not sure."""
    unsure = [
        turn
        for turn in case.caller_turns
        if turn.text and turn.confidence is not None and turn.confidence < limits.unsure_words
    ]
    if unsure:
        yield Finding(
            rule="unsure_words",
            severity=Severity.TROUBLE,
            what=f"The caller was probably misheard {_times(len(unsure))}",
            at_s=unsure[0].start_s,
            evidence=tuple(
                moment(turn.start_s, f"{quoted(turn.text)} confidence {turn.confidence:.2f}")
                for turn in unsure
            ),
            cause="Noise, a bad line, or a voice that the recogniser does not know.",
            remedy="Listen to the recording. A larger speech.asr_model hears people better than "
            "the bundled one.",
        )


def skipped_speech(case: Case, limits: Limits) -> Iterator[Finding]:
    """Sound that was thrown away because recognition was too far behind."""
    for event in case.events("turn_taking"):
        skipped_ms = event.data.get("recognition_skipped_ms", 0)
        if skipped_ms:
            yield Finding(
                rule="skipped_speech",
                severity=Severity.FAULT,
                what=f"{skipped_ms} ms of what the caller said were never recognised",
                evidence=(f"recognition was up to {event.data.get('recognition_lag_ms')} ms late",),
                cause="Too many calls for the cores.",
                remedy="More speech.threads if cores are idle; a lower admission."
                "recognition_lag_ms refuses calls before it comes to this.",
            )


def not_understood(case: Case, limits: Limits) -> Iterator[Finding]:
    """Turns that were heard, and of which nothing was understood."""
    strange = [
        turn
        for turn in case.caller_turns
        if turn.intent == _NOTHING
        and turn.text
        and (turn.confidence is None or turn.confidence >= limits.unsure_words)
    ]
    if strange:
        yield Finding(
            rule="not_understood",
            severity=Severity.TROUBLE if len(strange) > 1 else Severity.NOTE,
            what=f"The caller was heard and not understood {_times(len(strange))}",
            at_s=strange[0].start_s,
            evidence=tuple(moment(turn.start_s, quoted(turn.text)) for turn in strange),
            cause="The playbook has no example like it, or the words were misheard after all.",
            remedy="If the words are right, give the playbook an example of them.",
        )


def asked_again(case: Case, limits: Limits) -> Iterator[Finding]:
    """The same question, turn after turn."""
    again = [
        later
        for before, later in pairwise(case.agent_turns)
        if before.line_ids and later.line_ids and before.line_ids[-1] == later.line_ids[-1]
        if not before.interrupted
    ]
    if again:
        yield Finding(
            rule="asked_again",
            severity=Severity.TROUBLE if len(again) > 1 else Severity.NOTE,
            what=f"The agent asked the same again {_times(len(again))}",
            at_s=again[0].start_s,
            evidence=tuple(moment(turn.start_s, quoted(turn.text)) for turn in again),
            cause="The answer before was not taken for one.",
            remedy="Compare what was heard before it with the recording.",
        )


def went_on(case: Case, limits: Limits) -> Iterator[Finding]:
    """The agent took the caller for finished, who was not."""
    events = case.events("turn_went_on")
    if events:
        yield Finding(
            rule="went_on",
            severity=Severity.TROUBLE if len(events) > 1 else Severity.NOTE,
            what=f"The agent began before the caller had finished, {_times(len(events))}",
            at_s=events[0].at_s,
            evidence=tuple(
                moment(event.at_s, f"the caller went on {quoted(event.data.get('heard') or '…')}")
                for event in events
            ),
            cause="The caller paused within a sentence; both parts were understood as one turn.",
            remedy="If it happens in many calls, raise the waits of turns.endpointing.",
        )


def silences(case: Case, limits: Limits) -> Iterator[Finding]:
    """The agent had to ask whether anybody was there."""
    events = case.events("silence_prompt")
    if events:
        deaf = not case.caller_turns
        yield Finding(
            rule="silences",
            severity=Severity.TROUBLE if deaf else Severity.NOTE,
            what=f"The caller said nothing for so long that the agent asked, {_times(len(events))}",
            at_s=events[0].at_s,
            evidence=tuple(
                moment(event.at_s, f"prompt {event.data.get('step')}") for event in events
            ),
            cause="Not a word was heard in the whole call: nobody spoke, or no sound came."
            if deaf
            else "The caller was silent, spoke too low to be heard, or had put the phone down.",
            remedy="Listen to the recording's left side: if a voice is there, it was not let in.",
        )


def noises(case: Case, limits: Limits) -> Iterator[Finding]:
    """Coughs, clicks and rooms."""
    events = case.events("noise")
    if len(events) >= limits.noises:
        yield Finding(
            rule="noises",
            severity=Severity.NOTE,
            what=f"{len(events)} sounds of the caller's side held no words",
            at_s=events[0].at_s,
            evidence=tuple(
                moment(event.at_s, f"{event.data.get('speech_ms', 0)} ms of sound")
                for event in events
            ),
            cause="A noisy room or line.",
            remedy="The neural detector judges on noisy lines (turns.vad_filter).",
        )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
