"""One look at all rows before they are divided: labels, and what ties rows together."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from warrant.engine import dataset_record, read_dataset
from warrant.engine.columns import MEMBERS, ROW_ID, SOURCE_PART
from warrant.errors import InputError
from warrant.kernel.cells import write_row
from warrant.models.examples import LabelColumn
from warrant.stages.split.tenths import tenths
from warrant.stages.split.unit import Ties

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from warrant.engine import Batch, Ledger
    from warrant.kernel.digest import Digest
    from warrant.kernel.store import Store
    from warrant.stages.split.config import Part, SplitConfig

_TIMES = ("date", "instant", "integer", "number")
_LABELS_NAMED = 200
_LABEL_CHARACTERS = 80  # a longer "label" is text, and no row text enters a claim


class Survey(NamedTuple):
    """The rows that can be used, in order."""

    positions: list[int]
    """In the step's input."""
    ties: list[Ties]
    """What ties each row to others."""
    row_ids: list[bytes]
    """Id of each row."""
    texts: list[bytes | None]
    """Digest of what the model reads of each row; None without text, or where nothing ties."""
    labels: list[tuple[str, ...]]
    """Answers of each row; of a `regression` the tenth that its number lies in."""
    times: list[Any]
    """Day, instant or number of each row, one kind for all; empty where no column was named."""
    marks: list[Part | None]
    """The part that each row was given for; empty where no column was named."""
    sites: list[str]
    """Site of each row; empty where no site is held out."""


def survey(store: Store, manifest: Digest, config: SplitConfig, ledger: Ledger) -> Survey:
    """Look at all rows once.

    Args:
        store: where they lie.
        manifest: of the dataset.
        config: the settings of the run.
        ledger: gets a decision for every row that cannot be used.

    Returns:
        The rows that can be used.

    Raises:
        InputError: when a column is missing; it names those that exist.
    """
    columns = _columns(store, manifest, config)
    label = LabelColumn(config.label, config.task, config.label_separator)
    found = Survey([], [], [], [], [], [], [], [])
    start = 0
    for batch in read_dataset(store, manifest, columns):
        _look(batch, start, config, label, found, ledger)
        start += batch.num_rows
    if config.task == "regression":
        return found._replace(labels=tenths(found.labels))
    if config.task == "generation":  # each answer is a text of its own: nothing to keep in balance
        return found._replace(labels=[() for _ in found.labels])
    return found


def site_text(cell: object) -> str:
    """Write a site as a recipe names it; an empty cell is an empty text."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def count_labels(labels: Iterable[Sequence[str]]) -> dict[str, int] | None:
    """Count the answers of some rows.

    Args:
        labels: answers of each row.

    Returns:
        Rows by label, sorted by label; None when the column looks like text, not like labels.
    """
    counts = Counter(one for row in labels for one in row)
    if len(counts) > _LABELS_NAMED or any(len(one) > _LABEL_CHARACTERS for one in counts):
        return None
    return {one: counts[one] for one in sorted(counts)}


def _columns(store: Store, manifest: Digest, config: SplitConfig) -> list[str]:
    types = {one.name: one.type for one in dataset_record(store, manifest).columns}
    existing = list(types)
    wanted = {config.label: "`label` under `task`"}
    for name in config.alike:
        wanted.setdefault(name, "`text` under `task`, or `inputs`,")
    if config.group is not None:
        wanted.setdefault(config.group, "`group` under `split`")
    if config.time is not None:
        wanted.setdefault(config.time, "`time` under `split`")
    if config.held_out is not None:
        wanted.setdefault(config.held_out[0], "`held_out` under `split`")
    if config.given:
        wanted.setdefault(SOURCE_PART, "`part` under `sources`")
    for name, setting in wanted.items():
        if name not in existing:
            raise InputError(
                f"The rows have no column {name!r}; they have: {', '.join(existing)}.",
                do=f"Correct {setting} in the recipe.",
            )
    if config.time is not None and types[config.time] not in _TIMES:
        raise InputError(
            f"Rows cannot be put in order by the column {config.time!r}: it holds "
            f"{types[config.time]}, not days, instants or numbers.",
            do="Write under split: time: COLUMN, one of days, instants or numbers; or write each "
            "cell of this one as YYYY-MM-DD.",
        )
    return list(wanted)


def _look(  # noqa: PLR0913, RUF100 - everything that one batch meets
    batch: Batch,
    start: int,
    config: SplitConfig,
    label: LabelColumn,
    found: Survey,
    ledger: Ledger,
) -> None:
    ids: list[bytes | None] = batch.column(ROW_ID).to_pylist()
    members: list[list[bytes] | None] = batch.column(MEMBERS).to_pylist()
    cells: list[Any] = batch.column(config.label).to_pylist()
    groups: list[Any] = batch.column(config.group).to_pylist() if config.group else []
    times: list[Any] = batch.column(config.time).to_pylist() if config.time else []
    marks: list[Any] = batch.column(SOURCE_PART).to_pylist() if config.given else []
    sites: list[Any] = batch.column(config.held_out[0]).to_pylist() if config.held_out else []
    texts = _digests(batch, config.alike)
    for row, (name, documents) in enumerate(zip(ids, members, strict=True)):
        if name is None or documents is None:
            ledger.add(start + row, "erased")
            continue
        answers = label.read(cells[row])
        if answers is None:
            ledger.add(start + row, "no_label")
            continue
        if times and times[row] is None:
            ledger.add(start + row, "no_time")
            continue
        digest = texts[row]
        found.positions.append(start + row)
        found.ties.append(_ties(documents, groups[row] if groups else None, digest))
        found.row_ids.append(name)
        found.texts.append(digest)
        found.labels.append(answers)
        found.times.extend(times[row : row + 1])
        found.marks.extend(marks[row : row + 1])
        found.sites.extend(map(site_text, sites[row : row + 1]))


def _digests(batch: Batch, names: Sequence[str]) -> list[bytes | None]:
    """Digest the cells of these columns, row by row; None where there is no text, or no column."""
    if not names:
        return [None] * batch.num_rows
    if len(names) == 1:
        texts = batch.column(names[0]).cast(pa.large_binary()).to_pylist()
        return [sha256(text).digest() if text else None for text in texts]
    rows: list[Any] = batch.select(list(names)).to_pylist()
    return [sha256(write_row(row)).digest() for row in rows]


def _ties(documents: list[bytes], group: object, text: bytes | None) -> Ties:
    others = (text,) if text else ()
    if group is None or group == "":
        return Ties(tuple(documents), others)
    value: Any = {"group": group}
    return Ties((sha256(write_row(value)).digest(),), (*documents, *others))
