"""A call as scorers read it: its sentences, when something is first offered, and objections."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from agent.cloning.mined import MinedFact
from agent.cloning.recorded import Conversation, Turn
from agent.dialogue.rules import normalise
from agent.evaluation.rubric.speech import Sentence, by, sentences_of

_OPENING_TURNS = 5
_CONTENT_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """A score with the sentence it stands on; None as the score: there was no chance for it."""

    score: int | None
    on: Sentence | None = None
    why: str = ""


@dataclass(frozen=True)
class Reading:
    """A conversation, and what is known besides: facts, the company's name."""

    conversation: Conversation
    facts: tuple[MinedFact, ...] | None = None
    company: str = ""

    @property
    def turns(self) -> Sequence[Turn]:
        return self.conversation.turns

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        return sentences_of(self.conversation)

    @cached_property
    def agent(self) -> tuple[Sentence, ...]:
        return by("agent", self.sentences)

    @cached_property
    def customer(self) -> tuple[Sentence, ...]:
        return by("customer", self.sentences)

    @cached_property
    def agent_turns(self) -> tuple[int, ...]:
        return tuple(i for i, turn in enumerate(self.turns) if turn.speaker == "agent")

    @cached_property
    def customer_rang(self) -> bool:
        """It is the customer who says why, or the agent who answers a telephone."""
        for sentence in self.sentences:
            if sentence.place >= _OPENING_TURNS:
                break
            if "says_why_ringing" in sentence.cues:
                return sentence.speaker == "customer"
            if sentence.speaker == "agent" and "answers_the_phone" in sentence.cues:
                return True
        return False

    @cached_property
    def offer(self) -> Sentence | None:
        """The first thing that is stated with a figure, or said to be on offer."""
        return next((s for s in self.agent if not s.asks and "offers" in s.cues), None)

    @cached_property
    def objection(self) -> Sentence | None:
        """The customer's first reason not to go on."""
        start = self.offer.place if self.offer else 2
        late = (s for s in self.customer if "objects" in s.cues and not s.asks)
        return next((s for s in late if s.place > min(start, 2)), None)

    @cached_property
    def removed(self) -> bool:
        """The customer does not want to be called, or was not meant."""
        return any({"do_not_call", "wrong_number"} & s.cues for s in self.customer)

    def of_turn(self, place: int) -> tuple[Sentence, ...]:
        """A turn's sentences."""
        return tuple(sentence for sentence in self.sentences if sentence.place == place)

    def before_offer(self, sentences: Sequence[Sentence]) -> Iterator[Sentence]:
        """Those said before anything is offered; all where nothing is."""
        end = self.offer.place if self.offer else len(self.turns)
        return (sentence for sentence in sentences if sentence.place < end)

    def answer_to(self, place: int) -> tuple[Sentence, ...]:
        """The agent's next turn after this one; back-channels in between do not count."""
        following = next((turn for turn in self.agent_turns if turn > place), None)
        return () if following is None else self.of_turn(following)

    def echoes(self, place: int) -> frozenset[str]:
        """Content words of an agent's turn that the customer said first in this call."""
        said: set[str] = set()
        own: set[str] = set()
        for turn in self.turns[:place]:
            words = content(turn.text)
            if turn.speaker == "customer":
                said |= words - own
            else:
                own |= words - said
        return frozenset(said & content(self.turns[place].text))


def content(text: str) -> set[str]:
    """Words that carry meaning, normalised; no placeholders."""
    return {
        word
        for word in normalise(text).split()
        if len(word) >= _CONTENT_LETTERS and word not in ENGLISH_STOP_WORDS and word.isalpha()
    }
