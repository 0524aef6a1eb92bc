from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.engine.desk import make_desk
from warrant.engine import (
    Batch,
    DatasetWriter,
    Written,
    dataset_record,
    erase_documents,
    make_batch,
    read_dataset,
    row_reader,
    write_dataset,
)
from warrant.engine.reader import RowToCheck
from warrant.errors import InputError, IntegrityError
from warrant.kernel.digest import Digest
from warrant.kernel.layout import Layout
from warrant.kernel.merkle import leaf_hashes, tree_root
from warrant.kernel.rows import RowDigest, RowId, commitment, row_digest, row_id, row_salt
from warrant.records.dataset import Column
from warrant.records.interfaces import Desk

COLUMNS = (
    Column(name="text", type="text"),
    Column(name="ok", type="boolean"),
    Column(name="amount", type="number"),
    Column(name="count", type="integer"),
    Column(name="on", type="date"),
    Column(name="at", type="instant"),
    Column(name="tags", type="list"),
    Column(name="more", type="object"),
)


def document(number: int) -> bytes:
    return sha256(str(number).encode()).digest()


def cells(number: int) -> dict[str, object]:
    return {
        "text": "word " * number,
        "ok": number % 2 == 0,
        "amount": number / 4,
        "count": number if number % 3 else None,
        "on": date(2024, 1, 1 + number % 28),
        "at": datetime(2024, 1, 1, 0, 0, number % 60, tzinfo=UTC),
        "tags": ["a", str(number)],
        "more": {"n": number},
    }


def batch(numbers: list[int]) -> Batch:
    rows = [cells(one) for one in numbers]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    columns["more"] = ['{"n":' + str(one) + "}" for one in numbers]
    members = [[document(one), document(one + 1000)] for one in numbers]
    return make_batch(COLUMNS, members, [[one] for one in numbers], columns)


def write(folder: Path, numbers: list[int], step: int = 7) -> tuple[Desk, Written]:
    desk = make_desk(folder)
    parts = [batch(numbers[at : at + step]) for at in range(0, len(numbers), step)]
    return desk, write_dataset(desk, "rows", COLUMNS, parts, {"kept": len(numbers)})


def test_a_row_is_digested_and_committed_as_the_kernel_says(tmp_path: Path) -> None:
    desk, written = write(tmp_path, list(range(120)))
    expected = []
    for number, row in enumerate(row_reader(desk.store, written.manifest)):
        name = row_id(Digest(document(number)), [number])
        digest = row_digest(cells(number))  # type: ignore[arg-type]
        members = (document(number), document(number + 1000))
        assert row == RowToCheck(name, members, digest)
        salts = desk.salts.salts_for(members)
        expected.append(commitment(row_salt(salts, name), digest))  # type: ignore[arg-type]
    layout = desk.store.layout(written.manifest)
    assert desk.store.get(layout.commitments) == b"".join(expected)
    assert written.record.root == tree_root(leaf_hashes(expected)).hex()


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    desk, written = write(tmp_path, list(range(30)))
    rows = [row for one in read_dataset(desk.store, written.manifest) for row in one.to_pylist()]
    assert rows[5]["text"] == cells(5)["text"]
    assert rows[5]["_locator"] == [5]
    assert rows[7]["at"] == cells(7)["at"]
    picked = next(read_dataset(desk.store, written.manifest, columns=["ok", "text"]))
    assert picked.schema.names == ["_row_id", "_members", "_locator", "ok", "text"]
    assert dataset_record(desk.store, written.manifest) == written.record


def test_a_dataset_of_no_rows_can_be_read(tmp_path: Path) -> None:
    desk, written = write(tmp_path, [])
    assert list(read_dataset(desk.store, written.manifest)) == []
    assert written.record.root == sha256(b"").hexdigest()


def test_a_shard_is_zstd_and_holds_no_statistics(tmp_path: Path) -> None:
    desk, written = write(tmp_path, list(range(30)))
    shard = desk.store.layout(written.manifest).shards[0]
    column = pq.ParquetFile(desk.store.open(shard.sha256)).metadata.row_group(0).column(3)
    assert column.compression == "ZSTD"
    assert column.statistics is None


