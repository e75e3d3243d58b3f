"""Names of people: the places in a conversation where somebody is named."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from agent.cloning.redact.introductions import IT_IS, OPENING, introduces_self
from agent.cloning.redact.lists import words
from agent.cloning.redact.namebook import NameBook
from agent.cloning.redact.numbers import is_number
from agent.cloning.redact.said import Said
from agent.cloning.redact.words import Text

Role = Literal["self", "other", "colleague"]

_TITLES = frozenset(
    {
        "mr", "mrs", "ms", "mister", "missus", "dr", "professor", "prof", "reverend", "rev",
    }
)  # fmt: skip
_RELATED = frozenset(
    {
        "miss", "doctor", "auntie", "aunt", "aunty", "uncle", "sister", "nurse", "lady", "dame",
        "madame", "nanny", "grandma", "grandad",
    }
)  # fmt: skip
_KIN = (
    r"(?:husband|wife|partner|son|daughter|mum|mam|mother|dad|father|brother|sister|friend|mate"
    r"|neighbour|neighbor|boss|colleague|boyfriend|girlfriend|flatmate|housemate|cousin|nan|gran"
    r"|nephew|niece|uncle|aunt|auntie|carer|cleaner|lad|girl|boy|grandson|granddaughter|fiance"
    r"|assistant|manager|supervisor|tenant|landlord|landlady|lodger|baby|kid|dog|cat)"
)
# A name comes right after these.
_LEAD = re.compile(
    r"(?:\b(?:(?:is that|is this|is it) (?:still )?|(?:speaking|talking|speak|talk) (?:to|with) "
    r"|ask for |name(?: ?'s| is) |call me |(?:under|in) the name(?: of)? |surname(?: ?'s| is)? "
    r"|(?:first|last|full|second|family|maiden) name(?: ?'s| is)? |put you through to "
    r"|(?:called|named) |say hello to |regards to |care of |in (?:my|his|her) name,? "
    r"|account (?:holder|name)(?: is|'s)? |passenger(?: is|'s)? |patient(?: is|'s)? "
    r"|policyholder(?: is|'s)? |(?:booked|booking|appointment) (?:is )?(?:for|under) ))$"
)
_RELATIVE = re.compile(rf"\b{_KIN}(?: ?'s)?,? (?:is |called |named |name is |name's )?$")
_GREETING = re.compile(
    r"\b(?:hello|hi|hiya|hey|thanks|thank you|thank you (?:so|very) much|thanks (?:very|so) much"
    r"|thanks a lot|cheers|bye|bye bye|goodbye|sorry|please|welcome|ta|good (?:morning|afternoon"
    r"|evening)|take care|good night|okay|right|oh|yes|no),? $"
)
_MODAL = frozenset({"will", "may", "mark"})
# Only these make a person of a word that is said all day: "hi Mark", but not "oh may".
_CALLED = re.compile(r"\b(?:hello|hi|hiya|hey|thanks|thank you|cheers|bye) $")
# After "hi", "may" and "will" are not yet people.
_NO_CALL = frozenset({"i", "you", "we", "be", "do", "have", "not", "it", "that"})
_CONTRACTED = re.compile(r"'(?:m|re|ve|ll|d|t)$")
# Second words of towns that are hardly ever surnames.
_OF_TOWNS = frozenset(
    {
        "falls", "springs", "creek", "rapids", "heights", "city", "county", "valley", "junction",
        "harbor", "harbour", "beach", "island", "bay", "township",
    }
)  # fmt: skip
_PLACED = frozenset({"in", "at", "near", "to", "from", "of"})
_COLLEAGUE = re.compile(
    r"\b(?:my (?:colleague|manager|supervisor|boss)|put you through to|pass you (?:on |over )?to"
    r"|transfer you to|ask for|hand you (?:on |over )?to|our (?:\w+ )?(?:colleague|manager"
    r"|engineer|technician|doctor|dentist|hygienist|therapist|receptionist)),? (?:is |called )?$"
)
_BEFORE_ANSWER = re.compile(
    r"\W*(?:(?:yes|yeah|hello|hi|er|um|it's|that's|sure|okay|speaking|oh|so|and|my|name|is|surname"
    r"|first|last|please|well|this|the|course|of|right)\W+)*"
)
_AFTER_NAME = frozenset({"speaking", "here", "yes", "yeah", "please", "hello", "hi", "from"})
_MONTHS = frozenset({"april", "may", "june", "august"})
_MAX_PARTS = 3
_MIN_SURNAME = 4


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody named by words `start` to `end` (exclusive) of a turn.

    `role`: the speaker themselves, an agent's colleague, or anybody else.
    """

    start: int
    end: int
    role: Role


