"""Every case that once was a fault, again; and one sane input a target, so that it reads at all."""

import pytest

from tests.fuzz.findings import CASES
from tests.fuzz.target import run_case
from tests.fuzz.targets import NAMES, target

_KEPT = sorted(path.relative_to(CASES).as_posix() for path in CASES.glob("*/*"))


@pytest.mark.parametrize("case", _KEPT)
def test_what_was_a_fault_is_told_or_read(case: str) -> None:
    run_case(target(case.partition("/")[0]), (CASES / case).read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_a_sane_input_is_read(name: str) -> None:
    for seed in target(name).seeds:
        target(name).check(seed)
