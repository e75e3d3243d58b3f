"""The composition root: builds everything, starts it in order and stops it in reverse."""

import asyncio
import contextlib
import datetime
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.asterisk.ari import AriClient
from agent.asterisk.events import Channel
from agent.asterisk.queues import QueueMonitor
from agent.calls.arms import Arms, Lead
from agent.calls.audio import AudioServices, RecognitionLimits
from agent.calls.detectors import detectors, needs_neural
from agent.calls.gatekeeper import Gatekeeper
from agent.calls.handoff import HandoffDesk
from agent.calls.handoff_news import HandoffNews, open_news
from agent.calls.journal import CallJournal, CallObserver
from agent.calls.live_view import JsonView, LiveView
from agent.calls.manager import CallManager
from agent.calls.reception import Reception
from agent.calls.services import CallServices
from agent.calls.stopping import StopAsked, serve_until_asked
from agent.calls.supervision import Supervision
from agent.calls.tasks import CallTasks
from agent.config import LanguageModelSettings, Settings
from agent.dialogue.conversation import Conversation
from agent.dialogue.in_use import PlaybookInUse
from agent.dialogue.language_model import LanguageModel
from agent.dialogue.loader import find_playbook, load_playbook
from agent.dialogue.playbook import Playbook
from agent.dialogue.snapshot import PlaybookIdentity
from agent.dialogue.understanding import Understander
from agent.logs import configure_logs
from agent.media.clock import MediaClock
from agent.media.endpoint import UdpNetwork
from agent.media.ports import PortRange
from agent.memory import limit_arenas, spare_what_stays
from agent.metrics.exposition import Metrics
from agent.metrics.house import watch_house
from agent.outbound.erasure import erase_again
from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.records.models import Direction, ModelUsed
from agent.records.recordings import Recordings
from agent.records.records import Assignment, utc_now
from agent.records.retention import delete_by_age_at_times
from agent.records.store import CallStore
from agent.records.tombstones import Ledger
from agent.records.writer import RecordWriter
from agent.records.writing import opened_writer
from agent.sealing.keys import KeyRing, load_keys
from agent.snapshots.keeper import SnapshotKeeper
from agent.snapshots.opening import open_store
from agent.source_code import source_sha256
from agent.speech.catalogue import ModelKind
from agent.speech.hashing import file_sha256, tree_sha256
from agent.speech.kept_vectors import KeptVectors
from agent.speech.line_cache import LineCache
from agent.speech.minilm import MiniLmEncoder
from agent.speech.piper import PiperSynthesizer
from agent.speech.protocols import SentenceEncoder
from agent.speech.silero_vad import SileroModel
from agent.speech.store import ModelStore
from agent.speech.vosk import VoskModel
from agent.telemetry.exporting import open_traces
from agent.turns.settings import TurnSettings
from agent.watchdog.engines import EngineWatch
from agent.watchdog.loading import Loaders, SteadyEngines, load_engines
from agent.watchdog.loop import LoopMonitor
from agent.watchdog.systemd import ServiceManager
from agent.web import readiness
from agent.web.access.access import Access
from agent.web.board.building import board_rooms
from agent.web.board.live_board import LiveBoard
from agent.web.board.vitals import vitals_of
from agent.web.exposure import protection_of
from agent.web.health import Health
from agent.web.history import History
from agent.web.orders import Orders
from agent.web.room import Room
from agent.web.screen_pop import ScreenPopPages
from agent.web.server import WebServer
from agent.web.whispers import Whispers

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


def model_store(settings: Settings) -> ModelStore:
    """The models that these settings choose."""
    return ModelStore(settings.speech.models_dir, chosen=_chosen(settings))


def _chosen(settings: Settings) -> dict[ModelKind, str]:
    """The models that calls use, by what they are for."""
    chosen: dict[ModelKind, str] = {
        "asr": settings.speech.asr_model,
        "tts": settings.speech.tts_voice,
        "embedding": settings.speech.embedding_model,
    }
    if any(map(needs_neural, settings.experiment.turns_over(settings.turns))):
        chosen["vad"] = settings.speech.vad_model
    if settings.dialogue.language_model.enabled:
        chosen["llm"] = settings.dialogue.language_model.model
    return chosen


