"""Many simulated calls of one version, on all cores or on a Ray cluster."""

import functools
from collections.abc import Callable, Sequence

from agent.cloning.parallel import Failed, each
from agent.dialogue.loader import load_playbook
from agent.dialogue.understanding import Understander
from agent.errors import UnderstudyError
from agent.evaluation.customers.ears import reasons_meant
from agent.evaluation.customers.mind import Dials
from agent.evaluation.customers.wording import shipped_phrases
from agent.evaluation.simulation.kept import KeptCalls
from agent.evaluation.simulation.plan import Appointment
from agent.evaluation.simulation.text_call import SimulatedCall, World, text_call
from agent.evaluation.simulation.version import Version
from agent.speech.hashing import file_sha256
from agent.speech.kept_vectors import KeptVectors
from agent.speech.minilm import MiniLmEncoder

_BATCH = 20


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
    batches = [missing[at : at + _BATCH] for at in range(0, len(missing), _BATCH)]
    # Without work no worker process is started, and no cluster needed.
    done = each(functools.partial(_batch, version), batches, ray=ray) if batches else ()
    for batch, calls in done:
        if isinstance(calls, Failed):
            raise UnderstudyError(f"Simulated calls from {batch[0].seed} on failed: {calls}")
        kept.add(calls)
        known |= {call.seed: call for call in calls}
        on_done(len(calls))
    return tuple(known[one.seed] for one in appointments)


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
    return [text_call(world, one.persona, one.seed) for one in appointments]


@functools.cache
def _world(version: Version) -> World:
    """A worker process makes it once."""
    return world_of(version)
