"""Names of people: the places in a conversation where somebody is named."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from agent.cloning.redact.namebook import NameBook
from agent.cloning.redact.said import Said
from agent.cloning.redact.words import Text
from agent.dialogue.spoken_digits import UNITS, digits_at

Role = Literal["self", "other", "customer", "colleague"]

_TITLES = frozenset(
    {
        "mr", "mrs", "miss", "ms", "mister", "missus", "dr", "doctor", "professor", "prof",
        "reverend", "rev", "auntie", "aunt", "aunty", "uncle", "sister", "nurse", "lady", "dame",
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
    rf"|{_KIN}(?: ?'s)?,? (?:is |called |named |name is |name's )?"
    r"|(?:called|named) |say hello to |regards to |care of |on behalf of |in (?:my|his|her) name,? "
    r"|account (?:holder|name)(?: is|'s)? |passenger(?: is|'s)? |patient(?: is|'s)? "
    r"|policyholder(?: is|'s)? |(?:booked|booking|appointment) (?:is )?(?:for|under) ))$"
)
# A name may come right after these; "it's Friday", "I'm sure".
_WEAK_LEAD = re.compile(
    r"\b(?:it ?'s|it is|this is|that ?'s|i ?'m|i am|here ?'s) (?:just |only )?$"
)
_GREETING = re.compile(
    r"\b(?:hello|hi|hiya|hey|morning|afternoon|evening|thanks|thank you|thank you (?:so|very) much"
    r"|thanks (?:very|so) much|thanks a lot|cheers|bye|bye bye|goodbye|sorry|please|welcome|ta"
    r"|care|day|night|weekend|ready|now|there|then|again|okay|right|yes|no|well|so|oh|listen"
    r"|look|lovely|great|perfect|brilliant|problem|worries|soon|later|you|it|that|one),? $"
)
_TRAIL = re.compile(
    r"\s*(?:speaking|calling|ringing|phoning|here\b|again\b|on the (?:phone|line)|from (?:the )?)"
)
_FROM = re.compile(r"\s*,? ?from (?:the )?(?P<where>\w+)")
_NOT_FROM = frozenset({"now", "then", "there", "here", "today", "what", "that", "this", "next"})
_COLLEAGUE = re.compile(
    r"\b(?:my (?:colleague|manager|supervisor|boss)|put you through to|pass you (?:on |over )?to"
    r"|transfer you to|ask for|hand you (?:on |over )?to|our (?:\w+ )?(?:colleague|manager"
    r"|engineer|technician|doctor|dentist|hygienist|therapist|receptionist)),? (?:is |called )?$"
)
_MAX_PARTS = 3
_FIRST_TURNS = 4


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody named by words `start` to `end` (exclusive) of a turn.

    `role`: the speaker themselves, whom they speak to or of, the customer's side, a colleague.
    """

    turn: int
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
                yield Named(said.index, position, end, role)
                position = end
            else:
                position += 1

    def _at(
        self, said: Said, position: int, persons: frozenset[tuple[int, int]]
    ) -> tuple[int, Role]:
        text, word = said.text, said.text.words[position]
        if not self.can_be(text, position):
            return position, "other"
        before = text.low[: word.start]
        titled = position > 0 and text.lows[position - 1] in _TITLES
        likely = self._is_likely(text, position)
        end = self._end(text, position)
        if _COLLEAGUE.search(before) and likely:
            return end, "colleague"
        if self._is_self(said, position, end, before, likely):
            return end, "self"
        named = likely and (
            titled
            or bool(_LEAD.search(before))
            or self._is_answer(said, position, end)
            or any(start <= word.start < stop for start, stop in persons)
        )
        known = word.low in self.names.first and (
            bool(_WEAK_LEAD.search(before)) or self._is_vocative(text, position, end, before)
        )
        if named or known or self._is_plain(text, position):
            return end, "other"
        return position, "other"

    def can_be(self, text: Text, position: int) -> bool:
        word = text.words[position]
        if len(word.low) < 2 or not word.low[0].isalpha() or word.low in _NEVER:
            return False
        if word.low in self.company or word.low in _TITLES or (text.cased and not word.capital):
            return False
        if not text.cased and position > 0 and _is_number(text.lows[position - 1]):
            return False
        return self.names.is_name(word.low) or word.low not in self.common

    def _is_likely(self, text: Text, position: int) -> bool:
        """Whether it looks like a name where one is expected."""
        word = text.words[position]
        known, ordinary = self.names.is_name(word.low), self.names.is_word(word.low)
        if text.cased and not word.begins:
            return known or not ordinary or (position > 0 and text.lows[position - 1] in _TITLES)
        return (known and word.low not in KEEP_APART) or not ordinary

    def _end(self, text: Text, position: int) -> int:
        """The position after the whole name."""
        end = position + 1
        while end < len(text.words) and end - position < _MAX_PARTS:
            word = text.words[end]
            if word.gap.strip() not in ("", "-") or word.low == "'s":
                break
            known = self.names.is_name(word.low) or not self.names.is_word(word.low)
            if not self.can_be(text, end) or not (known or (text.cased and word.capital)):
                break
            if not text.cased and word.low in KEEP_APART | self.common:
                break
            end += 1
        return end

    def _is_self(self, said: Said, position: int, end: int, before: str, likely: bool) -> bool:
        """ "It's Priya from", "Dean from Larkfield", "my name's", "Lorraine speaking"."""
        text = said.text
        if not likely:
            return False
        after = text.low[text.words[end - 1].end :]
        opening = (
            not before.strip() or bool(_GREETING.search(before)) or before.rstrip()[-1] in ",.!?…"
        )
        introduced = bool(_WEAK_LEAD.search(before))
        where = _FROM.match(after)
        came = where is not None and where["where"] not in _NOT_FROM
        if re.search(r"\bmy name(?: ?'s| is) $|\bmy name, $", before):
            return True
        if introduced and (_TRAIL.match(after) or came):
            return True
        if opening and re.match(r"\s*,? ?(?:speaking|calling|here from)\b", after):
            return True
        following = re.findall(r"\w+", after)[: 4 if came else 2]
        return opening and (came or said.speaker == "agent") and bool(self.company & set(following))

    def _is_answer(self, said: Said, position: int, end: int) -> bool:
        """Somebody picks up the telephone with a name, or is asked for one."""
        text = said.text
        lead = text.low[: text.words[position].start]
        short = bool(
            re.fullmatch(
                r"\W*(?:(?:yes|yeah|hello|hi|er|um|it's|that's|sure|okay|speaking|oh|so|and|my"
                r"|name|is|surname|first|last|please|well|this|the|course|of|right)\W+)*",
                lead,
            )
        )
        if not short:
            return False
        rest = text.lows[end:]
        whole = all(low in _AFTER_NAME for low in rest)
        picks_up = said.index < _FIRST_TURNS and said.speaker == "customer" and whole
        return (picks_up or said.asked("name")) and (
            text.cased or not self._is_stop(text, position)
        )

    def _is_stop(self, text: Text, position: int) -> bool:
        return text.lows[position] in KEEP_APART

    def _is_vocative(self, text: Text, position: int, end: int, before: str) -> bool:
        """ "Thanks, Helen.", "Daniel, hi": it stands apart at the border of a sentence."""
        after = text.follows(end - 1)
        if text.cased:
            ends = text.ends(end - 1) or "," in after or "…" in after
            begins = not before.strip() or bool(re.search(r"[,.?!…:;—]\s*$", before))
            return ends and (begins or bool(_GREETING.search(before)))
        return bool(_GREETING.search(before)) or not before or end == len(text.words)

    def _is_plain(self, text: Text, position: int) -> bool:
        """A first name that cannot be taken for anything else where it stands."""
        word = text.words[position]
        if word.low in self.names.sure:
            return True
        return (
            text.cased
            and word.low in self.names.first
            and not word.begins
            and (word.low not in _MONTHS)
        )


