"""Laws of matching models: what is written is what is read."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from warrant.models.linear import Block, TextReader
from warrant.models.matching import MatchingModel, load_matching, write_matching
from warrant.models.matching.features import PairReader
from warrant.models.model import InputColumn
from warrant.models.options import LETTERS


@st.composite
def models(draw: st.DrawFn) -> MatchingModel:
    word = st.text("abc", min_size=1, max_size=3)
    terms = tuple(draw(st.lists(word, min_size=1, max_size=4, unique=True)))
    labels = tuple(draw(st.lists(word, min_size=2, max_size=3, unique=True)))
    is_choice, some = draw(st.booleans()), np.random.default_rng(draw(st.integers(0, 99)))
    reader = TextReader((Block("word", 1, 1, terms),), np.ones(len(terms)), 1000)
    pair = PairReader(reader, with_first=not is_choice)
    rows = 1 if is_choice else len(labels)
    return MatchingModel(
        task="choice" if is_choice else "pairs",
        labels=LETTERS if is_choice else labels,
        reads=(InputColumn("one"), InputColumn("other", "options" if is_choice else "text")),
        link="softmax",
        pair=pair,
        coef=some.normal(size=(rows, pair.width)).astype(np.float32),
        intercept=some.normal(size=rows).astype(np.float32),
    )


@given(models())
def test_a_matching_model_is_read_as_it_was_written(model: MatchingModel) -> None:
    """Law of `models.matching.files`: `load_matching(folder)` after `write_matching(model)` ..."""
    files = write_matching(model)
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, data in files.items():
            (folder / file).write_bytes(data)
        read = load_matching(folder)
    assert (read.task, read.labels, read.reads) == (model.task, model.labels, model.reads)
    assert (read.coef == model.coef).all()
    assert write_matching(read) == files
