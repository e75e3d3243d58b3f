"""From what went wrong in simulated calls to what might be changed.

Simulated customers show where a playbook fails before a caller does; their words are the
simulator's, so what a change is worth is told by calls of people.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from agent.cloning.mine.objections.reasons import known_reasons
from agent.cloning.mined import Evidence, MinedLine, Talk
from agent.cloning.refine.own_calls import NOT_UNDERSTOOD, OwnCall, OwnTurn
from agent.cloning.refine.proposals import Proposal
from agent.cloning.refine.propose import examples
from agent.dialogue.playbook import VARIABLE, Playbook
from agent.dialogue.rules import normalise
from agent.evaluation.customers.mind import Does
from agent.evaluation.customers.persona import Reason
from agent.evaluation.simulation.text_call import SimulatedCall
from agent.records.records import DO_NOT_CALL
from agent.speech.protocols import SentenceEncoder

# A reason that came up in fewer calls tells nothing, nor does one that mostly was settled.
_CALLS = 3
_SETTLED = 0.5
# An answer has to be so much about the reason (cosine).
_ABOUT = 0.35


def propose_from_simulated(
    calls: Sequence[SimulatedCall],
    talk: Talk,
    playbook: Playbook,
    placed: Mapping[str, str],
    meant: Mapping[Reason, str],
    encoder: SentenceEncoder,
) -> tuple[Proposal, ...]:
    """`meant` has the playbook's objection for each reason; `placed` is as in `propose`."""
    stating = {mined for name, mined in placed.items() if _states_fact(playbook, name)}
    answers = [line for line in talk.lines if line.id in stating]
    return (
        *_gates(calls, talk, placed),
        *_reasons_missed(calls, meant),
        *examples([_questions(call) for call in calls], talk, encoder),
        *_unanswered(calls, talk, meant, answers, encoder),
    )


def _gates(
    calls: Sequence[SimulatedCall], talk: Talk, placed: Mapping[str, str]
) -> Iterator[Proposal]:
    """A line with something wrong goes; who was not let go is understood the next time."""
    lines = {line.id: line for line in talk.lines}
    wrong: dict[str, list[str]] = defaultdict(list)
    for call in calls:
        for mined, why in {(placed.get(b.line, ""), b.why) for b in call.breaches}:
            wrong[mined].append(why)
    for name in sorted(wrong.keys() & lines.keys()):
        why = f"wrong in {len(wrong[name])} of {len(calls)} simulated calls: {wrong[name][0]}"
        yield Proposal(change="drop_line", about=name, text=lines[name].text, why=why, evidence=())
    missed = [
        _evidence(call, at)
        for call in calls
        if any(breach.gate == "do-not-call missed" for breach in call.breaches)
        for at, taken in enumerate(call.taken)
        if taken.does == Does.REMOVE_ME.value and taken.intent != DO_NOT_CALL
    ]
    if missed:
        yield _example(DO_NOT_CALL, missed, "asked for no more calls, and were not let go")


def _reasons_missed(
    calls: Sequence[SimulatedCall], meant: Mapping[Reason, str]
) -> Iterator[Proposal]:
    """Reasons of the playbook in words that it did not understand."""
    missed: dict[str, list[Evidence]] = defaultdict(list)
    for call in calls:
        for at, taken in enumerate(call.taken):
            about = meant.get(taken.reason) if taken.reason is not None else None
            if about is not None and taken.intent == NOT_UNDERSTOOD:
                missed[about].append(_evidence(call, at))
    for about, evidence in sorted(missed.items()):
        yield _example(about, evidence, "gave this reason and were not understood")


def _example(about: str, evidence: Sequence[Evidence], what: str) -> Proposal:
    texts = list(dict.fromkeys(normalise(item.quote) for item in evidence))
    calls = len({item.call for item in evidence})
    why = f"in {calls} simulated call{'s' if calls > 1 else ''} customers {what}"
    once = {normalise(item.quote): item for item in reversed(evidence)}
    return Proposal(
        change="add_example", about=about, text="; ".join(texts), why=why,
        evidence=tuple(once[text] for text in texts),
    )  # fmt: skip


def _questions(call: SimulatedCall) -> OwnCall:
    """The questions of a call; other words of a simulated customer teach nothing."""
    turns = [
        OwnTurn(at, caller=True, text=turn.text, start_s=turn.start, intent=taken.intent)
        for at, (turn, taken) in enumerate(zip(call.conversation.turns, call.taken, strict=True))
        if taken.does == Does.ASK.value
    ]
    return OwnCall(_name(call), "", call.outcome, call.left, tuple(turns))


def _unanswered(
    calls: Sequence[SimulatedCall],
    talk: Talk,
    meant: Mapping[Reason, str],
    answers: Sequence[MinedLine],
    encoder: SentenceEncoder,
) -> Iterator[Proposal]:
    """Another answer to a reason with which calls are lost: what people said nearest to it."""
    raised, lost = Counter[str](), Counter[str]()
    for call in calls:
        raised.update({meant[reason] for reason in call.raised if reason in meant})
        still = set(call.raised) - set(call.settled) if not call.done else set()
        lost.update({meant[reason] for reason in still if reason in meant})
    for about in sorted(lost):
        if raised[about] < _CALLS or lost[about] <= _SETTLED * raised[about]:
            continue
        line = _nearest(answers, talk, about, encoder)
        if line is not None:
            why = f"{lost[about]} of {raised[about]} simulated calls with this reason were lost"
            yield Proposal(change="add_answer", about=about, text=line.text, why=why, evidence=())


def _nearest(
    answers: Sequence[MinedLine], talk: Talk, about: str, encoder: SentenceEncoder
) -> MinedLine | None:
    """The line that is most about a reason and does not answer it yet."""
    objection = next((one for one in talk.objections if one.id == about), None)
    reason = next((one for one in known_reasons() if one.label == about), None)
    said = [objection.description, *(e.quote for e in objection.examples)] if objection else []
    said += [reason.description, *reason.examples] if reason else []
    known = set(objection.answer) if objection else set()
    lines = [line for line in answers if line.id not in known]
    if not said or not lines:
        return None
    best = (encoder.encode([one.text for one in lines]) @ encoder.encode(said).T).max(axis=1)
    order = sorted(range(len(lines)), key=lambda row: (-float(best[row]), lines[row].id))
    return lines[order[0]] if best[order[0]] >= _ABOUT else None


def _states_fact(playbook: Playbook, line_id: str) -> bool:
    line = playbook.lines.get(line_id)
    return line is not None and any(
        VARIABLE.search(text) and not text.endswith("?") for text in line.texts
    )


def _evidence(call: SimulatedCall, at: int) -> Evidence:
    turn = call.conversation.turns[at]
    return Evidence(call=_name(call), turn=at, start=turn.start, quote=turn.text)


def _name(call: SimulatedCall) -> str:
    return f"simulated {call.seed}"
