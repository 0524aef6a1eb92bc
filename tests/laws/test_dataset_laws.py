"""Laws of datasets, ledgers and splits, over generated rows."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.desk import make_desk
from warrant.engine import (
    DatasetWriter,
    Ledger,
    Written,
    erase_documents,
    make_batch,
    read_dataset,
    read_ledger,
    row_reader,
)
from warrant.errors import IntegrityError
from warrant.records.dataset import Column
from warrant.records.interfaces import Desk
from warrant.records.reason import Reason
from warrant.stages.split import SplitConfig
from warrant.stages.split.deal import PARTS, deal
from warrant.stages.split.unit import Ties, find_units

COLUMNS = (Column(name="text", type="text"), Column(name="n", type="integer"))
ROWS = st.lists(
    st.tuples(
        st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.integers(0, 5),
    ),
    max_size=12,
)
Row = tuple[str | None, int | None, int]
FEW = settings(max_examples=min(25, settings.default.max_examples))
"""For a law whose examples write files."""


def document(number: int) -> bytes:
    return sha256(bytes([number])).digest()


def write(desk: Desk, rows: list[Row], step: int, shard_bytes: int) -> Written:
    with DatasetWriter(desk, "rows", COLUMNS, shard_bytes) as writer:
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            members = [[document(row[2]), document(row[2] + 100)] for row in part]
            locators = [[start + at] for at in range(len(part))]
            cells = {"text": [row[0] for row in part], "n": [row[1] for row in part]}
            writer.write(make_batch(COLUMNS, members, locators, cells))
            if shard_bytes == 1:
                writer._shards.close_shard()
        return writer.finish({"kept": len(rows)})


@given(ROWS, st.integers(1, 5))
@FEW
def test_a_manifest_does_not_depend_on_batches_or_shards(rows: list[Row], step: int) -> None:
    """Law of `engine.writer`: manifest and commitments depend on rows alone, never on the ..."""
    with TemporaryDirectory() as folder:
        desk = make_desk(Path(folder))
        one = write(desk, rows, 100, 1 << 20)
        layout = desk.store.layout(one.manifest)
        assert write(desk, rows, step, 1) == one
        assert desk.store.layout(one.manifest).commitments == layout.commitments


@given(ROWS, st.sets(st.integers(0, 5)))
@FEW
def test_erasing_leaves_every_other_row_and_all_commitments(
    rows: list[Row], gone: set[int]
) -> None:
    """Law of `engine.erasure`: `erase_rows` changes no commitment, no count and no cell of ..."""
    with TemporaryDirectory() as folder:
        desk = make_desk(Path(folder))
        written = write(desk, rows, 4, 1)
        before = list(row_reader(desk.store, written.manifest))
        commitments = desk.store.layout(written.manifest).commitments
        erase_documents(desk.store, [written.manifest], [document(one + 100) for one in gone])
        after = list(row_reader(desk.store, written.manifest))
        assert after == [
            None if row[2] in gone else old for row, old in zip(rows, before, strict=True)
        ]
        assert desk.store.layout(written.manifest).commitments == commitments


@given(st.lists(st.sampled_from(["kept", "drop", "change", "both"]), max_size=30))
@FEW
def test_kept_and_dropped_add_up_to_the_input(rows: list[str]) -> None:
    """Law of `engine.ledger`: `read_ledger` gives what was added, sorted by position; kept + ..."""
    kinds = [
        Reason(code=kind, kind=kind, rule="r", version="1", words="w")  # type: ignore[arg-type]
        for kind in ("drop", "change")
    ]
    with TemporaryDirectory() as folder:
        store = make_desk(Path(folder)).store
        ledger = Ledger("curate", tuple(kinds))
        for at, kind in reversed(list(enumerate(rows))):
            if kind in ("change", "both"):
                ledger.add(at, "change")
            if kind in ("drop", "both"):
                ledger.add(at, "drop")
        kept = sum(kind in ("kept", "change") for kind in rows)
        read = read_ledger(store, ledger.finish(store, None, len(rows), kept))
        positions = [line.position for line in read.decisions()]
        assert positions == sorted(positions)
        assert read.header.kept + read.header.dropped == len(rows)
        with pytest.raises(IntegrityError):
            ledger.finish(store, None, len(rows) + 1, kept)


KEYS = st.integers(0, 9).map(lambda number: bytes([number]) * 32)
TIES = st.lists(st.builds(lambda group, text: Ties((group,), (text,)), KEYS, KEYS), max_size=40)


@given(TIES, st.randoms(use_true_random=False))
def test_nothing_that_ties_rows_stands_in_two_parts(ties: list[Ties], source: object) -> None:
    """Law of `stages.split.unit`: no group, document or text stands in two units.

    Law of `stages.split.unit`: the units are the same for every order of the rows.

    Law of `stages.split.deal`: no group, document or text stands in two parts.

    Law of `stages.split.deal`: the parts are the same for every order of the rows.
    """
    units = find_units(ties, 7)
    assert sorted(row for unit in units for row in unit.rows) == list(range(len(ties)))
    if len(units) < 3:
        return
    labels = [(str(tie.others[0][0] % 3),) for tie in ties]
    dealt = deal(units, labels, SplitConfig("label"))
    assert all(dealt.values())
    keys = [
        {key for unit in dealt[part] for row in unit.rows for tie in ties[row] for key in tie}
        for part in PARTS
    ]
    # A group and a text never meet as keys: they are digests under different tags.
    groups = [{ties[row].groups[0] for unit in dealt[part] for row in unit.rows} for part in PARTS]
    assert not groups[0] & groups[1]
    assert not groups[0] & groups[2]
    assert not groups[1] & groups[2]
    assert not keys[0] & keys[2]
    order = list(range(len(ties)))
    source.shuffle(order)  # type: ignore[attr-defined]
    again = deal(
        find_units([ties[at] for at in order], 7),
        [labels[at] for at in order],
        SplitConfig("label"),
    )
    for part in PARTS:
        moved = sorted(order[row] for unit in again[part] for row in unit.rows)
        assert moved == sorted(row for unit in dealt[part] for row in unit.rows)


@given(ROWS, st.integers(1, 5))
@FEW
def test_what_was_written_is_read_back(rows: list[Row], step: int) -> None:
    """Law of `engine.reader`: what `read_dataset` gives is what `write_dataset` was given, ..."""
    with TemporaryDirectory() as folder:
        desk = make_desk(Path(folder))
        written = write(desk, rows, step, 1)
        found = [
            (row["text"], row["n"], row["_members"])
            for batch in read_dataset(desk.store, written.manifest)
            for row in batch.to_pylist()
        ]
        assert found == [(text, n, [document(one), document(one + 100)]) for text, n, one in rows]
