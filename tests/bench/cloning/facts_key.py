"""When a mined fact is the key's fact, and what else is true."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.optimize import linear_sum_assignment

from agent.cloning.mine.quantities import quantities
from agent.cloning.mined import Evidence, MinedFact
from agent.dialogue.claims import word_list
from tests.bench.cloning.corpus import Corpus

_JUDGED = Path(__file__).with_name("facts_judged.yaml")
_KINDS = {
    "GBP": "money", "USD": "money", "EUR": "money", "percentage point": "percent",
    "Mbit/s": "speed", "MB": "speed", "per cent": "percent", "%": "percent",
    "mile": "distance", "minute": "duration", "hour": "duration", "day": "duration",
    "working day": "duration", "week": "duration", "fortnight": "duration", "month": "duration",
    "year": "duration", "night": "duration",
}  # fmt: skip
_WORD = re.compile(r"[a-z]{3,}")
_COMMON = word_list(
    "the and for not you are any can has its out off our all but with that this from have does "
    "they will when only your into there their what which than"
)
Turn = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Scores:
    """Each mined fact is right (the key's, the key's again, or judged true) or wrong."""

    matched: Mapping[str, MinedFact]
    beyond: Collection[str]
    again: Sequence[MinedFact]
    also_true: Sequence[MinedFact]
    wrong: Sequence[MinedFact]
    missed: Sequence[Mapping[str, Any]]

    @property
    def recall(self) -> float:
        """The share of the key's facts that were found."""
        found = len(self.matched) - len(self.beyond)
        return found / max(1, found + len(self.missed))

    @property
    def precision(self) -> float:
        """The share of mined facts that are right."""
        right = len(self.matched) + len(self.again) + len(self.also_true)
        return right / max(1, right + len(self.wrong))


def score(
    facts: Sequence[MinedFact],
    key: Sequence[Mapping[str, Any]],
    truth: Mapping[str, Any],
    corpus: str,
    places: Mapping[Turn, Turn] | None = None,
    calls: Collection[str] = (),
) -> Scores:
    """Facts against those of the key, one to one.

    A mined fact is the key's when its value and kind of unit are, and one of its quotes stands in
    a turn that the key names; one without a number when a quote shares a word with the key's
    statement and stands in such a turn. `places` maps turns of recognised text to the key's;
    facts that the key names in none of `calls` are not missed.
    """
    judged = yaml.safe_load(_JUDGED.read_text("utf-8")).get(corpus, {})
    known = {fact["id"]: _turns(fact, truth, judged) | fact["saying"] for fact in key}
    fits = np.array(
        [[_is(mined, fact, known[fact["id"]], places) for fact in key] for mined in facts]
    )
    fits = fits.reshape(len(facts), len(key))
    rows, columns = linear_sum_assignment(-fits.astype(float))
    pairs = {int(r): int(c) for r, c in zip(rows, columns, strict=True) if fits[r, c]}
    rest = [(index, fact) for index, fact in enumerate(facts) if index not in pairs]
    again = [fact for index, fact in rest if fits[index].any()]
    others = [fact for index, fact in rest if not fits[index].any()]
    extra = [*truth.get("also_true", ()), *judged.get("also_true", ())]
    also = [fact for fact in others if any(_is_extra(fact, item, places) for item in extra)]
    return Scores(
        matched={key[column]["id"]: facts[row] for row, column in pairs.items()},
        beyond=[key[c]["id"] for c in pairs.values() if not _is_stated(key[c], calls)],
        again=again,
        also_true=also,
        wrong=[fact for fact in others if fact not in also],
        missed=[
            fact
            for index, fact in enumerate(key)
            if index not in pairs.values() and _is_stated(fact, calls)
        ],
    )


def _is_stated(fact: Mapping[str, Any], calls: Collection[str]) -> bool:
    return not calls or any(place["call_id"] in calls for place in fact["stated_at"])


