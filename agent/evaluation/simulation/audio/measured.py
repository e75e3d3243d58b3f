"""A call's figures, from the frames at the customer's end of the line."""

from collections.abc import Sequence

from agent.evaluation.simulation.audio.caller import Happened, Sounded
from agent.evaluation.simulation.heard import Heard
from agent.evaluation.word_errors import word_errors

# Within a turn the agent is silent for less than this: lines are 0.15 s apart.
_SILENT_FRAMES = 15
_FRAME_S = 0.02
_WAITED_S = 2.0


def measured(
    happened: Happened,
    agent: Sequence[tuple[float, bool]],
    recognised: Sequence[str],
    seconds: float,
) -> Heard:
    """`agent` are frames: when each arrived, and whether it held sound.

    `recognised` is what the agent took for the customer's words. Where its records mask some of
    them, no words are compared.
    """
    said = "" if happened.secret else " ".join(happened.words)
    return Heard(
        seconds=seconds,
        answers_ms=tuple(
            1000 * waited_s
            for turn in happened.turns
            if (waited_s := _answer_s(turn, happened.turns, agent)) is not None
        ),
        yields_ms=tuple(
            _yield_ms(cut_in, agent) if broke_off else None
            for cut_in, broke_off in happened.cut_ins
        ),
        kept_on=tuple(happened.kept_on),
        words=len(said.split()),
        words_wrong=word_errors(said, " ".join(recognised)) if said else 0,
    )


def _answer_s(
    turn: Sounded, turns: Sequence[Sounded], agent: Sequence[tuple[float, bool]]
) -> float | None:
    """None where the agent was speaking already, or the customer spoke again first."""
    until_s = min((one.start_s for one in turns if one.start_s > turn.start_s), default=None)
    after = [(at_s, sound) for at_s, sound in agent if at_s >= turn.end_s]
    if not after or after[0][1]:
        return None
    first_s = next((at_s for at_s, sound in after if sound), None)
    if first_s is None or (until_s is not None and first_s > until_s):
        return None
    return first_s - turn.end_s


def _yield_ms(cut_in: Sounded, agent: Sequence[tuple[float, bool]]) -> float | None:
    """From the first sound of a cut-in to the agent's silence."""
    silent = 0
    for at_s, sound in agent:
        if at_s < cut_in.start_s:
            continue
        if at_s > cut_in.start_s + _WAITED_S:
            return None
        silent = 0 if sound else silent + 1
        if silent == _SILENT_FRAMES:
            return 1000 * max(0.0, at_s - (_SILENT_FRAMES - 1) * _FRAME_S - cut_in.start_s)
    return None
