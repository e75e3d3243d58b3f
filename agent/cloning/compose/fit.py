"""Whether words that a person said to a customer may be said by software to another one."""

import re

# What people say on the telephone and a machine, or the next call, can't: why, and in which words.
_RULES = {
    "it introduces the person who said it; the greeting does that": r"""
        \b(?i:my\ name(?:'s|\ is))
        | \b(?i:this\ is|it's|i'm|i\ am)\ [A-Z{]\S*\ (?:here|from|calling|at)\b
    """,
    "it claims to be human": r"""(?i:
        \bnot\ a\ (?:robot|machine|recording|bot|computer)\b | \breal\ person\b | \bi'm\ human\b
        | \bhuman\ being\b)
    """,
    "it speaks of a body or a desk": r"""(?i:
        \b(?:at|on|by)\ my\ (?:desk|screen|chair|computer|system)\b | \bin\ front\ of\ me\b
        | \bi(?:'m|\ am)\ (?:sitting|sat|standing|looking\ at)\b
        | \bmy\ (?:lunch|tea|coffee|shift|cold)\b)
    """,
    "it speaks of a life of one's own": r"""(?i:
        \bmy\ (?:own\ |late\ |old\ )?(?:wife|husband|partner|mum|mam|mother|dad|father|son|daughter
        |kids|children|brother|sister|nan|gran|girlfriend|boyfriend|dog|cat|house|home|car|family
        |mate|neighbour)s?\b
        | \bi\ live\b | \bwhen\ i\ was\b | \bhad\ (?:one|it)\ myself\b | \bi\ use\ it\b
        | \bi've\ got\ (?:one|it)\ (?:myself|at\ home)\b | \bpersonally\b | \bif\ i\ were\b
        | \bin\ your\ shoes\b | \bin\ my\ experience\b
        | \bi(?:'ve|\ have)\ (?:worked|been\ doing)\b)
    """,
    "it does what only a person with a screen can do": r"""(?i:
        \bbear\ with\ me\b | \blet\ me\ (?:just\ )?(?:check|look|see|pull|bring)\b
        | \bi\ can\ see\ (?:here|that|on)\b | \bput\ you\ on\ hold\b
        | \bi(?:'ll|\ will)\ (?:just\ )?(?:check|look|have\ a\ look)\b
        | \bi'm\ (?:just\ )?(?:checking|typing|loading|going\ to\ (?:check|look))\b)
    """,
    "it refers to what one customer said": r"""(?i:
        \byou\ (?:just\ )?(?:said|mentioned|told\ me|were\ saying)\b | \b(?:as|like)\ you\ say\b
        | \byou've\ (?:just\ )?(?:said|told)\b)
    """,
    "it refers to one call": r"""(?i:
        \blast\ time\b | \bwe\ spoke\b | \bi\ rang\ you\b | \b(?:as|like)\ i\ said\b
        | \bi\ promised\b)
    """,
    # "He tells you the price before he begins" is anybody's engineer; "is he about?" is not.
    "it is about somebody whom only this customer knows": r"""(?i:
        \b(?:him|her|hers)\b | \b(?:he|she)\b.*\?$
        | ^(?!.*\byou\b).*\b(?:he|she)(?:'(?:s|d|ll))?\b | ^(?!.*\b(?:he|she)\b).*\bhis\b
        | \byou(?:'ve|'re|\ have|\ are)?\ (?:two|both)\b | \b(?:two|both)\ of\ you\b)
    """,
    "it is a favour to one customer": r"""(?i:
        \b(?:just\ )?this\ once\b | \bi'd\ waive\b | \bas\ a\ favour\b | \bbecause\ i\ like\ you\b
        | \bspecially\ for\ you\b)
    """,
    "it promises what the agent itself can't see to": r"""(?i:
        \b(?:i'll|i\ will|i'm\ going\ to|i'd\ rather|i\ can|i\ could|let\ me)\ (?:just\ |then\ )?
        (?:ring|call|phone|try\ you|text|email|e-mail|send|post|put\ (?:you\ through|a\ note)
        |connect|transfer|pass\ you|get\ (?:it|you|that)\ (?:taken\ )?off|take\ (?:it|you|that)\ off
        |give\ you\ a\ (?:ring|call|bell)|have\ our)\b)
    """,
    "it asks for payment numbers, which are never taken on the phone": r"""(?i:
        (?:\b(?:what|give|read|take|have|need|tell)\b.*)
        \b(?:card|long|account)\ number\b | \bsort\ code\b | \bsecurity\ code\b | \bexpiry\ date\b)
    """,
}
_COMPILED = {why: re.compile(pattern, re.VERBOSE) for why, pattern in _RULES.items()}
# A whole text that only tells what comes next, which never comes after it here.
_ANNOUNCES = re.compile(
    r"""(?ix)^(?:(?:so|now|right|okay|ok|and),?\ )*(?:
        (?:let\ me|i'll|i\ will|i'm\ going\ to|let's)\ (?:just\ |quickly\ )?
        (?:read|run|go|take|say|tell|give|explain)\b[^.?!:]*
        | (?:here\ (?:are|is)|these\ are|this\ is)?\ ?the\ \w+\ (?:that\ )?
          (?:i|we)\ (?:have|need|want)\ to\ (?:tell|say|read)\b[^.?!:]*
    )[.!…]?$"""
)
PLACEHOLDER = re.compile(r"<[A-Z]+(?:_\d+)?>")
_LONGEST_S = 16.0
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_FEWEST_WORDS = 2


def shortened(text: str, words_per_minute: int) -> str:
    """As many of its sentences as somebody listens to; always the first."""
    kept, *others = _SENTENCE.split(text)
    for sentence in others:
        if _seconds(f"{kept} {sentence}", words_per_minute) > _LONGEST_S:
            break
        kept = f"{kept} {sentence}"
    return kept


def announces(text: str) -> bool:
    """Whether a text states nothing and only says that something is about to be said."""
    return "{" not in text and _ANNOUNCES.search(text) is not None


def unfit(text: str, words_per_minute: int, forbidden: tuple[str, ...] = ()) -> str | None:
    """Why a text can't be said, for a reader; None when nothing speaks against it."""
    if found := PLACEHOLDER.search(text):
        return f"it holds something of one customer: {found[0]}"
    for why, pattern in _COMPILED.items():
        if pattern.search(text):
            return why
    for phrase in forbidden:
        if re.search(rf"(?i)\b{re.escape(phrase)}\b", text):
            return f"it has the forbidden phrase '{phrase}'"
    if len(text.split()) < _FEWEST_WORDS:
        return "it is a fragment"
    seconds = _seconds(text, words_per_minute)
    if seconds > _LONGEST_S:
        return f"it takes {seconds:.0f} s to say, which nobody listens to"
    return None


def _seconds(text: str, words_per_minute: int) -> float:
    return 60.0 * len(text.split()) / words_per_minute
