"""Which of a model's labels rows have, where rows may have labels that the model does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.metrics import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from warrant.models.examples import Examples


def truth_of(rows: Examples, labels: Sequence[str]) -> NDArray[np.bool_]:
    """Give the labels of rows.

    Args:
        rows: for example of validation; a label of theirs may stand in no training row.
        labels: that the model knows.

    Returns:
        Shape (rows, labels); a row whose labels are all unknown has none.
    """
    known = set(labels)
    return judge([tuple(one for one in row if one in known) for row in rows.labels], labels)
