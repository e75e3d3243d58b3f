"""Facts mined from a corpus with a key: recall, precision, and what weak voices claim.

    python -m tests.bench.cloning.facts                     Larkfield's transcripts
    python -m tests.bench.cloning.facts --recognised        its recordings, as recognised
    python -m tests.bench.cloning.facts --corpus FOLDER     another corpus

Grades are each agent's share of calls won; nothing of the key is given to the miner.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from agent.building.models import model_store
from agent.cloning.engines import Engines
from agent.cloning.mine.facts import mine_facts
from agent.cloning.mine.material import Material
from agent.cloning.mine.quantities import quantities
from agent.cloning.mined import Facts, MinedFact
from agent.cloning.recorded import Conversation, Turn
from agent.cloning.transcribe.single import transcribe_file
from agent.config import Settings
from tests.bench.cloning.corpus import LARKFIELD, Corpus, read_corpus
from tests.bench.cloning.facts_key import Scores, score, with_turns
from tests.bench.cloning.facts_key import Turn as Place

_BARS = {"clean": (0.95, 0.98), "recognised": (0.80, None)}


def main() -> None:
    """Mine and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=LARKFIELD)
    parser.add_argument("--recognised", action="store_true", help="the recordings, not the text")
    arguments = parser.parse_args()
    folder: Path = arguments.corpus
    corpus, engines = read_corpus(folder), Engines(Settings())
    name = folder.parent.name if folder.name == "plain" else folder.name
    material, places = corpus.material(), None
    key = with_turns(corpus.truth["facts"], corpus)
    if arguments.recognised:
        recordings = sorted((folder / "recordings").glob("*.wav"))
        model = model_store(engines.settings).locate("asr", engines.settings.speech.asr_model)
        heard = {path.stem: _recognised(path, model) for path in recordings}
        places = _places(corpus, heard)
        material = Material(
            {call: corpus.calls[call] for call in heard}, heard, corpus.material().grades
        )
    facts = mine_facts(material, engines.grammar, engines.encoder)
    scores = score(facts.facts, key, corpus.truth, name, places, tuple(material.conversations))
    if places is not None:
        _print_heard(key, material, places)
    source = "recognised" if arguments.recognised else "clean"
    _print_scores(name, source, scores)
    _print_wrong_claims(facts, corpus.truth, material, places)


def _print_scores(name: str, source: str, scores: Scores) -> None:
    least_recall, least_precision = _BARS[source]
    found, missed = len(scores.matched) - len(scores.beyond), len(scores.missed)
    print(f"{name}, {source}: {found} of {found + missed} facts")
    print(f"  recall    {scores.recall:.3f}  (bar {least_recall})")
    bar = f"(bar {least_precision})" if least_precision else "(no bar)"
    print(
        f"  precision {scores.precision:.3f}  {bar}: {len(scores.matched)} the key's, "
        f"{len(scores.again)} the key's again, {len(scores.also_true)} judged true, "
        f"{len(scores.wrong)} wrong"
    )
    unflagged = [fact for fact in scores.wrong if fact.confidence == "agreed"]
    print(f"  wrong and neither disputed nor said only once: {len(unflagged)}")
    for fact in scores.missed:
        print(f"  missed {fact['id']} {fact['statement']}")
    for found_fact in scores.wrong:
        print(f"  wrong  {_line(found_fact)}")


def _print_heard(
    key: Sequence[Mapping[str, Any]], material: Material, places: Mapping[Place, Place]
) -> None:
    """How many of the key's numbers are in the recognised text of their turns at all."""
    heard: dict[Place, set[int | float | str]] = {}
    for call, conversation in material.conversations.items():
        for index, turn in enumerate(conversation.turns):
            values = {amount.value for amount in quantities(turn.text)}
            heard.setdefault(places.get((call, index), ("", -1)), set()).update(values)
    stated = [f for f in key if any(p["call_id"] in material.conversations for p in f["stated_at"])]
    numbered = [f for f in stated if not isinstance(f["value"], str) and not f["number_unsaid"]]
    found = [
        fact
        for fact in numbered
        if any(
            fact["value"] in heard.get(place, ())
            for place in fact["saying"] | {(p["call_id"], p["turn"]) for p in fact["stated_at"]}
        )
    ]
    print(f"numbers that the recogniser heard rightly: {len(found)} of {len(numbered)}")


def _line(fact: MinedFact) -> str:
    first = fact.evidence[0]
    return (
        f"{fact.id} = {fact.value} {fact.unit} [{fact.confidence}] "
        f"{first.call}.{first.turn} ({first.agent}) {fact.statement}"
    )


def _print_wrong_claims(
    facts: Facts,
    truth: Mapping[str, Any],
    material: Material,
    places: Mapping[Place, Place] | None,
) -> None:
    """How many of the key's wrong claims are flagged, and whether one stands under a fact."""
    flags = [c.evidence for c in facts.contradictions]
    flags += [e for fact in facts.facts for d in fact.disputes for e in d.evidence]
    flagged = {_mapped((e.call, e.turn), places) for e in flags}
    said = [w for w in truth["wrong_facts"] if w["call_id"] in material.conversations]
    missed = [w for w in said if (w["call_id"], w["turn"]) not in flagged]
    under = [
        (fact, quote)
        for fact in facts.facts
        for quote in fact.evidence
        for wrong in said
        if _mapped((quote.call, quote.turn), places) == (wrong["call_id"], wrong["turn"])
    ]
    breaches = {(b["call_id"], b["turn"]) for b in truth.get("compliance_breaches", ())}
    meant = {(w["call_id"], w["turn"]) for w in said} | breaches
    print(f"  wrong claims flagged: {len(said) - len(missed)} of {len(said)} (bar: all)")
    print(f"  wrong claims that stand under a fact: {len(under)} (bar: 0)")
    print(f"  turns flagged: {len(flagged)}, of them wrong or a breach by the key: "
          f"{len(flagged & meant)}")  # fmt: skip
    for wrong in missed:
        print(f"  not flagged {wrong['call_id']}.{wrong['turn']} {wrong['quote']}")
    for fact, quote in under:
        print(f"  under {fact.id}: {quote.call}.{quote.turn} {quote.quote}")


def _mapped(own: Place, places: Mapping[Place, Place] | None) -> Place:
    return own if places is None else places.get(own, ("", -1))


def _recognised(path: Path, model: Path) -> Conversation:
    """A recording's turns; kept in the user's cache."""
    kept = user_cache_path("understudy") / "bench-cloning" / f"{path.stem}.v2.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(transcribe_file(path, model).model_dump_json(), "utf-8")
    return Conversation.model_validate_json(kept.read_text("utf-8"))


def _places(corpus: Corpus, heard: Mapping[str, Conversation]) -> dict[Place, Place]:
    """Each recognised turn with the key's turn of the same speaker that it overlaps most."""
    found = {}
    for call, conversation in heard.items():
        written = corpus.conversations[call].turns
        for index, turn in enumerate(conversation.turns):
            best = max(range(len(written)), key=lambda i: _overlap(turn, written[i]))
            if _overlap(turn, written[best]) > 0:
                found[call, index] = (call, best)
    return found


def _overlap(one: Turn, other: Turn) -> float:
    if one.speaker != other.speaker:
        return 0.0
    return min(one.end, other.end) - max(one.start, other.start)


if __name__ == "__main__":
    main()
