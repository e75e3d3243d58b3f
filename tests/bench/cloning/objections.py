"""How well objections and their best lines are mined, against a corpus with a key.

    python -m tests.bench.cloning.objections [--corpus FOLDER] [--show]

Names and numbers of customers are taken out by the key first, as redaction would. A mined
objection is matched to the one of the key that most of its examples belong to.
"""

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from agent.cloning.engines import Engines
from agent.cloning.mine.acts.label import label
from agent.cloning.mine.facts.mining import mine_facts
from agent.cloning.mine.material import Material
from agent.cloning.mine.objections.mine import mine_objections
from agent.cloning.mined import MinedLine, MinedObjection
from agent.config import Settings
from tests.bench.cloning.corpus import LARKFIELD, Corpus, read_corpus

_PLACEHOLDERS = {
    "person_name": "PERSON", "agent_name": "AGENT", "phone": "PHONE", "phone_partial": "PHONE",
    "email": "EMAIL", "address": "ADDRESS", "postcode": "POSTCODE", "postcode_partial": "POSTCODE",
    "card_partial": "CARD", "card_cvv": "CARD", "reference": "REFERENCE", "health": "HEALTH",
    "age": "AGE", "name_spelled": "SPELLED",
}  # fmt: skip

Turn = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Scores:
    """What is printed."""

    truth: int
    found: int
    third: int
    clusters: int
    strangers: int
    raised: int
    raised_found: int
    pure: int
    labelled: int
    examples: int
    with_best: int
    best_strict: int
    best_loose: int


def redacted(corpus: Corpus) -> Material:
    """The corpus as it is after redaction, by the key's own list."""
    words: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for entry in corpus.truth["pii"]:
        placeholder = f"<{_PLACEHOLDERS.get(entry['type'], 'PERSON')}_1>"
        words[entry["call_id"]].append((entry["text"], placeholder))
    conversations = {
        call: talk.model_copy(
            update={
                "turns": tuple(
                    turn.model_copy(update={"text": _without(turn.text, words[call])})
                    for turn in talk.turns
                )
            }
        )
        for call, talk in corpus.conversations.items()
    }
    return Material(corpus.calls, conversations, corpus.material().grades)


def _without(text: str, words: list[tuple[str, str]]) -> str:
    for word, placeholder in sorted(words, key=lambda pair: -len(pair[0])):
        text = re.sub(rf"\b{re.escape(word)}\b", placeholder, text)
    return text


def score(
    truth: list[dict[str, Any]],
    mined: tuple[MinedObjection, ...],
    lines: Mapping[str, MinedLine],
) -> Scores:
    """Against the key's objections, turn by turn."""
    raised: dict[Turn, set[str]] = defaultdict(set)
    for objection in truth:
        for place in objection["raised_at"]:
            raised[place["call_id"], place["turn"]].add(objection["id"])
    matched: dict[str, list[MinedObjection]] = defaultdict(list)
    pure = labelled = strangers = 0
    for one in mined:
        votes = Counter(t for e in one.examples for t in raised.get((e.call, e.turn), ()))
        if not votes:
            strangers += 1
            continue
        best, _ = votes.most_common(1)[0]
        matched[best].append(one)
        of_key = [raised[e.call, e.turn] for e in one.examples if (e.call, e.turn) in raised]
        labelled += len(of_key)
        pure += sum(best in ids for ids in of_key)
    covered = {(e.call, e.turn) for one in mined for e in one.examples}
    with_best = [o for o in truth if o.get("best_examples")]
    return Scores(
        truth=len(truth),
        found=len(matched),
        third=sum(
            3 * len(_held(o, matched[o["id"]])) >= len(o["raised_at"])
            for o in truth
            if o["id"] in matched
        ),
        clusters=sum(map(len, matched.values())),
        strangers=strangers,
        raised=len(raised),
        raised_found=len(covered & raised.keys()),
        pure=pure,
        labelled=labelled,
        examples=sum(len(one.examples) for one in mined),
        with_best=len(with_best),
        best_strict=sum(_hits(o, matched[o["id"]], lines, ("answer",)) for o in with_best),
        best_loose=sum(
            _hits(o, matched[o["id"]], lines, ("acknowledge", "clarify", "answer", "reask"))
            for o in with_best
        ),
    )


