"""Who is named in a call, under which names, and on which side they are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from agent.cloning.redact.people import Named, Namer
from agent.cloning.redact.said import Said
from agent.cloning.redact.spans import Kind, Span

_MIN_ADDRESSED = 4


class Roll:
    """The people of one call. A name found once is theirs wherever it stands."""

    def __init__(self, namer: Namer, staff: Mapping[str, frozenset[str]], agent: str) -> None:
        self._namer = namer
        self._own = staff.get(agent, frozenset()) if agent else frozenset()
        self._agents: set[str] = set(self._own)
        self._customers: set[str] = set()
        self._person: dict[str, str] = {}
        self._places: dict[int, list[tuple[int, int]]] = {}

    def add(self, said: Said, named: Iterable[Named], taken: Sequence[Span]) -> None:
        """The names found in a turn; `taken`: what is something else, an address or e-mail."""
        words = said.text.words
        for one in named:
            start, end = words[one.start].start, words[one.end - 1].end
            if any(span.start < end and start < span.end for span in taken):
                continue
            parts = said.text.lows[one.start : one.end]
            self._places.setdefault(said.index, []).append((one.start, one.end))
            self._know(parts)
            of_agent = one.role == "self" and said.speaker == "agent"
            if of_agent or one.role == "colleague":
                self._agents.update(parts)
            elif said.speaker == "agent" or one.role == "self":
                self._customers.update(parts)

    def add_addressed(self, spans: Iterable[Span]) -> None:
        """Names in e-mail addresses, and spelled ones."""
        for span in spans:
            if span.kind == "EMAIL":
                local = span.key.split(" at ")[0].split()
                for word in local:
                    self._learn(word)
            elif span.kind == "SPELLED":
                self._learn(span.key.lower())

    def places(self, said: Said) -> Iterator[Span]:
        """Everybody named in a turn."""
        text = said.text
        covered: set[int] = set()
        for start, end in self._places.get(said.index, []):
            covered.update(range(start, end))
        for position, word in enumerate(text.words):
            if word.low in self._person and self._is_meant(said, position, covered):
                covered.add(position)
                if self._has_surname(said, position):
                    covered.add(position + 1)
        for start, end in _runs(sorted(covered), said):
            parts = text.lows[start:end]
            yield Span(
                text.words[start].start,
                text.words[end - 1].end,
                self._kind(parts),
                self._who(parts),
            )

    def _learn(self, word: str) -> None:
        names = self._namer.names
        known = word in names.first or word in names.last or not names.is_word(word)
        if len(word) >= _MIN_ADDRESSED and word.isalpha() and known:
            self._know([word])

    def _know(self, parts: Sequence[str]) -> None:
        who = self._who(parts)
        for part in parts:
            self._person.setdefault(part, who)

    def _who(self, parts: Sequence[str]) -> str:
        """First names tell people apart; a surname alone is the first person's who has it."""
        return self._person.get(
            parts[0], parts[0] if len(parts) > 1 else self._person.get(parts[-1], parts[-1])
        )

    def _kind(self, parts: Sequence[str]) -> Kind:
        first = parts[0]
        agent = first in self._agents and not (first in self._customers and first not in self._own)
        return "AGENT" if agent else "PERSON"

    def _has_surname(self, said: Said, position: int) -> bool:
        """Whether the next word is the surname to a first name."""
        text, namer = said.text, self._namer
        if position + 1 >= len(text.words) or text.words[position + 1].gap != " ":
            return False
        word = text.words[position + 1]
        if not namer.can_be(text, position + 1):
            return False
        if text.cased:
            return word.capital
        if word.low in namer.names.rarely or word.low in namer.common:
            return False
        return word.low in namer.names.last or not namer.names.is_doing(word.low)

    def _is_meant(self, said: Said, position: int, covered: set[int]) -> bool:
        word, namer = said.text.words[position], self._namer
        if said.text.cased:
            return word.capital and (
                not word.begins
                or not namer.names.is_word(word.low)
                or (namer.names.is_name(word.low) and word.low not in namer.names.rarely)
            )
        if word.low in self._own and word.low not in namer.names.rarely:
            return True
        beside = position - 1 in covered or position + 1 in covered
        return beside or not (
            word.low in namer.names.rarely
            or (word.low in namer.common and namer.names.is_word(word.low))
        )


def _runs(positions: Sequence[int], said: Said) -> Iterator[tuple[int, int]]:
    """Neighbouring words of one name."""
    start: int | None = None
    for at, position in enumerate(positions):
        if start is None:
            start = position
        following = positions[at + 1] if at + 1 < len(positions) else None
        joined = following == position + 1 and said.text.words[following].gap.strip() in ("", "-")
        if not joined:
            yield start, position + 1
            start = None
