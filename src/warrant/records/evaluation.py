"""Scores of a model on rows it never saw (`warrant/evaluation/3`).

What a card, a page with plots and a verifier need, and nothing that points at a single person:
curves are thinned and histograms gathered so that at least `fewest_rows` rows stand between two
points and in every bin that is not empty. Figures that were not or could not be measured are
absent, never zero.

The shapes before are `warrant.records.evaluation_1`, which release 0.1 wrote, and `evaluation_2`.
"""

from typing import Annotated, Literal

from pydantic import Field

from warrant.records.base import Count, Hex, Name, Rate, Record
from warrant.records.failure_test import FailureTest, WorkflowRule
from warrant.records.metric import Better
from warrant.records.reliance import Covered, Faithful, Openings, Selective, SliceTest, WeakSearch
from warrant.records.task import TaskKind

Convention = Literal["plain", "lexglue"]
"""How F1 is counted. `plain`: a label that no row has and no answer names is left out of the mean.
`lexglue`: for `multilabel`, a row without any label counts as one of an extra label, true and
predicted alike, and a label that occurs nowhere counts 0."""

CurveKind = Literal["roc", "pr", "coverage"]
"""What a curve shows."""

Attempt = Annotated[int, Field(ge=1, le=2**53 - 1)]
"""A number from 1 up."""


class Score(Record):
    """One figure with its interval."""

    metric: Name
    """A key of `warrant.records.metric.METRICS`."""
    value: float
    low: float
    high: float
    """Bounds of the interval."""
    level: Rate
    """Coverage of the interval, for example 0.95."""
    method: Name
    """How the interval was made: `bootstrap-percentile` or `bootstrap-bca`, with `-by-group` where
    rows of a group were drawn together."""
    rows: Count
    """Rows it was measured on."""


class OwnScore(Record):
    """A figure of the user's own, from the catalog `warrant.scorers`."""

    words: Name
    """What it is called."""
    better: Better
    """Which way is better."""
    score: Score
    """Its metric is the scorer's name."""


class Expected(Record):
    """What the author predicted in the plan, beside what came."""

    metric: Name
    value: float
    """The prediction."""
    sure: Rate
    """How sure the author was that the result reaches it."""
    found: float | None
    """The result; None: not measured."""
    met: bool
    """Whether the result is at least as good as predicted."""


class Bound(Record):
    """A bound of the plan and whether the result met it; one of `at_least` and `at_most` is set."""

    metric: Name
    at_least: float | None
    """The least value that is enough, of a figure of which more is better."""
    at_most: float | None
    """The largest value that is enough, of a figure of which less is better."""
    value: float | None
    """The result; None: not measured."""
    met: bool


class LabelScore(Record):
    """The figures of one label; None where a denominator is zero."""

    label: Name
    precision: float | None
    recall: float | None
    f1: float | None
    f1_low: float | None
    f1_high: float | None
    """Interval of F1, made as those of the scores."""
    roc_auc: float | None
    pr_auc: float | None
    """This label against all others."""
    support: Count
    """Rows where it is true."""
    predicted: Count
    """Rows where it was answered."""


class Slice(Record):
    """The rows that share a value of a column."""

    column: Name
    value: str
    """The shared value, at most 200 characters; `(empty)` for an empty cell."""
    rows: Count
    scores: tuple[Score, ...]
    is_worst: bool
    """True for the one slice of all with the worst leading figure."""


class AbstainedFor(Record):
    """How many rows have one reason for which no answer should be relied on."""

    doubt: Name
    """As in `warrant.models.Doubt`, for example `unseen`."""
    column: Name | None
    """The input column it lies in; None for `unsure`."""
    rows: Count


class Abstained(Record):
    """Rows on which the model gives no answer to rely on; `scores` count what it would say."""

    rows: Count
    reasons: tuple[AbstainedFor, ...]
    """A row may have several reasons; the most frequent first."""
    scores: tuple[Score, ...]
    """The figures on all other rows; none when there are no others."""


class Cost(Record):
    """What errors cost per 1,000 items, in the recipe's own unit."""

    model: Score
    """The model's answers; a row it abstains on costs a review, where a review has a price."""
    without_thresholds: Score | None
    """The same model's answers as they were before thresholds, and without what these make it
    leave to a person; None: it has none."""
    no_model: float
    """Always the cheapest one answer."""
    all_reviewed: float | None
    """Everything reviewed by hand; None: a review has no price in the recipe."""


class Point(Record):
    """One point of a curve."""

    x: float
    y: float
    threshold: float
    """Least probability that counts as the label, 0 to 1."""


