import pytest

from agent.cloning.errors import CloneError
from agent.cloning.ingest.columns import understand_columns
from agent.cloning.ingest.table import Table, table


def columns(text: str, rows: int = 1) -> Table:
    """A table from lines with spaces around |; its body is repeated."""
    header, *body = [[cell.strip() for cell in line.split("|")] for line in text.splitlines()]
    return table("calls.csv", header, body * rows)


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        (
            "CallRef|Advisor Name|Wrap-Up Code|Annual Premium (GBP)|Start Time|Talk Time",
            {
                "id": "CallRef", "agent": "Advisor Name", "outcome": "Wrap-Up Code",
                "value": "Annual Premium (GBP)", "started_at": "Start Time",
                "duration": "Talk Time",
            },
        ),
        (
            "interaction_id|receptionist|result|booking value|date|length",
            {
                "id": "interaction_id", "agent": "receptionist", "outcome": "result",
                "value": "booking value", "started_at": "date", "duration": "length",
            },
        ),
        (
            "uniqueid|operator|Disposition|fee|calldate|billsec",
            {
                "id": "uniqueid", "agent": "operator", "outcome": "Disposition", "value": "fee",
                "started_at": "calldate", "duration": "billsec",
            },
        ),
    ],
)  # fmt: skip
def test_columns_by_the_names_that_trades_use(header: str, meant: dict[str, str]) -> None:
    body = "c1 | Ann | Booked | 120.00 | 2025-03-04 10:35 | 125\n"
    body += "c2 | Bob | Declined | 0 | 2025-03-04 11:35 | 95"
    assert understand_columns(columns(f"{header}\n{body}"), {}).meant == meant


def test_what_a_pbx_says_about_answering_is_no_outcome() -> None:
    cdr = columns("uniqueid | disposition | result\n1 | ANSWERED | sold\n2 | NO ANSWER | lost")
    assert understand_columns(cdr, {}).meant["outcome"] == "result"


def test_columns_by_what_stands_in_them() -> None:
    calls = columns(
        "a | b | c | d | e\n"
        "rec/x1.wav | x1 | Ann Lee | resolved | 12.50\n"
        "rec/x2.wav | x2 | Bob Ray | unresolved | 0.00\n",
        rows=4,
    )
    found = understand_columns(calls, {}, frozenset({"x1", "x2"}))
    assert found.meant == {"recording": "a", "id": "b", "agent": "c", "outcome": "d", "value": "e"}
    assert found.guessed == {"recording", "id", "agent", "outcome", "value"}


def test_the_column_that_names_the_files_is_the_id() -> None:
    calls = columns("call_id | ext ref | result\n1 | x1 | sold\n2 | x2 | lost")
    assert understand_columns(calls, {}).meant["id"] == "call_id"
    found = understand_columns(calls, {}, frozenset({"x1", "x2"}))
    assert (found.meant["id"], found.guessed) == ("ext ref", {"id"})


def test_what_the_user_says_goes_before_names() -> None:
    calls = columns("call_id | id2 | result\nc1 | d1 | sold\nc2 | d2 | lost")
    assert understand_columns(calls, {"id": "id2"}).meant["id"] == "id2"


@pytest.mark.parametrize(
    ("chosen", "told"),
    [({"id": "nope"}, "has no column 'nope'"), ({"colour": "id2"}, "'colour' is no column")],
)
def test_a_mapping_that_can_not_be_is_one_line(chosen: dict[str, str], told: str) -> None:
    with pytest.raises(CloneError, match=told):
        understand_columns(columns("call_id | id2\n1 | 2"), chosen)


def test_groups_of_calls_are_the_case_mix_and_nothing_that_tells_a_person_is() -> None:
    calls = table(
        "calls.csv",
        ["call_id", "result", "source", "Customer name", "team leader", "notes", "email", "plan"],
        [
            [
                f"c{i}", "sold" if i % 2 else "lost", "web" if i % 3 else "referral",
                f"Ann {i}", "Bo", f"rang twice about number {i} and will think it over",
                f"a{i}@example.org", "gold",
            ]
            for i in range(30)
        ],
    )  # fmt: skip
    found = understand_columns(calls, {})
    assert found.case == ("source",)
    assert dict(found.dropped) == {
        "Customer name": "personal",
        "team leader": "personal",
        "notes": "free text, or personal",
        "email": "personal",
        "plan": "the same in every row",
    }