def with_turns(facts: Sequence[Mapping[str, Any]], corpus: Corpus) -> list[Mapping[str, Any]]:
    """The key's facts with what the clean text tells about where they are said.

    `number_unsaid`: its number is said in none of the turns that it names, so that it is matched
    as one without. `saying`: more turns that say its value, as long as no other fact has
    the same value and kind of unit (the key says itself that its turns are not all).
    """
    numbers = {fact["id"]: _number(fact["value"], fact["unit"]) for fact in facts}
    wrong = {(w["call_id"], w["turn"]) for w in corpus.truth["wrong_facts"]}
    said: dict[float | str, set[Turn]] = {}
    for call, conversation in corpus.conversations.items():
        for index, turn in enumerate(conversation.turns):
            if turn.speaker == "agent" and (call, index) not in wrong:
                for amount in quantities(turn.text):
                    said.setdefault(amount.value, set()).add((call, index))
    found = []
    for fact in facts:
        number = numbers[fact["id"]]
        named = {(place["call_id"], place["turn"]) for place in fact["stated_at"]}
        saying = said.get(fact["value"], set()) if number else set()
        alone = list(numbers.values()).count(number) == 1
        unsaid = number is not None and not any(
            amount.value == fact["value"] or (amount.dimension, amount.measure) == number
            for call, index in named
            for amount in quantities(corpus.conversations[call].turns[index].text)
        )
        found.append(
            {**fact, "number_unsaid": unsaid, "saying": saying if alone and not unsaid else set()}
        )
    return found


def _turns(
    fact: Mapping[str, Any], truth: Mapping[str, Any], judged: Mapping[str, Any]
) -> frozenset[Turn]:
    """Where the key has it stated; must-says that the judged list maps to it count, too."""
    must = [
        place
        for must_say in truth.get("must_say", ())
        if fact["id"] in judged.get("must_say", {}).get(must_say["id"], ())
        for place in must_say["said_at"]
    ]
    stated = [*fact["stated_at"], *must]
    return frozenset((place["call_id"], place["turn"]) for place in stated)


def _is(
    mined: MinedFact,
    fact: Mapping[str, Any],
    turns: frozenset[Turn],
    places: Mapping[Turn, Turn] | None,
) -> bool:
    inside = [quote for quote in mined.evidence if _turn(quote, places) in turns]
    if not inside:
        return False
    number = _number(fact["value"], fact["unit"])
    if number is not None and not fact.get("number_unsaid"):
        return _same(mined, number)
    clock = re.search(r"\d\d:\d\d-\d\d:\d\d", str(fact["value"]))
    if clock:
        return clock[0] == str(mined.value)
    words = _words(f"{fact['statement']} {fact['value']}".replace("_", " "))
    return isinstance(mined.value, str) and any(words & _words(q.quote) for q in inside)


def _number(value: Any, unit: str) -> tuple[str, float] | None:
    """Kind and value, for durations in days."""
    if isinstance(value, str):
        return None
    kind = next((kind for name, kind in _KINDS.items() if unit.startswith(name)), unit)
    if kind == "duration":
        name = next(name for name in _KINDS if unit.startswith(name))
        return kind, quantities(f"{value} {name}")[0].measure
    return kind, float(value)


def _same(mined: MinedFact, number: tuple[str, float]) -> bool:
    if isinstance(mined.value, str):
        return False
    own = _number(mined.value, mined.unit)
    return own is not None and own[0] == number[0] and abs(own[1] / number[1] - 1) < 0.02


def _is_extra(
    mined: MinedFact, item: Mapping[str, Any], places: Mapping[Turn, Turn] | None
) -> bool:
    place = (item["call_id"], item["turn"])
    if "value" in item and item["value"] != mined.value:
        return False
    words = _words(item["quote"])
    return any(
        _turn(quote, places) == place and bool(words & _words(quote.quote) or not words)
        for quote in mined.evidence
    )


def _turn(quote: Evidence, places: Mapping[Turn, Turn] | None) -> Turn:
    own = (quote.call, quote.turn)
    return own if places is None else places.get(own, ("", -1))


def _words(text: str) -> frozenset[str]:
    """Beginnings of the longer words, so that "moves" and "moved" are one."""
    return frozenset(word[:4] for word in _WORD.findall(text.lower()) if word not in _COMMON)
