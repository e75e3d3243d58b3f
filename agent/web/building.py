"""The desk's rooms besides the board, over the parts of a running agent."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncEngine

from agent.config import Settings
from agent.dialogue.in_use import PlaybookInUse
from agent.records.do_not_call import DoNotCallRegister
from agent.records.finding.finder import Finder
from agent.records.recordings import Recordings
from agent.records.scores import ScoreStore
from agent.records.store import CallStore
from agent.records.versions import versions_seen
from agent.web.api.room import Api
from agent.web.board.live_call import LiveCall
from agent.web.call_list import CallList
from agent.web.errands import Errands, SettingsFiles
from agent.web.history import History
from agent.web.orders import Orders
from agent.web.playbooks.room import PlaybookRoom
from agent.web.readiness import Readiness
from agent.web.room import Room
from agent.web.scorecards import Scorecards
from agent.web.settings_page import SettingsPage


class Kept(Protocol):
    """The part of a running agent that these rooms read."""

    @property
    def database(self) -> AsyncEngine: ...
    @property
    def store(self) -> CallStore: ...
    @property
    def recordings(self) -> Recordings: ...
    @property
    def playbooks(self) -> Sequence[PlaybookInUse]: ...


def desk_rooms(
    settings: Settings, files: SettingsFiles, kept: Kept, errands: Errands
) -> Sequence[Room]:
    """The rooms."""
    return (
        Scorecards(errands, kept.store, ScoreStore(kept.database)),
        CallList(Finder(kept.database), sealed=settings.records.key_file is not None),
        History(kept.store, kept.recordings),
        PlaybookRoom(kept.playbooks, lambda: versions_seen(kept.database)),
        SettingsPage(settings, files),
    )


def api_room(
    kept: Kept,
    live: Callable[[], Sequence[LiveCall]],
    orders: Orders,
    health: Callable[[], Awaitable[Readiness]],
) -> Room:
    """The interface for programs; `live` looks at the calls of the moment."""
    register = DoNotCallRegister(kept.database)
    return Api(kept.store, Finder(kept.database), register, live, orders, health)
