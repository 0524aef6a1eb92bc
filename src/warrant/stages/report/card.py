"""The card: what the template may ask for, and the rendering."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple, cast

from warrant.stages.report.evidence import make_notes
from warrant.stages.report.facts import card_facts
from warrant.stages.report.front_matter import front_matter
from warrant.stages.report.markdown import Written, figure, gap, write

if TYPE_CHECKING:
    import jinja2

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
    notes = make_notes(records, config)
    gaps = _Gaps()
    facts = card_facts(records, config)
    body = _template().render(
        **{**facts, "title": Written(facts["title"])},
        gaps=gaps,
        cite=lambda *names: Written(notes.cite(*names)),
        figure=gaps.figure,
        gap=gaps.gap,
    )
    parts = [front_matter(records, config), body, *(f"{line}\n" for line in notes.lines())]
    return Card("".join(parts), gaps.count)


@cache
def _template() -> jinja2.Template:
    """Compile the card's template once in a process: that costs as much as filling it in."""
    import jinja2  # not needed by those who only read the stage's settings and questions

    @jinja2.pass_context
    def written(context: jinja2.runtime.Context, value: object) -> Written:
        return cast("_Gaps", context["gaps"]).written(value)

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("warrant.stages.report"),
        undefined=jinja2.StrictUndefined,
        finalize=written,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Markdown, not HTML: `write` makes every value inert
    )
    return environment.get_template("card.md.jinja")


class _Gaps:
    """Counts the gaps that are written."""

    def __init__(self) -> None:
        self.count = 0

    def written(self, value: object) -> Written:
        """Write a value, and count it when it is a gap; finished text passes."""
        self.count += value is None
        return write(value)

    def gap(self, words: str) -> Written:
        self.count += 1
        return gap(words)

    def figure(self, value: float | None) -> Written:
        self.count += value is None
        return figure(value)
