"""Words of numbers and of units, as people say them."""

from agent.dialogue.claims import word_list

SMALL = word_list(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty "
    "ninety"
)
NUMBER = SMALL | {"zero", "oh", "nought", "hundred", "thousand", "million"}
MULTIPLES = frozenset({"hundred", "thousand", "million"})
SINGLE_DIGITS = word_list("zero oh one two three four five six seven eight nine")
MONEY = {
    "pound": "GBP", "pounds": "GBP", "quid": "GBP", "£": "GBP", "euro": "EUR", "euros": "EUR",
    "€": "EUR", "dollar": "USD", "dollars": "USD", "bucks": "USD", "$": "USD",
}  # fmt: skip
HUNDREDTHS = {"pence": "GBP", "p": "GBP", "penny": "GBP", "cents": "USD", "cent": "USD"}
SLANG = {"tenner": 10, "fiver": 5}
# Days in each, to compare "a month before" with "thirty days before".
PERIODS = {
    "second": 1 / 86400, "sec": 1 / 86400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1,
    "night": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365,
}  # fmt: skip
MEASURES = {
    "meg": ("speed", "Mbit/s", 1), "megabit": ("speed", "Mbit/s", 1),
    "gigabit": ("speed", "Gbit/s", 1000), "gig": ("data", "GB", 1),
    "megabyte": ("speed", "MB", 1), "gigabyte": ("data", "GB", 1),
    "mile": ("distance", "miles", 1.609),
    "kilometre": ("distance", "km", 1), "kilometer": ("distance", "km", 1),
    "metre": ("length", "m", 1), "meter": ("length", "m", 1), "foot": ("length", "ft", 0.305),
    "feet": ("length", "ft", 0.305), "inch": ("length", "in", 0.0254),
    "inche": ("length", "in", 0.0254), "kilo": ("weight", "kg", 1),
    "kilogram": ("weight", "kg", 1), "litre": ("volume", "l", 1), "degree": ("degrees", "°", 1),
    "percent": ("percent", "%", 1), "%": ("percent", "%", 1),
}  # fmt: skip
RATE_WORDS = {"monthly": "month", "weekly": "week", "daily": "day", "yearly": "year",
               "annually": "year", "nightly": "night", "hourly": "hour"}  # fmt: skip


def singular(word: str) -> str:
    """A noun of counting in its singular; good enough for units."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def is_number_word(word: str) -> bool:
    """Whether a lower-case word can be part of a number."""
    return word in NUMBER or word.isdigit()
