"""Many tests at once: p-values corrected so that chance does not find something in one of them.

Law: a corrected p-value is never smaller than its own, at most 1, and in the same order.

Source: Holm, A simple sequentially rejective multiple test procedure (1979).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p-values of a family of tests.

    Args:
        p_values: 0 to 1, in any order.

    Returns:
        In the same order; those below a level are found with at most that chance of a single false
        one among all tests, however they depend on each other.
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    times = np.arange(len(values), 0, -1)
    stepped = np.maximum.accumulate(np.minimum(values[order] * times, 1.0))
    corrected = np.empty_like(stepped)
    corrected[order] = stepped
    return [float(value) for value in corrected]
