"""Copies that do not agree: the same text, labelled once so and once otherwise.

A filter that drops a row because of another judges by text. Here the label has its say: a row is
dropped only for a row with the same label, or when it has none. Which of two labels is right a
person must say, so both rows stay, and the ledger names each beside the other.

Where the model reads more than one text, the other columns have a say too: a row whose text is only
similar to that of its peer is dropped only when all else that is read of both is equal.

Law: a row dropped for its peer has the peer's label or none.
Law: a row dropped for a peer that it is similar to has the peer's cells in all other inputs.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from warrant.records.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from warrant.stages.curate.filter import Verdict

CONFLICT = Reason(
    code="duplicate_with_another_label",
    kind="measure",
    rule="curate",
    version="1",
    words="Another row before this one has the same text and not the same label; both stay.",
)

NEAR_CONFLICT = Reason(
    code="near_duplicate_with_another_label",
    kind="measure",
    rule="curate",
    version="1",
    words="Another row before this one has nearly the same text and not the same label; both stay; "
    "value: their similarity.",
)

NEAR_OTHERWISE = Reason(
    code="near_duplicate_with_other_inputs",
    kind="measure",
    rule="curate",
    version="1",
    words="Another row before this one has nearly the same text, but they differ in another column "
    "that the model reads; both stay; value: their similarity.",
)


class Copies:
    """The labels of all rows so far, and the rows that stayed because of theirs."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {None: 0}
        self._labels: dict[int, int] = {}
        self._stayed: dict[tuple[int, int], int] = {}
        self._others: dict[int, bytes] = {}

    def learn(self, positions: Iterable[int], cells: Iterable[Any]) -> None:
        """Remember the labels of some rows.

        Args:
            positions: of the rows in the step's input.
            cells: their labels.
        """
        for position, cell in zip(positions, cells, strict=True):
            number = self._numbers.setdefault(_plain(cell), len(self._numbers))
            if number:
                self._labels[position] = number

    def learn_others(self, positions: Iterable[int], rows: Iterable[bytes]) -> None:
        """Remember what is read of some rows besides their first text.

        Args:
            positions: of the rows in the step's input.
            rows: the cells of each, written out.
        """
        for position, row in zip(positions, rows, strict=True):
            self._others[position] = sha256(row).digest()

    def settle(self, position: int, verdict: Verdict) -> Verdict:
        """Let the labels of a row and its peer have their say.

        Args:
            position: of the row in the step's input.
            verdict: that drops it; with a value where the texts are not the same but similar.

        Returns:
            The verdict, its peer the row with the same label; or one that keeps the row.
        """
        if (
            verdict.peer is not None
            and verdict.value is not None
            and self._others.get(position) != self._others.get(verdict.peer)
        ):
            return verdict._replace(code=NEAR_OTHERWISE.code)
        label = self._labels.get(position)
        if verdict.peer is None or label is None or label == self._labels.get(verdict.peer):
            return verdict
        if verdict.value is not None:  # similar to this peer alone: no other can stand for it
            return verdict._replace(code=NEAR_CONFLICT.code)
        stayed = self._stayed.setdefault((verdict.peer, label), position)
        if stayed != position:
            return verdict._replace(peer=stayed)
        return verdict._replace(code=CONFLICT.code, value=None)


def _plain(cell: Any) -> object:  # noqa: ANN401 - a cell of any type
    """Give what is compared: labels in a list have no order, and a blank is no label."""
    if isinstance(cell, list):
        return tuple(sorted(map(str, cell)))
    return (cell.strip() or None) if isinstance(cell, str) else cell
