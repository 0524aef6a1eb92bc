"""The card: what the template may ask for, and the rendering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from warrant.stages.report.evidence import make_notes
from warrant.stages.report.facts import card_facts
from warrant.stages.report.front_matter import front_matter
from warrant.stages.report.markdown import Written, figure, gap, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from warrant.stages.report.config import ReportConfig
    from warrant.stages.report.evidence import Records


class Card(NamedTuple):
    """A written card."""

    text: str
    """Markdown with front matter."""
    gaps: int
    """Visible gaps in it."""


def render_card(records: Records, config: ReportConfig) -> Card:
    """Write a card.

    Args:
        records: what it may speak from.
        config: the settings of the card.

    Returns:
        The card.
    """
    import jinja2  # not needed by those who only read the stage's settings and questions

    notes = make_notes(records, config)
    gaps = _Gaps()
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("warrant.stages.report"),
        undefined=jinja2.StrictUndefined,
        finalize=gaps.counted(write),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Markdown, not HTML: `write` makes every value inert
    )
    facts = card_facts(records, config)
    body = environment.get_template("card.md.jinja").render(
        **{**facts, "title": Written(facts["title"])},
        cite=lambda *names: Written(notes.cite(*names)),
        figure=gaps.figure,
        gap=gaps.gap,
    )
    parts = [front_matter(records, config), body, *(f"{line}\n" for line in notes.lines())]
    return Card("".join(parts), gaps.count)


class _Gaps:
    """Counts the gaps that are written."""

    def __init__(self) -> None:
        self.count = 0

    def counted(self, writer: Callable[[Any], Written]) -> Callable[[Any], Written]:
        """Make a writer count the gaps it writes by itself; finished text passes."""

        def counting(value: object) -> Written:
            self.count += value is None
            return writer(value)

        return counting

    def gap(self, words: str) -> Written:
        self.count += 1
        return gap(words)

    def figure(self, value: float | None) -> Written:
        self.count += value is None
        return figure(value)
