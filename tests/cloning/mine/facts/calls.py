"""Small archives of calls for tests: a dental practice, its agents and what they say."""

from collections.abc import Sequence

from agent.cloning.grades import AgentGrade, Grades
from agent.cloning.mine.material import Material
from agent.cloning.recorded import Conversation, RecordedCall, Turn

TRUST = {"ann": 0.9, "ben": 0.6, "cas": 0.6, "wes": 0.2}
Said = tuple[str, Sequence[str]]


def archive(*calls: Said, source: str = "given") -> Material:
    """Calls as (agent, turns): "A: ..." is the agent's, "C: ..." the customer's."""
    recorded, conversations = {}, {}
    for number, (agent, lines) in enumerate(calls, 1):
        call = f"D-{number}"
        recorded[call] = RecordedCall(id=call, agent=agent, transcript=True)
        turns = tuple(
            Turn(
                speaker="agent" if line.startswith("A: ") else "customer",
                start=5.0 * index,
                end=5.0 * index + 4.0,
                text=line[3:],
            )
            for index, line in enumerate(lines)
        )
        conversations[call] = Conversation.model_validate(
            {"call": call, "source": source, "turns": turns}
        )
    return Material(recorded, conversations, Grades(calls=(), agents=_grades()))


def _grades() -> tuple[AgentGrade, ...]:
    return tuple(
        AgentGrade(
            agent=agent, calls=9, decided=9, won=3, rate=0.3, low=0.2, high=0.4, quality=None,
            rank=rank, tier="top" if trust > 0.8 else "weak" if trust < 0.4 else "middle",
            trust=trust,
        )
        for rank, (agent, trust) in enumerate(TRUST.items(), 1)
    )  # fmt: skip


def opening(agent: str) -> list[str]:
    """Turns before anything is said of the offer."""
    return ["C: Hello?", f"A: Good morning, Mill Lane Dental, {agent} speaking.", "C: Hi."]