async def serve(settings: Settings, *, live: bool, as_json: bool) -> None:
    """Take calls until SIGTERM or Ctrl-C; live calls may then end, the second one hands them over.

    SIGHUP reads the playbooks again, for the calls to come.
    """
    protection_of(settings.web)  # at once, and not after the models have been loaded
    configure_logs(settings.log)
    limit_arenas()
    asked = StopAsked()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.again)
    metrics = Metrics()
    board = LiveBoard()
    observers: list[CallObserver] = [metrics.calls, board]
    if live:
        observers.append(JsonView(sys.stdout) if as_json else LiveView(Console()))
    async with contextlib.AsyncExitStack() as stack:
        if settings.telemetry.endpoint:
            traces = open_traces(settings.telemetry, settings.ari.app)
            observers.append(await stack.enter_async_context(traces))
        ari = await stack.enter_async_context(AriClient(settings.ari))
        # Queue state is an extra: without it callers are handed over blind.
        queues = QueueMonitor(settings.ami) if settings.ami.enabled else None
        news = await stack.enter_async_context(open_news(settings))
        observers.append(news.pops)
        engines = await stack.enter_async_context(
            build_engines(settings, observers=observers, queues=queues, news=news)
        )
        monitor = LoopMonitor(settings.watchdog.stall_ms)
        gatekeeper = Gatekeeper(
            settings.admission,
            loop=monitor.lateness,
            pacing=engines.clock.wake_lateness,
            decisions=engines.steady.decisions,
            synthesis=engines.steady.synthesis,
        )
        service = ServiceManager.from_environment(os.environ)
        stack.callback(service.close)
        monitor.on_beat(service.beat)
        monitor.on_beat(gatekeeper.sample)
        monitor.start()
        stack.callback(monitor.stop)
        stuck = engines.watch.exhausted
        manager = CallManager(
            ari,
            engines.arms.of,
            lambda call_id: (
                engines.recordings.place(call_id, utc_now())
                if settings.records.record_audio
                else None
            ),
            settings.handoff,
            settings.outbound.answering,
            gatekeeper,
            stands_in_for=settings.serve.stands_in_for,
        )
        watch_house(
            metrics,
            settings.records,
            manager=manager,
            queues=queues,
            clock=engines.clock,
            writer=engines.writer,
            snapshots=engines.snapshots,
            watch=engines.watch,
            monitor=monitor,
            gatekeeper=gatekeeper,
        )
        if queues is not None:
            queues.on_event(manager.queue_event)
        components = {
            "asterisk": lambda: readiness.asterisk(manager.connected.is_set()),
            "queues": lambda: readiness.queues(queues is None or queues.stats.logged_in),
            "serving": lambda: readiness.serving(draining=asked.once.is_set()),
            "models": lambda: readiness.models(
                {name: pool.stuck for name, pool in engines.watch.stats.pools.items()}
            ),
            "database": lambda: readiness.database(engines.writer.stats),
        }
        supervision = Supervision(manager.call)
        rooms: tuple[Room, ...] = (
            Health(components, metrics),
            Whispers(engines.handoffs),
            History(engines.store, engines.recordings),
            *board_rooms(
                board,
                manager,
                queues,
                engines.playbooks,
                lambda: vitals_of(components, gatekeeper.stats),
                supervision,
            ),
            Orders(supervision, settings.handoff.supervisor_phones),
            ScreenPopPages(news.pops),
        )
        web = WebServer(settings.web, rooms, Access(settings.web, engines.database))
        background = CallTasks(lambda reason: None)
        stack.push_async_callback(background.aclose)
        loop.add_signal_handler(signal.SIGHUP, lambda: background.spawn(engines.reload_playbooks()))
        background.spawn(delete_by_age_at_times(engines.database, settings.records.keep_for))
        await web.start()
        stack.push_async_callback(web.stop)
        if queues is not None:
            stack.push_async_callback(queues.aclose)
            queues.start()
        background.spawn(_follow(stuck, asked.again))
        background.spawn(_follow(asked.once, service.stopping))
        service.ready()
        await serve_until_asked(asked, manager, settings.serve.drain_s)
        engines.watch.raise_if_exhausted()


