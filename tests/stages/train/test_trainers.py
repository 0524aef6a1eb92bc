"""Every backend passes the conformance suite of trainers."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.stages.train import tiny
from tests.stages.train.corpus.words import clause
from warrant.models.examples import Examples
from warrant.models.model import InputColumn
from warrant.stages.train import TRAINERS, CausalConfig, TrainConfig
from warrant.testing import TrainerCase, check_trainer

BRIEF = ("linear", "trees")


def labelled(count: int, seed: int) -> Examples:
    rng = random.Random(seed)
    words = ("cap liability damages", "court law state")
    texts = [f"{words[at % 2]} {clause(rng)}" for at in range(count)]
    return Examples(
        {"text": list(texts), "fee": [float(at % 2 * 9 + at % 3) for at in range(count)]},
        [(("Cap", "Law")[at % 2],) for at in range(count)],
        list(range(count)),
        [at.to_bytes(32, "big") for at in range(count)],
    )


@pytest.mark.parametrize("tier", BRIEF)
def test_brief_backends_keep_the_promises_of_trainers(tier: str, tmp_path: Path) -> None:
    inputs = (InputColumn("text"), InputColumn("fee", "number"))
    config = TrainConfig("small", "answer", inputs=inputs, tier=tier)
    check_trainer(
        TrainerCase(TRAINERS.load(tier), config, labelled(40, 1), labelled(8, 2), tmp_path)
    )


def test_the_backend_that_chooses_keeps_them_too(tmp_path: Path) -> None:
    inputs = (InputColumn("text"), InputColumn("fee", "number"))
    config = TrainConfig("small", "answer", inputs=inputs, tier="auto")
    check_trainer(
        TrainerCase(TRAINERS.load("auto"), config, labelled(40, 1), labelled(32, 2), tmp_path)
    )


def causal_case(base: Path, scratch: Path, causal: CausalConfig) -> TrainerCase:
    config = tiny.config(base, causal)
    train = tiny.rows(12)
    return TrainerCase(TRAINERS.load(config.backend), config, train, tiny.rows(2, 4), scratch)


@pytest.mark.torch
def test_the_own_loop_keeps_the_promises_of_trainers(tmp_path: Path) -> None:
    _one_thread()
    base, scratch = tiny.write_base(tmp_path / "base"), tmp_path / "scratch"
    usual = replace(tiny.SETTINGS, batch=8, epochs=2, packing=False)
    case = causal_case(base, scratch, usual)
    whole = replace(usual, batch=64)
    check_trainer(
        replace(
            case,
            alike=[tiny.config(base, replace(usual, micro_batch=one)) for one in (2, 4, 8)]
            + [tiny.config(base, replace(usual, recompute="always"))],
            supervised=learnt(base, case.train),
        )
    )
    packed = causal_case(base, tmp_path / "packed", whole)
    check_trainer(replace(packed, alike=[tiny.config(base, replace(whole, packing=True))]))


@pytest.mark.torch
def test_trl_keeps_the_promises_of_trainers(tmp_path: Path) -> None:
    _one_thread()
    pytest.importorskip("trl")
    base = tiny.write_base(tmp_path / "base")
    usual = replace(tiny.SETTINGS, batch=4, epochs=1, backend="trl")
    case = causal_case(base, tmp_path / "scratch", usual)
    parts = tiny.config(base, replace(usual, micro_batch=4))
    check_trainer(replace(case, alike=[parts], supervised=learnt(base, case.train)))


@pytest.mark.parametrize(
    ("breaks", "promise"),
    [
        (lambda one: setattr(one, "resumes", "perhaps"), "`resumes` is declared"),
        (lambda one: setattr(one, "describe", lambda: ()), "libraries have versions"),
        (
            lambda one: setattr(one, "render", lambda _config: {"../up": "text"}),
            "files have plain names",
        ),
        (
            lambda one: setattr(one, "export", lambda *_: {}),
            "a form that nobody has is refused by InputError",
        ),
    ],
)
def test_a_backend_that_breaks_a_promise_is_named(
    breaks: Callable[[object], None], promise: str, tmp_path: Path
) -> None:
    def make() -> object:
        trainer = TRAINERS.load("linear")()
        breaks(trainer)
        return trainer

    config = TrainConfig("small", "answer", inputs=(InputColumn("text"),))
    case = TrainerCase(make, config, labelled(40, 1), labelled(8, 2), tmp_path)  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match=promise):
        check_trainer(case)


def learnt(base: Path, train: Examples) -> int:
    """Count the tokens of answers and stops by hand."""
    from warrant.models.causal import read_words

    words = read_words(base)
    return sum(len(words.encode(f"{row[0]}<|im_end|>").ids) for row in train.labels)


def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)
