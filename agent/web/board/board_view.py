"""The board as pieces: a line a call, the queues, and whether all is well."""

from collections.abc import Callable, Sequence

from jinja2 import Environment

from agent.web.board.live_board import LiveBoard
from agent.web.board.live_call import LiveCall, Phase
from agent.web.board.pieces import Changes, Levels, Piece, pieces_message
from agent.web.board.queues import QueueWatch
from agent.web.board.vitals import Vital


class BoardView:
    """What all open boards show; implements `stream.View`."""

    def __init__(
        self,
        board: LiveBoard,
        queues: QueueWatch,
        vitals: Callable[[], Sequence[Vital]],
        templates: Environment,
    ) -> None:
        self._board = board
        self._queues = queues
        self._vitals = vitals
        self._templates = templates
        self._lines: dict[str, tuple[LiveCall, str]] = {}
        self._listed: tuple[tuple[str, bool], ...] = ()
        self._changes = Changes()
        self._levels = Levels()

    def parts(self) -> dict[str, str]:
        """All of the board, by the ids of the elements that it stands in."""
        return {piece.target: piece.html for piece in (*self._around(), self._list())}

    def whole(self) -> bytes:
        """Everything, levels included."""
        return pieces_message((*self._around(), self._list())) + self._levels.whole(
            self._board.levels
        )

    def news(self) -> bytes:
        """The lines that changed; the whole list when a call has come or gone."""
        calls = self._board.calls.values()
        listed = tuple((call.call_id, call.phase is Phase.ENDED) for call in calls)
        lines = [Piece(f"call-{call.call_id}", self._line(call)) for call in calls]
        changed = self._changes.of([*self._around(), *lines])
        if listed != self._listed:
            self._listed = listed
            self._forget_gone()
            changed = [*(piece for piece in changed if piece not in lines), self._list()]
        return pieces_message(changed) + self._levels.news(self._board.levels)

    def _around(self) -> tuple[Piece, ...]:
        vitals, queues = self._vitals(), self._queues.states
        return (
            Piece("vitals", self._render("_vitals.html", vitals=vitals)),
            Piece("queues", self._render("_queues.html", queues=queues)),
        )

    def _list(self) -> Piece:
        calls = [(call, self._line(call)) for call in self._board.calls.values()]
        live = [(call, line) for call, line in calls if call.phase is not Phase.ENDED]
        ended = [(call, line) for call, line in calls if call.phase is Phase.ENDED]
        return Piece("calls", self._render("_calls.html", live=live, ended=ended[::-1]))

    def _line(self, call: LiveCall) -> str:
        known = self._lines.get(call.call_id)
        if known is not None and known[0] is call:
            return known[1]
        line = self._render("_line.html", call=call)
        self._lines[call.call_id] = (call, line)
        return line

    def _forget_gone(self) -> None:
        gone = self._lines.keys() - self._board.calls.keys()
        for call_id in gone:
            del self._lines[call_id]
        self._changes.forget(f"call-{call_id}" for call_id in gone)

    def _render(self, template: str, **values: object) -> str:
        return self._templates.get_template(template).render(**values)
