"""How far an agent's word goes: the tier that grading gave, and whether others say the same."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from agent.cloning.mine.facts.claims import Claim
from agent.cloning.mine.material import Material

# For agents without a tier that says so; who has no grade at all is neither weak nor strong.
_WEAK, _STRONG = 0.3, 0.75
# Who gives a third of their values alone, three at least, is a contrary voice; whose many values
# others nearly all give is a sound one.
_CONTRARY_SHARE, _LONE_CLAIMS = 1 / 3, 3
_CONFIRMED_SHARE, _CONFIRMED_CLAIMS = 0.1, 10
_MIDDLING = 0.5
_FEWEST_AGENTS = 3


def is_weak(agent: str, material: Material) -> bool:
    """Whether an agent's word alone founds nothing."""
    grade = material.grades.agent(agent)
    return (grade is not None and grade.tier == "weak") or material.trust(agent) < _WEAK


def is_strong(agent: str, material: Material) -> bool:
    """Whether an agent is not doubted for saying something alone."""
    grade = material.grades.agent(agent)
    return (grade is not None and grade.tier == "top") or material.trust(agent) >= _STRONG


def by_agreement(material: Material, claims: Sequence[Claim]) -> Material:
    """The material with agents graded by what others say of the values that they state, too.

    A table of calls won is wrong about some: one false win lifts who has few calls, and who sells
    little may know the prices well. Who is strong by it may know more than others, and stays.
    """
    # What a recogniser misheard is lone, too, and tells nothing of the speaker.
    written = [c for c in claims if material.conversations[c.call].source == "given"]
    shares = lone_shares(written)
    agents = []
    for grade in material.grades.agents:
        lone, stated = shares.get(grade.agent, (0, 0))
        contrary = lone >= _LONE_CLAIMS and lone >= _CONTRARY_SHARE * stated
        confirmed = stated >= _CONFIRMED_CLAIMS and lone <= _CONFIRMED_SHARE * stated
        if contrary and not is_strong(grade.agent, material):
            update = {"tier": "weak", "trust": min(grade.trust, _WEAK / 2)}
        elif confirmed and is_weak(grade.agent, material):
            update = {"tier": "middle", "trust": _MIDDLING}
        else:
            update = {}
        agents.append(grade.model_copy(update=update))
    return replace(material, grades=material.grades.model_copy(update={"agents": tuple(agents)}))


def lone_shares(claims: Sequence[Claim]) -> dict[str, tuple[int, int]]:
    """For each agent, how many values of theirs nobody else gives, and how many they give.

    A value counts once a call. Empty among fewer than three agents: agreement tells little there.
    """
    speakers: defaultdict[tuple[str, float], set[str]] = defaultdict(set)
    own: defaultdict[str, set[tuple[str, tuple[str, float]]]] = defaultdict(set)
    for claim in claims:
        if claim.amount.dimension and claim.standing != "customer's":
            speakers[claim.key].add(claim.agent)
            if claim.standing == "own" and claim.said_unit:
                own[claim.agent].add((claim.call, claim.key))
    if len(own) < _FEWEST_AGENTS:
        return {}
    return {
        agent: (sum(len(speakers[key]) == 1 for _, key in stated), len(stated))
        for agent, stated in own.items()
    }
