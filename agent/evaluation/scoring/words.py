"""A call as the rubric reads it, without what is personal, and its words as they were said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.cloning.recorded import Conversation, RecordedCall
from agent.cloning.redact.plain import Redactor
from agent.cloning.redact.spans import Span

if TYPE_CHECKING:
    from spacy.language import Language


@dataclass(frozen=True)
class Words:
    """A conversation as it was said, and as it is `read`: names and numbers as placeholders.

    The rules know who names themselves, and whose words are played back, by the placeholders.
    """

    said: Conversation
    read: Conversation
    spans: tuple[tuple[Span, ...], ...] = ()

    def literally(self, turn: int, quote: str) -> str:
        """A quote of what is read as it stands in the turn that was said."""
        if not self.spans or not self.spans[turn]:
            return quote
        text = self.read.turns[turn].text
        start = text.index(quote)
        places = list(_places(text, self.spans[turn]))
        said = self.said.turns[turn].text
        return said[_back(start, places) : _back(start + len(quote), places)]


def as_read(
    conversations: Sequence[Conversation], agents: Sequence[str], grammar: "Language", company: str
) -> Iterator[Words]:
    """Each with its agent's id ("" where not known), redacted one by one."""
    calls = {
        said.call: RecordedCall(id=said.call, agent=agent)
        for said, agent in zip(conversations, agents, strict=True)
    }
    redactor = Redactor.of(conversations, calls, grammar, company)
    for said in conversations:
        redacted = redactor.redact(said, calls[said.call].agent)
        yield Words(said, redacted.conversation, redacted.spans)


_Place = tuple[int, int]


def _places(text: str, spans: Sequence[Span]) -> Iterator[_Place]:
    """Where each placeholder ends in the redacted text, and its span in what was said."""
    shift = 0
    for span in spans:
        end = text.index(">", span.start + shift) + 1
        shift = end - span.end
        yield end, span.end


def _back(offset: int, places: Sequence[_Place]) -> int:
    """An offset of the redacted text, which is in no placeholder, in what was said."""
    ended = [place for place in places if place[0] <= offset]
    return offset + (ended[-1][1] - ended[-1][0] if ended else 0)
