"""The flow of the calls as a picture."""

import json
from collections.abc import Sequence

from agent.cloning.mine.stages.find import END
from agent.cloning.mined import MinedStage
from agent.dialogue.graph import svg_graph

_HEAD = """digraph flow {
  rankdir=TB; node [shape=box, style=rounded, fontname="Helvetica", fontsize=11];
  edge [fontname="Helvetica", fontsize=9, color="#555555"];
"""
_LINE = 46
_MOST_WIDTH = 4.0


def flow_dot(stages: Sequence[MinedStage]) -> str:
    """Graphviz: a node a stage with its goal, its calls and a quote; an edge's width is its share.

    The stages stand in the order of their mean place in a call.
    """
    lines = [_HEAD]
    lines += [f"  {_quoted(stage.id)} [label={_quoted(_label(stage))}];" for stage in stages]
    if any(END in stage.next for stage in stages):
        lines.append(f'  {END} [label="the call ends", shape=plaintext];')
    for stage in stages:
        for after, share in stage.next.items():
            width = max(0.5, _MOST_WIDTH * share)
            lines.append(
                f"  {_quoted(stage.id)} -> {_quoted(after)} "
                f'[label="{share:.0%}", penwidth={width:.1f}];'
            )
    return "\n".join([*lines, "}", ""])


def flow_svg(stages: Sequence[MinedStage]) -> str:
    """The picture. Raises GraphError where Graphviz is missing or fails."""
    return svg_graph(flow_dot(stages))


def _label(stage: MinedStage) -> str:
    quote = stage.evidence[0].quote if stage.evidence else ""
    head = f"{stage.id} ({stage.calls} calls)"
    return "\n".join([head, *_wrapped(stage.goal), "", *_wrapped(f"“{quote}”")])


def _wrapped(text: str) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > _LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
