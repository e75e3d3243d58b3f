"""Whether the passwords are in a file that only its owner reads."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from agent.config import Settings, secrets_file_candidates
from agent.doctor.finding import Finding, fail, ok, warn

_OTHERS = 0o077


async def look(_: Settings) -> Sequence[Finding]:
    """The file that UNDERSTUDY_SECRETS names, else the first of the usual places."""
    return await asyncio.to_thread(_look)


def _look() -> list[Finding]:
    named = os.environ.get("UNDERSTUDY_SECRETS")
    places = (Path(named),) if named else secrets_file_candidates()
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        return [
            warn(
                "there is no secrets file",
                "Passwords come from the environment, or there are none.",
                f"understudy init writes one; it belongs to {places[-2 if len(places) > 1 else 0]}",
            )
        ]
    return [judge(file, file.stat().st_mode & 0o777)]


def judge(file: Path, mode: int) -> Finding:
    """`mode`: its nine bits of rights."""
    if mode & _OTHERS:
        return fail(
            f"others may read {file} (mode {mode:o})",
            "Whoever has an account here can place calls on your PBX.",
            f"chmod 600 {file}",
        )
    return ok(f"{file} is its owner's alone")
