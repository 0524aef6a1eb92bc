"""`model.json` of a model on an encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

from pydantic import Field

from warrant.models.base.precision import Precision  # noqa: TC001 - pydantic reads it
from warrant.models.columns import ColumnSettings  # noqa: TC001 - as above
from warrant.models.folder import refuse_model
from warrant.models.linear.link import Link  # noqa: TC001 - as above
from warrant.models.linear.settings import Input  # noqa: TC001 - as above
from warrant.records.base import Rate, Record
from warrant.records.task import TaskKind  # noqa: TC001 - as above

if TYPE_CHECKING:
    from collections.abc import Mapping

KIND = "encoder model"
"""What messages call it."""

Method = Literal["frozen", "lora", "full"]
"""What training changed: the head alone; the network by a few directions, merged into its weights;
or all of it."""

Label = Annotated[str, Field(min_length=1)]

_LINKS: Mapping[TaskKind, Link] = {
    "binary": "softmax",
    "multiclass": "softmax",
    "pairs": "softmax",
    "multilabel": "sigmoid",
    "regression": "identity",
}


def link_of(task: TaskKind) -> Link | None:
    """Say how scores become answers.

    Args:
        task: how many answers a row has.

    Returns:
        The link; None where this format has no head for the task.
    """
    return _LINKS.get(task)


def has_head(task: TaskKind) -> bool:
    """Say whether a model on an encoder can answer a task.

    Args:
        task: how many answers a row has.

    Returns:
        True for those with an answer a row, for places and for options.
    """
    return task in _LINKS or task in ("spans", "choice")


class NetworkSettings(Record):
    """What `model.json` of every model on an encoder says of its network."""

    method: Method
    precision: Precision
    """Of the network's arithmetic when it answers."""
    longest: Annotated[int, Field(ge=4, le=8192)]
    """Most tokens that are computed together: of a row, or of a window of it."""
    first_characters: Annotated[int, Field(ge=1)]


class EncoderSettings(NetworkSettings):
    """`model.json` of a model on an encoder (`warrant/encoder/1`)."""

    format: Literal["warrant/encoder/1"] = "warrant/encoder/1"
    task: TaskKind
    labels: tuple[Label, ...]
    inputs: Annotated[tuple[Input, ...], Field(min_length=1)]
    columns: tuple[ColumnSettings, ...]
    """Of the inputs that are no text, in the order of the inputs."""
    thresholds: tuple[Rate, ...]
    """One a label."""


def read_settings(data: bytes) -> EncoderSettings:
    """Read and check a `model.json`.

    Args:
        data: the whole file.

    Returns:
        The settings.

    Raises:
        InputError: one message per fault.
    """
    settings = EncoderSettings.from_bytes(data)
    texts = sum(part.read_as == "text" for part in settings.inputs)
    others = [(part.column, part.read_as) for part in settings.inputs if part.read_as != "text"]
    if link_of(settings.task) is None:
        refuse(f"it has no head for the task {settings.task!r}")
    if bool(settings.labels) == (settings.task == "regression"):
        refuse(f"a model of the task {settings.task!r} has {len(settings.labels)} labels")
    if len(set(settings.labels)) != len(settings.labels):
        refuse("a label stands twice")
    if len(settings.thresholds) != len(settings.labels):
        refuse("not every label has a threshold of its own")
    if len({part.column for part in settings.inputs}) != len(settings.inputs):
        refuse("an input column stands twice")
    if settings.task == "binary" and len(settings.labels) != 2:
        refuse(f"a binary model has 2 labels, this one {len(settings.labels)}")
    if others != [(part.column, part.read_as) for part in settings.columns]:
        refuse("its columns are not those inputs that are no text")
    if not texts or (settings.task == "pairs" and texts != 2):
        refuse(f"a model of the task {settings.task!r} does not read {texts} texts")
    return settings


def refuse(fault: str) -> NoReturn:
    """Refuse a model.

    Args:
        fault: what is amiss, in plain words.

    Raises:
        InputError: always.
    """
    refuse_model(KIND, fault)
