"""From what went wrong in the agent's own calls to what might be changed."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from scipy.stats import binomtest

from agent.cloning.mined import Evidence, MinedLine, Talk
from agent.cloning.redact.residual import residual
from agent.cloning.refine.own_calls import NOT_UNDERSTOOD, OwnCall
from agent.cloning.refine.proposals import Proposal, Proposals
from agent.dialogue.rules import normalise
from agent.speech.protocols import SentenceEncoder, Vectors

# A turn this near to an example means the same; two turns, too.
_SAME = 0.6
# So many calls have to say a thing before it is an intent of its own.
_CALLS = 2
# Uses from which what follows a line says anything about it.
_USES = 5
_WORDS = range(2, 20)
_ANY_DIGIT = re.compile(r"\d")


def interval(count: int, of: int) -> tuple[float, float]:
    """The share with its 90 % interval (Wilson)."""
    found = binomtest(count, of).proportion_ci(0.9, method="wilson")
    return float(found.low), float(found.high)


def propose(
    calls: Sequence[OwnCall],
    talk: Talk,
    placed: Mapping[str, str],
    done: str,
    encoder: SentenceEncoder,
) -> Proposals:
    """`placed` tells of a playbook's line which mined line it is; `done` the disposition wanted."""
    return Proposals(
        proposals=(
            *examples(calls, talk, encoder),
            *_lines_left_at(calls, talk, placed, done),
            *_better_answers(calls, talk, placed, done),
        )
    )


def examples(calls: Sequence[OwnCall], talk: Talk, encoder: SentenceEncoder) -> Iterator[Proposal]:
    """What was not understood: more words for what is known, or something new."""
    known = [
        (item.id, normalise(example.quote))
        for items in (talk.intents, talk.objections)
        for item in items
        for example in item.examples
    ]
    heard = list(_not_understood(calls))
    if not heard:
        return
    vectors = encoder.encode([normalise(item.quote) for item in heard])
    rest = list(range(len(heard)))
    if known:
        near = vectors @ encoder.encode([text for _, text in known]).T
        best = near.argmax(axis=1)
        rest = [row for row in rest if near[row, best[row]] < _SAME]
        by_item: dict[str, list[Evidence]] = defaultdict(list)
        for row in sorted(set(range(len(heard))) - set(rest)):
            by_item[known[best[row]][0]].append(heard[row])
        for item, evidence in sorted(by_item.items()):
            text = "; ".join(dict.fromkeys(normalise(e.quote) for e in evidence))
            why = f"callers said it {len(evidence)} times and were not understood"
            yield Proposal(
                change="add_example", about=item, text=text, why=why, evidence=tuple(evidence)
            )
    yield from _new_intents(heard, vectors, rest)


def _not_understood(calls: Sequence[OwnCall]) -> Iterator[Evidence]:
    """Callers' words that meant nothing to the agent; nothing that may be personal is kept."""
    for call in calls:
        for turn in call.turns:
            missed = turn.caller and turn.intent == NOT_UNDERSTOOD
            if missed and len(turn.text.split()) in _WORDS and _is_anybodys(turn.text):
                yield call.evidence(turn)


def _is_anybodys(text: str) -> bool:
    return not _ANY_DIGIT.search(text) and not residual(text)


def _new_intents(
    heard: Sequence[Evidence], vectors: Vectors, rest: Collection[int]
) -> Iterator[Proposal]:
    left = list(rest)
    while left:
        group = [row for row in left if float(vectors[row] @ vectors[left[0]]) >= _SAME]
        left = [row for row in left if row not in group]
        evidence = tuple(heard[row] for row in group)
        if len({item.call for item in evidence}) >= _CALLS:
            text = min((normalise(item.quote) for item in evidence), key=lambda t: (len(t), t))
            yield Proposal(
                change="new_intent", about=f"heard_{re.sub(r'[^a-z0-9]+', '_', text)[:40]}",
                text=text, why=f"{len(evidence)} turns like it were not understood",
                evidence=evidence,
            )  # fmt: skip


def _lines_left_at(
    calls: Sequence[OwnCall], talk: Talk, placed: Mapping[str, str], done: str
) -> Iterator[Proposal]:
    """Lines at which callers hang up more often than at others, beyond chance."""
    said, left = Counter[str](), Counter[str]()
    for call in calls:
        agents = [turn for turn in call.turns if not turn.caller and turn.lines]
        for turn in agents:
            said.update({placed[name] for name in turn.lines if name in placed})
        if call.hung_up and agents and call.disposition != done:
            left.update({placed[name] for name in agents[-1].lines if name in placed})
    usual = sum(left.values()) / max(sum(said.values()), 1)
    for line in talk.lines:
        if said[line.id] >= _USES and interval(left[line.id], said[line.id])[0] > usual:
            why = (
                f"callers hung up at it in {left[line.id]} of {said[line.id]} times; "
                f"usual is {usual:.0%}"
            )
            yield _about_line("drop_line", line, why)


def _better_answers(
    calls: Sequence[OwnCall], talk: Talk, placed: Mapping[str, str], done: str
) -> Iterator[Proposal]:
    """Answers to an objection after which calls went well more often than after the first one."""
    said, well = Counter[str](), Counter[str]()
    for call in calls:
        names = {placed[n] for t in call.turns for n in t.lines if not t.caller and n in placed}
        said.update(names)
        if call.disposition == done:
            well.update(names)
    lines = {line.id: line for line in talk.lines}
    for objection in talk.objections:
        used = [name for name in objection.answer if said[name] >= _USES and name in lines]
        if not used:
            continue
        first = used[0]
        best = max(used, key=lambda name: (well[name] / said[name], -used.index(name)))
        if best != first and interval(well[best], said[best])[0] > well[first] / said[first]:
            why = (
                f"{well[best]} of {said[best]} calls with it went well, "
                f"{well[first]} of {said[first]} with the first answer"
            )
            yield _about_line("prefer_line", lines[best], why)


def _about_line(change: str, line: MinedLine, why: str) -> Proposal:
    return Proposal.model_validate(
        {"change": change, "about": line.id, "text": line.text, "why": why, "evidence": ()}
    )
