"""Facts in a line that somebody says."""

import pytest

from agent.cloning.mine.facts.in_text import fact_spans, unexplained
from agent.cloning.mined import MinedFact


def _fact(name: str, value: float, unit: str, spoken: str, subject: str, said: str) -> MinedFact:
    return MinedFact(
        id=name, statement=said, subject=subject, value=value, unit=unit, spoken=spoken,
        calls=2, agents=("ann",), confidence="agreed", evidence=(),
    )  # fmt: skip


_FACTS = (
    _fact("gold_price", 30, "GBP/month", "thirty pounds a month", "gold cover",
          "Gold Cover is thirty pounds a month."),
    _fact("silver_price", 20, "GBP/month", "twenty pounds a month", "silver cover",
          "Silver Cover is twenty pounds a month."),
    _fact("write_before", 30, "days", "thirty days", "company",
          "We write to you thirty days before it ends."),
    _fact("repair_guarantee", 30, "days", "thirty days", "company",
          "The repair is guaranteed for thirty days."),
    _fact("fast_price", 50, "GBP", "fifty pounds", "cover fifty", "Cover Fifty is fifty pounds."),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Gold Cover is thirty pounds a month.", [("thirty pounds a month", "gold_price")]),
        ("That's thirty pounds.", [("thirty pounds", "gold_price")]),
        ("It's twenty.", [("twenty", "silver_price")]),
        ("We write thirty days before, and a repair is guaranteed for thirty days.",
         [("thirty days", "write_before"), ("thirty days", "repair_guarantee")]),
        ("You have thirty days.", []),  # either could be meant
        ("That's forty pounds.", []),
        ("the cover fifty is fifty pounds", [("fifty pounds", "fast_price")]),
    ],
)  # fmt: skip
def test_amounts_that_are_facts(text: str, found: list[tuple[str, str]]) -> None:
    spans = fact_spans(text, _FACTS)
    assert [(text[start:end], fact) for start, end, fact in spans] == found


def test_the_subject_decides_between_facts_of_one_value() -> None:
    two = (
        *_FACTS,
        _fact("bronze_price", 30, "GBP", "thirty pounds", "bronze cover", "Bronze is thirty."),
    )
    assert fact_spans("It is thirty pounds.", two, "bronze cover") == ((6, 19, "bronze_price"),)


def test_numbers_that_no_fact_explains() -> None:
    text = "Cover Fifty is fifty pounds, that's forty less, on Friday the twenty-first."
    assert [text[start:end] for start, end in unexplained(text, _FACTS)] == ["forty", "twenty"]
