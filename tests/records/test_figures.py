"""Words of figures that a plan bounds, and the format that a task asks for."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from tests.records.golden_records import FOLDER
from warrant.records.failure_test import figure_words
from warrant.records.model import Model


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ("failure_test: negation", "Cases passed of the failure test negation"),
        ("workflow: paid once", "Cases that keep the rule paid once"),
        ("macro_f1", None),
    ],
)
def test_a_bound_says_in_words_what_it_is_about(figure: str, words: str | None) -> None:
    assert figure_words(figure) == words


def test_a_model_has_the_format_of_its_task() -> None:
    written = json.loads((FOLDER / "model.json").read_text("utf-8"))
    assert written["format"] == "warrant/model/1"
    with pytest.raises(ValidationError, match="a model of this task is written as warrant/model/1"):
        Model.model_validate_json(json.dumps({**written, "format": "warrant/model/2"}))
