"""The rubric's groups out of its criteria."""

from collections.abc import Iterable

from agent.cloning.grades import CriterionScore
from agent.evaluation.rubric.criteria import Group, criteria


def group_scores(scores: Iterable[CriterionScore]) -> dict[Group, float]:
    """The mean share of full marks, 0 to 1, of each group's criteria that were scored."""
    group_of = {criterion.id: criterion.group for criterion in criteria()}
    given: dict[Group, list[int]] = {}
    for one in scores:
        if one.score is not None:
            given.setdefault(group_of[one.criterion], []).append(one.score)
    return {group: sum(marks) / (2 * len(marks)) for group, marks in sorted(given.items())}
