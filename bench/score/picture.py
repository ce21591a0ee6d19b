"""Curves as a picture: one SVG with a few square diagrams side by side."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from msgspec import Struct

SIZE, LEFT, TOP, GAP = 260, 56, 44, 84
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)

Point = tuple[float, float]


class Diagram(Struct, frozen=True):
    """A square from 0 to 1 both ways: a line or points, with bars for their intervals."""

    title: str
    across: str
    up: str
    points: Sequence[Point]
    bars: Sequence[tuple[float, float, float]] = ()
    """Place, lower and upper end."""
    diagonal: bool = False
    joined: bool = False


def svg(diagrams: Sequence[Diagram]) -> str:
    """The picture as text."""
    width = LEFT + len(diagrams) * (SIZE + GAP)
    height = TOP + SIZE + 60
    parts = [
        f'''<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"
 width="{width}" height="{height}" font-family="sans-serif" font-size="12">''',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for number, one in enumerate(diagrams):
        parts += _diagram(one, LEFT + number * (SIZE + GAP))
    return "\n".join([*parts, "</svg>\n"])


def _diagram(one: Diagram, left: int) -> list[str]:
    middle, bottom = left + SIZE / 2, TOP + SIZE
    parts = [
        f'<text x="{left}" y="{TOP - 16}" font-weight="bold">{escape(one.title)}</text>',
        f'<rect x="{left}" y="{TOP}" width="{SIZE}" height="{SIZE}" fill="none" stroke="#888"/>',
        f'<text x="{middle}" y="{bottom + 40}" text-anchor="middle">{escape(one.across)}</text>',
        f"""<text transform="translate({left - 40} {TOP + SIZE / 2}) rotate(-90)"
 text-anchor="middle">{escape(one.up)}</text>""",
    ]
    for tick in TICKS:
        x, y = _place(left, (tick, tick))
        parts.append(f'<text x="{x:.0f}" y="{bottom + 18}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{tick:g}</text>')
    if one.diagonal:
        parts.append(_line([_place(left, (0, 0)), _place(left, (1, 1))], "#bbb"))
    for at, low, high in one.bars:
        parts.append(_line([_place(left, (at, low)), _place(left, (at, high))], "#1f5f8b"))
    if one.joined:
        parts.append(_line([_place(left, point) for point in one.points], "#1f5f8b"))
    else:
        for point in one.points:
            x, y = _place(left, point)
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#1f5f8b"/>')
    return parts


def _place(left: int, point: Point) -> Point:
    return left + point[0] * SIZE, TOP + (1 - point[1]) * SIZE


def _line(points: Sequence[Point], colour: str) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
