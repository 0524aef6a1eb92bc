"""Texts that a model writes, set beside the texts that were wanted."""

from __future__ import annotations

import numpy as np
import pytest

from warrant.metrics import Figure, Resampling, measure
from warrant.metrics.texts import declines, score_texts, writing

TRUE = ["The tenant pays.", "It ends on 1 March.", "", "I cannot say."]
WRITTEN = ["the tenant PAYS", "on 1 March it is over", "", "I'm sorry, but I can't help."]


def test_words_count_and_signs_and_case_do_not() -> None:
    scores = score_texts(TRUE, WRITTEN)
    assert scores.exact_match.tolist() == [1, 0, 1, 0]
    assert scores.token_f1[:3] == pytest.approx([1, 2 * 4 / (5 + 6), 1])
    assert scores.rouge_l[:3] == pytest.approx([1, 2 * 3 / (5 + 6), 1])
    assert scores.length_error.tolist() == [0, 1, 0, 5]


def test_an_answer_that_declines_is_a_refusal_only_where_the_truth_does_not() -> None:
    said = ["As an AI language model, I cannot.", " "]
    assert score_texts(["So.", ""], said).refusal_rate.tolist() == [1, 0]
    assert declines("I’m sorry, I can't help with that.")
    assert not declines("The tenant cannot assign the lease.")


def test_the_longest_shared_sequence_is_that_of_the_plain_table() -> None:
    some = np.random.default_rng(3)
    for _ in range(30):
        drawn = [some.integers(0, 5, some.integers(1, 90)) for _ in range(2)]
        one, other = ([f"w{n}" for n in part] for part in drawn)
        table = np.zeros((len(one) + 1, len(other) + 1), int)
        for i, word in enumerate(one):
            for j, said in enumerate(other):
                table[i + 1, j + 1] = (
                    table[i, j] + 1 if word == said else max(table[i, j + 1], table[i + 1, j])
                )
        found = score_texts([" ".join(one)], [" ".join(other)]).rouge_l[0]
        assert found == pytest.approx(2 * table[-1, -1] / (len(one) + len(other)))


def test_figures_are_means_over_rows() -> None:
    scores = score_texts(TRUE, WRITTEN)
    found = measure([writing(scores)], Resampling(200, 0.9, 7))
    assert found[Figure("exact_match")].value == 0.5
    assert found[Figure("length_error")].value == scores.length_error.mean()
    assert len(scores.take(np.array([1]))) == 1
