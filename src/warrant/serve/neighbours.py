"""The training row that a row resembles most; only where the workspace is at hand.

Two rows are as similar as their columns on average, over those that are filled: texts by the
cosine of the word TF-IDF of their beginnings, categories by being equal, numbers and dates by
their distance in training ranges. It does not depend on the model's format.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from warrant.serve.answer import Nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from warrant.models import InputColumn


FIRST_CHARACTERS = 4_000
"""Of a text so many characters are compared: a document says at its beginning what it is."""

PLACES = 3
"""Decimal places of a similarity."""

_CELLS_AT_ONCE = 4_000_000
"""Similarities that are held at a time."""


class Scale(Protocol):
    """One column's similarity to every training row."""

    def compare(self, cells: Sequence[object]) -> NDArray[np.float32]:
        """Give shape (cells, training rows), 0 to 1."""


class NearestRows:
    """All training rows, ready to be compared with.

    Args:
        columns: what the model reads.
        cells: of the training rows, by column.
        paths: the file of each.
    """

    def __init__(
        self,
        columns: Sequence[InputColumn],
        cells: Mapping[str, Sequence[object]],
        paths: Sequence[str],
    ) -> None:
        self._paths = paths
        self._scales = {one.column: _scale(one, cells[one.column]) for one in columns}

    def nearest(self, columns: Mapping[str, Sequence[object]]) -> list[Nearest | None]:
        """Give for each row the training row most like it; of equals the first.

        Args:
            columns: cells as the model reads them.

        Returns:
            None where nothing is alike, or no cell is filled.
        """
        count = len(next(iter(columns.values())))
        step = max(1, _CELLS_AT_ONCE // max(1, len(self._paths)))
        found: list[Nearest | None] = []
        for start in range(0, count, step):
            part = {name: columns[name][start : start + step] for name in self._scales}
            found += self._nearest(part)
        return found

    def _nearest(self, columns: Mapping[str, Sequence[object]]) -> list[Nearest | None]:
        count = len(next(iter(columns.values())))
        if not self._paths:
            return [None] * count
        total = np.zeros((count, len(self._paths)), np.float32)
        filled = np.zeros(count, np.float32)
        for name, scale in self._scales.items():
            total += scale.compare(columns[name])
            filled += [cell is not None for cell in columns[name]]
        total /= np.maximum(filled, 1)[:, None]
        best = total.argmax(axis=1)
        values = total[np.arange(count), best].tolist()
        return [
            Nearest(self._paths[place], round(min(value, 1.0), PLACES)) if value > 0 else None
            for place, value in zip(best.tolist(), values, strict=True)
        ]


def _scale(column: InputColumn, cells: Sequence[object]) -> Scale:
    if column.read_as in ("text", "options"):
        return _Texts(cells)
    if column.read_as == "category":
        return _Categories(cells)
    return _Numbers(cells)


class _Texts:
    def __init__(self, cells: Sequence[object]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        texts = _beginnings(cells)
        self._words: Any = TfidfVectorizer(sublinear_tf=True, dtype=np.float32)
        try:
            self._rows = self._words.fit_transform(texts).T.tocsr()
        except ValueError:  # no training row has a word
            self._words = None
        self._count = len(texts)

    def compare(self, cells: Sequence[object]) -> NDArray[np.float32]:
        if self._words is None:
            return np.zeros((len(cells), self._count), np.float32)
        found = self._words.transform(_beginnings(cells)) @ self._rows
        return np.asarray(found.toarray(), np.float32)


def _beginnings(cells: Sequence[object]) -> list[str]:
    return [str(cell or "")[:FIRST_CHARACTERS] for cell in cells]


class _Categories:
    def __init__(self, cells: Sequence[object]) -> None:
        self._codes: dict[object, int] = {}
        for cell in cells:
            if cell is not None:
                self._codes.setdefault(cell, len(self._codes))
        self._rows = np.array([self._codes.get(cell, -1) for cell in cells], np.int64)

    def compare(self, cells: Sequence[object]) -> NDArray[np.float32]:
        codes = np.array([self._codes.get(cell, -2) for cell in cells], np.int64)
        return np.asarray(codes[:, None] == self._rows[None, :], np.float32)


class _Numbers:
    def __init__(self, cells: Sequence[object]) -> None:
        self._rows = self._values(cells)
        known = self._rows[np.isfinite(self._rows)]
        self._range = float(np.ptp(known)) if known.size else 0.0

    def compare(self, cells: Sequence[object]) -> NDArray[np.float32]:
        distance = np.abs(self._values(cells)[:, None] - self._rows[None, :])
        near = 1.0 - distance / self._range if self._range else (distance == 0).astype(np.float64)
        return np.clip(np.nan_to_num(near, nan=0.0), 0.0, 1.0).astype(np.float32)

    def _values(self, cells: Sequence[object]) -> NDArray[np.float64]:
        read = map(_number, cells)
        return np.array([np.nan if value is None else value for value in read], np.float64)


def _number(cell: object) -> float | None:
    if isinstance(cell, date):
        return float(cell.toordinal())
    try:
        return float(cell) if isinstance(cell, str | int | float) else None
    except (ValueError, OverflowError):
        return None
