"""`understudy doctor` on the real PBX: prepared breakages are named, with what mends them."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from agent.config import load_settings
from agent.doctor.checks import CHECKS
from agent.doctor.examination import chosen, examine
from agent.records.migrate import downgrade, upgrade
from agent.setup.answers import Answers
from agent.setup.files import Place, plan, write
from tests.pbx.conftest import Pbx, PhoneFactory
from tests.pbx.live_agent import LiveAgent

Found = dict[str, dict[str, Any]]


class Doctor:
    """Examines with settings of the test's own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.database_url = f"sqlite:///{folder / 'calls.sqlite3'}"
        self.environment = {
            "UNDERSTUDY_RECORDS__DATABASE_URL": self.database_url,
            "UNDERSTUDY_RECORDS__RECORDINGS_DIR": str(folder / "recordings"),
            "UNDERSTUDY_RECORDS__SPOOL_DIR": str(folder / "spool"),
        }

    async def look(self, *only: str, **environment: str) -> Found:
        """What it says, by check."""
        with self._monkeypatch.context() as patch:
            for name, value in {**self.environment, **environment}.items():
                patch.setenv(name, value)
            settings = load_settings()
        looked_at = examine(chosen(CHECKS, only), settings, lambda check: None)
        return {one.check: one.as_dict() async for one in looked_at}

    async def run(self, **environment: str) -> tuple[int, Found]:
        """The same by the command, all checks; and its exit status."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "agent.cli", "doctor", "--json"),
            env={**os.environ, **self.environment, **environment},
            stdout=subprocess.PIPE,
        )
        out, _ = await process.communicate()
        found = json.loads(out)
        assert process.returncode == found["status"]
        return found["status"], {check["check"]: check for check in found["checks"]}


def told(found: Found, check: str, level: str = "fail") -> str:
    """All that a check says in findings of a level."""
    findings = [one for one in found[check]["findings"] if one["level"] == level]
    assert findings, found[check]
    return " | ".join(f"{one['seen']} => {one['remedy']}" for one in findings)


@contextmanager
def changed(file: Path, old: str, new: str) -> Iterator[None]:
    """A file of Asterisk's with another text in it; as it was at the end."""
    whole = file.read_text()
    assert old in whole
    file.write_text(whole.replace(old, new))
    try:
        yield
    finally:
        file.write_text(whole)


@contextmanager
def installed(source: Path, target: Path) -> Iterator[None]:
    """Files copied over those of a folder of Asterisk's; as it was at the end."""
    before = target.with_name("before")
    shutil.copytree(target, before)
    try:
        for file in filter(Path.is_file, source.rglob("*")):
            # Asterisk's own file stays its own: contents alone are replaced.
            there = target / file.relative_to(source)
            there.write_text(file.read_text())
        yield
    finally:
        for file in filter(Path.is_file, before.rglob("*")):
            (target / file.relative_to(before)).write_text(file.read_text())
        shutil.rmtree(before)


@contextmanager
def blocked(packets: str) -> Iterator[None]:
    """UDP with these ports goes nowhere, by routing: where tests run there is no firewall."""
    drop = f"prio 1 ipproto udp {packets} blackhole"
    # The table of local addresses comes first; something has to come before it.
    before = ["add prio 10 lookup local", "del prio 0", f"add {drop}"]
    after = [f"del {drop}", "add prio 0 lookup local", "del prio 10"]
    try:
        for rule in before:
            subprocess.run(["ip", "rule", *rule.split()], check=True)
        yield
    finally:
        for rule in after:
            subprocess.run(["ip", "rule", *rule.split()], check=False)


@pytest.fixture
async def doctor(
    pbx: Pbx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Doctor]:
    yield Doctor(tmp_path, monkeypatch)
    await pbx.wait_until_idle()  # it leaves nothing behind


async def test_a_healthy_installation_beside_a_working_agent(
    pbx: Pbx, doctor: Doctor, human: PhoneFactory, tmp_path: Path
) -> None:
    with LiveAgent.start(tmp_path) as agent:
        port = agent.process.url.rpartition(":")[2]
        async with human("agent1"):
            status, found = await doctor.run(UNDERSTUDY_WEB__PORT=port)
        assert await pbx.ari("applications/understudy")  # the agent still has its own
    failed = {name: check for name, check in found.items() if check["level"] == "fail"}
    assert not failed
    assert "connected as the Stasis application" in told(found, "ari", "ok")
    media = told(found, "media", "ok")
    assert all(f"{codec}: a tone each way" in media for codec in ("ulaw", "alaw", "g722"))
    # Nobody may sign in yet; that is the only thing left to do.
    assert {name for name, one in found.items() if one["level"] == "warn"} <= {"people", "machine"}
    assert status == 1


async def test_a_wrong_ari_password_and_a_user_that_may_only_read(pbx: Pbx, doctor: Doctor) -> None:
    found = await doctor.look("pbx", "dialplan", "ari", UNDERSTUDY_ARI__PASSWORD="wrong")
    assert "does not let the ARI user 'understudy' in" in told(found, "pbx")
    assert "[ari] password in secrets.toml" in told(found, "pbx")
    assert found["dialplan"]["level"] == "skipped"  # one cause, one failure
    file = pbx.configuration / "understudy" / "ari_understudy.conf"
    with changed(file, "read_only = no", "read_only = yes"):
        await pbx.cli("module reload res_ari.so")
        assert "`read_only = no` in [understudy]" in told(await doctor.look("ari"), "ari")
    await pbx.cli("module reload res_ari.so")
    assert "may read and write" in told(await doctor.look("ari"), "ari", "ok")


