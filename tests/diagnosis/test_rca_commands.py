import asyncio
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app
from tests.diagnosis.told import begun, good, write
from tests.records.calls import NOON


def test_a_call_or_the_newest_one_is_looked_into(
    schema: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Path(shutil.copy(schema, tmp_path / "calls.sqlite3"))
    monkeypatch.setenv("UNDERSTUDY_RECORDS__DATABASE_URL", f"sqlite:///{database}")
    none = CliRunner().invoke(app, ["rca"])
    assert none.exit_code == 1
    assert "There is no call in the records yet" in str(none.exception)

    crashed = begun().ended("lost", ended_by="crash")
    newest = begun(started_at=NOON.replace(hour=23))
    asyncio.run(write(database, (crashed, good(), newest)))
    assert newest.call_id in CliRunner().invoke(app, ["rca"]).output
    done = CliRunner().invoke(app, ["rca", crashed.call_id[:8]])
    assert done.exit_code == 0
    assert "FAULT" in done.output
    assert "The agent's process died during the call." in done.output
    told = json.loads(CliRunner().invoke(app, ["rca", crashed.call_id, "--json"]).output)
    assert [finding["rule"] for finding in told["findings"]] == ["ended_badly"]
