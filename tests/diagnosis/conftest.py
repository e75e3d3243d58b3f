"""Every scenario's call in one database, written by the real writer and read by the real store."""

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.records.report import CallReport
from agent.records.store import CallStore
from tests.diagnosis.scenarios import SCENARIOS
from tests.diagnosis.told import begun, good, write


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without calls; to be copied."""
    path = tmp_path_factory.mktemp("diagnosis") / "empty.sqlite3"
    asyncio.run(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def reports(schema: Path) -> Mapping[str, CallReport]:
    """By scenario, and "good" and "live"."""
    database = Path(shutil.copy(schema, schema.with_name("calls.sqlite3")))
    calls = {name: scenario.call() for name, scenario in SCENARIOS.items()}
    calls |= {"good": good(), "live": begun()}

    async def write_and_read() -> Mapping[str, CallReport]:
        await write(database, tuple(calls.values()))
        engine = create_engine(f"sqlite:///{database}")
        store = CallStore(engine)
        read = {name: await store.report(call.call_id) for name, call in calls.items()}
        await engine.dispose()
        return read

    return asyncio.run(write_and_read())
