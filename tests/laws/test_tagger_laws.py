"""Laws of taggers: what is written is what is read."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from warrant.models.model import InputColumn
from warrant.models.tagger import TaggerModel, load_tagger, write_tagger
from warrant.models.tagger.chain import Weights


@st.composite
def taggers(draw: st.DrawFn) -> TaggerModel:
    labels = draw(
        st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=3, unique=True)
    )
    columns = sorted(draw(st.sets(st.integers(0, 2**20 - 1), max_size=5)))
    some, tags = np.random.default_rng(draw(st.integers(0, 99))), 1 + 2 * len(labels)
    return TaggerModel(
        labels=tuple(labels),
        reads=(InputColumn(draw(st.sampled_from(["text", "note"]))),),
        by_line=draw(st.booleans()),
        columns=np.array(columns, np.int32),
        weights=some.normal(size=(len(columns), tags)).astype(np.float32),
        chain=Weights(some.normal(size=tags), some.normal(size=(tags, tags))),
    )


@given(taggers())
def test_a_tagger_is_read_as_it_was_written(model: TaggerModel) -> None:
    """Law of `models.tagger.files`: `load_tagger(folder)` after `write_tagger(model)` gives ..."""
    files = write_tagger(model)
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, data in files.items():
            (folder / file).write_bytes(data)
        read = load_tagger(folder)
    assert (read.labels, read.reads, read.by_line) == (model.labels, model.reads, model.by_line)
    assert (read.weights == model.weights).all()
    assert (read.columns == model.columns).all()
    assert (read.chain.start == model.chain.start).all()
    assert (read.chain.steps == model.chain.steps).all()
    assert write_tagger(read) == files
