"""The middle of a call in the order that was mined: what kind of part each stage is."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from agent.cloning.compose.slots import SPELLED, slot_type
from agent.cloning.mined import MinedSlot, MinedStage, Step, Talk

Role = Literal["open", "discover", "pitch", "terms", "close", "capture", "recap", "end"]

_ROLES: Mapping[Step, Role] = {
    "open": "open", "permission": "open", "discover": "discover", "summarise": "discover",
    "pitch": "pitch", "answer_question": "pitch", "terms": "terms", "close": "close",
    "capture": "capture", "recap": "recap", "sign_off": "end",
}  # fmt: skip
# Where a part stands that no mined stage places; and which comes first at the same place.
_USUAL: Mapping[Role, float] = {
    "open": 0.0, "discover": 0.2, "pitch": 0.4, "terms": 0.6, "close": 0.7, "capture": 0.8,
    "recap": 0.9, "end": 1.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """All mined stages of one kind."""

    role: Role
    place: float
    goal: str
    lines: tuple[str, ...]
    slots: tuple[str, ...]
    stages: tuple[MinedStage, ...]


def parts_of(talk: Talk) -> dict[Role, Part]:
    """Every kind of part, in mined order; one without lines, slots and stages holds nothing."""
    steps = {line.id: line.step for line in talk.lines}
    slots = {slot.id: slot for slot in talk.slots}
    stages: dict[Role, list[MinedStage]] = {role: [] for role in _USUAL}
    for stage in talk.stages:
        role = role_of(stage, talk)
        if role is not None:
            stages[role].append(stage)
    # What answers a question or an objection says little without it.
    bound = {name for intent in talk.intents for name in intent.answers}
    bound |= {line.id for line in talk.lines if line.objection}
    homes = {
        slot_id: role for role, of in stages.items() for stage in of for slot_id in stage.slots
    }
    found = []
    for role, of in stages.items():
        of.sort(key=lambda stage: -stage.calls)
        own = [line_id for stage in of for line_id in stage.lines]
        others = sorted(
            (line for line in talk.lines if _ROLES.get(line.step) == role and line.id not in bound),
            key=lambda line: (-(line.lift.low if line.lift else 0.0), -line.win_rate, line.id),
        )
        fitting = [name for name in own if _ROLES.get(steps.get(name, "other")) == role]
        found.append(
            Part(
                role=role,
                place=_place(of, role),
                goal=of[0].goal if of else "",
                lines=tuple(dict.fromkeys([*fitting, *(line.id for line in others)])),
                slots=tuple(s.id for s in _ordered(slots.values(), of) if _home(s, homes) == role),
                stages=tuple(of),
            )
        )
    found.sort(key=lambda part: (part.role == "end", part.role == "recap", part.place))
    return {part.role: part for part in found}


def role_of(stage: MinedStage, talk: Talk) -> Role | None:
    """What most of a stage's lines do, by how often they were used; else what it asks for."""
    votes: Counter[Role] = Counter()
    for line in talk.lines:
        if line.id in stage.lines and (role := _ROLES.get(line.step)) is not None:
            votes[role] += line.uses
    if votes:
        return max(votes, key=lambda role: (votes[role], -_USUAL[role]))
    asked = [slot for slot in talk.slots if slot.id in stage.slots]
    if not asked:
        return None
    return "capture" if sum(map(_is_particular, asked)) * 2 > len(asked) else "discover"


def _place(stages: list[MinedStage], role: Role) -> float:
    calls = sum(stage.calls for stage in stages)
    if not calls:
        return _USUAL[role]
    return sum(stage.place * stage.calls for stage in stages) / calls


def _home(slot: MinedSlot, homes: Mapping[str, Role]) -> Role:
    """Asked in a part that asks; elsewhere by whether it is about the customer's particulars."""
    role = homes.get(slot.id)
    if role in ("discover", "capture"):
        return role
    return "capture" if _is_particular(slot) else "discover"


def _ordered(slots: Iterable[MinedSlot], stages: list[MinedStage]) -> list[MinedSlot]:
    """As the stages ask for them; others after them, the most asked first."""
    places = [slot_id for stage in stages for slot_id in stage.slots]
    return sorted(
        slots,
        key=lambda s: (places.index(s.id) if s.id in places else len(places), -s.calls, s.id),
    )


def _is_particular(slot: MinedSlot) -> bool:
    kind = slot_type(slot)
    return slot.personal or kind in SPELLED or kind.value in ("name", "appointment")