def test_shards_are_closed_by_size(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    with DatasetWriter(desk, "rows", COLUMNS, shard_bytes=1) as writer:
        for number in range(3):
            writer.write(batch([number]))
            writer._shards.close_shard()
        written = writer.finish({"kept": 3})
    assert [one.rows for one in desk.store.layout(written.manifest).shards] == [1, 1, 1]
    assert len(list(row_reader(desk.store, written.manifest))) == 3


def test_a_column_named_like_ours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'_members'"):
        DatasetWriter(make_desk(tmp_path), "rows", [Column(name="_members", type="text")])
    twice = [Column(name="a", type="text")] * 2
    with pytest.raises(InputError, match="'a'"):
        DatasetWriter(make_desk(tmp_path), "rows", twice)


def test_a_layout_with_a_missing_shard_is_refused(tmp_path: Path) -> None:
    desk, written = write(tmp_path, list(range(9)))
    layout = desk.store.layout(written.manifest)
    desk.store.set_layout(Layout(written.manifest, layout.commitments, ()))
    with pytest.raises(IntegrityError, match="has 9 rows, its shards hold 0"):
        list(read_dataset(desk.store, written.manifest))


def test_erasing_a_member_blanks_its_row_and_deletes_the_old_shard(tmp_path: Path) -> None:
    desk, written = write(tmp_path, list(range(20)))
    before = list(row_reader(desk.store, written.manifest))
    old = desk.store.layout(written.manifest)
    gone = erase_documents(desk.store, [written.manifest], [document(3), document(1011)])
    assert gone == {written.manifest: (3, 11)}
    after = list(row_reader(desk.store, written.manifest))
    assert after == [None if at in (3, 11) else row for at, row in enumerate(before)]
    new = desk.store.layout(written.manifest)
    assert new.commitments == old.commitments
    assert not desk.store.has(old.shards[0].sha256)
    first = next(read_dataset(desk.store, written.manifest)).to_pylist()[3]
    assert {name for name, value in first.items() if value is not None} == {"_locator"}


def test_the_text_of_an_erased_row_is_in_no_file(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    columns = [Column(name="text", type="text")]
    texts = ["keep me", "SECRET-NEEDLE"]
    rows = make_batch(columns, [[document(0)], [document(1)]], [[], []], {"text": texts})
    written = write_dataset(desk, "rows", columns, [rows], {"kept": 2})
    erase_documents(desk.store, [written.manifest], [document(1)])
    for path in (tmp_path / "store").rglob("*"):
        if path.is_file():
            assert b"SECRET-NEEDLE" not in path.read_bytes()


def test_two_datasets_that_share_a_shard_are_both_erased(tmp_path: Path) -> None:
    desk, one = write(tmp_path, list(range(5)))
    other = write_dataset(desk, "again", COLUMNS, [batch(list(range(5)))], {"kept": 5})
    gone = erase_documents(desk.store, [one.manifest, other.manifest], [document(2)])
    assert gone == {one.manifest: (2,), other.manifest: (2,)}
    assert list(row_reader(desk.store, other.manifest))[2] is None


def test_erasing_what_is_absent_changes_nothing(tmp_path: Path) -> None:
    desk, written = write(tmp_path, list(range(5)))
    layout = desk.store.layout(written.manifest)
    assert erase_documents(desk.store, [written.manifest], [document(77)]) == {}
    assert desk.store.layout(written.manifest) == layout


def test_rows_without_columns_can_be_checked(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    written = write_dataset(desk, "bare", (), [make_batch((), [[document(1)]], [[]], {})], {})
    (row,) = row_reader(desk.store, written.manifest)
    assert row == RowToCheck(
        RowId(row_id(Digest(document(1)), [])), (document(1),), RowDigest(row_digest({}))
    )


def test_a_known_text_digest_changes_nothing(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    columns = [Column(name="text", type="text")]
    texts = ["short", "long " * 100, "é" * 128, "é" * 129]
    members = [[document(at)] for at in range(4)]
    rows = make_batch(columns, members, [[]] * 4, {"text": texts})
    plain = write_dataset(desk, "rows", columns, [rows], {"kept": 4})
    with DatasetWriter(desk, "rows", columns) as writer:
        writer.write(rows, {"text": [sha256(one.encode()).digest() for one in texts]})
        assert writer.finish({"kept": 4}) == plain


def test_a_huge_batch_makes_several_row_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warrant.engine.writer.GROUP_BYTES", 1000)
    desk, written = write(tmp_path, list(range(100)), step=100)
    shard = desk.store.layout(written.manifest).shards[0]
    assert pq.ParquetFile(desk.store.open(shard.sha256)).num_row_groups > 3
    assert len(list(row_reader(desk.store, written.manifest))) == 100
