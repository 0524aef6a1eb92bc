"""What a model learns from and is measured on: input cells and labels, read out of rows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from warrant.engine import CellFile, dataset_record, read_dataset
from warrant.engine.columns import MEMBERS
from warrant.errors import InputError
from warrant.kernel.canon import canonical
from warrant.models.columns.cells import read_number
from warrant.models.places import Span, read_spans

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from warrant.engine import Batch
    from warrant.kernel.digest import Digest
    from warrant.kernel.store import Store
    from warrant.records.task import TaskKind


@dataclass
class Examples:
    """Rows that have a label, column by column."""

    columns: dict[str, Sequence[object]] = field(default_factory=dict)
    """Input cells by column name."""

    labels: list[tuple[str, ...]] = field(default_factory=list)
    """The true answers of each row: exactly one, or for `multilabel` any number. Of `spans` the
    labels that occur in the row, each once; of `generation` the one text."""

    positions: list[int] = field(default_factory=list)
    """Where each row stands in the dataset, from 0."""

    documents: list[bytes] = field(default_factory=list)
    """Digest of each row's leading document."""

    without_label: int = 0
    """Rows that were passed over since their label cell is empty."""

    spans: list[tuple[Span, ...]] = field(default_factory=list)
    """Of `spans`, the true places of each row, sorted; else nothing."""

    weights: list[float] = field(default_factory=list)
    """How much each row counts while training, above 0; nothing: every row counts as one."""

    def __len__(self) -> int:
        return len(self.labels)

    def groups(self, column: str | None) -> Sequence[object]:
        """Say which rows belong together.

        Args:
            column: whose equal cells keep rows together; an empty cell keeps a row with those of
                its document. None, or one that was not read: documents do.

        Returns:
            Of each row a value that it shares with the rows of its group.
        """
        cells = self.columns.get(column) if column else None
        if cells is None:
            return self.documents
        pairs = zip(cells, self.documents, strict=True)
        return [document if cell in (None, "") else str(cell) for cell, document in pairs]

    def without_labels(self, names: Collection[str]) -> Examples:
        """Give the examples as if these labels did not exist.

        Args:
            names: labels to leave out.

        Returns:
            Rows that still have a label, and rows that had none to begin with.
        """
        labels = [tuple(one for one in found if one not in names) for found in self.labels]
        stays = [at for at, found in enumerate(labels) if found or not self.labels[at]]
        return Examples(
            {name: [cells[at] for at in stays] for name, cells in self.columns.items()},
            [labels[at] for at in stays],
            [self.positions[at] for at in stays],
            [self.documents[at] for at in stays],
            self.without_label,
            [
                tuple(one for one in self.spans[at] if one.label not in names)
                for at in stays
                if self.spans
            ],
            [self.weights[at] for at in stays if self.weights],
        )


@dataclass(frozen=True)
class LabelColumn:
    """How the answer of a row is written."""

    name: str
    """Name of the column."""

    task: TaskKind
    """How many answers a row has."""

    separator: str = ";"
    """Between several labels in one cell of text; read for `multilabel` only."""

    def read(self, cell: object) -> tuple[str, ...] | None:
        """Read one cell.

        Args:
            cell: text, boolean, number or list of these; None when empty.

        Returns:
            The labels, sorted, each once; None when the cell is empty. An empty list is an
            answer of a `multilabel` row: no label holds; of a row of `spans`: nothing stands
            there. A text of `generation` stays as it is. A number of a `regression` is written
            the one way; what is no number stays as it is, for `preflight` to refuse.

        Raises:
            InputError: when the cell holds several labels and the task allows one, or no places
                where these are asked for.
        """
        if cell is None:
            return None
        if self.task == "regression":
            return _number_text(cell)
        if self.task == "spans":
            return tuple(sorted({one.label for one in read_spans(cell, self.name)}))
        if self.task == "generation":
            return (str(cell),) if str(cell).strip() else None
        if self.task != "multilabel":
            if isinstance(cell, Sequence) and not isinstance(cell, str):
                raise InputError(
                    f"Column {self.name!r} holds lists, but {self.task!r} has one answer a row.",
                    do="Write `kind: multilabel` under `task:`.",
                )
            return (text,) if (text := _label_text(cell)) else None
        if isinstance(cell, str):
            cells: Iterable[object] = cell.split(self.separator)
            return tuple(sorted({text for part in cells if (text := _label_text(part))})) or None
        parts = cell if isinstance(cell, Sequence) else (cell,)
        return tuple(sorted({text for part in parts if (text := _label_text(part))}))


