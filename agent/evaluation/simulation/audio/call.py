"""A simulated call with sound: everything as in a live call but the telephone network and time."""

import asyncio
import uuid
from pathlib import Path
from random import Random

from agent.asterisk.events import Channel
from agent.asterisk.queue_log import CONNECT, QueueEvent
from agent.calls.actor import CallActor
from agent.calls.audio import AudioServices
from agent.calls.events import CallerGone, InQueue
from agent.calls.handoff import HandoffDesk
from agent.calls.journal import CallJournal
from agent.calls.services import CallServices
from agent.config import HandoffSettings
from agent.dialogue.conversation import Conversation
from agent.errors import UnderstudyError
from agent.evaluation.customers.customer import Customer
from agent.evaluation.customers.persona import Persona
from agent.evaluation.simulation.audio.caller import Caller
from agent.evaluation.simulation.audio.customer_sounds import CustomerSounds
from agent.evaluation.simulation.audio.engines import Engines
from agent.evaluation.simulation.audio.heard_by_agent import HeardByAgent
from agent.evaluation.simulation.audio.line import VirtualLine
from agent.evaluation.simulation.audio.listening import write_recording
from agent.evaluation.simulation.audio.measured import measured
from agent.evaluation.simulation.audio.telephone import VirtualTelephone
from agent.evaluation.simulation.notes import CallNotes
from agent.evaluation.simulation.simulated_call import SimulatedCall
from agent.evaluation.simulation.text_call import TODAY
from agent.evaluation.simulation.world import World
from agent.evaluation.virtual_time.engines import ChargedRecognizers
from agent.evaluation.virtual_time.executor import ChargedExecutor
from agent.evaluation.virtual_time.loop import run_virtually
from agent.media.clock import MediaClock

# CPU of a reply with the larkfield playbook, median of what customers object: mostly the encoder.
_DECISION_S = 0.016
_MEDIA_LOST_S = 5.0
LONGEST_S = 600.0
_NORMAL_CLEARING = 16  # Q.850: somebody hung up
_NOBODY = {"member": "nobody"}


def audio_call(
    world: World, engines: Engines, persona: Persona, seed: str, recording: Path | None = None
) -> SimulatedCall:
    """One call, the same for the same seed; `recording` is where to write how it sounded.

    Raises UnderstudyError where the call failed.
    """
    return run_virtually(_call(world, engines, persona, seed, recording))


async def _call(
    world: World, engines: Engines, persona: Persona, seed: str, recording: Path | None
) -> SimulatedCall:
    loop = asyncio.get_running_loop()
    notes = CallNotes(world, seed)
    # Decisions draw what they draw in text; time has dice of its own.
    timing = Random(f"{seed} sound")  # noqa: S311 a simulation has to be repeatable
    random = Random(seed)  # noqa: S311
    book, dials = world.playbook, world.dials
    customer = Customer(persona, book, world.phrases, world.meant, dials, random, aloud=True)
    sounds = CustomerSounds(persona.line, timing)
    telephone = VirtualTelephone(sounds)
    gone, taken = CallerGone(_NORMAL_CLEARING), InQueue(QueueEvent(CONNECT, "", "", "", _NOBODY))
    caller = Caller(customer, sounds, telephone, notes, timing, lambda: actor.post(gone))
    line = VirtualLine(caller, telephone, lambda: actor.post(taken))
    clock = MediaClock(loop.time)
    agent = HeardByAgent(notes)
    call_id = str(uuid.uuid5(uuid.NAMESPACE_OID, seed))
    journal = CallJournal(
        call_id, Channel(call_id, "", "", "", "simulated"), None,
        playbook=("", "", ""), models={}, observers=(agent,),
    )  # fmt: skip
    services = _services(world, engines, telephone, clock, seed)
    actor = CallActor(call_id, line, services, journal, None, memory=line)

    def too_long() -> None:
        notes.never_ends(f"still talking after {LONGEST_S / 60:.0f} minutes")
        actor.post(gone)

    longest = loop.call_later(LONGEST_S, too_long)
    await actor.run()
    longest.cancel()
    clock.close()
    last = line.conversation.latest if line.conversation is not None else None
    if line.conversation is None or last is None:
        raise UnderstudyError(f"Call {seed} failed before anything was said.")
    if recording is not None:
        write_recording(recording, *telephone.recorded)
    heard = measured(caller.happened, telephone.agent_frames, agent.recognised, loop.time())
    return notes.result(customer, line.conversation, last, left=caller.left, heard=heard)


def _services(
    world: World, engines: Engines, telephone: VirtualTelephone, clock: MediaClock, seed: str
) -> CallServices:
    recognition = ChargedExecutor()
    audio = AudioServices(
        turns=engines.turns,
        network=telephone.wire,
        lost_after_s=_MEDIA_LOST_S,
        clock=clock,
        recognition=recognition,
        recognizers=ChargedRecognizers(engines.recognizers, recognition.charge),
        open_vad=engines.open_vad,
        lines=engines.lines,
    )
    return CallServices(
        audio=audio,
        decisions=ChargedExecutor(_DECISION_S),
        open_conversation=lambda: Conversation(
            world.playbook, world.understander, seed=seed.encode(), today=TODAY
        ),
        queues=None,
        handoffs=HandoffDesk(HandoffSettings(whisper=False), engines.lines, ""),
        fallback_queue="",
    )
