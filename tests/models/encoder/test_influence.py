"""Which training rows pushed an answer of an encoder's head over words and options."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize

from tests.models.base.tiny import make_encoder
from warrant.models import InputColumn
from warrant.models.base import Embedder, find_base, load_encoder
from warrant.models.encoder import EncoderChooser, EncoderTagger
from warrant.models.encoder.influence import influence_on_choice
from warrant.models.places import Span
from warrant.models.tagger.influence import influence_of_place

pytestmark = pytest.mark.torch
ASKED = {"text": ["which one"], "some": [["the will", "a loan"]]}
ROWS = {
    "text": ["which one", "the house", "money of the bank", "which", "rent"],
    "some": [
        ["the will", "a loan"],
        ["a loan", "the will"],
        ["rent", "the will", "year"],
        ["the loan", "will"],
        None,
    ],
}
LABELS = [("B",), ("A",), ("B",), ("A",), ()]


@pytest.fixture(scope="module")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    tiny = make_encoder(tmp_path_factory.mktemp("base") / "tiny")
    return Embedder(load_encoder(tiny), "float32", longest=24, is_unit=False)


def chooser(embedder: Embedder, coef: np.ndarray) -> EncoderChooser:  # type: ignore[type-arg]
    return EncoderChooser(
        reads=(InputColumn("text"), InputColumn("some", "options")),
        embedder=embedder,
        base=find_base("minilm", Path()).record,
        method="frozen",
        coef=coef[None].astype(np.float32),
        intercept=np.zeros(1, np.float32),
        first_characters=1000,
    )


def taught(embedder: Embedder, rows: list[int]) -> EncoderChooser:
    """Learn the head from some rows, its weights held small as the step assumes."""
    blank = chooser(embedder, np.zeros(embedder.width))
    vectors, lengths = blank.option_vectors(ROWS)
    parts = np.split(vectors, np.cumsum(lengths)[:-1])

    def loss(weights: np.ndarray) -> float:  # type: ignore[type-arg]
        total = 0.5 * float(weights @ weights)
        for row in rows:
            scores = parts[row] @ weights
            right = "ABC".index(LABELS[row][0])
            total += float(np.log(np.exp(scores - scores.max()).sum()) + scores.max())
            total -= float(scores[right])
        return total

    return chooser(embedder, minimize(loss, np.zeros(embedder.width)).x)


def lead(model: EncoderChooser) -> float:
    scores = model.score(ASKED["text"], ASKED["some"])[0]
    return float(scores[1] - scores[0])


def test_influence_on_an_option_is_what_its_score_loses_without_the_row(embedder: Embedder) -> None:
    every = [0, 1, 2, 3]
    model = taught(embedder, every)
    found = influence_on_choice(model, ASKED, ROWS, LABELS, 1.0, ("B", "A"))
    true = [lead(model) - lead(taught(embedder, [one for one in every if one != row]))
            for row in every]  # fmt: skip
    assert found[4] == 0, "a row without options taught nothing"
    assert int(found.argmax()) == int(np.argmax(true)) == 0
    assert np.corrcoef(found[:4], true)[0, 1] > 0.95
    assert 0.5 < found[0] / true[0] < 2


def test_a_stretched_head_ranks_rows_as_it_did_before(embedder: Embedder) -> None:
    model = taught(embedder, [0, 1, 2, 3])
    plain = influence_on_choice(model, ASKED, ROWS, LABELS, 1.0, ("B", "A"))
    model = replace(model, coef=model.coef * np.float32(3))
    np.testing.assert_allclose(
        influence_on_choice(model, ASKED, ROWS, LABELS, 3.0, ("B", "A")), 3 * plain, rtol=1e-3
    )


def test_rows_that_say_the_same_of_the_word_push_a_place_and_others_hold_it(
    embedder: Embedder,
) -> None:
    width = embedder.width
    model = EncoderTagger(
        labels=("Lease", "Loan"),
        reads=(InputColumn("text"),),
        by_line=True,
        embedder=embedder,
        base=find_base("minilm", Path()).record,
        method="frozen",
        coef=np.zeros((5, width), np.float32),
        intercept=np.zeros(5, np.float32),
        first_characters=1000,
    )
    text = "the will of a house"
    texts = [text, text, "", text]
    spans = [(Span(4, 8, "Lease"),), (Span(4, 8, "Loan"),), (), ()]
    found = influence_of_place(model, text, (4, 8), ("Lease", "Loan"), (texts, spans))
    assert found[0] > 0 > found[1]
    assert found[2] == 0
    assert abs(found[3]) < 1e-9 * abs(found[0]), "no place speaks for neither label"
    assert found[0] == pytest.approx(-found[1])
