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

# Every text of a run: the playbooks and thresholds compared share them.
_REMEMBERED = 50_000


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
    return MiniLmEncoder(path, store.locate_tokenizer(), remembered_texts=_REMEMBERED)


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


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: a playbook with its vectors, and the threshold."""

    playbook: Playbook
    encoder: SentenceEncoder
    threshold: float

    def outcomes(self, heard: Sequence[Heard], nearness: Nearness) -> list[Outcome]:
        """What is made of each hearing."""
        sure = Understander(self.playbook, self.encoder, threshold=self.threshold)
        always = Understander(self.playbook, self.encoder, threshold=0.0)
        near = {turn.text: nearness.of(turn.text).near for turn in {item.turn for item in heard}}
        found = []
        for item in heard:
            stage = self.playbook.stage(item.turn.stage)
            taken = sure.understand(item.text, stage.id, stage.expects)
            best = always.understand(item.text, stage.id, stage.expects)
            check = taken.guess if taken.guess and self.playbook.check(taken.guess) else ""
            found.append(
                Outcome(
                    item.turn, item.voice, item.text, near[item.turn.text],
                    label=taken.objection or taken.intent, check=check or "",
                    best=best.objection or best.intent, confidence=best.confidence,
                    source=best.source,
                )
            )  # fmt: skip
        return found

    def milliseconds_a_turn(self, heard: Sequence[Heard]) -> float:
        """CPU time of understanding a turn for the first time: the median."""
        understander = Understander(self.playbook, self.encoder, threshold=self.threshold)
        spent = []
        for item in heard:
            stage = self.playbook.stage(item.turn.stage)
            started_s = time.process_time()
            understander.understand(item.text, stage.id, stage.expects)
            spent.append((time.process_time() - started_s) * 1000)
        return sorted(spent)[len(spent) // 2] if spent else 0.0


def withholding(playbook: Playbook, turns: Sequence[Turn], nearness: Nearness) -> Playbook:
    """The playbook less every example that is near to one of the turns."""
    near = {example for turn in turns for example in nearness.near_examples(turn.text)}
    return without(playbook, lambda text: text in near)


def as_said(turns: Sequence[Turn]) -> list[Heard]:
    """The turns on their true words."""
    return [Heard(turn, "", normalise(turn.text)) for turn in turns]


def _kept(texts: Sequence[str], withheld: Callable[[str], bool]) -> tuple[str, ...]:
    return tuple(text for text in texts if not withheld(normalise(text)))
