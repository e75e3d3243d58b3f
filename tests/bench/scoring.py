"""How far the rubric's scores agree with a person's, and whether they tell good agents from weak.

    python -m tests.bench.scoring [--corpus FOLDER] [--facts PLAYBOOK] [--quotes]

Scored as `understudy score` does it. Where the corpus has scorecards: kappa (weighted
quadratically), AC1 and the share of equal scores, apart for the calls that the rules were written
on and for those that nobody read who wrote them. Of Larkfield these are the calls whose number
leaves 6 when divided by 8, too few for a kappa each, so that all criteria together count there; of
Hollowell none; of any other corpus all. Their figures flatter a little: which meanings and which of
two wordings of a rule to keep was decided by their totals, too. Where the corpus has a key: each
agent's mean of full marks beside the tier of the key.
`--quotes` prints scores that differ from the card on the calls that the rules were written on.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import fmean

import yaml

from agent.cloning.engines import Engines
from agent.config import Settings
from agent.dialogue.loader import load_playbook
from agent.evaluation.agreement.cards import Cards, read_cards
from agent.evaluation.agreement.compared import GOOD_KAPPA, Comparison, compare
from agent.evaluation.agreement.statistics import LEVELS, Agreement, Estimate, agreement
from agent.evaluation.rubric.criteria import criteria
from agent.evaluation.rubric.knowledge import of_playbook
from agent.evaluation.scoring.scored import Held, ScoredCall, score_all
from agent.evaluation.scoring.sources import of_files
from tests.bench.cloning.corpus import LARKFIELD

_CRITERIA = 15
_NOT_READ = 6


def main() -> None:
    """Print each figure against its bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=LARKFIELD)
    parser.add_argument("--facts", default="")
    parser.add_argument("--quotes", action="store_true")
    options = parser.parse_args()
    facts = options.facts or ("larkfield" if options.corpus == LARKFIELD else "")
    scored = score_corpus(options.corpus, facts)
    cards = options.corpus / "scorecards_rater1.csv"
    if cards.exists():
        seen = _seen(options.corpus)
        for line in _agreement(scored, read_cards(cards), seen, quotes=options.quotes):
            print(line)
    for line in _agents(scored, options.corpus):
        print(line)


def score_corpus(folder: Path, facts: str) -> list[ScoredCall]:
    """Its transcripts, held against a playbook's facts where one is named."""
    playbook = load_playbook(facts) if facts else None
    held = Held(
        criteria(),
        of_playbook(playbook) if playbook else None,
        playbook.persona.company if playbook else "",
    )
    engines = Engines(Settings())
    gathered = of_files([folder / "transcripts"])
    return list(score_all(gathered, held, engines, lambda: None))


def _seen(folder: Path) -> Callable[[str], bool]:
    """Whether somebody who wrote the rules has read a call and its card."""
    if folder == LARKFIELD:
        return lambda call: int(call.rpartition("-")[2]) % 8 != _NOT_READ
    return lambda call: "hollowell" in folder.parts


def _agreement(
    scored: Sequence[ScoredCall], cards: Cards, seen: Callable[[str], bool], *, quotes: bool
) -> Iterator[str]:
    ours = {c.call: {s.criterion.id: s.given.score for s in c.scores} for c in scored}
    carded = [call for call in ours if call in cards]
    written_on = [call for call in carded if seen(call)]
    if quotes:
        yield from _differing([call for call in scored if call.call in written_on], cards)
    for title, calls in (
        ("where the rules were written", written_on),
        ("not read", [call for call in carded if call not in written_on]),
        ("all together", carded),
    ):
        if not calls:
            continue
        found = compare(criteria(), {call: ours[call] for call in calls}, cards)
        yield f"{title}, {len(calls)} calls: kappa, AC1, equal (pairs; abstained)"
        yield from _criteria(found)
        pairs = [pair for one in found.criteria for pair in _pairs(one.agreement)]
        together = agreement(*zip(*pairs, strict=True))
        yield (
            f"    all criteria together: kappa {_short(together.kappa)}, equal "
            f"{_short(together.equal)} ({together.n})"
        )
        yield (
            f"    mean kappa {_told(found.mean)} (bar {GOOD_KAPPA}); {found.good} criteria reach "
            f"{GOOD_KAPPA} (bar {_CRITERIA})"
        )


def _criteria(found: Comparison) -> Iterator[str]:
    for one in found.criteria:
        of = one.agreement
        yield (
            f"    {one.criterion.id} {one.criterion.name:30} {_told(of.kappa):22} "
            f"{_short(of.ac1)}  {_short(of.equal)}  ({of.n}; {one.abstained})"
        )


def _pairs(of: Agreement) -> Iterator[tuple[int, int]]:
    for card in LEVELS:
        for ours in LEVELS:
            yield from [(card, ours)] * of.confusion[card][ours]


def _differing(scored: Sequence[ScoredCall], cards: Cards) -> Iterator[str]:
    for call in scored:
        for one in call.scores:
            card = cards[call.call].get(one.criterion.id)
            if card != one.given.score:
                yield (
                    f"{one.criterion.id} {call.call} card {card} ours {one.given.score} "
                    f"@{one.given.turn} {one.given.quote!r} {one.given.why}"
                )


def _agents(scored: Sequence[ScoredCall], folder: Path) -> Iterator[str]:
    truth = folder / "truth.yaml"
    key = yaml.load(truth.read_text("utf-8"), Loader=yaml.CSafeLoader)
    tiers = {row["agent_id"]: row.get("tier", "") for row in key["agent_ranking"]}
    agent_of = {row["call_id"]: row["agent_id"] for row in key["calls"]}
    of = defaultdict[str, list[ScoredCall]](list)
    for call in scored:
        of[agent_of[call.call]].append(call)
    yield "share of full marks by agent"
    means = {agent: fmean(call.overall or 0 for call in calls) for agent, calls in of.items()}
    for agent in sorted(means, key=lambda agent: -means[agent]):
        broken = sum(bool(call.breaches) for call in of[agent])
        yield (
            f"    {agent} {tiers.get(agent, '')}: {means[agent]:.0%} of {len(of[agent])} calls, "
            f"{broken} with a breach"
        )


def _short(estimate: Estimate) -> str:
    return "   –" if estimate.value is None else f"{estimate.value:4.2f}"


def _told(estimate: Estimate) -> str:
    if estimate.value is None or estimate.low is None:
        return "   –"
    return f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f})"


if __name__ == "__main__":
    main()