async def test_a_dialplan_without_a_context_or_for_another_agent(pbx: Pbx, doctor: Doctor) -> None:
    file = pbx.configuration / "understudy" / "dialplan" / "understudy.conf"
    with changed(file, "[understudy-handoff]", "[understudy-mislaid]"):
        await pbx.cli("dialplan reload")
        found = await doctor.look("dialplan")
    await pbx.cli("dialplan reload")
    assert "no context understudy-handoff =>" in told(found, "dialplan")
    assert "dialplan/understudy.conf" in told(found, "dialplan")
    found = await doctor.look("dialplan", "queues", UNDERSTUDY_ARI__APP="another")
    assert "UNDERSTUDY_APP = another" in told(found, "dialplan")
    assert "3 members, 0 logged in" in told(found, "queues", "warn")


async def test_a_manager_user_without_rights_or_with_too_many(pbx: Pbx, doctor: Doctor) -> None:
    wrong = await doctor.look("ami", UNDERSTUDY_AMI__SECRET="wrong")
    assert "does not let the user 'understudy' in" in told(wrong, "ami")
    file = pbx.configuration / "understudy" / "manager_understudy.conf"
    with changed(file, "read = agent", "read = call\nwrite = originate,command"):
        await pbx.cli("manager reload")
        found = await doctor.look("ami")
    with changed(file, "read = agent", "read = agent\nwrite ="):
        await pbx.cli("manager reload")
        assert (await doctor.look("ami"))["ami"]["level"] == "ok"
    assert "Set `read = agent` in [understudy]" in told(found, "ami")
    assert "may also write: originate, command" in told(found, "ami", "warn")


async def test_sound_that_passes_one_way_only(doctor: Doctor) -> None:
    elsewhere = await doctor.look("media", UNDERSTUDY_MEDIA__BIND_HOST="192.0.2.7")
    assert "Set [media] bind_host" in told(elsewhere, "media")
    with blocked("dport 40000-40999"):
        assert "can't open RTP towards 127.0.0.1" in told(await doctor.look("media"), "media")
    with blocked("sport 10000-10999"):
        towards_us = told(await doctor.look("media"), "media")
    assert "Asterisk hears us, and nothing from 127.0.0.1" in towards_us
    assert "to 127.0.0.1 ports 40000-40999/udp through the firewall" in towards_us
    with blocked("sport 40000-40999"):
        from_us = told(await doctor.look("media"), "media")
    assert "we hear Asterisk, and nothing from 127.0.0.1" in from_us
    assert "Let UDP from 127.0.0.1 to 127.0.0.1 ports rtpstart-rtpend" in from_us


async def test_a_database_that_is_down_or_of_an_older_version(doctor: Doctor) -> None:
    nowhere = "postgresql://understudy:hidden-word@127.0.0.1:1/understudy"
    found = await doctor.look("database", "people", UNDERSTUDY_RECORDS__DATABASE_URL=nowhere)
    assert "on 127.0.0.1:1 can't be reached" in told(found, "database")
    assert "Start the server" in told(found, "database")
    assert "hidden-word" not in json.dumps(found)
    assert found["people"]["level"] == "skipped"
    await upgrade(doctor.database_url)
    await downgrade(doctor.database_url, "-1")
    older = await doctor.look("database")
    assert "understudy db upgrade" in told(older, "database")
    await upgrade(doctor.database_url)
    assert "takes a row" in told(await doctor.look("database"), "database", "ok")


async def test_a_model_that_is_missing(doctor: Doctor) -> None:
    found = await doctor.look("models", "speech", UNDERSTUDY_SPEECH__ASR_MODEL="vosk-model-gone")
    assert "asr: There is no asr model vosk-model-gone" in told(found, "models")
    assert "Correct [speech] asr_model in understudy.toml" in told(found, "models")
    assert found["speech"]["level"] == "skipped"


async def test_what_init_writes_works_on_the_pbx(
    pbx: Pbx, doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path / "etc", None)
    answers = Answers("127.0.0.1", "support", "larkfield", "", "vera")
    files = plan(answers, place)
    write(files, force=False)
    monkeypatch.setenv("UNDERSTUDY_CONFIG", str(place.config / "understudy.toml"))
    monkeypatch.setenv("UNDERSTUDY_SECRETS", str(place.config / "secrets.toml"))
    extensions = pbx.configuration / "understudy" / "dialplan" / "test-pbx.conf"
    include = "[globals]\n#include understudy/dialplan/globals.conf"
    with (
        installed(place.pbx, pbx.configuration / "understudy"),
        changed(extensions, "[globals]", include),
    ):
        await pbx.cli("core reload")
        found = await doctor.look("secrets", "pbx", "ari", "ami", "dialplan", "queues")
    await pbx.cli("core reload")
    await pbx.request("POST", "asterisk/variable", variable="UNDERSTUDY_FALLBACK_QUEUE", value="")
    assert {name for name, one in found.items() if one["level"] == "fail"} == set()
    assert "the queue 'support' (the dialplan's fallback)" in told(found, "queues", "warn")
