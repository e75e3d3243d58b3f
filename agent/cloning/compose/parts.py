"""The middle of a call in the order that was mined: what kind of part each stage is."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from agent.cloning.compose.slots import SPELLED, slot_type
from agent.cloning.mined import MinedSlot, MinedStage, Step, Talk

Role = Literal["open", "discover", "pitch", "terms", "close", "capture", "recap", "end"]

_ROLES: Mapping[Step, Role] = {
    "open": "open", "permission": "open", "discover": "discover", "summarise": "discover",
    "pitch": "pitch", "terms": "terms", "close": "close",
    "capture": "capture", "recap": "recap", "sign_off": "end",
}  # fmt: skip
# Where a part stands that no mined stage places; and which comes first at the same place.
_USUAL: Mapping[Role, float] = {
    "open": 0.0, "discover": 0.2, "pitch": 0.4, "terms": 0.6, "close": 0.7, "capture": 0.8,
    "recap": 0.9, "end": 1.0,
}  # fmt: skip


# Uses from which a line is somebody's way and not an accident.
_REPEATED = 2
# A caller answers so many questions; and only what is asked in this share of the calls is asked.
_MOST_ASKED: Mapping[Role, int] = {"discover": 4, "capture": 6}
_ASKED_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Part:
    """All mined stages of one kind."""

    role: Role
    place: float
    goal: str
    lines: tuple[str, ...]
    slots: tuple[str, ...]
    stages: tuple[MinedStage, ...]


def parts_of(talk: Talk, elsewhere: Collection[str] = ()) -> dict[Role, Part]:
    """Every kind of part, in mined order; one without lines, slots and stages holds nothing.

    Slots `elsewhere` are asked for outside of the middle.
    """
    slots = [slot for slot in talk.slots if slot.id not in elsewhere]
    stages: dict[Role, list[MinedStage]] = {role: [] for role in _USUAL}
    for stage in talk.stages:
        role = role_of(stage, talk)
        if role is not None:
            stages[role].append(stage)
    # What answers a question or an objection says little without it.
    bound = {name for intent in talk.intents for name in intent.answers}
    bound |= {line.id for line in talk.lines if line.objection}
    found = []
    for role, of in stages.items():
        of.sort(key=lambda stage: -stage.calls)
        found.append(
            Part(
                role=role,
                place=_place(of, role),
                goal=of[0].goal if of else "",
                lines=_lines(role, of, talk, bound),
                slots=_asked(role, of, slots, talk),
                stages=tuple(of),
            )
        )
    return {part.role: part for part in _in_order(found)}


def _in_order(parts: Sequence[Part]) -> list[Part]:
    """As mined, but the decision is asked for after the offer and its terms."""
    told = max(part.place for part in parts if part.role in ("pitch", "terms", "close"))
    roles = list(_USUAL)

    def key(part: Part) -> tuple[bool, bool, float, int]:
        place = told if part.role == "close" else part.place
        return part.role == "end", part.role == "recap", place, roles.index(part.role)

    return sorted(parts, key=key)


def role_of(stage: MinedStage, talk: Talk) -> Role | None:
    """What most of a stage's own lines do, by how often they were used; else what it asks for.

    None for one that has its own place in every playbook: objections, calling back, handing over.
    """
    votes: Counter[Role | None] = Counter()
    for line in talk.lines:
        if line.stage == stage.id:
            votes[_ROLES.get(line.step)] += line.uses
    if votes:
        return votes.most_common(1)[0][0]
    asked = [slot for slot in talk.slots if slot.id in stage.slots]
    if not asked:
        return None
    return "capture" if sum(map(_is_particular, asked)) * 2 > len(asked) else "discover"


def _place(stages: list[MinedStage], role: Role) -> float:
    calls = sum(stage.calls for stage in stages)
    if not calls:
        return _USUAL[role]
    return sum(stage.place * stage.calls for stage in stages) / calls


def _lines(
    role: Role, stages: Sequence[MinedStage], talk: Talk, bound: Collection[str]
) -> tuple[str, ...]:
    """The stages' own lines before those of the same step elsewhere; what was said again first."""
    order = {name: place for place, name in enumerate(n for stage in stages for n in stage.lines)}
    fitting = [
        line
        for line in talk.lines
        if _ROLES.get(line.step) == role and (line.id in order or line.id not in bound)
    ]
    fitting.sort(key=lambda line: (order.get(line.id, len(order)), -line.win_rate, line.id))
    fitting.sort(key=lambda line: (line.id not in order, line.uses < _REPEATED))
    return tuple(line.id for line in fitting)


def _asked(
    role: Role, stages: Sequence[MinedStage], slots: Sequence[MinedSlot], talk: Talk
) -> tuple[str, ...]:
    """What is asked there in enough of the calls, in the stages' order, and never too much."""
    if role not in _MOST_ASKED:
        return ()
    reached = max((stage.calls for stage in talk.stages), default=0)
    own = [slot for slot in slots if (role == "capture") == _is_particular(slot)]
    often = [slot for slot in own if slot.calls >= _ASKED_SHARE * reached]
    often.sort(key=lambda slot: (-slot.calls, slot.id))
    kept = often[: _MOST_ASKED[role]]
    order = [slot_id for stage in stages for slot_id in stage.slots]
    kept.sort(key=lambda slot: order.index(slot.id) if slot.id in order else len(order))
    return tuple(slot.id for slot in kept)


def _is_particular(slot: MinedSlot) -> bool:
    kind = slot_type(slot)
    return slot.personal or kind in SPELLED or kind.value in ("name", "appointment")
