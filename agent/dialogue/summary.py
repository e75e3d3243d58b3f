"""What a human agent is told before they take a call over."""

from agent.dialogue.playbook import Playbook, SlotType
from agent.dialogue.reply import HandoffSummary
from agent.dialogue.slots import spoken
from agent.dialogue.state import State


def summarise(playbook: Playbook, state: State) -> HandoffSummary:
    """Who, why, what is known, how far: fit to be read aloud and shown on a screen.

    Personal values other than the name stay in `slots`: a whisper may be overheard.
    """
    reason = state.reason or "default"
    name = next((v for s, v in state.slots.items() if playbook.slots[s].type is SlotType.NAME), "")
    why = playbook.reasons.get(reason, "has talked to the assistant")
    known = []
    for slot_id, value in state.slots.items():
        slot = playbook.slots[slot_id]
        if not slot.personal:
            quote = '"' if slot.type is SlotType.TEXT else ""
            known.append(f"{slot.label} {quote}{spoken(slot, value)}{quote}")
    if state.pushes:
        known.append(f"objected: {', '.join(o.replace('_', ' ') for o in state.pushes)}")
    known.append(f"stage {state.stage.replace('_', ' ')}")
    known[0] = known[0][:1].upper() + known[0][1:]
    text = f"{name or 'The caller'} {why}. {'; '.join(known)}."
    return HandoffSummary(reason, playbook.queue(reason), text, dict(state.slots))
