"""Reasons not to go on, and the lines with which the best people meet them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from agent.cloning.mine.acts.said import Said
from agent.cloning.mine.acts.talks import Talk, by_call
from agent.cloning.mine.facts.voices import is_strong
from agent.cloning.mine.lines.fit import Fit
from agent.cloning.mine.lines.rank import rank_lines, use_of
from agent.cloning.mine.material import Material
from agent.cloning.mine.objections.met import Handling, handling
from agent.cloning.mine.objections.raised import find_raised
from agent.cloning.mined import Facts, MinedLine, MinedObjection, Step
from agent.speech.protocols import SentenceEncoder

_STEPS: tuple[Step, ...] = ("acknowledge", "clarify", "answer", "re_ask")


def mine_objections(
    material: Material, said: Sequence[Said], facts: Facts | None, encoder: SentenceEncoder
) -> tuple[tuple[MinedObjection, ...], tuple[MinedLine, ...]]:
    """The objections, most frequent first, and all lines that they name.

    `said` is what `label` gives. Without `facts` no line is left out for a number it holds.
    """
    raised, reasons = find_raised(said, encoder)
    described = {reason.label: reason.description for reason in reasons}
    talks = by_call(said)
    given: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in raised:
        given[one.said.place.call.id][one.said.place.index].add(one.reason)
    met: dict[str, list[Handling]] = defaultdict(list)
    for one in raised:
        call = one.said.place.call.id
        met[one.reason].append(handling(one, talks[call], given[call]))
    fit = Fit(material, said, facts)
    mined: list[MinedObjection] = []
    lines: list[MinedLine] = []
    for reason, handlings in sorted(met.items(), key=lambda item: (-len(item[1]), item[0])):
        if not _teaches(handlings, material):
            continue
        found = {step: _lines_of(step, reason, handlings, material, talks, fit) for step in _STEPS}
        lines += [line for of_step in found.values() for line in of_step]
        mined.append(_objection(reason, described[reason], handlings, found))
    return tuple(mined), tuple(lines)


def _teaches(handlings: Sequence[Handling], material: Material) -> bool:
    """Whether it came up in several calls, or somebody who is trusted answered it in the one."""
    if len({one.raised.said.place.call.id for one in handlings}) > 1:
        return True
    return any(
        one.answer and is_strong(one.raised.said.place.call.agent, material) for one in handlings
    )


def _lines_of(
    step: Step,
    reason: str,
    handlings: Sequence[Handling],
    material: Material,
    talks: Mapping[str, Talk],
    fit: Fit,
) -> tuple[MinedLine, ...]:
    """The best complete handling counts more than a single good sentence."""
    allowed = material.grades.used_for("lines", "contrast")
    uses = [
        use_of(run, talks[call], material, handled=one.worth(step))
        for one in handlings
        if (run := one.step(step)) and (call := one.raised.said.place.call.id) in allowed
    ]
    return rank_lines(uses, fit, step=step, prefix=f"{reason}.{step}", objection=reason)


def _objection(
    reason: str,
    description: str,
    handlings: Sequence[Handling],
    lines: Mapping[Step, Sequence[MinedLine]],
) -> MinedObjection:
    clearest_first = sorted(handlings, key=lambda one: -one.raised.strength)
    ids = {step: tuple(line.id for line in found) for step, found in lines.items()}
    return MinedObjection(
        id=reason,
        description=description,
        examples=tuple(
            one.raised.said.place.evidence(one.raised.said.text) for one in clearest_first
        ),
        acknowledge=ids["acknowledge"],
        clarify=ids["clarify"],
        answer=ids["answer"],
        re_ask=ids["re_ask"],
        met=len(handlings),
        overcome=sum(bool(one.raised.said.place.call.won) for one in handlings),
    )
