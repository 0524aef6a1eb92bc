"""The story of splitting: labelled rows in, three datasets out that share no group and no text.

Law: train + validation + test + decisions of kind `drop` = rows in.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from warrant.engine import DatasetWriter, Ledger, dataset_record, link_dataset, read_dataset
from warrant.engine.columns import NEAR_CLUSTER
from warrant.errors import InputError
from warrant.records.claim import Claim, Link, Plugin
from warrant.records.dataset import Column
from warrant.records.interfaces import Desk, StageResult
from warrant.records.reason import Reason
from warrant.records.task import LEARNT_LABELS
from warrant.stages.split.deal import PARTS
from warrant.stages.split.division import Division, divide
from warrant.stages.split.known import require_known_labels
from warrant.stages.split.near import read_near, tie_near
from warrant.stages.split.repeats import find_repeats, read_texts, reasons
from warrant.stages.split.survey import Survey, count_labels, survey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from warrant.engine import Written
    from warrant.kernel.digest import Digest
    from warrant.stages.split.config import SplitConfig
    from warrant.stages.split.repeats import Repeat

NAME = "split"
VERSION = 3
"""Raised whenever the same inputs and settings may give other outputs."""

INPUTS = ("rows", "ledger")
"""The dataset of curation, and its decisions: they say which rows are nearly the same."""

_DROPPED = 255


def _reason(code: str, words: str) -> Reason:
    return Reason(code=code, kind="drop", rule=NAME, version=str(VERSION), words=words)


NO_LABEL = _reason("no_label", "The row has no label, so nothing can be learnt or measured on it.")
ERASED = _reason("erased", "The row was erased from the input.")
NO_TIME = _reason("no_time", "The row has no time, so it is neither older nor newer than others.")
CROSSES = _reason(
    "crosses_parts",
    "The row shares its group, document or text with the peer row, which stands in another part.",
)


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
        inputs: manifest of the dataset `rows`, and curation's decision ledger `ledger`.
        config: the settings of the run.
        desk: the store and its like.

    Returns:
        Outputs `train`, `validation`, `test` (datasets with the columns of the input, and with
        `near_cluster` where that is asked; rows in the order of the input) and `ledger` (decisions
        for rows without a label).

    Raises:
        InputError: when shares do not fit, a column is missing or holds no times, no row has a
            label, or there are too few groups or times; no cell is quoted.
    """
    leaves_some = config.test + config.validation < 1 or (config.test, config.validation) == (1, 0)
    if not (config.test >= 0 and config.validation >= 0 and leaves_some):
        raise InputError(
            f"Test {config.test} and validation {config.validation} leave nothing for training.",
            do="Choose shares under `split` in the recipe that add up to less than 1.",
        )
    source = inputs["rows"]
    record = dataset_record(desk.store, source)
    repeated = reasons(config.decontaminate, VERSION)
    ledger = Ledger(NAME, (NO_LABEL, ERASED, NO_TIME, CROSSES, *repeated))
    found = survey(desk.store, source, config, ledger)
    near = read_near(desk.store, inputs["ledger"])
    if not found.positions:
        raise InputError(
            f"None of the {record.rows} rows has a label in column {config.label!r}.",
            do="Correct `label` under `task` in the recipe, or fill the column in the sheet.",
        )
    found = found._replace(ties=tie_near(found.ties, found.positions, near))
    division = divide(found, config)
    _require_known(found, division, config)
    repeats = _repeats(source, found, division, config, desk)
    gone = {one.row for one in repeats}
    division.rows["train"] = [row for row in division.rows["train"] if row not in gone]
    part_of = np.full(record.rows, _DROPPED, np.uint8)
    for number, part in enumerate(PARTS):
        part_of[[found.positions[row] for row in division.rows[part]]] = number
    for row, peer in division.crossing:
        ledger.add(found.positions[row], CROSSES.code, peer=found.positions[peer])
    for one in repeats:
        held_out = None if one.peer is None else found.positions[one.peer]
        ledger.add(found.positions[one.row], one.code, one.share, held_out)
    clusters = near if config.marks_clusters else None
    written = _write(source, part_of, clusters, desk)
    kept = len(found.positions) - len(division.crossing) - len(repeats)
    decisions = ledger.finish(desk.store, source, record.rows, kept)
    claim = Claim(
        stage=NAME,
        version=VERSION,
        inputs=(
            link_dataset(desk.store, "rows", source),
            Link(name="ledger", digest=inputs["ledger"].hex),
        ),
        outputs=(*(one.link() for one in written), Link(name="ledger", digest=decisions.hex)),
        counts={
            **ledger.counts,
            **{one.record.name: one.record.rows for one in written},
            "rows": record.rows,
        },
        measures=_measures(found, division),
    )
    outputs = {one.record.name: one.manifest for one in written}
    return StageResult({**outputs, "ledger": decisions}, claim)


