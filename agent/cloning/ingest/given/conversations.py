"""Given transcripts as conversations: whose turn is whose, with times everywhere."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from agent.cloning.ingest.given.said import GivenTranscript, Said, timed
from agent.cloning.ingest.roles import known_role, tell_apart
from agent.cloning.pipeline import Problem
from agent.cloning.recorded import Conversation, Speaker, Turn

_FEWEST_TURNS = 2


@dataclass(frozen=True, slots=True)
class GivenConversations:
    """By call. `notes` say what labels were taken for, where they did not say it themselves."""

    conversations: Mapping[str, Conversation]
    left_out: Mapping[str, Problem]
    notes: tuple[str, ...]


def conversations_from(
    transcripts: Mapping[str, GivenTranscript], agents: Collection[str]
) -> GivenConversations:
    """By call; `agents` are the staff, as the table names them."""
    left_out: dict[str, Problem] = {}
    roles: dict[str, dict[str, Speaker]] = {}
    unclear: dict[str, GivenTranscript] = {}
    for call, transcript in transcripts.items():
        labels = {turn.label for turn in transcript.said}
        staff = {transcript.agent, *agents}
        problem = _unusable(call, transcript, labels)
        if problem is not None:
            left_out[call] = problem
            continue
        roles[call] = _known_roles(labels, staff)
        if set(roles[call].values()) != {"agent", "customer"}:
            unclear[call] = transcript
    notes = _told_apart(unclear, roles, left_out)
    conversations = {
        call: _conversation(call, timed(transcripts[call].said), of)
        for call, of in roles.items()
        if call not in left_out
    }
    return GivenConversations(conversations, left_out, notes)


def _unusable(call: str, transcript: GivenTranscript, labels: set[str]) -> Problem | None:
    if labels == {""}:
        return Problem(
            call,
            f"{transcript.path.name} does not say who speaks",
            "Give a transcript with speakers, or the recording alone.",
        )
    if len(transcript.said) < _FEWEST_TURNS:
        return Problem(call, "only one turn is spoken in it", "It is left out.")
    return None


def _known_roles(labels: Collection[str], staff: Collection[str]) -> dict[str, Speaker]:
    """Where the labels of one side are known, all others are the other side's."""
    known = {label: role for label in labels if (role := known_role(label, staff)) is not None}
    if not known:
        return {}
    # A third voice beside both is none of the people who are to be learned from.
    rest: Speaker = "customer" if "agent" in known.values() else "agent"
    return {label: known.get(label, rest) for label in labels}


def _told_apart(
    unclear: Mapping[str, GivenTranscript],
    roles: dict[str, dict[str, Speaker]],
    left_out: dict[str, Problem],
) -> tuple[str, ...]:
    judged = tell_apart(
        {call: [(turn.label, turn.text) for turn in t.said] for call, t in unclear.items()}
    )
    notes = []
    for call, role in judged.items():
        if role.agent_label is None:
            left_out[call] = Problem(
                call,
                f"which of its speakers is the agent can't be told: {role.why}",
                "Name them agent and customer in the transcript.",
            )
            continue
        labels = {turn.label for turn in unclear[call].said}
        roles[call] = {
            label: "agent" if label == role.agent_label else "customer" for label in labels
        }
        notes.append(f"{call}: '{role.agent_label}' is taken for the agent, since {role.why}.")
    return tuple(notes)


def _conversation(call: str, said: tuple[Said, ...], roles: Mapping[str, Speaker]) -> Conversation:
    turns = tuple(
        Turn(
            speaker=roles[turn.label],
            start=turn.start or 0.0,
            end=turn.end or 0.0,
            text=turn.text,
            words=turn.words,
            confidence=turn.confidence,
        )
        for turn in said
    )
    return Conversation(call=call, source="given", turns=turns)
