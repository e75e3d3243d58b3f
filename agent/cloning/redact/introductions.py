"""Where somebody says who they are: "it's Priya from", "Lorraine speaking", "my name's Sam"."""

import re

from agent.cloning.redact.said import Said

_NAME_IS = re.compile(r"\bmy name(?: ?'s| is|,) $")
_THROUGH = re.compile(
    r"\byou(?: ?'re|'ve| are| have) (?:now )?(?:through|speaking|got|talking)(?: to| with)? $"
)
# A name may come right after these, and much else: "it's Friday", "I'm sure".
IT_IS = re.compile(r"\b(?:it ?'s|it is|this is|that ?'s|i ?'m|i am|here ?'s) (?:just |only )?$")
_AFTER = re.compile(
    r"\s*(?:speaking|calling|ringing|phoning|here\b|again\b|on the (?:phone|line)|from (?:the )?)"
)
_SPEAKING = re.compile(r",? ?(?:speaking|calling|here)\b")
_FROM = re.compile(r"\s*,? ?(?:from|with) (?:the )?(?P<where>\w+)")
_NOT_FROM = frozenset({"now", "then", "there", "here", "today", "what", "that", "this", "next"})
_TITLE = re.compile(r"\b(?:mr|mrs|ms|miss|mister|missus|dr|doctor)\.? $")
_HELLO = re.compile(r"(?:[,.!?…]|\b(?:hello|hi|hiya|hey|morning|afternoon|evening))\s*$")
OPENING = 4


def introduces_self(
    said: Said, start: int, end: int, company: frozenset[str], *, first_name: bool
) -> bool:
    """Whether the speaker gives words `start` to `end` (exclusive) as their own name.

    `first_name`: they begin with one, whatever else that word means. `company`: words of the
    company's name.
    """
    words = said.text.words
    before, after = said.text.low[: words[start].start], said.text.low[words[end - 1].end :]
    before = _TITLE.sub("", before)
    origin = _FROM.match(after)
    came = origin is not None and origin["where"] not in _NOT_FROM
    if _NAME_IS.search(before) or (IT_IS.search(before) and (came or _AFTER.match(after))):
        return True
    opening = not before.strip() or bool(_HELLO.search(before))
    if said.speaker == "customer":
        return opening and bool(re.match(r",? ?speaking\b", after))
    if _THROUGH.search(before):
        return True
    if said.index < OPENING:
        told = IT_IS.search(before) and (said.text.cased or first_name)
        return bool(told or _SPEAKING.match(after) or (opening and came))
    return opening and bool(company & set(re.findall(r"\w+", after)[: 4 if came else 1]))
