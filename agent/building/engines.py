"""What calls need, loaded and started in order, stopped in reverse."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from agent.asterisk.queues import QueueMonitor
from agent.building.dialogue import playbooks_in_use
from agent.building.leading import Leading
from agent.building.models import loaders, model_store, models_used, neural_vad
from agent.calls.arms import Arms
from agent.calls.handoff import HandoffDesk
from agent.calls.handoff_news import HandoffNews
from agent.calls.journal import CallJournal, CallObserver
from agent.config import Settings
from agent.dialogue.in_use import PlaybookInUse
from agent.dialogue.loader import find_playbook
from agent.media.clock import MediaClock
from agent.memory import spare_what_stays
from agent.outbound.erasure import erase_again
from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.records.recordings import Recordings
from agent.records.store import CallStore
from agent.records.tombstones import Ledger
from agent.records.writer import RecordWriter
from agent.records.writing import opened_writer
from agent.sealing.keys import KeyRing, load_keys
from agent.snapshots.keeper import SnapshotKeeper
from agent.snapshots.opening import open_store
from agent.source_code import source_sha256
from agent.speech.line_cache import LineCache
from agent.watchdog.engines import EngineWatch
from agent.watchdog.loading import SteadyEngines, load_engines

# The code that decides how a live call goes.
_CALL_CODE = (
    "agent.asterisk", "agent.calls", "agent.dialogue", "agent.media", "agent.speech", "agent.turns",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Engines:
    """What calls need, loaded and running."""

    arms: Arms
    handoffs: HandoffDesk
    snapshots: SnapshotKeeper
    store: CallStore
    playbooks: tuple[PlaybookInUse, ...]
    database: AsyncEngine
    recordings: Recordings
    writer: RecordWriter
    watch: EngineWatch
    steady: SteadyEngines
    clock: MediaClock

    async def reload_playbooks(self) -> None:
        """Put the files' present contents into use for the calls to come."""
        for playbook in self.playbooks:
            await playbook.reload()


@contextlib.asynccontextmanager
async def build_engines(
    settings: Settings,
    *,
    observers: Sequence[CallObserver] = (),
    queues: QueueMonitor | None = None,
    news: HandoffNews | None = None,
) -> AsyncIterator[Engines]:
    """Load models, fill the line cache, open the records; everything is closed at the end.

    Raises UnderstudyError for a missing model, a playbook or a database that can't be used.
    """
    models = model_store(settings)
    names = settings.experiment.playbooks_besides(settings.dialogue.playbook)
    for name in names:
        find_playbook(name)  # at once, and not after the models have been loaded
    async with contextlib.AsyncExitStack() as stack:
        watch = EngineWatch(settings.watchdog.max_stuck)
        stack.push_async_callback(watch.aclose)
        steady = await load_engines(
            watch, loaders(settings, models), settings.watchdog, settings.speech.threads
        )
        lines = LineCache(steady.voice, settings.speech.cache_dir, steady.synthesis)
        playbooks = await playbooks_in_use(settings, names, models, steady, lines)
        watch.start()  # not before: while lines are prepared nobody waits for an engine
        keys = await asyncio.to_thread(load_keys, settings.records.key_file)
        recordings = Recordings(settings.records.recordings_dir, keys)
        await asyncio.to_thread(recordings.make_private)
        database = await _open_database(stack, settings, keys)
        await erase_again(database, Ledger(settings.records.spool_dir))
        writer = await stack.enter_async_context(
            opened_writer(database, settings.records.spool_dir, settings.ari.app, keys)
        )
        keeper = _open_keeper(stack, settings, database, keys)
        clock = MediaClock()
        stack.callback(clock.close)
        leading = Leading(
            settings=settings,
            steady=steady,
            faults=watch.faults,
            neural=await asyncio.to_thread(neural_vad, settings, models),
            clock=clock,
            lines=lines,
            sound_format=recordings.sound_format,
            queues=queues,
            handoffs=HandoffDesk(settings.handoff, lines, settings.web.url, news),
            keeper=keeper,
        )
        open_journal = partial(
            CallJournal,
            models=await asyncio.to_thread(models_used, settings, models),
            code_sha256=await asyncio.to_thread(source_sha256, *_CALL_CODE),
            observers=(writer, *observers),
            keep_refused_text=settings.records.keep_refused_text,
        )
        spare_what_stays()
        yield Engines(
            arms=_arms(settings, playbooks, leading, open_journal),
            handoffs=leading.handoffs,
            snapshots=keeper,
            store=CallStore(database),
            playbooks=tuple(playbooks.values()),
            database=database,
            recordings=recordings,
            writer=writer,
            watch=watch,
            steady=steady,
            clock=clock,
        )


def _arms(
    settings: Settings,
    playbooks: Mapping[str, PlaybookInUse],
    leading: Leading,
    open_journal: Callable[..., CallJournal],
) -> Arms:
    usual = playbooks[settings.dialogue.playbook]
    variants = {
        name: leading.with_(variant.over(settings.turns), playbooks.get(variant.playbook, usual))
        for name, variant in settings.experiment.variants.items()
    }
    outside = leading.with_(settings.turns, usual)
    return Arms(outside, variants, settings.experiment, settings.turns, open_journal)


async def _open_database(
    stack: contextlib.AsyncExitStack, settings: Settings, keys: KeyRing
) -> AsyncEngine:
    """Migrate the database to this version's schema and connect to it."""
    url = settings.records.database_url.get_secret_value()
    await upgrade(url)
    engine = create_engine(url, keys)
    stack.push_async_callback(engine.dispose)
    return engine


def _open_keeper(
    stack: contextlib.AsyncExitStack, settings: Settings, database: AsyncEngine, keys: KeyRing
) -> SnapshotKeeper:
    snapshots = open_store(settings.snapshots, database, keys)
    stack.push_async_callback(snapshots.aclose)
    keeper = SnapshotKeeper(snapshots, keep=settings.snapshots.keep)
    keeper.start()
    stack.push_async_callback(keeper.aclose)
    return keeper
