"""Rows in the forms that training programs read: text with labels, spans, pairs, prompts, chat.

The recipe says which columns are read and which holds the answer. A manifest beside the files names
the dataset, its fingerprint and its log entry, so that whoever has the workspace can compare.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pyarrow as pa

from warrant.errors import InputError
from warrant.models.chat import Message, read_prompt
from warrant.models.examples import LabelColumn, number_of
from warrant.models.options import LETTERS
from warrant.models.places import read_spans
from warrant.models.tagger.tags import cut, tag_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from warrant.flow.export.facts import Part
    from warrant.flow.recipe import Recipe

Form = Literal["text", "spans", "pairs", "prompt", "chat"]
FORMS: tuple[Form, ...] = ("text", "spans", "pairs", "prompt", "chat")
"""What rows may be written as for training."""

MANIFEST = "manifest.json"
"""Lies beside the files."""

_TEXT, _TEXTS = pa.string(), pa.list_(pa.string())
_SPAN = pa.struct([("start", pa.int64()), ("end", pa.int64()), ("label", _TEXT)])
_MESSAGE = pa.struct([("role", _TEXT), ("content", _TEXT)])


class Shape(NamedTuple):
    """How rows are written."""

    form: Form
    schema: pa.Schema
    make: Callable[[Mapping[str, Any]], dict[str, Any] | None]
    """Gives a row in this form; None where it has no answer."""
    task: str
    """Kind of the task, as the recipe states it."""
    reads: tuple[str, ...]
    """Columns of the rows that are read."""
    answer: str
    """Column of the answer."""

    def batches(self, rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Write batches in this form.

        Args:
            rows: present rows.

        Yields:
            As many batches; rows without an answer are left out.
        """
        for batch in rows:
            made = [self.make(row) for row in batch.to_pylist()]
            found = [one for one in made if one is not None]
            yield pa.RecordBatch.from_pylist(found, schema=self.schema)


def shape_of(form: Form, recipe: Recipe) -> Shape:
    """Say how rows of a recipe's task are written in a form.

    Args:
        form: the form.
        recipe: names the columns and the kind of the task.

    Returns:
        The shape.

    Raises:
        InputError: when the task has no such form.
    """
    task = recipe.task
    if form not in _FITS.get(task.kind, _LABELLED):
        known = ", ".join(one for one in FORMS if one in _FITS.get(task.kind, _LABELLED))
        raise InputError(
            f"Rows of the task {task.kind!r} have no form {form!r}.",
            do=f"Write --as one of: {known}",
        )
    reads = tuple(one.column for one in recipe.reads if one.read_as == "text")
    if not reads:
        raise InputError(
            "The model of this recipe reads no text, and these forms hold texts.",
            do="Leave --as out: the rows are then written as they are.",
        )
    label = LabelColumn(task.answer, task.kind, task.separator)
    answer = _answer_type(task.kind)
    schemas = {
        "text": pa.schema([("text", _TEXT), ("label", answer)]),
        "spans": pa.schema(
            [("text", _TEXT), ("spans", pa.list_(_SPAN)), ("tokens", _TEXTS), ("tags", _TEXTS)]
        ),
        "pairs": pa.schema([("text_a", _TEXT), ("text_b", _TEXT), ("label", answer)]),
        "prompt": pa.schema([("prompt", _TEXT), ("completion", _TEXT)]),
        "chat": pa.schema([("messages", pa.list_(_MESSAGE))]),
    }
    makers: dict[Form, Callable[[Mapping[str, Any]], dict[str, Any] | None]] = {
        "text": lambda row: _text(row, reads, label),
        "spans": lambda row: _spans(row, reads, label),
        "pairs": lambda row: _pair(row, reads, label),
        "prompt": lambda row: _prompt(row, reads, label, task.options),
        "chat": lambda row: _chat(row, reads, label, task.options),
    }
    own = (*reads, task.options) if task.options else reads
    return Shape(form, schemas[form], makers[form], task.kind, own, task.answer)


