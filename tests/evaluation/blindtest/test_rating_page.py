"""The rating page in a real browser: pressed through, reloaded, saved, and read back."""

import asyncio
import json
from pathlib import Path

import pytest

from agent.evaluation.blindtest.collect import collect
from tests.browser import CHROMIUM, chromium
from tests.evaluation.blindtest.kits import answer, kit_at

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
]


async def saved(downloads: Path, name: str) -> Path:
    """A file that the browser writes some time after it was asked to."""
    for _ in range(200):
        if (downloads / name).exists():
            return downloads / name
        await asyncio.sleep(0.05)
    raise AssertionError(f"{name} was not saved")


async def test_a_rater_with_a_keyboard_is_understood(tmp_path: Path) -> None:
    folder, downloads = tmp_path / "test", tmp_path / "downloads"
    downloads.mkdir()
    kit, _ = kit_at(folder, 2)
    page = folder / "ann" / "session-1.html"
    first, second = kit.sessions[0].items
    async with chromium(tmp_path / "profile") as browser:
        await browser.downloads_to(downloads)
        await browser.screen(1280, 900)
        await browser.open(page)
        await browser.press("a")  # a guess before the scores is not taken
        assert await browser.value("answers[kit.items[0].id].guess") is None
        await browser.press("2101n" + "2" * 17 + "a3")
        assert await browser.value("document.getElementById('count').textContent") == "22 of 22"

        await browser.open(page)  # closed and opened again: all is there
        await browser.press("]" + "0n" + "k1")
        await browser.press("s")
        path = await saved(downloads, f"{kit.test}-ann-session-1.json")
        sent = json.loads(path.read_text("utf-8"))
        told = await browser.value("document.getElementById('told').textContent")
        assert "1 of 2 calls are not finished" in told

        # What a phone shows has to fit across it, in the dark, too.
        await browser.screen(390, 844, dark=True)
        assert await browser.value("document.documentElement.scrollWidth") <= 390
        light = await browser.value("getComputedStyle(document.body).backgroundColor")
        assert light == "rgb(22, 23, 25)"

    given = sent["answers"][first]
    assert list(given["scores"].values()) == [2, 1, 0, 1, "NA", *[2] * 17]
    assert (given["guess"], given["sure"]) == ("ai", 3)
    assert sent["answers"][second]["scores"] == {"A1": 0, "A2": 1}
    (folder / "answers" / path.name).write_bytes(path.read_bytes())
    found = collect(folder)
    assert found.problems == ()
    assert len(found.ratings.ratings) == 2
    assert "half filled, 1 of 2 calls" in found.ratings.missing[0]


async def test_the_third_rater_is_asked_what_is_disputed_and_no_guess(tmp_path: Path) -> None:
    folder, downloads = tmp_path / "test", tmp_path / "downloads"
    downloads.mkdir()
    kit, _ = kit_at(folder, 1)
    apart = ("ann", "D3")
    answer(kit, folder, lambda rater, _, one: 2 * ((rater, one) == apart), lambda _: "ai")
    page = collect(folder).page
    assert page is not None
    async with chromium(tmp_path / "profile") as browser:
        await browser.downloads_to(downloads)
        await browser.open(page)
        await browser.press("1]1s")
        path = await saved(downloads, f"{kit.test}-adjudicator-session-1.json")
        assert await browser.value("document.querySelectorAll('.guess').length") == 0
        told = await browser.value("document.getElementById('told').textContent")
        assert "All calls are finished" in told
    (folder / "answers" / "third.json").write_bytes(path.read_bytes())
    found = collect(folder)
    assert found.ratings.missing == ()
    assert found.ratings.adjudicated == {item.id: {"D3": 1} for item in kit.items}


async def test_words_of_a_call_are_words_and_no_markup(tmp_path: Path) -> None:
    folder = tmp_path / "test"
    kit, _ = kit_at(folder, 1)
    page = folder / "ann" / "session-1.html"
    name = kit.sessions[0].items[0]
    said = kit.item(name).lines[0].text
    evil = "</script><img src=x onerror=window.harmed=1>"
    text = page.read_text("utf-8")
    assert json.dumps(said)[1:-1] in text
    page.write_text(text.replace(json.dumps(said)[1:-1], evil.replace("<", "\\u003c")), "utf-8")
    async with chromium(tmp_path / "profile") as browser:
        await browser.open(page)
        assert (
            await browser.value("document.querySelector('.turn').textContent") == "company" + evil
        )
        assert await browser.value("window.harmed") is None
