"""`understudy user`, `understudy token` and `understudy audit`."""

import io
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.web.access.role import Role
from tests.test_cli import Run, run  # noqa: F401  a fixture
from tests.web.conftest import empty_database  # noqa: F401  a fixture

PHRASE = "tram lupin dusk anvil"


@pytest.fixture
def settings(empty_database: Path, tmp_path: Path) -> dict[str, str]:  # noqa: F811
    shutil.copy(empty_database, tmp_path / "calls.sqlite3")
    return {"UNDERSTUDY_RECORDS__DATABASE_URL": f"sqlite:///{tmp_path}/calls.sqlite3"}


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def listed(run: Run, settings: dict[str, str], what: str) -> list[dict[str, Any]]:  # noqa: F811
    found: list[dict[str, Any]] = json.loads(run(what, "list", "--json", **settings).out)
    return found


def test_a_user_from_the_first_day_to_the_last(
    run: Run,  # noqa: F811
    settings: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "understudy user add NAME" in run("user", "list", **settings).out
    typed(monkeypatch, f"{PHRASE}\n")
    done = run("user", "add", "Vera", "--role", "supervisor", "--password-stdin", **settings)
    assert (done.status, done.out) == (0, "vera may sign in as supervisor\n")
    (vera,) = listed(run, settings, "user")
    assert (vera["name"], vera["role"], vera["disabled"]) == ("vera", "supervisor", None)
    assert "vera" in run("user", "list", **settings).out

    typed(monkeypatch, f"{PHRASE}\n")
    done = run("user", "add", "vera", "--role", "auditor", "--password-stdin", **settings)
    assert done.status == 1
    assert "There is a user 'vera' already" in done.complaint
    run("user", "disable", "vera", **settings)
    assert listed(run, settings, "user")[0]["disabled"]
    run("user", "disable", "vera", "--off", **settings)
    typed(monkeypatch, f"{PHRASE} again\r\n")
    assert run("user", "password", "vera", "--password-stdin", **settings).status == 0
    (changed,) = listed(run, settings, "user")
    assert changed["disabled"] is None
    assert changed["password"] > vera["password"]
    run("user", "remove", "vera", **settings)
    assert listed(run, settings, "user") == []

    entries = json.loads(run("audit", "--json", **settings).out)
    assert [entry["action"] for entry in entries] == [
        "user.added", "user.disabled", "user.enabled", "user.password_changed", "user.removed"
    ]  # fmt: skip
    assert {entry["from"] for entry in entries} == {"command line"}
    assert all(entry["who"].startswith("unix:") for entry in entries)
    assert PHRASE not in str(entries)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("user", "disable", "nobody"), "There is no user 'nobody'"),
        (("user", "remove", "nobody"), "There is no user 'nobody'"),
        (("user", "remove", "a b"), "can't be a name"),
        (("token", "revoke", "nothing"), "There is no token 'nothing'"),
    ],
)
def test_who_is_not_there_is_named_in_one_line(
    run: Run,  # noqa: F811
    settings: dict[str, str],
    command: tuple[str, ...],
    told: str,
) -> None:
    done = run(*command, **settings)
    assert done.status == 1
    assert told in done.complaint
    assert "\n" not in done.complaint.strip()


def test_a_weak_password_makes_nobody(
    run: Run,  # noqa: F811
    settings: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for text in ("short\n", ""):
        typed(monkeypatch, text)
        done = run("user", "add", "vera", "--role", "auditor", "--password-stdin", **settings)
        assert done.status == 1
        assert "take at least 12" in done.complaint
    assert listed(run, settings, "user") == []


def test_a_token_is_told_once(run: Run, settings: dict[str, str]) -> None:  # noqa: F811
    done = run("token", "add", "prometheus", "--role", "monitor", "--days", "30", **settings)
    secret = done.out.strip()
    assert secret.startswith("understudy_")
    assert len(secret) > 50
    (token,) = listed(run, settings, "token")
    assert (token["role"], token["used"]) == (Role.MONITOR, None)
    assert token["expires"] > token["made"]
    assert secret not in run("audit", "--json", **settings).out
    assert run("token", "add", "prometheus", "--role", "monitor", **settings).status == 1
    assert run("token", "revoke", "prometheus", **settings).status == 0
    assert listed(run, settings, "token") == []


def test_the_audit_trail_is_narrowed_down(run: Run, settings: dict[str, str]) -> None:  # noqa: F811
    assert run("audit", **settings).out == "Nothing yet\n"
    run("token", "add", "a", "--role", "auditor", **settings)
    assert "token.added" in run("audit", **settings).out
    assert json.loads(run("audit", "--json", "--who", "vera", **settings).out) == []
    assert json.loads(run("audit", "--json", "--since", "2999-01-01", **settings).out) == []
    assert len(json.loads(run("audit", "--json", "--since", "2026-01-01", **settings).out)) == 1
