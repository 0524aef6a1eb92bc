"""What may be chosen about evaluation."""

from dataclasses import dataclass, field
from typing import Any

from warrant.metrics import Method, Prices
from warrant.records.evaluation import Convention
from warrant.records.failure_test import ChosenBy


@dataclass(frozen=True)
class PlannedBound:
    """A figure that the plan demands; one of `at_least` and `at_most` is given."""

    metric: str
    """A key of `warrant.records.metric.METRICS`."""

    at_least: float | None = None
    """The least value that lets a model be deployed; None: the bound is `at_most`."""

    at_most: float | None = None
    """The largest value that lets a model be deployed; None: the bound is `at_least`."""


@dataclass(frozen=True)
class Prediction:
    """What the author said before the run."""

    metric: str
    """A key of `warrant.records.metric.METRICS`."""

    value: float
    """The predicted value."""

    sure: float
    """How sure the author was that the result reaches it, 0 to 1."""


@dataclass(frozen=True)
class FailureTestConfig:
    """One failure test: how rows are changed, and what should come of it."""

    test: str
    """A name of `FAILURE_TESTS`."""

    name: str
    """As a plan's bound names it; differs from test to test."""

    expect: str | None = None
    """As `require_expectation` has it; None: what the test says is safe."""

    chosen_by: ChosenBy = "recipe"
    """Who said so."""

    column: str | None = None
    """The column that is changed; None: the first that the model reads as what it is about."""

    labels: tuple[str, ...] = ()
    """Rows with one of these true labels alone; none: all rows."""

    within: float = 0.0
    """Of `regression`: how far an answer may move and still be the same, in its unit; 0: nobody
    said, and neither `same` nor `changes` is judged."""

    settings: dict[str, Any] = field(default_factory=dict)
    """Of the test, by name; lists of words stand here in full."""


@dataclass(frozen=True)
class Earlier:
    """Earlier evaluations in this log; see `warrant.records.reliance.Openings`."""

    same: int = 0
    """Of exactly these rows."""

    others: int = 0
    """Of other test sets that share documents with this one."""

    rows: int = 0
    """Rows of this test set of which a document stood in one of those."""

    unknown: int = 0
    """Of test sets that are no longer there to compare."""


@dataclass(frozen=True)
class WorkflowConfig:
    """One rule over the ordered answers of a case."""

    name: str
    """As a plan's bound names it."""

    ok: str
    """CEL over `warrant.stages.evaluate.workflow.FACTS`; true at every step of a sound case."""

    chosen_by: ChosenBy = "recipe"
    """Who wrote it."""


@dataclass(frozen=True)
class EvaluateConfig:
    """All settings of one evaluation."""

    label: str
    """The column that holds the true answer."""

    label_separator: str = ";"
    """Between several labels in one cell of text; read for `multilabel` only."""

    plan: str | None = None
    """Envelope digest (hex) of the plan committed before; None: no plan."""

    bounds: tuple[PlannedBound, ...] = ()
    """The plan's bounds."""

    expected: Prediction | None = None
    """The plan's prediction; None: none was signed."""

    attempt: int = 1
    """This is the n-th different evaluation of these test rows, 1 or more."""

    convention: Convention = "plain"
    """How F1 is counted."""

    costs: Prices | None = None
    """What errors cost; None: nobody said."""

    slices: tuple[str, ...] = ()
    """Columns whose values are measured apart."""

    slices_where_there: tuple[str, ...] = ()
    """Further such columns, of a domain; rows that lack one are not divided by it."""

    fewest_rows: int = 10
    """Fewest rows in a slice, in a bin of a plot and between two points of a curve: fewer could
    point at a person. 5 or more."""

    most_slices: int = 50
    """Of one column, at most this many values are shown, the largest first."""

    group: str | None = None
    """Column whose equal values are drawn together by the bootstrap; rows without a value, and all
    rows where it is None, are drawn with the other rows of their document."""

    resamples: int = 2000
    """Bootstrap resamples behind each interval."""

    level: float = 0.95
    """Coverage of the intervals, 0 to 1."""

    seed: int = 7
    """Seed of the bootstrap."""

    failure_tests: tuple[FailureTestConfig, ...] = ()
    """Changes of test rows, and what should come of them."""

    failure_cases: int = 500
    """Of one failure test, at most so many rows are looked at, drawn by the seed."""

    interval: Method = "percentile"
    """How bounds are read off the resamples."""

    scorers: tuple[str, ...] = ()
    """Names of figures of the user's own, in the catalog `warrant.scorers`."""

    openings: Earlier | None = None
    """How often rows were looked at before; None: nobody counted."""

    workflow: tuple[WorkflowConfig, ...] = ()
    """Rules over the ordered answers of a case."""

    case: str | None = None
    """Column whose equal values are one case; None: there are no cases."""

    case_order: str | None = None
    """Column by which the rows of a case are put in order; None: as they stand in the dataset."""
