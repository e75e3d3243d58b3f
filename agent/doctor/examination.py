"""The checks in their order; what rests on a part that failed is not looked at."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from agent.config import ConfigError, Settings
from agent.doctor.finding import Finding, Level, fail
from agent.errors import UnderstudyError

_LONGEST_S = 60.0


@dataclass(frozen=True, slots=True)
class Check:
    """`look` raises nothing that it knows of; `needs` are checks without which it means nothing."""

    name: str
    looks_at: str
    look: Callable[[Settings], Awaitable[Sequence[Finding]]]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Examined:
    """A check and what it found."""

    check: str
    findings: tuple[Finding, ...]

    @property
    def level(self) -> Level:
        """The worst of its findings; `skipped` is not a failure of its own."""
        levels = [finding.level for finding in self.findings]
        return next((one for one in (Level.FAIL, Level.WARN) if one in levels), levels[0])

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        found = [finding.as_dict() for finding in self.findings]
        return {"check": self.check, "level": self.level.value, "findings": found}


def chosen(checks: Sequence[Check], only: Collection[str]) -> tuple[Check, ...]:
    """Those that are asked for, all without names. Raises UnderstudyError for an unknown name."""
    names = [check.name for check in checks]
    unknown = sorted(set(only) - set(names))
    if unknown:
        raise UnderstudyError(f"There is no check '{unknown[0]}': --only takes {', '.join(names)}.")
    return tuple(check for check in checks if not only or check.name in only)


async def examine(
    checks: Sequence[Check], settings: Settings, begun: Callable[[Check], None]
) -> AsyncIterator[Examined]:
    """One after the other: a machine that is measured must not be busy with the next check."""
    failed: set[str] = set()
    for check in checks:
        begun(check)
        missing = [name for name in check.needs if name in failed]
        if missing:
            seen = f"not looked at, because '{missing[0]}' failed"
            yield Examined(check.name, (Finding(Level.SKIPPED, seen),))
            failed.add(check.name)
            continue
        examined = Examined(check.name, tuple(await _look(check, settings)))
        if examined.level is Level.FAIL:
            failed.add(check.name)
        yield examined


async def _look(check: Check, settings: Settings) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(_LONGEST_S):
            return await check.look(settings)
    except TimeoutError:
        return [_unanswered(check, f"no result within {_LONGEST_S:.0f} s")]
    except UnderstudyError as error:
        return [_unanswered(check, str(error))]
    except Exception as error:  # what no check foresaw must not hide what the others see
        return [_unanswered(check, f"{type(error).__name__}: {error}")]


def _unanswered(check: Check, why: str) -> Finding:
    return fail(
        why,
        f"{check.looks_at[0].upper()}{check.looks_at[1:]} could not be examined.",
        f"Mend that, then: understudy doctor --only {check.name}",
    )


def unreadable(error: ConfigError) -> Examined:
    """Settings that can't be read: nothing else can be looked at."""
    seen = fail(str(error), "No command works.", "Mend the file, then: understudy config")
    return Examined("settings", (seen,))


def exit_status(examined: Sequence[Examined]) -> int:
    """0: all well, 1: warnings, 2: failures."""
    levels = {one.level for one in examined}
    return 2 if Level.FAIL in levels else 1 if Level.WARN in levels else 0
