"""A playbook's stages as a picture: Graphviz's language, and SVG where `dot` is installed."""

import json
import shutil
import subprocess
from collections.abc import Iterator

from agent.dialogue.playbook import BACK, STAY, Move, Playbook, Stage
from agent.errors import UnderstudyError

_TIMEOUT_S = 30.0
_ANYWHERE = "from anywhere"
_HEAD = """digraph playbook {
  node [shape=box, style=rounded, fontname="Helvetica"]; edge [fontname="Helvetica"];
"""


class GraphError(UnderstudyError):
    """The picture can't be drawn."""


def dot_graph(playbook: Playbook) -> str:
    """The stages and the ways between them.

    Solid: an exit, with what was understood; dashed: where a caller goes who is not understood;
    dotted: an intent that leads there from every stage. Boxes with two lines end the call.
    """
    lines = [_HEAD, f"  label={_quoted(playbook.playbook.title)};"]
    lines += [_node(stage, playbook.start) for stage in playbook.stages]
    lines += [
        f'  {_quoted("queue " + queue)} [shape=house, style=""];'
        for queue in dict.fromkeys(place.queue for place in playbook.queues.values())
    ]
    labels: dict[tuple[str, str, str], list[str]] = {}
    for source, target, style, label in _edges(playbook):
        labels.setdefault((source, target, style), []).append(label)
    lines += [
        f"  {_quoted(source)} -> {_quoted(target)} [style={style}, label={_text(on)}];"
        for (source, target, style), on in labels.items()
    ]
    return "\n".join([*lines, "}", ""])


def svg_graph(dot: str) -> str:
    """The picture of a graph. Raises GraphError where Graphviz is missing or fails."""
    command = shutil.which("dot")
    if command is None:
        raise GraphError("Drawing needs Graphviz: apt-get install graphviz, or write a .dot file.")
    done = subprocess.run(  # noqa: S603 - no shell; the graph goes in by standard input
        [command, "-Tsvg"],
        input=dot, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise GraphError(f"Graphviz can't draw the playbook: {done.stderr.strip()}")
    return done.stdout


def _node(stage: Stage, start: str) -> str:
    ends = stage.then is not None and stage.then.hang_up
    looks = ["peripheries=2"] if ends else []
    looks += ["penwidth=3"] if stage.id == start else []
    text = f"{stage.id}\n{', '.join(stage.slots)}" if stage.slots else stage.id
    return f"  {_quoted(stage.id)} [{', '.join([f'label={_quoted(text)}', *looks])}];"


def _edges(playbook: Playbook) -> Iterator[tuple[str, str, str, str]]:
    """Source, target, style and label of every way that leads somewhere else."""
    for source, move, style, label in _moves(playbook):
        target = move.to
        if move.transfer is not None:
            target = f"queue {playbook.destination(move.transfer).queue}"
        elif move.hang_up and source == _ANYWHERE:
            target = "the end"
        if target not in (None, BACK, STAY):
            yield source, str(target), style, label


def _moves(playbook: Playbook) -> Iterator[tuple[str, Move, str, str]]:
    for stage in playbook.stages:
        yield from ((stage.id, way, "solid", way.on) for way in stage.exits)
        if stage.then is not None:
            yield stage.id, stage.then, "solid", ""
        else:
            yield stage.id, stage.fallback, "dashed", ""
    for intent in playbook.intents:
        if intent.then is not None and not intent.only_in:
            yield _ANYWHERE, intent.then, "dotted", intent.id


def _text(labels: list[str]) -> str:
    return _quoted("\n".join(labels))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
