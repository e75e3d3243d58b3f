"""Kept scores over time: the versions that were in use, and what each was worth.

Simulations are points as they were run. Live calls are pooled by day, week or month, and by
version: two versions that are tried side by side are two points of one period.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Literal

from agent.evaluation.simulation.measures import MEASURES
from agent.evaluation.trends.tally import Estimate, estimate, together
from agent.records.models import GateTally, Score, StageTally, Tally
from agent.records.scores import LIVE

Period = Literal["day", "week", "month"]
# Measures from 0 to 1.
SHARES = frozenset(measure.name for measure in MEASURES if measure.share)
_SHOWN_DIGITS = 8
_Parts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Version:
    """What scores were made with, since when; `parts` are digests by name."""

    number: int
    playbook: str
    parts: _Parts
    since: datetime

    def changed_from(self, before: "Version") -> tuple[str, ...]:
        """The names of the parts that differ."""
        own, other = dict(self.parts), dict(before.parts)
        names = sorted({*own, *other})
        return tuple(name for name in names if own.get(name, "") != other.get(name, ""))


@dataclass(frozen=True, slots=True)
class Point:
    """One version's calls of one run or period, which `label` names."""

    version: Version
    label: str
    at: datetime
    calls: int
    tallies: Mapping[str, Tally]
    gates: Mapping[str, GateTally]
    funnel: Mapping[str, StageTally]

    def estimate(self, measure: str) -> Estimate | None:
        """None where no call had an opportunity for it."""
        one = self.tallies.get(measure)
        return None if one is None else estimate(one, share=measure in SHARES)


@dataclass(frozen=True, slots=True)
class Trend:
    """One series: its points in order of time, and its versions in order of first use."""

    series: str
    points: tuple[Point, ...]

    @property
    def versions(self) -> tuple[Version, ...]:
        """Each once."""
        return tuple(dict.fromkeys(point.version for point in self.points))

    @property
    def live(self) -> bool:
        """Whether the calls were real."""
        return self.series == LIVE

    @property
    def newest(self) -> Version:
        """The version of the last point; of those side by side in live calls the youngest."""
        last = [point.version for point in self.points if point.label == self.points[-1].label]
        return max(last, key=lambda version: version.number) if self.live else last[-1]

    def whole(self, version: Version) -> Point:
        """All that is known of a version: its calls together.

        A simulation's last run alone: the same customers again are no more evidence.
        """
        own = [point for point in self.points if point.version == version]
        return _pooled(version, own[0].label, own) if self.live else own[-1]


def trends(scores: Sequence[Score], by: Period = "week") -> tuple[Trend, ...]:
    """A trend a series, live calls first; `scores` are in order of time."""
    series = dict.fromkeys(score.series for score in scores)
    ordered = sorted(series, key=lambda name: (name != LIVE, name))
    return tuple(
        _trend(name, [score for score in scores if score.series == name], by) for name in ordered
    )


def _trend(series: str, scores: Sequence[Score], by: Period) -> Trend:
    versions = _versions(scores)
    if series != LIVE:
        return Trend(series, tuple(_run(versions[_parts(score)], score) for score in scores))
    points = []
    for first, of_period in groupby(scores, key=lambda score: _first_day(score.happened_at, by)):
        found = list(of_period)
        for parts in dict.fromkeys(map(_parts, found)):
            own = [_run(versions[parts], one) for one in found if _parts(one) == parts]
            points.append(_pooled(versions[parts], first.isoformat(), own))
    return Trend(series, tuple(points))


def _run(version: Version, score: Score) -> Point:
    return Point(
        version,
        score.happened_at.strftime("%Y-%m-%d %H:%M"),
        score.happened_at,
        score.calls,
        score.measures,
        score.gates,
        score.funnel,
    )


def _pooled(version: Version, label: str, points: Sequence[Point]) -> Point:
    calls = sum(point.calls for point in points)
    measures = dict.fromkeys(name for point in points for name in point.tallies)
    gates = dict.fromkeys(name for point in points for name in point.gates)
    return Point(
        version,
        label,
        points[0].at,
        calls,
        {
            name: together([point.tallies[name] for point in points if name in point.tallies])
            for name in measures
        },
        # Every call could break each of them, and says only which it did.
        {
            name: GateTally(
                calls=calls,
                broken=sum(point.gates[name]["broken"] for point in points if name in point.gates),
            )
            for name in gates
        },
        {},
    )


def _versions(scores: Sequence[Score]) -> dict[_Parts, Version]:
    found: dict[_Parts, Version] = {}
    for score in scores:
        digest = (score.playbook_sha256 or "")[:_SHOWN_DIGITS]
        named = (score.playbook_id or "unknown", score.playbook_version, digest)
        playbook = " ".join(part for part in named if part)
        parts = _parts(score)
        found.setdefault(parts, Version(len(found) + 1, playbook, parts, score.happened_at))
    return found


def _parts(score: Score) -> _Parts:
    """What a score was made with, by name; "" for what was not recorded."""
    parts = {
        "playbook": score.playbook_sha256 or "",
        "code": score.code_sha256 or "",
        "rubric": score.rubric_sha256,
        **{f"model {kind}": model["sha256"] for kind, model in score.models.items()},
        **{name: str(value) for name, value in score.settings.items()},
    }
    return tuple(sorted(parts.items()))


def _first_day(at: datetime, by: Period) -> date:
    day = at.astimezone().date()
    if by == "day":
        return day
    return day - timedelta(days=day.weekday()) if by == "week" else day.replace(day=1)
