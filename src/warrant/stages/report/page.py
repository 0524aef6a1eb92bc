"""The card as one HTML file: the same records, the same gaps, with plots, for people who decide.

Nothing in it runs and nothing is fetched: one style sheet inside, plots as inline SVG, a content
security policy that forbids everything else. Foreign text is escaped by the template engine.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from warrant.records.metric import METRICS, leading
from warrant.stages.report.evidence import make_notes
from warrant.stages.report.facts import card_facts
from warrant.stages.report.markdown import NOT_ANSWERED, NOT_MEASURED, number, one_line
from warrant.stages.report.plots import draw_all

if TYPE_CHECKING:
    import jinja2

    from warrant.records.evaluation import Score
    from warrant.stages.report.config import ReportConfig
    from warrant.stages.report.evidence import Notes, Records


class Note(NamedTuple):
    """One line of the list of evidence."""

    number: int
    """As the marks give it."""
    what: str
    digest: str
    how: str
    kind: str


class Tile(NamedTuple):
    """One of the figures at the top."""

    name: str
    value: str
    below: str
    """What stands under it, in small."""
    cited: tuple[str, ...]
    """Names of footnotes."""


def render_page(records: Records, config: ReportConfig) -> str:
    """Write the page.

    Args:
        records: what it may speak from.
        config: the settings of the card.

    Returns:
        HTML, complete in itself.
    """
    notes = make_notes(records, config)
    facts = card_facts(records, config)
    evaluation = records.evaluation.record
    plots = draw_all(evaluation, _trained(facts))
    body = (
        _templates()
        .get_template("card-body.html.jinja")
        .render(
            **facts,
            plots={name: (Markup(plot.svg), plot.words) for name, plot in plots.items()},  # noqa: S704 - our own drawing
            tiles=_tiles(records, config),
            metrics=METRICS,
            cite=lambda *names: _marks(notes, names),
            figure=figure,
            number=number,
            gap=gap,
        )
    )
    # What was cited is known once the body is written.
    return (
        _templates()
        .get_template("card.html.jinja")
        .render(
            name=config.name,
            title=facts["title"],
            stage=config.stage_of_use,
            body=Markup(body),  # noqa: S704 - escaped where it was written
            notes=_listed(notes),
        )
    )


@cache
def _templates() -> jinja2.Environment:
    """Give the templates, each compiled once in a process."""
    import jinja2  # not needed by those who only read the stage's settings and questions

    return jinja2.Environment(
        loader=jinja2.PackageLoader("warrant.stages.report"),
        undefined=jinja2.StrictUndefined,
        finalize=write,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
    )


def write(value: object) -> object:
    """Write any value of a record into a page.

    Args:
        value: text, number, boolean, None, or finished markup.

    Returns:
        What the template engine escapes: text on one line, numbers with separators, yes or no, and
        None as the gap `not answered`.
    """
    if isinstance(value, Markup):
        return value
    if value is None:
        return gap(NOT_ANSWERED)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:g}"
    return one_line(str(value))


def figure(value: float | None) -> Markup:
    """Write a score with three decimals, or the gap `not measured`."""
    return gap(NOT_MEASURED) if value is None else Markup(number(value))  # noqa: S704 - digits


def gap(words: str) -> Markup:
    """Write a gap, so that it is seen."""
    return Markup('<em class="gap">{}</em>').format(one_line(words))


def _marks(notes: Notes, names: tuple[str, ...]) -> Markup:
    notes.cite(*names)
    numbers = list(notes.cited)
    one = Markup('<a class="mark" href="#evidence-{0}" aria-label="evidence {0}">{0}</a>')
    return Markup("").join(one.format(numbers.index(name) + 1) for name in names)


def _listed(notes: Notes) -> list[Note]:
    return [Note(at, *notes.entries[name]) for at, name in enumerate(notes.cited, start=1)]


_LEARNT = "label_rows_train: "


def _trained(facts: dict[str, Any]) -> dict[str, int]:
    """Give the training rows of each label, as the claim of split counted them."""
    split = facts["claims"].get("split")
    measures = split.measures if split else {}
    return {
        name.removeprefix(_LEARNT): int(value)
        for name, value in measures.items()
        if name.startswith(_LEARNT) and isinstance(value, int)
    }


def _tiles(records: Records, config: ReportConfig) -> list[Tile]:
    evaluation = records.evaluation.record
    metric = leading(evaluation.task)
    words = METRICS[metric].words
    score = _of(evaluation.scores, metric)
    floor = _of(evaluation.floor, metric)
    tiles = []
    if score:
        below = f"between {number(score.low)} and {number(score.high)} ({score.level:.0%})"
        tiles.append(Tile(words, number(score.value), below, ("evaluation",)))
    if floor:
        tiles.append(
            Tile(
                "Without a model",
                number(floor.value),
                f"{words} of the best one answer",
                ("evaluation",),
            )
        )
    if config.expected and config.plan:
        expected = config.expected
        name = METRICS[expected.metric].words if expected.metric in METRICS else expected.metric
        below = f"{name}, said before the run, {expected.sure:.0%} sure"
        tiles.append(Tile("Expected", number(expected.value), below, ("plan",)))
    rows = Tile("Tested on", f"{evaluation.rows:,}", "rows never learnt from", ("evaluation",))
    return [*tiles, rows]


def _of(scores: tuple[Score, ...], metric: str) -> Score | None:
    return next((one for one in scores if one.metric == metric), None)
