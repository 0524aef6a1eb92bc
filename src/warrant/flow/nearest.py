"""The training rows of a workspace, read so that rows can be compared with them.

They are held in memory, so only the first characters of a text count, and a large training set is
left out with a note.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from warrant.kernel.verify import WORKSPACE_FOLDER
from warrant.serve.cells import model_cell, tidy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warrant.flow.released import Released
    from warrant.models import InputColumn
    from warrant.serve.answer import Neighbours

MOST_ROWS = 25_000
"""More training rows than that are not compared with."""


def read_neighbours(
    home: Path, released: Released, columns: Sequence[InputColumn]
) -> Neighbours | str:
    """Read the rows that a model learnt from.

    Args:
        home: the workspace.
        released: the bundle, and what it stands on.
        columns: what the model reads.

    Returns:
        What finds the nearest of them; or why nobody looks for them, as a note.
    """
    from warrant.engine import dataset_record, read_dataset
    from warrant.kernel.store import LocalStore
    from warrant.serve.neighbours import FIRST_CHARACTERS, NearestRows

    needed = {one.name: one.digest for one in released.step("train").statement.dependencies}
    if "train" not in needed:
        return "No nearest training rows are named: the model was trained elsewhere."
    train = needed["train"]
    store = LocalStore(home / WORKSPACE_FOLDER / "store")
    rows = dataset_record(store, train).rows
    if rows > MOST_ROWS:
        return (
            f"No nearest training rows are named: there are {rows:,} training rows, and at most "
            f"{MOST_ROWS:,} are compared with."
        )
    cells: dict[str, list[object]] = {one.column: [] for one in columns}
    paths: list[str] = []
    positions: list[int] = []  # from 1; erased ones count
    first = 1
    for batch in read_dataset(store, train, tuple(dict.fromkeys((*cells, "path")))):
        listed = batch.column("path").to_pylist()
        there = [place for place, path in enumerate(listed) if path is not None]  # none: erased
        paths += [listed[place] for place in there]
        positions += [first + place for place in there]
        first += len(listed)
        for one in columns:
            column = batch.column(one.column).to_pylist()
            read = (model_cell(tidy(column[place]), one) for place in there)
            cells[one.column] += [
                cell[:FIRST_CHARACTERS] if isinstance(cell, str) else cell for cell in read
            ]
    return NearestRows(columns, cells, _named(paths, positions))


def _named(paths: Sequence[str], positions: Sequence[int]) -> list[str]:
    """Name training rows: by their file, and by their position where a file has several.

    A row id would do as well, but a digest without a salt lets a reader test guesses of the row.
    """
    counts = Counter(paths)
    return [
        path if counts[path] == 1 else f"{path}, training row {position}"
        for path, position in zip(paths, positions, strict=True)
    ]
