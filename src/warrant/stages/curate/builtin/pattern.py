"""Regular expressions: rows that match one are kept, or dropped.

The expressions are RE2's: their time grows with the text alone, whatever is written.

Law: of the same expression, `drop_matching` drops exactly the rows that `keep_matching` keeps.

Source: RE2, https://github.com/google/re2/wiki/Syntax.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warrant.records.reason import Reason
from warrant.stages.curate.builtin.setting import Settings
from warrant.stages.curate.filter import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

VERSION = "1"
"""Raised whenever the same rows may be judged otherwise."""


class _Pattern:
    """Searches one expression in a text or a column."""

    def __init__(self, name: str, pattern: str, column: str | None) -> None:
        self._pattern = _compiled(name, pattern)
        self._column = column
        if column is not None:
            self.columns = (column,)
        self.where = "The text" if column is None else f"The row's {column!r}"

    def matches(self, cells: pa.Array) -> list[bool]:
        """Say of each cell whether the expression is found; an empty cell is an empty text."""
        texts: list[Any] = cells.to_pylist()
        if self._column is not None:
            texts = [_written(cell[self._column]) for cell in texts]
        return [self._pattern.search(text or "") is not None for text in texts]


class DropMatching(_Pattern):
    """Drops rows in which an expression is found.

    Args:
        pattern: in RE2's syntax.
        column: column that is searched; None: the text.

    Raises:
        InputError: when the expression is not valid.
    """

    def __init__(self, pattern: str, column: str | None = None) -> None:
        super().__init__("drop_matching", pattern, column)
        self.reasons = (_reason("matches_pattern", "drop_matching", f"{self.where} matches"),)

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: texts, or objects with the column.
            positions: not needed.

        Returns:
            A drop for each row that matches.
        """
        found = enumerate(self.matches(cells))
        return Judgement([Verdict(row, "matches_pattern") for row, matches in found if matches])


class KeepMatching(_Pattern):
    """Drops rows in which an expression is not found.

    Args:
        pattern: in RE2's syntax.
        column: column that is searched; None: the text.

    Raises:
        InputError: when the expression is not valid.
    """

    def __init__(self, pattern: str, column: str | None = None) -> None:
        super().__init__("keep_matching", pattern, column)
        words = f"{self.where} does not match"
        self.reasons = (_reason("matches_no_pattern", "keep_matching", words),)

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: texts, or objects with the column.
            positions: not needed.

        Returns:
            A drop for each row that does not match.
        """
        found = enumerate(self.matches(cells))
        return Judgement([Verdict(row, "matches_no_pattern") for row, yes in found if not yes])


def _reason(code: str, rule: str, words: str) -> Reason:
    return Reason(
        code=code,
        kind="drop",
        rule=rule,
        version=VERSION,
        words=f"{words} the regular expression of the recipe.",
    )


def _compiled(name: str, pattern: str) -> Any:  # noqa: ANN401 (no types in the wheel)
    import re2

    said = Settings(name, f"{name}: {{pattern: '(?i)force majeure'}}")
    if not pattern:
        raise said.refusal(f"wants a regular expression, got {pattern!r}")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(str(pattern), options)
    except re2.error as error:
        fault = error.args[0] if error.args else ""
        words = fault.decode() if isinstance(fault, bytes) else str(fault)
        raise said.refusal(f"cannot read its regular expression: {words}") from None


def _written(cell: object) -> str:
    if cell is None:
        return ""
    return "; ".join(map(str, cell)) if isinstance(cell, list) else str(cell)
