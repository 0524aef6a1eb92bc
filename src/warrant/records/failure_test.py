"""What failure tests and rules of a workflow found; parts of `warrant/evaluation/3`.

No text of a row stands here: a change is described by its kind and by words of the test's own
lists. What a failing case looks like is shown on demand, on the machine that has the rows.
"""

from typing import Annotated, Literal

from pydantic import Field

from warrant.records.base import Count, Name, Rate, Record

Told = Annotated[str, Field(min_length=1, max_length=300)]
"""One plain sentence or part of one, without any text of a row."""

ChosenBy = Literal["warrant", "domain", "recipe"]
"""Who said what must come of a changed row. `warrant`: it is safe to expect of any task."""


class FailureExample(Record):
    """One changed row, told without its text."""

    change: Told
    """What was changed, for example `'shall' became 'shall not'`."""
    passed: bool


class FailureTest(Record):
    """One failure test: rows of the test set changed in one way, and what should come of it."""

    name: Name
    """As a plan's bound names it."""
    test: Name
    """The generator that made the cases."""
    expect: Name
    """`same`, `changes`, `becomes LABEL`, `rises LABEL`, `falls LABEL`; of a model that
    writes texts also `cites only known`, `invents nothing` or `follows`."""
    chosen_by: ChosenBy
    rows: Count
    """Rows that were looked at."""
    made: Count
    """Cases; a row that cannot be changed in this way makes none and is not counted."""
    passed: Count
    pass_rate: Rate | None
    """Share of cases with the expected answer; None: there was no case."""
    failing_at_most: Rate | None
    """Upper bound of the share of failures, one-sided (Clopper and Pearson, 1934)."""
    level: Rate
    """Coverage of that bound, for example 0.95."""
    why_none: Told | None
    """Why there was no case; None where there were some."""
    examples: tuple[FailureExample, ...]
    """At most three, failures first."""


class WorkflowRule(Record):
    """One rule over the ordered answers of a case, and the cases that break it."""

    name: Name
    """As a plan's bound names it."""
    chosen_by: ChosenBy
    ok: Told
    """The rule, in CEL."""
    cases: Count
    """Cases that were judged."""
    broken: Count
    """Cases whose answers break the rule."""
    broken_in_truth: Count
    """Those of them whose true labels break it as well: the input broke it, not the model."""
    kept: Rate | None
    """Share of cases that keep the rule; None: there was no case."""
    broken_at_most: Rate | None
    """Upper bound of the share of broken cases, one-sided (Clopper and Pearson, 1934)."""
    level: Rate
    offenders: tuple[Count, ...]
    """Of the first 20 broken cases, the position in the test set of the row that broke it."""


_FAILURE = "failure_test: "
_WORKFLOW = "workflow: "


def failure_figure(name: str) -> str:
    """Name the share of cases of a failure test that pass, as a plan's bound has it."""
    return _FAILURE + name


def workflow_figure(name: str) -> str:
    """Name the share of cases that keep a rule of a workflow, as a plan's bound has it."""
    return _WORKFLOW + name


def is_failure_figure(figure: str) -> bool:
    """Say whether a bound's figure is of a failure test."""
    return figure.startswith(_FAILURE)


def figure_words(figure: str) -> str | None:
    """Say in words what figure a bound is about; None where it is of neither kind."""
    if figure.startswith(_FAILURE):
        return f"Cases passed of the failure test {figure.removeprefix(_FAILURE)}"
    if figure.startswith(_WORKFLOW):
        return f"Cases that keep the rule {figure.removeprefix(_WORKFLOW)}"
    return None
