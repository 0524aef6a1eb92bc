from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.models.base.tiny import make_encoder
from tests.models.test_linear import ENCODER, ROWS, TEXTS, lay, make, make_with_columns
from warrant.errors import InputError
from warrant.models.base import Embedder, copy_base, find_base, load_encoder
from warrant.models.linear import LinearModel, load_linear
from warrant.models.linear.embeddings import AS_A_WHOLE, Embeddings
from warrant.models.linear.model import NO_COLUMNS
from warrant.testing import check_model_format

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_encoder(tmp_path_factory.mktemp("base") / "tiny")


def make_with_embeddings(tiny: Path, *, columns: bool = False) -> LinearModel:
    base = find_base("tiny", tiny.parent)
    embeddings = Embeddings(base.record, Embedder(load_encoder(tiny), "float32", longest=32))
    model = make_with_columns() if columns else make()
    more = np.linspace(-1, 1, 2 * embeddings.width, dtype=np.float32).reshape(2, -1)
    return replace(model, coef=np.hstack([model.coef, more]), embeddings=embeddings)


def lay_all(model: LinearModel, tiny: Path, folder: Path) -> Path:
    copy_base(find_base("tiny", tiny.parent), lay(model, folder))
    return folder


@pytest.mark.parametrize("columns", [False, True])
def test_embeddings_keep_every_promise_of_a_model_format(
    tiny: Path, tmp_path: Path, columns: bool
) -> None:
    model = make_with_embeddings(tiny, columns=columns)
    folder = lay_all(model, tiny, tmp_path / "model")
    (tmp_path / "scratch").mkdir()
    check_model_format(load_linear, folder, ROWS if columns else TEXTS, tmp_path / "scratch")
    assert load_linear(folder).encoder == (ENCODER if columns else NO_COLUMNS)


def test_a_loaded_model_answers_as_the_one_that_was_written(tiny: Path, tmp_path: Path) -> None:
    model = make_with_embeddings(tiny)
    loaded = load_linear(lay_all(model, tiny, tmp_path / "model"))
    assert (loaded.predict(TEXTS).probabilities == model.predict(TEXTS).probabilities).all()
    assert loaded.describe().facts["embedding"] == 16


def test_the_text_as_a_whole_is_one_contribution_and_all_add_up_to_the_score(tiny: Path) -> None:
    model = make_with_embeddings(tiny, columns=True)
    row = {name: [cells[0]] for name, cells in ROWS.items()}
    told = model.explain(row, top=1000)[0]
    (label,) = told
    assert [one.term for one in told[label] if one.kind == "embedding"] == [AS_A_WHOLE]
    rows = model._read(row)
    place = model.labels.index(label)
    score = (rows.terms @ model.coef[place].astype(np.float64))[0]
    assert sum(one.value for one in told[label]) == pytest.approx(score)


def test_weights_of_another_encoder_are_refused(tiny: Path, tmp_path: Path) -> None:
    folder = lay_all(make_with_embeddings(tiny), tiny, tmp_path / "model")
    other = make_encoder(tmp_path / "other", seed=1)
    (folder / "model.safetensors").write_bytes((other / "model.safetensors").read_bytes())
    with pytest.raises(InputError, match=r"'model\.safetensors' is not the file of the base"):
        load_linear(folder)
