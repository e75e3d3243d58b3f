"""The composition root: builds everything, starts it in order and stops it in reverse."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Sequence

from rich.console import Console

from agent.asterisk.ari import AriClient
from agent.asterisk.queues import QueueMonitor
from agent.building.engines import build_engines
from agent.calls.gatekeeper import Gatekeeper
from agent.calls.handoff_news import open_news
from agent.calls.journal import CallObserver
from agent.calls.live_view import JsonView, LiveView
from agent.calls.manager import CallManager
from agent.calls.stopping import StopAsked, serve_until_asked
from agent.calls.supervision import Supervision
from agent.calls.tasks import CallTasks
from agent.config import Settings
from agent.logs import configure_logs
from agent.memory import limit_arenas
from agent.metrics.exposition import Metrics
from agent.metrics.house import watch_house
from agent.records.records import utc_now
from agent.records.retention import delete_by_age_at_times
from agent.telemetry.exporting import open_traces
from agent.watchdog.loop import LoopMonitor
from agent.watchdog.systemd import ServiceManager
from agent.web import readiness
from agent.web.access.access import Access
from agent.web.board.building import board_rooms
from agent.web.board.live_board import LiveBoard
from agent.web.board.live_call import LiveCall
from agent.web.board.vitals import vitals_of
from agent.web.building import api_room, desk_rooms
from agent.web.errands import Errands, SettingsFiles
from agent.web.exposure import protection_of
from agent.web.health import Health
from agent.web.orders import Orders
from agent.web.room import Room
from agent.web.screen_pop import ScreenPopPages
from agent.web.server import WebServer
from agent.web.whispers import Whispers


async def serve(settings: Settings, files: SettingsFiles, *, live: bool, as_json: bool) -> None:
    """Take calls until SIGTERM or Ctrl-C; live calls may then end, the second one hands them over.

    SIGHUP reads the playbooks again, for the calls to come. `files` are those of the settings.
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
        orders = Orders(supervision, settings.handoff.supervisor_phones)
        health = Health(components, metrics)
        errands = Errands(files)
        stack.push_async_callback(errands.aclose)

        def live_calls() -> Sequence[LiveCall]:
            board.look(manager.glimpses())
            return tuple(board.calls.values())

        rooms: tuple[Room, ...] = (
            health,
            Whispers(engines.handoffs),
            *desk_rooms(settings, files, engines, errands),
            *board_rooms(
                board,
                manager,
                queues,
                engines.playbooks,
                lambda: vitals_of(components, gatekeeper.stats),
                supervision,
            ),
            orders,
            api_room(engines, live_calls, orders, health.look),
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
