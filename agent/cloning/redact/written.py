"""Identifiers that a transcript writes with digits, found by Presidio's recognizers.

Presidio checks what it finds where that can be done: card and IBAN checksums, telephone plans.
"""

from collections.abc import Iterator
from functools import lru_cache

from presidio_analyzer import PatternRecognizer
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    EmailRecognizer,
    IbanRecognizer,
    NhsRecognizer,
    PhoneRecognizer,
    UkNinoRecognizer,
    UkPostcodeRecognizer,
)

from agent.cloning.redact.spans import Kind, Span

_KINDS: dict[str, Kind] = {
    "CREDIT_CARD": "CARD", "EMAIL_ADDRESS": "EMAIL", "IBAN_CODE": "ACCOUNT", "UK_NHS": "REFERENCE",
    "PHONE_NUMBER": "PHONE", "UK_NINO": "REFERENCE", "UK_POSTCODE": "POSTCODE",
}  # fmt: skip
_REGIONS = ("GB", "IE", "US")


class _Emails(EmailRecognizer):
    """Presidio's own would fetch the list of domain endings from the internet."""

    def validate_result(self, pattern_text: str) -> bool | None:
        """What looks like an address is one."""
        return None


def written(text: str) -> Iterator[Span]:
    """Cards, IBANs, telephone and NHS numbers, e-mail addresses and postcodes as written."""
    if not any(c.isdigit() or c == "@" for c in text):
        return
    for recognizer in _recognizers():
        for found in recognizer.analyze(text, list(recognizer.supported_entities)):
            value = "".join(text[found.start : found.end].lower().split())
            yield Span(found.start, found.end, _KINDS[found.entity_type], value)


@lru_cache(maxsize=1)
def _recognizers() -> tuple[PatternRecognizer | PhoneRecognizer, ...]:
    return (
        CreditCardRecognizer(),
        _Emails(),
        IbanRecognizer(),
        NhsRecognizer(),
        PhoneRecognizer(supported_regions=_REGIONS),
        UkNinoRecognizer(),
        UkPostcodeRecognizer(),
    )
