"""Ways of a playbook on which a call would turn in circles, crash or never end.

A caller who says nothing special has to come to an end by the stages' own moves; what an intent
like "human" does from anywhere does not excuse a stage that leads nowhere.
"""

from collections.abc import Iterator
from typing import Literal

from agent.dialogue.moves import Place, ends, goes_back, own_moves, stays
from agent.dialogue.playbook import BACK, Move, Playbook, Stage

Fault = tuple[Literal["error", "warning"], str, Place]


def dead_ends(playbook: Playbook) -> Iterator[Fault]:
    """Every fault of this kind with its place in the file."""
    ways = _Ways(playbook)
    yield from ways.endless()
    yield from ways.trapped()
    yield from ways.returning()
    yield from ways.leading_nowhere()
    yield from ways.unreachable()


class _Ways:
    def __init__(self, playbook: Playbook) -> None:
        self._book = playbook
        self._stages = {stage.id: stage for stage in playbook.stages}
        self._places: dict[str, Place] = {
            stage.id: ("stages", number) for number, stage in enumerate(playbook.stages)
        }

    def endless(self) -> Iterator[Fault]:
        """Rounds that no turn of the caller interrupts: the agent would never stop."""
        seen: set[str] = set()
        for start in self._stages:
            path = [start]
            while (following := self._follows_at_once(path[-1])) in self._stages:
                if following in path:
                    ring = path[path.index(following) :]
                    if not seen & set(ring) and not self._asks_again(ring):
                        text = " -> ".join((*ring, following))
                        message = f"the stages {text} follow each other without a caller's turn"
                        place = self._places[following]
                        yield "error", f"{message}: let one of them ask something", place
                    seen |= set(ring)
                    break
                path.append(following)
        after = self._book.objective.give_up.to
        while after in self._stages and after not in seen:
            if self._stages[after].closing:
                message = f"'give_up' leads to the closing stage '{after}', which gives up at once"
                yield "error", f"{message}: lead it elsewhere", ("objective", "give_up")
                break
            seen.add(after)
            after = self._follows_at_once(after)

    def trapped(self) -> Iterator[Fault]:
        """Stages from which their own moves lead to no end."""
        good: set[str] = set()
        while True:
            more = {
                stage.id
                for stage in self._book.stages
                if any(ends(move) or self._targets(stage, move) & good for move in own_moves(stage))
            }
            if more <= good:
                break
            good |= more
        for stage_id in self._stages:
            if stage_id not in good:
                message = f"from stage '{stage_id}' the call never ends"
                remedy = "give it an exit or a fallback towards a hang_up or a transfer"
                yield "error", f"{message}: {remedy}", self._places[stage_id]

    def returning(self) -> Iterator[Fault]:
        """Ways back where there is no stage to go back to."""
        start = self._stages[self._book.start]
        if any(goes_back(move) for move in own_moves(start)):
            message = f"the call begins in stage '{start.id}', so {BACK} leads nowhere"
            yield "error", f"{message}: name a stage", self._places[start.id]
        for stage in self._book.stages:
            if stage.then is not None and goes_back(stage.then):
                message = f"stage '{stage.id}' asks nothing and goes {BACK}"
                yield "error", f"{message}: name a stage", (*self._places[stage.id], "then")

    def leading_nowhere(self) -> Iterator[Fault]:
        """Moves that have to lead out of where they are and do not."""
        for stage in self._book.stages:
            place = self._places[stage.id]
            if stage.then is None and stays(stage.fallback, stage.id):
                message = f"the fallback of stage '{stage.id}' is the stage itself"
                yield "error", f"{message}: lead it out", (*place, "fallback")
            if stage.then is not None and stays(stage.then):
                message = f"'then' of stage '{stage.id}' leads nowhere"
                yield "error", f"{message}: name a stage, a transfer or hang_up", (*place, "then")
            taken: set[str] = set()
            for index, way in enumerate(stage.exits):
                if way.on in taken:
                    message = f"stage '{stage.id}' has two exits on {way.on}: the second is dead"
                    yield "warning", message, (*place, "exits", index)
                taken.add(way.on)
        for number, objection in enumerate(self._book.objections):
            if stays(objection.after_fail) or goes_back(objection.after_fail):
                message = f"after_fail of objection '{objection.id}' asks the same question again"
                remedy = "lead it to a stage, a transfer or hang_up"
                yield "error", f"{message}: {remedy}", ("objections", number, "after_fail")
        for where, move, must_end in (
            (("objective", "give_up"), self._book.objective.give_up, False),
            (("objective", "too_long"), self._book.objective.too_long, True),
            (("repair", "no_input_end"), self._book.repair.no_input_end, False),
        ):
            if stays(move) or goes_back(move) or (must_end and not ends(move)):
                what = "a transfer or hang_up" if must_end else "a stage, a transfer or hang_up"
                yield "error", f"'{where[1]}' does not lead out of the stage: name {what}", where

    def unreachable(self) -> Iterator[Fault]:
        """Stages that no call can come to."""
        book = self._book
        found = {book.start, book.repair.returned_to, *filter(None, [book.repair.busy_to])}
        found |= {book.outbound.start} if book.outbound is not None else set()
        anywhere = [
            *([book.mood.angry] if book.mood is not None else []),
            book.objective.give_up, book.objective.too_long, book.repair.no_input_end,
            *(intent.then for intent in book.intents if intent.then and not intent.only_in),
            *(objection.after_fail for objection in book.objections),
        ]  # fmt: skip
        found |= {move.to for move in anywhere if move.to in self._stages}
        while True:
            here = [
                intent.then
                for intent in book.intents
                if intent.then is not None and found & set(intent.only_in)
            ]
            inside = [
                move for stage in book.stages if stage.id in found for move in own_moves(stage)
            ]
            more = {move.to for move in (*here, *inside) if move.to in self._stages}
            if more <= found:
                break
            found |= more
        for stage_id in self._stages:
            if stage_id not in found:
                yield "warning", f"nothing leads to stage '{stage_id}'", self._places[stage_id]

    # -- what follows what

    def _follows_at_once(self, stage_id: str) -> str:
        """The stage that may follow without a turn of the caller: by `then`, or all slots known."""
        stage = self._stages[stage_id]
        move: Move | None = stage.then
        if move is None and stage.slots:
            move = next((way for way in stage.exits if way.on == "done"), None)
        return (move.to or "") if move is not None else ""

    def _asks_again(self, ring: list[str]) -> bool:
        """Whether a move of the ring clears a slot that one of its stages asks for."""
        cleared = {
            slot
            for stage_id in ring
            for move in own_moves(self._stages[stage_id])
            if move.to in ring
            for slot in move.clear
        }
        return bool(cleared & {slot for stage_id in ring for slot in self._stages[stage_id].slots})

    def _targets(self, stage: Stage, move: Move) -> set[str]:
        """The stages that a move may lead to."""
        if goes_back(move):
            return {
                other.id
                for other in self._book.stages
                if other.id != stage.id and any(way.to == stage.id for way in own_moves(other))
            }
        return {move.to} if move.to is not None else set()
