"""Labels of a given test that nobody could learn are found before training."""

from __future__ import annotations

import pytest

from warrant.errors import InputError
from warrant.stages.split.known import require_known_labels

TRAIN = [("Cap",), ("Law",), ("Cap", "Law")]


def test_labels_written_otherwise_are_refused() -> None:
    with pytest.raises(InputError) as error:
        require_known_labels(TRAIN, [("cap",), ("Law",)], "test", "kind")
    assert error.value.what == (
        "1 of the 2 rows given for test have a label in column 'kind' that no training row has."
    )
    assert "Write these labels as the training rows do" in error.value.do


def test_a_rare_label_and_no_label_are_let_through() -> None:
    rows = [("Law",)] * 39
    require_known_labels(TRAIN, [*rows, ("Audit",)], "test", "kind")
    require_known_labels(TRAIN, [()], "test", "kind")
    require_known_labels([], [("Audit",)], "test", "kind")
    with pytest.raises(InputError, match="40 of the 79 rows"):  # no longer rare
        require_known_labels(TRAIN, [*rows, *[("Audit",)] * 40], "test", "kind")
