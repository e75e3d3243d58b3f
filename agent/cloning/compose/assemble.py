"""Facts and talk to a playbook: pure, the same for the same input."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agent.cloning.compose.brief import Brief
from agent.cloning.compose.choosing import let_choose
from agent.cloning.compose.composition import Composition, Origin
from agent.cloning.compose.house import House
from agent.cloning.compose.intents import add_examples, compose_intent
from agent.cloning.compose.meaning import Meaning
from agent.cloning.compose.must_say import must_say_lines
from agent.cloning.compose.objections import compose_objection, heard_of, unheard
from agent.cloning.compose.opening import open_call
from agent.cloning.compose.parts import Part, Role, parts_of
from agent.cloning.compose.products import products_of
from agent.cloning.compose.prompts import stage_prompt
from agent.cloning.compose.said import Sayer, is_question
from agent.cloning.compose.slots import compose_slot
from agent.cloning.compose.stages import middle_of
from agent.cloning.compose.workbook import Workbook
from agent.cloning.mined import Evidence, Facts, MinedFact, MinedIntent, Talk
from agent.cloning.review.reviewed import Reviewed
from agent.dialogue.playbook import Playbook
from agent.speech.protocols import SentenceEncoder

_APPROVED = "approved"


def compose(given: Reviewed, brief: Brief, encoder: SentenceEncoder | None = None) -> Composition:
    """The playbook and the account of it, from what was mined and decided.

    Without an encoder nobody judges whether a line means what its step is for.
    """
    talk, believed, house = given.talk, given.believed, House.load()
    book = _workbook(given, brief, house, encoder)
    own = set(house.book["slots"])
    parts = parts_of(talk, own)
    slots = _slots(book, talk, parts, own)
    must_say = must_say_lines(book, talk, Facts(facts=believed))
    signals = [intent.id for intent in talk.intents if intent.id in house.agreeing]
    stages = middle_of(book, brief, parts, slots, must_say, believed, signals)
    first = stages[0]["id"] if stages else "offer_human"
    if not stages:
        book.gap("stages", "The recordings show no way through a call: a colleague is offered")
    data = house.filled(brief, first)
    data["facts"] |= _fact_table(book, believed, given)
    data["slots"] |= slots
    let_choose(book, talk, data, stages)
    _ask_in_their_words(book, talk, data["slots"], own)
    data["stages"] = [*data["stages"][:2], *stages, *data["stages"][2:]]
    data["objections"] = _objections(book, talk, data)
    data["intents"] += _intents(book, talk, data, Facts(facts=believed), first)
    open_call(book, brief, parts["open"], must_say.opening, data)
    _offer_callback(book, talk, data)
    _agree_from_side(data, signals)
    entries = {name for stage in data["stages"] for name in stage.get("entry", [])}
    data["compliance"]["must_say"] += [name for name in must_say.all if name in entries]
    data["lines"] |= book.lines
    data["names"] = list(book.sayer.names)
    for stage in stages:
        stage["prompt"] = stage_prompt(stage, data["lines"], data["facts"], brief)
    data = _trimmed(data, brief)
    for line in talk.lines:
        if book.placed(line.id) not in data["lines"]:
            book.leave_out(f"line:{line.id}", line.text, "better lines stand where it would")
    return Composition(data, _origins_in(book.origins, data, given.edited), book.not_used)


def _workbook(
    given: Reviewed, brief: Brief, house: House, encoder: SentenceEncoder | None
) -> Workbook:
    facts, talk, believed = given.facts, given.talk, given.believed
    known = [*believed, *given.corrected.values()]
    sayer = Sayer(brief, house, known, _quotes(facts, talk), _of_customers(talk))
    meaning = Meaning(house.meaning, encoder) if encoder is not None else None
    products = products_of(known, brief.products)
    book = Workbook(talk, sayer, house, _barred(given), meaning, products, given.edited)
    for fact in facts.facts:
        if fact not in believed:
            book.leave_out(f"fact:{fact.id}", fact.statement, "people disagree about it")
    return book


def _quotes(facts: Facts, talk: Talk) -> list[Evidence]:
    said = (*(line.evidence for line in talk.lines), *(fact.evidence for fact in facts.facts))
    return [item for evidence in said for item in evidence]


def _of_customers(talk: Talk) -> list[Evidence]:
    """What customers said: a name in it is theirs, as whom they are with now."""
    kinds = (talk.objections, talk.intents)
    found = [example for kind in kinds for item in kind for example in item.examples]
    return [*found, *(answer for slot in talk.slots for answer in slot.evidence)]


def _barred(given: Reviewed) -> dict[tuple[str, int], str]:
    """The turns in which somebody said what is not true."""
    facts = given.facts
    found = {
        (c.evidence.call, c.evidence.turn): f"its turn says what is not true: {c.why}"
        for c in facts.contradictions
    }
    for fact in facts.facts:
        for dispute in fact.disputes:
            found |= {
                (item.call, item.turn): f"its turn has a value that is not believed: {dispute.why}"
                for item in dispute.evidence
            }
    return found


def _fact_table(
    book: Workbook, facts: Iterable[MinedFact], given: Reviewed
) -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = {
        name: {"value": said, "spoken": said, "source": "what agents call it"}
        for name, said in book.sayer.numbered.items()
    }
    for mined in facts:
        fact = given.corrected.get(mined.id, mined)
        table[fact.id] = {
            "value": fact.value, "unit": fact.unit, "spoken": fact.spoken,
            "source": _APPROVED if fact.id in given.approved else _source(mined),
        }  # fmt: skip
        book.origins[f"facts.{fact.id}"] = Origin(
            item=f"fact:{fact.id}", evidence=mined.evidence, agents=mined.agents, uses=mined.calls
        )
    return table


def _source(fact: MinedFact) -> str:
    first = next(iter(fact.evidence), None)
    place = f"call {first.call}, turn {first.turn}; " if first is not None else ""
    return f"{place}{_number(fact.calls, 'call')}, {_number(len(fact.agents), 'agent')}"


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _slots(
    book: Workbook, talk: Talk, parts: Mapping[Role, Part], own: set[str]
) -> dict[str, dict[str, Any]]:
    """Those that a part of the call asks for."""
    asked = {slot_id for part in parts.values() for slot_id in part.slots}
    for slot in talk.slots:
        if slot.id not in asked and slot.id not in own:
            book.leave_out(f"slot:{slot.id}", slot.label, f"asked in {slot.calls} calls only")
    return {slot.id: compose_slot(book, slot) for slot in talk.slots if slot.id in asked}


def _ask_in_their_words(
    book: Workbook, talk: Talk, slots: dict[str, dict[str, Any]], own: set[str]
) -> None:
    """The best question for what every playbook asks goes before the house's."""
    for mined in (slot for slot in talk.slots if slot.id in own):
        step = "callback" if mined.id == "callback_time" else ""
        asks = book.sayable(mined.asks, is_question, step=step, most=1)
        slots[mined.id]["ask"] = [*asks, *slots[mined.id]["ask"]]


