"""The command that measures LoRA on a card, on a processor: it runs, and says what is missing."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytest.importorskip("trl")

from benchmarks.gpu_lora import Asked, Measured, measure, table, weights

pytestmark = pytest.mark.torch
TINY = Asked("tiny", 128, 2)


@pytest.mark.filterwarnings("ignore")
def test_each_leg_measures_or_says_what_is_missing() -> None:
    found = {leg: measure(leg, TINY) for leg in ("matmul", "own", "trl", "trl-liger")}
    assert found["own"].tokens_per_s
    assert found["trl"].tokens_per_s
    assert found["matmul"].tokens_per_s
    assert "0 of 2 layers computed twice" in found["own"].facts
    assert found["trl-liger"].missing in {
        "the package liger_kernel is not installed",
        "there is no card",
    }
    text = table(TINY, list(found.values()), "a processor")
    assert "| TRL with Liger, packed | not measured | | |" in text
    assert "Share of the measured products at 4N operations a token:" in text


def test_our_step_is_that_of_plain_float32() -> None:
    words = measure("correctness", TINY).facts.split()
    assert float(words[1]) < 1e-5
    assert float(words[-1]) > 0.9999


def test_the_model_has_the_weights_that_the_goal_is_counted_with() -> None:
    assert round(weights(Asked()) / 1e9, 1) == 7.1


def test_the_table_compares_speed_and_memory() -> None:
    legs = [
        Measured("matmul", 788e12),
        Measured("own", 15_000.0, 80e9),
        Measured("trl", 10_000.0, 100e9),
        Measured("trl-liger", missing="there is no card"),
    ]
    text = table(Asked(), legs, "a card")
    assert "| TRL, packed, checkpointing | 10,000 | 1.50 times | 100.00 GB |  |" in text
    assert "a token: 54.1%" in text
    assert "Peak memory: 0.80 of TRL\n" in text
