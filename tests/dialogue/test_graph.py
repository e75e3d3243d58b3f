"""The picture of a playbook's stages."""

import shutil

import pytest

from agent.dialogue.graph import GraphError, dot_graph, svg_graph
from agent.dialogue.loader import load_playbook


def test_stages_exits_and_ends_are_drawn() -> None:
    dot = dot_graph(load_playbook("larkfield"))
    assert '"opening" [label="opening", penwidth=3];' in dot
    assert '"payment" [label="payment", peripheries=2];' in dot
    assert '"pitch" -> "terms_price" [style=solid, label="affirm\\nagree_order"];' in dot
    assert '"pitch" -> "offer_human" [style=dashed, label=""];' in dot
    assert '"from anywhere" -> "do_not_call" [style=dotted, label="do_not_call"];' in dot
    assert '"offer_human" -> "queue sales" [style=solid, label="affirm"];' in dot


@pytest.mark.skipif(shutil.which("dot") is None, reason="apt-get install graphviz")
def test_graphviz_draws_it() -> None:
    svg = svg_graph(dot_graph(load_playbook("larkfield")))
    assert svg.rstrip().endswith("</svg>")
    assert ">terms_price</text>" in svg


def test_without_graphviz_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(GraphError, match="apt-get install graphviz"):
        svg_graph("digraph {}")
