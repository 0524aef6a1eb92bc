"""The encoder backend passes the conformance suite of trainers."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")

from tests.stages.train.encoder.bench import config_of, examples
from warrant.stages.train import TRAINERS
from warrant.testing import TrainerCase, check_trainer

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("method", ["frozen", "lora", "full"])
def test_the_encoder_keeps_the_promises_of_trainers(
    tiny: Path, tmp_path: Path, method: str
) -> None:
    config = config_of(tiny, method=method, epochs=2)
    case = TrainerCase(
        TRAINERS.load("encoder"), config, examples(24), examples(6, first=24), tmp_path / "scratch"
    )
    check_trainer(case)
