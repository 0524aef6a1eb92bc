"""One list of labels out of many columns with a yes or a no each.

All later stages know one column of answers; a sheet often has one column for every label. Ingest
writes the labels that hold into one list column and leaves the many columns out, so that no model
reads an answer as an input.

A cell is a yes, a no, or empty. Empty is a no where nobody writes a no (`x` or nothing). Where
people do write noes, a line whose label cells are all empty was not answered, and an empty cell
beside answered ones is read as a no and noted in the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from warrant.stages.ingest.config import LabelsConfig
    from warrant.stages.ingest.reader import Raw

YES = frozenset(
    [
        "x",
        "yes",
        "y",
        "true",
        "t",
        "1",
        "✓",
        "✔",
        "☑",
        "☒",
        "ja",
        "oui",
        "si",
        "sí",
        "sim",
        "wahr",
        "vrai",
    ]
)
"""What a yes looks like, in small letters; ☒ is a box with a cross in it."""
NO = frozenset(
    ["no", "n", "false", "f", "0", "-", "–", "—", "☐", "nein", "non", "não", "falsch", "faux"]
)
"""What a no looks like, in small letters."""
SHOWN = "a yes is x, yes, true, 1 or ✓; a no is empty, no, false, 0 or -"
"""For messages."""


def read_mark(cell: Raw) -> bool | None:
    """Read a yes or a no.

    Args:
        cell: as a sheet holds it.

    Returns:
        True or False; None when it is empty.

    Raises:
        ValueError: when it is neither.
    """
    if cell is None or isinstance(cell, bool):
        return cell
    text = str(cell).strip().lower()
    if not text:
        return None
    if text in YES or text == "1.0":
        return True
    if text in NO or text == "0.0":
        return False
    raise ValueError


class Marks:
    """Watches the columns of yes and no, then gives each row its labels.

    Args:
        config: names the columns.
    """

    def __init__(self, config: LabelsConfig) -> None:
        self._columns = config.marked
        self._column = config.column
        self._missing = dict.fromkeys(config.marked)
        self._has_noes = False

    def watch(self, cells: Mapping[str, Raw], place: str) -> None:
        """Take one line of a sheet, or one record of a table, into account.

        Args:
            cells: value by column name.
            place: where they stand, for messages.

        Raises:
            InputError: when a cell is neither a yes nor a no; it is not quoted.
        """
        for name in self._columns:
            if name not in cells:
                continue
            self._missing.pop(name, None)
            try:
                self._has_noes |= read_mark(cells[name]) is False
            except ValueError:
                raise InputError(
                    f"Column {name!r} holds neither a yes nor a no: {place}. To be read, {SHOWN}.",
                    do="Correct the cell, or take the column out of 'labels' under 'task:'.",
                ) from None

    def require_all(self, existing: Iterable[str]) -> None:
        """Refuse when a column was never seen.

        Args:
            existing: names of the columns that there are.

        Raises:
            InputError: naming it.
        """
        names = sorted(existing)
        for name in self._missing:
            raise InputError(
                f"No sheet or table has a column {name!r}; there are: {', '.join(names)}.",
                do="Correct 'labels' under 'task:' in the recipe.",
            )
        if self._column in names:
            raise InputError(
                f"A sheet or table has a column {self._column!r} already, the name of the list "
                "that is made from 'labels' under 'task:'.",
                do="Rename that column in the sheet.",
            )

    def read(self, cells: Mapping[str, Raw]) -> list[str] | None:
        """Give the labels of a row.

        Args:
            cells: value by column name, all of them watched.

        Returns:
            Names of the columns that say yes, in the order of the recipe; None when nobody
            answered.
        """
        marks = {name: read_mark(cells[name]) for name in self._columns if name in cells}
        if not marks or (self._has_noes and all(one is None for one in marks.values())):
            return None
        return [name for name, mark in marks.items() if mark]

    def is_partial(self, cells: Mapping[str, Raw]) -> bool:
        """Say whether some label cells are empty beside answered ones, where noes are written."""
        if not self._has_noes:
            return False
        marks = {read_mark(cells.get(name)) for name in self._columns}
        return None in marks and len(marks) > 1
