"""How well stages, slots, intents and what must be said are found, against a corpus' key.

    python -m tests.bench.cloning.talk [--corpus FOLDER] [--heard] [--all]

On transcripts redacted by the product; `--heard` takes case and punctuation away, as a recogniser
does. The rules, for an item of the key by the turns that it names:

- intents: purity is the share, among the examples that the key labels, of those with the label
  that most of their intent have. A turn that the key calls nothing but an objection disagrees.
- slots: found when a slot's answers have two of the key's examples (one, where it names one).
- stages: found when most of its best lines are in one stage; a line is in the stage of most of its
  words.
- must-say: found when an item is said in half of the turns where the key has it.

Slots, stages and must-say are matched one to one, so that one item for everything finds one thing.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from agent.cloning.engines import Engines
from agent.cloning.mine.acts.label import label
from agent.cloning.mine.facts import mine_facts
from agent.cloning.mine.material import Material
from agent.cloning.mine.objections.mine import mine_objections
from agent.cloning.mine.talk import Found, Where, find_all
from agent.cloning.redact.plain import redact_all
from agent.config import Settings
from tests.bench.cloning.corpus import LARKFIELD, read_corpus
from tests.bench.cloning.redaction import without_case

PURITY = 0.85
_OBJECTION = "objection"


@dataclass(frozen=True, slots=True)
class Match:
    """One item of the key: the mined item that has most of its turns, and whether that finds it."""

    id: str
    mined: str
    shared: int
    of: int
    found: bool


@dataclass(frozen=True, slots=True)
class Purity:
    """Examples that the key labels, and those of them with their intent's label."""

    labelled: int
    agreeing: int
    by_intent: Mapping[str, Counter[str]]

    @property
    def share(self) -> float:
        return self.agreeing / self.labelled if self.labelled else 0.0


def intent_purity(truth: Mapping[str, Any], found: Found) -> Purity:
    """By turns; a turn may have several labels, and agrees when one of them is its intent's."""
    labels: dict[Where, set[str]] = defaultdict(set)
    for intent in truth["intents"]:
        kind = _OBJECTION if intent["id"].startswith(_OBJECTION) else intent["id"]
        for where in _turns(intent["examples"]):
            labels[where].add(kind)
    for objection in truth["objections"]:
        for where in _turns(objection["raised_at"]):
            labels[where].add(_OBJECTION)
    by_intent = {
        intent.id: Counter(label for where in intent.turns for label in labels.get(where, ()))
        for intent in found.intents
    }
    labelled = sum(where in labels for intent in found.intents for where in intent.turns)
    agreeing = sum(
        max((count for label, count in counted.items() if label != _OBJECTION), default=0)
        for counted in by_intent.values()
    )
    return Purity(labelled, agreeing, by_intent)


def slot_matches(truth: Mapping[str, Any], found: Found) -> list[Match]:
    """By the turns in which customers answer."""
    key = {slot["id"]: _turns(slot["examples"]) for slot in truth["need_slots"]}
    mined = {
        slot.id: frozenset((q.answer.call.id, q.answer.index) for q in slot.questions)
        for slot in found.slots
    }
    return _matched(key, mined, {slot: min(2, len(turns)) for slot, turns in key.items()})


