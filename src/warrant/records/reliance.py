"""How far answers may be relied on: weak parts, promises and what came of them, openings.

Parts of `warrant/evaluation/3`. A part of the rows that is named holds at least as many rows as the
record's `fewest_rows`.
"""

from typing import Annotated

from pydantic import Field

from warrant.records.base import Count, Name, Rate, Record

Size = Annotated[float, Field(ge=0)]


class SliceTest(Record):
    """Whether the rows of a slice do worse than all others, by a one-sided test."""

    column: Name
    value: str
    """As in the slice of the same name."""
    rows: Count
    loss: float
    """Mean loss of its rows."""
    rest: float
    """Mean loss of all other rows."""
    p: Rate
    corrected: Rate
    """By Holm, over all slices of the record."""


class WeakPart(Record):
    """What rows share."""

    column: Name
    """An input column, `label` for what is true, or `length of COLUMN`."""
    value: str
    """At most 200 characters; of numbers and lengths two bounds."""


class WeakSlice(Record):
    """A part of the rows, found by search, on which the model does worse than elsewhere."""

    parts: tuple[WeakPart, ...]
    """One, or two that hold together."""
    rows: Count
    loss: float
    rest: float
    p: Rate
    corrected: Rate
    """By Holm, over all parts that were tested."""


class WeakSearch(Record):
    """What a search for weak parts found."""

    loss: Name
    """What is lost in a row, in words; less is better."""
    tested: Count
    """Parts that were tested, crossed ones among them."""
    fewest_rows: Count
    """Rows of the smallest part that was tested."""
    level: Rate
    """Corrected p-values below it are listed."""
    found: tuple[WeakSlice, ...]
    """The surest first, at most 20."""


class Covered(Record):
    """Sets of answers, chosen on validation rows to hold the truth as often as stated."""

    stated: Rate
    """What was asked for."""
    chosen_on: Count
    """Validation rows that chose the limit."""
    share: Rate
    """Test rows whose set holds the truth."""
    low: Rate
    high: Rate
    level: Rate
    method: Name
    """`clopper-pearson`; where rows come in groups a bootstrap's name, or where all rows agree
    `clopper-pearson-by-group`: exact, as if each group were one row."""
    rows: Count
    mean_size: Size
    """Labels in a set, on average; for `regression` the width of the interval."""


class Selective(Record):
    """A threshold below which a person is asked, so that a stated risk is kept."""

    stated: Rate
    """Largest share of wrong answers among those given."""
    sure: Rate
    """How sure the choice was that it is kept."""
    chosen_on: Count
    """Validation rows that chose the threshold."""
    threshold: Rate | None
    """Least probability that is answered; None: no threshold could promise it, and every row is
    left to a person."""
    rows: Count
    answered: Count
    """Test rows that are answered."""
    wrong: Count
    """Of them."""
    low: Rate | None
    high: Rate | None
    """Interval of the share of wrong answers; None: none was given."""
    level: Rate
    method: Name = "clopper-pearson"
    """As in `Covered`."""


class Openings(Record):
    """How often test rows were looked at before, counted in the log of the workspace."""

    same: Count
    """Earlier evaluations of exactly these rows."""
    others: Count
    """Earlier evaluations of other test sets that share documents with this one."""
    rows: Count
    """Rows of this test set of which a document stood in one of those."""
    unknown: Count
    """Earlier evaluations whose test rows are no longer there to compare; they may share some."""


class Faithful(Record):
    """Whether the words that explanations name decide: they are taken out, or left alone.

    Each figure is the mean change of the answer's probability (for `regression`: of the value, as a
    share of the spread of values).
    """

    rows: Count
    """Test rows, spread over the test set."""
    words: Count
    """Words that are named in a row, at most."""
    without_named: float
    """Fall when the named words are taken out (comprehensiveness); more is better."""
    without_random: float
    """Fall when as many words drawn at random are taken out."""
    only_named: float
    """Fall when only the named words are left (sufficiency); less is better."""
    only_random: float
    """Fall when only as many words drawn at random are left."""
    p: Rate
    """One-sided: that the named words do not weigh more than random ones (Wilcoxon's signed
    ranks)."""
