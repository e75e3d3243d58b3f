"""Calls of the agent: from the records of real calls, or simulated; redacted as people's are."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from agent.cloning.ingest.outcomes import means_success
from agent.cloning.ingest.sound_file import UnreadableSound, look_at
from agent.cloning.recorded import Audio, Conversation, RecordedCall, SpokenWord, Turn
from agent.cloning.redact.plain import Redacted
from agent.cloning.redact.sound import SoundTask, UntimedSpeech, cuts, silence
from agent.dialogue.playbook import Persona
from agent.evaluation.blindtest.candidate import Candidate
from agent.evaluation.simulation.text_call import SimulatedCall
from agent.records.models import Speaker
from agent.records.records import NOT_KEPT
from agent.records.report import CallReport

# What slot a playbook keeps the customer's choice in.
_PRODUCT = "product"
Redact = Callable[[Mapping[str, Conversation], Mapping[str, RecordedCall]], Mapping[str, Redacted]]


def simulated_calls(
    calls: Iterable[SimulatedCall], persona: Persona, redact: Redact
) -> list[Candidate]:
    """Simulated calls as candidates; `persona` is the playbook's."""
    by_seed = {call.seed: call for call in calls}
    said = {seed: call.conversation for seed, call in by_seed.items()}
    redacted = redact(said, {seed: RecordedCall(id=seed) for seed in said})
    return [
        Candidate(
            arm="agent",
            call=seed,
            conversation=redacted[seed].conversation,
            won=call.done,
            company=persona.company,
            names=(persona.name,),
        )
        for seed, call in by_seed.items()
    ]


def kept_calls(
    reports: Iterable[CallReport], persona: Persona, redact: Redact, sounds: Path | None = None
) -> list[Candidate]:
    """Finished calls of the records whose words were kept.

    With `sounds`, a folder, a call's recording goes there without what was redacted; a recording
    that can't be read leaves its call without.
    """
    by_id = {report.call.id: report for report in reports if report.call.ended_at is not None}
    said = {call: said_in(report) for call, report in by_id.items()}
    said = {call: conversation for call, conversation in said.items() if conversation.turns}
    redacted = redact(said, {call: RecordedCall(id=call) for call in said})
    return [_kept(by_id[call], redacted[call], said[call], persona, sounds) for call in said]


def said_in(report: CallReport) -> Conversation:
    """What both sides heard: of a turn that was cut off the part that was spoken."""
    turns = []
    for turn in report.turns:
        text = turn.text if turn.heard_text is None else turn.heard_text
        if text.strip() and text != NOT_KEPT:
            turns.append(
                Turn(
                    speaker="customer" if turn.speaker == Speaker.CALLER else "agent",
                    start=turn.start_s,
                    end=turn.end_s,
                    text=text,
                    words=tuple(
                        SpokenWord(text=word["text"], start=word["start_s"], end=word["end_s"])
                        for word in turn.words
                    ),
                )
            )
    return Conversation(call=report.call.id, source="recognised", turns=tuple(turns))


def _kept(
    report: CallReport,
    redacted: Redacted,
    said: Conversation,
    persona: Persona,
    sounds: Path | None,
) -> Candidate:
    call = report.call
    recording = Path(call.recording_path) if call.recording_path and sounds is not None else None
    return Candidate(
        arm="agent",
        call=call.id,
        conversation=redacted.conversation,
        won=means_success((call.disposition or call.outcome or "").replace("_", " ")),
        product=str(call.slots.get(_PRODUCT, "")).casefold(),
        company=persona.company,
        names=(persona.name,),
        recording=_silenced(recording, sounds, said, redacted) if recording and sounds else None,
    )


def _silenced(recording: Path, sounds: Path, said: Conversation, redacted: Redacted) -> Path | None:
    to = sounds / f"{said.call}.flac"
    try:
        found = look_at(recording)
        audio = Audio(
            layout="stereo", files=(recording,), sha256="", duration_s=found.duration_s,
            customer_channel=0,
        )  # fmt: skip
        silence(SoundTask(said.call, audio, tuple(cuts(said, redacted.spans)), to))
    except (UnreadableSound, UntimedSpeech, OSError):
        return None
    return to
