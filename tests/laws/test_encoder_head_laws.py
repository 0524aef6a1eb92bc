"""Laws of models on an encoder that find places and choose options."""

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
from tests.models.encoder.test_heads import chooser, lay, tagger
from warrant.models.base import Encoder, load_encoder
from warrant.models.encoder import (
    load_encoder_chooser,
    load_encoder_tagger,
    write_encoder_chooser,
    write_encoder_tagger,
)
from warrant.models.encoder.asking import ask
from warrant.models.encoder.windows import count_windows, windows_of
from warrant.models.tagger.tags import cut

pytestmark = pytest.mark.torch
WORDY = st.lists(st.sampled_from([*WORDS, "é", "a-b", "🙂", "\n"]), max_size=60).map(" ".join)
TEXTS = st.lists(WORDY, min_size=1, max_size=4)


@cache
def tiny() -> Path:
    return make_encoder(Path(mkdtemp()) / "tiny")


@cache
def encoder() -> Encoder:
    return load_encoder(tiny())


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(4, 64), st.booleans())
def test_windows_have_each_word_once(texts: list[str], longest: int, by_line: bool) -> None:
    """Law of `models.encoder.windows`: the windows of a text have each of its words once, ..."""
    sequences = cut(texts, by_line=by_line)
    windows = windows_of(encoder(), texts, sequences, longest)
    seen = [one.first + at for one in windows for at in range(len(one.words))]
    assert seen == list(range(len(sequences.tokens.words)))
    tokenizer = encoder().tokenizer
    tokenizer.no_truncation()
    for one in windows:
        assert len(one.read.ids) <= longest
        text = int(sequences.tokens.texts[one.first])
        words = len(tokenizer.encode(texts[text], add_special_tokens=False).ids)
        assert (
            sum(int(sequences.tokens.texts[two.first]) == text for two in windows)
            <= (count_windows(words, longest, 2)[0])
        )


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(WORDY, st.lists(WORDY, min_size=1, max_size=4)), max_size=3), st.data())
def test_options_stand_beside_the_same_question(
    rows: list[tuple[str, list[str]]], data: st.DataObject
) -> None:
    """Law of `models.encoder.asking`: all options of a row stand beside the same tokens ..."""
    longest = data.draw(st.integers(7, 64))
    asked = ask(encoder(), [one for one, _ in rows], [some for _, some in rows], longest)
    assert [len(some) for some in asked] == [len(some) for _, some in rows]
    for some in asked:
        beside = {tuple(one.ids[: one.type_ids.index(1)]) for one in some}
        assert len(beside) == 1
        assert all(len(one.ids) <= longest for one in some)


@settings(max_examples=6, deadline=None)
@given(arrays(np.float32, (5, 16), elements=st.floats(-100, 100, width=32)), TEXTS)
def test_a_written_model_answers_as_it_did(coef: np.ndarray, texts: list[str]) -> None:  # type: ignore[type-arg]
    """Law of `models.encoder.head_files`: `load_encoder_tagger` and `load_encoder_chooser` ..."""
    finding = replace(tagger(tiny()), coef=coef)
    choosing = replace(chooser(tiny()), coef=coef[:1])
    rows = {"text": texts, "some": [["a loan", *texts]] * len(texts)}
    with TemporaryDirectory() as folder:
        first = load_encoder_tagger(lay(finding, tiny(), Path(folder) / "tagger"))
        second = load_encoder_chooser(lay(choosing, tiny(), Path(folder) / "chooser"))
        assert first.predict(rows).spans == finding.predict(rows).spans
        found = second.predict(rows).probabilities
        assert (found == choosing.predict(rows).probabilities).all()
        assert write_encoder_tagger(first) == write_encoder_tagger(finding)
        assert write_encoder_chooser(second) == write_encoder_chooser(choosing)
