"""What agents say, sentence by sentence, with its amounts and what it is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent.cloning.mine.facts.names import names_with_numbers
from agent.cloning.mine.facts.sentences import Sentence, is_question, sentences
from agent.cloning.mine.material import Material, Place
from agent.cloning.mine.quantities import Quantity, quantities
from agent.cloning.recorded import Turn
from agent.dialogue.claims import word_list

if TYPE_CHECKING:
    from spacy.language import Language

_CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "ADV"})
# Adverbs and prepositions that tell one amount from another: "up", "down", "after", "early".
_TELLING = word_list("up down after before under over early late off back once ahead")
_EMPTY = word_list(
    "be have do get go will would can could may just so then well really actually about "
    "that's it's yeah yes no right okay oh um er also too very now here there lot bit only "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december today tomorrow"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence, lower case: its dictionary form, its part in it, where it begins."""

    text: str
    lemma: str
    pos: str
    dep: str
    start: int
    in_name: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an agent. `asked` is the customer's question that it may answer."""

    place: Place
    sentence: Sentence
    position: int
    asked: str
    amounts: tuple[Quantity, ...]
    subject: str
    named_here: bool
    words: tuple[Word, ...] = ()
    asked_words: frozenset[str] = frozenset()

    def content(self, start: int, end: int) -> frozenset[str]:
        """The words between two offsets that tell what it is about, without amounts."""
        # What is counted tells what a number is of; a unit does not.
        taken = [(a.start, a.end) for a in self.amounts if a.dimension != "count"]
        return frozenset(
            word.lemma
            for word in self.words
            if start <= word.start < end
            and not any(first <= word.start < last for first, last in taken)
            and is_telling(word)
        )


def is_telling(word: Word) -> bool:
    """Whether a word tells what a sentence is about."""
    if word.lemma in _TELLING:
        return True
    return (
        word.lemma.isalpha()
        and not word.in_name
        and word.pos in _CONTENT
        and len(word.lemma) > 2
        and word.lemma not in _EMPTY
    )


def read_statements(
    material: Material, grammar: "Language", names: frozenset[str]
) -> tuple[Statement, ...]:
    """Every sentence that an agent says, in order of the calls and turns; `names` are offers'."""
    read = list(_sentences_of_agents(material, names))
    questions = sorted({statement.asked for statement in read if statement.asked})
    in_names = frozenset(word for name in names for word in name.split())
    texts = [*questions, *(statement.sentence.text for statement in read)]
    docs = [
        tuple(
            Word(t.lower_, t.lemma_.lower(), t.pos_, t.dep_, t.idx, t.lower_ in in_names)
            for t in doc
        )
        for doc in grammar.pipe(texts, batch_size=256, disable=["ner"])
    ]
    asked = {
        question: frozenset(word.lemma for word in words if is_telling(word))
        for question, words in zip(questions, docs, strict=False)
    }
    return tuple(
        replace(statement, words=words, asked_words=asked.get(statement.asked, frozenset()))
        for statement, words in zip(read, docs[len(questions) :], strict=True)
    )


def _sentences_of_agents(material: Material, names: frozenset[str]) -> Iterator[Statement]:
    numbered = names_with_numbers(names)
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    for call_id in sorted(material.conversations):
        subject = ""
        turns = material.conversations[call_id].turns
        for index, turn in enumerate(turns):
            if turn.speaker != "agent":
                continue
            asked = question_before(turns, index)
            place = Place(material.calls[call_id], index, turn)
            for position, sentence in enumerate(sentences(turn.text)):
                named = _name_in(sentence.text, longest_first)
                subject = named or subject
                yield Statement(
                    place, sentence, position, asked if position < 2 else "",
                    quantities(sentence.text, numbered), subject, bool(named),
                )  # fmt: skip


def question_before(turns: Sequence[Turn], index: int) -> str:
    """What the customer asked last, since the agent spoke last; "" when nothing."""
    found = ""
    for turn in reversed(turns[:index]):
        if turn.speaker == "agent":
            break
        questions = [s.text for s in sentences(turn.text) if is_question(s.text)]
        if questions and not found:
            found = questions[-1]
    return found


def _name_in(text: str, longest_first: Sequence[str]) -> str:
    """The last name in a text."""
    low = f" {''.join(c if c.isalnum() else ' ' for c in text.lower())} "
    found = [(low.rfind(f" {name} "), name) for name in longest_first]
    found = [(at, name) for at, name in found if at >= 0]
    if not found:
        return ""
    # A long name ends with a short one: "cover three hundred" before "three hundred".
    _, name = max(found, key=lambda pair: (pair[0] + len(pair[1]), len(pair[1])))
    return next((n for n in longest_first if n.endswith(f" {name}")), name)
