from pathlib import Path

from agent.evaluation.simulation.kept import KeptCalls
from tests.evaluation.simulation.calls import breaking, lost, won


def test_what_was_kept_comes_back_as_it_was(tmp_path: Path) -> None:
    kept = KeptCalls(tmp_path / "version")
    calls = [won(1), breaking("wrong fact", lost(2)), won(3)]
    assert kept.by_seed() == {}
    kept.add(calls[:2])
    kept.add(calls[2:])
    assert kept.by_seed() == {call.seed: call for call in calls}


def test_a_spoilt_file_costs_its_own_calls_only(tmp_path: Path) -> None:
    kept = KeptCalls(tmp_path)
    kept.add([won(1)])
    kept.add([won(2)])
    file = sorted(tmp_path.glob("*.json"))[0]
    file.write_bytes(file.read_bytes()[:-20])
    assert len(kept.by_seed()) == 1


def test_nothing_is_left_of_what_was_forgotten(tmp_path: Path) -> None:
    kept = KeptCalls(tmp_path)
    kept.add([won(1)])
    kept.forget()
    assert kept.by_seed() == {}
    assert list(tmp_path.iterdir()) == []
