"""`warrant new` sees places in a text, tags beside words, and options of a row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from warrant.flow.new import new_recipe
from warrant.flow.recipe import Recipe, read_recipe

WORDS = ["Anna", "has", "the", "measles"]


def written(folder: Path, rows: list[dict[str, Any]]) -> Recipe:
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return read_recipe(new_recipe(folder / "model", folder / "rows.jsonl").path)


def test_tags_beside_words_are_places(tmp_path: Path) -> None:
    rows = [{"id": at, "words": WORDS, "tags": ["B-N", "O", "O", "B-D"]} for at in range(30)]
    found = written(tmp_path, rows)
    assert (found.task.kind, found.task.label, found.task.tokens) == ("spans", "tags", "words")
    assert found.texts == ("text",)


def test_lists_of_places_lie_in_a_text(tmp_path: Path) -> None:
    spans = [{"start": 0, "end": 4, "label": "N"}]
    rows = [{"note": f"Anna has the measles {at}", "marks": spans} for at in range(30)]
    found = written(tmp_path, rows)
    assert (found.task.kind, found.task.label, found.texts) == ("spans", "marks", ("note",))


def test_a_right_option_makes_a_choice_counted_as_the_rows_count(tmp_path: Path) -> None:
    rows = [
        {
            "question": f"What is it, in row {at}?",
            "options": ["flu", "measles"],
            "answer": 1 + at % 2,
        }
        for at in range(30)
    ]
    found = written(tmp_path, rows)
    assert (found.task.kind, found.task.label, found.task.options) == (
        "choice",
        "answer",
        "options",
    )
    assert found.task.count_from == 1
    assert found.texts == ("question",)


def test_lists_of_labels_stay_labels(tmp_path: Path) -> None:
    rows = [
        {"text": f"Anna has the measles {at}", "labels": [["flu"], ["measles", "flu"]][at % 2]}
        for at in range(30)
    ]
    assert written(tmp_path, rows).task.kind == "multilabel"
