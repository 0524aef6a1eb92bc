"""Rows that count less, in the loss of an update."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from tests.stages.train.encoder.bench import config_of, examples, job_of
from tests.stages.train.encoder.test_encoder_trainer import multilabel, numbers
from warrant.models.base import load_encoder
from warrant.models.examples import Examples
from warrant.records.task import TaskKind
from warrant.stages.train.base import open_base
from warrant.stages.train.encoder.lesson import Start
from warrant.stages.train.encoder.row_lesson import RowLesson, row_lesson
from warrant.stages.train.sampling import take_rows

pytestmark = pytest.mark.torch


def lesson_of(tiny: Path, folder: Path, rows: Examples, task: TaskKind) -> RowLesson:
    config = config_of(tiny, method="full", task=task)
    job = job_of(config, folder, train=rows, validation=take_rows(rows, range(6)))
    assert config.base is not None
    assert config.encoder is not None
    base = open_base(config.base)
    return row_lesson(job, Start(base, load_encoder(base.folder), "float32", config.encoder, 64))


@pytest.mark.parametrize("task", ["multiclass", "multilabel", "regression"])
def test_copies_that_weigh_one_together_are_worth_one_row(
    tiny: Path, tmp_path: Path, task: TaskKind
) -> None:
    """Law of `stages.train.weighing`: rows that stand there several times, ..."""
    import torch

    made = {"multilabel": multilabel, "regression": numbers}.get(task, lambda rows: rows)
    rows = made(examples(12))
    order = [0, 0, 0, 1, 1, *range(2, 12)]
    copied = take_rows(rows, order)
    copied = replace(copied, weights=[1 / order.count(at) for at in order])
    one = lesson_of(tiny, tmp_path / "one", replace(rows, weights=[1.0] * 12), task)
    other = lesson_of(tiny, tmp_path / "other", copied, task)
    plain = lesson_of(tiny, tmp_path / "plain", rows, task)
    all_of = [list(range(len(some.train))) for some in (one, other)]
    assert other.weight(all_of[1]) == pytest.approx(one.weight(all_of[0]), rel=1e-5)
    scores = torch.randn(12, one.train.truth.shape[1], generator=torch.Generator().manual_seed(1))
    wanted = one.loss(scores, all_of[0])
    if task == "regression":  # numbers are scaled by the rows that are there
        other = replace(other, train=replace(other.train, truth=one.train.truth[order]))
    torch.testing.assert_close(other.loss(scores[order], all_of[1]), wanted)
    torch.testing.assert_close(plain.loss(scores, all_of[0]), wanted)
    assert plain.weight(all_of[0]) == pytest.approx(one.weight(all_of[0]), rel=1e-6)
    bias = [some.tuned.head.bias.detach().numpy() for some in (one, other)]
    np.testing.assert_allclose(bias[1], bias[0], rtol=1e-5)
