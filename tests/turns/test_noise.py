import pytest

from agent.turns.noise import NoiseFloor, NoiseLadder, Rung


def ladder_at(snr_db: float, ladder: NoiseLadder | None = None) -> NoiseLadder:
    ladder = ladder or NoiseLadder()
    for _ in range(400):
        ladder.floor.update(ladder.caller_dbfs - snr_db)
    return ladder


@pytest.mark.parametrize(
    ("snr_db", "rung"),
    [(40, Rung.CLEAN), (18, Rung.CLEAN), (13, Rung.NOISY), (9, Rung.LOUD), (0, Rung.LOUD)],
)
def test_rungs(snr_db: float, rung: Rung) -> None:
    assert ladder_at(snr_db).rung() is rung


def test_the_way_up_takes_two_db_more() -> None:
    ladder = ladder_at(9)
    assert ladder.rung() is Rung.LOUD
    assert ladder_at(11, ladder).rung() is Rung.LOUD
    assert ladder_at(12.5, ladder).rung() is Rung.NOISY
    assert ladder_at(10.5, ladder).rung() is Rung.NOISY


def test_the_floor_is_seen_through_speech() -> None:
    floor = NoiseFloor()
    for number in range(400):
        floor.update(-20.0 if number % 5 else -55.0)
    assert floor.dbfs == pytest.approx(-55.0)


def test_the_callers_level_follows_its_turns() -> None:
    ladder = NoiseLadder()
    for _ in range(20):
        ladder.heard_turn(-35.0)
    assert ladder.caller_dbfs == pytest.approx(-35.0, abs=0.5)
