"""A headless Chromium that tests press keys in, driven over the DevTools protocol."""

import asyncio
import base64
import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
_START_S = 30.0


class Browser:
    """One page."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One DevTools command and its result. Raises RuntimeError for a refusal."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        async for message in self._socket:
            answer = json.loads(message.data)
            if answer.get("method") == "Page.javascriptDialogOpening":  # leave with unsaved work?
                yes = {"method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
                await self._socket.send_json({"id": next(self._numbers), **yes})
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return dict(answer["result"])
        raise RuntimeError(f"{method}: Chromium went away")

    async def open(self, page: Path) -> None:
        """Load a file and wait until its script has run."""
        await self.ask("Page.navigate", url=page.as_uri())
        await self.is_at(page.as_uri())

    async def is_at(self, url: str) -> None:
        """Wait until this address is open and its scripts have run."""
        while await self.value("document.readyState + location.href") != f"complete{url}":  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    async def value(self, expression: str) -> Any:
        """What a JavaScript expression is. Raises RuntimeError for an exception."""
        found = await self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in found:
            raise RuntimeError(f"{expression}: {found['exceptionDetails']}")
        return found["result"].get("value")

    async def press(self, keys: str) -> None:
        """One key after the other, as a keyboard sends them."""
        for key in keys:
            await self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
            await self.ask("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def screen(self, width: int, height: int, *, dark: bool = False) -> None:
        """The window's size in CSS pixels, and the scheme that the reader prefers."""
        await self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.ask("Emulation.setEmulatedMedia", features=[scheme])

    async def picture(self, to: Path) -> None:
        """What the window shows, as PNG."""
        found = await self.ask("Page.captureScreenshot", format="png")
        to.write_bytes(  # noqa: ASYNC240
            base64.b64decode(found["data"])
        )

    async def downloads_to(self, folder: Path) -> None:
        """Where files go that a page saves: a folder that exists, by its whole path."""
        await self.ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))


@contextlib.asynccontextmanager
async def chromium(profile: Path) -> AsyncIterator[Browser]:
    """A browser of its own, gone with everything it started when the block ends."""
    assert CHROMIUM is not None
    process = subprocess.Popen(  # noqa: ASYNC220  it only starts here
        [
            CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-dev-shm-usage", "--allow-file-access-from-files",
            "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        port = await asyncio.wait_for(_port(profile), _START_S)
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                pages = [one for one in await answer.json() if one["type"] == "page"]
            url = pages[0]["webSocketDebuggerUrl"]
            async with session.ws_connect(url, max_msg_size=0) as socket:
                browser = Browser(socket)
                await browser.ask("Page.enable")
                yield browser
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


async def _port(profile: Path) -> int:
    file = profile / "DevToolsActivePort"
    while not (file.exists() and file.read_text("utf-8").strip()):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    return int(file.read_text("utf-8").split()[0])
