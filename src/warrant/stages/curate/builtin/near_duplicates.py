"""Near duplicates: rows whose texts share most of their five words in a row.

Candidates come from MinHash with 32 bands of 4; every candidate is then counted exactly, and only
what was counted is said. By default such rows stay and are tied (`action: group`): split keeps a
cluster on one side. `action: drop` drops a row for an earlier one that stays, but never when the
words in which they differ may change the meaning, and never when their labels differ.

Law: a pair that is said to be similar has that Jaccard similarity exactly.
Law: a dropped row is at least as similar to its peer as the threshold, and its peer stays.

Source: A. Broder, On the resemblance and containment of documents, 1997; K. Lee et al.,
Deduplicating Training Data Makes Language Models Better, ACL 2022.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from warrant.errors import InputError
from warrant.records.reason import Reason
from warrant.stages.curate.filter import Judgement, Verdict
from warrant.stages.curate.similar import (
    SetFile,
    Tie,
    candidates,
    differing_words,
    grow,
    may_change_meaning,
    measure,
    sets_of,
    sign,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

VERSION = "1"
"""Raised whenever the same rows may be judged otherwise."""

_NAME = "near_duplicates"
_ROWS_AT_ONCE = 1024
_BYTES_AT_ONCE = 16 << 20
"""Of texts that are cut into shingles together, which takes some twenty times as much memory."""


def _portions(
    rows: NDArray[np.int64], cells_at: Callable[[NDArray[np.int64]], pa.Array]
) -> Iterator[tuple[NDArray[np.int64], pa.Array]]:
    """Read texts, so many together as the last ones let expect to fit."""
    at, count = 0, _ROWS_AT_ONCE // 32
    while at < len(rows):
        some = rows[at : at + count]
        cells = cells_at(some)
        yield some, cells
        at += count
        fitting = _BYTES_AT_ONCE * len(some) // max(1, cells.nbytes)
        count = min(max(1, fitting), 4 * count, _ROWS_AT_ONCE)


def _reason(code: str, kind: Literal["drop", "measure"], threshold: float, words: str) -> Reason:
    return Reason(
        code=code, kind=kind, rule=_NAME, version=VERSION, threshold=threshold, words=words
    )


class NearDuplicates:
    """Ties rows with nearly the same text, or drops all but the first of them.

    Args:
        similarity: from which Jaccard similarity of the sets of five words in a row on, above 0.5
            and at most 1: below, the signatures would miss some.
        action: `group` ties them, `drop` drops those that say nothing of their own.

    Raises:
        InputError: when a setting does not fit.
    """

    def __init__(self, similarity: float = 0.8, action: str = "group") -> None:
        if isinstance(similarity, bool) or not 0.5 < similarity <= 1:
            raise InputError(
                f"The filter {_NAME!r} wants a similarity above 0.5 and at most 1, got "
                f"{similarity!r}.",
                do=f"Write for example: - {_NAME}: {{similarity: 0.8}}",
            )
        if action not in {"group", "drop"}:
            raise InputError(
                f"The filter {_NAME!r} knows the actions 'group' and 'drop', got {action!r}.",
                do=f"Write for example: - {_NAME}: {{similarity: 0.8, action: group}}",
            )
        self.sketch = sign
        self._least = float(similarity)
        self._drops = action == "drop"
        self._bands: list[NDArray[np.uint64]] = []
        self._positions: list[NDArray[np.int64]] = []
        self._verdicts: dict[int, list[tuple[str, float, int]]] = {}
        self.measures: Mapping[str, str | int | float] = {}
        self.reasons = (
            _reason(
                "near_duplicate",
                "measure",
                self._least,
                "Another row before this one has nearly the same text; both stay, on one side of "
                "the split; value: their similarity.",
            ),
            _reason(
                "near_duplicate_dropped",
                "drop",
                self._least,
                "Another row before this one has nearly the same text, and they differ in no word "
                "that changes the meaning; value: their similarity.",
            ),
            _reason(
                "near_duplicate_differs",
                "measure",
                self._least,
                "Another row before this one has nearly the same text, but they differ in an "
                "amount, a date, a name, a negation or the like; both stay; value: their "
                "similarity.",
            ),
        )

    def look(self, cells: pa.Array, positions: Sequence[int]) -> None:
        """Look at one batch.

        Args:
            cells: texts.
            positions: of the rows in the step's input, rising from batch to batch.
        """
        self.remember(self.sketch(cells), positions)

    def remember(self, sketch: NDArray[np.uint64], positions: Sequence[int]) -> None:
        """Take the signatures of one batch in.

        Args:
            sketch: as `sketch` gave them.
            positions: of the rows in the step's input, rising from batch to batch.
        """
        self._bands.append(sketch)
        self._positions.append(np.asarray(positions, np.int64))

    def settle(self, cells_at: Callable[[NDArray[np.int64]], pa.Array], scratch: Path) -> None:
        """Find the pairs, count them, and decide.

        Args:
            cells_at: gives texts again, of rows by their number among those looked at.
            scratch: an empty folder.
        """
        if not self._bands:
            return
        pairs = candidates(np.concatenate(self._bands))
        positions = np.concatenate(self._positions)
        self._bands = []
        involved = np.union1d(pairs.first, pairs.second)
        sets = SetFile(scratch / "sets")
        try:
            for some, cells in _portions(involved, cells_at):
                sets.add(some.tolist(), sets_of(cells))
            similar = measure(pairs, sets)
        finally:
            sets.close()
        near = similar >= self._least
        ties = [
            Tie(one, other, value)
            for one, other, value in zip(
                pairs.first[near].tolist(),
                pairs.second[near].tolist(),
                similar[near].tolist(),
                strict=True,
            )
        ]
        self._decide(ties, positions.tolist(), cells_at)
        self.measures = {
            **self.measures,
            "near_duplicate_candidates": len(pairs.first),
            "near_duplicate_pairs": len(ties),
        }

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: not needed: all was looked at before.
            positions: of the rows in the step's input.

        Returns:
            For each row with a near duplicate before it, that row and their similarity.
        """
        return Judgement(
            [
                Verdict(row, code, value, peer)
                for row, position in enumerate(positions)
                for code, value, peer in self._verdicts.get(position, ())
            ]
        )

    def _decide(
        self,
        ties: list[Tie],
        positions: Sequence[int],
        cells_at: Callable[[NDArray[np.int64]], pa.Array],
    ) -> None:
        forest = grow(ties)
        dropped = self._dropped(ties, cells_at) if self._drops else {}
        differ = {tie for tie in ties if self._drops and tie.second not in dropped}
        for second, tie in dropped.items():
            self._say(positions, tie, "near_duplicate_dropped", second)
        for tie in forest.ties:
            if tie.second not in dropped:
                code = "near_duplicate_differs" if tie in differ else "near_duplicate"
                self._say(positions, tie, code, tie.second)
        largest = forest.sizes[0] if forest.sizes else 0
        self.measures = {
            "near_duplicate_clusters": len(forest.sizes),
            "near_duplicate_largest_cluster": largest,
        }

    def _say(self, positions: Sequence[int], tie: Tie, code: str, row: int) -> None:
        said = self._verdicts.setdefault(positions[row], [])
        said.append((code, tie.similarity, positions[tie.first]))

    def _dropped(
        self, ties: Sequence[Tie], cells_at: Callable[[NDArray[np.int64]], pa.Array]
    ) -> dict[int, Tie]:
        """Choose, from the first row on, whom another row that stays stands for."""
        earlier: dict[int, list[Tie]] = {}
        for tie in ties:
            earlier.setdefault(tie.second, []).append(tie)
        dropped: dict[int, Tie] = {}
        for row in sorted(earlier):
            for tie in sorted(earlier[row], key=lambda one: (-one.similarity, one.first)):
                if tie.first in dropped:
                    continue
                one, other = cells_at(np.array([tie.first, row])).to_pylist()
                if not may_change_meaning(differing_words(one, other)):
                    dropped[row] = tie
                    break
        return dropped