class Curve(Record):
    """A curve, thinned to at most 50 points.

    `roc`: share of false alarms among rows without the label, share found among those with it.
    `pr`: share found, precision. `coverage`: share of rows answered, most certain first, and
    accuracy on them.
    """

    kind: CurveKind
    label: Name | None
    """This label against all others; None: every pair of row and label, pooled (`coverage`: all
    rows)."""
    points: tuple[Point, ...]
    """By rising x."""


class Bin(Record):
    """Rows whose prediction lies between two bounds."""

    low: float
    high: float
    """Bounds of the prediction; the upper one belongs to the bin."""
    rows: Count
    predicted: float
    """Mean prediction."""
    true: float
    """What was true: the share of rows, or for `regression` the mean value."""


class Reliability(Record):
    """Whether predictions mean what they say, over bins of at least `fewest_rows` rows."""

    label: Name | None
    """This label against all others. None: for one answer a row, the probability of the answer
    given; for `multilabel`, every pair of row and label, pooled; for `regression`, the value."""
    bins: tuple[Bin, ...]
    """By rising bounds."""


class HistogramBin(Record):
    """Rows by one number: the probability of the answer given, or the error of `regression`."""

    low: float
    high: float
    right: Count
    """Rows answered right; for `regression`, all rows."""
    wrong: Count
    """Rows answered wrong; for `regression`, 0."""


class Evaluation(Record):
    """All figures of one model on one dataset."""

    format: Literal["warrant/evaluation/3"] = "warrant/evaluation/3"
    task: TaskKind
    model: Hex
    test: Hex
    """Manifest of the test set."""
    plan: Hex | None
    """Envelope digest of the plan committed before; None: no plan."""
    attempt: Attempt
    """This is the n-th different evaluation on these test rows in this log. Run again, the same
    evaluation keeps its number."""
    convention: Convention
    """How F1 was counted."""
    rows: Count
    """Rows with a label; all others were left out."""
    without_label: Count
    resamples: Count
    seed: int
    fewest_rows: Count
    """Fewest rows behind a slice, a bin, and between two points of a curve."""
    scores: tuple[Score, ...]
    """On all rows."""
    floor: tuple[Score, ...]
    """The same figures without a model: always the best one answer, for `regression` the mean."""
    expected: Expected | None
    """The author's prediction; None: none was signed."""
    bounds: tuple[Bound, ...]
    labels: tuple[LabelScore, ...]
    """None for `regression`."""
    confusion: tuple[tuple[Count, ...], ...]
    """Rows true, columns predicted, in the order of `labels`; empty for `multilabel` and
    `regression`."""
    slices: tuple[Slice, ...]
    abstained: Abstained | None
    """None: the model had no reason to abstain on any row."""
    cost: Cost | None
    """None: the recipe gives no costs."""
    curves: tuple[Curve, ...]
    """Pooled, and of each label with enough rows, of at most 20 labels, the most frequent first."""
    reliability: tuple[Reliability, ...]
    """As `curves`."""
    histogram: tuple[HistogramBin, ...]
    """By rising bounds; neighbours are joined until none has fewer than `fewest_rows` rows."""
    failure_tests: tuple[FailureTest, ...] = ()
    """In the order of the recipe, those of its domain first."""
    workflow: tuple[WorkflowRule, ...] = ()
    """Rules over the ordered answers of a case, in the same order."""
    scorers: tuple[OwnScore, ...] = ()
    """In the order of the recipe."""
    slice_tests: tuple[SliceTest, ...] = ()
    """Of the slices that can be tested, in their order."""
    weak: WeakSearch | None = None
    """None: there were too few rows to search."""
    risk_area: Rate | None = None
    """Area under risk by coverage: the mean share of wrong answers, most certain first. None: not
    one answer a row."""
    covered: Covered | None = None
    """None: the recipe asks for no sets."""
    selective: Selective | None = None
    """None: the recipe states no risk."""
    faithful: Faithful | None = None
    """None: explanations were not tested."""
    openings: Openings | None = None
    """None: nobody counted."""
    groups: Count | None = None
    """Groups of rows that intervals draw together; None: rows were drawn by themselves."""

    @property
    def may_hide(self) -> float | None:
        """Share of errors with which all rows are right one time in twenty, 0 to 1.

        None unless every row is answered right: intervals then have no width. Where rows of a group
        were drawn together, a group counts once.

        Source: Hanley and Lippman-Hand, If nothing goes wrong, is everything all right? (1983).
        """
        for score in self.scores:
            if score.metric == "accuracy" and score.value == 1:
                units = self.groups if "group" in score.method else score.rows
                return None if units is None else float(1 - 0.05 ** (1 / units))
        return None
