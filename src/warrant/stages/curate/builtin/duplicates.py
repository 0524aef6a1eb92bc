"""Exact duplicates: rows that are read the same to the last byte; the first one stays.

Nothing is normalised: two texts that differ in a space are two texts. Rows without text are
left to `drop_empty`.

Source: K. Lee et al., Deduplicating Training Data Makes Language Models Better, ACL 2022.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pyarrow as pa

from warrant.records.reason import Reason
from warrant.stages.curate.filter import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION = "1"
"""Raised whenever the same rows may be judged otherwise."""

DUPLICATE = Reason(
    code="exact_duplicate",
    kind="drop",
    rule="drop_exact_duplicates",
    version=VERSION,
    words="Another row before this one has the same text.",
)


class DropExactDuplicates:
    """Drops every row whose text stood in an earlier row."""

    reasons = (DUPLICATE,)
    compares_rows = True
    """Where the model reads more than a text, two rows are copies only when all of it is equal."""

    def __init__(self) -> None:
        self._first: dict[bytes, int] = {}

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:
        """Judge one batch.

        Args:
            cells: texts, or bytes that hold all that is read of a row.
            positions: of the rows in the step's input.

        Returns:
            A drop for each repeated text, its peer the row that stays.
        """
        verdicts = []
        for row, text in enumerate(cells.cast(pa.large_binary()).to_pylist()):
            if text is None:
                continue
            keeper = self._first.setdefault(sha256(text).digest(), positions[row])
            if keeper != positions[row]:
                verdicts.append(Verdict(row, DUPLICATE.code, peer=keeper))
        return Judgement(verdicts)