def _objections(book: Workbook, talk: Talk, data: dict[str, Any]) -> list[dict[str, Any]]:
    """The mined ones; an intent of the house that has the same name gives way, or else wins."""
    firm = {intent["id"] for intent in data["intents"] if intent.get("hard")} | {"repeat"}
    firm |= {way["on"] for stage in data["stages"] for way in stage.get("exits", [])}
    heard = heard_of(book, {intent["id"]: intent for intent in data["intents"]})
    found = []
    for mined in (*talk.objections, *unheard(book, talk.objections)):
        if mined.id in firm:
            book.leave_out(
                f"objection:{mined.id}", mined.description, "the house has a rule of its own for it"
            )
        elif objection := compose_objection(book, mined, heard.get(mined.id, {})):
            found.append(objection)
    taken = {objection["id"] for objection in found}
    data["intents"] = [intent for intent in data["intents"] if intent["id"] not in taken]
    return found


def _intents(
    book: Workbook, talk: Talk, data: Mapping[str, Any], facts: Facts, first: str
) -> list[dict[str, Any]]:
    """Mined intents that the house does not have, and ways to correct what was read back."""
    own = {intent["id"] for intent in data["intents"]}
    objections = {objection["id"] for objection in data["objections"]}
    add_examples(data["intents"], talk.intents, book)
    found = []
    for mined in talk.intents:
        if mined.id in own or mined.kind in ("answer", "social"):
            continue
        if mined.id in objections:
            book.leave_out(f"intent:{mined.id}", mined.description, "it is an objection")
        elif _has_examples(book, mined):
            found.append(compose_intent(book, mined, facts, first))
    return [*found, *_fixes(book, data)]


