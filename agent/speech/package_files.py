"""Models that come as Python packages: finding them without importing, and installing them."""

import asyncio
import importlib
import shutil
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from agent.speech.catalogue import PackageFile
from agent.speech.errors import FetchFailed


def package_path(file: PackageFile) -> Path | None:
    """Where a file of an installed package is; None when the package isn't installed.

    The package is not imported: some of them need others that nothing here uses.
    """
    spec = find_spec(file.package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / file.path


def install_command(distribution: str, version: str, *, pip: bool, uv: str | None) -> list[str]:
    """The command that puts exactly this package, whole, into the running environment.

    Raises FetchFailed when there is neither pip nor uv.
    """
    wanted = f"{distribution}=={version}"
    if pip:
        options = ["--no-deps", "--force-reinstall", "--disable-pip-version-check", "--quiet"]
        return [sys.executable, "-m", "pip", "install", *options, wanted]
    if uv:
        options = ["--no-deps", "--reinstall", "--quiet", "--python", sys.executable]
        return [uv, "pip", "install", *options, wanted]
    raise FetchFailed(
        f"{wanted} can't be installed: {sys.executable} has no pip and there is no uv on the PATH"
    )


async def install(distribution: str, version: str) -> None:
    """Install a package into this environment. Raises FetchFailed with the installer's reason."""
    has_pip = find_spec("pip") is not None
    await run(install_command(distribution, version, pip=has_pip, uv=shutil.which("uv")))
    importlib.invalidate_caches()


async def run(command: Sequence[str]) -> None:
    """Run an installer without a shell. Raises FetchFailed with its last words."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    if process.returncode:
        lines = errors.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise FetchFailed(f"`{' '.join(command)}` failed: {lines[-1].strip()}")
