"""What a stage is given cannot be changed by it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from tests.records.examples import EXAMPLES
from warrant.kernel.digest import Digest
from warrant.records.claim import Claim
from warrant.records.interfaces import StageResult


def test_a_result_cannot_be_changed() -> None:
    claim = EXAMPLES["claim"]
    assert isinstance(claim, Claim)
    result = StageResult({"rows": Digest(bytes(32))}, claim)
    with pytest.raises(FrozenInstanceError):
        result.claim = claim  # type: ignore[misc]
