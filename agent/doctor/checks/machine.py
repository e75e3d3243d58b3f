"""Whether the machine has memory and files enough."""

import resource
from collections.abc import Sequence
from pathlib import Path

from agent.config import Settings
from agent.doctor.finding import Finding, ok, warn

# A process with the bundled models, and room for its calls.
_MEMORY_GB = 1.0
_FILES = 4096
_GB = 1e9


async def look(_: Settings) -> Sequence[Finding]:
    """What is free now, and what this user may open."""
    return [judge_memory(_available()), judge_files(*resource.getrlimit(resource.RLIMIT_NOFILE))]


def _available() -> int:
    """MemAvailable (proc(5)): free memory, and what caches would give back; in bytes."""
    lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    return int(fields["MemAvailable"].split()[0]) * 1024


def judge_memory(available: int) -> Finding:
    """`available` in bytes."""
    seen = f"{available / _GB:.1f} GB of memory available"
    if available / _GB >= _MEMORY_GB:
        return ok(seen)
    return warn(
        seen,
        "The process may be killed with its calls (they go to the queue).",
        "`ps aux --sort -rss | head` shows who has it; give the machine more",
    )


def judge_files(soft: int, hard: int) -> Finding:
    """A call takes a socket and a file; the desk a socket a page."""
    seen = f"{soft} open files allowed"
    if soft == resource.RLIM_INFINITY or soft >= _FILES:
        return ok(seen)
    return warn(
        f"{seen} (ulimit -n; at most {hard})",
        "With many calls and open pages new ones are refused.",
        f"LimitNOFILE={_FILES} in the unit (the one that comes with understudy has it), or "
        f"ulimit -n {_FILES}",
    )