def _is_number(low: str) -> bool:
    return low[0].isdigit() or low == "hundred" or bool(digits_at([low], 0, UNITS)[1])


_NEVER = frozenset(
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "july", "september", "october", "november", "december", "christmas", "easter", "english", "british", "scottish", "irish", "welsh", "london", "i", "ok", "tv", "uk", "vat", "hello", "hi", "hiya", "hey", "bye"]
)
_MONTHS = frozenset({"april", "may", "june", "august"})
_AFTER_NAME = frozenset({"speaking", "here", "yes", "yeah", "please", "hello", "hi", "from"})
# Also names, but too often other words to be taken for one wherever they stand.
KEEP_APART = frozenset(
    ["will", "may", "mark", "hope", "guy", "bill", "pat", "sue", "rob", "art", "van", "page", "link", "long", "young", "little", "rich", "major", "price", "cash", "star", "spring", "summer", "winter", "park", "street", "home", "work", "call", "back", "best", "sharp", "short", "way", "week", "weeks", "left", "right", "sure", "can", "hall", "house", "hill", "land", "head", "hand", "fine", "busy", "calling", "ringing", "phoning", "speaking", "here", "max", "chance", "grant", "frank", "grace", "faith", "joy", "don", "drew", "mike", "van", "ed", "dot", "don", "mat", "miles", "earl", "red"]
)
