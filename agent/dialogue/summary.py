"""What a human agent is told before they take a call over."""

from agent.dialogue.playbook import Playbook, SlotType
from agent.dialogue.reply import HandoffSummary
from agent.dialogue.slots import spoken
from agent.dialogue.state import State

# The newest so many facts are whispered: about five seconds.
_WHISPERED = 2
# The keys of the dialplan's context understudy-briefing.
_TAKE_IT = "Press one to take the call, two to send it back, three to hear this again."


def summarise(playbook: Playbook, state: State) -> HandoffSummary:
    """Who, why, what is known, how far.

    Personal values other than the name stay in `slots`: a whisper may be overheard. The caller's
    own words are for the screen alone: recognised words read out by a voice are hard to follow.
    """
    reason = state.reason or "default"
    name = next((v for s, v in state.slots.items() if playbook.slots[s].type is SlotType.NAME), "")
    why = playbook.reasons.get(reason, "has talked to the assistant")
    known: list[str] = []
    spoken_aloud: list[str] = []
    for slot_id, value in state.slots.items():
        slot = playbook.slots[slot_id]
        if not slot.personal:
            quote = '"' if slot.type is SlotType.TEXT else ""
            known.append(f"{slot.label} {quote}{spoken(slot, value)}{quote}")
            if slot.type is not SlotType.TEXT:
                spoken_aloud.append(known[-1])
    if state.pushes:
        known.append(f"objected: {', '.join(o.replace('_', ' ') for o in state.pushes)}")
        spoken_aloud.append(known[-1])
    known.append(f"stage {state.stage.replace('_', ' ')}")
    who = name or "The caller"
    return HandoffSummary(
        reason=reason,
        why=why,
        queue=playbook.destination(reason).queue,
        whisper_text=_sentences(f"{who} {why}", spoken_aloud[-_WHISPERED:]),
        briefing_text=f"{_sentences(f'{who} {why}', spoken_aloud)} {_TAKE_IT}",
        summary_text=_sentences(f"{who} {why}", known),
        slots=dict(state.slots),
    )


def _sentences(first: str, facts: list[str]) -> str:
    """ "<first>. <Facts; separated.>" """
    if not facts:
        return f"{first}."
    rest = "; ".join(facts)
    return f"{first}. {rest[:1].upper()}{rest[1:]}."
