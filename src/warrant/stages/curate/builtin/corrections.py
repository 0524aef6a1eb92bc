"""Labels that a person corrected, from a file beside the recipe.

A line has the row id, the label that stood there, and the right one. A label is changed only where
the row still says what it said when the person judged it.

Law: a row that the file does not name is left as it is.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from warrant.errors import InputError
from warrant.records.reason import Kind, Reason
from warrant.stages.curate.builtin.setting import Settings
from warrant.stages.curate.filter import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

VERSION = "1"
"""Raised whenever the same rows may be judged otherwise."""
HEADER = ("row", "says", "right")
"""Of the file: row id (64 hex digits), the label that it had, the right one."""
NAME = "correct_labels"


class Correction(NamedTuple):
    """One label that a person corrected."""

    says: str
    """As it stood."""
    right: str
    """As it shall be."""


class CorrectLabels:
    """Changes labels that a person corrected.

    Args:
        file: CSV beside the recipe, as `warrant advise --take` writes it.
        column: of the label.
        separator: between several labels in one cell.
        digest: keyed digest of the file's bytes, added by the plan, so that another file is
            another step.

    Raises:
        InputError: when a setting is no text.
    """

    def __init__(self, file: str, column: str, separator: str = ";", digest: str = "") -> None:
        del digest
        said = Settings(NAME, f"{NAME}: {{file: corrections.csv, column: label}}")
        self._file, self.columns = said.texts("file", [file])[0], said.texts("column", [column])
        self._separator = separator
        self._known: Mapping[bytes, Correction] = {}
        self._rows: Sequence[bytes] = ()
        self.reasons = (
            _reason("label_corrected", "change", "A person corrected the label."),
            _reason(
                "correction_outdated",
                "measure",
                "A person corrected the label, and the row no longer says what she judged: it "
                "stays as it is.",
            ),
        )

    def learn(self, folder: Path) -> None:
        """Read the file.

        Args:
            folder: that of the recipe.

        Raises:
            InputError: when it is missing or of another form.
        """
        self._known = read_corrections(folder / self._file)

    def identify(self, rows: Sequence[bytes]) -> None:
        """Receive the ids of the rows that are judged next.

        Args:
            rows: 32 bytes each.
        """
        self._rows = rows

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: objects with the column of the label.
            positions: not needed.

        Returns:
            A change for each row that was corrected, and the column anew.
        """
        (column,) = self.columns
        held = cells.field(column)
        values, verdicts = held.to_pylist(), []
        for row, found in enumerate(map(self._known.get, self._rows)):
            if found is None:
                continue
            if self._parts(values[row]) != self._parts(found.says):
                verdicts.append(Verdict(row, "correction_outdated"))
            else:
                values[row] = self._typed(found.right, held.type)
                verdicts.append(Verdict(row, "label_corrected"))
        changed = {column: pa.array(values, held.type)} if verdicts else None
        return Judgement(verdicts, columns=changed)

    def _parts(self, cell: object) -> list[str]:
        """Give labels in one form, whatever the type of the cell."""
        parts = cell if isinstance(cell, list) else _written(cell).split(self._separator)
        return sorted({text for part in parts if (text := str(part).strip())})

    def _typed(self, right: str, kind: pa.DataType) -> Any:  # noqa: ANN401 - a cell
        if pa.types.is_list(kind) or pa.types.is_large_list(kind):
            return self._parts(right)
        if pa.types.is_boolean(kind):
            return right == "true"
        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            return float(right) if pa.types.is_floating(kind) else int(right)
        return right


def read_corrections(path: Path) -> dict[bytes, Correction]:
    """Read a file of corrections.

    Args:
        path: CSV with the columns of `HEADER`.

    Returns:
        By row id; the last line of a row counts.

    Raises:
        InputError: when it is missing, or a line is of another form; no cell is quoted.
    """
    if not path.is_file():
        raise InputError(
            f"The filter {NAME!r} reads {path.name!r}, which does not lie beside the recipe.",
            do="Make it from a judged sheet: warrant advise --take suspects.xlsx, or take the "
            "filter out of the recipe.",
        )
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file)
        if tuple(next(lines, ())) != HEADER:
            raise _malformed(path, 1, f"its first line is not {','.join(HEADER)}")
        found = {}
        for number, line in enumerate(lines, start=2):
            if len(line) != len(HEADER):
                raise _malformed(path, number, f"it has {len(line)} cells, not {len(HEADER)}")
            try:
                row = bytes.fromhex(line[0])
            except ValueError:
                raise _malformed(path, number, "its first cell is no row id") from None
            found[row] = Correction(line[1], line[2])
    return found


def _malformed(path: Path, number: int, what: str) -> InputError:
    return InputError(
        f"{path.name!r}, line {number}: {what}.",
        do="Write it anew from the judged sheet: warrant advise --take suspects.xlsx",
    )


def _written(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _reason(code: str, kind: Kind, words: str) -> Reason:
    return Reason(code=code, kind=kind, rule=NAME, version=VERSION, words=words)
