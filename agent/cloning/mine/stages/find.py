"""The stages of the calls: their parts, how often calls have them, and what comes after what."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from agent.cloning.mine.acts.said import Said
from agent.cloning.mine.stages.parts import known_parts

# A stage that fewer calls have is no part of how these calls go.
_CALLS = 2
# A way from stage to stage that fewer of the calls take is left out of the picture.
_SHARE = 0.1
END = "end"


@dataclass(frozen=True, slots=True)
class FoundStage:
    """A part of the calls; `next` has the shares of what follows it, `end` for nothing."""

    id: str
    goal: str
    place: float
    said: tuple[Said, ...]
    next: dict[str, float]

    @property
    def calls(self) -> int:
        """How many calls have it."""
        return len({sentence.place.call.id for sentence in self.said})


def find_stages(
    parted: Sequence[tuple[Said, str]], lengths: dict[str, int]
) -> tuple[FoundStage, ...]:
    """Stages in the order of their mean place.

    `parted` are the sentences of agents with their parts, call by call; `lengths` how many turns
    each call has.
    """
    goals = {part.id: part.goal for part in known_parts()}
    said: dict[str, list[Said]] = {}
    for sentence, part in parted:
        said.setdefault(part, []).append(sentence)
    kept = {
        part
        for part, own in said.items()
        if len({sentence.place.call.id for sentence in own}) >= _CALLS
    }
    ways = _ways(parted, kept)
    found = [
        FoundStage(part, goals[part], _place(said[part], lengths), tuple(said[part]), ways[part])
        for part in kept
    ]
    return tuple(sorted(found, key=lambda stage: (stage.place, stage.id)))


def _ways(parted: Sequence[tuple[Said, str]], kept: set[str]) -> dict[str, dict[str, float]]:
    counted: dict[str, Counter[str]] = {part: Counter() for part in kept}
    for course in courses(parted):
        for stage, after in zip(course, [*course[1:], END], strict=True):
            if stage in kept:
                counted[stage][after if after in kept else END] += 1
    return {
        part: {
            after: round(count / ways.total(), 3)
            for after, count in sorted(ways.items(), key=lambda way: (-way[1], way[0]))
            if count >= _SHARE * ways.total()
        }
        for part, ways in counted.items()
    }


def courses(parted: Sequence[tuple[Said, str]]) -> Iterator[list[str]]:
    """The stages of each call one after the other, none twice in a row."""
    for _, call in groupby(parted, key=lambda item: item[0].place.call.id):
        yield [part for part, _ in groupby(part for _, part in call)]


def _place(said: Sequence[Said], lengths: dict[str, int]) -> float:
    places = [s.place.index / max(lengths[s.place.call.id] - 1, 1) for s in said]
    return round(sum(places) / len(places), 3)
