"""Deadlines of engines and of the event loop."""

from pydantic import Field

from agent.section import Section


class WatchdogSettings(Section):
    """When an engine counts as hung and the event loop as stalled.

    The deadlines are some ten times the longest piece of work on a busy machine of two cores
    (`python -m tests.bench.engines`), since a piece that is given up too early is done twice.
    """

    recognition_s: float = Field(5.0, gt=0, description="the longest piece of recognition")
    decision_s: float = Field(3.0, gt=0, description="the longest decision on a reply")
    synthesis_s: float = Field(4.0, gt=0, description="the longest synthesis of a sentence")
    max_stuck: int = Field(
        3, ge=1, description="threads stuck in engines; with so many the process ends itself"
    )
    stall_ms: float = Field(100.0, gt=0, description="the event loop is told of as stalled")
    behind_s: float = Field(
        4.0, gt=0.5, le=16, description="recognition this late skips what is oldest"
    )
    lost_s: float = Field(
        6.0, gt=0, description="a call of which so much was skipped goes to a human"
    )
    moment_line: str = Field(
        "Just a moment, please.", min_length=1, description="said when an engine hangs, once a turn"
    )
