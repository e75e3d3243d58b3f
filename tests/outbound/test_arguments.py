from hypothesis import given
from hypothesis import strategies as st

from agent.outbound.arguments import Placed, format_arguments, parse_arguments


@given(st.dictionaries(st.text(), st.text()))
def test_what_is_known_comes_through_the_arguments(known: dict[str, str]) -> None:
    placed = Placed("a1", "+447700900001", known)
    arguments = format_arguments(placed)
    assert parse_arguments(arguments.split(",")) == placed


def test_other_calls_are_none_and_broken_slots_are_left_out() -> None:
    assert parse_arguments(["returned", "c1", "TIMEOUT"]) is None
    assert parse_arguments([]) is None
    for broken in ("@@@", "W10=", "abc", "e30=x"):
        assert parse_arguments(["outbound", "a1", "+44", broken]) == Placed("a1", "+44", {})
