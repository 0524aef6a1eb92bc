"""`tier: auto` tries an encoder last, where there is a text, a base and the extra."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.stages.train.encoder.bench import config_of, examples, job_of
from warrant.models import InputColumn
from warrant.stages.train import AutoConfig
from warrant.stages.train.builtin.auto import AutoTrainer, tiers_of

pytestmark = pytest.mark.torch


def test_an_encoder_is_held_against_the_best_cheaper_tier(tiny: Path, tmp_path: Path) -> None:
    config = replace(config_of(tiny, epochs=1), tier="auto", auto=AutoConfig())
    assert tiers_of(config) == ("linear", "trees", "encoder")
    assert tiers_of(replace(config, base=None)) == ("linear", "trees")
    numbers = (InputColumn("amount", "number"),)
    assert tiers_of(replace(config, inputs=numbers)) == ("linear", "trees")
    job = job_of(config, tmp_path / "model", validation=examples(36, first=24))
    found = AutoTrainer().run(job)
    told = found.measures
    assert told["candidates_tests"] == 2
    assert told["candidate: encoder"] in ("better", "not better by the margin")
    assert told["candidate_against: encoder"] in ("linear", "trees")
    assert isinstance(told["candidate_cpu_s: encoder"], float)
    chosen = told["candidate_chosen"]
    assert told[f"candidate: {chosen}"] in ("the cheapest", "better")
