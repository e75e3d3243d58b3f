"""Many simulated calls of one version, on all cores."""

import functools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from joblib import Parallel, delayed

from agent.app import model_store
from agent.config import Settings
from agent.dialogue.loader import load_playbook
from agent.dialogue.understanding import Understander
from agent.evaluation.customers.ears import reasons_meant
from agent.evaluation.customers.mind import Dials
from agent.evaluation.customers.wording import shipped_phrases
from agent.evaluation.simulation.plan import Appointment
from agent.evaluation.simulation.text_call import SimulatedCall, World, text_call
from agent.speech.minilm import MiniLmEncoder

_BATCH = 10


@dataclass(frozen=True, slots=True)
class Version:
    """What is simulated: a playbook, and the one whose facts are approved."""

    playbook: str
    approved: str
    threshold: float
    encoder: Path
    tokenizer: Path


def version_of(settings: Settings, playbook: str, approved: str) -> Version:
    """A playbook under these settings. Raises UnderstudyError when a model is missing."""
    store, name = model_store(settings), settings.speech.embedding_model
    return Version(
        playbook=playbook,
        approved=approved,
        threshold=settings.dialogue.intent_threshold,
        encoder=store.locate("embedding", name),
        tokenizer=store.locate_tokenizer(name),
    )


def simulate(version: Version, appointments: Sequence[Appointment]) -> Iterator[SimulatedCall]:
    """One call an appointment, in their order; the same for the same appointments."""
    batches = [appointments[at : at + _BATCH] for at in range(0, len(appointments), _BATCH)]
    work = Parallel(n_jobs=os.cpu_count(), return_as="generator")
    for calls in work(delayed(_batch)(version, batch) for batch in batches):
        yield from calls


def _batch(version: Version, appointments: Sequence[Appointment]) -> list[SimulatedCall]:
    world = _world(version)
    return [text_call(world, one.persona, one.seed) for one in appointments]


@functools.cache
def _world(version: Version) -> World:
    """A worker process builds it once."""
    playbook, approved = load_playbook(version.playbook), load_playbook(version.approved)
    encoder = MiniLmEncoder(version.encoder, version.tokenizer, remembered_texts=100_000)
    phrases = shipped_phrases()
    return World(
        playbook=playbook,
        approved=approved,
        understander=Understander(playbook, encoder, threshold=version.threshold),
        phrases=phrases,
        meant=reasons_meant(playbook, phrases.reasons, encoder),
        dials=Dials(),
    )
