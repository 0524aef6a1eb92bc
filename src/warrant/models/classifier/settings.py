"""`model.json` of a classifier, and what its `config.json` says of its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, NoReturn

from pydantic import Field

from warrant.models.folder import refuse_model
from warrant.models.linear.settings import Input  # noqa: TC001 - pydantic reads it
from warrant.records.base import Rate, Record
from warrant.records.task import FirstTaskKind  # noqa: TC001 - as above

if TYPE_CHECKING:
    from collections.abc import Mapping

KIND = "classifier"
"""What messages call it."""

Label = Annotated[str, Field(min_length=1)]

_DEFAULT = {"0": "LABEL_0", "1": "LABEL_1"}
"""What the transformers library means where `config.json` names no labels."""


class ClassifierSettings(Record):
    """`model.json` of a classifier (`warrant/classifier/1`)."""

    format: Literal["warrant/classifier/1"] = "warrant/classifier/1"
    task: FirstTaskKind
    labels: tuple[Label, ...]
    """In the order of the network's scores."""
    inputs: Annotated[tuple[Input, ...], Field(min_length=1)]
    """Texts; several are read line after line."""
    thresholds: tuple[Rate, ...]
    """One a label."""
    first_characters: Annotated[int, Field(ge=1)]


class Heads(NamedTuple):
    """What a network answers, as its own settings say."""

    task: FirstTaskKind
    labels: tuple[str, ...]
    """As published; none of a `regression`."""


def read_settings(data: bytes) -> ClassifierSettings:
    """Read and check a `model.json`.

    Args:
        data: the whole file.

    Returns:
        The settings.

    Raises:
        InputError: one message per fault.
    """
    settings = ClassifierSettings.from_bytes(data)
    columns = [part.column for part in settings.inputs]
    if any(part.read_as != "text" for part in settings.inputs):
        refuse("it reads a column that is no text")
    if len(set(columns)) != len(columns):
        refuse("an input column stands twice")
    if len(set(settings.labels)) != len(settings.labels):
        refuse("a label stands twice")
    if len(settings.thresholds) != len(settings.labels):
        refuse("not every label has a threshold of its own")
    return settings


def read_heads(config: Mapping[str, Any]) -> Heads:
    """Say what a network answers.

    Args:
        config: `config.json`, parsed.

    Returns:
        Task and labels: one score is a number (`regression`); of several each is a label, all of
        which may hold where `problem_type` says so, else one.

    Raises:
        InputError: when the network does not classify texts, or labels, their number and
            `problem_type` contradict each other.
    """
    built = config.get("architectures")
    if not isinstance(built, list) or not any(
        isinstance(one, str) and one.endswith("ForSequenceClassification") for one in built
    ):
        refuse("'config.json' names no architecture that classifies texts")
    labels = _labels(config.get("id2label", _DEFAULT))
    if config.get("num_labels", len(labels)) != len(labels):
        refuse("'num_labels' and 'id2label' in 'config.json' differ")
    problem = config.get("problem_type")
    if problem == "multi_label_classification":
        return Heads("multilabel", labels)
    if len(labels) == 1 and problem in {None, "regression"}:
        return Heads("regression", ())
    if len(labels) == 1 or problem not in {None, "single_label_classification"}:
        refuse(f"'problem_type' in 'config.json' does not fit {len(labels)} label(s)")
    return Heads("binary" if len(labels) == 2 else "multiclass", labels)


def _labels(said: object) -> tuple[str, ...]:
    """Give the labels in the order of their numbers."""
    places = [str(at) for at in range(len(said))] if isinstance(said, dict) else []
    if not isinstance(said, dict) or not said or set(said) != set(places):
        refuse("'id2label' in 'config.json' does not number its labels from 0")
    labels = tuple(said[at] for at in places)
    if not all(isinstance(one, str) and one for one in labels) or len(set(labels)) != len(labels):
        refuse("'id2label' in 'config.json' does not give each number a label of its own")
    return labels


def refuse(fault: str) -> NoReturn:
    """Refuse a model.

    Args:
        fault: what is amiss, in plain words.

    Raises:
        InputError: always.
    """
    refuse_model(KIND, fault)
