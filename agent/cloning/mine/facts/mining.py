"""Facts out of calls: claims, what they are about, whom to believe, in words for a reader."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.cloning.mine.facts.claims import Claim, read_claims
from agent.cloning.mine.facts.names import names_of_offers, names_with_numbers
from agent.cloning.mine.facts.offers import OfferJudge
from agent.cloning.mine.facts.policies import policies
from agent.cloning.mine.facts.promises import Promise, TrustedWord, promises
from agent.cloning.mine.facts.statements import read_statements
from agent.cloning.mine.facts.topics import topics
from agent.cloning.mine.facts.verdicts import (
    Belief,
    Doubt,
    Nearness,
    beliefs,
    misplaced,
    outvoted,
    repeated,
    topic_subject,
    unheard_of,
    without,
)
from agent.cloning.mine.facts.voices import by_agreement, is_weak
from agent.cloning.mine.facts.whose import heard_in
from agent.cloning.mine.facts.wording import evidence, quote, worded, worded_policy
from agent.cloning.mine.material import Material
from agent.cloning.mine.quantities import spoken
from agent.cloning.mined import Contradiction, Dispute, Facts, MinedFact
from agent.speech.protocols import SentenceEncoder

if TYPE_CHECKING:
    from spacy.language import Language


def mine_facts(material: Material, grammar: "Language", encoder: SentenceEncoder) -> Facts:
    """What the company's people state as true of what it offers, and who says otherwise.

    Claims of weak agents found no fact; those that go against one, or that nobody else makes, are
    contradictions. Calls that grading could not use are not read.
    """
    material = _readable(material)
    names = names_of_offers(material)
    said = read_statements(material, grammar, names)
    numbered = names_with_numbers(names)
    heard = {
        call_id: heard_in(conversation.turns, numbered)
        for call_id, conversation in material.conversations.items()
    }
    judge = OfferJudge(encoder)
    claims = read_claims(said, heard)
    material = by_agreement(material, claims)
    believed, doubts = _judged(claims, material, judge, encoder)
    rules = policies(said, material, encoder, judge)
    by_trusted = [
        statement
        for statement in said
        if not (statement.sentence.question or is_weak(statement.place.call.agent, material))
    ]
    word = TrustedWord(by_trusted, believed, rules, judge, encoder)
    held_out = promises(said, word, material)

    facts, ids = _worded(believed, doubts, material)
    for policy in rules:
        facts.append(worded_policy(policy, {fact.id for fact in facts}))
    return Facts(
        facts=tuple(facts),
        contradictions=_contradictions(doubts, held_out, ids, material),
    )


def _worded(
    believed: Sequence[Belief], doubts: Sequence[Doubt], material: Material
) -> tuple[list[MinedFact], dict[int, str]]:
    """Facts with amounts, and their ids by the identity of their topics."""
    facts: list[MinedFact] = []
    ids: dict[int, str] = {}
    for belief in believed:
        fact = worded(
            belief, topic_subject(belief.topic), {fact.id for fact in facts},
            _disputes(belief, doubts, material), material,
        )  # fmt: skip
        ids[id(belief.topic)] = fact.id
        facts.append(fact)
    return facts, ids


def _readable(material: Material) -> Material:
    unread = {grade.call for grade in material.grades.calls if grade.use == "none"}
    kept = {call: c for call, c in material.conversations.items() if call not in unread}
    return Material(material.calls, kept, material.grades)


def _judged(
    claims: Sequence[Claim], material: Material, judge: OfferJudge, encoder: SentenceEncoder
) -> tuple[list[Belief], list[Doubt]]:
    """What is believed, and what is not; no claim is in both."""
    weak = [claim for claim in claims if is_weak(claim.agent, material)]
    good = [claim for claim in claims if not is_weak(claim.agent, material)]
    found = beliefs(topics(good, encoder), material, judge)
    near = Nearness(encoder)
    doubts = [
        *outvoted(found, near, material),
        *unheard_of(weak, found, near),
        *misplaced(claims, found, near, material),
    ]
    doubts += repeated(claims, doubts)
    return without(found, doubts), doubts


def _disputes(belief: Belief, doubts: Sequence[Doubt], material: Material) -> tuple[Dispute, ...]:
    """The other values that agents who are otherwise believed give."""
    against: defaultdict[tuple[str, float], list[Doubt]] = defaultdict(list)
    for doubt in doubts:
        target = doubt.against
        if (
            target is not None
            and target.topic is belief.topic
            and not is_weak(doubt.claim.agent, material)
        ):
            against[doubt.claim.key].append(doubt)
    return tuple(
        Dispute(
            said=_said(same[0].claim),
            value=same[0].claim.amount.value,
            why=same[0].why,
            evidence=evidence([doubt.claim for doubt in same]),
        )
        for _, same in sorted(against.items())
    )


def _said(claim: Claim) -> str:
    text = claim.said.sentence.text
    return spoken(text[claim.amount.start : claim.amount.end]).lower()


def _contradictions(
    doubts: Sequence[Doubt],
    held_out: Sequence[Promise],
    ids: dict[int, str],
    material: Material,
) -> tuple[Contradiction, ...]:
    """Weak voices' claims and all promises, one a sentence, in order of calls and turns."""
    found: dict[tuple[str, int, int], Contradiction] = {}
    for doubt in doubts:
        claim, place = doubt.claim, doubt.claim.said.place
        fact = ids.get(id(doubt.against.topic), "") if doubt.against else ""
        if fact and not is_weak(claim.agent, material):
            continue  # a dispute of that fact
        key = (place.call.id, place.index, claim.said.position)
        found.setdefault(
            key, Contradiction(fact=fact, evidence=place.evidence(quote(claim)), why=doubt.why)
        )
    for promise in held_out:
        place = promise.said.place
        fact = ids.get(id(promise.against.topic), "") if promise.against else ""
        found.setdefault(
            (place.call.id, place.index, promise.said.position),
            Contradiction(
                fact=fact, evidence=place.evidence(promise.said.sentence.text), why=promise.why
            ),
        )
    return tuple(contradiction for _, contradiction in sorted(found.items()))
