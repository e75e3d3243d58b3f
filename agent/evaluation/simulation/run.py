"""Many simulated calls of one version, on all cores or on a Ray cluster."""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path

from agent.cloning.parallel import Failed, each
from agent.dialogue.loader import load_playbook
from agent.dialogue.understanding import Understander
from agent.errors import UnderstudyError
from agent.evaluation.customers.ears import reasons_meant
from agent.evaluation.customers.mind import Dials
from agent.evaluation.customers.persona import Persona
from agent.evaluation.customers.wording import shipped_phrases
from agent.evaluation.simulation.audio.call import audio_call
from agent.evaluation.simulation.audio.engines import Engines, engines_of
from agent.evaluation.simulation.kept import KeptCalls
from agent.evaluation.simulation.plan import Appointment
from agent.evaluation.simulation.simulated_call import SimulatedCall
from agent.evaluation.simulation.text_call import text_call
from agent.evaluation.simulation.version import Version
from agent.evaluation.simulation.world import World
from agent.speech.hashing import file_sha256
from agent.speech.kept_vectors import KeptVectors
from agent.speech.minilm import MiniLmEncoder

_BATCH = 20
# A call with sound takes seconds: each is kept when it is done.
_BATCH_WITH_SOUND = 1


def simulate(
    version: Version,
    appointments: Sequence[Appointment],
    kept: KeptCalls,
    on_done: Callable[[int], None] = lambda calls: None,
    *,
    ray: str = "",
) -> tuple[SimulatedCall, ...]:
    """One call an appointment, in their order; the same for the same appointments.

    Kept calls are taken as they are, new ones are kept batch by batch: a run that was interrupted
    goes on where it stopped. `on_done` is told of every few calls more. `ray` is a cluster's
    address, see `each`. Raises UnderstudyError for a call that could not be simulated, and whatever
    a playbook that can't be read raises.
    """
    load_playbook(str(version.playbook))
    known = kept.by_seed()
    missing = [one for one in appointments if one.seed not in known]
    on_done(len(appointments) - len(missing))
    size = _BATCH if version.sound is None else _BATCH_WITH_SOUND
    batches = [missing[at : at + size] for at in range(0, len(missing), size)]
    # Without work no worker process is started, and no cluster needed.
    done = each(functools.partial(_batch, version), batches, ray=ray) if batches else ()
    for batch, calls in done:
        if isinstance(calls, Failed):
            raise UnderstudyError(f"Simulated calls from {batch[0].seed} on failed: {calls}")
        kept.add(calls)
        known |= {call.seed: call for call in calls}
        on_done(len(calls))
    return tuple(known[one.seed] for one in appointments)


def record(version: Version, call: SimulatedCall, persona: Persona, folder: Path) -> Path:
    """Simulate a call with sound again, the same, and write how it sounded; returns the file."""
    file = folder / f"{call.seed.replace(':', '-')}.wav"
    audio_call(_world(version), _engines(version), persona, call.seed, file)
    return file


def world_of(version: Version) -> World:
    """What the calls of a version share; it takes seconds for sentences that are new."""
    playbook = load_playbook(str(version.playbook))
    encoder = MiniLmEncoder(version.encoder, version.tokenizer, remembered_texts=100_000)
    examples = KeptVectors(encoder, version.vectors, file_sha256(version.encoder)[:16])
    phrases = shipped_phrases()
    return World(
        playbook=playbook,
        approved=load_playbook(str(version.approved)),
        understander=Understander(
            playbook, encoder, threshold=version.threshold, examples=examples
        ),
        phrases=phrases,
        meant=reasons_meant(playbook, phrases.reasons, examples),
        dials=Dials(),
    )


def _batch(version: Version, appointments: Sequence[Appointment]) -> list[SimulatedCall]:
    world = _world(version)
    if version.sound is None:
        return [text_call(world, one.persona, one.seed) for one in appointments]
    engines = _engines(version)
    return [audio_call(world, engines, one.persona, one.seed) for one in appointments]


@functools.cache
def _world(version: Version) -> World:
    """A worker process makes it once."""
    return world_of(version)


@functools.cache
def _engines(version: Version) -> Engines:
    """As `_world`; it takes minutes while a playbook's lines have never been spoken."""
    assert version.sound is not None  # noqa: S101 - asked before
    return engines_of(version.sound, _world(version).playbook)
