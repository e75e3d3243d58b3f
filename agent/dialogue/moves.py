"""Every move of a playbook, and where in its file it is written."""

from collections.abc import Iterator

from agent.dialogue.playbook import BACK, STAY, Move, Playbook, Stage

Place = tuple[str | int, ...]


def all_moves(playbook: Playbook) -> Iterator[tuple[Place, Move]]:
    """Every move with its place."""
    yield ("objective", "give_up"), playbook.objective.give_up
    yield ("objective", "too_long"), playbook.objective.too_long
    if playbook.mood is not None:
        yield ("mood", "angry"), playbook.mood.angry
    yield ("repair", "no_input_end"), playbook.repair.no_input_end
    for number, stage in enumerate(playbook.stages):
        for index, way in enumerate(stage.exits):
            yield ("stages", number, "exits", index), way
        yield ("stages", number, "fallback"), stage.fallback
        if stage.then is not None:
            yield ("stages", number, "then"), stage.then
    for number, intent in enumerate(playbook.intents):
        if intent.then is not None:
            yield ("intents", number, "then"), intent.then
    for number, objection in enumerate(playbook.objections):
        yield ("objections", number, "after_fail"), objection.after_fail


def own_moves(stage: Stage) -> tuple[Move, ...]:
    """The moves of a stage itself: what follows it, or its exits and its fallback."""
    return (stage.then,) if stage.then is not None else (*stage.exits, stage.fallback)


def ends(move: Move) -> bool:
    """Whether the agent's part of the call is over after it."""
    return move.hang_up or move.transfer is not None


def stays(move: Move, stage_id: str = "") -> bool:
    """Whether a move asks the same question again."""
    return not ends(move) and move.to in (None, STAY, stage_id)


def goes_back(move: Move) -> bool:
    """Whether a move returns to the stage before."""
    return move.to == BACK
