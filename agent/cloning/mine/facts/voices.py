"""How far an agent's word goes: the tier that grading gave, and whether others say the same."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from agent.cloning.mine.facts.claims import Claim
from agent.cloning.mine.material import Material

# For agents without a tier that says so; who has no grade at all is neither weak nor strong.
_WEAK, _STRONG = 0.3, 0.75
# A third of the values that somebody states are nobody else's, three of them at least: a contrary
# voice, whatever the table says. Agreement can be told among three agents and more.
_LONE_SHARE, _LONE_CLAIMS, _FEWEST_AGENTS = 1 / 3, 3, 3


def is_weak(agent: str, material: Material) -> bool:
    """Whether an agent's word alone founds nothing."""
    grade = material.grades.agent(agent)
    return (grade is not None and grade.tier == "weak") or material.trust(agent) < _WEAK


def is_strong(agent: str, material: Material) -> bool:
    """Whether an agent is not doubted for saying something alone."""
    grade = material.grades.agent(agent)
    return (grade is not None and grade.tier == "top") or material.trust(agent) >= _STRONG


def contrary_made_weak(material: Material, claims: Sequence[Claim]) -> Material:
    """The material with agents graded weak whose values hardly anybody else gives.

    A table of calls won can be wrong about them: one false win lifts who has few calls. Who is
    strong by it may well know more than the others, and stays.
    """
    contrary = {a for a in contrary_voices(claims) if not is_strong(a, material)}
    agents = tuple(
        grade.model_copy(update={"tier": "weak", "trust": min(grade.trust, _WEAK / 2)})
        if grade.agent in contrary
        else grade
        for grade in material.grades.agents
    )
    return replace(material, grades=material.grades.model_copy(update={"agents": agents}))


def contrary_voices(claims: Sequence[Claim]) -> frozenset[str]:
    """Who states values of the offer that nobody else does, time and again."""
    speakers: defaultdict[tuple[str, float], set[str]] = defaultdict(set)
    own: defaultdict[str, set[tuple[str, tuple[str, float]]]] = defaultdict(set)
    for claim in claims:
        if claim.amount.dimension and claim.standing != "customer's":
            speakers[claim.key].add(claim.agent)
            if claim.standing == "own" and claim.said_unit:
                own[claim.agent].add((claim.call, claim.key))
    if len(own) < _FEWEST_AGENTS:
        return frozenset()
    lone = {
        agent: sum(len(speakers[key]) == 1 for _, key in stated) for agent, stated in own.items()
    }
    return frozenset(
        agent
        for agent, count in lone.items()
        if count >= _LONE_CLAIMS and count >= _LONE_SHARE * len(own[agent])
    )
