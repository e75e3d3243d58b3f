"""Small charts as inline SVG; no script, no library in the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 460, 230, 46, 34, 12
_COLOURS = ("#0b6e4f", "#c8553d", "#2f5d8a", "#b58900", "#6c3d8a", "#5f6b73", "#1b9aaa")


@dataclass(frozen=True, slots=True)
class Line:
    """One curve; points are (x, y) in the units of the axes."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Axes:
    """Titles and ends of both axes; `marks` are lines across at bars, (x or None, y or None)."""

    x_title: str
    y_title: str
    x_end: float
    y_end: float = 100.0
    marks: tuple[tuple[float | None, float | None], ...] = ()


def chart(axes: Axes, lines: Sequence[Line]) -> str:
    """Curves over common axes that start at 0, with a legend."""
    parts = [_frame(axes)]
    for x, y in axes.marks:
        first, last = (x or 0.0, 0.0 if x is not None else y or 0.0), (
            x if x is not None else axes.x_end, axes.y_end if x is not None else y or 0.0,
        )  # fmt: skip
        ends = " ".join(_at(axes, point) for point in (first, last))
        parts.append(
            f'<polyline points="{ends}" stroke="#999" stroke-dasharray="4 3" fill="none"/>'
        )
    for index, line in enumerate(lines):
        colour = _COLOURS[index % len(_COLOURS)]
        path = " ".join(_at(axes, point) for point in line.points)
        parts.append(
            f'<polyline points="{path}" stroke="{colour}" stroke-width="1.8" fill="none"/>'
            f'<text x="{_WIDTH + 8}" y="{_TOP + 12 + 16 * index}" fill="{colour}">'
            f"{escape(line.name)}</text>"
        )
    box = f'viewBox="0 0 {_WIDTH + 150} {_HEIGHT}" width="{_WIDTH + 150}" role="img"'
    return f"<svg {box}>{''.join(parts)}</svg>"


def distribution(name: str, values: Sequence[float]) -> Line:
    """Values as a cumulative curve in percent."""
    ordered = sorted(values)
    return Line(name, tuple((v, 100 * (i + 1) / len(ordered)) for i, v in enumerate(ordered)))


def _frame(axes: Axes) -> str:
    parts = []
    for step in range(6):
        x, y = axes.x_end * step / 5, axes.y_end * step / 5
        px, py = _at(axes, (x, 0.0)).split(",")[0], _at(axes, (0.0, y)).split(",")[1]
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{py}" y2="{py}" stroke="#e4e4e4"/>'
            f'<text x="{_LEFT - 5}" y="{float(py) + 4}" text-anchor="end">{y:g}</text>'
            f'<text x="{px}" y="{_HEIGHT - _BOTTOM + 14}" text-anchor="middle">{x:g}</text>'
        )
    middle = (_LEFT + _WIDTH) / 2
    parts.append(
        f'<text x="{middle}" y="{_HEIGHT - 4}" text-anchor="middle">{escape(axes.x_title)}</text>'
        f'<text x="{_LEFT + 4}" y="{_TOP + 8}">{escape(axes.y_title)}</text>'
    )
    return "".join(parts)


def _at(axes: Axes, point: tuple[float, float]) -> str:
    x = _LEFT + (_WIDTH - _LEFT) * min(point[0] / axes.x_end, 1.0)
    y = _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * min(point[1] / axes.y_end, 1.0)
    return f"{x:.1f},{y:.1f}"
