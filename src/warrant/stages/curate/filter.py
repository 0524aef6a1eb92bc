"""The protocol of a filter: judge rows, and say why.

A filter sees the rows of a dataset once, in order, batch by batch; what it must remember between
batches it keeps itself. One that is `Surveying` sees them twice. No filter sees a row that a filter
before it dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from warrant.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from warrant.records.reason import Reason


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
    columns: Mapping[str, pa.Array] | None = None
    """Other columns anew, by name, each whole; the keys of `originals` then name their column."""
    counted: Mapping[str, int] | None = None
    """Rows by name, added up over all batches for the claim."""


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
class Surveying(Protocol):
    """A filter that must have seen all rows before it judges the first.

    It looks at every row that the filters before it kept, settles, and then judges the same rows.
    """

    def look(self, cells: pa.Array, positions: Sequence[int]) -> None:
        """Look at one batch.

        Args:
            cells: the column, one cell a row; null where the row has none.
            positions: of the rows in the step's input, rising from batch to batch.
        """
        ...

    def settle(self, cells_at: Callable[[NDArray[np.int64]], pa.Array], scratch: Path) -> None:
        """Decide about all rows that were looked at.

        Args:
            cells_at: gives cells again, of rows by their number among those looked at, from 0.
            scratch: an empty folder, removed afterwards.
        """
        ...


@runtime_checkable
class Sketching(Protocol):
    """A surveying filter that looks at a batch in two halves.

    The first, `sketch`, depends on the cells alone and is the long one: an engine may do it
    elsewhere, on several batches at a time.
    """

    sketch: Callable[[pa.Array], Any]
    """From the cells of a batch to what is remembered of them; no method: it knows nothing else."""

    def remember(self, sketch: Any, positions: Sequence[int]) -> None:  # noqa: ANN401 - its own
        """Take the first half of the look in.

        Args:
            sketch: as `sketch` gave it.
            positions: of the rows in the step's input, rising from batch to batch.
        """
        ...


def is_alone(rule: Filter) -> bool:
    """Say whether a filter judges each batch from its settings alone, and keeps nothing of it.

    Such a filter says so by `alone = True`; an engine may let copies of it judge.

    Args:
        rule: the filter.

    Returns:
        True when it does.
    """
    return bool(getattr(rule, "alone", False))


@runtime_checkable
class Knowing(Protocol):
    """A filter that reads other columns of a row beside the one that it judges."""

    beside: tuple[str, ...]
    """Names of the columns; they need not be read by the model."""

    def know(self, columns: Mapping[str, pa.Array]) -> None:
        """Read them, of the batch that is judged next.

        Args:
            columns: by name, one cell a row; null where the row has none.
        """
        ...


@runtime_checkable
class Identified(Protocol):
    """A filter that must know which rows it judges."""

    def identify(self, rows: Sequence[bytes]) -> None:
        """Receive the ids of the rows that are judged next.

        Args:
            rows: 32 bytes each.
        """
        ...


@runtime_checkable
class Keyed(Protocol):
    """A filter that needs a key of the vault; without one, as for questions, it does without."""

    def unlock(self, keyed: Callable[[bytes], bytes]) -> None:
        """Receive what stands for the key.

        Args:
            keyed: gives 32 bytes for a digest that nobody without the vault can guess.
        """
        ...


@runtime_checkable
class Learning(Protocol):
    """A filter that learns from files beside the recipe before it judges the first row.

    Without them, as for questions, it does without.
    """

    def learn(self, folder: Path) -> None:
        """Learn, and describe itself anew.

        Args:
            folder: what relative paths start from.
        """
        ...


@runtime_checkable
class Measuring(Protocol):
    """A filter whose work the claim describes besides its counts."""

    measures: Mapping[str, str | int | float]
    """Typed facts by name, for the claim."""


@runtime_checkable
class Costing(Protocol):
    """A filter of whose change the claim says what it costs in score."""

    has_cost: bool
    """Whether that was asked for."""


@runtime_checkable
class ReadsColumns(Protocol):
    """A filter that judges by columns of the sheet and not by the text.

    Its cells are objects that hold these columns, of the types that the rows have. What it changes
    of them it gives in `Judgement.columns`.
    """

    columns: tuple[str, ...]
    """Names of the columns, at least one."""


FILTERS: Catalog[Callable[..., Filter]] = Catalog(
    kind="filter",
    group="warrant.filters",
    builtin={
        "allow": "warrant.stages.curate.builtin.listed:Allow",
        "boilerplate": "warrant.stages.curate.builtin.boilerplate:Boilerplate",
        "characters": "warrant.stages.curate.builtin.extent:Characters",
        "correct_labels": "warrant.stages.curate.builtin.corrections:CorrectLabels",
        "deny": "warrant.stages.curate.builtin.listed:Deny",
        "drop_empty": "warrant.stages.curate.builtin.length:DropEmpty",
        "drop_exact_duplicates": "warrant.stages.curate.builtin.duplicates:DropExactDuplicates",
        "drop_matching": "warrant.stages.curate.builtin.pattern:DropMatching",
        "keep_in_force": "warrant.stages.curate.builtin.period:KeepInForce",
        "keep_jurisdictions": "warrant.stages.curate.builtin.jurisdiction:KeepJurisdictions",
        "keep_languages": "warrant.stages.curate.builtin.language:KeepLanguages",
        "keep_matching": "warrant.stages.curate.builtin.pattern:KeepMatching",
        "keep_period": "warrant.stages.curate.builtin.period:KeepPeriod",
        "keep_where": "warrant.stages.curate.builtin.where:KeepWhere",
        "mask_personal_data": "warrant.stages.curate.builtin.masking:MaskPersonalData",
        "max_words": "warrant.stages.curate.builtin.extent:MaxWords",
        "min_words": "warrant.stages.curate.builtin.length:MinWords",
        "protect_table": "warrant.stages.curate.builtin.table:ProtectTable",
        "near_duplicates": "warrant.stages.curate.builtin.near_duplicates:NearDuplicates",
        "quality": "warrant.stages.curate.builtin.quality:Quality",
        "repetition": "warrant.stages.curate.builtin.repetition:Repetition",
        "row_rights": "warrant.stages.curate.builtin.rights:RowRights",
        "row_terms": "warrant.stages.curate.builtin.terms:RowTerms",
    },
)
"""Every filter on offer; a factory takes the settings of the recipe by name."""
