"""Strategies that several targets share: inputs that are nearly right."""

import copy
import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

# What programs of other people have got wrong before.
ODD_TEXT: tuple[str, ...] = (
    "", " ", "0", "-1", "²", "１", "9" * 5000, "1e999", "-0.0", "nan", "inf", "\0", "\ud7ff",
    "\ufeff",
    "\u202e", "a" * 3000, "<script>", "{name}", "{0.__class__}", "%s%n", "../../etc/passwd",
    "PJSIP/x",
    "2026-02-30", "0000-00-00", "99:99:99", "00:00:00,000", "+447700900001", "\r\n", "\x1b[31m",
    "'", '"',
    "DROP TABLE", "true", "null", "~", "*a", "&a b", "- - -", "\x85", "\u2028", "1_000",
    "0x1F", "1:1:1",
)  # fmt: skip


def texts() -> st.SearchStrategy[str]:
    """Short text of any characters, or something odd."""
    return st.one_of(st.sampled_from(ODD_TEXT), st.text(max_size=12))


def odd_values(keys: Sequence[str] = ()) -> st.SearchStrategy[Any]:
    """JSON values that are not what was expected; mappings by `keys` among them."""
    names = st.sampled_from(keys) if keys else texts()
    leaves = st.one_of(
        st.none(), st.booleans(), st.floats(), texts(),
        st.sampled_from((0, -1, 2**31, 2**63, 10**400)), st.integers(),
    )  # fmt: skip
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=5)
        ),
        max_leaves=12,
    )


def as_json(value: Any) -> bytes:
    """What other programs send, NaN and Infinity included."""
    return json.dumps(value).encode()


@st.composite
def edited(
    draw: st.DrawFn, seeds: Sequence[bytes], tokens: Sequence[bytes] = (), most: int = 6
) -> bytes:
    """A seed in which a few places are cut out, overwritten or filled with something else."""
    data = draw(st.sampled_from(list(seeds)))
    put_in = st.binary(max_size=8)
    if tokens:
        put_in = st.one_of(st.sampled_from(list(tokens)), put_in)
    for _ in range(draw(st.integers(0, most))):
        at = draw(st.integers(0, len(data)))
        cut = draw(st.sampled_from((0, 0, 1, 2, 4, 16, 200)))
        data = data[:at] + draw(put_in) + data[at + cut :]
    return data


@st.composite
def changed(draw: st.DrawFn, tree: Any, keys: Sequence[str] = (), most: int = 3) -> Any:
    """A tree of mappings and lists in which up to `most` nodes are something else, or gone."""
    tree = copy.deepcopy(tree)
    for _ in range(draw(st.integers(0, most))):
        places = list(_places(tree))
        if not places:
            break
        parent, key = draw(st.sampled_from(places))
        if draw(st.integers(0, 4)) == 0:
            del parent[key]
        else:
            parent[key] = draw(odd_values(keys))
    return tree


def _places(node: Any) -> Any:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in list(items):
        yield node, key
        if isinstance(value, dict | list):
            yield from _places(value)


@st.composite
def tables(draw: st.DrawFn, names: Sequence[str], cells: Sequence[str], rows: int = 8) -> bytes:
    """CSV by known and unknown names, with more and fewer cells than columns, in any encoding."""
    name = st.one_of(st.sampled_from(list(names)), texts())
    cell = st.one_of(st.sampled_from(list(cells)), texts())
    delimiter = draw(st.sampled_from(",;\t|"))
    quote = draw(st.booleans())
    lines = [draw(st.lists(name, max_size=6))]
    lines += draw(st.lists(st.lists(cell, max_size=7), max_size=rows))
    text = draw(st.sampled_from(("\n", "\r\n", "\r"))).join(
        delimiter.join(json.dumps(c, ensure_ascii=False) if quote else c for c in line)
        for line in lines
    )
    encoding = draw(st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-be")))
    return text.encode(encoding, "replace")
