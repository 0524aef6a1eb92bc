"""The story of splitting: labelled rows in, three datasets out that share no group and no text.

Law: train + validation + test + decisions of kind `drop` = rows in.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from warrant.engine import DatasetWriter, Ledger, dataset_record, link_dataset, read_dataset
from warrant.errors import InputError
from warrant.records.claim import Claim, Link, Plugin
from warrant.records.interfaces import Desk, StageResult
from warrant.records.ledger import Reason
from warrant.stages.split.deal import PARTS, deal
from warrant.stages.split.survey import Survey, count_labels, survey
from warrant.stages.split.unit import Unit, find_units

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from warrant.engine import Written
    from warrant.kernel.digest import Digest
    from warrant.stages.split.config import SplitConfig

NAME = "split"
VERSION = 1
"""Raised whenever the same inputs and settings may give other outputs."""

INPUTS = ("rows",)
"""The dataset of curation."""

_DROPPED = 255


def _reason(code: str, words: str) -> Reason:
    return Reason(code=code, kind="drop", rule=NAME, version=str(VERSION), words=words)


NO_LABEL = _reason("no_label", "The row has no label, so nothing can be learnt or measured on it.")
ERASED = _reason("erased", "The row was erased from the input.")


def plugins(config: SplitConfig) -> tuple[Plugin, ...]:  # noqa: ARG001 - as every stage
    """Name what decides the result besides inputs and settings: nothing.

    Args:
        config: the settings of the run.

    Returns:
        An empty tuple.
    """
    return ()


def run(inputs: Mapping[str, Digest], config: SplitConfig, desk: Desk) -> StageResult:
    """Divide rows into training, validation and test.

    Args:
        inputs: manifest of the dataset `rows`.
        config: the settings of the run.
        desk: the store and its like.

    Returns:
        Outputs `train`, `validation`, `test` (datasets with the columns of the input, rows in the
        order of the input) and `ledger` (decisions for rows without a label).

    Raises:
        InputError: when shares do not fit, a column is missing, no row has a label, or there are
            too few groups; no cell is quoted.
    """
    if not (config.test >= 0 and config.validation >= 0 and config.test + config.validation < 1):
        raise InputError(
            f"Test {config.test} and validation {config.validation} leave nothing for training.",
            do="Choose shares under `split` in the recipe that add up to less than 1.",
        )
    source = inputs["rows"]
    record = dataset_record(desk.store, source)
    ledger = Ledger(NAME, (NO_LABEL, ERASED))
    found = survey(desk.store, source, config, ledger)
    if not found.positions:
        raise InputError(
            f"None of the {record.rows} rows has a label in column {config.label!r}.",
            do="Correct `label` under `task` in the recipe, or fill the column in the sheet.",
        )
    dealt = deal(find_units(found.ties, config.seed), found.labels, config)
    part_of = np.full(record.rows, _DROPPED, np.uint8)
    for number, part in enumerate(PARTS):
        part_of[[found.positions[row] for unit in dealt[part] for row in unit.rows]] = number
    written = _write(source, part_of, desk)
    decisions = ledger.finish(desk.store, source, record.rows, len(found.positions))
    claim = Claim(
        stage=NAME,
        version=VERSION,
        inputs=(link_dataset(desk.store, "rows", source),),
        outputs=(*(one.link() for one in written), Link(name="ledger", digest=decisions.hex)),
        counts={
            **ledger.counts,
            **{one.record.name: one.record.rows for one in written},
            "rows": record.rows,
        },
        measures=_measures(found, dealt),
    )
    outputs = {one.record.name: one.manifest for one in written}
    return StageResult({**outputs, "ledger": decisions}, claim)


def _write(source: Digest, part_of: NDArray[np.uint8], desk: Desk) -> list[Written]:
    """Write the three datasets in one pass over the input."""
    record = dataset_record(desk.store, source)
    with ExitStack() as stack:
        writers = [stack.enter_context(DatasetWriter(desk, part, record.columns)) for part in PARTS]
        start = 0
        for batch in read_dataset(desk.store, source):
            parts = part_of[start : start + batch.num_rows]
            for number, writer in enumerate(writers):
                writer.write(batch.filter(pa.array(parts == number)))
            start += batch.num_rows
            desk.progress(start, record.rows, "rows")
        return [
            writer.finish({"kept": int((part_of == number).sum())}, sample=record.sample)
            for number, writer in enumerate(writers)
        ]


def _measures(
    found: Survey, dealt: Mapping[str, list[Unit]]
) -> dict[str, str | int | float | bool | None]:
    """Measure what was asked of the split on its result, not on the intention."""
    rows = {part: [row for unit in dealt[part] for row in unit.rows] for part in PARTS}
    ids = {part: {found.row_ids[row] for row in rows[part]} for part in PARTS}
    texts = {part: {found.texts[row] for row in rows[part]} - {None} for part in PARTS}
    measures: dict[str, str | int | float | bool | None] = {
        "shared_rows_train_test": len(ids["train"] & ids["test"]),
        "shared_rows_train_validation": len(ids["train"] & ids["validation"]),
        "shared_clusters_train_test": len(texts["train"] & texts["test"]),
        "shared_clusters_train_validation": len(texts["train"] & texts["validation"]),
    }
    for part in PARTS:
        measures[f"groups_{part}"] = len(dealt[part])
        counted = count_labels(found.labels[row] for row in rows[part])
        for label, count in (counted or {}).items():
            measures[f"label_rows_{part}: {label}"] = count
    return measures
