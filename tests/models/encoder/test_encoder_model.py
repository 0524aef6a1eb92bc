from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.models.base.tiny import make_encoder
from tests.models.test_linear import ENCODER, ROWS
from warrant.errors import InputError
from warrant.models import MODELS, InputColumn
from warrant.models.base import Embedder, copy_base, find_base, load_encoder
from warrant.models.columns import ColumnEncoder
from warrant.models.encoder import EncoderModel, load_encoder_model, write_encoder_model
from warrant.models.encoder.model import MOST_LEFT_OUT, leave_out
from warrant.records.task import TaskKind
from warrant.testing import check_model_format

pytestmark = pytest.mark.torch
PAIRS = {
    "left": ["the house of the tenant", "a loan", "", None],
    "right": ["a year", "the loan is money", "rent", "the will"],
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_encoder(tmp_path_factory.mktemp("base") / "tiny")


def make(tiny: Path, task: TaskKind, reads: tuple[InputColumn, ...]) -> EncoderModel:
    base = find_base("tiny", tiny.parent)
    embedder = Embedder(load_encoder(tiny), "float32", longest=24, is_unit=False)
    has_columns = any(one.read_as != "text" for one in reads)
    encoder = ENCODER if has_columns else ColumnEncoder(())
    labels = () if task == "regression" else ("Lease", "Loan")
    width = embedder.width + encoder.width
    coef = np.random.default_rng(3).normal(size=(len(labels) or 1, width)).astype(np.float32)
    return EncoderModel(
        task=task,
        labels=labels,
        reads=reads,
        thresholds=(0.5,) * len(labels),
        embedder=embedder,
        base=base.record,
        method="frozen",
        coef=coef,
        intercept=np.full(len(coef), 0.1, np.float32),
        encoder=encoder,
        first_characters=1000,
    )


def lay(model: EncoderModel, tiny: Path, folder: Path) -> Path:
    folder.mkdir()
    copy_base(find_base("tiny", tiny.parent), folder)
    for name, data in write_encoder_model(model).items():
        (folder / name).write_bytes(data)
    return folder


TEXT = (InputColumn("text"),)
MIXED = (InputColumn("text"), *ENCODER.inputs)
PAIR = (InputColumn("left"), InputColumn("right"))


@pytest.mark.parametrize(
    ("task", "reads"),
    [
        ("multiclass", TEXT),
        ("binary", MIXED),
        ("multilabel", MIXED),
        ("regression", MIXED),
        ("pairs", PAIR),
    ],
)
def test_the_format_keeps_every_promise(
    tiny: Path, tmp_path: Path, task: TaskKind, reads: tuple[InputColumn, ...]
) -> None:
    folder = lay(make(tiny, task, reads), tiny, tmp_path / "model")
    (tmp_path / "scratch").mkdir()
    columns = PAIRS if task == "pairs" else ROWS
    check_model_format(MODELS.load("encoder"), folder, columns, tmp_path / "scratch")


def test_a_loaded_model_answers_as_the_one_that_was_written(tiny: Path, tmp_path: Path) -> None:
    """Law of `models.encoder.files`: `load_encoder_model(folder)` after writing a model ..."""
    model = make(tiny, "multilabel", MIXED)
    folder = lay(model, tiny, tmp_path / "model")
    loaded = load_encoder_model(folder)
    assert (loaded.predict(ROWS).probabilities == model.predict(ROWS).probabilities).all()
    assert write_encoder_model(loaded) == write_encoder_model(model)


def test_the_two_texts_of_a_pair_are_not_the_same_text(tiny: Path) -> None:
    model = make(tiny, "pairs", PAIR)
    here = model.predict({"left": ["the loan"], "right": ["a will"]})
    there = model.predict({"left": ["a will"], "right": ["the loan"]})
    one = make(tiny, "multiclass", PAIR).predict({"left": ["the loan"], "right": ["a will"]})
    found = [answer.probabilities[0, 0] for answer in (here, there, one)]
    assert len(set(found)) == 3


def test_a_word_weighs_what_the_score_loses_without_it(tiny: Path) -> None:
    model = make(tiny, "multiclass", TEXT)
    whole, without = model.scores({"text": ["the loan of money", "the  of money"]})
    (told,) = model.explain({"text": ["the loan of money"]}, top=10)
    (label,) = told
    place = model.labels.index(label)
    weight = next(one.value for one in told[label] if one.term == "loan")
    assert weight == pytest.approx(whole[place] - without[place], abs=1e-6)


def test_a_long_text_is_left_out_in_parts_and_each_word_once() -> None:
    words = [f"w{at}" for at in range(3 * MOST_LEFT_OUT + 1)]
    parts, rest = leave_out(" ".join(words))
    assert len(parts) <= MOST_LEFT_OUT
    assert " ".join(parts).split() == words
    assert len(rest) == len(parts)
    assert leave_out(("one two", "three")) == (
        ["one", "two", "three"],
        [(" two", "three"), ("one ", "three"), ("one two", "")],
    )


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (b'"task":"multiclass"', b'"task":"spans"', "it has no head for the task 'spans'"),
        (b'"longest":24', b'"longest":4096', "it reads more tokens of a text than its network"),
        (b'"Lease","Loan"', b'"Lease","Lease"', "a label stands twice"),
        (b'"task":"multiclass"', b'"task":"pairs"', "the task 'pairs' does not read 1 texts"),
    ],
)
def test_settings_that_do_not_fit_are_refused(
    tiny: Path, tmp_path: Path, before: bytes, after: bytes, message: str
) -> None:
    folder = lay(make(tiny, "multiclass", TEXT), tiny, tmp_path / "model")
    data = (folder / "model.json").read_bytes()
    assert before in data
    (folder / "model.json").write_bytes(data.replace(before, after))
    with pytest.raises(InputError) as caught:
        load_encoder_model(folder)
    assert message in caught.value.what
