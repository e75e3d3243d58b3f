"""A playbook as a file that a floor manager reads: short lists on one line, parts in order."""

from collections.abc import Mapping
from typing import Any

import yaml

_HEAD = """# {title}
# Composed from recordings; provenance.yaml tells where each part comes from.
# Decide in review.html rather than here: the next run writes this file anew.
"""


_WIDTH, _SHORT = 110, 150


class _Flat(list[Any]):
    """A list that is written on one line."""


class _FlatMapping(dict[str, Any]):
    """A mapping that is written on one line."""


class _Dumper(yaml.CSafeDumper):
    pass


_Dumper.add_representer(
    _Flat,
    lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True),
)
_Dumper.add_representer(
    _FlatMapping,
    lambda dumper, data: dumper.represent_mapping(
        "tag:yaml.org,2002:map", data.items(), flow_style=True
    ),
)


def playbook_text(book: Mapping[str, Any]) -> str:
    """The YAML of a composed playbook."""
    written = yaml.dump(
        _flattened(dict(book)), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH
    )
    return _HEAD.format(title=book["playbook"]["title"]) + written


def _flattened(part: Any, depth: int = 0) -> Any:
    """Lists of words on one line, and mappings that fit on one or two."""
    if isinstance(part, Mapping):
        inner = {key: _flattened(value, depth + 1) for key, value in part.items()}
        shallow = not any(isinstance(value, Mapping) for value in part.values())
        short = depth > 1 and len(str(part)) < _SHORT
        return _FlatMapping(inner) if shallow and short else inner
    if isinstance(part, list | tuple):
        plain = all(isinstance(item, str | int | float) for item in part)
        return _Flat(part) if plain else [_flattened(item, depth + 1) for item in part]
    return part
