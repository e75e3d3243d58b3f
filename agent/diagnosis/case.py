"""A call's record as the rules look at it."""

from collections.abc import Mapping
from dataclasses import fields
from functools import cached_property
from types import MappingProxyType
from typing import Any

from agent.media.stats import MediaStats
from agent.records.models import Call, Event, Speaker, Turn
from agent.records.report import CallReport, LatencySummary, clock

_SHOWN_CHARS = 60
_UNCOUNTED = MappingProxyType({field.name: 0 for field in fields(MediaStats)})


class Case:
    """One call; never changed."""

    def __init__(self, report: CallReport) -> None:
        self._report = report

    @property
    def call(self) -> Call:
        """The call's row."""
        return self._report.call

    @property
    def media(self) -> Mapping[str, Any]:
        """`media.stats.MediaStats` by field; empty for a call without media.

        Records of earlier versions lack what was not counted then: none of it was seen.
        """
        return {**_UNCOUNTED, **self.call.media} if self.call.media else {}

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """Both sides' turns in order of time."""
        return self._report.turns

    @cached_property
    def caller_turns(self) -> tuple[Turn, ...]:
        """What the caller said."""
        return tuple(turn for turn in self.turns if turn.speaker is Speaker.CALLER)

    @cached_property
    def agent_turns(self) -> tuple[Turn, ...]:
        """What the agent said."""
        return tuple(turn for turn in self.turns if turn.speaker is Speaker.AGENT)

    @cached_property
    def end_s(self) -> float:
        """Audio time at which the agent's part ended."""
        ends = (*(turn.end_s for turn in self.turns), *(e.at_s for e in self._report.events))
        return max(ends, default=0.0)

    def events(self, *kinds: str) -> tuple[Event, ...]:
        """Events of these kinds, in order."""
        return tuple(event for event in self._report.events if event.kind in kinds)

    def waits(self, name: str) -> Mapping[int, float]:
        """A latency in ms by the index of the turn that it led to."""
        return {
            latency.turn_index: latency.ms
            for latency in self._report.latencies
            if latency.name == name and latency.turn_index is not None
        }

    def summary(self, name: str) -> LatencySummary | None:
        """A latency over the whole call."""
        return next((row for row in self._report.latency_table if row.name == name), None)

    def turn(self, index: int) -> Turn | None:
        """The turn of an index."""
        return next((turn for turn in self.turns if turn.index == index), None)


def moment(at_s: float, text: str) -> str:
    """A line of evidence."""
    return f"{clock(at_s)}  {text}"


def quoted(text: str) -> str:
    """Words of a turn, shortened."""
    return f"“{text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS].rstrip() + ' …'}”"
