"""Numbers in what the manager interface tells."""

# No count or time has more; int() would take thousands, and refuse tens of thousands.
_MOST_DIGITS = 12


def whole_number(told: object) -> int | None:
    """A number written in digits; None for anything else, such as a header that came twice."""
    text = str(told)
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None
