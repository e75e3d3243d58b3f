"""The lines of stages, slots, intents and must-say: the same words are one line."""

from collections.abc import Iterator, Sequence

from agent.cloning.mine.acts.said import Said
from agent.cloning.mine.acts.talks import by_call
from agent.cloning.mine.lines.fit import Fit
from agent.cloning.mine.lines.rank import rank_lines, use_of
from agent.cloning.mine.material import Material
from agent.cloning.mined import Facts, MinedLine, Step

# Comparing all pairs of more uses than this takes too much memory, and more tell nothing new.
_MOST_USES = 3000
# One word is an answer to somebody, not a line.
_LEAST_WORDS = 2


class LineBank:
    """Ranks what people said for one purpose after the other, and keeps the best of it."""

    def __init__(self, material: Material, said: Sequence[Said], facts: Facts) -> None:
        self._material = material
        self._allowed = material.grades.used_for("lines", "contrast")
        self._fit = Fit(material, said, facts)
        self._talks = by_call(said)
        self._lines: dict[str, MinedLine] = {}

    @property
    def lines(self) -> tuple[MinedLine, ...]:
        """All that was kept, in that order."""
        return tuple(self._lines.values())

    def put(
        self, prefix: str, step: Step, said: Sequence[Said], *, stage: str = "", most: int = 5
    ) -> tuple[str, ...]:
        """The ids of the best lines among sentences, best first; new ones are `prefix.1`, ..."""
        uses = [
            use_of(run, self._talks[run[0].place.call.id], self._material)
            for run in _runs(said)
            if run[0].place.call.id in self._allowed
        ]
        uses.sort(key=lambda use: -use.worth)
        ranked = rank_lines(
            uses[:_MOST_USES], self._fit, step=step, prefix=prefix, stage=stage, most=most
        )
        return tuple(
            self._lines.setdefault(line.text, line).id
            for line in ranked
            if len(line.text.split()) >= _LEAST_WORDS
        )


def _runs(said: Sequence[Said]) -> Iterator[tuple[Said, ...]]:
    """Sentences that follow each other in one turn, together."""
    run: list[Said] = []
    for sentence in said:
        if run and not _follows(run[-1], sentence):
            yield tuple(run)
            run = []
        run.append(sentence)
    if run:
        yield tuple(run)


def _follows(before: Said, sentence: Said) -> bool:
    return (before.place.call.id, before.place.index, before.index + 1) == (
        sentence.place.call.id,
        sentence.place.index,
        sentence.index,
    )
