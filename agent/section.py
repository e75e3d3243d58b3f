"""The base of every group of settings."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A group of settings; immutable, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)
