"""Checks across a playbook's parts, for the person who signs it off.

An error means that a caller could hear something wrong or be trapped; a warning, that it could be
said better.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from agent.dialogue.claims import SOME, ClaimKind
from agent.dialogue.dead_ends import dead_ends
from agent.dialogue.guard import Guard, Violation
from agent.dialogue.loader import LoadedPlaybook
from agent.dialogue.moves import all_moves
from agent.dialogue.playbook import BACK, STAY, VARIABLE, Exit, Move, SlotType, Stage
from agent.dialogue.queue_outlook import PLACE, WAIT
from agent.dialogue.retrieval import applies
from agent.dialogue.rules import NO_RECORDING

Severity = Literal["error", "warning"]

# A turn longer than this is a lecture, and hard to interrupt politely.
_MAX_TURN_S = 16.0
_MAX_FIRST_LINE_S = 8.0
_REQUIRED_INTENTS = ("affirm", "deny", "repeat", "human", "do_not_call", "robot_question")
_OWN_EXITS = frozenset({"done", "inform"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a playbook, at its place."""

    file: Path
    line: int
    severity: Severity
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.severity}: {self.text}"


def lint(loaded: LoadedPlaybook, *, today: date) -> list[Finding]:
    """Every finding, in the order of the file. Facts are judged as of `today`."""
    checker = _Checker(loaded, today)
    found = [*checker.references()]
    # The other checks follow references, and would only repeat what is broken.
    if not found:
        found = [
            *checker.facts(), *checker.lines(), *checker.stages(), *checker.ways(),
            *checker.objections(), *checker.compliance(), *checker.resuming(),
        ]  # fmt: skip
    return sorted(found, key=lambda finding: finding.line)


