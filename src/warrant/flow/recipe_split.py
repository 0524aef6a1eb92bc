"""The recipe's part about dividing rows: shares, what stays together, what may not be repeated."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from warrant.flow.recipe_rows import Part, Text

Share = Annotated[float, Field(gt=0, lt=1)]


class OutsideBenchmark(Part):
    """Rows of somebody else on which the model may be measured later."""

    path: Text
    """A parquet, csv or jsonl file, from the recipe's folder."""
    column: Text = "text"
    """Of its texts."""
    name: Text | None = None
    """As decisions and reports call it; left out: the path."""


class Decontaminate(Part):
    """Training rows that repeat or contain a held-out row are left out, with the evidence."""

    similarity: Annotated[float, Field(gt=0, le=1)] = 0.8
    """From this share of the held-out row's five words in a row on; above 0, at most 1."""
    benchmarks: tuple[OutsideBenchmark, ...] = ()
    """Rows outside, beside those of validation and test."""


class Split(Part):
    """How rows are divided; groups and duplicates never cross."""

    test: Share = 0.2
    """Share of rows kept for the test, 0 to 1."""
    validation: Share = 0.1
    """Share of rows for choosing settings, 0 to 1."""
    group: Text | None = None
    """Rows with the same value here stay together; left out: rows of one document."""
    time: Text | None = None
    """Column of days, instants or numbers; the newest rows are the test. Left out: drawn."""
    held_out: Annotated[dict[Text, str], Field(max_length=1)] = {}  # noqa: RUF012 - copied
    """A column and one value, such as `{hospital: North}`: these rows are the test."""
    seed: Annotated[int, Field(ge=0)] = 7
    """Another seed, another division."""
    decontaminate: Decontaminate | None = None
    """Leave out training rows that repeat held-out rows, or rows of a benchmark outside: {}."""