def _require_known(found: Survey, division: Division, config: SplitConfig) -> None:
    """Look at given parts alone: what is drawn from the same rows has the same labels."""
    if config.task not in LEARNT_LABELS:
        return
    train = [found.labels[row] for row in division.rows["train"]]
    for part in config.given:
        if part != "train":
            other = [found.labels[row] for row in division.rows[part]]
            require_known_labels(train, other, part, config.label)


def _repeats(
    source: Digest, found: Survey, division: Division, config: SplitConfig, desk: Desk
) -> list[Repeat]:
    """Find training rows that repeat rows of validation, test or a benchmark."""
    wanted = config.decontaminate
    if wanted is None or not config.alike:
        return []
    texts = read_texts(desk.store, source, config.alike, found.positions)
    rows = division.rows
    repeats = find_repeats(texts, rows["train"], (*rows["validation"], *rows["test"]), wanted)
    if len(repeats) == len(rows["train"]):
        raise InputError(
            "Every training row repeats a row that is held out.",
            do="Take the copies out of one of the sources, or raise similarity under "
            "decontaminate.",
        )
    return repeats


def _write(
    source: Digest,
    part_of: NDArray[np.uint8],
    clusters: Mapping[int, int] | None,
    desk: Desk,
) -> list[Written]:
    """Write the three datasets in one pass over the input; None: no row is marked."""
    record = dataset_record(desk.store, source)
    columns = record.columns
    if clusters is not None:
        columns = (*columns, Column(name=NEAR_CLUSTER, type="integer"))
    with ExitStack() as stack:
        writers = [stack.enter_context(DatasetWriter(desk, part, columns)) for part in PARTS]
        start = 0
        for batch in read_dataset(desk.store, source):
            if clusters is not None:
                places = range(start, start + batch.num_rows)
                cells = pa.array([clusters.get(place) for place in places], pa.int64())
                batch = batch.append_column(NEAR_CLUSTER, cells)  # noqa: PLW2901 - the same rows
            parts = part_of[start : start + batch.num_rows]
            for number, writer in enumerate(writers):
                writer.write(batch.filter(pa.array(parts == number)))
            start += batch.num_rows
            desk.progress(start, record.rows, "rows")
        return [
            writer.finish({"kept": int((part_of == number).sum())}, sample=record.sample)
            for number, writer in enumerate(writers)
        ]


def _measures(found: Survey, division: Division) -> dict[str, str | int | float | bool | None]:
    """Measure what was asked of the split on its result, not on the intention."""
    rows = division.rows
    ids = {part: {found.row_ids[row] for row in rows[part]} for part in PARTS}
    texts = {part: {found.texts[row] for row in rows[part]} - {None} for part in PARTS}
    measures: dict[str, str | int | float | bool | None] = {
        "shared_rows_train_test": len(ids["train"] & ids["test"]),
        "shared_rows_train_validation": len(ids["train"] & ids["validation"]),
        "shared_clusters_train_test": len(texts["train"] & texts["test"]),
        "shared_clusters_train_validation": len(texts["train"] & texts["validation"]),
    }
    if found.times:
        newest = max(found.times[row] for row in rows["train"])
        measures["test_rows_older_than_training"] = sum(
            found.times[row] < newest for row in rows["test"]
        )
    if found.sites:
        trained = {found.sites[row] for row in rows["train"]}
        tested = {found.sites[row] for row in rows["test"]}
        measures["sites_trained"] = len(trained)
        measures["shared_sites_train_test"] = len(trained & tested)
    for part in PARTS:
        measures[f"groups_{part}"] = division.groups[part]
        counted = count_labels(found.labels[row] for row in rows[part])
        for label, count in (counted or {}).items():
            measures[f"label_rows_{part}: {label}"] = count
    return measures
