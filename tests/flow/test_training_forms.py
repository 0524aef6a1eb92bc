"""Rows in the forms that training programs read, and what lies beside them."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.flow.bench import Bench, recipe_text
from warrant.errors import InputError
from warrant.flow.datasets import find_version
from warrant.flow.erase import erase
from warrant.flow.export import FORMS, Form, export_datasets, shape_of
from warrant.flow.recipe import Recipe, parse_recipe

LEAST = "warrant: 1\nname: notes\nsources: [{path: notes}]\n"
TEXTS = "inputs: [{column: one, as: text}, {column: other, as: text}]\n"
SPANS = '[{"end":12,"label":"Name","start":0}]'


def made(form: Form, task: str, row: dict[str, Any]) -> list[dict[str, Any]]:
    shape = shape_of(form, recipe(task))
    (batch,) = shape.batches(iter([pa.RecordBatch.from_pylist([row])]))
    found: list[dict[str, Any]] = batch.to_pylist()
    return found


def recipe(task: str) -> Recipe:
    return parse_recipe(LEAST + task + "\n")


def test_rows_of_labels_become_text_prompt_and_chat() -> None:
    row = {"text": "The tenant pays.", "kind": "lease"}
    task = "task: {kind: multiclass, label: kind}"
    assert made("text", task, row) == [{"text": "The tenant pays.", "label": "lease"}]
    assert made("prompt", task, row) == [{"prompt": "The tenant pays.", "completion": "lease"}]
    assert made("chat", task, row) == [
        {
            "messages": [
                {"role": "user", "content": "The tenant pays."},
                {"role": "assistant", "content": "lease"},
            ]
        }
    ]
    assert made("text", task, {"text": "x", "kind": None}) == []


def test_answers_keep_their_type() -> None:
    several = {"text": "x", "kind": "b; a"}
    task = "task: {kind: multilabel, label: kind}"
    assert made("text", task, several) == [{"text": "x", "label": ["a", "b"]}]
    assert made("prompt", task, several) == [{"prompt": "x", "completion": "a; b"}]
    number = made("text", "task: {kind: regression, label: days}", {"text": "x", "days": 2})
    assert number == [{"text": "x", "label": 2.0}]


def test_places_become_spans_words_and_tags() -> None:
    row = {"text": "Anna Alvarez, ill", "spans": SPANS}
    assert made("spans", "task: {kind: spans, label: spans}", row) == [
        {
            "text": "Anna Alvarez, ill",
            "spans": [{"start": 0, "end": 12, "label": "Name"}],
            "tokens": ["Anna", "Alvarez", ",", "ill"],
            "tags": ["B-Name", "I-Name", "O", "O"],
        }
    ]


def test_two_texts_become_a_pair_and_options_stand_in_the_prompt() -> None:
    task = TEXTS + "task: {kind: pairs, label: same}"
    row = {"one": "a", "other": "b", "same": "yes"}
    assert made("pairs", task, row) == [{"text_a": "a", "text_b": "b", "label": "yes"}]
    choice = {"text": "Which?", "options": ["flu", "measles"], "right": "B"}
    task = "task: {kind: choice, label: right, options: options}"
    assert made("prompt", task, choice) == [
        {"prompt": "Which?\n\nA. flu\nB. measles", "completion": "B"}
    ]


def test_a_conversation_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warrant.flow.recipe_task.UNFIT", {})
    talk = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Why?"}]
    row = {"messages": json.dumps(talk), "completion": "So."}
    task = "task: {kind: generation, messages: messages}"
    said = {"role": "assistant", "content": "So."}
    assert made("chat", task, row) == [{"messages": [*talk, said]}]
    assert made("prompt", task, row) == [
        {"prompt": "system: Be short.\n\nuser: Why?\n\nassistant:", "completion": " So."}
    ]


def test_a_form_that_a_task_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(InputError) as told:
        shape_of("pairs", recipe("task: {kind: spans, label: spans}"))
    assert str(told.value) == (
        "Rows of the task 'spans' have no form 'pairs'. Write --as one of: spans"
    )
    with pytest.raises(InputError) as told:
        shape_of("text", recipe("inputs: [{column: n, as: number}]\ntask: {label: kind}"))
    assert str(told.value) == (
        "The model of this recipe reads no text, and these forms hold texts. Leave --as out: the "
        "rows are then written as they are."
    )


def test_files_lack_erased_rows_and_a_manifest_names_the_dataset(
    bench: Bench, tmp_path: Path
) -> None:
    assert FORMS == ("text", "spans", "pairs", "prompt", "chat")
    with bench.pen() as pen:
        erase(pen, "note-007.txt", "Asked for.")
    shape = shape_of("chat", parse_recipe(recipe_text()))
    with bench.open() as workspace:
        wanted = find_version(workspace, "rows")
        for form in ("parquet", "jsonl"):
            export_datasets(workspace, [wanted], tmp_path / form, form, shape)  # type: ignore[arg-type]
        with pytest.raises(InputError) as told:
            export_datasets(workspace, [wanted], tmp_path / "c", "croissant", shape)
    assert str(told.value) == (
        "Rows for training are written as parquet or jsonl, not as croissant. Write --format "
        "jsonl, or leave --as out."
    )
    rows = pq.read_table(tmp_path / "parquet" / "rows.parquet").to_pylist()
    lines = (tmp_path / "jsonl" / "rows.jsonl").read_bytes()
    assert [json.loads(line) for line in lines.splitlines()] == rows
    assert len(rows) == wanted.rows - 2  # one was erased, one has no label
    said = json.loads((tmp_path / "jsonl" / "manifest.json").read_text("utf-8"))
    assert said["files"] == [
        {
            "file": "rows.jsonl",
            "rows": wanted.rows - 2,
            "sha256": sha256(lines).hexdigest(),
            "dataset": "rows",
            "dataset_rows": wanted.rows,
            "fingerprint": wanted.fingerprint,
            "manifest": wanted.manifest,
            "log_entry": wanted.entry,
        }
    ]
    assert (said["form"], said["task"], said["reads"], said["answer"]) == (
        "chat",
        "multiclass",
        ["text"],
        "kind",
    )
