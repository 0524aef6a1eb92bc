"""Rows as tasks of evaluation programs: lm-evaluation-harness and Inspect AI.

Both read JSON lines and a file that says how a row is asked and how its answer is scored. Nothing
of theirs is imported here.

Source: lm-evaluation-harness, docs/task_guide.md (0.4.13); Inspect AI, docs/datasets and
docs/scorers (0.3.285).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from warrant.errors import InputError
from warrant.flow.export.training import MANIFEST, shape_of
from warrant.models.examples import LabelColumn
from warrant.models.options import LETTERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from warrant.flow.export.facts import Part
    from warrant.flow.recipe import Recipe

Program = Literal["lm-eval", "inspect"]
PROGRAMS: tuple[Program, ...] = ("lm-eval", "inspect")
"""Programs that a task is written for."""

LM_TASK, INSPECT_TASK = "task.yaml", "task.py"
"""The files that describe the task."""

_ONE_OF = ("binary", "multiclass", "pairs", "choice")
_LETTERS = 26


@dataclass(frozen=True)
class Harness:
    """How rows are written for an evaluation program."""

    form: Program
    """Which program."""

    recipe: Recipe
    """Says what is read and what is answered."""

    labels: tuple[str, ...]
    """All answers there are; none where they are free text."""

    @property
    def schema(self) -> pa.Schema:
        """Columns of the lines."""
        text = pa.string()
        is_index = self.form == "lm-eval" and self.is_choice
        fields = [("id", text), ("input", text), ("target", pa.int64() if is_index else text)]
        return pa.schema([*fields, *([("choices", pa.list_(text))] if self.is_choice else [])])

    @property
    def is_choice(self) -> bool:
        """Whether an answer is one of a few."""
        return self.recipe.task.kind in _ONE_OF

    def batches(self, rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Write batches for the program.

        Args:
            rows: present rows.

        Yields:
            As many batches; rows without an answer are left out.
        """
        asked, numbers = shape_of("prompt", self.recipe), count(1)
        for batch in rows:
            found = []
            for row in batch.to_pylist():
                prompt = asked.make(row)
                number = next(numbers)
                if prompt is not None:
                    found.append(self._line(row, prompt, f"row-{number}"))
            yield pa.RecordBatch.from_pylist(found, schema=self.schema)

    def _line(self, row: Mapping[str, Any], prompt: Mapping[str, Any], name: str) -> dict[str, Any]:
        answer = str(prompt["completion"]).strip()
        if not self.is_choice:
            return {"id": name, "input": prompt["prompt"], "target": answer}
        task = self.recipe.task
        choices = [str(one) for one in row[task.options] or ()] if task.options else [*self.labels]
        asked = prompt["prompt"]
        if task.options:  # the program lists the choices itself
            asked = "\n".join(str(row[one.column] or "") for one in self.recipe.reads)
        place = _place_of_option(answer) if task.options else choices.index(answer)
        target = place if self.form == "lm-eval" else _letter(place)
        return {"id": name, "input": asked, "target": target, "choices": choices}

    def pages(self, parts: Sequence[Part]) -> dict[str, str]:
        """Write what lies beside the lines.

        Args:
            parts: the files.

        Returns:
            Text by file name: the task, and a manifest with the fingerprints.
        """
        name = _task_name(self.recipe.name)
        if self.form == "lm-eval":
            return {LM_TASK: _lm_task(self, name, parts), MANIFEST: _manifest(self, parts)}
        return {INSPECT_TASK: _inspect_task(self, name, parts), MANIFEST: _manifest(self, parts)}


def harness_of(program: Program, recipe: Recipe, labels: Sequence[str]) -> Harness:
    """Say how rows of a recipe's task are written for a program.

    Args:
        program: which one.
        recipe: names the columns and the kind of the task.
        labels: that rows have, sorted.

    Returns:
        What writes them.

    Raises:
        InputError: when the task has no such form.
    """
    if recipe.task.kind == "spans":
        raise InputError(
            f"Places in a text are no task of {program}.",
            do="Write --as spans: rows for a training program.",
        )
    shape_of("prompt", recipe)  # says what is missing, where no text is read
    return Harness(program, recipe, tuple(labels))


