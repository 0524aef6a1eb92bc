"""From a matplotlib figure to SVG inside a page: no script, no font, no date, no fixed colour.

Colours are roles (`MODEL`, `FLOOR` …): the page's style sheet says what they look like, by day, by
night and on paper. The same figure gives the same bytes.
"""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

from warrant.stages.report.markdown import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK: Final = "#010101"
MUTED: Final = "#020202"
LINE: Final = "#030303"
PAPER: Final = "#040404"
MODEL: Final = "#050505"
FLOOR: Final = "#060606"
EXPECTED: Final = "#070707"
WRONG: Final = "#080808"
_ROLES = {
    INK: "ink",
    MUTED: "muted",
    LINE: "line",
    PAPER: "paper",
    MODEL: "model",
    FLOOR: "floor",
    EXPECTED: "expected",
    WRONG: "wrong",
}
_SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "warrant",
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": LINE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "axes.titlesize": 9.5,
    "axes.axisbelow": True,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": INK,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "lines.color": MODEL,
    "legend.frameon": False,
    "text.parse_math": False,  # a label with two dollar signs is a label
}
_STYLE = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>\s*", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)
_NAMED_GROUP = re.compile(r'<g id="[A-Za-z_]+_?\d*">')
_ID = re.compile(r'\b(id="|xlink:href="#|url\(#)')
_FONT = re.compile(r"font: (?:[a-z]+ |\d+ )*?([\d.]+px) [^;\"]*?(?=[;\"])")


@contextmanager
def settings() -> Iterator[None]:
    """Draw as a card does, whatever settings of matplotlib's are in force here."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it tells of caches that it builds
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def new_axes(width: float, height: float) -> tuple[Figure, Axes]:
    """Begin a figure.

    Args:
        width: in inches; 7 fills the page.
        height: in inches.

    Returns:
        The figure and its axes.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


def to_svg(figure: Figure, name: str, title: str) -> str:
    """Write a figure.

    Args:
        figure: finished.
        name: unique on the page; small letters.
        title: what is seen, in words, for those who do not see it.

    Returns:
        An `svg` element.
    """
    out = StringIO()
    figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = _METADATA.sub("", text[text.index("<svg") :])
    text = _STYLE.sub("", text)  # it would hold for the whole page; the page has its own
    text = _NAMED_GROUP.sub("<g>", text)
    text = _ID.sub(lambda found: f"{found[1]}{name}-", text)
    text = _FONT.sub(r"font: \1 var(--sans)", text)
    for colour, role in _ROLES.items():
        text = text.replace(colour, f"var(--{role})")
    head, _, body = text.partition(">")
    view = re.search(r'viewBox="[^"]+"', head)
    assert view is not None  # noqa: S101 - matplotlib writes one
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{view[0]} role="img" aria-labelledby="{name}-title">'
        f'<title id="{name}-title">{escape(one_line(title))}</title>'
    )
    return start + body.strip()
