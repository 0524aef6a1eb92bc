"""`model.json` of a linear model: the form that is written, and the form of release 0.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

from pydantic import Field

from warrant.kernel.canon import parse_canonical
from warrant.models.columns import ColumnSettings  # noqa: TC001 - pydantic reads it
from warrant.models.folder import refuse_model
from warrant.models.linear.link import Link  # noqa: TC001 - as above
from warrant.records.base import Name, Rate, Record
from warrant.records.model import TaskKind  # noqa: TC001 - as above

if TYPE_CHECKING:
    from collections.abc import Mapping

KIND = "linear model"
"""What messages call it."""

FIRST = "warrant/linear/1"
"""Written by release 0.1."""

Label = Annotated[str, Field(min_length=1)]
Length = Annotated[int, Field(ge=1, le=20)]

_LINKS: Mapping[TaskKind, frozenset[Link]] = {
    "binary": frozenset({"softmax", "one_vs_rest"}),
    "multiclass": frozenset({"softmax", "one_vs_rest"}),
    "multilabel": frozenset({"sigmoid"}),
    "regression": frozenset({"identity"}),
}


class Input(Record):
    """A column and how it is read."""

    column: Name
    read_as: Literal["text", "number", "category", "date"]


class Vocabulary(Record):
    """One block of terms."""

    kind: Literal["word", "characters", "pairs"]
    shortest: Length
    longest: Length
    terms: tuple[Annotated[str, Field(min_length=1)], ...]


class LinearSettings(Record):
    """`model.json` of a linear model (`warrant/linear/2`)."""

    format: Literal["warrant/linear/2"] = "warrant/linear/2"
    task: TaskKind
    labels: tuple[Label, ...]
    inputs: Annotated[tuple[Input, ...], Field(min_length=1)]
    columns: tuple[ColumnSettings, ...]
    """Of the inputs that are no text, in the order of the inputs."""
    link: Link
    thresholds: tuple[Rate, ...]
    """One a label."""
    precision: Literal["float32", "float64"]
    first_characters: Annotated[int, Field(ge=1)]
    term_weight: Literal["sublinear-tfidf-l2-per-block"] = "sublinear-tfidf-l2-per-block"
    blocks: tuple[Vocabulary, ...]


class VocabularyFirst(Record):
    """One block of terms."""

    kind: Literal["word", "characters"]
    shortest: Length
    longest: Length
    terms: tuple[Annotated[str, Field(min_length=1)], ...]


class InputFirst(Record):
    """A column and how it is read."""

    column: Name
    read_as: Literal["text"]


class LinearSettingsFirst(Record):
    """What release 0.1 wrote (`warrant/linear/1`); it is read, and never written again."""

    format: Literal["warrant/linear/1"] = "warrant/linear/1"
    task: Literal["binary", "multiclass", "multilabel"]
    labels: tuple[Label, ...]
    inputs: Annotated[tuple[InputFirst, ...], Field(min_length=1)]
    link: Literal["softmax", "one_vs_rest", "sigmoid"]
    threshold: Rate
    """Of all labels."""
    precision: Literal["float32", "float64"]
    first_characters: Annotated[int, Field(ge=1)]
    term_weight: Literal["sublinear-tfidf-l2-per-block"] = "sublinear-tfidf-l2-per-block"
    blocks: tuple[VocabularyFirst, ...]


def read_settings(data: bytes) -> LinearSettings:
    """Read and check a `model.json` of either form.

    Args:
        data: the whole file.

    Returns:
        The settings; those of the first form say the same in the second.

    Raises:
        InputError: one message per fault.
    """
    value = parse_canonical(data)
    is_first = isinstance(value, dict) and value.get("format") == FIRST
    settings = _renewed(data) if is_first else LinearSettings.from_bytes(data)
    _check(settings)
    return settings


def _renewed(data: bytes) -> LinearSettings:
    first = LinearSettingsFirst.from_bytes(data)
    return LinearSettings(
        task=first.task,
        labels=first.labels,
        inputs=tuple(Input(column=one.column, read_as="text") for one in first.inputs),
        columns=(),
        link=first.link,
        thresholds=(first.threshold,) * len(first.labels),
        precision=first.precision,
        first_characters=first.first_characters,
        blocks=tuple(
            Vocabulary(kind=one.kind, shortest=one.shortest, longest=one.longest, terms=one.terms)
            for one in first.blocks
        ),
    )


def _check(settings: LinearSettings) -> None:
    if bool(settings.labels) == (settings.task == "regression"):
        refuse(f"a model of the task {settings.task!r} has {len(settings.labels)} labels")
    if len(set(settings.labels)) != len(settings.labels):
        refuse("a label stands twice")
    if len(settings.thresholds) != len(settings.labels):
        refuse("not every label has a threshold of its own")
    if len({part.column for part in settings.inputs}) != len(settings.inputs):
        refuse("an input column stands twice")
    if settings.link not in _LINKS[settings.task]:
        refuse(f"the link {settings.link!r} does not belong to the task {settings.task!r}")
    if settings.task == "binary" and len(settings.labels) != 2:
        refuse(f"a binary model has 2 labels, this one {len(settings.labels)}")
    others = [(part.column, part.read_as) for part in settings.inputs if part.read_as != "text"]
    if others != [(part.column, part.read_as) for part in settings.columns]:
        refuse("its columns are not those inputs that are no text")
    if settings.blocks and len(others) == len(settings.inputs):
        refuse("it has words, and reads no text")
    for block in settings.blocks:
        _check_block(block)


def _check_block(block: Vocabulary) -> None:
    if len(set(block.terms)) != len(block.terms):
        refuse(f"a term of the block {block.kind!r} stands twice")
    if block.shortest > block.longest:
        refuse(f"the block {block.kind!r} has its shortest term longer than its longest")


def refuse(fault: str) -> NoReturn:
    """Refuse a model.

    Args:
        fault: what is amiss, in plain words.

    Raises:
        InputError: always.
    """
    refuse_model(KIND, fault)
