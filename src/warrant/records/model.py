"""What a trained model is: the record beside its files.

`warrant/model/1` is of the tasks that release 0.1 knew, `warrant/model/2` of all others; their
fields are the same. Who reads a model of either kind reads `Model`.
"""

from typing import Literal, Self

from pydantic import model_validator

from warrant.records.base import Count, Hex, Name, Record
from warrant.records.claim import Plugin
from warrant.records.task import FIRST_TASKS, FirstTaskKind, TaskKind

__all__ = ["Model", "Model1", "Model2", "ModelFile", "TaskKind", "format_of"]

ModelFormat = Literal["warrant/model/1", "warrant/model/2"]


class ModelFile(Record):
    """One file of the model's folder."""

    name: Name
    sha256: Hex
    size: Count


class Model(Record):
    """A model: its format, task, labels, files, and what it was trained with."""

    format: ModelFormat = "warrant/model/1"
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

    @model_validator(mode="after")
    def _format_is_of_the_task(self) -> Self:
        if self.format != format_of(self.task):
            raise ValueError(f"a model of this task is written as {format_of(self.task)}")
        return self


class Model1(Model):
    """A model of a task that release 0.1 knew (`warrant/model/1`)."""

    format: Literal["warrant/model/1"] = "warrant/model/1"
    task: FirstTaskKind


class Model2(Model):
    """A model of another task (`warrant/model/2`)."""

    format: Literal["warrant/model/2"] = "warrant/model/2"
    task: Literal["spans", "pairs", "choice", "generation"]


def format_of(task: TaskKind) -> ModelFormat:
    """Name the shape in which a model is written.

    Args:
        task: how many answers a row has.

    Returns:
        The first shape for what release 0.1 knew, so that it reads such models still.
    """
    return "warrant/model/1" if task in FIRST_TASKS else "warrant/model/2"
