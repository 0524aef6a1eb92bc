"""Allow and deny lists: rows by what a column says, or by words that stand in the text.

Case and white space make no difference. In a text an entry counts where it stands as whole words.
The lists are settings: they are signed with the step, and stand in the statement word for word.

Law: of the same list, `deny` drops exactly the rows that `allow` keeps.
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


class _Listed:
    """Finds which entry of a list a row has."""

    def __init__(self, said: Settings, values: Sequence[str], column: str | None) -> None:
        listed = said.texts("values", values)
        self._column = column
        if column is not None:
            self.columns = (column,)
        self._places = {_folded(one): place for place, one in enumerate(listed, 1)}
        self._words = _words(listed) if column is None else None
        self.where = "The text" if column is None else f"The row's {column!r}"

    def place(self, cell: Any) -> int | None:  # noqa: ANN401 (a text or an object)
        """Give the number in the list, from 1, of the entry that a cell has; None for none."""
        if self._words is not None:
            found = self._words.search(cell or "")
            return None if found is None else self._places.get(_folded(found.group(1)), 0)
        said = cell[self._column]
        parts = said if isinstance(said, list) else [said]
        places = (self._places.get(_folded(_written(part))) for part in parts if part is not None)
        return next((place for place in places if place is not None), None)


class Deny(_Listed):
    """Drops rows that have an entry of the list.

    Args:
        values: the entries, at least one.
        column: column whose cells are compared whole; None: words in the text.

    Raises:
        InputError: when the list is empty or holds something else than texts.
    """

    def __init__(self, values: Sequence[str], column: str | None = None) -> None:
        super().__init__(Settings("deny", "deny: [draft, specimen]"), values, column)
        self.reasons = (
            Reason(
                code="on_deny_list",
                kind="drop",
                rule="deny",
                version=VERSION,
                words=f"{self.where} has an entry of the deny list; value: its number there.",
            ),
        )

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: texts, or objects with the column.
            positions: not needed.

        Returns:
            A drop for each row with an entry.
        """
        places = enumerate(map(self.place, cells.to_pylist()))
        return Judgement([Verdict(row, "on_deny_list", at) for row, at in places if at is not None])


class Allow(_Listed):
    """Drops rows that have no entry of the list.

    Args:
        values: the entries, at least one.
        column: column whose cells are compared whole; None: words in the text.

    Raises:
        InputError: when the list is empty or holds something else than texts.
    """

    def __init__(self, values: Sequence[str], column: str | None = None) -> None:
        example = "allow: {column: court, values: [First District, Second District]}"
        super().__init__(Settings("allow", example), values, column)
        self.reasons = (
            Reason(
                code="not_on_allow_list",
                kind="drop",
                rule="allow",
                version=VERSION,
                words=f"{self.where} has no entry of the allow list.",
            ),
        )

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: texts, or objects with the column.
            positions: not needed.

        Returns:
            A drop for each row without an entry.
        """
        places = enumerate(map(self.place, cells.to_pylist()))
        return Judgement([Verdict(row, "not_on_allow_list") for row, at in places if at is None])


def _words(listed: Sequence[str]) -> Any:  # noqa: ANN401 (no types in the wheel)
    import re2

    options = re2.Options()
    options.case_sensitive = False
    longest = sorted(listed, key=len, reverse=True)
    entries = "|".join(r"\s+".join(map(re2.escape, one.split())) for one in longest)
    return re2.compile(rf"(?:^|[^\pL\pN_])({entries})(?:$|[^\pL\pN_])", options)


def _written(part: object) -> str:
    return str(part).lower() if isinstance(part, bool) else str(part)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
