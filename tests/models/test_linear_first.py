"""Models that release 0.1 wrote are read, and answer as they did."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.models.test_linear import TEXTS
from warrant.models import InputColumn
from warrant.models.linear import load_linear

FOLDER = Path(__file__).parents[1] / "compat" / "linear-1"
ANSWERS = {
    "multiclass": [0.9909867013737718, 0.04323528983586001, 0.5498339980501348],
    "binary": [0.9909867013737718, 0.04323528983586001, 0.5498339980501348],
    "multilabel": [0.9308615797525545, 0.2144259576634953, 0.5249791878505392],
}


@pytest.mark.parametrize("task", ANSWERS)
def test_a_model_of_release_0_1_answers_as_it_did(task: str) -> None:
    model = load_linear(FOLDER / task)
    assert (model.task, model.reads) == (task, (InputColumn("text"),))
    found = model.predict(TEXTS)
    assert found.probabilities[:3, 0].tolist() == pytest.approx(ANSWERS[task], abs=1e-12)
    assert found.chosen.tolist() == [[True, False], [False, True], [True, False], [True, False]]
    assert found.abstentions == ()
