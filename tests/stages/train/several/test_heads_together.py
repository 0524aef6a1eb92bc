"""Places and options are learnt by two processes as by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("accelerate")

from tests.models.base.tiny import change_json, make_encoder
from tests.stages.train.encoder.bench import (
    choices,
    config_of,
    job_of,
    of_choices,
    of_places,
    places,
)
from tests.stages.train.several.test_together import alone, losses, together
from warrant.models.examples import Examples
from warrant.stages.train import TrainConfig

pytestmark = [pytest.mark.torch, pytest.mark.slow]


@pytest.mark.parametrize(("made", "of"), [(places, of_places), (choices, of_choices)])
def test_two_processes_learn_what_one_does(
    tmp_path: Path,
    made: Callable[..., Examples],
    of: Callable[[TrainConfig], TrainConfig],
) -> None:
    import torch

    torch.set_num_threads(1)
    base = make_encoder(tmp_path / "base" / "tiny")
    change_json(base / "config.json", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    config = of(replace(config_of(base, epochs=1), processes=2))
    rows = {"train": made(24), "validation": made(6, first=24)}
    both = losses(together, job_of(config, tmp_path / "two", **rows))
    one = losses(alone, job_of(config, tmp_path / "one", **rows))
    assert len(one) == 3
    np.testing.assert_allclose(both, one, rtol=0.02)
