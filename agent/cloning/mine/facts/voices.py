"""How far an agent's word goes, by the tier that grading gave."""

from agent.cloning.mine.material import Material

# For agents without a tier that says so; who has no grade at all is neither weak nor strong.
_WEAK, _STRONG = 0.3, 0.75


def is_weak(agent: str, material: Material) -> bool:
    """Whether an agent's word alone founds nothing."""
    grade = material.grades.agent(agent)
    return (grade is not None and grade.tier == "weak") or material.trust(agent) < _WEAK


def is_strong(agent: str, material: Material) -> bool:
    """Whether an agent is not doubted for saying something alone."""
    grade = material.grades.agent(agent)
    return (grade is not None and grade.tier == "top") or material.trust(agent) >= _STRONG