class _Checker:
    def __init__(self, loaded: LoadedPlaybook, today: date) -> None:
        self._playbook = loaded.playbook
        self._source = loaded.source
        self._today = today

    def _finding(self, severity: Severity, text: str, *place: str | int) -> Finding:
        return Finding(self._source.path, self._source.line(*place), severity, text)

    # -- names that point to nothing

    def references(self) -> Iterator[Finding]:
        book = self._playbook
        for place, kind, name in self._named():
            known = {
                "line": book.lines, "slot": book.slots, "fact": book.facts,
                "stage": {stage.id for stage in book.stages} | {BACK, STAY},
                "intent": {intent.id for intent in book.intents} | _OWN_EXITS,
                "reason": book.queues,
            }[kind]  # fmt: skip
            if name not in known:
                yield self._finding(
                    "error", f"there is no {kind} '{name}': add or correct it", *place
                )
        for intent in _REQUIRED_INTENTS:
            if intent not in {known_intent.id for known_intent in book.intents}:
                yield self._finding("error", f"the intent '{intent}' is missing: add it", "intents")
        if "default" not in book.queues:
            yield self._finding("error", "'queues' has no 'default': add it", "queues")
        if "default" not in book.repair.returned:
            yield self._finding(
                "error", "'returned' has no 'default': add it", "repair", "returned"
            )

    def _named(self) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
        book = self._playbook
        yield ("start",), "stage", book.start
        for place, move in all_moves(book):
            yield from _move_names(place, move)
        for number, stage in enumerate(book.stages):
            for name in (*stage.entry, *stage.again, *stage.trial_close):
                yield ("stages", number), "line", name
            for name in stage.slots:
                yield ("stages", number, "slots"), "slot", name
        for slot_id, slot in book.slots.items():
            for name in (*slot.ask, *filter(None, (slot.confirm, slot.skip))):
                yield ("slots", slot_id), "line", name
            for name in slot.infer_from:
                yield ("slots", slot_id, "infer_from"), "slot", name
        for number, objection in enumerate(book.objections):
            steps = (objection.acknowledge, objection.clarify, objection.answer, objection.re_ask)
            for name in (name for step in steps for name in step):
                yield ("objections", number), "line", name
            if objection.check is not None:
                yield ("objections", number, "check"), "line", objection.check
        for name, derived in book.derived.items():
            yield ("derived", name), "slot", derived.slot
            for fact in derived.facts.values():
                yield ("derived", name), "fact", fact
        for number, intent in enumerate(book.intents):
            for name in intent.only_in:
                yield ("intents", number, "only_in"), "stage", name
            if intent.fills is not None:
                yield ("intents", number, "fills"), "slot", intent.fills
            if intent.check is not None:
                yield ("intents", number, "check"), "line", intent.check
        repair = book.repair
        for name in (
            *repair.no_input, *repair.no_match, repair.repeat, repair.card_refused,
            *repair.returned.values(), *repair.busy, repair.cannot_say,
            *filter(None, [repair.by_turns, repair.not_that, repair.put_through, repair.goodbye]),
        ):  # fmt: skip
            yield ("repair",), "line", name
        if repair.resume is not None:
            resume = repair.resume
            for name in (resume.lost, *resume.ask, resume.go_on, resume.anew):
                yield ("repair", "resume"), "line", name
        yield ("repair", "returned_to"), "stage", repair.returned_to
        if book.outbound is not None:
            out = book.outbound
            yield ("outbound", "start"), "stage", out.start
            for name in (out.disclosure, *filter(None, (out.voicemail, out.screening))):
                yield ("outbound",), "line", name
        if repair.busy_to is not None:
            yield ("repair", "busy_to"), "stage", repair.busy_to
        for key, name in book.keys.items():
            yield ("keys", key), "intent", name
        rules = book.compliance
        for name in (
            rules.ai_disclosure, rules.recording_notice, rules.do_not_call, rules.no_payment_data,
            *rules.must_say,
        ):  # fmt: skip
            yield ("compliance",), "line", name

    # -- what is said

    def facts(self) -> Iterator[Finding]:
        for fact_id, fact in self._playbook.facts.items():
            if fact.valid_to is not None and fact.valid_to < self._today:
                text = f"fact '{fact_id}' ended on {fact.valid_to}: renew or remove it"
                yield self._finding("error", text, "facts", fact_id)
            if any(c.isdigit() for c in fact.spoken):
                text = f"fact '{fact_id}' is spoken with digits: write the words a voice says"
                yield self._finding("error", text, "facts", fact_id)

    def lines(self) -> Iterator[Finding]:
        book = self._playbook
        # Without the facts: an author's words may hold no number, not even a right one.
        authored = Guard(book.model_copy(update={"facts": {}}))
        variables = {*book.facts, *book.derived, *book.slots, "agent_name", "company", PLACE, WAIT}
        for line_id, line in book.lines.items():
            place = ("lines", line_id)
            for text in line.texts:
                for name in VARIABLE.findall(text):
                    if name not in variables:
                        message = f"'{line_id}' names {{{name}}}, which is no fact or slot"
                        yield self._finding("error", f"{message}: add it or correct it", *place)
                bare = VARIABLE.sub("", text)
                for violation in authored.check(bare, ()):
                    yield self._finding("error", _unapproved(line_id, violation), *place)
                for phrase in book.persona.forbid:
                    if phrase.lower() in text.lower():
                        message = f"'{line_id}' has the forbidden phrase '{phrase}': reword it"
                        yield self._finding("error", message, *place)
            if line.locked and len(line.texts) > 1:
                message = f"'{line_id}' is locked and has variants: keep the approved one"
                yield self._finding("error", message, *place)

    # -- where it leads

    def stages(self) -> Iterator[Finding]:
        book = self._playbook
        for number, stage in enumerate(book.stages):
            place = ("stages", number)
            exits = {way.on for way in stage.exits}
            if stage.then is None and not exits:
                yield self._finding("error", f"stage '{stage.id}' has no exit: a trap", *place)
            if stage.expects == "yes_no":
                for answer in ("affirm", "deny"):
                    if answer not in exits:
                        message = f"stage '{stage.id}' asks yes or no and has no exit on {answer}"
                        yield self._finding("error", message, *place)
            if stage.slots and "done" not in exits:
                message = f"stage '{stage.id}' collects slots and has no exit on done"
                yield self._finding("error", message, *place)
            if not stage.entry and not stage.slots and stage.id not in self._arrivals:
                yield self._finding("error", f"stage '{stage.id}' says nothing", *place)
            seconds = max(self._seconds(stage))
            if seconds > _MAX_TURN_S:
                message = f"stage '{stage.id}' opens with about {seconds:.0f} s of speech: cut it"
                yield self._finding("warning", message, *place)

    def _seconds(self, stage: Stage) -> Iterator[float]:
        """The length of a stage's first turn, in every state of the slots it depends on."""
        lines = [self._playbook.lines[name] for name in stage.entry]
        slots = sorted({slot_id for line in lines for slot_id in line.when})
        values = [[*self._playbook.slots[slot_id].choices, ""] for slot_id in slots]
        for chosen in itertools.product(*values):
            known = dict(zip(slots, chosen, strict=True))
            said = [
                line.texts[0]
                for line in lines
                if applies(line.when, known) and not _names_unknown(line.texts[0], known)
            ]
            yield self._spoken_s(" ".join(said), known)

    def _spoken_s(self, text: str, slots: dict[str, str]) -> float:
        known = self._playbook.variables(slots)
        filled = VARIABLE.sub(lambda match: known.get(match[1], "something"), text)
        return 60.0 * len(filled.split()) / self._playbook.persona.words_per_minute

    def ways(self) -> Iterator[Finding]:
        for severity, text, place in dead_ends(self._playbook):
            yield self._finding(severity, text, *place)

    @property
    def _arrivals(self) -> set[str]:
        """The stages that the call comes to with a line of `repair`."""
        repair = self._playbook.repair
        return {repair.returned_to, *filter(None, [repair.busy_to])}

    def objections(self) -> Iterator[Finding]:
        for number, objection in enumerate(self._playbook.objections):
            if len(objection.answer) < objection.max_attempts:
                message = f"objection '{objection.id}' has fewer answers than attempts: add lines"
                yield self._finding("error", message, "objections", number)

    def compliance(self) -> Iterator[Finding]:
        book = self._playbook
        openings = [
            (book.start, name)
            for name in (book.compliance.ai_disclosure, book.compliance.recording_notice)
        ]
        if book.outbound is not None:
            openings.append((book.outbound.start, book.outbound.disclosure))
        for start, name in dict.fromkeys(openings):
            line = book.lines[name]
            if name not in book.stage(start).entry[:1]:
                message = f"'{name}' has to be the first line of stage '{start}'"
                yield self._finding("error", message, "compliance")
            if not line.locked or line.interruptible:
                message = f"'{name}' has to be locked and not interruptible"
                yield self._finding("error", message, "lines", name)
            if self._spoken_s(line.texts[0], {}) > _MAX_FIRST_LINE_S:
                yield self._finding("warning", f"'{name}' takes more than 8 s", "lines", name)
        if NO_RECORDING not in {intent.id for intent in book.intents}:
            message = f"there is no intent '{NO_RECORDING}': nobody can refuse to be recorded"
            yield self._finding("warning", f"{message}; add it", "intents")
        said = {name for stage in book.stages for name in stage.entry}
        for name in book.compliance.must_say:
            if name not in said:
                message = f"no stage says '{name}', which must be said: add it to an entry"
                yield self._finding("error", message, "compliance", "must_say")

    def resuming(self) -> Iterator[Finding]:
        """What callers hear who come back.

        Another person may ring from the same number: nothing personal before their yes.
        """
        book = self._playbook
        if "sent_back" not in book.repair.returned:
            message = "'returned' has no 'sent_back': whom a colleague sends back hears the default"
            yield self._finding("warning", message, "repair", "returned")
        for line_id in book.repair.resume.ask if book.repair.resume else ():
            named = {name for text in book.lines[line_id].texts for name in VARIABLE.findall(text)}
            for slot_id in sorted(named & set(book.slots)):
                if book.slots[slot_id].personal or book.slots[slot_id].type is SlotType.TEXT:
                    message = f"'{line_id}' tells {{{slot_id}}} to whoever rings: leave it out"
                    yield self._finding("error", message, "lines", line_id)


def _move_names(
    place: tuple[str | int, ...], move: Move
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    for name in move.say:
        yield place, "line", name
    for slot_id in (*move.set, *move.clear):
        yield place, "slot", slot_id
    for stage in filter(None, (move.to, move.back)):
        yield place, "stage", stage
    for reason in filter(None, (move.transfer, move.reason)):
        yield place, "reason", reason
    if isinstance(move, Exit):
        yield place, "intent", move.on


def _unapproved(line_id: str, violation: Violation) -> str:
    if violation.kind == ClaimKind.NAME.value:
        return f"'{line_id}' says '{violation.text}': add it to 'names'"
    if violation.kind == ClaimKind.DATE.value:
        return f"'{line_id}' says '{violation.text}': name a fact or a slot, or add it to 'names'"
    if violation.text == SOME:
        return f"'{line_id}' says {violation.kind} of no amount: put the unit into the fact"
    number = violation.text.split()[0]
    return f"'{line_id}' has the number {number} in its words: name a fact"


def _names_unknown(text: str, known: Mapping[str, str]) -> bool:
    """Whether a line can't be said for a choice that nobody has made."""
    return any(known.get(name) == "" for name in VARIABLE.findall(text))
