"""Bars as inline SVG: no script, no font, colours by the page's own style sheet."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROW, _SPACE, _COUNT = 24, 358, 80
_LETTER, _GAP = 7.5, 8  # width of a letter; between a name and its bar
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
    left = min(_CHARACTERS, max((len(bar.name) for bar in bars), default=0)) * _LETTER + _GAP
    whole = left + _SPACE + _COUNT
    lines = []
    for at, bar in enumerate(bars):
        x, y = left, at * _ROW
        name = bar.name if len(bar.name) <= _CHARACTERS else f"{bar.name[: _CHARACTERS - 1]}…"
        lines.append(
            f"<g><title>{escape(bar.name)}: {sum(bar.parts):,}</title>"
            f'<text x="{left - _GAP:.1f}" y="{y + 16}" text-anchor="end">{escape(name)}</text>'
        )
        for number, count in enumerate(bar.parts):
            width = _SPACE * count / most
            colour = _COLOURS[number % len(_COLOURS)]
            lines.append(
                f'<rect x="{x:.1f}" y="{y + 4}" width="{width:.1f}" height="16" '
                f'fill="var(--{colour})"/>'
            )
            x += width
        lines.append(f'<text x="{x + 6:.1f}" y="{y + 16}">{sum(bar.parts):,}</text></g>')
    height = len(bars) * _ROW
    if len(parts) > 1:
        lines += _key(parts, left, height + 8)
        height += _ROW + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole:.0f} {max(height, 1)}" '
        f'role="img" style="max-width: {whole:.0f}px" font-size="13" fill="var(--ink)" '
        f'font-family="inherit"><title>{escape(title)}</title>{"".join(lines)}</svg>'
    )


def _key(parts: Sequence[str], left: float, y: int) -> list[str]:
    return [
        f'<rect x="{left + 130 * at:.1f}" y="{y + 4}" width="12" height="12" '
        f'fill="var(--{_COLOURS[at % len(_COLOURS)]})"/>'
        f'<text x="{left + 130 * at + 18:.1f}" y="{y + 15}">{escape(part)}</text>'
        for at, part in enumerate(parts)
    ]