def must_say_matches(truth: Mapping[str, Any], found: Found) -> list[Match]:
    """By the turns in which agents say it, whoever they are."""
    key = {
        f"{item['id']} {item['line'][:40]}": _turns(item["said_at"]) for item in truth["must_say"]
    }
    mined = {
        item.habit.id: frozenset((s.place.call.id, s.place.index) for s in item.habit.said)
        for item in found.must_say
    }
    return _matched(key, mined, {item: max(1, len(turns) // 2) for item, turns in key.items()})


def stage_matches(truth: Mapping[str, Any], found: Found) -> list[Match]:
    """By the best lines of each stage."""
    at: dict[Where, list[tuple[str, str]]] = defaultdict(list)
    for sentence, part in found.parted:
        at[sentence.place.call.id, sentence.place.index].append((sentence.text, part))
    counted = {
        stage["id"]: Counter(
            _part_of(line["quote"], at[line["call_id"], line["turn"]])
            for line in stage["best_lines"]
        )
        for stage in truth["stages"]
    }
    names = sorted({part for parts in counted.values() for part in parts})
    table = np.array([[counted[stage][name] for name in names] for stage in counted])
    return [
        Match(stage, names[best], int(shared), of, bool(shared > of / 2))
        for (stage, parts), (best, shared) in zip(counted.items(), _one_to_one(table), strict=True)
        for of in [parts.total()]
    ]


def _part_of(quote: str, sentences: Sequence[tuple[str, str]]) -> str:
    """Redaction may have changed some of the words: a sentence is in a quote by most of them."""
    quoted = set(quote.lower().split())
    words: Counter[str] = Counter()
    for text, part in sentences:
        own = text.lower().split()
        if sum(word in quoted for word in own) > len(own) / 2:
            words[part] += len(own)
    return words.most_common(1)[0][0] if words else ""


def _matched(
    key: Mapping[str, Collection[Where]],
    mined: Mapping[str, frozenset[Where]],
    needed: Mapping[str, int],
) -> list[Match]:
    names = list(mined)
    table = np.array(
        [[len(mined[name].intersection(turns)) for name in names] for turns in key.values()]
    )
    return [
        Match(item, names[best] if shared else "", int(shared), len(turns), shared >= needed[item])
        for (item, turns), (best, shared) in zip(key.items(), _one_to_one(table), strict=True)
    ]


def _one_to_one(table: np.ndarray) -> Iterator[tuple[int, int]]:
    """For each row the column that it is matched with, and what they share."""
    rows, columns = linear_sum_assignment(-table)
    partner = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    for row in range(len(table)):
        column = partner.get(row, 0)
        yield column, table[row, column] if row in partner else 0


def _turns(examples: Sequence[Mapping[str, Any]]) -> frozenset[Where]:
    return frozenset((example["call_id"], example["turn"]) for example in examples)


def mined_from(folder: Path, *, heard: bool) -> tuple[Mapping[str, Any], Found]:
    """The key of a corpus, and what the miners find in it."""
    engines = Engines(Settings())
    corpus = read_corpus(folder)
    raw = without_case(corpus.conversations) if heard else corpus.conversations
    conversations = redact_all(raw, corpus.calls, engines.grammar)
    material = Material(corpus.calls, conversations, corpus.material().grades)
    encoder = engines.encoder
    facts = mine_facts(material, engines.grammar, encoder)
    said = label(material, encoder)
    objections, _ = mine_objections(material, said, facts, encoder)
    return corpus.truth, find_all(material, said, facts, objections, encoder)


def _print(title: str, matches: Sequence[Match], *, all_of_them: bool) -> None:
    found = sum(match.found for match in matches)
    print(f"{title}: {found} of {len(matches)} found")
    for match in matches:
        if all_of_them or not match.found:
            mark = "found " if match.found else "missed"
            print(
                f"  {mark} {match.id}: {match.shared} of {match.of} turns in {match.mined or '-'}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--corpus", type=Path, default=LARKFIELD)
    parser.add_argument("--heard", action="store_true", help="without case and punctuation")
    parser.add_argument("--all", action="store_true", help="what was found, too")
    options = parser.parse_args()
    truth, found = mined_from(options.corpus, heard=options.heard)
    purity = intent_purity(truth, found)
    print(
        f"intents: purity {purity.share:.3f} (bar {PURITY}), {purity.agreeing} of "
        f"{purity.labelled} labelled examples in {len(found.intents)} intents"
    )
    for intent, counted in purity.by_intent.items():
        if options.all or len(counted) > 1:
            print(f"  {intent}: {dict(counted.most_common())}")
    _print("slots", slot_matches(truth, found), all_of_them=options.all)
    _print("stages", stage_matches(truth, found), all_of_them=options.all)
    _print("must-say", must_say_matches(truth, found), all_of_them=options.all)


if __name__ == "__main__":
    main()
