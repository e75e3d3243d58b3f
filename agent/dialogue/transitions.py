"""Every transition of a playbook as rows, for printing."""

from agent.dialogue.playbook import BACK, STAY, Move, Playbook
from agent.dialogue.state import Row


def transition_table(playbook: Playbook) -> tuple[Row, ...]:
    """Every transition in the playbook's order; "*" is every stage."""
    rows = [Row(s.id, way.on, _describe(way)) for s in playbook.stages for way in s.exits]
    rows += [
        Row(s.id, "not understood", f"ask once more; then {_describe(s.fallback)}")
        for s in playbook.stages
        if s.then is None
    ]
    rows += [
        Row(" ".join(i.only_in) or "*", i.id, _describe(i.then))
        for i in playbook.intents
        if i.then is not None
    ]
    for o in playbook.objections:
        steps = "acknowledge, clarify, answer, re-ask" if o.clarify else "answer, re-ask"
        rows.append(Row("*", o.id, f"{steps}; then {_describe(o.after_fail)}"))
    labels = [*(i.id for i in playbook.intents), *(o.id for o in playbook.objections)]
    rows += [
        Row("*", f"perhaps {label}", f"say {check}; yes: {label}; no: ask openly")
        for label in labels
        if (check := playbook.check(label)) is not None
    ]
    rows += [
        Row(s.id, "a buying signal", f"answer, say {' or '.join(s.trial_close)}")
        for s in playbook.stages
        if s.trial_close
    ]
    if playbook.mood is not None:
        rows.append(Row("*", "an angry caller", _describe(playbook.mood.angry)))
    return tuple(rows)


def _describe(move: Move) -> str:
    said = f"say {', '.join(move.say)}; " if move.say else ""
    if move.transfer is not None:
        return f"{said}transfer: {move.transfer}"
    if move.hang_up:
        return f"{said}hang up"
    return said + {STAY: "ask again", BACK: "go back", None: "ask again"}.get(
        move.to, f"go to {move.to}"
    )
