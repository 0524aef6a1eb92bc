"""Advice as one page of HTML with plots, rendered on demand; it shows no text of a row."""

from __future__ import annotations

import shlex
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from warrant.flow.advise.steps import next_steps, told
from warrant.stages.report.page import gap, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.flow.advise.advice import Advice, LabelAdvice
    from warrant.flow.workspace import Workspace

MOST_LINES = 8
"""Curves of labels in one plot."""
_MOST_PAIRS = 20
_MARKS = "os^D"
_LONGEST = 24  # characters of a label beside a curve


class Plot(NamedTuple):
    """One drawing."""

    svg: Markup
    """An `svg` element."""
    words: str
    """How to read it."""


def render_advice(workspace: Workspace, advice: Advice) -> str:
    """Write the page.

    Args:
        workspace: that was advised on.
        advice: what was found.

    Returns:
        HTML, complete in itself, without a script and without anything to fetch.
    """
    import jinja2  # dear to import, and only pages need it

    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.PackageLoader("warrant.flow.advise"),
                jinja2.PackageLoader("warrant.stages.report"),
            ]
        ),
        undefined=jinja2.StrictUndefined,
        finalize=write,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
    )
    size, root = workspace.log.head()
    pairs = Counter((one.given, one.proposed) for one in advice.suspects).most_common(_MOST_PAIRS)
    return environment.get_template("advise.html.jinja").render(
        name=workspace.root.resolve().name,
        root=shlex.quote(str(workspace.root)),
        size=size,
        checkpoint=root.hex(),
        advice=advice,
        steps=next_steps(advice, workspace.root),
        labels=(advice.whole, *advice.labels),
        plots=_plots(advice),
        valued=[one for one in advice.values if one.f1 is not None],
        confused=[(*pair, count) for pair, count in pairs],
        told=told,
        gap=gap,
    )


def _plots(advice: Advice) -> list[Plot]:
    shown = sorted(advice.labels, key=lambda one: (one.f1, one.label))[:MOST_LINES]
    return [
        Plot(
            _draw((advice.whole,), "growth", "F1 by rows learnt from, mean of all labels"),
            "F1 by rows learnt from, mean of all labels; dashed: what twice as many are expected "
            "to reach, with its interval.",
        ),
        Plot(
            _draw(shown, "growth-labels", "F1 by rows learnt from, of the weakest labels"),
            f"The {len(shown)} labels with the lowest F1." if len(shown) > 1 else "The label.",
        ),
    ]


def _draw(curves: Sequence[LabelAdvice], name: str, title: str) -> Markup:
    from warrant.stages.report.plots.canvas import (
        EXPECTED,
        INK,
        MODEL,
        MUTED,
        new_axes,
        settings,
        to_svg,
    )

    colours = (MODEL, EXPECTED, INK, MUTED)
    with settings():
        figure, axes = new_axes(7, 3.0)
        for at, one in enumerate(curves):
            across = [point.rows for point in one.points]
            up = [point.f1 for point in one.points]
            # Told apart by mark and dash as well: colour is lost in print, and to some readers.
            axes.plot(across, up, color=colours[at % len(colours)], linewidth=1.6,
                      linestyle="--" if at // len(colours) % 2 else "-",
                      marker=_MARKS[at % len(_MARKS)],
                      markersize=4, label=_short(one.label) or None)  # fmt: skip
            if len(curves) == 1 and one.doubled is not None:
                gain, last = one.doubled, one.points[-1]
                there = 2 * last.rows
                axes.plot([last.rows, there], [last.f1, last.f1 + gain.expected], color=MUTED,
                          linestyle=(0, (3, 3)), linewidth=1.2)  # fmt: skip
                axes.vlines(there, last.f1 + gain.low, last.f1 + gain.high, color=MUTED)
        axes.set_xlabel("rows learnt from")
        axes.set_ylabel("F1")
        axes.grid(visible=True)
        if len(curves) > 1:
            axes.legend(fontsize=8, handlelength=3.2, loc="center left", bbox_to_anchor=(1.0, 0.5))
        return Markup(to_svg(figure, name, title))  # noqa: S704 - our own drawing, names escaped


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
