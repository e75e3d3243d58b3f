from datetime import UTC, datetime

import pytest

from agent.cloning.ingest.cells import money, seconds, time, words_of


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("627.00", 627.0), ("£1,234.50", 1234.5), ("1.234,50 €", 1234.5), ("12,5", 12.5),
        ("1,234", 1234.0), ("USD 40", 40.0), ("40 GBP", 40.0), ("-12", -12.0), ("0", 0.0),
        ("", None), ("none", None), ("2 visits", None), ("12/03/2025", None),
    ],
)  # fmt: skip
def test_money(cell: str, value: float | None) -> None:
    assert money(cell) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("125", 125.0), ("125.5", 125.5), ("2:05", 125.0), ("0:02:05", 125.0), ("1:00:00", 3600.0),
        ("2 min", 120.0), ("90s", 90.0), ("", None), ("long", None),
    ],
)  # fmt: skip
def test_durations(cell: str, value: float | None) -> None:
    assert seconds(cell) == value


def test_a_column_of_minutes() -> None:
    assert seconds("2.5", minutes=True) == 150.0


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2025-03-04T10:35:00", datetime(2025, 3, 4, 10, 35)),  # noqa: DTZ001
        ("04/03/2025 10:35", datetime(2025, 3, 4, 10, 35)),  # noqa: DTZ001
        ("03/25/2025 10:35", datetime(2025, 3, 25, 10, 35)),  # noqa: DTZ001
        ("04.03.2025", datetime(2025, 3, 4)),  # noqa: DTZ001
        ("1741084500.17", datetime(2025, 3, 4, 10, 35, 0, 170000, UTC)),
        ("20250304", None),
        ("booked", None),
    ],
)
def test_times_day_first_where_both_are_possible(cell: str, value: datetime | None) -> None:
    assert time(cell) == value


@pytest.mark.parametrize("name", ["order_value", "OrderValue", "ORDER VALUE", "order-value"])
def test_the_words_of_a_name(name: str) -> None:
    assert words_of(name) == ["order", "value"]
