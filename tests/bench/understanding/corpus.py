"""The labelled caller turns of the Larkfield corpus, as turns of the shipped playbook.

Calls, not turns, are split: what a caller says twice in a call stays on one side.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from agent.errors import UnderstudyError

Split = Literal["tune", "test"]
Kind = Literal["objection", "intent", "other"]

# Chosen so that every objection is raised in both halves, before anything was measured.
_SALT = "larkfield"
_OPENING_TURNS = 5
# Shorter turns without a label are yes, no and names.
_OTHER_WORDS = 5


class CorpusError(UnderstudyError):
    """A corpus that is not there or not as expected."""


# What the corpus calls it -> the playbook's labels that are right; the first one is counted.
# More than one where the playbook does the same thing for both.
LABELS: Mapping[str, tuple[str, ...]] = {
    **{
        f"objection_{name}": (name,)
        for name in (
            "price", "in_contract", "happy_current", "ask_partner", "send_email", "no_time",
            "distrust", "no_need_speed", "install_hassle", "contract_length", "think_about_it",
        )
    },
    "request_email": ("send_email",),
    "busy": ("no_time",),
    "ask_source_of_number": ("distrust",),
    "agree_order": ("agree_order", "affirm"),
    "ask_contract": ("ask_contract",),
    "ask_difference": ("ask_difference",),
    "ask_exit_fee": ("ask_exit_fee",),
    "ask_install": ("ask_install",),
    "ask_price": ("ask_price", "ask_price_after"),
    "ask_router": ("ask_router",),
    "ask_speed": ("ask_speed",),
    "ask_switching": ("ask_switching",),
    "ask_tv": ("out_of_scope",),
    "technical_question": ("out_of_scope",),
    "out_of_scope": ("out_of_scope",),
    "complaint": ("complaint", "vulnerable"),
    "do_not_call": ("do_not_call",),
    "give_card": ("give_card",),
    "not_interested": ("not_interested", "deny", "goodbye"),
    "repeat_request": ("repeat",),
    "request_callback": ("request_callback",),
    "request_supervisor": ("supervisor", "human"),
    "robot_question": ("robot_question",),
    "wrong_number": ("wrong_number",),
}  # fmt: skip
BUYING_SIGNAL = "buying_signal"

# Turns whose label lies in the question before them and not in their words.
UNDECIDABLE = {
    ("LB-015", 26): "agrees by saying goodbye",
    ("LB-016", 24): "agrees by naming a day",
    ("LB-031", 24): "agrees by naming a day",
    ("LB-035", 29): "agrees by naming a half-day",
    ("LB-021", 14): "asks to be rung by saying maybe",
}


@dataclass(frozen=True, slots=True)
class Turn:
    """A caller's turn and the labels that count as right, the first before all."""

    call_id: str
    index: int
    text: str
    right: tuple[str, ...]
    kind: Kind
    stage: str
    signal: bool = False

    @property
    def split(self) -> Split:
        """Which half its call is in."""
        return split_of(self.call_id)


@dataclass(frozen=True, slots=True)
class Corpus:
    """The turns that map to the playbook, and how many do not, by the corpus's label.

    `others` have no label: answers, small talk, asides. The corpus does not label everything, so
    that some of them do mean something to the playbook.
    """

    turns: tuple[Turn, ...]
    others: tuple[Turn, ...]
    left_out: Mapping[str, int]


def split_of(call_id: str) -> Split:
    """The half a call belongs to, for ever."""
    digest = hashlib.sha256(f"{_SALT}{call_id}".encode()).hexdigest()
    return "test" if int(digest, 16) % 2 else "tune"


def load(folder: Path) -> Corpus:
    """Read truth.yaml. Raises CorpusError."""
    path = folder / "truth.yaml"
    try:
        truth = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise CorpusError(
            f"{path} can't be read ({error.strerror}): name the folder of the Larkfield corpus "
            "with --corpus."
        ) from None
    labels, texts = _labelled(truth, folder)
    objections = {item["id"] for item in truth["objections"]}
    turns, left_out = [], Counter[str]()
    for place, names in sorted(labels.items()):
        if place in UNDECIDABLE:
            left_out["(not in the words)"] += 1
            continue
        right = tuple(dict.fromkeys(r for name in sorted(names) for r in LABELS.get(name, ())))
        if not right:
            left_out.update(names)
            continue
        # An objection with a question in it is the objection: the playbook answers both.
        right = tuple(sorted(right, key=lambda label: label not in objections))
        kind: Kind = "objection" if right[0] in objections else "intent"
        signal = BUYING_SIGNAL in names
        turns.append(Turn(*place, texts[place], right, kind, _stage(place[1], right), signal))
    return Corpus(tuple(turns), tuple(_others(folder, labels)), dict(left_out))


def _others(folder: Path, labels: Container[tuple[str, int]]) -> Iterator[Turn]:
    for path in sorted((folder / "transcripts").glob("*.json")):
        call = json.loads(path.read_text("utf-8"))
        for at, turn in enumerate(call["turns"]):
            long_enough = len(turn["text"].split()) >= _OTHER_WORDS
            place = (call["call_id"], at)
            if turn["speaker"] == "customer" and long_enough and place not in labels:
                yield Turn(*place, turn["text"], (), "other", _stage(at, ()))


def _labelled(
    truth: Any, folder: Path
) -> tuple[dict[tuple[str, int], set[str]], dict[tuple[str, int], str]]:
    labels: dict[tuple[str, int], set[str]] = {}
    for intent in truth["intents"]:
        for example in intent["examples"]:
            labels.setdefault((example["call_id"], example["turn"]), set()).add(intent["id"])
    for objection in truth["objections"]:
        for raised in objection["raised_at"]:
            name = f"objection_{objection['id']}"
            labels.setdefault((raised["call_id"], raised["turn"]), set()).add(name)
    spoken = {}
    for call_id in {call_id for call_id, _ in labels}:
        transcript = json.loads((folder / "transcripts" / f"{call_id}.json").read_text("utf-8"))
        spoken |= {(call_id, at): turn["text"] for at, turn in enumerate(transcript["turns"])}
    return labels, {place: spoken[place] for place in labels}


def _stage(index: int, right: tuple[str, ...]) -> str:
    """Where a caller of ours would say it; by the turn's place in its call, but for orders."""
    if right[:1] == ("agree_order",):
        return "close"
    return "opening" if index < _OPENING_TURNS else "pitch"
