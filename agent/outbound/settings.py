"""What can be set about calling out."""

from datetime import date, time
from typing import Literal, Self

from pydantic import Field, model_validator

from agent.section import Section

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class WindowSettings(Section):
    """When people may be called, by the clocks of all time zones that their number may be in."""

    days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    opens: time = time(9)
    closes: time = time(20)
    holidays: tuple[date, ...] = Field((), description="days without calls, such as 2026-12-25")
    time_zone: str = Field("", description="for numbers that tell none; empty: they are not called")

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes or not self.days:
            raise ValueError("the window needs days, and has to open before it closes")
        return self


class RetrySettings(Section):
    """How often somebody is tried, and how long after what; minutes."""

    attempts: int = Field(3, ge=1, le=10)
    busy_min: float = Field(15.0, gt=0)
    no_answer_min: float = Field(120.0, gt=0)
    machine_min: float = Field(1440.0, gt=0, description="voicemail, call screening, unavailable")
    trouble_min: float = Field(30.0, gt=0, description="the network or the agent failed")


class PacingSettings(Section):
    """How fast a campaign dials. It never dials more than there are free places at the agent."""

    concurrent: int = Field(2, ge=1, description="calls of one campaign at once")
    per_minute: float = Field(10.0, gt=0, description="calls of one campaign begun in a minute")
    agent_calls: int = Field(8, ge=1, description="calls the agent carries, incoming ones included")
    abandoned_share: float = Field(
        0.03, gt=0.0, lt=1.0, description="of answered calls without an agent; then it stops"
    )


class AnsweringSettings(Section):
    """Who or what has answered (guide: turn-taking 4.8); seconds."""

    human_speech_s: float = Field(2.5, gt=0.0, description="people greet no longer than this")
    human_silence_s: float = Field(0.5, ge=0.2, description="... and then wait for an answer")
    machine_silence_s: float = Field(2.0, ge=0.5, description="ends a machine's greeting")
    beep_within_s: float = Field(4.0, ge=0.5, description="... that has announced a beep")
    no_speech_s: float = Field(4.0, gt=0.0, description="nobody speaks: then the agent does")
    limit_s: float = Field(35.0, gt=5.0, description="a greeting without end is given up")


class OutboundSettings(Section):
    """Calling out."""

    endpoint: str = Field(
        "",
        description="Asterisk's dial string: {number} is +44..., {digits} without the plus, "
        "{national} as within the country; such as PJSIP/{number}@trunk",
    )
    caller_id: str = Field("", description='shown to who is called: "Name" <number>, or a number')
    region: str = Field("", description="country of numbers written without +, such as GB")
    ring_s: int = Field(30, ge=15, le=120, description="then nobody is at home")
    window: WindowSettings = WindowSettings()
    retry: RetrySettings = RetrySettings()
    pacing: PacingSettings = PacingSettings()
    answering: AnsweringSettings = AnsweringSettings()
