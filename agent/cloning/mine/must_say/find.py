"""What the people who are trusted say in nearly every call of a kind."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agent.cloning.mine.acts.said import Said
from agent.cloning.mine.likeness import Likeness, read_seeds
from agent.cloning.mine.material import Material
from agent.cloning.mine.must_say.habits import Habit, same_facts, same_words, says
from agent.cloning.mine.stages.parts import RECAP
from agent.cloning.mined import Facts, MinedFact
from agent.speech.protocols import SentenceEncoder, Vectors

Where = tuple[str, int]

CALL, WON = "call", "won"
# Nearly every call: people forget, and some say it in words that we do not recognise.
_SHARE = 0.6
# Three calls are the least that shows a habit. What follows a rare wish, like the wish not to be
# called again, is seen less often; there our seeds know what is looked for.
_CALLS, _RARE_CALLS = 3, 2
_RARE_SHARE = 0.5
_AT_LEAST = 0.55
# One sentence may say four such things, and is then much like none: a cue counts for more here.
_CUE = 0.3
# With fewer calls to learn lines from than this, the calls next to them in rank count as well.
_ENOUGH = 8
_TRUSTED = 0.6
# So much of what is said is said by another item already: it is the same thing.
_SAME = 0.5


@dataclass(frozen=True, slots=True)
class FoundMustSay:
    """A habit in nearly every call of its kind; `said` is how trusted people say it."""

    habit: Habit
    share: float
    said: tuple[Said, ...]
    facts: tuple[str, ...]


def find_must_say(
    material: Material,
    parted: Sequence[tuple[Said, str]],
    facts: Facts,
    intents: Mapping[str, Collection[Where]],
    encoder: SentenceEncoder,
) -> tuple[FoundMustSay, ...]:
    """In the order in which it is said in a call.

    `parted` are the sentences of agents with their stages; `intents` are the (call, turn) of the
    examples of each intent.
    """
    ours = [sentence for sentence, _ in parted if not sentence.question]
    occasions = _occasions(material, intents)
    recap = tuple(sentence for sentence, part in parted if part == RECAP)
    known = [
        *_themes(ours, encoder),
        Habit(RECAP, "everything read back, to be corrected", WON, recap),
    ]
    found = _kept(known, occasions, intents, facts)
    # Then what only this company says; a sentence of a theme tells nothing new.
    others = [
        *same_facts(facts, ours, encoder, WON),
        *(habit for kind in (WON, CALL) for habit in same_words(ours, occasions[kind], kind)),
    ]
    taken = {id(sentence) for item in found for sentence in item.habit.said}
    for item in _kept(others, occasions, intents, facts):
        again = sum(id(sentence) in taken for sentence in item.said)
        if again < _SAME * len(item.said):
            found.append(item)
            taken.update(id(sentence) for sentence in item.habit.said)
    return tuple(sorted(found, key=lambda item: (_place(item.said), item.habit.id)))


def _themes(ours: Sequence[Said], encoder: SentenceEncoder) -> list[Habit]:
    likeness = Likeness(read_seeds(__package__ or ""), encoder, cue=_CUE)
    texts = [sentence.text for sentence in ours]
    scores = likeness.scores(texts, np.array([sentence.vector for sentence in ours]))
    # A sentence may say several things at once: who calls, and that it is recorded.
    return [
        Habit(seed.id, seed.description, seed.kind, _near(ours, column))
        for seed, column in zip(likeness.seeds, scores.T, strict=True)
    ]


def _near(ours: Sequence[Said], scores: Vectors) -> tuple[Said, ...]:
    """The sentences that are near enough, the nearest first."""
    order = np.argsort(-scores, kind="stable")
    return tuple(ours[row] for row in order if scores[row] >= _AT_LEAST)


def _kept(
    habits: Iterable[Habit],
    occasions: Mapping[str, Collection[str]],
    intents: Mapping[str, Collection[Where]],
    facts: Facts,
) -> list[FoundMustSay]:
    """Those that nearly every call of their kind has."""
    found = []
    for habit in habits:
        calls = occasions.get(habit.occasion, frozenset())
        before = intents.get(habit.occasion)
        own = tuple(
            s
            for s in habit.said
            if s.place.call.id in calls and (before is None or _comes_after(s, before))
        )
        spoken = {s.place.call.id for s in own}
        if before is None:
            least = max(_CALLS, _SHARE * len(calls))
        else:
            least = max(_RARE_CALLS, _RARE_SHARE * len(calls))
        if len(spoken) >= least:
            # What is read back are facts of one customer's order.
            stating = facts.facts if habit.id != RECAP else ()
            stated = tuple(_stated(habit.said, stating))
            found.append(FoundMustSay(habit, len(spoken) / len(calls), own, stated))
    return found


def _occasions(
    material: Material, intents: Mapping[str, Collection[Where]]
) -> dict[str, frozenset[str]]:
    calls = material.grades.used_for("lines")
    if len(calls) < _ENOUGH:
        calls = material.grades.used_for("lines", "contrast")
    found = {CALL: calls, WON: frozenset(c for c in calls if material.calls[c].won)}
    for intent, turns in intents.items():
        # Calls that end so are lost, and few of them are ones to learn lines from: here whoever is
        # trusted counts.
        found[intent] = frozenset(
            call for call, _ in turns if material.trust(material.calls[call].agent) >= _TRUSTED
        )
    return found


def _comes_after(sentence: Said, turns: Collection[Where]) -> bool:
    place = sentence.place
    return any(call == place.call.id and turn < place.index for call, turn in turns)


def _stated(said: Sequence[Said], facts: Iterable[MinedFact]) -> Iterator[str]:
    """The facts that are mostly stated in these sentences."""
    spoken: dict[Where, list[str]] = {}
    for s in said:
        spoken.setdefault((s.place.call.id, s.place.index), []).append(s.text)
    for fact in facts:
        stated = sum(
            any(says(text, e) for text in spoken.get((e.call, e.turn), ())) for e in fact.evidence
        )
        if stated >= _SAME * len(fact.evidence):
            yield fact.id


def _place(said: Iterable[Said]) -> float:
    places = [s.place.index for s in said]
    return sum(places) / max(len(places), 1)
