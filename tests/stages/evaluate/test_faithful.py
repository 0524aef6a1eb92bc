"""Explanations are tested by taking out what they name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.stages.bench import Whole
from tests.stages.evaluate.test_evaluate import evaluation_of
from warrant.models import Contribution, InputColumn, Predictions
from warrant.models.examples import Examples
from warrant.models.model import Columns
from warrant.stages.evaluate.faithful import faithfulness

LABELS = ("calm", "storm")
WORDS = ("rain", "wind", "tree", "road", "house", "lamp", "door", "bird")


@dataclass(frozen=True)
class Weather:
    """Says storm the surer, the more often rain and wind are told of; a cell may say it too."""

    tells_truth: bool
    labels = LABELS
    task = "binary"
    inputs = ("text", "sky")
    reads = (InputColumn("text"), InputColumn("sky", "category"))

    def predict(self, columns: Columns) -> Predictions:
        signs = np.array(
            [str(text).count("rain") + str(text).count("wind") for text in columns["text"]]
        ) + np.array([sky == "dark" for sky in columns["sky"]])
        storm = 1 - 0.8 ** (1.0 * signs)
        likely = np.stack([1 - storm, storm], axis=1)
        return Predictions(LABELS, likely, np.eye(2, dtype=np.bool_)[likely.argmax(axis=1)])

    def explain(
        self, columns: Columns, top: int = 5, chosen: np.ndarray | None = None
    ) -> list[dict[str, list[Contribution]]]:
        del top, chosen
        terms = ("rain", "wind") if self.tells_truth else ("tree", "road")
        named = [Contribution("text", "word", term, 1.0) for term in terms]
        sky = Contribution("sky", "category", "dark", 0.5)
        against = Contribution("text", "word", "house", -1.0)
        more = [sky] if self.tells_truth else []
        return [{"storm": [*named, *more, against]} for _ in columns["text"]]


def rows(count: int) -> Examples:
    rng = np.random.default_rng(3)
    texts = [" ".join(rng.choice(WORDS, 12)) for _ in range(count)]
    return Examples({"text": texts, "sky": ["dark"] * count}, [("storm",)] * count)


def test_words_that_decide_pass_and_words_that_do_not_fail() -> None:
    test = rows(300)
    true, false = Weather(tells_truth=True), Weather(tells_truth=False)
    found = faithfulness(true, test, true.predict(test.columns), 7)  # type: ignore[arg-type]
    assert found is not None
    assert (found.rows, found.words) == (200, 5)
    assert found.without_named > found.without_random + 0.1
    assert found.only_named < found.only_random - 0.1
    assert found.p < 0.001
    wrong = faithfulness(false, test, false.predict(test.columns), 7)  # type: ignore[arg-type]
    assert wrong is not None
    assert wrong.without_named < wrong.without_random
    assert wrong.p > 0.5


def test_a_row_without_anything_else_is_no_test() -> None:
    model = Weather(tells_truth=True)
    only = Examples({"text": ["rain wind"], "sky": ["dark"]}, [("storm",)])
    assert faithfulness(model, only, model.predict(only.columns), 7) is None  # type: ignore[arg-type]
    empty = Examples({"text": [""], "sky": [None]}, [("storm",)])
    assert faithfulness(model, empty, model.predict(empty.columns), 7) is None  # type: ignore[arg-type]


def test_the_words_of_a_linear_model_decide(whole: Whole) -> None:
    found = evaluation_of(whole, whole.evaluate).faithful
    assert found is not None
    assert 0 < found.rows <= 50
    assert found.without_named > found.without_random
    assert found.only_named < found.only_random
    assert found.p < 0.01


def test_few_rows_show_nothing_however_much_the_words_decide() -> None:
    model, test = Weather(tells_truth=True), rows(4)
    found = faithfulness(model, test, model.predict(test.columns), 7)  # type: ignore[arg-type]
    assert found is not None
    assert found.rows == 4
    assert found.without_named > found.without_random
    assert found.p >= 1 / 16  # of four pairs no order of signs is rarer
    alone = rows(1)
    one = faithfulness(model, alone, model.predict(alone.columns), 7)  # type: ignore[arg-type]
    assert one is not None
    assert (one.rows, one.p >= 0.5) == (1, True)
