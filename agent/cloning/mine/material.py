"""What miners read: redacted conversations, what became of the calls, and who is to be believed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.cloning.grades import Grades, Use
from agent.cloning.mined import Evidence
from agent.cloning.recorded import Conversation, RecordedCall, Turn


@dataclass(frozen=True, slots=True)
class Place:
    """One turn in one call."""

    call: RecordedCall
    index: int
    turn: Turn

    def evidence(self, quote: str = "") -> Evidence:
        """The turn, or a literal part of it, as evidence. Raises ValueError for other words."""
        quote = quote or self.turn.text
        if quote not in self.turn.text:
            raise ValueError(f"{quote!r} is not said in turn {self.index} of {self.call.id}")
        return Evidence(
            call=self.call.id,
            turn=self.index,
            start=self.turn.start,
            quote=quote,
            agent=self.call.agent,
        )


@dataclass(frozen=True, slots=True)
class Material:
    """The corpus after redaction and grading."""

    calls: Mapping[str, RecordedCall]
    conversations: Mapping[str, Conversation]
    grades: Grades

    def places(self, *uses: Use) -> Iterator[Place]:
        """Every turn of the calls that may be used so (of all calls, when none is named)."""
        allowed = self.grades.used_for(*uses) if uses else self.conversations.keys()
        for call_id, conversation in self.conversations.items():
            if call_id in allowed:
                for index, turn in enumerate(conversation.turns):
                    yield Place(self.calls[call_id], index, turn)

    def trust(self, agent: str) -> float:
        """How much a statement of this agent's weighs, 0 to 1; a half for who is not graded."""
        grade = self.grades.agent(agent)
        return 0.5 if grade is None else grade.trust
