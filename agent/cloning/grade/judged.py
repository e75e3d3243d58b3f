"""A call with everything that speaks for or against learning from it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from agent.cloning.grade.endings import Ending, ending_of, won_by_words
from agent.cloning.grades import Breach, CriterionScore
from agent.cloning.recorded import Conversation, RecordedCall
from agent.evaluation.rubric.gates import breaches
from agent.evaluation.rubric.score import score_call

# What most of the people do in many calls is how the house works, right or wrong: it is told, and
# stops nobody from learning the rest.
_CUSTOM_OF_AGENTS, _CUSTOM_OF_CALLS, _CUSTOM_NEEDS_AGENTS = 0.5, 0.25, 3


@dataclass(frozen=True, slots=True)
class JudgedCall:
    """A call, its words where there are any, and what was found in them."""

    call: RecordedCall
    conversation: Conversation | None
    scores: tuple[CriterionScore, ...] = ()
    breaches: tuple[Breach, ...] = ()
    ending: Ending | None = None

    @property
    def score(self) -> float | None:
        """Mean of the criteria that were scored, 0 to 1."""
        known = [score.score for score in self.scores if score.score is not None]
        return fmean(known) / 2 if known else None

    @property
    def won(self) -> bool | None:
        """By the table, unless the words say otherwise."""
        return won_by_words(self.call, self.ending)


def judge(call: RecordedCall, conversation: Conversation | None, company: str = "") -> JudgedCall:
    """Score one call; `company`: its name as agents say it, where that is known."""
    if conversation is None or not conversation.turns:
        return JudgedCall(call, conversation)
    return JudgedCall(
        call,
        conversation,
        score_call(conversation, company=company),
        breaches(conversation),
        ending_of(conversation),
    )


def customs(calls: Sequence[JudgedCall]) -> tuple[str, ...]:
    """Kinds of breach that are how this house works."""
    agents = {judged.call.agent for judged in calls if judged.call.agent}
    by_kind, of_kind = defaultdict[str, set[str]](set), Counter[str]()
    for judged in calls:
        for kind in {breach.kind for breach in judged.breaches}:
            by_kind[kind].add(judged.call.agent)
            of_kind[kind] += 1
    return tuple(
        sorted(
            kind
            for kind, who in by_kind.items()
            if len(agents) >= _CUSTOM_NEEDS_AGENTS
            and len(who & agents) > _CUSTOM_OF_AGENTS * len(agents)
            and of_kind[kind] >= _CUSTOM_OF_CALLS * len(calls)
        )
    )


def without(kinds: Sequence[str], calls: Iterable[JudgedCall]) -> tuple[JudgedCall, ...]:
    """The same calls without these kinds of breach."""
    return tuple(
        replace(judged, breaches=tuple(b for b in judged.breaches if b.kind not in kinds))
        for judged in calls
    )
