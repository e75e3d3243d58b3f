import asyncio
import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from agent.speech.catalogue import VOSK_TELEPHONY, ModelEntry
from agent.speech.errors import FetchFailed, MissingModel
from agent.speech.fetching import fetch_models
from agent.speech.store import ModelStore
from tests.speech.test_store import (
    MODEL_ZIP,
    NAME,
    HalfwayServer,
    package_entry,
    server,
    store_of,
)

__all__ = ["server"]  # a fixture


class Screen(io.StringIO):
    """A bar is drawn by a thread of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self.changed = asyncio.Event()

    def write(self, text: str) -> int:
        written = super().write(text)
        self._loop.call_soon_threadsafe(self.changed.set)
        return written


class Terminal:
    """A console and what it has shown; narrow, so that a long line would be wrapped."""

    def __init__(self, *, interactive: bool = False) -> None:
        self._screen = Screen()
        self.console = Console(
            file=self._screen, width=120 if interactive else 40, force_terminal=interactive
        )

    @property
    def text(self) -> str:
        return self._screen.getvalue()

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    async def shows(self, text: str) -> None:
        while text not in self.text:
            self._screen.changed.clear()
            await self._screen.changed.wait()


async def test_a_fetched_model_is_a_line(tmp_path: Path, server: tuple[HalfwayServer, str]) -> None:
    terminal = Terminal()
    await fetch_models(store_of(tmp_path, server[1]), (NAME,), terminal.console)
    assert (tmp_path / NAME / "am" / "final.mdl").exists()
    assert terminal.lines == [f"{NAME}: here"]


async def test_a_terminal_shows_how_far_a_resumed_download_is(
    tmp_path: Path, server: tuple[HalfwayServer, str]
) -> None:
    halfway, url = server
    (tmp_path / f"{NAME}.part").write_bytes(MODEL_ZIP[:300_000])
    halfway.breaks = [100_000]  # and then it waits
    terminal = Terminal(interactive=True)
    fetching = asyncio.create_task(fetch_models(store_of(tmp_path, url), (NAME,), terminal.console))
    await terminal.shows(f"400.0/{len(MODEL_ZIP) / 1000:.1f} kB")
    halfway.arrived.set()
    await fetching
    assert halfway.ranges == ["bytes=300000-", "bytes=400000-"]
    assert f"{NAME}: here" in terminal.text


async def test_without_names_only_what_is_missing_is_fetched(
    tmp_path: Path, server: tuple[HalfwayServer, str]
) -> None:
    store = store_of(tmp_path, server[1])
    terminal = Terminal()
    await fetch_models(store, (), terminal.console)
    await fetch_models(store, (), terminal.console)
    assert terminal.lines == [f"{NAME}: here", "Every model is here."]


def unobtainable(name: str) -> ModelEntry:
    return replace(package_entry("nosuch"), name=name)


async def no_network(distribution: str, version: str) -> None:
    raise FetchFailed("no route")


async def test_without_names_one_that_can_not_be_had_does_not_stop_the_others(
    tmp_path: Path,
) -> None:
    store = ModelStore(
        tmp_path,
        catalogue=(unobtainable("first"), VOSK_TELEPHONY, unobtainable("second")),
        installer=no_network,
    )
    terminal = Terminal()
    await fetch_models(store, (), terminal.console)
    assert [line.split()[0] for line in terminal.lines] == ["first", "second"]
    assert all("no route" in line for line in terminal.lines)


@pytest.mark.parametrize(("name", "error"), [("first", FetchFailed), ("unknown", MissingModel)])
async def test_a_named_one_that_can_not_be_had_is_an_error_and_nothing_else(
    tmp_path: Path, name: str, error: type[Exception]
) -> None:
    store = ModelStore(tmp_path, catalogue=(unobtainable("first"),), installer=no_network)
    terminal = Terminal()
    with pytest.raises(error):
        await fetch_models(store, (name,), terminal.console)
    assert terminal.lines == []


async def test_a_model_of_the_settings_is_not_looked_for_in_the_catalogue(tmp_path: Path) -> None:
    store = ModelStore(
        tmp_path, catalogue=(VOSK_TELEPHONY,), chosen={"asr": str(tmp_path / "my-model")}
    )
    terminal = Terminal()
    await fetch_models(store, (), terminal.console)
    assert terminal.lines == ["Every model is here."]
