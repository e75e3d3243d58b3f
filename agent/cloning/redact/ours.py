"""The desk's own numbers and places among what looks like somebody's."""

import re
from collections.abc import Iterator, Sequence

from agent.cloning.redact.codes import is_public_number
from agent.cloning.redact.company import Company
from agent.cloning.redact.said import Said
from agent.cloning.redact.spans import Span

_OURS = re.compile(
    r"\b(?<!gave )(?:us|our|ours|switchboard|reception|help ?line|hot ?line|the office|out of hours"
    r"|(?:direct|main|emergency|support|booking|service|sales) (?:line|number))\b"
    r"(?!.*\b(?:you|your)\b)"
)
_YOURS = re.compile(
    r"\b(?:your (?:\w+ )?(?:number|phone|address|postcode|e ?-?mail|line)|number for you"
    r"|where are you|(?:ring|call|reach|get hold of|find) you)\b"
)
_NEAR = 60


def without_ours(
    turns: Sequence[Said], values: Sequence[list[Span]], company: Company
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
