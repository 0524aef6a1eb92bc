"""What a trained model is (`warrant/model/1`): the record beside its files."""

from typing import Literal

from warrant.records.base import Count, Hex, Name, Record
from warrant.records.claim import Plugin

TaskKind = Literal["binary", "multiclass", "multilabel", "regression"]


class ModelFile(Record):
    """One file of the model's folder."""

    name: Name
    sha256: Hex
    size: Count


class Model(Record):
    """A model: its format, task, labels, files, and what it was trained with."""

    format: Literal["warrant/model/1"] = "warrant/model/1"
    name: Name
    kind: Name
    """Model format in the catalog `warrant.models`, for example `linear`."""
    task: TaskKind
    labels: tuple[str, ...]
    inputs: tuple[Name, ...]
    """Columns it reads."""
    files: tuple[ModelFile, ...]
    seed: int
    deterministic: bool
    """True when the same inputs and libraries give the same bytes."""
    libraries: tuple[Plugin, ...]
    parameters: Count
    settings: dict[str, str | int | float | bool | None]
