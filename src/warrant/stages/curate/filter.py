"""The protocol of a filter: judge rows, and say why.

A filter sees the rows of a dataset once, in order, batch by batch; what it must remember between
batches it keeps itself. It never sees a row that a filter before it dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from warrant.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa

    from warrant.records.ledger import Reason


class Verdict(NamedTuple):
    """What a filter says of one row; a row without a verdict is kept as it is."""

    row: int
    """Place in the batch, from 0."""
    code: str
    """One of the filter's reasons; its kind says whether the row is dropped, changed, measured."""
    value: float | None = None
    """What was measured, in the unit of the reason's threshold."""
    peer: int | None = None
    """Position, in the step's input, of the other row that decided."""


class Judgement(NamedTuple):
    """What a filter says of one batch."""

    verdicts: Sequence[Verdict]
    """In any order; at most one of kind `drop` for a row."""
    changed: pa.Array | None = None
    """The whole column anew, when any row was changed."""
    originals: Mapping[int, Mapping[str, bytes]] | None = None
    """By row, what was taken out of its text, under the mark that stands there now. It goes to
    the vault and nowhere else."""


class Filter(Protocol):
    """Judges rows by one column.

    Law: the verdict on a row does not depend on where batches end.
    """

    reasons: tuple[Reason, ...]
    """Every reason it may give, with its threshold, in plain words without any content."""

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:
        """Judge one batch.

        Args:
            cells: the column, one cell a row; null where the row has none.
            positions: of the rows in the step's input, rising from batch to batch.

        Returns:
            Verdicts, and the column anew when any was changed.
        """
        ...


@runtime_checkable
class Measuring(Protocol):
    """A filter whose work the claim describes besides its counts."""

    measures: Mapping[str, str]
    """Typed facts by name, for the claim."""


FILTERS: Catalog[Callable[..., Filter]] = Catalog(
    kind="filter",
    group="warrant.filters",
    builtin={
        "drop_empty": "warrant.stages.curate.builtin.length:DropEmpty",
        "drop_exact_duplicates": "warrant.stages.curate.builtin.duplicates:DropExactDuplicates",
        "mask_personal_data": "warrant.stages.curate.builtin.masking:MaskPersonalData",
        "min_words": "warrant.stages.curate.builtin.length:MinWords",
    },
)
"""Every filter on offer; a factory takes the settings of the recipe by name."""
