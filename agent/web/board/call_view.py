"""One live call as pieces: what it does, what is said, what is known."""

from jinja2 import Environment

from agent.web.board.live_board import LiveBoard
from agent.web.board.live_call import LiveCall
from agent.web.board.pieces import Changes, Levels, Piece, pieces_message
from agent.web.board.queues import QueueWatch

_PARTS = ("head", "figures", "slots", "speaking", "about", "orders", "half-duplex")


class CallView:
    """What all who look at one call see; implements `stream.View`."""

    def __init__(
        self, call: LiveCall, board: LiveBoard, queues: QueueWatch, templates: Environment
    ) -> None:
        """`call` is shown as it was last when it has gone from the board."""
        self._call = call
        self._board = board
        self._queues = queues
        self._templates = templates
        self._changes = Changes()
        self._levels = Levels()
        self._told = call.told
        self._revisions = call.revisions

    def parts(self) -> dict[str, str]:
        """All of it, by the ids of the elements that it stands in."""
        return {piece.target: piece.html for piece in (*self._around(), self._turns())}

    def whole(self) -> bytes:
        """Everything, levels included."""
        pieces = (*self._around(), self._turns())
        return pieces_message(pieces) + self._levels.whole(self._own_levels())

    def news(self) -> bytes:
        """The parts that changed, and new lines of the transcript."""
        pieces = self._changes.of(self._around())
        call = self._latest()
        if call.revisions != self._revisions:
            pieces.append(self._turns())
        elif call.told > self._told:
            pieces.append(self._turns(since=self._told))
        self._told, self._revisions = call.told, call.revisions
        return pieces_message(pieces) + self._levels.news(self._own_levels())

    def _latest(self) -> LiveCall:
        self._call = self._board.calls.get(self._call.call_id, self._call)
        return self._call

    def _around(self) -> list[Piece]:
        call = self._latest()
        return [Piece(part, self._render(f"_{part}.html", call)) for part in _PARTS]

    def _turns(self, since: int | None = None) -> Piece:
        call = self._latest()
        entries = [entry for entry in call.entries if since is None or entry.number >= since]
        html = self._render("_entries.html", call, entries=entries)
        return Piece("turns", html, more=since is not None)

    def _own_levels(self) -> dict[str, tuple[float, float]]:
        levels = self._board.levels.get(self._call.call_id)
        return {} if levels is None else {self._call.call_id: levels}

    def _render(self, template: str, call: LiveCall, **values: object) -> str:
        queues = self._queues
        return self._templates.get_template(template).render(
            call=call, queues=queues.names, interfaces=queues.interfaces, **values
        )
