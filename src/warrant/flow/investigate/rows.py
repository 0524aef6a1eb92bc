"""The rows of a workspace as an investigation reads them: cells, labels, ids, files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from warrant.engine import dataset_record, read_dataset, read_ledger
from warrant.engine.columns import NEAR_CLUSTER, ROW_ID
from warrant.models.examples import cluster_weights
from warrant.models.places import Span, read_spans
from warrant.serve.cells import plain_text, tidy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from warrant.kernel.digest import Digest
    from warrant.kernel.store import Store
    from warrant.models import InputColumn
    from warrant.models.examples import LabelColumn

FILE = "file"
"""The name under which a row's file stands among its other columns."""

_MOST_VALUES = 50
"""A column with more different values tells nothing of groups."""
_PATH = "path"


@dataclass
class RowsRead:
    """Rows that have a label, in order."""

    cells: dict[str, list[object]]
    """What the model reads, by column."""
    labels: list[tuple[str, ...]] = field(default_factory=list)
    """Of each row, sorted."""
    positions: list[int] = field(default_factory=list)
    """In the dataset, from 0."""
    ids: list[str] = field(default_factory=list)
    """Row ids, hex."""
    others: dict[str, list[str]] = field(default_factory=dict)
    """Columns that the model does not read, as text; `FILE` is the row's file."""
    erased: int = 0
    """Rows of which nothing is left."""
    spans: list[tuple[Span, ...]] = field(default_factory=list)
    """Of `spans`, the true places of each row."""
    clusters: list[int | None] = field(default_factory=list)
    """Of each row the number of its cluster of near duplicates, where those were counted once."""

    def __len__(self) -> int:
        return len(self.labels)

    def weights(self, places: Sequence[int] | None = None) -> NDArray[np.float64] | None:
        """Give how much rows count while a model learns from them.

        Args:
            places: the rows it learns from, from 0; None: all.

        Returns:
            One number a row; None where every row counts as one.
        """
        if not self.clusters:
            return None
        some = self.clusters if places is None else [self.clusters[at] for at in places]
        return np.array(cluster_weights(some), np.float64)

    @property
    def paths(self) -> list[str]:
        """The file of each row."""
        return self.others[FILE]

    def texts(self, columns: Sequence[InputColumn]) -> list[str]:
        """Give each row's text as one; empty where no column is text."""
        names = [one.column for one in columns if one.read_as == "text"]
        if not names:
            return [""] * len(self)
        listed = [self.cells[name] for name in names]
        return ["\n".join(str(cell or "") for cell in row) for row in zip(*listed, strict=True)]

    def excerpt(self, place: int) -> str:
        """Give what was learnt from one row: its only cell, or each cell after its column."""
        cells = {name: plain_text(tidy(listed[place])) for name, listed in self.cells.items()}
        if len(cells) == 1:
            return next(iter(cells.values())) or ""
        return "\n".join(f"{name}: {cell or ''}" for name, cell in cells.items())

    def take(self, places: Sequence[int]) -> RowsRead:
        """Give some of the rows."""
        return RowsRead(
            {name: [cells[at] for at in places] for name, cells in self.cells.items()},
            [self.labels[at] for at in places],
            [self.positions[at] for at in places],
            [self.ids[at] for at in places],
            {name: [cells[at] for at in places] for name, cells in self.others.items()},
            self.erased,
            [self.spans[at] for at in places] if self.spans else [],
            [self.clusters[at] for at in places] if self.clusters else [],
        )

    def grouping(self) -> dict[str, list[str]]:
        """Give the columns whose values group the rows: few values, each of several rows."""
        limit = min(_MOST_VALUES, max(2, len(self) // 5))
        return {name: cells for name, cells in self.others.items() if 2 <= len(set(cells)) <= limit}


def read_rows(
    store: Store, manifest: Digest, columns: Sequence[InputColumn], label: LabelColumn
) -> RowsRead:
    """Read the labelled rows of a dataset.

    Args:
        store: where they lie.
        manifest: of the dataset.
        columns: what the model reads.
        label: the column of the answer.

    Returns:
        The rows.

    Raises:
        IntegrityError: when the rows are not what the manifest says.
    """
    names = [one.name for one in dataset_record(store, manifest).columns]
    wanted = [one.column for one in columns]
    others = [name for name in names if name not in (*wanted, label.name, _PATH, NEAR_CLUSTER)]
    found = RowsRead({name: [] for name in wanted}, others={FILE: [], **{n: [] for n in others}})
    start = 0
    for batch in read_dataset(store, manifest, names):
        cells = {name: batch.column(name).to_pylist() for name in (ROW_ID, *names)}
        for row in range(batch.num_rows):
            _add(found, {name: listed[row] for name, listed in cells.items()}, start + row, label)
        start += batch.num_rows
    return found


def _add(found: RowsRead, cells: Mapping[str, Any], position: int, label: LabelColumn) -> None:
    if cells[ROW_ID] is None:
        found.erased += 1
        return
    labels = label.read(cells.get(label.name))
    if labels is None:
        return
    found.labels.append(labels)
    if label.task == "spans":
        found.spans.append(read_spans(cells[label.name], label.name))
    if NEAR_CLUSTER in cells:
        found.clusters.append(cells[NEAR_CLUSTER])
    found.positions.append(position)
    found.ids.append(cells[ROW_ID].hex())
    for name, listed in found.cells.items():
        listed.append(cells.get(name))
    for name, texts in found.others.items():
        cell = cells.get(_PATH if name == FILE else name)
        texts.append(plain_text(tidy(cell)) or "")


@dataclass(frozen=True)
class Dropped:
    """Why rows of the documents did not become training rows."""

    codes: Mapping[int, str]
    """Reason in words by position among the documents; only what a filter dropped."""


def read_dropped(store: Store, ledger: Digest) -> Dropped:
    """Read what curation dropped.

    Args:
        store: where the ledger lies.
        ledger: of the curate step.

    Returns:
        Reasons by position; rows that are copies of kept ones, or were erased, are left out.
    """
    lines = read_ledger(store, ledger)
    words = {
        one.code: one.words
        for one in lines.header.reasons
        if one.kind == "drop" and "duplicate" not in one.code and one.code != "erased"
    }
    return Dropped(
        {one.position: words[one.code] for one in lines.decisions() if one.code in words}
    )
