"""Laws of the files of a linear model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.models.test_linear import lay, make
from warrant.models.linear import LinearModel, load_linear, write_linear

WEIGHTS = st.floats(-1e6, 1e6, width=32)
RATES = st.floats(0.01, 0.99)
MODELS = st.builds(
    lambda coef, intercept, idf, thresholds: replace(
        make("multilabel", "sigmoid"),
        coef=coef,
        intercept=intercept,
        thresholds=thresholds,
        reader=replace(make().reader, idf=idf),
    ),
    arrays(np.float32, (2, 5), elements=WEIGHTS),
    arrays(np.float32, 2, elements=WEIGHTS),
    arrays(np.float64, 5, elements=st.floats(1, 20)),
    st.tuples(RATES, RATES),
)


@given(MODELS)
def test_a_written_model_is_loaded_equal_and_writes_the_same_bytes(model: LinearModel) -> None:
    """Law of `models.linear.files`: `load_linear(folder)` after `write_linear(model, folder)` ...

    Law of `models.linear.files`: writing a loaded model gives the same bytes, ...
    """
    with TemporaryDirectory() as folder:
        loaded = load_linear(lay(model, Path(folder) / "model"))
    assert write_linear(loaded) == write_linear(model)
    assert (loaded.labels, loaded.thresholds, loaded.link, loaded.reads, loaded.task) == (
        *(model.labels, model.thresholds, model.link),
        *(model.reads, model.task),
    )
    for name in ("coef", "intercept"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(model, name))
    np.testing.assert_array_equal(loaded.reader.idf, model.reader.idf)
    assert loaded.reader.blocks == model.reader.blocks
