"""Which part of its call each sentence of an agent belongs to."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import groupby

from pydantic import TypeAdapter

from agent.cloning.files import load_yaml
from agent.cloning.mine.acts.said import Said
from agent.cloning.mine.acts.wording import PLACEHOLDER
from agent.cloning.mined import Step
from agent.cloning.recorded import Kept

Where = tuple[str, int]

OPENING, OBJECTIONS, RECAP, SIGN_OFF = "opening", "objections", "recap", "sign_off"
# Who asks when to come offers a next step; who asks for an address takes it down.
_ASKS: Mapping[str, str] = {
    "appointment": "close",
    "callback_time": "callback",
    **dict.fromkeys(
        ("full_name", "email", "phone", "address", "postcode", "date_of_birth"), "details"
    ),
}
# A call that has got further than this does not open again.
_FIRST = ("", OPENING, "permission", "questions")
# From here on there is something to read back.
_AGREEING = frozenset({"close", "details", "callback"})
# More than what was just told, repeated: a name and an address with the rest of what was agreed.
_READ_BACK_WORDS = 6
# A question for a decision takes what is said before it in its turn along.
_GOVERNING = ("close", "callback", "summary")
_GOVERNED = frozenset({RECAP, "offer", "details"})
# A customer's objection is what the agent talks about for so many turns.
_OPEN_TURNS = 2
# Answers and questions after an objection meet it; elsewhere they are part of something else.
_MEETING: Mapping[str, str] = {"clarify": "discovery", "answer": "offer", "re_ask": "close"}
_ANSWERING = "questions"


class Part(Kept):
    """A part that calls of any business have."""

    id: str
    goal: str
    steps: tuple[Step, ...]
    after: tuple[str, ...] = ()


def known_parts() -> tuple[Part, ...]:
    """In the order in which calls usually have them."""
    text = (resources.files(__package__ or "") / "seeds.yaml").read_text("utf-8")
    return TypeAdapter(tuple[Part, ...]).validate_python(load_yaml(text))


def parts_of(
    said: Sequence[Said],
    intents: Mapping[str, Collection[Where]],
    objections: Collection[Where],
    asks: Mapping[int, str],
) -> list[tuple[Said, str]]:
    """Every sentence of an agent with the id of its part, call by call.

    `intents` are the (call, turn) of each intent's examples, `objections` those in which customers
    give a reason not to go on. `asks` has the slot that a sentence, by its id(), asks for.
    """
    parts = known_parts()
    known = _Known(
        by_step={step: part.id for part in parts for step in part.steps},
        turning={where: p.id for p in parts for i in p.after for where in intents.get(i, ())},
        objections=objections,
        asks=asks,
    )
    found: list[tuple[Said, str]] = []
    for _, call in groupby(said, key=lambda sentence: sentence.place.call.id):
        found += _in_call(list(call), known)
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of sentences and turns before a call is gone through."""

    by_step: Mapping[str, str]
    turning: Mapping[Where, str]
    objections: Collection[Where]
    asks: Mapping[int, str]


def _in_call(call: Sequence[Said], known: _Known) -> Iterator[tuple[Said, str]]:
    last = max((s.place.index for s in call if s.place.turn.speaker == "agent"), default=-1)
    course = _Course(known)
    for index, group in groupby(call, key=lambda sentence: sentence.place.index):
        turn = list(group)
        if turn[0].place.turn.speaker == "customer":
            course.hear(turn)
        elif index == last and not turn[-1].question:
            yield from ((sentence, SIGN_OFF) for sentence in turn)
        else:
            yield from zip(turn, course.parts(turn), strict=True)


class _Course:
    """How far a call has come, turn by turn."""

    def __init__(self, known: _Known) -> None:
        self._known = known
        self._side = ""
        self._before = OPENING
        self._asked = self._begun = self._agreed = False
        self._first = True
        self._open_turns = 0

    def hear(self, turn: Sequence[Said]) -> None:
        """Go on past a customer's turn."""
        where = (turn[0].place.call.id, turn[0].place.index)
        self._side = self._known.turning.get(where, self._side)
        self._asked = any(sentence.question for sentence in turn)
        if where in self._known.objections:
            self._open_turns = _OPEN_TURNS

    def parts(self, turn: Sequence[Said]) -> list[str]:
        """The part of each sentence of an agent's turn."""
        parts = self._sure(turn)
        rest = OBJECTIONS if self._open_turns else _most(turn, parts) or self._before
        filled = [part or rest for part in parts]
        self._before = _most(turn, filled)
        self._open_turns = max(self._open_turns - 1, 0)
        self._asked = self._first = False
        return filled

    def _sure(self, turn: Sequence[Said]) -> list[str]:
        """ "" for what belongs to whatever is around it."""
        told = [self._told(sentence) for sentence in turn]
        parts = [
            RECAP if self._agreed and _reads_back(sentence) else self._in_time(part)
            for sentence, part in zip(turn, told, strict=True)
        ]
        self._agreed = self._agreed or any(part in _AGREEING for part in told)
        self._begun = self._begun or any(part not in _FIRST for part in parts)
        if self._first:
            return [part if part in _FIRST else OPENING for part in parts]
        return [self._side] * len(turn) if self._side else _governed(turn, parts)

    def _told(self, sentence: Said) -> str:
        """By what it asks for, or does: nothing of its own for an acknowledgement, an apology."""
        part = _ASKS.get(self._known.asks.get(id(sentence), ""), "")
        if part:
            return part
        step = sentence.act
        if step in _MEETING and not self._open_turns:
            return _ANSWERING if self._asked and step == "answer" else _MEETING[step]
        return self._known.by_step.get(step, "")

    def _in_time(self, part: str) -> str:
        """A part that can't be yet, or any more, as what it is then."""
        if self._begun and part == OPENING:
            return ""
        if self._agreed and part == "summary":
            return RECAP
        # Days and times that are named before anything was agreed are offered, not read back.
        return "close" if part == RECAP and not self._agreed else part


def _reads_back(sentence: Said) -> bool:
    """Whether something personal of the customer's is said among other things."""
    kinds = [match[1] for match in PLACEHOLDER.finditer(sentence.text)]
    words = len(sentence.text.split()) - len(kinds)
    return not sentence.question and bool(set(kinds) - {"AGENT"}) and words >= _READ_BACK_WORDS


def _governed(turn: Sequence[Said], parts: Sequence[str]) -> list[str]:
    """What is read back before a question for a decision or a day belongs to that question."""
    asks = {part for sentence, part in zip(turn, parts, strict=True) if sentence.question}
    over = next((part for part in _GOVERNING if part in asks), "")
    return [over if over and part in _GOVERNED else part for part in parts]


def _most(turn: Sequence[Said], parts: Sequence[str]) -> str:
    """The part that most of the turn's words belong to; "" when none has any."""
    words: Counter[str] = Counter()
    for sentence, part in zip(turn, parts, strict=True):
        if part:
            words[part] += len(sentence.text.split())
    return words.most_common(1)[0][0] if words else ""