@dataclass(frozen=True)
class Namer:
    """Finds names. `common`: words of many calls, so of no one person; `company`: its own."""

    names: NameBook
    common: frozenset[str]
    company: frozenset[str]

    def find(
        self, said: Said, persons: frozenset[tuple[int, int]] = frozenset()
    ) -> Iterator[Named]:
        """The names of a turn; `persons`: the characters that a model takes for a person."""
        position = 0
        while position < len(said.text.words):
            end, role = self._at(said, position, persons)
            if end > position:
                yield Named(position, end, role)
                position = end
            else:
                position += 1

    def _at(
        self, said: Said, position: int, persons: frozenset[tuple[int, int]]
    ) -> tuple[int, Role]:
        """The end of the name that begins at a word and its role; the word itself for none."""
        text = said.text
        if not self.can_be(text, position):
            return position, "other"
        end = self._end(text, position)
        likely = self._is_likely(text, position)
        if likely and _COLLEAGUE.search(text.low[: text.words[position].start]):
            return end, "colleague"
        if self._is_self(said, position, end, likely=likely):
            return end, "self"
        named = (
            self._is_led(text, position, likely=likely)
            or (likely and self._is_recognized(said, position, persons))
            or self._is_answer(said, position, end, likely=likely)
            or self._is_called(text, position, end)
            or self._is_plain(text, position)
        )
        return (end if named else position), "other"

    def can_be(self, text: Text, position: int) -> bool:
        """Whether a word may be part of a name at all."""
        word = text.words[position]
        if len(word.low) < 2 or not word.low[0].isalpha() or _CONTRACTED.search(word.low):
            return False
        if word.low in words("never_names") | self.company | _TITLES | _RELATED:
            return False
        if text.cased and not word.capital:
            return False
        counted = position > 0 and is_number(text.lows[position - 1])
        if not text.cased and counted and word.low not in self.names.sure:
            return False
        return self.names.is_name(word.low) or word.low not in self.common

    def _is_self(self, said: Said, position: int, end: int, *, likely: bool) -> bool:
        low = said.text.lows[position]
        alone = likely or end - position == 1
        if said.text.lows[end : end + 1] == ["speaking"] and alone:
            return not self.names.is_doing(low)
        first_name = low in self.names.first
        return (likely or first_name) and introduces_self(
            said, position, end, self.company, first_name=first_name
        )

    def _is_led(self, text: Text, position: int, *, likely: bool) -> bool:
        """ "Is that Helen", "my son Yusuf", "Mrs Marsh", "Doctor Shah"."""
        low = text.lows[position]
        before = text.low[: text.words[position].start]
        relative = bool(_RELATIVE.search(before))
        if relative or _LEAD.search(before):
            capital = relative and text.cased and not text.words[position].begins
            return likely or capital or (low in self.names.first and low not in _MODAL)
        if self._is_titled(text, position):
            return likely
        related = position > 0 and text.lows[position - 1] in _RELATED
        return related and (likely or (self.names.is_name(low) and low not in self.names.rarely))

    def _is_called(self, text: Text, position: int, end: int) -> bool:
        """ "It's Helen", "thanks, Helen.", "Helen, hi"."""
        low, before = text.lows[position], text.low[: text.words[position].start]
        if low not in self.names.first:
            return False
        told = low not in self.names.rarely and bool(IT_IS.search(before))
        return told or self._is_vocative(text, position, end, before)

    def _is_likely(self, text: Text, position: int) -> bool:
        """Whether it looks like a name where one is expected."""
        word = text.words[position]
        known, ordinary = self.names.is_name(word.low), self.names.is_word(word.low)
        if text.cased and not word.begins:
            return known or not ordinary or self._is_titled(text, position)
        if self._is_titled(text, position):
            return known or not self.names.is_doing(word.low)
        first = word.low in self.names.first and word.low not in self.names.rarely
        return first or not ordinary

    def _is_titled(self, text: Text, position: int) -> bool:
        """Whether "Mr" or "Mrs J" stands before it."""
        before = text.lows[max(0, position - 2) : position]
        if len(before) == 2 and len(before[1]) == 1:
            return before[0] in _TITLES
        return bool(before) and before[-1] in _TITLES

    def _end(self, text: Text, position: int) -> int:
        """The position after the whole name."""
        end = position + 1
        while end < len(text.words) and end - position < _MAX_PARTS:
            word = text.words[end]
            if word.gap.strip() not in ("", "-") or word.low == "'s":
                break
            known = self.names.is_name(word.low) or not self.names.is_doing(word.low)
            if not self.can_be(text, end) or not (known or (text.cased and word.capital)):
                break
            if not text.cased and word.low in self.names.rarely | self.common:
                break
            end += 1
        return end

    def _is_recognized(
        self, said: Said, position: int, persons: frozenset[tuple[int, int]]
    ) -> bool:
        """Whether the model and something else say so: it takes brands and villages for people."""
        text, word = said.text, said.text.words[position]
        place = position > 0 and text.lows[position - 1] in _PLACED
        for start, stop in persons:
            if start <= word.start < stop and not place:
                parts = [w.low for w in text.words if start <= w.start < stop and w.capital]
                return len(parts) > 1 or any(self.names.is_name(part) for part in parts)
        return False

    def _is_answer(self, said: Said, position: int, end: int, *, likely: bool) -> bool:
        """Somebody picks up the telephone with a name, or is asked for one."""
        text = said.text
        if not (likely or self.names.is_name(text.lows[position])):
            return False
        if said.asked("name") and not self.names.is_word(text.lows[position]):
            return True
        if not _BEFORE_ANSWER.fullmatch(text.low[: text.words[position].start]):
            return False
        whole = _AFTER_NAME.issuperset(text.lows[end:])
        picks_up = said.index < OPENING and said.speaker == "customer" and whole
        clear = text.cased or text.lows[position] not in self.names.rarely
        return clear and (picks_up or said.asked("name"))

    def _is_full(self, text: Text, position: int) -> bool:
        """Whether a first name, whatever else it means, and a word of no dictionary follow."""
        low, following = text.lows[position], text.lows[position + 1 : position + 2]
        return (
            low in self.names.first
            and low not in self.names.rarely | _MONTHS
            and bool(following)
            and text.words[position + 1].gap == " "
            and self.can_be(text, position + 1)
            and len(following[0]) >= _MIN_SURNAME
            and not self.names.is_word(following[0])
        )

    def _is_vocative(self, text: Text, position: int, end: int, before: str) -> bool:
        """ "Thanks, Helen.", "Daniel, hi": it stands apart at the border of a sentence."""
        after = text.follows(end - 1)
        if text.cased:
            ends = text.ends(end - 1) or "," in after or "…" in after
            begins = not before.strip() or bool(re.search(r"[,.?!…:;—]\s*$", before))
            return ends and (begins or bool(_GREETING.search(before)))
        if end == len(text.words) and text.lows[position] not in self.common:
            return bool(before) and text.lows[position - 1] not in words("before_things")
        following = text.lows[end] if end < len(text.words) else ""
        if text.lows[position] in self.names.rarely and not _CALLED.search(before):
            return False
        return bool(_GREETING.search(before)) and following not in _NO_CALL

    def _is_plain(self, text: Text, position: int) -> bool:
        """A first name that cannot be taken for anything else where it stands."""
        word = text.words[position]
        following = text.words[position + 1 : position + 2]
        if any(w.low in _OF_TOWNS and w.gap == " " for w in following):
            return False
        if word.low in self.names.sure or self._is_full(text, position):
            return True
        return (
            text.cased
            and word.low in self.names.first
            and not word.begins
            and word.low not in _MONTHS
        )
