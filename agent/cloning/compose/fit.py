"""Whether words that a person said to a customer may be said by software to another one."""

import re

# What people say of themselves on the telephone. A machine that says it lies.
_SELF = (
    (r"\b(?:my name(?:'s| is)|this is [A-Z{]\S* (?:here|from|calling|at)|(?:I'm|I am|it's) "
     r"[A-Z{]\S* (?:from|calling|at|here))\b",
     "it introduces the person who said it; the greeting does that"),
    (r"(?i)\b(?:not a (?:robot|machine|recording|bot|computer)|real person|human being|i'm human)\b",
     "it claims to be human"),
    (r"(?i)\b(?:at|on|by) my (?:desk|screen|chair|computer|system)\b|\bin front of me\b"
     r"|\bi(?:'m| am) (?:sitting|sat|standing|looking at)\b|\bmy (?:lunch|tea|coffee|shift|cold)\b",
     "it speaks of a body or a desk"),
    (r"(?i)\bmy (?:own |late |old )?(?:wife|husband|partner|mum|mam|mother|dad|father|son|daughter"
     r"|kids|children|brother|sister|nan|gran|girlfriend|boyfriend|dog|cat|house|home|car|family"
     r"|mate|neighbour)s?\b|\bi live\b|\bat my (?:age|place)\b|\bwhen i was\b|\bhad (?:one|it) "
     r"myself\b|\bi use it\b|\bi've got (?:one|it) (?:myself|at home)\b|\bpersonally\b|\bif i were"
     r"\b|\bin your shoes\b|\bin my experience\b|\bi've been (?:here|doing)\b|\bi(?:'ve| have) "
     r"worked\b",
     "it speaks of a life of one's own"),
    (r"(?i)\bbear with me\b|\blet me (?:just )?(?:check|look|see|pull|bring)\b|\bi can see (?:here|"
     r"that|on)\b|\bi(?:'ll| will|'m going to|'m just going to) (?:just )?(?:check|look|have a look|"
     r"put you on hold|pop you)\b|\bi(?:'m| am) (?:just )?(?:checking|typing|loading)\b",
     "it does something that only a person with a screen can do"),
)  # fmt: skip
_CALL = (
    (r"(?i)\b(?:you (?:just )?(?:said|mentioned|told me|were saying)|as you say|like you say|"
     r"you've (?:just )?(?:said|told))\b",
     "it refers to what one customer said"),
    (r"(?i)\b(?:last time|we spoke|when we spoke|i rang you|as i said|like i said|i promised)\b",
     "it refers to one call"),
    (r"(?i)\b(?:card number|long number|sort code|account number|security code|expiry date|cvv)\b"
     r"(?!.*\bnever\b)",
     "it is about payment numbers, which are never taken on the phone"),
)  # fmt: skip
_PLACEHOLDER = re.compile(r"<[A-Z]+(?:_\d+)?>")
_RULES = tuple((re.compile(pattern), why) for pattern, why in (*_SELF, *_CALL))
_LONGEST_S = 16.0
_FEWEST_WORDS = 2


def unfit(text: str, words_per_minute: int, forbidden: tuple[str, ...] = ()) -> str | None:
    """Why a text can't be said, for a reader; None when nothing speaks against it."""
    if found := _PLACEHOLDER.search(text):
        return f"it holds something of one customer: {found[0]}"
    for pattern, why in _RULES:
        if pattern.search(text):
            return why
    for phrase in forbidden:
        if re.search(rf"(?i)\b{re.escape(phrase)}\b", text):
            return f"it has the forbidden phrase '{phrase}'"
    words = len(text.split())
    if words < _FEWEST_WORDS:
        return "it is a fragment"
    seconds = 60.0 * words / words_per_minute
    if seconds > _LONGEST_S:
        return f"it takes {seconds:.0f} s to say, which nobody listens to"
    return None
