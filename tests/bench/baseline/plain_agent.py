"""The agent that a weekend builds: the whole playbook in one prompt, and the model talks.

It says what it generates, word for word. Customers of the simulation hear by the playbook's lines,
so each sentence is taken for the line that means the same, where there is one.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from llama_cpp import Llama

from agent.dialogue.playbook import VARIABLE, Line, Playbook
from agent.dialogue.reply import CallerTurn, Continue, HangUp, Reply, SpokenLine
from agent.speech.protocols import SentenceEncoder

_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_ENDS = re.compile(r"\b(good ?bye|bye)\b", re.IGNORECASE)
_YES_NO = re.compile(
    r"^(and |so |but |then )?(is|are|do|does|did|would|can|could|shall|will|have|has|may|was)\b",
    re.IGNORECASE,
)
_MOST_TOKENS = 70
_NO_LINE = "plain"
# Sentences at least so near mean the same; other wordings of one line are at 0.7 and more.
_SAME = 0.6


@dataclass(frozen=True, slots=True)
class Told:
    """A playbook as one text, and its lines as they are spoken."""

    prompt: str
    lines: tuple[tuple[str, str], ...]


def told(playbook: Playbook) -> Told:
    """The prompt has who calls, the aim, the rules, every fact, and the best people's lines."""
    lines = tuple(
        (name, _spoken(playbook, text))
        for name, line in playbook.lines.items()
        for text in _texts(line)
    )
    said: dict[str, str] = {}
    for name, text in lines:
        said.setdefault(name, text)
    return Told("\n".join(_prompt(playbook, said)), lines)


def _prompt(playbook: Playbook, said: Mapping[str, str]) -> Iterator[str]:
    persona, aim = playbook.persona, playbook.objective
    yield (
        f"You are {persona.name}, the automated phone agent of {persona.company}. "
        f"Be {', '.join(persona.style)}. Answer in one or two short spoken sentences."
    )
    yield f"Aim: {aim.primary}. If that fails: {aim.secondary}."
    yield f"Begin with: {said[playbook.compliance.ai_disclosure]}"
    yield (
        "Who asks not to be called again: confirm and say goodbye. Never take card numbers. "
        "State nothing but these facts:"
    )
    for name, fact in playbook.facts.items():
        yield f"- {name.replace('_', ' ')}: {fact.spoken}"
    yield "The parts of the call, and what good agents say in them:"
    for stage in playbook.stages:
        entry = " ".join(said[name] for name in stage.entry if name in said)
        yield f"- {stage.goal}. {entry}".rstrip()
    yield "Objections, and what good agents answer:"
    for objection in playbook.objections:
        yield f"- {objection.description}: {said[objection.answer[0]]}"


def _texts(line: Line) -> Sequence[str]:
    return (line.text,) if isinstance(line.text, str) else line.text


def _spoken(playbook: Playbook, text: str) -> str:
    known = {"agent_name": playbook.persona.name, "company": playbook.persona.company}

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        fact = playbook.facts.get(name)
        return known.get(name) or (fact.spoken if fact is not None else "that")

    return VARIABLE.sub(value, text)


def with_free_speech(playbook: Playbook) -> Playbook:
    """The playbook with one line more: whatever is in none of its own."""
    return playbook.model_copy(update={"lines": {**playbook.lines, _NO_LINE: Line(text="")}})


class Likeness:
    """Which of a playbook's lines a sentence means."""

    def __init__(self, lines: Sequence[tuple[str, str]], encoder: SentenceEncoder) -> None:
        self._names = [name for name, _ in lines]
        self._encoder = encoder
        self._vectors = _unit(encoder.encode([text for _, text in lines]))

    def line_of(self, sentence: str) -> str:
        """The line's id, or one that is in no playbook."""
        alike = self._vectors @ _unit(self._encoder.encode([sentence]))[0]
        best = int(np.argmax(alike))
        return self._names[best] if alike[best] >= _SAME else _NO_LINE


@dataclass
class Clock:
    """What replies cost: wall and CPU seconds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


class PlainAgent:
    """Implements the simulation's Agent for one call."""

    def __init__(
        self,
        playbook: Playbook,
        text: Told,
        likeness: Likeness,
        model: Llama,
        seed: int,
        clock: Clock,
    ) -> None:
        self._playbook = playbook
        self._likeness = likeness
        self._model = model
        self._seed = seed
        self._clock = clock
        self._messages: list[Any] = [{"role": "system", "content": text.prompt}]
        self._stage_of = {name: stage.id for stage in playbook.stages for name in stage.entry}
        self._slot_of = {name: slot for slot, it in playbook.slots.items() for name in it.ask}
        self._stage = playbook.start

    disposition = ""

    @property
    def slots(self) -> Mapping[str, str]:
        """It keeps none."""
        return {}

    def open(self) -> Reply:
        """The caller is there and says nothing yet."""
        return self._says("(The caller has picked up.)")

    def respond(self, turn: CallerTurn) -> Reply:
        """What the model makes of the call so far."""
        return self._says(turn.text)

    def silence(self, count: int) -> Reply:
        """Nothing was said."""
        return self._says("(silence)")

    def _says(self, heard: str) -> Reply:
        self._messages.append({"role": "user", "content": heard})
        wall, cpu = time.perf_counter(), time.process_time()
        made: Any = self._model.create_chat_completion(
            self._messages, max_tokens=_MOST_TOKENS, temperature=0.7, top_p=0.9,
            repeat_penalty=1.1, seed=self._seed + len(self._messages),
        )  # fmt: skip
        self._clock.wall.append(time.perf_counter() - wall)
        self._clock.cpu.append(time.process_time() - cpu)
        text = " ".join(made["choices"][0]["message"]["content"].split()) or "Sorry?"
        self._messages.append({"role": "assistant", "content": text})
        return self._reply(text)

    def _reply(self, text: str) -> Reply:
        sentences = [one.strip() for one in _SENTENCE.findall(text) if one.strip()] or [text]
        lines = tuple(SpokenLine(self._likeness.line_of(one), one) for one in sentences)
        for line in lines:
            self._stage = self._stage_of.get(line.line_id, self._stage)
        last = lines[-1]
        expects = None
        if last.text.endswith("?"):
            slot = self._slot_of.get(last.line_id)
            expects = f"slot:{slot}" if slot else "yes_no" if _YES_NO.match(last.text) else None
        action = HangUp() if _ENDS.search(last.text) else Continue()
        return Reply(lines, action, expects, None, self._stage)


def _unit(vectors: Any) -> Any:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
