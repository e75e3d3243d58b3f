"""A customer's own criteria: a YAML file, each with the phrases that earn a score.

- id: F1
  group: closing
  name: Names the ombudsman
  rule:
    when: [complain/complaint]
    scores:
      2: [ombudsman, independent ... adjudicator]
      1: [/\\bcomplaints? (team|department)\\b/]
    otherwise: 0
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from agent.dialogue.loader import PlaybookLoader, Source
from agent.errors import UnderstudyError
from agent.evaluation.rubric.criteria import OwnCriterion, Rubric, criteria
from agent.evaluation.rubric.phrases import says
from agent.evaluation.rubric.reading import Reading, Verdict
from agent.yaml_text import BadYaml, read_yaml

_OWN = TypeAdapter(tuple[OwnCriterion, ...])
_REMEDIES = {
    "extra_forbidden": "remove it or correct its spelling",
    "missing": "add it",
    "string_pattern_mismatch": "use letters, digits, - and _, a letter first",
    "literal_error": "use one of these",
}


class RubricError(UnderstudyError):
    """A file of criteria that can't be used: one line a fault, `file:line: field: what; remedy`."""


def rubric_with(path: Path | None) -> Rubric:
    """The shipped criteria, then those of a file. Raises RubricError."""
    return (*criteria(), *(read_own(path) if path else ()))


def read_own(path: Path) -> tuple[OwnCriterion, ...]:
    """Raises RubricError with every fault at its line."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise RubricError(f"{path} can't be read ({told}): name a YAML file of criteria.") from None
    try:
        root, data = read_yaml(text, PlaybookLoader)
    except BadYaml as error:
        raise RubricError(
            f"{path}:{error.line or 1}: no valid YAML: {error.problem}; check the quotes there."
        ) from None
    if root is None or not isinstance(data, list) or not data:
        raise RubricError(f"{path}:1: no list of criteria: begin each with `- id:`.")
    source = Source(path, root)
    try:
        own = _OWN.validate_python(data)
    except ValidationError as error:
        raise RubricError(
            "\n".join(_fault(source, data, fault) for fault in error.errors())
        ) from None
    taken = "\n".join(_taken(source, own))
    if taken:
        raise RubricError(taken)
    return own


def own_verdict(criterion: OwnCriterion, reading: Reading) -> Verdict:
    """By its phrases. What is never said stands on where there was the chance for it."""
    rule = criterion.rule
    own, others = reading.agent, reading.customer
    if rule.speaker == "customer":
        own, others = others, own
    chance = next((s for s in others if says(s, rule.when)), None)
    if rule.when and chance is None:
        return Verdict(None, why="what it depends on was not said")
    for level in (0, 2, 1):
        found = next((s for s in own if says(s, rule.scores.get(level, ()))), None)
        if found is not None:
            return Verdict(level, found)
    if rule.otherwise is None:
        return Verdict(None, why="none of its phrases was said")
    return Verdict(rule.otherwise, chance or (own[-1] if own else None), "not said")


def _taken(source: Source, own: tuple[OwnCriterion, ...]) -> Iterator[str]:
    seen = {criterion.id for criterion in criteria()}
    for number, criterion in enumerate(own):
        if criterion.id in seen:
            line = source.line(number, "id")
            yield f"{source.path}:{line}: id: there is a criterion {criterion.id}; use another id."
        seen.add(criterion.id)


def _fault(source: Source, data: list[Any], fault: Any) -> str:
    # pydantic puts the names of a mapping's keys into a place; none of those is in the file.
    place = tuple(step for step in fault["loc"] if step != "[key]")
    first = data[place[0]] if place and isinstance(place[0], int) else None
    name = first.get("id", place[0] + 1) if isinstance(first, dict) else "criterion"
    field = ".".join(str(step) for step in place[1:])
    message = fault["msg"].removeprefix("Value error, ")
    remedy = _REMEDIES.get(fault["type"], "correct it")
    where = f"{source.path}:{source.line(*place)}: {name}"
    return f"{where}{', ' if field else ''}{field}: {message}; {remedy}."
