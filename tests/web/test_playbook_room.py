import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.config import WebSettings
from agent.dialogue.in_use import PlaybookInUse
from agent.dialogue.loader import find_playbook
from agent.dialogue.understanding import Understander
from agent.records.versions import versions_seen
from agent.speech.hashing import file_sha256
from agent.web.access.access import Access
from agent.web.playbooks.room import PlaybookRoom
from agent.web.server import WebServer
from tests.dialogue.bag_of_words import BagOfWordsEncoder
from tests.web.sample_call import STARTED, sample_report
from tests.web.signed_in import bearer


async def nothing_to_prepare(_: object) -> None:
    pass


@pytest.fixture
async def client(
    sqlite: AsyncEngine, free_port: int, tmp_path: Path
) -> AsyncIterator[ClientSession]:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    shutil.copy(find_playbook("larkfield"), old)
    new.write_text(old.read_text().replace("Larkfield Broadband, fibre", "Larkfield <b>, fibre", 1))
    async with AsyncSession(sqlite) as session:
        for number, path in enumerate((old, old, new)):
            call = sample_report(
                id=f"5b7e2f0a-0000-4000-8000-00000000000{number}",
                playbook_sha256=file_sha256(path),
                started_at=STARTED + timedelta(hours=number),
            ).call
            session.add(call)
        await session.commit()
    in_use = PlaybookInUse(
        str(new), lambda book: Understander(book, BagOfWordsEncoder()), None, nothing_to_prepare
    )
    await in_use.load()
    settings = WebSettings(port=free_port)
    room = PlaybookRoom([in_use], lambda: versions_seen(sqlite))
    server = WebServer(settings, [room], Access(settings, sqlite))
    await server.start()
    async with ClientSession(settings.url, headers=await bearer(sqlite)) as client:
        yield client
    await server.stop()


async def test_the_playbook_in_use_can_be_read_and_its_versions_compared(
    client: ClientSession, tmp_path: Path
) -> None:
    html = await (await client.get("/playbook")).text()
    assert "Larkfield &lt;b&gt;, fibre" in html
    assert "open.hello" in html
    assert '<td class="number">2</td>' in html
    old, new = (file_sha256(tmp_path / name) for name in ("old.yaml", "new.yaml"))
    address = f"/playbook/diff?before={old}&after={new}"
    assert address.replace("&", "&amp;") in html
    difference = await (await client.get(address)).text()
    assert "playbook.title" in difference
    assert "Larkfield &lt;b&gt;" in difference


async def test_only_files_beside_the_playbooks_are_read(client: ClientSession) -> None:
    assert (await client.get("/playbook/diff?before=/etc/passwd&after=x")).status == 404
    assert (await client.get("/playbook?name=other")).status == 404
