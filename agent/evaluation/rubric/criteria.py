"""The criteria as data: criteria.yaml, and the same form for a customer's own."""

from functools import cache
from importlib import resources
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from agent.cloning.recorded import Speaker
from agent.evaluation.rubric.phrases import Phrases

Group = Literal["introduction", "product", "drive", "objections", "closing"]
GROUPS: tuple[Group, ...] = ("introduction", "product", "drive", "objections", "closing")
Level = Literal[0, 1, 2]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PhraseRule(_Part):
    """What scores a criterion of a customer's own: who says which phrases.

    A phrase of 0 decides, whatever else is said; then one of 2, then one of 1.
    """

    speaker: Speaker = "agent"
    when: Phrases = Field((), description="only scored where the other side says one of these")
    scores: dict[Level, Phrases]
    otherwise: Level | None = Field(
        None, description="the score where none is said; empty: not scored then"
    )

    @model_validator(mode="after")
    def _can_score(self) -> Self:
        if not any(self.scores.values()):
            raise ValueError("no score has a phrase")
        return self


class Criterion(_Part):
    """One criterion; `full`, `part` and `none` say what scores 2, 1 and 0."""

    id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")
    group: Group
    name: str = Field(min_length=1)
    question: str
    full: str
    part: str
    none: str
    by: Literal["rules", "nobody"] = "rules"


class OwnCriterion(Criterion):
    """A customer's own."""

    question: str = ""
    full: str = ""
    part: str = ""
    none: str = ""
    rule: PhraseRule


Rubric = tuple[Criterion, ...]


@cache
def criteria() -> Rubric:
    """The shipped ones, A1 to E4."""
    source = resources.files(__package__).joinpath("criteria.yaml").read_text("utf-8")
    return TypeAdapter(Rubric).validate_python(yaml.safe_load(source))
