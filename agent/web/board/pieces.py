"""Parts of a page that are sent again when they change."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jinja2 import Environment

from agent.dialogue.mood import MoodLevel
from agent.records.models import Direction, Speaker
from agent.web.board.live_call import Phase
from agent.web.board.stream import message
from agent.web.page import desk_templates

PACKAGE = "agent.web.board"
# What a meter shows; comfort noise is below it.
_QUIETEST_DBFS = -60


@dataclass(frozen=True, slots=True)
class Piece:
    """New content for the element with this id, or more of it at its end."""

    target: str
    html: str
    more: bool = False


def pieces_message(pieces: Iterable[Piece]) -> bytes:
    """An event that htmx puts into the page ("out of band" swaps); empty without pieces."""
    html = "".join(
        f'<div id="{piece.target}" hx-swap-oob="{"beforeend" if piece.more else "innerHTML"}">'
        f"{piece.html}</div>"
        for piece in pieces
    )
    return message("pieces", html) if html else b""


def templates() -> Environment:
    """The board's templates, with what they know of calls."""
    environment = desk_templates(PACKAGE)
    environment.globals.update(Phase=Phase, MoodLevel=MoodLevel, Speaker=Speaker)
    environment.globals["outbound"] = Direction.OUTBOUND
    environment.filters["epoch"] = lambda moment: round(moment.timestamp())
    return environment


class Changes:
    """What of a page's pieces differs from what was sent of them last."""

    def __init__(self) -> None:
        self._sent: dict[str, str] = {}

    def of(self, pieces: Iterable[Piece]) -> list[Piece]:
        """The pieces that differ; they are taken as sent."""
        fresh = [piece for piece in pieces if self._sent.get(piece.target) != piece.html]
        self._sent.update((piece.target, piece.html) for piece in fresh)
        return fresh

    def forget(self, targets: Iterable[str]) -> None:
        """These are no longer on the page."""
        for target in targets:
            self._sent.pop(target, None)


class Levels:
    """Levels of calls as the page's script wants them: `{call: [caller, agent]}`, whole dBFS."""

    def __init__(self) -> None:
        self._sent = ""

    def whole(self, levels: Mapping[str, tuple[float, float]]) -> bytes:
        """All of them."""
        return message("levels", _as_json(levels))

    def news(self, levels: Mapping[str, tuple[float, float]]) -> bytes:
        """All of them when one has changed, else nothing."""
        text = _as_json(levels)
        if text == self._sent:
            return b""
        self._sent = text
        return message("levels", text)


def _as_json(levels: Mapping[str, tuple[float, float]]) -> str:
    shown = {
        call_id: [max(_QUIETEST_DBFS, round(dbfs)) for dbfs in legs]
        for call_id, legs in levels.items()
    }
    return json.dumps(shown, separators=(",", ":"))
