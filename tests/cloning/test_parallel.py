import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.cloning.errors import CloneError
from agent.cloning.parallel import Failed, each

# They take as long as tests that load a model.
starts_processes = pytest.mark.models


def halved(number: int) -> int:
    if number % 2:
        raise ValueError(f"{number} is odd")
    return number // 2


def deadly(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def slow(folder: Path) -> None:
    (folder / str(os.getpid())).touch()
    time.sleep(60)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=starts_processes)])
def test_an_item_that_fails_costs_itself_only(workers: int) -> None:
    found = dict(each(halved, range(6), workers=workers))
    assert {n: r for n, r in found.items() if not isinstance(r, Failed)} == {0: 0, 2: 1, 4: 2}
    assert [str(found[number]) for number in (1, 3, 5)] == [f"{n} is odd" for n in (1, 3, 5)]


@starts_processes
def test_a_worker_that_dies_costs_its_item_only() -> None:
    found = dict(each(deadly, range(6), workers=2))
    assert sorted(n for n, result in found.items() if result == n) == [0, 1, 2, 4, 5]
    assert "died" in str(found[3])


def test_nothing_to_do_is_nothing_done() -> None:
    assert not list(each(halved, []))


@starts_processes
def test_ctrl_c_leaves_no_worker_behind(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path\n"
        "from agent.cloning.parallel import each\n"
        "from tests.cloning.test_parallel import slow\n"
        f"list(each(slow, [Path({str(tmp_path)!r})] * 4, workers=2))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], start_new_session=True, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 30
    while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    workers = [int(path.name) for path in tmp_path.iterdir()]
    assert len(workers) == 2
    # As a terminal does it: the whole group hears of it.
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(60) != 0
    deadline = time.monotonic() + 10
    while any(map(is_running, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_running, workers))


@starts_processes
def test_a_cluster_that_is_not_there_is_one_line() -> None:
    pytest.importorskip("ray")
    with pytest.raises(CloneError, match=r"no Ray cluster at 127\.0\.0\.1:1") as caught:
        list(each(halved, [2], ray="127.0.0.1:1"))
    assert "\n" not in str(caught.value)


@starts_processes
def test_a_cluster_of_two_does_the_same() -> None:
    pytest.importorskip("ray")
    found = dict(each(halved, range(5), workers=2, ray="local"))
    assert {n: r for n, r in found.items() if not isinstance(r, Failed)} == {0: 0, 2: 1, 4: 2}
    assert str(found[3]) == "3 is odd"