def manifest(shape: Shape, parts: Sequence[Part]) -> str:
    """Write what the files are.

    Args:
        shape: how rows were written.
        parts: the files.

    Returns:
        JSON.
    """
    said = {
        "format": "warrant/training-export/1",
        "form": shape.form,
        "task": shape.task,
        "reads": list(shape.reads),
        "answer": shape.answer,
        "files": [
            {
                "file": one.file,
                "rows": one.rows,
                "sha256": one.sha256,
                "dataset": one.version.name,
                "dataset_rows": one.version.rows,
                "fingerprint": one.version.fingerprint,
                "manifest": one.version.manifest,
                "log_entry": one.version.entry,
            }
            for one in parts
        ],
        "note": "The fingerprint is of the whole dataset as it was signed; rows that were erased "
        "since, and rows without an answer, are not in these files.",
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


_LABELLED = frozenset({"text", "prompt", "chat"})
_FITS: Mapping[str, frozenset[str]] = {
    "spans": frozenset({"spans"}),
    "pairs": frozenset({"pairs", "text", "prompt", "chat"}),
    "choice": frozenset({"prompt", "chat"}),
    "generation": frozenset({"prompt", "chat"}),
}


def _answer_type(kind: str) -> pa.DataType:
    return {"multilabel": _TEXTS, "regression": pa.float64()}.get(kind, _TEXT)


def _joined(row: Mapping[str, Any], reads: Sequence[str]) -> str:
    return "\n".join(str(row[name] or "") for name in reads)


def _label(row: Mapping[str, Any], label: LabelColumn) -> Any:  # noqa: ANN401 - text, list, number
    found = label.read(row[label.name])
    if found is None or label.task == "multilabel":
        return None if found is None else list(found)
    return number_of(found[0]) if label.task == "regression" else found[0]


def _text(
    row: Mapping[str, Any], reads: Sequence[str], label: LabelColumn
) -> dict[str, Any] | None:
    answer = _label(row, label)
    return None if answer is None else {"text": _joined(row, reads), "label": answer}


def _spans(
    row: Mapping[str, Any], reads: Sequence[str], label: LabelColumn
) -> dict[str, Any] | None:
    if row[label.name] is None:
        return None
    text, spans = _joined(row, reads), read_spans(row[label.name], label.name)
    sequences = cut([text], by_line=False)
    return {
        "text": text,
        "spans": [one._asdict() for one in spans],
        "tokens": sequences.tokens.words,
        "tags": tag_names(sequences, [spans]),
    }


def _pair(
    row: Mapping[str, Any], reads: Sequence[str], label: LabelColumn
) -> dict[str, Any] | None:
    answer = _label(row, label)
    if answer is None:
        return None
    one, other = (str(row[name] or "") for name in reads)
    return {"text_a": one, "text_b": other, "label": answer}


def _prompt(
    row: Mapping[str, Any], reads: Sequence[str], label: LabelColumn, options: str | None
) -> dict[str, Any] | None:
    found = _asked(row, reads, label, options)
    if found is None:
        return None
    messages, completion = found
    if len(messages) == 1:
        return {"prompt": messages[0].content, "completion": completion}
    told = "\n\n".join(f"{one.role}: {one.content}" for one in messages)
    return {"prompt": f"{told}\n\nassistant:", "completion": f" {completion}"}


def _chat(
    row: Mapping[str, Any], reads: Sequence[str], label: LabelColumn, options: str | None
) -> dict[str, Any] | None:
    found = _asked(row, reads, label, options)
    if found is None:
        return None
    messages, completion = found
    return {"messages": [one._asdict() for one in (*messages, Message("assistant", completion))]}


def _asked(
    row: Mapping[str, Any], reads: Sequence[str], label: LabelColumn, options: str | None
) -> tuple[tuple[Message, ...], str] | None:
    """Give the prompt and the answer of a row; None without an answer."""
    answer = _label(row, label)
    if answer is None:
        return None
    told = "; ".join(answer) if isinstance(answer, list) else str(answer)
    if label.task == "generation" and len(reads) == 1:
        return read_prompt(row[reads[0]]), told
    text = _joined(row, reads)
    if options:
        lines = (
            f"{letter}. {one}" for letter, one in zip(LETTERS, row[options] or (), strict=False)
        )
        text = "\n".join((text, "", *lines))
    return (Message("user", text),), told