async def _follow(event: asyncio.Event, act: Callable[[], None]) -> None:
    await event.wait()
    act()


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
    store = model_store(settings)
    names = settings.experiment.playbooks_besides(settings.dialogue.playbook)
    for name in names:
        find_playbook(name)  # at once, and not after the models have been loaded
    async with contextlib.AsyncExitStack() as stack:
        watch = EngineWatch(settings.watchdog.max_stuck)
        stack.push_async_callback(watch.aclose)
        engines = await load_engines(
            watch, _loaders(settings, store), settings.watchdog, settings.speech.threads
        )
        encoder, language_model = engines.encoder, engines.language_model
        lines = LineCache(engines.voice, settings.speech.cache_dir, engines.synthesis)
        examples = await asyncio.to_thread(_kept_vectors, settings, store, encoder.strict)
        playbooks = {
            name: PlaybookInUse(
                name,
                lambda book: _understander(settings, book, encoder, examples, language_model),
                language_model,
                lambda book: _prepare_lines(lines, book, settings),
            )
            for name in names
        }
        for playbook in playbooks.values():
            await playbook.load()
        watch.start()  # not before: while lines are prepared nobody waits for an engine
        keys = await asyncio.to_thread(load_keys, settings.records.key_file)
        recordings = Recordings(settings.records.recordings_dir, keys)
        database = await _open_database(stack, settings, keys)
        await erase_again(database, Ledger(settings.records.spool_dir))
        writer = await stack.enter_async_context(
            opened_writer(database, settings.records.spool_dir, settings.ari.app, keys)
        )
        clock = MediaClock()
        stack.callback(clock.close)
        handoffs = HandoffDesk(settings.handoff, lines, settings.web.url, news)
        snapshots = open_store(settings.snapshots, database, keys)
        stack.push_async_callback(snapshots.aclose)
        keeper = SnapshotKeeper(snapshots, keep=settings.snapshots.keep)
        keeper.start()
        stack.push_async_callback(keeper.aclose)
        neural = await asyncio.to_thread(_neural_vad, settings, store)

        def lead(turns: TurnSettings, playbook: PlaybookInUse) -> Lead:
            audio = AudioServices(
                turns=turns,
                network=UdpNetwork(
                    settings.media.bind_host,
                    PortRange(settings.media.first_port, settings.media.last_port),
                ),
                lost_after_s=settings.media.lost_after_s,
                clock=clock,
                recognition=engines.recognition,
                recognizers=engines.recognizers,
                open_vad=detectors(turns, neural, watch.faults),
                lines=lines,
                sound_format=recordings.sound_format,
                limits=RecognitionLimits(settings.watchdog.behind_s, settings.watchdog.lost_s),
            )
            reception = Reception(
                playbook,
                keeper,
                instance=settings.ari.app,
                resume_within=settings.snapshots.resume_within,
            )
            services = CallServices(
                audio=audio,
                decisions=engines.decisions,
                open_conversation=lambda: playbook.open(os.urandom(8)),
                queues=queues,
                handoffs=handoffs,
                fallback_queue=playbook.playbook.destination("default").queue,
                reception=reception,
                snapshots=keeper,
                moment_line=settings.watchdog.moment_line,
            )
            return Lead(services, playbook)

        models = await asyncio.to_thread(_models_used, settings, store)
        code_sha256 = await asyncio.to_thread(source_sha256, *_CALL_CODE)

        def open_journal(
            call_id: str,
            channel: Channel,
            recording: Path | None,
            direction: Direction = Direction.INBOUND,
            *,
            playbook: PlaybookIdentity,
            assignment: Assignment | None,
        ) -> CallJournal:
            return CallJournal(
                call_id,
                channel,
                recording,
                direction,
                playbook=playbook,
                models=models,
                code_sha256=code_sha256,
                observers=(writer, *observers),
                keep_refused_text=settings.records.keep_refused_text,
                assignment=assignment,
            )

        usual = playbooks[settings.dialogue.playbook]
        arms = Arms(
            lead(settings.turns, usual),
            {
                name: lead(variant.over(settings.turns), playbooks.get(variant.playbook, usual))
                for name, variant in settings.experiment.variants.items()
            },
            settings.experiment,
            settings.turns,
            open_journal,
        )
        books = tuple(playbooks.values())
        spare_what_stays()
        yield Engines(
            arms,
            handoffs,
            keeper,
            CallStore(database),
            books,
            database,
            recordings,
            writer,
            watch,
            engines,
            clock,
        )


