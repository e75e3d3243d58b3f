"""Every pair of states, allowed or not."""

import pytest

from agent.calls.state import CallState, InvalidTransition, check_transition

#               to: ringing screening speaking listening thinking handed_over ended
TABLE = {
    "ringing": "     .       x         x        .         .          x         x",
    "screening": "   .       .         x        .         .          .         x",
    "speaking": "    .       x         x        x         x          x         x",
    "listening": "   .       .         x        .         x          x         x",
    "thinking": "    .       .         x        x         x          x         x",
    "handed_over": " .       .         x        .         .          .         x",
    "ended": "       .       .         .        .         .          .         .",
}
PAIRS = [
    (CallState(old), new, cell == "x")
    for old, row in TABLE.items()
    for new, cell in zip(CallState, row.split(), strict=True)
]


@pytest.mark.parametrize(("old", "new", "allowed"), PAIRS)
def test_transitions(old: CallState, new: CallState, allowed: bool) -> None:
    if allowed:
        assert check_transition(old, new) is new
    else:
        with pytest.raises(InvalidTransition, match=f"from {old.value} to {new.value}"):
            check_transition(old, new)
