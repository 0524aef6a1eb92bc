"""A linear model of scikit-learn on the TF-IDF of one text, as JSON and safetensors.

`sklearn.json` names labels, column and vocabulary; `arrays.safetensors` holds `coef` (labels or 1 ×
terms), `intercept` and `idf`. `TfidfVectorizer` with `sublinear_tf=True`, and everything else as
scikit-learn has it, reads texts as the format `linear` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load_file

from warrant.errors import InputError
from warrant.models.columns import ColumnEncoder
from warrant.models.linear import Block, LinearModel, TextReader, write_linear
from warrant.records.model import TaskKind

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from warrant.stages.adopt.config import AdoptConfig

_TOLERANCE = 1e-6  # of a probability
_FIRST_CHARACTERS = 1_000_000


class Check(BaseModel):
    """What scikit-learn itself answered to some texts."""

    model_config = ConfigDict(extra="forbid")

    texts: Annotated[list[str], Field(min_length=1, max_length=1000)]
    """Asked."""
    probabilities: list[list[float]]
    """`predict_proba`: one line a text, one number a label."""


class ArraysSettings(BaseModel):
    """`sklearn.json`."""

    model_config = ConfigDict(extra="forbid")

    task: TaskKind
    labels: Annotated[list[str], Field(min_length=2)]
    """In the order of `classes_`."""
    text: Annotated[str, Field(min_length=1)] = "text"
    """Name of the column that is read."""
    analyzer: Literal["word", "char_wb"] = "word"
    ngram_range: tuple[int, int] = (1, 1)
    sublinear_tf: Literal[True]
    """TF-IDF without it is weighed otherwise, and refused."""
    link: Literal["softmax", "one_vs_rest", "sigmoid"] = "softmax"
    """`sigmoid` of several labels a row; `one_vs_rest` as OneVsRestClassifier scales it."""
    vocabulary: Annotated[list[str], Field(min_length=1)]
    """Terms, in the order of the columns."""
    check: Check | None = None
    """Answers that must come out the same."""


def read_settings(path: Path) -> ArraysSettings:
    """Read `sklearn.json`.

    Args:
        path: the file.

    Returns:
        What it says.

    Raises:
        InputError: naming the first key that does not fit; no value is quoted.
    """
    try:
        return ArraysSettings.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        _refuse(f"{path.name!r}: {where}: {first['msg']}")


def adopt_arrays(settings_path: Path, arrays_path: Path, config: AdoptConfig) -> dict[str, bytes]:
    """Write the arrays as a linear model.

    Args:
        settings_path: `sklearn.json`.
        arrays_path: `arrays.safetensors`.
        config: task and column of the recipe.

    Returns:
        The files of the format `linear`, by name.

    Raises:
        InputError: when a file is malformed, or does not fit the other or the recipe.
    """
    said = read_settings(settings_path)
    if said.task != config.task:
        _refuse(f"it answers {said.task!r}, and the recipe asks {config.task!r}")
    if [(one.column, one.read_as) for one in config.inputs] != [(said.text, "text")]:
        _refuse(f"it reads the text {said.text!r} alone, and the recipe reads something else")
    try:
        arrays = load_file(arrays_path)
    except (SafetensorError, KeyError, ValueError):
        _refuse(f"{arrays_path.name!r} is not a readable safetensors file")
    if arrays.keys() != {"coef", "intercept", "idf"}:
        _refuse(f"{arrays_path.name!r} holds {sorted(arrays)}, expected coef, idf, intercept")
    coef, intercept = _scores(arrays["coef"], arrays["intercept"], len(said.labels))
    idf = np.ascontiguousarray(arrays["idf"].reshape(-1), dtype=np.float64)
    if coef.shape[1] != len(said.vocabulary) or len(idf) != len(said.vocabulary):
        _refuse(f"{len(said.vocabulary)} terms, {coef.shape[1]} weights and {len(idf)} idf differ")
    kind: Literal["word", "characters"] = "word" if said.analyzer == "word" else "characters"
    shortest, longest = said.ngram_range
    block = Block(kind, shortest, longest, tuple(said.vocabulary))
    model = LinearModel(
        task=said.task,
        labels=tuple(said.labels),
        reads=config.inputs,
        link="sigmoid" if said.task == "multilabel" else said.link,
        thresholds=(0.5,) * len(said.labels),
        reader=TextReader((block,), idf, _FIRST_CHARACTERS),
        coef=coef,
        intercept=intercept,
        encoder=ColumnEncoder(()),
    )
    if said.check is not None:
        _require_alike(model, said.check, said.text)
    return write_linear(model)


def _require_alike(model: LinearModel, check: Check, column: str) -> None:
    """Refuse arrays that answer otherwise than the model they were exported from."""
    told = model.predict({column: check.texts}).probabilities
    wanted = np.array(check.probabilities, dtype=np.float64)
    if told.shape != wanted.shape or np.abs(told - wanted).max() > _TOLERANCE:
        _refuse(
            "they answer the texts of `check` otherwise than scikit-learn did; a common cause is "
            "an array that was not made contiguous before it was saved"
        )


def _scores(
    coef: NDArray[np.float64], intercept: NDArray[np.float64], labels: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give a line for each label; scikit-learn keeps one for two, half for each says the same."""
    lines = np.ascontiguousarray(np.atleast_2d(coef), dtype=np.float64)
    starts = np.ascontiguousarray(intercept.reshape(-1), dtype=np.float64)
    if lines.shape[0] == 1 and labels == 2:
        return np.vstack([-lines / 2, lines / 2]), np.concatenate([-starts / 2, starts / 2])
    if lines.shape[0] != labels or len(starts) != labels:
        _refuse(f"{labels} labels, and {lines.shape[0]} lines of weights")
    return lines, starts


def _refuse(fault: str) -> NoReturn:
    raise InputError(
        f"The arrays cannot be taken over: {fault}.",
        do="Export them anew as docs/guide/adopt.md shows, or correct the recipe.",
    )
