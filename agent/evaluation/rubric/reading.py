"""A call as scorers read it: its sentences, when something is first offered, and objections."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from agent.cloning.mine.quantities import Quantity, quantities
from agent.cloning.recorded import Conversation, Turn
from agent.evaluation.rubric.knowledge import Knowledge
from agent.evaluation.rubric.speech import Meanings, Sentence, by, sentences_of
from agent.evaluation.rubric.truth import denials, unknown

_OPENING_TURNS = 5
_NO_SLIP = 2
_CONTENT_LETTERS = 4
_TELEPHONE = frozenset(
    ("speaking", "hello", "recording", "recorded", "calling", "ringing", "thank")
)


_AGREES = frozenset({"affirms", "names_a_day"})
# Who is given where somebody lives is to come or to send something.
_WHERE = ("<ADDRESS_", "<POSTCODE_")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A score with the sentence it stands on; None as the score: there was no chance for it.

    What never happened stands on the place where it should have.
    """

    score: int | None
    on: Sentence | None = None
    why: str = ""


@dataclass(frozen=True)
class Reading:
    """A conversation, and what is known besides: true facts, the company's name."""

    conversation: Conversation
    knowledge: Knowledge | None = None
    company: str = ""
    meanings: Meanings = ()

    @property
    def turns(self) -> Sequence[Turn]:
        return self.conversation.turns

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        return sentences_of(self.conversation, self.meanings)

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
            # Before the reason: "are you ringing about ...?" holds its words.
            if sentence.speaker == "agent" and "answers_the_phone" in sentence.cues:
                return True
            if "says_why_ringing" in sentence.cues:
                return sentence.speaker == "customer"
        # Who is rung speaks first.
        return bool(self.turns) and self.turns[0].speaker == "agent"

    @cached_property
    def offer(self) -> Sentence | None:
        """The first thing that is stated with a figure, said to be on offer, or is its price."""
        priced = {s.place + 1 for s in self.customer if s.asks and "asks_price" in s.cues}
        return next(
            (s for s in self.agent if not s.asks and ("offers" in s.cues or s.place in priced)),
            None,
        )

    @property
    def objection(self) -> Sentence | None:
        """The customer's first reason not to go on."""
        return next(iter(self.objections), None)

    @cached_property
    def objections(self) -> tuple[Sentence, ...]:
        """All of the customer's reasons not to go on; what it disputes, where it gives no other."""
        start = self.offer.place if self.offer else 2
        late = [s for s in self.customer if s.place > min(start, 2)]
        found = tuple(s for s in late if "puts_off" in s.cues or _objects(s))
        meant = tuple(s for s in late if "means_objection" in s.cues)
        return found or tuple(self._disputed) or meant

    @property
    def _disputed(self) -> Iterator[Sentence]:
        """Who disputes what was offered gives a reason not to go on, too."""
        start = self.offer.place if self.offer else len(self.turns)
        for sentence in self.customer:
            if sentence.place > start and "disputes" in sentence.cues and not sentence.asks:
                yield sentence

    @cached_property
    def removed(self) -> bool:
        """The customer does not want to be called, or was not meant."""
        return any({"do_not_call", "wrong_number"} & s.cues for s in self.customer)

    @cached_property
    def denied(self) -> tuple[Sentence, ...]:
        """Where an agent says that something is not which the facts have."""
        return tuple(denials(self.sentences, self.knowledge)) if self.knowledge else ()

    @cached_property
    def untrue(self) -> tuple[Sentence, ...]:
        """Agents' sentences that go against the facts, or beyond them; none without facts."""
        if self.knowledge is None:
            return ()
        return (*self.denied, *unknown(self.sentences, self.knowledge))

    @property
    def misleads(self) -> bool:
        """More than one slip: something denied, or several untrue sentences."""
        return bool(self.denied) or len(self.untrue) >= _NO_SLIP

    def amounts(self, sentence: Sentence) -> tuple[Quantity, ...]:
        """A sentence's amounts, those in known names left out."""
        return quantities(sentence.text, self.knowledge.names if self.knowledge else ())

    def of_turn(self, place: int) -> tuple[Sentence, ...]:
        """A turn's sentences."""
        return tuple(sentence for sentence in self.sentences if sentence.place == place)

    def before_offer(self, sentences: Sequence[Sentence]) -> Iterator[Sentence]:
        """Those said before anything is offered; all where nothing is."""
        end = self.offer.place if self.offer else len(self.turns)
        return (sentence for sentence in sentences if sentence.place < end)

    def next_turns(self, place: int, count: int) -> tuple[Sentence, ...]:
        """The agent's next turns after this one, as many as there are."""
        turns = [turn for turn in self.agent_turns if turn > place][:count]
        return tuple(s for turn in turns for s in self.of_turn(turn))

    def answer_to(self, place: int) -> tuple[Sentence, ...]:
        """The agent's next turn after this one; back-channels in between do not count."""
        return self.next_turns(place, 1)

    def echoes(self, sentence: Sentence) -> frozenset[str]:
        """Content words of an agent's sentence that the customer said first in this call."""
        said: set[str] = set()
        own: set[str] = set()
        for other in self.sentences:
            if other.place >= sentence.place:
                break
            words = content(other.words)
            if other.speaker == "agent":
                own |= words - said
            else:
                said |= words - own
        return frozenset(said & content(sentence.words))

    @cached_property
    def agreed(self) -> Sentence | None:
        """Where the customer says yes to what was offered."""
        start = self.offer.place if self.offer else len(self.turns)
        asked = {s.place for s in self.agent if s.asks and "asks_for_it" in s.cues}
        dated = {s.place for s in self.agent if "names_a_day" in s.cues}
        for sentence in self.customer:
            if sentence.place <= start or "objects" in sentence.cues:
                continue
            before = sentence.place - 1
            answers = before in asked and bool(_AGREES & sentence.cues)
            answers |= before in dated and "names_a_day" in sentence.cues
            where = any(place in sentence.text for place in _WHERE)
            if answers or where or "wants_it" in sentence.cues:
                return sentence
        return None


def recaps(sentence: Sentence) -> bool:
    """It repeats what was agreed, in so many words or by saying when and where."""
    placed = "wishes_well" not in sentence.cues and any(
        place in sentence.text for place in (*_WHERE, "<PERSON_")
    )
    return "recaps" in sentence.cues or (placed and "names_a_day" in sentence.cues)


def asks_for_decision(sentence: Sentence) -> bool:
    """A question that a yes would settle it by, not one for a call another day."""
    return (
        sentence.asks and "asks_for_it" in sentence.cues and "offers_callback" not in sentence.cues
    )


def _objects(sentence: Sentence) -> bool:
    return "objects" in sentence.cues and not sentence.asks


def content(words: str) -> set[str]:
    """Those of normalised words that carry meaning, plurals as one; no placeholders, nothing of
    telephones.
    """
    return {
        _singular(word)
        for word in words.split()
        if len(word) >= _CONTENT_LETTERS
        and word not in ENGLISH_STOP_WORDS
        and word.isalpha()
        and word not in _TELEPHONE
    }


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
