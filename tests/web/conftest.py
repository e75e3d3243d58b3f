"""What tests of pages need: databases with this version's schema, ports, a certificate."""

import asyncio
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.records.database import create_engine
from agent.records.migrate import upgrade


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file to copy: migrating one takes half a second."""
    path = tmp_path_factory.mktemp("schema") / "calls.sqlite3"
    asyncio.run(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture
async def sqlite(empty_database: Path, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """An engine on a new, empty SQLite database."""
    shutil.copy(empty_database, tmp_path / "calls.sqlite3")
    engine = create_engine(f"sqlite:///{tmp_path}/calls.sqlite3")
    yield engine
    await engine.dispose()


@pytest.fixture
def free_port() -> int:
    """A TCP port of loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and its key."""
    folder = tmp_path_factory.mktemp("tls")
    pair = folder / "desk.pem", folder / "desk.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-out", pair[0], "-keyout", pair[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    return pair
