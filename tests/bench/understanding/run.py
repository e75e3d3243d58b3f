"""Turns through the product's own understanding, on their words and on what was heard of them."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.dialogue.loader import find_playbook, load_with_source
from agent.dialogue.playbook import Playbook
from agent.dialogue.rules import normalise
from agent.dialogue.understanding import Understander
from agent.speech.minilm import MiniLmEncoder
from agent.speech.protocols import SentenceEncoder
from agent.speech.store import ModelStore
from tests.bench.turns.voices import voices_of
from tests.bench.understanding.corpus import Split, Turn
from tests.bench.understanding.hearing import Hearing
from tests.bench.understanding.nearness import Nearness
from tests.bench.understanding.scores import Outcome


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn as a voice's hearing wrote it; true words without a voice."""

    turn: Turn
    voice: str
    text: str
    known_voice: bool = False


def encoder() -> MiniLmEncoder:
    """The product's own. Raises its errors where it is not installed."""
    store = ModelStore(Path("/nonexistent"))
    path = store.locate("embedding")
    return MiniLmEncoder(path, store.locate_tokenizer())


def shipped_playbook() -> Playbook:
    """The playbook whose labels the corpus is mapped to."""
    return load_with_source(find_playbook("larkfield")).playbook


def without(playbook: Playbook, withheld: Callable[[str], bool]) -> Playbook:
    """The playbook less the examples for which `withheld` holds."""
    return playbook.model_copy(
        update={
            "intents": tuple(
                intent.model_copy(update={"examples": _kept(intent.examples, withheld)})
                for intent in playbook.intents
            ),
            "objections": tuple(
                objection.model_copy(update={"triggers": _kept(objection.triggers, withheld)})
                for objection in playbook.objections
            ),
        }
    )


def hearings(turns: Sequence[Turn], split: Split, hearing: Hearing) -> Iterator[Heard]:
    """Every turn in every voice of its half."""
    for turn in turns:
        for voice, text in hearing.hear(turn.text, voices_of(split)):
            yield Heard(turn, voice.name, text, voice.asr_heard)


def outcomes(
    heard: Sequence[Heard], understander: Understander, playbook: Playbook, nearness: Nearness
) -> tuple[list[Outcome], float]:
    """What is made of each; and the mean time a turn takes, in milliseconds."""
    near = {item.turn.text: nearness.of(item.turn.text).near for item in heard}
    found = []
    started_s = time.perf_counter()
    for item in heard:
        stage = playbook.stage(item.turn.stage)
        understood = understander.understand(item.text, stage.id, stage.expects)
        label = understood.objection or understood.intent
        found.append(
            Outcome(
                item.turn, item.voice, item.text, label, understood.confidence,
                understood.source, near[item.turn.text], understood.guess or label,
            )
        )  # fmt: skip
    return found, (time.perf_counter() - started_s) * 1000 / max(len(heard), 1)


def as_said(turns: Sequence[Turn]) -> list[Heard]:
    """The turns on their true words."""
    return [Heard(turn, "", normalise(turn.text)) for turn in turns]


def understander(playbook: Playbook, vectors: SentenceEncoder) -> Understander:
    """As the agent builds it."""
    return Understander(playbook, vectors)


def _kept(texts: Sequence[str], withheld: Callable[[str], bool]) -> tuple[str, ...]:
    return tuple(text for text in texts if not withheld(normalise(text)))
