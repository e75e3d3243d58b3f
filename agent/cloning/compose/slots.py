"""What is asked of callers: mined slots in the playbook's types, with the best questions."""

from typing import Any

from agent.cloning.compose.composition import Origin
from agent.cloning.compose.said import is_question
from agent.cloning.compose.workbook import Workbook
from agent.cloning.mined import MinedSlot
from agent.dialogue.playbook import SlotType

# Read back whatever a recogniser makes of it, and asked once more than others.
SPELLED = frozenset({SlotType.POSTCODE, SlotType.PHONE, SlotType.EMAIL})
_TYPES = {kind.value: kind for kind in SlotType}


def slot_type(mined: MinedSlot) -> SlotType:
    """The playbook's type; free text for a choice without choices and for unknown types."""
    kind = _TYPES.get(mined.type, SlotType.TEXT)
    return SlotType.TEXT if kind is SlotType.CHOICE and len(mined.choices) < 2 else kind


def compose_slot(book: Workbook, mined: MinedSlot) -> dict[str, Any]:
    """The slot as the playbook writes it; its lines are put into the workbook."""
    kind = slot_type(mined)
    slot: dict[str, Any] = {"type": kind.value, "label": mined.label}
    if mined.personal:
        slot["personal"] = True
    slot["ask"] = _asks(book, mined, kind)
    if kind in SPELLED:
        confirm = book.house.instead["confirm"].replace("<slot>", mined.id)
        slot["confirm"] = book.own_line(f"confirm.{mined.id}", confirm)
        slot["max_attempts"] = 3
    if kind is not SlotType.TEXT:
        slot["skip"] = "slot.skip"
    if kind is SlotType.CHOICE:
        slot["choices"] = {
            value: {"spoken": value.replace("_", " "), "heard": sorted({*heard, value})}
            for value, heard in mined.choices.items()
        }
    book.origins[f"slots.{mined.id}"] = Origin(
        item=f"slot:{mined.id}", evidence=mined.evidence, uses=mined.calls
    )
    return slot


def _asks(book: Workbook, mined: MinedSlot, kind: SlotType) -> list[str]:
    """The best question people put and another one for the second time, none for two things."""
    asks = [name for name in book.sayable(mined.asks, is_question) if book.take(name)][:2]
    if len(asks) == 2:
        return asks
    own = [book.house.about(text, mined.label) for text in book.house.instead["ask"][kind.value]]
    if not asks:
        book.gap(
            f"slots.{mined.id}.ask",
            f"Asking for {mined.label}: nobody's question can be said as it was",
        )
        asks = [book.own_line(f"ask.{mined.id}", own[0])]
    return [*asks, book.own_line(f"ask.{mined.id}.again", own[1])]


def read_back(book: Workbook, slots: dict[str, dict[str, Any]]) -> list[str]:
    """A line for each value that a voice can say again."""
    told = book.house.instead["read_back"]
    return [
        book.own_line(
            f"recap.{slot_id}",
            told.replace("<Label>", _capital(slot["label"])).replace("<slot>", slot_id),
        )
        for slot_id, slot in slots.items()
        if slot["type"] != SlotType.TEXT.value
    ]


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]
