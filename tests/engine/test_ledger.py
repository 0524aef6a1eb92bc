from __future__ import annotations

import math
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.desk import make_desk
from tests.laws.test_stage_laws import FEW
from warrant.engine import Decision, Ledger, LedgerFile, read_ledger
from warrant.engine import ledger as ledgers
from warrant.errors import IntegrityError
from warrant.kernel.digest import Digest
from warrant.records.reason import Reason

REASONS = (
    Reason(code="unused", kind="drop", rule="r", version="1", words="Never happens."),
    Reason(code="short", kind="drop", rule="r", version="1", threshold=5, words="Too short."),
    Reason(code="copy", kind="drop", rule="r", version="1", words="A copy."),
    Reason(code="recoded", kind="change", rule="r", version="1", words="Other encoding."),
)
SOURCE = Digest.of(b"manifest")


def test_lines_come_back_sorted_by_position(tmp_path: Path) -> None:
    store = make_desk(tmp_path).store
    ledger = Ledger("curate", REASONS)
    ledger.add(9, "short", value=2)
    ledger.add(3, "copy", peer=1)
    ledger.add(4, "recoded")
    read = read_ledger(store, ledger.finish(store, SOURCE, 12, 10))
    assert list(read.decisions()) == [
        Decision(3, "copy", None, 1),
        Decision(4, "recoded", None, None),
        Decision(9, "short", 2.0, None),
    ]
    assert [reason.code for reason in read.header.reasons] == ["short", "copy", "recoded"]
    assert (read.header.kept, read.header.dropped, read.header.input) == (10, 2, SOURCE.hex)


def test_a_ledger_without_lines_is_a_ledger(tmp_path: Path) -> None:
    store = make_desk(tmp_path).store
    read = read_ledger(store, Ledger("curate", REASONS).finish(store, None, 5, 5))
    assert list(read.decisions()) == []
    assert read.header.reasons == ()


def test_a_ledger_that_does_not_add_up_is_refused(tmp_path: Path) -> None:
    store = make_desk(tmp_path).store
    ledger = Ledger("curate", REASONS)
    ledger.add(0, "short")
    with pytest.raises(IntegrityError, match="5 rows came in, 5 were kept and 1 dropped"):
        ledger.finish(store, None, 5, 5)
    ledger.add(0, "copy")
    with pytest.raises(IntegrityError, match="2 dropped, 1 of them different"):
        ledger.finish(store, None, 5, 3)


def test_a_blob_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": [1]}), tmp_path / "x.parquet")
    store = make_desk(tmp_path).store
    with pytest.raises(IntegrityError, match="it has no header"):
        read_ledger(store, store.put((tmp_path / "x.parquet").read_bytes()))


def test_a_line_takes_at_most_ten_bytes(tmp_path: Path) -> None:
    store = make_desk(tmp_path).store
    ledger = Ledger("curate", REASONS)
    for number in range(20_000):
        position = number * 7 + number % 5
        ledger.add(position, "copy", peer=(number * 2654435761) % (position + 1))
        ledger.add(position + 1, "recoded", value=math.sqrt(number))
    digest = ledger.finish(store, SOURCE, 200_000, 180_000)
    assert store.size(digest) / 40_000 <= 10


@FEW
@given(
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from(["recoded", "short"])), max_size=40),
    st.integers(1, 5),
)
def test_a_row_is_found_among_all_lines(added: list[tuple[int, str]], group: int) -> None:
    """Law of `engine.ledger`: `LedgerFile.at` gives of each position the lines that ..."""
    dropped: set[int] = set()
    lines = Ledger("curate", REASONS)
    for number, (position, code) in enumerate(added):
        if code == "short" and position in dropped:
            continue
        dropped |= {position} if code == "short" else set()
        lines.add(position, code, value=number)
    kept = [position for position in range(25) if position not in dropped]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledgers, "_GROUP_LINES", group)
        store = make_desk(Path(folder)).store
        digest = lines.finish(store, SOURCE, 25, len(kept))
        every = list(read_ledger(store, digest).decisions())
        with LedgerFile(store, digest) as file:
            for position in range(25):
                assert file.at(position) == [one for one in every if one.position == position]
            assert [file.kept_at(place) for place in range(len(kept))] == kept