def number_of(label: str) -> float:
    """Give the number that the label of a `regression` row says.

    Args:
        label: as `LabelColumn.read` gives it.

    Returns:
        A finite number, in the unit of the column; NaN where the label is none.
    """
    try:
        value = float(label)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def cluster_weights(clusters: Sequence[object]) -> list[float]:
    """Let the rows of a cluster of near duplicates count as much as one row.

    Args:
        clusters: of each row the number of its cluster; None for a row that is like no other.

    Returns:
        Of each row 1 over the rows of its cluster that are here.

    Law: the weights of a cluster's rows add up to 1, whichever of them are here.
    """
    sizes = Counter(one for one in clusters if one is not None)
    return [1.0 if one is None else 1.0 / sizes[one] for one in clusters]


def read_examples(
    store: Store,
    manifest: Digest,
    inputs: Sequence[str],
    label: LabelColumn,
    others: Sequence[str] = (),
    only: NDArray[np.int64] | None = None,
    aside: Path | None = None,
) -> Examples:
    """Collect the labelled rows of a dataset.

    Args:
        store: where the rows lie.
        manifest: digest of the dataset's manifest.
        inputs: columns that the model reads.
        label: the column of the answer.
        others: further columns to keep beside the inputs, for slices and groups.
        only: positions of the rows that are read, rising; None: all.
        aside: an empty folder in which columns of text lie while they are used; None: memory.

    Returns:
        Those of them that have a label.

    Raises:
        InputError: when a column is missing; it names those that exist.
        IntegrityError: when the rows are not what the manifest says.
    """
    kept = tuple(dict.fromkeys((*inputs, *others)))
    wanted = tuple(dict.fromkeys((*kept, label.name)))
    existing = [column.name for column in dataset_record(store, manifest).columns]
    for name in wanted:
        if name not in existing:
            raise _missing(name, existing)
    return collect(read_dataset(store, manifest, wanted), kept, label, only, aside)


def collect(
    batches: Iterable[Batch],
    kept: Sequence[str],
    label: LabelColumn,
    only: NDArray[np.int64] | None = None,
    aside: Path | None = None,
) -> Examples:
    """Collect the labelled rows of some batches.

    Args:
        batches: rows in order.
        kept: columns to keep.
        label: the column of the answer.
        only: positions of the rows that are read, rising; None: all.
        aside: an empty folder in which columns of text lie while they are used; None: memory.

    Returns:
        Those of them that have a label; rows without one are counted all the same.

    Raises:
        InputError: when a label cell does not fit the task.
    """
    examples = Examples()
    collected: dict[str, list[object] | CellFile] = {}
    position = 0
    for batch in batches:
        labels = [label.read(cell) for cell in batch.column(label.name).to_pylist()]
        places = [place for place, found in enumerate(labels) if found is not None]
        examples.without_label += len(labels) - len(places)
        if only is not None:
            first, last = np.searchsorted(only, [position, position + len(labels)])
            chosen = set((only[first:last] - position).tolist())
            places = [place for place in places if place in chosen]
        examples.positions += [position + place for place in places]
        examples.labels += [found for place in places if (found := labels[place]) is not None]
        labelled = batch.take(pa.array(places, pa.int64()))
        if label.task == "spans":
            cells = labelled.column(label.name).to_pylist()
            examples.spans += [read_spans(cell, label.name) for cell in cells]
        for name in kept:
            _add(collected, name, labelled.column(name), aside)
        examples.documents.extend(map(_leading, labelled.column(MEMBERS).to_pylist()))
        position += len(labels)
    examples.columns = {name: collected.get(name, []) for name in kept}
    return examples


def _add(
    collected: dict[str, list[object] | CellFile], name: str, cells: pa.Array, aside: Path | None
) -> None:
    """Append cells to a column; texts to a file, where there is a folder for it."""
    is_text = pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type)
    if name not in collected:
        collected[name] = (
            CellFile(aside / f"{len(collected)}", cells.type) if aside and is_text else []
        )
    column = collected[name]
    if isinstance(column, CellFile):
        column.write(cells)
    else:
        column.extend(cells.to_pylist())


def _number_text(cell: object) -> tuple[str, ...] | None:
    number = read_number(cell)
    if number is None:
        return None
    return (_label_text(cell),) if math.isnan(number) else (canonical(number).decode(),)


def _leading(members: Sequence[Any] | None) -> bytes:
    return bytes(members[0]) if members else b""  # no members: an erased row, which has no label


def _label_text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return canonical(cell).decode()  # 1.0 of one spreadsheet is the 1 of another
    return str(cell).strip() if cell is not None else ""


def _missing(name: str, names: Sequence[str]) -> InputError:
    return InputError(
        f"The rows have no column {name!r}. They have: {', '.join(sorted(names)) or 'none'}.",
        do="Correct the name in the recipe, or the sheet's header.",
    )
