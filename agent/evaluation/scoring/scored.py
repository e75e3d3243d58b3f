"""Calls with their scores, breaches and the words that these stand on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from agent.cloning.engines import Engines
from agent.cloning.grade.step import company_said
from agent.cloning.grades import Breach, CriterionScore
from agent.cloning.recorded import RecordedCall
from agent.evaluation.rubric.criteria import GROUPS, Criterion, Group, Rubric
from agent.evaluation.rubric.gates import breaches
from agent.evaluation.rubric.knowledge import Knowledge
from agent.evaluation.rubric.meaning import meanings_of
from agent.evaluation.rubric.score import score_call
from agent.evaluation.rubric.speech import Meanings
from agent.evaluation.scoring.sources import Gathered
from agent.evaluation.scoring.words import Words, as_read

# Fewer calls have too little in common to tell what the company is called.
_CALLS_TO_NAME_COMPANY = 3
# Meanings of so many calls are found at once: examples are learned anew for each batch.
_BATCH = 8


@dataclass(frozen=True, slots=True)
class Held:
    """What calls are held against; the facts of a clone project count where none are given."""

    rubric: Rubric
    knowledge: Knowledge | None = None
    company: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """One criterion in one call; `at_s` is when the turn of the quote begins."""

    criterion: Criterion
    given: CriterionScore
    at_s: float | None


@dataclass(frozen=True, slots=True)
class ScoredCall:
    """`breaches` are outside the scores: one of them counts for more than all of these."""

    call: str
    agent: str
    turns: int
    scores: tuple[Scored, ...]
    breaches: tuple[tuple[Breach, float], ...]

    @property
    def groups(self) -> dict[Group, float]:
        """Share of the full marks of each group's scored criteria, 0 to 1; no group without."""
        marks = {group: self._marks(group) for group in GROUPS}
        return {group: sum(of) / (2 * len(of)) for group, of in marks.items() if of}

    @property
    def overall(self) -> float | None:
        """Share of the full marks of all scored criteria, 0 to 1; None where none is scored."""
        marks = [mark for group in GROUPS for mark in self._marks(group)]
        return sum(marks) / (2 * len(marks)) if marks else None

    def _marks(self, group: Group) -> list[int]:
        return [
            one.given.score
            for one in self.scores
            if one.criterion.group == group and one.given.score is not None
        ]


def score_all(
    gathered: Gathered, held: Held, engines: Engines, advance: Callable[[], None]
) -> Iterator[ScoredCall]:
    """In their order; the grammar is only loaded where calls have to be redacted first."""
    words = tuple(_words(gathered, held, engines))
    held = replace(
        held,
        knowledge=held.knowledge or gathered.knowledge,
        company=held.company or gathered.company or _company(words),
    )
    calls = list(zip(words, gathered.agents, strict=True))
    for start in range(0, len(calls), _BATCH):
        batch = calls[start : start + _BATCH]
        meanings = meanings_of([one.read for one, _ in batch], engines)
        for one, agent in batch:
            yield _scored(one, agent, held, meanings.get(one.read.call, ()))
            advance()


def _words(gathered: Gathered, held: Held, engines: Engines) -> Iterator[Words]:
    said = gathered.conversations
    if not said:
        return
    if gathered.redacted:
        yield from (Words(one, one) for one in said)
    else:
        yield from as_read(said, gathered.agents, engines.grammar, held.company)


def _company(words: Sequence[Words]) -> str:
    if len(words) < _CALLS_TO_NAME_COMPANY:
        return ""
    calls = {one.read.call: RecordedCall(id=one.read.call) for one in words}
    return company_said(calls, {one.read.call: one.read for one in words})


def _scored(words: Words, agent: str, held: Held, meanings: Meanings) -> ScoredCall:
    given = score_call(
        words.read,
        held.knowledge,
        company=held.company,
        rubric=held.rubric,
        meanings=meanings,
    )
    turns = words.said.turns
    return ScoredCall(
        call=words.said.call,
        agent=agent,
        turns=len(turns),
        scores=tuple(
            Scored(
                criterion,
                _literal(score, words),
                None if score.turn is None else turns[score.turn].start,
            )
            for criterion, score in zip(held.rubric, given, strict=True)
        ),
        breaches=tuple(
            (
                one.model_copy(update={"quote": words.literally(one.turn, one.quote)}),
                turns[one.turn].start,
            )
            for one in breaches(words.read)
        ),
    )


def _literal(score: CriterionScore, words: Words) -> CriterionScore:
    if score.turn is None:
        return score
    return score.model_copy(update={"quote": words.literally(score.turn, score.quote)})
