"""Bars as inline SVG: no script, no font, colours by the page's own style sheet."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH, _ROW, _NAME, _COUNT = 700, 24, 262, 80
_CHARACTERS = 34
"""Of a name; the whole name stands in the bar's title."""
_COLOURS = ("model", "expected", "floor")


class Bar(NamedTuple):
    """One line of a plot."""

    name: str
    """What is counted."""
    parts: tuple[int, ...]
    """Counts, one for each colour."""


def draw(bars: Sequence[Bar], title: str, parts: Sequence[str] = ()) -> str:
    """Draw horizontal bars.

    Args:
        bars: from top to bottom.
        title: what is seen, for those who do not see it.
        parts: what the colours mean; shown below where there are several.

    Returns:
        An `svg` element.
    """
    most = max((sum(bar.parts) for bar in bars), default=0) or 1
    space = _WIDTH - _NAME - _COUNT
    lines = []
    for at, bar in enumerate(bars):
        x, y = float(_NAME), at * _ROW
        name = bar.name if len(bar.name) <= _CHARACTERS else f"{bar.name[: _CHARACTERS - 1]}…"
        lines.append(
            f"<g><title>{escape(bar.name)}: {sum(bar.parts):,}</title>"
            f'<text x="{_NAME - 8}" y="{y + 16}" text-anchor="end">{escape(name)}</text>'
        )
        for number, count in enumerate(bar.parts):
            width = space * count / most
            colour = _COLOURS[number % len(_COLOURS)]
            lines.append(
                f'<rect x="{x:.1f}" y="{y + 4}" width="{width:.1f}" height="16" '
                f'fill="var(--{colour})"/>'
            )
            x += width
        lines.append(f'<text x="{x + 6:.1f}" y="{y + 16}">{sum(bar.parts):,}</text></g>')
    height = len(bars) * _ROW
    if len(parts) > 1:
        lines += _key(parts, height + 8)
        height += _ROW + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {max(height, 1)}" '
        f'role="img" font-size="13" fill="var(--ink)" font-family="inherit">'
        f"<title>{escape(title)}</title>{''.join(lines)}</svg>"
    )


def _key(parts: Sequence[str], y: int) -> list[str]:
    return [
        f'<rect x="{_NAME + 130 * at}" y="{y + 4}" width="12" height="12" '
        f'fill="var(--{_COLOURS[at % len(_COLOURS)]})"/>'
        f'<text x="{_NAME + 130 * at + 18}" y="{y + 15}">{escape(part)}</text>'
        for at, part in enumerate(parts)
    ]
