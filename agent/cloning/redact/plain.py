"""A conversation without what is personal in it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.cloning.recorded import Conversation, RecordedCall
from agent.cloning.redact.addresses import addresses, beside_postcode, numbered, repeated
from agent.cloning.redact.codes import outward_codes, personal_codes
from agent.cloning.redact.company import Company, learn
from agent.cloning.redact.emails import emails
from agent.cloning.redact.namebook import NameBook, read_namebook
from agent.cloning.redact.ours import without_ours
from agent.cloning.redact.particulars import particulars
from agent.cloning.redact.people import Namer
from agent.cloning.redact.pieces import read_back, told_before
from agent.cloning.redact.placeholders import Placeholders, replaced
from agent.cloning.redact.roll import Roll
from agent.cloning.redact.said import Said, follow
from agent.cloning.redact.spans import Span, apart
from agent.cloning.redact.written import written

if TYPE_CHECKING:
    from spacy.language import Language


@dataclass(frozen=True)
class Redacted:
    """`spans` a turn: where in the raw text something was replaced."""

    conversation: Conversation
    spans: tuple[tuple[Span, ...], ...]


class Redactor:
    """Replaces personal data, knowing the corpus that the conversations come from."""

    def __init__(self, grammar: "Language", names: NameBook, company: Company) -> None:
        self._grammar = grammar
        self._names = names
        self.company = company
        self._namer = Namer(names, company.common, company.words)

    @classmethod
    def of(
        cls,
        conversations: Iterable[Conversation],
        calls: Mapping[str, RecordedCall],
        grammar: "Language",
        company: str = "",
    ) -> "Redactor":
        """Learn first what is the company's own; `company`: its name, "" where not known."""
        names = read_namebook(grammar)
        return cls(grammar, names, learn(conversations, calls, names, company))

    def redact(self, conversation: Conversation, agent: str = "") -> Redacted:
        """`agent`: the id of the call's agent, whose names other calls may have told."""
        turns = follow(conversation)
        values = [list(self._values(said)) for said in turns]
        roll = self._roll(turns, values, agent)
        values = list(without_ours(turns, values, self.company))
        told = [span for spans in values for span in spans]
        found = [
            apart(
                [
                    *spans,
                    *roll.places(said),
                    *repeated(said, told),
                    *read_back(said, before),
                ]
            )
            for said, spans, before in zip(turns, values, told_before(values), strict=True)
        ]
        placeholders = Placeholders()
        redacted = tuple(
            replaced(turn, spans, placeholders)
            for turn, spans in zip(conversation.turns, found, strict=True)
        )
        return Redacted(
            conversation.model_copy(update={"turns": redacted}), tuple(map(tuple, found))
        )

    def _values(self, said: Said) -> Iterator[Span]:
        """What is personal without being a name."""
        company = self.company.words
        codes_found = [*personal_codes(said), *written(said.text.said)]
        postcodes = [span for span in codes_found if span.kind == "POSTCODE"]
        yield from codes_found
        yield from emails(said, self._names, company)
        places = [*addresses(said, self._names, company), *numbered(said, self._names)]
        yield from places
        yield from outward_codes(said) if places else ()
        yield from beside_postcode(said, postcodes, self._names)
        yield from particulars(said, self.company.trade)

    def _roll(self, turns: list[Said], values: list[list[Span]], agent: str) -> Roll:
        roll = Roll(self._namer, self.company.staff, agent)
        persons = self._persons(turns)
        for said, spans in zip(turns, values, strict=True):
            taken = [span for span in spans if span.kind != "SPELLED"]
            roll.add(said, self._namer.find(said, persons[said.index]), taken)
        for spans in values:
            roll.add_addressed(spans)
        return roll

    def _persons(self, turns: list[Said]) -> dict[int, frozenset[tuple[int, int]]]:
        """What spaCy takes for persons; of text without capitals it can't tell."""
        found: dict[int, frozenset[tuple[int, int]]] = defaultdict(frozenset)
        cased = [said for said in turns if said.text.cased]
        with self._grammar.select_pipes(enable=["tok2vec", "ner"]):
            docs = self._grammar.pipe([said.text.said for said in cased])
            for said, doc in zip(cased, docs, strict=True):
                found[said.index] = frozenset(
                    (entity.start_char, entity.end_char)
                    for entity in doc.ents
                    if entity.label_ == "PERSON"
                )
        return found


def redact_all(
    conversations: Mapping[str, Conversation],
    calls: Mapping[str, RecordedCall],
    grammar: "Language",
    company: str = "",
) -> dict[str, Conversation]:
    """A corpus in memory, redacted; seconds for fifty calls."""
    redactor = Redactor.of(conversations.values(), calls, grammar, company)
    return {
        call: redactor.redact(conversation, calls[call].agent).conversation
        for call, conversation in conversations.items()
    }
