"""Rows before and after a filter, kept so that a trial can say what the change costs in score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from warrant.engine import Batch
    from warrant.records.interfaces import Trial

MOST_ROWS = 10_000
"""Rows that are tried; of more, so many are picked by their positions."""

_MIX = 0x9E3779B97F4A7C15
"""Multiplies positions so that neighbours fall far apart (Knuth, volume 3, section 6.4)."""


class CostOfChange:
    """Notes rows as a filter changes them.

    Args:
        trial: trains and compares.
        total: rows of the step's input.
    """

    def __init__(self, trial: Trial, total: int) -> None:
        self._trial = trial
        self._share = MOST_ROWS / max(total, 1)
        self._plain: dict[str, list[Any]] = {}
        self._coarse: dict[str, list[Any]] = {}
        self._out: list[bool] = []

    def note(
        self,
        before: Batch,
        after: Batch,
        positions: NDArray[np.int64],
        stays: NDArray[np.bool_],
    ) -> None:
        """Note one batch.

        Args:
            before: rows as they came.
            after: the same, changed.
            positions: of them, in the step's input.
            stays: of each, whether it is kept.
        """
        mixed = positions.astype(np.uint64) * np.uint64(_MIX)
        picked = np.flatnonzero(mixed / 2.0**64 < self._share)
        self._out += (~stays[picked]).tolist()
        for batch, noted in ((before, self._plain), (after, self._coarse)):
            for name in self._trial.columns:
                cells = batch.column(name).take(pa.array(picked))
                noted.setdefault(name, []).extend(cells.to_pylist())

    def told(self) -> Mapping[str, str | int | float]:
        """Try both, and say what came of it.

        Returns:
            Measures for the claim.
        """
        return self._trial(self._plain, self._coarse, self._out)