def _has_examples(book: Workbook, mined: MinedIntent) -> bool:
    if any("<" not in item.quote for item in mined.examples):
        return True
    book.leave_out(
        f"intent:{mined.id}", mined.description, "every example holds something personal"
    )
    return False


def _fixes(book: Workbook, data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    capture = next((stage for stage in data["stages"] if stage["id"] == "capture"), None)
    if capture is None or not any(stage["id"] == "recap" for stage in data["stages"]):
        return
    for slot_id in capture["slots"]:
        label = data["slots"][slot_id]["label"]
        yield {
            "id": f"fix_{slot_id}", "only_in": ["correction", "recap"],
            "examples": [book.house.about(text, label) for text in book.house.instead["fixes"]],
            "then": {"clear": [slot_id], "to": "capture"},
        }  # fmt: skip


def _offer_callback(book: Workbook, talk: Talk, data: Mapping[str, Any]) -> None:
    ids = [line.id for line in talk.lines if line.step == "callback"]
    offers = book.sayable(ids, is_question, step="callback", most=1)
    if offers:
        stage = next(stage for stage in data["stages"] if stage["id"] == "callback_offer")
        stage["entry"] = offers


def _agree_from_side(data: Mapping[str, Any], signals: Iterable[str]) -> None:
    """Who says that they want it while they are asked what holds them back."""
    stage = next(stage for stage in data["stages"] if stage["id"] == "hesitation")
    stage["exits"] += [{"on": signal, "to": "@back"} for signal in signals]


def _trimmed(data: dict[str, Any], brief: Brief) -> dict[str, Any]:
    """In the order of the schema, without stages and lines that nothing leads to."""
    if brief.direction == "inbound":
        data = {key: value for key, value in data.items() if key != "outbound"}
    data = {key: data[key] for key in Playbook.model_fields if key in data}
    while kept := _reached(data):
        if len(kept) == len(data["stages"]):
            break
        data["stages"] = kept
    named = set(_texts({key: value for key, value in data.items() if key != "lines"}))
    data["lines"] = {name: line for name, line in data["lines"].items() if name in named}
    return data


def _reached(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The stages that something names besides themselves."""
    others = [value for key, value in data.items() if key != "stages"]
    ways = [{k: v for k, v in stage.items() if k != "id"} for stage in data["stages"]]
    named = set(_texts([*others, *ways]))
    return [stage for stage in data["stages"] if stage["id"] in named]


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _texts(value)
    elif isinstance(part, str):
        yield part


def _origins_in(
    origins: Mapping[str, Origin], data: Mapping[str, Any], edited: frozenset[str]
) -> dict[str, Origin]:
    """Those of parts that are in the playbook."""
    held = {f"{key}.{name}" for key in ("facts", "slots", "lines") for name in data[key]}
    for key in ("stages", "intents", "objections"):
        held |= {f"{key}.{part['id']}" for part in data[key]}
    held |= {f"compliance.must_say.{name}" for name in data["compliance"]["must_say"]}
    return {
        place: origin.model_copy(update={"edited": origin.item in edited})
        for place, origin in sorted(origins.items())
        if place in held
    }
