"""Laws of encoders: their files, the order of rows, padding."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.models.base.tiny import WORDS, make_encoder
from tests.models.encoder.test_encoder_model import TEXT, lay, make
from warrant.models.base import Encoder, load_encoder
from warrant.models.base.embed import pool
from warrant.models.encoder import load_encoder_model
from warrant.stages.train.encoder.batches import plan_pass, rate_at, split_step

pytestmark = pytest.mark.torch
TEXTS = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join), min_size=1, max_size=6
)
LENGTHS = arrays(np.int64, st.integers(0, 200), elements=st.integers(2, 300))
SIZES = {"batch": st.integers(1, 40), "tokens": st.integers(1, 2000), "number": st.integers(0, 9)}


@cache
def tiny() -> Path:
    return make_encoder(Path(mkdtemp()) / "tiny")


@cache
def encoder() -> Encoder:
    return load_encoder(tiny())


@settings(max_examples=8, deadline=None)
@given(arrays(np.float32, (2, 16), elements=st.floats(-100, 100, width=32)), TEXTS)
def test_a_written_model_answers_as_it_did(coef: np.ndarray, texts: list[str]) -> None:  # type: ignore[type-arg]
    """Law of `models.encoder.files`: `load_encoder_model(folder)` after writing a model ..."""
    model = replace(make(tiny(), "multilabel", TEXT), coef=coef)
    with TemporaryDirectory() as folder:
        loaded = load_encoder_model(lay(model, tiny(), Path(folder) / "model"))
        found = loaded.predict({"text": texts}).probabilities
    assert (found == model.predict({"text": texts}).probabilities).all()


@settings(max_examples=50)
@given(LENGTHS, *SIZES.values(), st.integers(0, 5))
def test_one_pass_takes_every_row_once(
    lengths: np.ndarray,  # type: ignore[type-arg]
    batch: int,
    tokens: int,
    number: int,
    seed: int,
) -> None:
    """Law of `stages.train.encoder.batches`: one pass takes every row once."""
    plan = plan_pass(lengths, batch, tokens, seed, number)
    rows = [row for step in plan for part in step for row in part]
    assert sorted(rows) == list(range(len(lengths)))
    assert plan == plan_pass(lengths, batch, tokens, seed, number)
    for step in plan:
        assert sum(map(len, step)) <= batch
        for part in step:
            assert len(part) == 1 or len(part) * lengths[part].max() <= tokens
    if len(lengths):
        assert split_step([0], lengths, 1) == [[0]]


@given(st.integers(1, 500), st.floats(0, 1), st.floats(1e-6, 1))
def test_a_rate_rises_and_falls_and_is_never_zero(
    steps: int, warm_up: float, largest: float
) -> None:
    rates = [rate_at(step, steps, warm_up, largest) for step in range(steps)]
    top = rates.index(max(rates))
    assert all(0 < rate <= largest * (1 + 1e-9) for rate in rates)
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)


@settings(max_examples=20, deadline=None)
@given(TEXTS)
def test_padding_changes_no_vector(texts: list[str]) -> None:
    import torch

    read = encoder().encodings(texts)
    with torch.inference_mode():
        arguments = encoder().arguments(read)
        states = encoder().network(**arguments).last_hidden_state
        together = pool(states, "mean", arguments.get("attention_mask"))
        for one, vector in zip(read, together, strict=True):
            alone = encoder().network(**encoder().arguments([one])).last_hidden_state
            np.testing.assert_allclose(pool(alone, "mean")[0], vector, atol=1e-5)
