"""A weekday and half of it, for a visit or a call back."""

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RELATIVE_DAYS = ("today", "tomorrow")
_HALVES = (
    (
        "morning",
        (
            "morning",
            "mornings",
            "first thing",
            "before lunch",
            "a m",
            "early",
            "at eight",
            "at nine",
            "at ten",
            "at eleven",
        ),
    ),
    (
        "afternoon",
        (
            "afternoon",
            "afternoons",
            "after lunch",
            "p m",
            "after one",
            "at one",
            "at two",
            "at three",
            "at four",
        ),
    ),
    ("evening", ("evening", "tonight", "after work", "this evening")),
)


def parse_appointment(words: str, previous: str | None) -> tuple[str, bool] | None:
    """ "Friday morning", joined with what was known of it, and whether both parts are there."""
    padded = f" {words} "
    day = next((d for d in _DAYS if f" {d} " in padded or f" {d}s " in padded), "")
    relative = next((d for d in _RELATIVE_DAYS if f" {d} " in padded), "")
    half = next((h for h, said in _HALVES if any(f" {s} " in padded for s in said)), "")
    if relative == "" and "tonight" in padded:
        relative = "today"
    day = day.capitalize() or relative
    if previous is not None:
        known = previous.split()
        known_half = next((word for word in known if word in {h for h, _ in _HALVES}), "")
        day = day or next((word for word in known if word != known_half), "")
        half = half or known_half
    value = " ".join(part for part in (day, half) if part)
    return (value, bool(day and half)) if value else None
