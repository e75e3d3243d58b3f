"""What a sentence's words and marks say about it, without a model."""

import re

PLACEHOLDER = re.compile(r"<([A-Z]+)_\d+>")
_MEANT = {
    "person": "somebody",
    "agent": "anna",
    "phone": "the number",
    "email": "the email address",
    "address": "the address",
    "postcode": "the postcode",
    "card": "the card number",
    "account": "the account number",
    "reference": "the reference",
    "health": "an illness",
    "age": "some years old",
    "spelled": "the letters",
}
_FILLERS = (
    r"(?:(?:so|and|but|okay|ok|right|well|now|then|um|uh|er|oh|yeah|yes|no|sorry|or|ah)[ ,.…]+)*"
)
_ASKS = re.compile(
    rf"^{_FILLERS}(?:"
    r"(?:is|are|am|was|were|do|does|did|have|has|had|can|could|may|might|will|would|shall|should)"
    r"(?:n't)? (?:i|you|we|they|he|she|it|that|this|there|the|your|any|anyone|somebody|my)\b"
    r"|(?:what|which|who|whose|how|when|where|why)(?:'s|'re|'d|'ve|'ll)?\b"
    r"(?! (?:i|we|you) (?:can|do)\b)"
    r"|(?:can|could|may) i\b|any (?:other|more|chance|idea)\b)"
)
_TAIL = re.compile(r"\b(?:is that (?:right|okay|ok|correct)|or not|right|okay then)$")
# Asks which of several things is in the way, not which of several things is wanted.
_ISOLATES = re.compile(
    r"\b(?:is|was) (?:it|the|that|this)\b.*\bor\b|\bwhen (?:you|people|folk) say\b"
    r"|\bwhat(?:'s| is)? (?:it |the )?(?:is it|worry|worries|bothers|puts|concerns?|stops)\b"
    r"|\b(?:which|what).{0,30}\bworry\b|\bdid (?:something|anything) happen\b"
)


def plain(text: str) -> str:
    """Lower case, and an ordinary word for what redaction took away: what encoders know."""
    return PLACEHOLDER.sub(lambda match: _MEANT.get(match[1].lower(), "it"), text).lower()


def is_question(text: str) -> bool:
    """By its mark; in text without marks, by how it begins."""
    text = text.strip().lower()
    if re.search(r"[.?!]", text):
        return text.rstrip("\"'”’) ").endswith("?")
    return bool(_ASKS.search(text) or _TAIL.search(text))


def isolates(text: str) -> bool:
    """Whether a question asks what it is that is in the way."""
    return is_question(text) and bool(_ISOLATES.search(text.lower()))
