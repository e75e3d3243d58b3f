"""Runs simulated calls and notes what went wrong in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import cast

from agent.calls.journal import CallJournal
from agent.calls.turn_notes import TurnNotes
from agent.dialogue.conversation import CallerTurn, Continue, Conversation, HangUp, Reply
from agent.dialogue.language_model import LanguageModel
from agent.dialogue.playbook import Playbook
from agent.dialogue.understanding import Understander
from agent.evaluation.simulation.oracle import Wrong, wrong_in
from agent.records.records import DO_NOT_CALL
from tests.simulation.callers import KINDS, Caller
from tests.simulation.liar import OTHERS, Liar

# A call of a hundred turns takes half an hour; no caller of these wants that.
MAX_TURNS = 100
# Every so many calls the lines are reworded by a liar.
LIES_EVERY = 5


@dataclass
class Call:
    """One simulated call and its faults."""

    playbook: str
    seed: int
    kind: str
    turns: int = 0
    ending: str = ""
    disposition: str = ""
    lies: int = 0
    stopped: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    undisclosed: bool = False
    dnc_ignored: bool = False
    transcript: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """One line each."""
        found = [f"wrong: {wrong.what} in {wrong.line_id}: {wrong.text}" for wrong in self.wrong]
        found += [f"said twice in a row: {text}" for text in self.repeated]
        found += ["no disclosure"] if self.undisclosed else []
        found += ["do-not-call ignored"] if self.dnc_ignored else []
        found += [f"no end after {self.turns} turns"] if not self.ending else []
        return [f"{self.playbook} {self.seed} {self.kind}: {fault}" for fault in found]


def rewordable(playbook: Playbook) -> Playbook:
    """The playbook with every line open to a language model that is not locked."""
    lines = {
        line_id: line.model_copy(update={"reword": not line.locked})
        for line_id, line in playbook.lines.items()
    }
    return playbook.model_copy(update={"lines": lines})


def simulate(
    playbook: Playbook,
    understander: Understander,
    seeds: range,
    model: LanguageModel | None = None,
) -> Iterator[Call]:
    """One call a seed; every fifth with a model that lies, all of them with `model` if given."""
    for seed in seeds:
        random = Random(f"{playbook.playbook.id} {seed}")
        kind = KINDS[(seed + seed // LIES_EVERY) % len(KINDS)]
        liar = Liar(random) if seed % LIES_EVERY == 0 else None
        conversation = Conversation(playbook, understander, language_model=model or liar, seed=seed)
        call = Call(playbook.playbook.id, seed, kind)
        _run(call, conversation, playbook, Caller(playbook, kind, random))
        call.lies = liar.told if liar is not None else 0
        yield call


class _Noted:
    """Stands in for a call's journal: which events were noted."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def event(self, kind: str, _at_s: float, **_details: object) -> None:
        self.events.append(kind)


def _run(call: Call, conversation: Conversation, playbook: Playbook, caller: Caller) -> None:
    noted = _Noted()
    notes = TurnNotes(cast(CallJournal, noted))
    reply = conversation.open()
    first = reply.lines[0]
    disclosure = playbook.compliance.ai_disclosure
    approved = conversation.history[0].text
    call.undisclosed = first.line_id != disclosure or not approved.startswith(first.text)
    heard, before, silences = "", "", 0
    while True:
        notes.decided(0.0, reply)
        _judge(call, conversation, playbook, reply, heard, before)
        if not isinstance(reply.action, Continue):
            call.ending = type(reply.action).__name__
            break
        if call.turns >= MAX_TURNS:
            break
        before = " ".join(line.text for line in reply.lines)
        heard = caller.next(reply)
        call.turns += 1
        call.transcript += [f"agent   {before}", f"caller  {heard}"]
        silences = silences + 1 if heard.startswith("#") else 0
        reply = _respond(conversation, heard, silences)
        if _asked_for_removal(reply):
            call.dnc_ignored = not (
                isinstance(reply.action, HangUp)
                and conversation.disposition == DO_NOT_CALL
                and playbook.compliance.do_not_call in [line.line_id for line in reply.lines]
            )
    call.transcript.append(f"agent   {' '.join(line.text for line in reply.lines)}")
    call.dnc_ignored |= (conversation.disposition == DO_NOT_CALL) != (DO_NOT_CALL in noted.events)
    call.disposition = conversation.disposition
    call.stopped = conversation.guard_violations


def _respond(conversation: Conversation, heard: str, silences: int) -> Reply:
    if silences:
        return conversation.silence(silences)
    if heard.startswith("*"):
        return conversation.dtmf(heard[1:])
    return conversation.respond(CallerTurn(heard))


def _asked_for_removal(reply: Reply) -> bool:
    return reply.understanding is not None and reply.understanding.intent == DO_NOT_CALL


def _judge(
    call: Call,
    conversation: Conversation,
    playbook: Playbook,
    reply: Reply,
    heard: str,
    before: str,
) -> None:
    """Hold a reply against the oracle and against the agent's turn before it."""
    for line in reply.lines:
        call.wrong += wrong_in(playbook, line.line_id, line.text, conversation.slots, OTHERS)
    text = " ".join(line.text for line in reply.lines)
    if text == before:
        call.repeated.append(f"{text!r} after {heard!r}")
