"""Rows as tasks of lm-evaluation-harness and Inspect AI; both programs ran what stands here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.flow.bench import Bench
from warrant.errors import InputError
from warrant.flow.datasets import find_version
from warrant.flow.export import Program, export_datasets, harness_of, written_as
from warrant.flow.recipe import parse_recipe

LEAST = "warrant: 1\nname: my-notes\nsources: [{path: notes}]\n"

LM_TASK = """\
# Run beside the files: lm-eval run --model MODEL --include_path . --tasks warrant_notes
task: warrant_notes
dataset_path: json
dataset_kwargs:
  data_files:
    train: train.jsonl
    test: test.jsonl
test_split: test
training_split: train
fewshot_split: train
output_type: multiple_choice
doc_to_text: "{{input}}\\n\\nWhich of these is it?\\n{% for one in choices %}- {{one}}\\n\
{% endfor %}Answer:"
doc_to_choice: choices
doc_to_target: target
metric_list:
  - {metric: acc, aggregation: mean, higher_is_better: true}
metadata: {version: 1.0}
"""

INSPECT_TASK = '''\
"""Rows of notes as an Inspect AI task: inspect eval task.py"""

from pathlib import Path

from inspect_ai import Task, task
from inspect_ai.dataset import json_dataset
from inspect_ai.scorer import choice
from inspect_ai.solver import multiple_choice


@task
def warrant_notes() -> Task:
    """ROWS rows of the dataset test, as its fingerprint in manifest.json names it."""
    rows = Path(__file__).parent / "test.jsonl"
    return Task(dataset=json_dataset(str(rows)), solver=multiple_choice(), scorer=choice())
'''


def made(program: Program, task: str, row: dict[str, Any], *labels: str) -> list[dict[str, Any]]:
    harness = harness_of(program, parse_recipe(LEAST + task + "\n"), labels)
    (batch,) = harness.batches(iter([pa.RecordBatch.from_pylist([row])]))
    found: list[dict[str, Any]] = batch.to_pylist()
    return found


def test_one_label_of_a_few_becomes_a_choice() -> None:
    task = "task: {kind: multiclass, label: kind}"
    row = {"text": "The tenant pays.", "kind": "lease"}
    line = {"id": "row-1", "input": "The tenant pays.", "choices": ["lease", "loan"]}
    assert made("lm-eval", task, row, "lease", "loan") == [{**line, "target": 0}]
    assert made("inspect", task, row, "lease", "loan") == [{**line, "target": "A"}]
    assert made("inspect", task, {"text": "x", "kind": None}, "lease") == []
    many = [f"k{at:02}" for at in range(30)]
    (found,) = made("inspect", task, {"text": "x", "kind": "k27"}, *many)
    assert found["target"] == "2"


@pytest.mark.parametrize("options", [["flu", "measles"], ["B", "A"], ["1", "B"], ["C", "1"]])
def test_options_of_a_row_are_its_choices(options: list[str]) -> None:
    task = "task: {kind: choice, label: right, options: options}"
    row = {"text": "Which?", "options": options, "right": "B"}
    assert made("lm-eval", task, row) == [
        {"id": "row-1", "input": "Which?", "target": 1, "choices": options}
    ]


def test_free_answers_are_texts() -> None:
    task = "task: {kind: multilabel, label: kind}"
    row = {"text": "x", "kind": "b; a"}
    line = {"id": "row-1", "input": "x", "target": "a; b"}
    assert made("lm-eval", task, row) == made("inspect", task, row) == [line]
    recipe = parse_recipe(LEAST + task + "\n")
    for program, words in (("lm-eval", "output_type: generate_until"), ("inspect", "exact()")):
        harness = harness_of(program, recipe, ())  # type: ignore[arg-type]
        assert not harness.is_choice
        assert "choices" not in harness.schema.names, words


def test_places_are_no_task_of_these_programs() -> None:
    with pytest.raises(InputError) as told:
        harness_of("inspect", parse_recipe(LEAST + "task: {kind: spans, label: spans}\n"), ())
    assert str(told.value) == (
        "Places in a text are no task of inspect. Write --as spans: rows for a training program."
    )


def test_the_files_are_the_golden_ones(finished: Bench, tmp_path: Path) -> None:
    with finished.open() as workspace:
        parts = [find_version(workspace, name) for name in ("train", "test")]
        for program in ("lm-eval", "inspect"):
            how = written_as(workspace, parts, program)
            export_datasets(workspace, parts, tmp_path / program, "jsonl", how)
        with pytest.raises(InputError) as told:
            export_datasets(workspace, parts, tmp_path / "x", "parquet", how)
        assert written_as(workspace, parts, None) is None
        shape = written_as(workspace, parts, "prompt")
        assert shape is not None
        assert shape.form == "prompt"
    assert str(told.value) == "A task of inspect reads jsonl, not parquet. Write --format jsonl."
    assert (tmp_path / "lm-eval" / "task.yaml").read_text("utf-8") == LM_TASK
    lines = (tmp_path / "inspect" / "test.jsonl").read_text("utf-8").splitlines()
    task = (tmp_path / "inspect" / "task.py").read_text("utf-8")
    assert task == INSPECT_TASK.replace("ROWS", str(len(lines)))
    compile(task, "task.py", "exec")
    manifest = json.loads((tmp_path / "inspect" / "manifest.json").read_text("utf-8"))
    assert [one["dataset"] for one in manifest["files"]] == ["train", "test"]
    assert manifest["files"][1]["rows"] == len(lines)
    assert manifest["labels"] == json.loads(lines[0])["choices"]
    assert {json.loads(line)["target"] for line in lines} <= {"A", "B", "C"}