def _held(objection: dict[str, Any], mined: list[MinedObjection]) -> set[Turn]:
    """The key's turns of an objection that the mined ones matched to it have."""
    mine = {(e.call, e.turn) for one in mined for e in one.examples}
    return mine & {(place["call_id"], place["turn"]) for place in objection["raised_at"]}


def _hits(
    objection: dict[str, Any],
    mined: list[MinedObjection],
    lines: Mapping[str, MinedLine],
    parts: tuple[str, ...],
) -> bool:
    """Whether one of the top two answers stands on a turn of the best handling."""
    wanted = {
        (best["call_id"], turn)
        for best in objection["best_examples"]
        for part in parts
        for turn in _turns(best.get(part))
    }
    biggest = sorted(mined, key=lambda one: -len(_held(objection, [one])))[:1]
    return any(
        (e.call, e.turn) in wanted
        for one in biggest
        for line in one.answer[:2]
        for e in lines[line].evidence
    )


def _turns(value: int | list[int] | None) -> list[int]:
    return [] if value is None else value if isinstance(value, list) else [value]


def main() -> None:
    """Mine a corpus and print how near the key it came."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=LARKFIELD)
    parser.add_argument("--show", action="store_true", help="print what was mined, too")
    options = parser.parse_args()
    corpus = read_corpus(options.corpus)
    material = redacted(corpus)
    engines = Engines(Settings())
    encoder = engines.encoder
    facts = mine_facts(material, engines.grammar, encoder)
    began = perf_counter()
    said = label(material, encoder)
    labelled_s = perf_counter() - began
    mined, lines = mine_objections(material, said, facts, encoder)
    mined_s = perf_counter() - began - labelled_s
    by_id = {line.id: line for line in lines}
    if options.show:
        _show(corpus, mined, by_id)
    s = score(corpus.truth["objections"], mined, by_id)
    per = s.clusters / s.found if s.found else 0.0
    print(f"{options.corpus}: {len(corpus.calls)} calls, {len(said)} sentences")
    print(f"labelled in {labelled_s:.1f} s, mined in {mined_s:.1f} s")
    _row("objections of the key found", s.found, s.truth, ">= 90 %")
    _row("... with a third of its turns or more", s.third, s.truth)
    print(f"{'clusters an objection found':<44} {per:>14.2f}   bar <= 1.5")
    print(f"{'mined objections that the key has not':<44} {s.strangers:>14}")
    _row("turns that raise one found", s.raised_found, s.raised)
    _row("examples that the key calls objections", s.labelled, s.examples)
    _row("of those, examples of the cluster's own", s.pure, s.labelled)
    _row("best line in the top 2 (its answer turn)", s.best_strict, s.with_best, ">= 80 %")
    _row("best line in the top 2 (any step's turn)", s.best_loose, s.with_best)


def _row(what: str, part: int, whole: int, bar: str = "") -> None:
    share = 100 * part / whole if whole else 0.0
    print(f"{what:<44} {f'{part} of {whole}':>14} {share:5.1f} %" + (f"   bar {bar}" * bool(bar)))


def _show(
    corpus: Corpus, mined: tuple[MinedObjection, ...], lines: Mapping[str, MinedLine]
) -> None:
    raised = defaultdict(set)
    for objection in corpus.truth["objections"]:
        for place in objection["raised_at"]:
            raised[place["call_id"], place["turn"]].add(objection["id"])
    for one in mined:
        print(f"\n== {one.id}: {one.description} (met {one.met}, overcome {one.overcome})")
        for e in one.examples:
            print(f"   {','.join(sorted(raised.get((e.call, e.turn), {'-'}))):<24} "
                  f"{e.call}#{e.turn} {e.quote[:100]}")  # fmt: skip
        for step in ("acknowledge", "clarify", "answer", "re_ask"):
            for line_id in getattr(one, step)[:3]:
                line = lines[line_id]
                lift = f"{line.lift.mean:+.2f}" if line.lift else "-"
                print(f"   {step}: {line.text}  [{line.uses} uses, {line.win_rate:.2f}, {lift}, "
                      f"{line.evidence[0].call}#{line.evidence[0].turn}]")  # fmt: skip
    print()


if __name__ == "__main__":
    main()
