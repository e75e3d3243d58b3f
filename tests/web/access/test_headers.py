import re
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientResponse, ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.web.static_files import static_files, static_url
from tests.web.access.guarded import HTML, Desk, desk
from tests.web.signed_in import add_person


@pytest.fixture
async def site(sqlite: AsyncEngine, free_port: int) -> AsyncIterator[Desk]:
    await add_person(sqlite, "vera")
    async with desk(sqlite, free_port) as found:
        yield found


def policy(answer: ClientResponse) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return dict(part.partition(" ")[::2] for part in parts)


async def test_every_answer_is_guarded(site: Desk) -> None:
    for path in ("/sign-in", "/open", "/board", "/nowhere", "/metrics", "/static/desk.js"):
        answer = await site.answer("GET", path, headers=HTML)
        found = policy(answer)
        assert found["default-src"] == "'none'"
        assert found["frame-ancestors"] == "'none'"
        assert "unsafe" not in found["script-src"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Server"] == "Understudy"
        assert "Strict-Transport-Security" not in answer.headers
        kept = "no-cache" if path.startswith("/static") else "no-store"
        assert answer.headers["Cache-Control"] == kept


async def test_each_page_has_a_nonce_of_its_own(site: Desk) -> None:
    nonces = [policy(await site.answer("GET", "/sign-in"))["script-src"] for _ in range(2)]
    assert nonces[0] != nonces[1]
    assert all(re.fullmatch(r"'self' 'nonce-[\w-]{22}'", nonce) for nonce in nonces)


async def test_no_page_has_a_script_that_its_policy_forbids(site: Desk) -> None:
    await site.sign_in("vera")
    for path in ("/sign-in", "/calls"):
        page = (await site.get(path))[1]
        assert all(
            "src=" in script or "nonce=" in script for script in re.findall("<script[^>]*>", page)
        )
        assert not re.search(r"\son\w+=|javascript:", page)


async def test_trouble_is_told_in_the_layout_of_the_desk(site: Desk) -> None:
    await site.sign_in("vera")
    for path, status, told in (
        ("/nowhere", 404, "Not Found"),
        ("/pop", 403, "role supervisor"),
    ):
        answer = await site.answer("GET", path, headers=HTML)
        assert (answer.status, answer.content_type) == (status, "text/html")
        assert told in await answer.text()
        assert 'href="/calls"' in await answer.text()


async def test_scripts_are_kept_by_their_version(site: Desk) -> None:
    url = static_url("htmx.min.js")
    answer = await site.answer("GET", url)
    assert (answer.status, answer.content_type) == (200, "text/javascript")
    assert (await answer.text()).encode() == static_files()["htmx.min.js"].content
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for other in ("/static/htmx.min.js", "/static/htmx.min.js?v=0123456789abcdef"):
        assert (await site.answer("GET", other)).headers["Cache-Control"] == "no-cache"
    for name in ("nothing.js", "..%2Fserver.py", "..%5Cserver.py", "%2Fetc%2Fpasswd"):
        assert (await site.get(f"/static/{name}"))[0] in (401, 404)


async def test_the_navigation_has_what_is_there_for_the_role(site: Desk) -> None:
    await site.sign_in("vera")
    page = (await site.get("/calls"))[1]
    assert re.findall(r'<a href="([^"]+)" data-key="(\d)"', page) == [("/", "1"), ("/calls", "2")]
    assert 'href="/calls" data-key="2" aria-current="page"' in page
    assert "vera" in page


async def test_over_tls_the_cookie_is_bound_to_this_host(
    sqlite: AsyncEngine, free_port: int, certificate: tuple[Path, Path]
) -> None:
    await add_person(sqlite, "vera")
    chain, key = map(str, certificate)
    trust = ssl.create_default_context(cafile=chain)
    async with (
        desk(sqlite, free_port, tls_certificate=chain, tls_key=key) as site,
        ClientSession() as browser,
    ):
        url = site.url.replace("http://", "https://")
        async with browser.get(f"{url}/sign-in", ssl=trust) as answer:
            cookie = answer.headers["Set-Cookie"]
            assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert cookie.startswith("__Host-understudy=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


async def test_behind_a_tls_proxy_too(sqlite: AsyncEngine, free_port: int) -> None:
    forwarded = {
        "X-Forwarded-For": "192.0.2.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "desk.example",
    }
    async with desk(sqlite, free_port, trusted_proxies=["127.0.0.1"]) as site:
        answer = await site.answer("GET", "/sign-in", headers=forwarded)
    assert answer.headers["Set-Cookie"].startswith("__Host-understudy=")
    async with desk(sqlite, free_port) as site:
        answer = await site.answer("GET", "/sign-in", headers=forwarded)
    assert answer.headers["Set-Cookie"].startswith("understudy=")
    assert "Secure" not in answer.headers["Set-Cookie"]
