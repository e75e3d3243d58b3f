"""The echo gate: the agent's own envelope, returned late and quieter, against a caller's."""

import math

import pytest

from agent.turns.echo import EchoGate, is_echo_of

TICKS = 600  # 12 s
QUIET_DBFS = -70.0
LINE = "Fibre Five Hundred is thirty-four pounds a month, fixed for eighteen months."


def voice(tick: int) -> float:
    """A lively envelope between -55 and -15 dBFS that never repeats within the window."""
    return -35.0 + 12.0 * math.sin(tick / 7.3) + 8.0 * math.sin(tick / 3.1 + 1.0)


def other_voice(tick: int) -> float:
    return -35.0 + 14.0 * math.sin(tick / 5.2 + 2.0) + 6.0 * math.sin(tick / 11.7)


def run(gate: EchoGate, *, lag: int, loss_db: float, caller: bool = False) -> None:
    for tick in range(TICKS):
        gate.sent(voice(tick))
        echo = voice(tick - lag) - loss_db if tick >= lag else QUIET_DBFS
        heard = other_voice(tick) if caller else max(echo, QUIET_DBFS)
        gate.heard(heard)


@pytest.mark.parametrize("lag", [1, 4, 10, 20])
@pytest.mark.parametrize("loss_db", [6.0, 12.0, 20.0])
def test_the_path_is_found(lag: int, loss_db: float) -> None:
    gate = EchoGate()
    run(gate, lag=lag, loss_db=loss_db)
    assert gate.present
    assert gate.return_loss_db == pytest.approx(loss_db, abs=2.0)


@pytest.mark.parametrize("lag", [1, 10])
def test_the_gate_stands_above_the_echo_to_come(lag: int) -> None:
    gate = EchoGate()
    run(gate, lag=lag, loss_db=12.0)
    for tick in range(TICKS, TICKS + 200):
        gate.sent(voice(tick))
        assert gate.gate_dbfs() > voice(tick - lag) - 12.0
        gate.heard(voice(tick - lag) - 12.0)


def test_a_caller_is_no_echo() -> None:
    gate = EchoGate()
    run(gate, lag=0, loss_db=0, caller=True)
    assert not gate.present
    assert gate.gate_dbfs() == float("-inf")


def test_a_silent_line_needs_no_gate() -> None:
    gate = EchoGate()
    run(gate, lag=0, loss_db=90.0)
    assert not gate.present


def test_before_anything_is_known_a_bad_line_is_assumed() -> None:
    gate = EchoGate()
    gate.sent(-20.0)
    assert gate.gate_dbfs() == pytest.approx(-38.0)


def test_a_line_without_echo_needs_no_learning() -> None:
    gate = EchoGate(learn=False)
    assert gate.known
    run(gate, lag=4, loss_db=6.0)
    assert not gate.present
    assert gate.gate_dbfs() == float("-inf")


@pytest.mark.parametrize(
    ("text", "echo"),
    [
        ("thirty four pounds", True),
        ("five hundred is thirty four pounds a month", True),
        ("pounds", True),
        ("thirty four pounds is too much for me i think", False),
        ("stop", False),
        ("no", False),
        ("how much is it", False),
        ("", False),
    ],
)
def test_words_that_are_the_agents_own(text: str, echo: bool) -> None:
    assert is_echo_of(text, LINE) is echo
