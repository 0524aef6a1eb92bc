"""What training warns of reaches the claim, and from there whoever reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.engine.desk import make_desk
from tests.stages.train.test_train import CONFIG, rows_of, train_on
from warrant.flow.job import _warned
from warrant.stages.train.encoder.config import EncoderConfig
from warrant.stages.train.encoder.estimating import _few_updates

if TYPE_CHECKING:
    from pathlib import Path


def test_a_warning_stands_in_the_claim_with_what_to_do(tmp_path: Path) -> None:
    claim = train_on(make_desk(tmp_path), rows_of(*["Lease", "Loan"] * 20, "Gift"), CONFIG).claim
    (said,) = _warned(claim)
    assert said == claim.measures["warning: rare-labels"]
    assert "they are not learnt, and count as wrong where the test has them." in said
    assert said.endswith("Add documents for these labels, or merge them with others.")


def test_few_updates_of_a_network_are_told_with_a_number_that_helps() -> None:
    (found,) = _few_updates(139, EncoderConfig())
    assert found.what.startswith("139 training rows in 5 passes are 25 updates at most")
    assert found.do.startswith("Write epochs: 12 under train:")
    assert _few_updates(139, EncoderConfig(epochs=12)) == []
    (one,) = _few_updates(30, EncoderConfig(epochs=1))
    assert one.what.startswith("30 training rows in 1 pass are 1 update at most")
    assert _few_updates(139, EncoderConfig(method="frozen")) == []
