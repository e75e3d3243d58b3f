"""Signing in with a real browser, under the policy that its pages have."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.browser import CHROMIUM, chromium
from tests.web.access.guarded import Desk, desk
from tests.web.pictures import seen
from tests.web.signed_in import PASSWORD, add_person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
]


@pytest.fixture
async def site(sqlite: AsyncEngine, free_port: int) -> AsyncIterator[Desk]:
    async with desk(sqlite, free_port) as found:
        yield found


async def test_a_supervisor_signs_in_looks_round_and_signs_out(
    site: Desk, sqlite: AsyncEngine, tmp_path: Path
) -> None:
    async with asyncio.timeout(60), chromium(tmp_path / "profile") as browser:
        at = f"{site.url}/sign-in?next=/calls"
        await browser.ask("Page.navigate", url=f"{site.url}/calls")
        await browser.is_at(at)
        assert "understudy user add NAME" in await browser.value("document.body.innerText")
        await seen(browser, "first-user")
        await add_person(sqlite, "vera")

        await browser.ask("Page.navigate", url=f"{site.url}/calls")
        await browser.is_at(at)
        assert await browser.value("document.activeElement.name") == "name"
        await browser.ask("Input.insertText", text="vera")
        await browser.press("\t")
        await browser.ask("Input.insertText", text="wrong")
        await browser.press("\r")
        await asyncio.sleep(0.2)
        await browser.is_at(at)
        told = await browser.value("document.querySelector('[role=alert]').innerText")
        assert told == "The name or the password is wrong."
        assert await browser.value("document.activeElement.name") == "password"
        await seen(browser, "refused")

        await browser.ask("Input.insertText", text=PASSWORD)
        await browser.press("\r")
        await browser.is_at(f"{site.url}/calls")
        assert await browser.value("typeof htmx") == "object"  # the policy lets our scripts run
        assert "vera" in await browser.value("document.querySelector('header').innerText")
        assert await browser.value("document.cookie") == ""  # scripts don't see it
        await seen(browser, "calls")

        await browser.press("?")
        keys = await browser.value("document.getElementById('keys').innerText")
        assert "2\tCalls" in keys
        assert await browser.value("document.getElementById('keys').open")
        await seen(browser, "keys")
        await browser.press("?")
        assert not await browser.value("document.getElementById('keys').open")

        headers = "document.body.getAttribute('hx-headers')"
        order = f"fetch('/orders', {{method: 'POST', headers: JSON.parse({headers})}})"
        await browser.value(f"{order}.then((found) => {{ window.order = found.status }}), 0")
        while (status := await browser.value("window.order || 0")) == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        assert status == 200

        await browser.value("document.querySelector('header form button').click()")
        await browser.is_at(f"{site.url}/sign-in")
        await browser.ask("Page.navigate", url=f"{site.url}/calls")
        await browser.is_at(at)


async def test_a_script_that_got_into_a_page_does_not_run(
    site: Desk, sqlite: AsyncEngine, tmp_path: Path
) -> None:
    await add_person(sqlite, "vera")
    async with asyncio.timeout(60), chromium(tmp_path / "profile") as browser:
        await browser.ask("Page.navigate", url=f"{site.url}/sign-in")
        await browser.is_at(f"{site.url}/sign-in")
        await browser.value(
            """(() => {
              const script = document.createElement("script");
              script.textContent = "window.ran = true";
              document.body.append(script);
              const picture = document.createElement("div");
              picture.innerHTML = '<img src="x" onerror="window.ran = true">';
              document.body.append(picture);
              return 0;
            })()"""
        )
        await asyncio.sleep(0.3)
        assert await browser.value("window.ran === undefined")
