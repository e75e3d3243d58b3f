"""The board's rooms over the parts of a running agent."""

from collections.abc import Callable, Sequence

from agent.calls.manager import CallManager
from agent.dialogue.in_use import PlaybookInUse
from agent.web.board.listen_room import ListenRoom
from agent.web.board.listening import Taps
from agent.web.board.live_board import LiveBoard
from agent.web.board.queues import QueueSource, QueueWatch
from agent.web.board.room import BoardRoom
from agent.web.board.vitals import Vital
from agent.web.room import Room


def board_rooms(
    board: LiveBoard,
    manager: CallManager,
    queues: QueueSource | None,
    playbooks: Sequence[PlaybookInUse],
    vitals: Callable[[], Sequence[Vital]],
    taps: Taps | None = None,
) -> Sequence[Room]:
    """The board and its calls' pages; without `taps` nobody can listen in.

    `queues` is None where the manager interface is not used.
    """

    def names() -> set[str]:
        destinations = (book.playbook.queues.values() for book in playbooks)
        return {destination.queue for some in destinations for destination in some}

    watch = QueueWatch(queues, names)
    room = BoardRoom(
        board,
        watch,
        vitals,
        lambda: board.look(manager.glimpses()),
        listens=taps is not None,
    )
    return (room,) if taps is None else (room, ListenRoom(taps))
