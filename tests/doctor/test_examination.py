"""Order, what rests on what, and the exit status."""

from collections.abc import Sequence

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.config import Settings
from agent.doctor.checks import CHECKS
from agent.doctor.examination import Check, Examined, chosen, examine, exit_status
from agent.doctor.finding import Finding, Level, fail, ok, warn
from agent.errors import UnderstudyError


def check(name: str, *findings: Finding, needs: tuple[str, ...] = ()) -> Check:
    async def look(_: Settings) -> Sequence[Finding]:
        return findings

    return Check(name, f"the {name}", look, needs)


async def results(*checks: Check) -> list[Examined]:
    return [one async for one in examine(checks, Settings(), lambda check: None)]


async def test_what_rests_on_a_failure_is_not_looked_at_and_so_on_down() -> None:
    examined = await results(
        check("a", ok("fine"), fail("broken", "bad", "mend")),
        check("b", ok("fine"), needs=("a",)),
        check("c", ok("fine"), needs=("b",)),
        check("d", warn("so so", "hm", "look")),
    )
    assert [one.level for one in examined] == [
        Level.FAIL, Level.SKIPPED, Level.SKIPPED, Level.WARN,
    ]  # fmt: skip
    assert examined[2].findings[0].seen == "not looked at, because 'b' failed"


@pytest.mark.parametrize(
    ("error", "seen"),
    [
        (UnderstudyError("The thing is gone."), "The thing is gone."),
        (KeyError("status"), "KeyError: 'status'"),
    ],
)
async def test_a_check_that_breaks_is_a_finding_and_the_others_go_on(
    error: Exception, seen: str
) -> None:
    async def look(_: Settings) -> Sequence[Finding]:
        raise error

    broken, after = await results(Check("x", "the thing", look), check("y", ok("fine")))
    assert broken.findings[0].seen == seen
    assert broken.findings[0].remedy.endswith("understudy doctor --only x")
    assert after.level is Level.OK


@pytest.mark.parametrize(
    ("levels", "status"),
    [
        ([Level.OK], 0),
        ([Level.OK, Level.SKIPPED], 0),
        ([Level.WARN, Level.OK], 1),
        ([Level.WARN, Level.FAIL], 2),
    ],
)
def test_the_exit_status_is_that_of_the_worst(levels: list[Level], status: int) -> None:
    assert exit_status([Examined("x", (Finding(level, ""),)) for level in levels]) == status


def test_only_some_are_chosen_by_name() -> None:
    assert [one.name for one in chosen(CHECKS, ["web", "pbx"])] == ["pbx", "web"]
    assert chosen(CHECKS, ()) == CHECKS
    with pytest.raises(UnderstudyError, match="no check 'wbe': --only takes secrets, pbx"):
        chosen(CHECKS, ["wbe"])


def test_what_a_check_needs_comes_before_it() -> None:
    names = [one.name for one in CHECKS]
    for index, one in enumerate(CHECKS):
        assert set(one.needs) <= set(names[:index])


def test_settings_that_cant_be_read_are_a_failure(tmp_path: object) -> None:
    result = CliRunner().invoke(app, ["doctor", "--config", f"{tmp_path}/none.toml"])
    assert result.exit_code == 2
    assert "FAIL" in result.stdout
    assert "There is no file" in result.stdout
