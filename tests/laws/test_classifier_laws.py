"""Law of classifiers: a text alone and among others."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.base.tiny import WORDS
from tests.models.classifier.test_classifier import lay
from warrant.models.classifier import ClassifierModel, load_classifier

pytestmark = pytest.mark.torch
TEXTS = st.lists(
    st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join), min_size=1, max_size=40
)


@cache
def model(kind: str) -> ClassifierModel:
    return load_classifier(lay(Path(mkdtemp()) / "model", kind=kind))


@pytest.mark.parametrize("kind", ["Bert", "DistilBert", "Roberta"])
@settings(max_examples=15, deadline=None)
@given(TEXTS)
def test_a_text_has_the_same_scores_alone_and_among_others(kind: str, texts: list[str]) -> None:
    """Law of `models.classifier.model`: a text has the same scores alone and among others."""
    among = model(kind).scores(texts)
    for text, one in zip(texts, among, strict=True):
        assert (model(kind).scores([text])[0] == one).all()
