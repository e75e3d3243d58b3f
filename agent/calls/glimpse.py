"""What a live call is doing at one moment, for those who watch it.

A glimpse is taken when somebody looks, a few times a second; a call that nobody watches does
nothing for it but remember its last frames' levels.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.calls.audio import CallAudio
from agent.calls.journal import CallJournal
from agent.calls.state import CallState
from agent.dialogue.conversation import Conversation
from agent.turns.levels import SILENCE_DBFS


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """One moment of a call; nothing of it is kept.

    `caller_words` are those of the caller's unfinished turn as they may be shown, `agent_words`
    what the agent is saying. Levels are in dBFS.
    """

    call_id: str
    state: CallState
    stage: str
    paused: bool = False  # the agent holds back, since the caller may be interrupting
    caller_speaks: bool = False
    caller_words: str = ""
    agent_words: str = ""
    slots: Mapping[str, str]
    half_duplex: bool = False
    caller_dbfs: float = SILENCE_DBFS
    agent_dbfs: float = SILENCE_DBFS


def take_glimpse(
    state: CallState, audio: CallAudio | None, talk: Conversation, journal: CallJournal
) -> Glimpse:
    """Look at a call without touching it."""
    if audio is None:
        return Glimpse(call_id=journal.call_id, state=state, stage=talk.stage, slots=talk.slots)
    floor, now_s = audio.floor, audio.now_s
    speaking = audio.speaker.active and not journal.withholds
    return Glimpse(
        call_id=journal.call_id,
        state=state,
        stage=talk.stage,
        paused=floor.turns.paused,
        caller_speaks=floor.turns.caller_in_turn,
        caller_words=journal.shown_early(floor.turns.text),
        agent_words=audio.speaker.speech().said if speaking else "",
        slots=talk.slots,
        half_duplex=floor.turns.half_duplex.active,
        caller_dbfs=floor.caller_level.read(now_s),
        agent_dbfs=floor.agent_level.read(now_s),
    )
