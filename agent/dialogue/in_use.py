"""The playbook that calls are opened with, and its replacement while calls go on."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import structlog

from agent.dialogue.conversation import Conversation, identity_of
from agent.dialogue.language_model import LanguageModel
from agent.dialogue.lint import lint
from agent.dialogue.loader import LoadedPlaybook, PlaybookError, find_playbook, load_with_source
from agent.dialogue.playbook import Playbook
from agent.dialogue.snapshot import DialogueSnapshot, PlaybookIdentity
from agent.dialogue.understanding import Understander
from agent.speech.hashing import file_sha256


@dataclass(frozen=True, slots=True)
class _Version:
    playbook: Playbook
    understander: Understander
    sha256: str


class PlaybookInUse:
    """New calls get the newest good version; a call keeps the one that it began with."""

    def __init__(
        self,
        name: str,
        understander: Callable[[Playbook], Understander],
        language_model: LanguageModel | None,
        prepare: Callable[[Playbook], Awaitable[None]],
    ) -> None:
        """`name` is a shipped playbook's or a file's; `prepare` gets its lines ready to be said.

        `understander` makes what understands callers by a playbook; it may block.
        """
        self._name = name
        self._understander = understander
        self._language_model = language_model
        self._prepare = prepare
        self._version: _Version | None = None
        self._log = structlog.get_logger("playbook")

    @property
    def name(self) -> str:
        """The name or file that it was opened by."""
        return self._name

    @property
    def playbook(self) -> Playbook:
        """The version that a new call gets."""
        return self._current.playbook

    @property
    def identity(self) -> PlaybookIdentity:
        """Its id, version and SHA-256, for the record."""
        return identity_of(self._current.playbook, self._current.sha256)

    def open(self, seed: int | bytes) -> Conversation:
        """A conversation by the current version."""
        current = self._current
        return Conversation(
            current.playbook,
            current.understander,
            language_model=self._language_model,
            seed=seed,
            sha256=current.sha256,
            # The caller's today is that of the machine's time zone.
            today=datetime.now().astimezone().date(),
        )

    def resume(self, snapshot: DialogueSnapshot, seed: int | bytes) -> Conversation | None:
        """A conversation that goes on; None when it was led by another playbook or version."""
        if snapshot.playbook != self.identity:
            return None
        conversation = self.open(seed)
        conversation.restore(snapshot)
        return conversation

    async def load(self) -> None:
        """Put the file's content into use. Raises PlaybookError."""
        await self._use(await asyncio.to_thread(self._read))

    async def reload(self) -> None:
        """Put the file's present content into use, unless lint finds an error in it.

        What is wrong is logged with file and line; the version in use stays.
        """
        try:
            loaded = await asyncio.to_thread(self._read)
        except PlaybookError as error:
            self._log.error("playbook not reloaded", reason=str(error))
            return
        errors = [str(f) for f in lint(loaded, today=_today()) if f.severity == "error"]
        if errors:
            self._log.error("playbook not reloaded", reason=errors[0], errors=len(errors))
            return
        await self._use(loaded)
        name, version, _ = self.identity
        self._log.info("playbook reloaded: new calls use it", playbook=name, version=version)

    def _read(self) -> LoadedPlaybook:
        return load_with_source(find_playbook(self._name))

    async def _use(self, loaded: LoadedPlaybook) -> None:
        understander, sha256 = await asyncio.gather(
            asyncio.to_thread(self._understander, loaded.playbook),
            asyncio.to_thread(file_sha256, loaded.source.path),
        )
        await self._prepare(loaded.playbook)
        self._version = _Version(loaded.playbook, understander, sha256)

    @property
    def _current(self) -> _Version:
        if self._version is None:
            raise RuntimeError("the playbook has not been loaded yet")
        return self._version


def _today() -> date:
    return datetime.now(UTC).date()
