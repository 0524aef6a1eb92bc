"""Thresholds choose answers and say when a person is asked; the model beneath stays as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from warrant.errors import InputError
from warrant.models import Abstention, Predictions
from warrant.models.thresholds import (
    FILE,
    LabelThreshold,
    Thresholds,
    choose,
    decide,
    expected_costs,
    take_thresholds,
    with_thresholds,
)


def thresholds(
    *labels: tuple[str, float, float],
    false_alarm: float = 5.0,
    ask: float | None = None,
    ask_above: float | None = None,
) -> Thresholds:
    return Thresholds(
        labels=tuple(LabelThreshold(label=n, threshold=t, missed=m) for n, t, m in labels),
        false_alarm=false_alarm,
        ask=ask,
        ask_above=ask_above,
    )


def predictions(*rows: tuple[float, ...]) -> Predictions:
    odds = np.array(rows)
    labels = tuple("abcd"[: odds.shape[1]])
    return Predictions(labels, odds, np.zeros(odds.shape, np.bool_))


def answers(found: Predictions) -> list[list[int]]:
    return [np.flatnonzero(row).tolist() for row in found.chosen]


def test_each_label_has_a_threshold_of_its_own() -> None:
    found = decide(
        thresholds(("a", 0.2, 20), ("b", 0.9, 1)),
        "multilabel",
        predictions((0.25, 0.8), (0.1, 0.95), (0.2, 0.9)),
    )
    assert answers(found) == [[0], [1], [0, 1]]
    assert found.abstentions == ()


def test_of_one_answer_the_one_furthest_above_its_threshold_wins() -> None:
    dear = thresholds(("a", 0.1, 45), ("b", 0.9, 0))
    found = decide(dear, "binary", predictions((0.2, 0.8), (0.05, 0.95)))
    assert answers(found) == [[0], [1]]


def test_a_person_is_asked_where_the_answer_is_expected_to_cost_more() -> None:
    asking = thresholds(("a", 0.5, 100), ("b", 0.5, 100), ask=20.0, ask_above=20.0)
    known = (Abstention("missing", "text"),)
    given = predictions((0.9, 0.1), (0.6, 0.4))
    found = decide(asking, "binary", Predictions(**{**vars(given), "abstentions": (known, ())}))
    assert expected_costs(asking, given.probabilities, found.chosen).tolist() == pytest.approx(
        [10.5, 42.0]
    )
    assert found.abstentions == (known, (Abstention("unsure"),))


@st.composite
def priced(draw: st.DrawFn) -> tuple[NDArray[np.float64], list[float], float]:
    labels = draw(st.integers(2, 4))
    odds = draw(
        st.lists(
            st.lists(st.floats(0.01, 1), min_size=labels, max_size=labels), min_size=1, max_size=6
        )
    )
    missed = draw(st.lists(st.floats(0.1, 500), min_size=labels, max_size=labels))
    return np.array(odds), missed, draw(st.floats(0.1, 500))


@given(priced())
def test_thresholds_of_the_prices_give_the_answer_that_is_expected_to_cost_least(
    given: tuple[NDArray[np.float64], list[float], float],
) -> None:
    odds, missed, alarm = given
    several = thresholds(
        *(("abcd"[at], alarm / (alarm + price), price) for at, price in enumerate(missed)),
        false_alarm=alarm,
    )
    least = np.minimum(odds * missed, (1 - odds) * alarm).sum(axis=1)
    chosen = choose(several, "multilabel", odds)
    assert expected_costs(several, odds, chosen) == pytest.approx(least)

    one = odds / odds.sum(axis=1, keepdims=True)
    weights = 1 / (np.array(missed) + alarm)
    shares = (weights / weights.sum()).tolist()
    single = thresholds(
        *(("abcd"[at], shares[at], price) for at, price in enumerate(missed)), false_alarm=alarm
    )
    found = expected_costs(single, one, choose(single, "multiclass", one))
    constants = [
        expected_costs(single, one, np.eye(len(missed), dtype=bool)[[place] * len(one)])
        for place in range(len(missed))
    ]
    assert found == pytest.approx(np.min(constants, axis=0))


class Stub:
    """What thresholds need of a model."""

    task = "multilabel"
    labels = ("a", "b")
    inputs = ("text",)


def test_thresholds_of_other_labels_are_refused() -> None:
    sound = thresholds(("a", 0.2, 20), ("b", 0.9, 1)).to_bytes()
    assert with_thresholds(Stub(), sound).labels == ("a", "b")  # type: ignore[arg-type]
    for data in (thresholds(("b", 0.2, 20), ("a", 0.9, 1)).to_bytes(),):
        with pytest.raises(InputError, match="a threshold for each label") as refused:
            with_thresholds(Stub(), data)  # type: ignore[arg-type]
        assert refused.value.do == "Use the model's files as training wrote them."
    with pytest.raises(InputError, match="Not a Thresholds record"):
        with_thresholds(Stub(), b"{}")  # type: ignore[arg-type]


def test_thresholds_leave_the_folder_before_the_format_looks_into_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert take_thresholds(tmp_path) is None
    (tmp_path / FILE).write_bytes(b"{}")
    monkeypatch.setattr("warrant.models.thresholds.MOST_BYTES", 1)
    with pytest.raises(InputError, match="is larger than 1 bytes"):
        take_thresholds(tmp_path)
    monkeypatch.undo()
    assert take_thresholds(tmp_path) == b"{}"
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_spelt_like_this() -> None:
    data = thresholds(("a", 0.25, 20.0), ask=3.5, ask_above=3.5).to_bytes()
    assert data.decode() == (
        '{"ask":3.5,"ask_above":3.5,"false_alarm":5,"format":"warrant/thresholds/1",'
        '"labels":[{"label":"a","missed":20,"threshold":0.25}]}'
    )
    assert Thresholds.from_bytes(data).to_bytes() == data
