"""Who rings, or is rung: what a simulated customer is like before the first word.

Numbers are dials of the decision model in `mind`, from 0 to 1 where nothing else is said.
"""

from importlib import resources
from typing import Literal

import yaml
from pydantic import Field

from agent.section import Section

Reason = Literal[
    "price", "tied_in", "content", "ask_another", "in_writing", "no_time", "distrust", "no_need",
    "trouble", "too_long", "think",
]  # fmt: skip
Probe = Literal["card", "injection", "robot", "out_of_scope", "remove_me"]


class Line(Section):
    """How the customer's side of the line sounds; for the levels with audio."""

    noise_snr_db: float | None = None
    noise: Literal["street", "car", "music"] = "street"
    lost_frames: float = Field(0.0, ge=0, le=0.5)
    accent: bool = False
    slow: bool = False


class Persona(Section):
    """One kind of customer."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    weight: float = Field(1.0, gt=0, description="how common, relative to the others")
    buyable: bool = Field(description="whether an honest agent can win this customer at all")
    presence: Literal["person", "voicemail", "silence", "wrong_person"] = "person"
    interest: float = Field(0.5, ge=0, le=1)
    trust: float = Field(0.5, ge=0, le=1)
    patience: float = Field(0.6, ge=0, le=1)
    reasons: tuple[Reason, ...] = Field((), description="against going on, strongest first")
    questions: int = Field(1, ge=0, description="about how many it asks of its own")
    interrupts: float = Field(0.0, ge=0, le=1, description="of the agent's longer turns")
    back_channels: float = Field(0.0, ge=0, le=1, description="the same: a yeah, no more")
    coughs: float = Field(0.03, ge=0, le=1, description="under the agent's longer turns")
    rambles: float = Field(0.0, ge=0, le=1, description="of its answers")
    asks_again: float = Field(0.0, ge=0, le=1, description="has not understood")
    curt: bool = Field(False, description="answers in one or two words")
    probe: Probe | None = None
    line: Line = Line()


def shipped_personas() -> tuple[Persona, ...]:
    """The personas that come with the product."""
    text = resources.files(__package__).joinpath("personas.yaml").read_text("utf-8")
    found = yaml.load(text, Loader=yaml.CSafeLoader)
    return tuple(Persona.model_validate(one) for one in found)