def labels_in(recipe: Recipe, rows: Iterator[pa.RecordBatch]) -> set[str]:
    """Give the labels that rows have.

    Args:
        recipe: names the column.
        rows: present rows.

    Returns:
        Labels; none where answers are free text, or each row has options of its own.
    """
    task = recipe.task
    if task.kind not in _ONE_OF or task.options:
        return set()
    label = LabelColumn(task.answer, task.kind, task.separator)
    found = (label.read(cell) for batch in rows for cell in batch.column(task.answer).to_pylist())
    return {one for labels in found if labels is not None for one in labels}


def _place_of_option(letter: str) -> int:
    """Find the true option: rows hold its letter, which may be the text of another option."""
    return LETTERS.index(letter)


def _letter(place: int) -> str:
    """Name a choice as Inspect does: A to Z, then 1, 2 and on."""
    return chr(65 + place) if place < _LETTERS else str(place - _LETTERS + 1)


def _task_name(name: str) -> str:
    return "warrant_" + re.sub(r"\W+", "_", name).strip("_").lower()


def _measured(parts: Sequence[Part]) -> Part:
    """Choose the file that is measured on: the test, else the last one."""
    return next((one for one in parts if one.name == "test"), parts[-1])


def _lm_task(harness: Harness, name: str, parts: Sequence[Part]) -> str:
    test = _measured(parts)
    others = {one.name for one in parts} - {test.name}
    splits = {"test_split": test.name} | {
        key: split
        for split, key in (("validation", "validation_split"), ("train", "training_split"))
        if split in others
    }
    lines = [
        "# Run beside the files: lm-eval run --model MODEL --include_path . --tasks " + name,
        f"task: {name}",
        "dataset_path: json",
        "dataset_kwargs:",
        "  data_files:",
        *(f"    {one.name}: {one.file}" for one in parts),
        *(f"{key}: {split}" for key, split in splits.items()),
    ]
    if "training_split" in splits:
        lines.append("fewshot_split: train")
    if harness.is_choice:
        lines += [
            "output_type: multiple_choice",
            'doc_to_text: "{{input}}\\n\\nWhich of these is it?\\n'
            '{% for one in choices %}- {{one}}\\n{% endfor %}Answer:"',
            "doc_to_choice: choices",
            "doc_to_target: target",
            "metric_list:",
            "  - {metric: acc, aggregation: mean, higher_is_better: true}",
        ]
    else:
        lines += [
            "output_type: generate_until",
            'doc_to_text: "{{input}}\\n\\nAnswer:"',
            "doc_to_target: target",
            'generation_kwargs: {until: ["\\n\\n"], do_sample: false}',
            "metric_list:",
            "  - {metric: exact_match, aggregation: mean, higher_is_better: true}",
        ]
    return "\n".join([*lines, "metadata: {version: 1.0}", ""])


def _inspect_task(harness: Harness, name: str, parts: Sequence[Part]) -> str:
    test = _measured(parts)
    scorer, solver = ("choice", "multiple_choice") if harness.is_choice else ("exact", "generate")
    return "\n".join(
        [
            f'"""Rows of {harness.recipe.name} as an Inspect AI task: inspect eval task.py"""',
            "",
            "from pathlib import Path",
            "",
            "from inspect_ai import Task, task",
            "from inspect_ai.dataset import json_dataset",
            f"from inspect_ai.scorer import {scorer}",
            f"from inspect_ai.solver import {solver}",
            "",
            "",
            "@task",
            f"def {name}() -> Task:",
            f'    """{test.rows:,} rows of the dataset {test.name}, as its fingerprint in '
            f'{MANIFEST} names it."""',
            f"    rows = Path(__file__).parent / {json.dumps(test.file)}",
            f"    return Task(dataset=json_dataset(str(rows)), solver={solver}(), "
            f"scorer={scorer}())",
            "",
        ]
    )


def _manifest(harness: Harness, parts: Sequence[Part]) -> str:
    said = {
        "format": "warrant/harness-export/1",
        "program": harness.form,
        "task": harness.recipe.task.kind,
        "labels": list(harness.labels),
        "files": [
            {
                "file": one.file,
                "rows": one.rows,
                "sha256": one.sha256,
                "dataset": one.version.name,
                "fingerprint": one.version.fingerprint,
                "log_entry": one.version.entry,
            }
            for one in parts
        ],
        "note": "Whoever measures on the test rows elsewhere opens them: the log of the workspace "
        "does not see it.",
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"
