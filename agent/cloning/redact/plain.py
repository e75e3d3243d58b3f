"""A conversation without what is personal in it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.cloning.recorded import Conversation, RecordedCall
from agent.cloning.redact.addresses import addresses, beside_postcode, numbered, repeated
from agent.cloning.redact.codes import codes, is_public_number, personal_codes
from agent.cloning.redact.company import Company, learn
from agent.cloning.redact.emails import emails
from agent.cloning.redact.namebook import NameBook, read_namebook
from agent.cloning.redact.particulars import particulars
from agent.cloning.redact.people import Namer
from agent.cloning.redact.placeholders import Placeholders, replaced
from agent.cloning.redact.roll import Roll
from agent.cloning.redact.said import Said, follow
from agent.cloning.redact.spans import Span, apart
from agent.cloning.redact.written import written

if TYPE_CHECKING:
    from spacy.language import Language

_PIECES = frozenset({"EMAIL", "PHONE", "CARD", "ACCOUNT", "REFERENCE", "POSTCODE", "SPELLED"})
_MIN_PIECE = 2
_OURS = re.compile(
    r"\b(?<!gave )(?:us|our|ours|switchboard|reception|helpline|direct line|main line|the office)\b"
    r"(?!.*\b(?:you|your)\b)"
)
_YOURS = re.compile(
    r"\b(?:your (?:\w+ )?(?:number|phone|address|postcode|e ?-?mail|line)|number for you"
    r"|where are you|(?:ring|call|reach|get hold of|find) you)\b"
)
_NEAR = 60


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
        values = list(_without_ours(turns, values, self.company))
        told = [span for spans in values for span in spans]
        found = [
            apart([*spans, *roll.places(said), *repeated(said, told), *_pieces(said, before)])
            for said, spans, before in zip(turns, values, _earlier(values), strict=True)
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
        yield from addresses(said, self._names, company)
        yield from numbered(said, self._names)
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


def _without_ours(
    turns: list[Said], values: list[list[Span]], company: Company
) -> Iterator[list[Span]]:
    """Without the desk's own numbers and places, unless a customer told them before."""
    told: set[str] = set()
    for said, spans in zip(turns, values, strict=True):
        yield [s for s in spans if s.key in told or not _is_ours(said, s, company)]
        if said.speaker == "customer":
            told.update(span.key for span in spans)


def _is_ours(said: Said, span: Span, company: Company) -> bool:
    """Known from other calls, or said by an agent of the desk: "ring us on", even if only once."""
    if span.kind == "HEALTH" and said.speaker == "agent":
        return True  # "we've a rate for the disabled"; what repeats a customer's words is told
    if span.key in company.numbers or span.key in company.places:
        return True
    if is_public_number(re.sub(r"\W", "", span.key)):
        return True
    if said.speaker != "agent":
        return False
    if said.before and said.before[-1][0] == "customer" and _YOURS.search(said.before[-1][1]):
        return span.kind in ("PHONE", "EMAIL", "ADDRESS", "POSTCODE")
    before = said.text.low[max(0, span.start - _NEAR) : span.start]
    return span.kind == "PHONE" and bool(_OURS.search(before))


def _earlier(values: list[list[Span]]) -> Iterator[list[Span]]:
    """For each turn, what was told in the turns before it and in itself."""
    told: list[Span] = []
    for spans in values:
        told = [*told, *(span for span in spans if span.kind in _PIECES)]
        yield told


def _pieces(said: Said, told: list[Span]) -> Iterator[Span]:
    """Parts of what was told, read back or asked about: "R, J? R for red?"."""
    for code in codes(said.text):
        spelled = code.letters == len(code.value) >= _MIN_PIECE
        digits = code.letters == 0 and code.singles == len(code.value) > _MIN_PIECE
        if spelled or digits:
            of = next((span for span in told if _is_of(code.value, span.key)), None)
            if of is not None:
                yield Span(code.start, code.end, of.kind, code.value)


def _is_of(letters: str, value: str) -> bool:
    """Whether letters are parts of a value, of two letters at least, one after the other."""
    if not letters:
        return True
    sizes = range(len(letters), _MIN_PIECE - 1, -1)
    return any(letters[:size] in value and _is_of(letters[size:], value) for size in sizes)
