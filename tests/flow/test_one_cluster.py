"""A run warns of one text that stands in the data over and over."""

from __future__ import annotations

import pytest

from warrant.flow.job import one_cluster
from warrant.records.claim import Claim


@pytest.mark.parametrize(
    ("largest", "documents", "warns"), [(11, 200, True), (10, 200, False), (9, 20, False)]
)
def test_a_cluster_over_a_twentieth_is_named(largest: int, documents: int, *, warns: bool) -> None:
    claim = Claim(
        stage="curate",
        version=1,
        inputs=(),
        outputs=(),
        counts={"documents": documents},
        measures={"near_duplicate_largest_cluster": largest},
    )
    told = one_cluster(claim)
    assert bool(told) == warns
    if warns:
        assert told[0].startswith("11 of 200 documents, 6%, are nearly the same text")
    assert one_cluster(claim.model_copy(update={"measures": {}})) == ()
