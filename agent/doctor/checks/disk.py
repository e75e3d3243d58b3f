"""Whether recordings and spool have room, can be written, and are ours alone."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from agent.config import Settings
from agent.doctor.finding import Finding, fail, ok, warn

_OTHERS = 0o077
_GB = 1e9
# Two channels of 16 bits at 8 kHz.
_RECORDING_BYTES_S = 32_000
_FAIL_GB, _WARN_GB = 0.5, 5.0


async def look(settings: Settings) -> Sequence[Finding]:
    """The folder of recordings, and that of the spool."""
    records = settings.records
    folders = {"recordings": records.recordings_dir, "spool": records.spool_dir}
    found = [(name, folder) for name, folder in folders.items() if folder is not None]
    return await asyncio.to_thread(
        lambda: [finding for name, folder in found for finding in _judge(name, folder)]
    )


def _judge(name: str, folder: Path) -> list[Finding]:
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        return [
            fail(
                f"{name}: {there} can't be written ({error.strerror})",
                "Calls go on; what is kept of them is lost." if name == "recordings" else
                "Records are in memory alone.",
                f"install -d -m 700 -o understudy {folder}; with systemd also ReadWritePaths= of "
                "the unit",
            )
        ]  # fmt: skip
    findings = [judge_room(name, str(folder), shutil.disk_usage(there).free)]
    if folder.exists() and (mode := folder.stat().st_mode & 0o777) & _OTHERS:
        findings.append(
            warn(
                f"{name}: others may read {folder} (mode {mode:o})",
                "Callers' voices and words are personal data.",
                f"chmod 700 {folder}",
            )
        )
    elif folder.exists() and folder.stat().st_uid != os.geteuid():
        findings.append(
            warn(
                f"{name}: {folder} belongs to another user than the one who asks",
                "What `understudy serve` may do there is not what was tried.",
                "sudo -u understudy understudy doctor --only disk",
            )
        )
    return findings


def judge_room(name: str, folder: str, free: int) -> Finding:
    """`free` in bytes."""
    hours = free / _RECORDING_BYTES_S / 3600
    seen = f"{name}: {free / _GB:.1f} GB free for {folder}"
    if name == "recordings":
        seen += f", {hours:,.0f} hours of calls"
    if free / _GB >= _WARN_GB:
        return ok(seen)
    make = fail if free / _GB < _FAIL_GB else warn
    return make(
        seen,
        "When it is full, recordings stop and records are in memory alone.",
        "understudy retention apply; a shorter [records] keep_audio_days, or a larger disk",
    )
