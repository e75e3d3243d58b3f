"""Calls written in a test, a turn a line: "A: ..." is the agent, "C: ..." the customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from agent.cloning.engines import Engines
from agent.cloning.grades import AgentGrade, Breach, CallGrade, Grades, Use
from agent.cloning.mine.material import Material
from agent.cloning.recorded import Conversation, RecordedCall, Turn
from agent.config import Settings
from agent.speech.protocols import SentenceEncoder


@dataclass(frozen=True)
class Script:
    """One call; `use` as its grade says."""

    lines: str
    agent: str = "ann"
    won: bool = True
    use: Use = "lines"
    breaches: tuple[Breach, ...] = ()


def material(scripts: Mapping[str, Script], trust: Mapping[str, float] | None = None) -> Material:
    """A graded corpus; an agent trusted 0.8 and more is a top one, up to 0.3 a weak one."""
    trust = trust or {}
    calls, conversations = {}, {}
    for call_id, script in scripts.items():
        turns = tuple(_turn(i, line) for i, line in enumerate(script.lines.strip().splitlines()))
        calls[call_id] = RecordedCall(id=call_id, agent=script.agent, won=script.won)
        conversations[call_id] = Conversation(call=call_id, source="given", turns=turns)
    agents = sorted({script.agent for script in scripts.values()})
    return Material(calls, conversations, Grades(
        calls=tuple(
            CallGrade(call=i, agent=s.agent, won=s.won, score=None, use=s.use, breaches=s.breaches)
            for i, s in scripts.items()
        ),
        agents=tuple(_agent(name, trust.get(name, 0.9)) for name in agents),
    ))  # fmt: skip


def _turn(index: int, line: str) -> Turn:
    who, text = line.strip().split(": ", 1)
    speaker = {"A": "agent", "C": "customer"}[who]
    return Turn(speaker=speaker, start=index * 5.0, end=index * 5.0 + 4, text=text)


def _agent(name: str, trust: float) -> AgentGrade:
    tier = "top" if trust >= 0.8 else "weak" if trust <= 0.3 else "middle"
    return AgentGrade(
        agent=name, calls=9, decided=9, won=5, rate=trust, low=trust, high=trust, quality=None,
        rank=1, tier=tier, trust=trust,
    )  # fmt: skip


@cache
def encoder() -> SentenceEncoder:
    return Engines(Settings()).encoder
