from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from warrant.models.linear import TextReader
from warrant.stages.train.builtin.terms import choose_terms

Answers = NDArray[np.bool_] | NDArray[np.float64]

TEXTS = [
    f"the parties agree {'to indemnify' if row % 3 == 0 else 'on rent'} {row}" for row in range(60)
]
HOLDS = np.array([row % 3 == 0 for row in range(60)])


def choose(
    truth: Answers,
    most: int = 4,
    documents: NDArray[np.intp] | None = None,
    texts: list[str] = TEXTS,
) -> TextReader | None:
    numbers = np.arange(len(texts)) if documents is None else documents
    return choose_terms(texts, numbers, truth, most=most, fewest=3, first_characters=1000)


@pytest.mark.parametrize(
    "truth", [np.stack([~HOLDS, HOLDS], axis=1), HOLDS[:, None], np.where(HOLDS, 100.0, 3.0)]
)
def test_words_that_go_with_the_answer_stay(truth: Answers) -> None:
    reader = choose(truth)
    assert reader
    terms = reader.blocks[0].terms
    assert len(terms) == 4
    assert terms == tuple(sorted(terms))
    assert set(terms) <= {
        "agree on", "agree to", "indemnify", "on", "on rent", "rent", "to", "to indemnify",
    }  # fmt: skip
    assert (
        reader.read(["to indemnify", "the parties"]).toarray().any(axis=1) == [True, False]
    ).all()


def test_a_word_of_two_documents_never_stays() -> None:
    truth = np.stack([~HOLDS, HOLDS], axis=1)
    documents = np.where(HOLDS, np.arange(60) % 2, np.arange(60))
    reader = choose(truth, 99, documents)
    assert reader
    assert "rent" in reader.blocks[0].terms
    assert "indemnify" not in reader.blocks[0].terms


def test_texts_without_a_frequent_word_have_no_reader() -> None:
    assert choose(HOLDS[:2, None], texts=["one two", "three four"]) is None


def test_a_label_that_always_holds_still_has_words() -> None:
    assert choose(np.ones((60, 1), dtype=bool)) is not None
