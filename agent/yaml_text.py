"""YAML that somebody has written: parsed with its places, and every mistake a ValueError.

PyYAML raises more than its own errors for text that is no YAML: a ValueError for `2026-02-30`, a
KeyError for `!!bool x`, an AttributeError for `!!timestamp x`, a RecursionError for nesting. And
anchors make a few lines as large as they like ("billion laughs"), or endless. Nested 100,000 deep,
libyaml's composer overflows the stack and takes the process along (measured with PyYAML 6.0.3).
"""

from typing import Any

import yaml

# The largest playbook shipped has 6,000.
_MOST_NODES = 200_000
_DEEPEST = 100


class BadYaml(ValueError):
    """`problem` in a few words, `line` from 1; 0 where it is not known."""

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {problem}" if line else problem)
        self.problem = problem
        self.line = line


def read_yaml(
    text: str, loader: type[yaml.CSafeLoader] = yaml.CSafeLoader
) -> tuple[yaml.Node | None, Any]:
    """The nodes, None for empty text, and what they stand for. `loader` is a safe one.

    Raises BadYaml.
    """
    try:
        _check_depth(text, loader)
        root = yaml.compose(text, Loader=loader)
        if root is not None and _is_endless(root):
            raise BadYaml("its anchors repeat too much: write out what they stand for")
        return root, yaml.load(text, Loader=loader)  # noqa: S506  a safe one
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadYaml(error.problem or "no YAML", mark.line + 1 if mark else 0) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise BadYaml(
            f"a character that YAML does not allow (U+{error.character:04X})", line
        ) from None
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        if isinstance(error, BadYaml):
            raise
        raise BadYaml(f"a value that is not what it looks like, or is tagged ({error})") from None


def _check_depth(text: str, loader: type[yaml.CSafeLoader]) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            mark = event.start_mark
            raise BadYaml(f"nested more than {_DEEPEST} deep", mark.line + 1 if mark else 0)


def _is_endless(root: yaml.Node) -> bool:
    waiting, seen = [root], 0
    while waiting:
        node = waiting.pop()
        seen += 1
        if seen > _MOST_NODES:
            return True
        if isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    return False
