"""Laws of texts as vectors."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.base.tiny import WORDS, make_encoder
from warrant.models.base import Embedder, load_encoder

pytestmark = pytest.mark.torch
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), min_size=1)


@cache
def embedder() -> Embedder:
    with TemporaryDirectory() as folder:
        return Embedder(load_encoder(make_encoder(Path(folder) / "tiny")), "float32", longest=10)


@settings(max_examples=30, deadline=None)
@given(TEXTS, st.data())
def test_a_text_has_the_same_vector_alone_and_among_others(
    texts: list[str], data: st.DataObject
) -> None:
    """Law of `models.base.embed`: a text has the same vector alone and among others."""
    together = embedder().embed(texts)
    place = data.draw(st.integers(0, len(texts) - 1))
    assert (embedder().embed([texts[place]])[0] == together[place]).all()