def _neural_vad(settings: Settings, store: ModelStore) -> SileroModel | None:
    """Loaded where some calls may need it."""
    if "vad" not in _chosen(settings):
        return None
    return SileroModel(store.locate("vad", settings.speech.vad_model))


async def _open_database(
    stack: contextlib.AsyncExitStack, settings: Settings, keys: KeyRing
) -> AsyncEngine:
    """Migrate the database to this version's schema and connect to it."""
    url = settings.records.database_url.get_secret_value()
    await upgrade(url)
    engine = create_engine(url, keys)
    stack.push_async_callback(engine.dispose)
    return engine


def _models_used(settings: Settings, store: ModelStore) -> dict[str, ModelUsed]:
    """Names and checksums for the records: a transcript means little without its recogniser."""
    used: dict[str, ModelUsed] = {}
    for kind, name in _chosen(settings).items():
        path = store.locate(kind, name)
        digest = tree_sha256(path) if path.is_dir() else file_sha256(path)
        used[kind] = {"name": name or path.name, "sha256": digest}
    return used


def open_conversation(settings: Settings) -> Conversation:
    """A conversation without audio."""
    playbook, store = load_playbook(settings.dialogue.playbook), model_store(settings)
    chosen = settings.dialogue.language_model
    model = _language_model(chosen, store) if chosen.enabled else None
    encoder = _encoder(settings, store)
    examples = _kept_vectors(settings, store, encoder)
    understander = _understander(settings, playbook, encoder, examples, model)
    today = datetime.datetime.now().astimezone().date()
    return Conversation(playbook, understander, language_model=model, seed=b"", today=today)


def _loaders(settings: Settings, store: ModelStore) -> Loaders:
    speech, model = settings.speech, settings.dialogue.language_model
    return Loaders(
        recognizers=lambda: VoskModel(store.locate("asr", speech.asr_model)),
        voice=lambda: PiperSynthesizer(
            store.locate("tts", speech.tts_voice), threads=speech.tts_threads
        ),
        encoder=lambda: _encoder(settings, store),
        language_model=(lambda: _language_model(model, store)) if model.enabled else None,
    )


def _encoder(settings: Settings, store: ModelStore) -> MiniLmEncoder:
    name = settings.speech.embedding_model
    return MiniLmEncoder(store.locate("embedding", name), store.locate_tokenizer(name))


def _kept_vectors(settings: Settings, store: ModelStore, encoder: SentenceEncoder) -> KeptVectors:
    model = store.locate("embedding", settings.speech.embedding_model)
    return KeptVectors(encoder, settings.speech.cache_dir, file_sha256(model)[:16])


def _understander(
    settings: Settings,
    playbook: Playbook,
    encoder: SentenceEncoder,
    examples: KeptVectors,
    language_model: LanguageModel | None,
) -> Understander:
    return Understander(
        playbook,
        encoder,
        language_model=language_model,
        threshold=settings.dialogue.intent_threshold,
        examples=examples,
    )


def _language_model(settings: LanguageModelSettings, store: ModelStore) -> LanguageModel:
    # Off by default: a process without it need not load llama.cpp.
    from agent.dialogue.llama import LlamaCppModel

    return LlamaCppModel(store.locate("llm", settings.model), threads=settings.threads)


async def _prepare_lines(lines: LineCache, playbook: Playbook, settings: Settings) -> None:
    own_lines = (settings.watchdog.moment_line, settings.admission.busy_line)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task("Speaking the playbook's lines once", total=None, visible=False)
        await lines.prepare(
            (*playbook.speakable_texts(), *own_lines),
            lambda done, total: bar.update(task, completed=done, total=total, visible=True),
        )
