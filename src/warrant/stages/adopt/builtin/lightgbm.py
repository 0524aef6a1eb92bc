"""A text file of LightGBM, of numbers alone, as a model of trees.

Every tree is checked before it is used, and written anew in the one form that is loaded later.
Ranges of the columns are not in the file: every number is taken as it stands.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, NoReturn

from warrant.errors import InputError
from warrant.models.columns import ColumnEncoder
from warrant.models.columns.number import NumberColumn
from warrant.models.trees.files import write_trees_model
from warrant.models.trees.forest import TreesError
from warrant.models.trees.model import TreesModel
from warrant.models.trees.reader import Reader
from warrant.models.trees.text import MOST_BYTES, read_lightgbm

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warrant.records.model import TaskKind
    from warrant.stages.adopt.config import AdoptConfig

_WIDEST = sys.float_info.max / 4  # of a range that is not known
_OBJECTIVES: Mapping[str, TaskKind] = {
    "binary": "binary",
    "multiclass": "multiclass",
    "regression": "regression",
}


def read_header(path: Path) -> dict[str, str]:
    """Read the names and numbers before the first tree.

    Args:
        path: the file.

    Returns:
        By name, as they stand there.
    """
    with path.open(encoding="ascii", errors="replace") as file:
        lines = []
        for line in file:
            if not line.strip():
                break
            lines.append(line.rstrip("\n"))
    pairs = (line.partition("=") for line in lines)
    return {name: value for name, is_pair, value in pairs if is_pair}


def columns_of(path: Path) -> tuple[str, ...]:
    """Give the columns that the model reads, in order.

    Args:
        path: the file.

    Returns:
        Their names.
    """
    return tuple(read_header(path).get("feature_names", "").split())


def task_of(path: Path) -> TaskKind:
    """Give what the model answers.

    Args:
        path: the file.

    Returns:
        The kind of task.

    Raises:
        InputError: for an objective that is not read here.
    """
    objective = read_header(path).get("objective", "")
    task = _OBJECTIVES.get(objective.partition(" ")[0])
    if task is None or re.search(r"\bsqrt\b", objective):
        _refuse(f"its objective is {objective!r}; known are: {', '.join(_OBJECTIVES)}")
    if task == "binary" and objective != "binary sigmoid:1":
        _refuse(f"its objective is {objective!r}; only a sigmoid of 1 is read")
    return task


def adopt_lightgbm(path: Path, config: AdoptConfig) -> dict[str, bytes]:
    """Write a text file of LightGBM as a model of trees.

    Args:
        path: the file.
        config: task, columns and labels.

    Returns:
        The files of the format `trees`, by name.

    Raises:
        InputError: when the file is malformed, has categories, or does not fit the settings.
    """
    if path.stat().st_size > MOST_BYTES:
        _refuse(f"it is larger than {MOST_BYTES} bytes")
    header, names = read_header(path), columns_of(path)
    if task_of(path) != config.task:
        _refuse(f"it answers {task_of(path)!r}, and the recipe asks {config.task!r}")
    if "average_output" in path.read_text("ascii", "replace").partition("\n\n")[0]:
        _refuse("it is a random forest, whose trees are averaged")
    read = tuple(one.column for one in config.inputs)
    if read != names or any(one.read_as != "number" for one in config.inputs):
        _refuse(f"it reads the numbers {', '.join(names)}, and the recipe: {', '.join(read)}")
    columns = tuple(
        NumberColumn(one, -_WIDEST, _WIDEST, 0.0, 1.0, may_miss=True) for one in config.inputs
    )
    labels = _labels(config, header)
    model = TreesModel(
        config.task,
        labels,
        Reader(names, ColumnEncoder(columns), ()),
        (),
        (0.5,) * len(labels),
        (1.0,) * len(labels),
        (0.0,) * len(labels),
    )
    try:
        trees = read_lightgbm(path.read_text("ascii", "replace"), model.shape)
    except (TreesError, ValueError, KeyError, IndexError) as fault:
        _refuse(f"its trees are not sound ({type(fault).__name__}: {str(fault)[:80]})")
    if len(trees) % model.shape.trees_a_round:
        _refuse("its last round of trees is not whole")
    return write_trees_model(model.with_trees(trees))


def _labels(config: AdoptConfig, header: Mapping[str, str]) -> tuple[str, ...]:
    """Give its labels; LightGBM itself knows only their numbers."""
    if config.task == "regression":
        return ()
    count = 2 if config.task == "binary" else int(header.get("num_class", "0") or 0)
    if config.labels and len(config.labels) != count:
        _refuse(f"it has {count} answers, and {len(config.labels)} labels are declared")
    return config.labels or tuple(str(number) for number in range(count))


def _refuse(fault: str) -> NoReturn:
    raise InputError(
        f"The LightGBM model cannot be taken over: {fault}.",
        do="Correct adopted.yaml or the recipe, or save the model anew: booster.save_model(FILE).",
    )
