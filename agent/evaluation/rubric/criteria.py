"""The criteria as data: criteria.yaml."""

from functools import cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

Group = Literal["introduction", "product", "drive", "objections", "closing"]


class Criterion(BaseModel):
    """One of the 22; `full`, `part` and `none` say what scores 2, 1 and 0."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    group: Group
    name: str
    question: str
    full: str
    part: str
    none: str
    by: Literal["rules", "nobody"] = "rules"


@cache
def criteria() -> tuple[Criterion, ...]:
    """All of them, A1 to E4."""
    source = resources.files(__package__).joinpath("criteria.yaml").read_text("utf-8")
    return TypeAdapter(tuple[Criterion, ...]).validate_python(yaml.safe_load(source))
