"""Laws of ingest: every file is accounted for, and nothing but its bytes decides about it."""

from __future__ import annotations

import csv
from functools import partial
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stages.ingest.test_ingest import Run, put
from warrant.engine import read_ledger
from warrant.stages.ingest import READERS, OpenFile, SourceConfig
from warrant.stages.ingest.apart import Worker
from warrant.stages.ingest.decoding import decode, find_encoding
from warrant.stages.ingest.grid import Grid, GridLine, Lines, Merged
from warrant.stages.ingest.header import Header, find_header
from warrant.stages.ingest.occurrence import Occurrences
from warrant.stages.ingest.sheet import read_records

FEW = settings(max_examples=max(6, settings.default.max_examples // 3))
"""For a law whose cases write datasets or wait for a process."""

BYTES = st.binary(max_size=40) | st.text(max_size=40).map(str.encode)
FILES = st.dictionaries(
    st.sampled_from(["a.txt", "b.txt", "c.md", "d.bin", "e/f.txt", "g"]), BYTES, max_size=6
)
PLAIN = st.text(st.sampled_from("ab1é "), min_size=1, max_size=5).filter(str.strip)


def _written(lines: list[list[str]]) -> bytes:
    out = StringIO()
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()


@FEW
@given(
    files=FILES,
    listed=st.sets(st.sampled_from(["b.txt", "c.md", "d.bin", "gone.txt", "lost.md"])),
    records=st.lists(st.tuples(PLAIN, PLAIN), max_size=4),
)
def test_documents_and_drops_are_files_records_and_spare_lines(
    files: dict[str, bytes], listed: set[str], records: list[tuple[str, str]]
) -> None:
    """Law of `stages.ingest.step`: documents + decisions of kind `drop` = files (of tables: ..."""
    there = {"a.txt": b"always here", **files}
    lines = [[name, f"label of {name}"] for name in sorted({*listed, "a.txt"})]
    with TemporaryDirectory() as folder:
        root = Path(folder)
        put(root / "in", dict(there))
        put(root, {"index.csv": _written([["file", "label"], *lines])})
        put(root, {"t/table.csv": _written([["text", "n"], *map(list, records), ["last", "1"]])})
        run = Run(root, SourceConfig("in", "index.csv"), SourceConfig("t"))
        ledger = read_ledger(run.desk.store, run.result.outputs["ledger"])
        kinds = {reason.code: reason.kind for reason in ledger.header.reasons}
        dropped = [one for one in ledger.decisions() if kinds[one.code] == "drop"]
        documents = len(run.rows)
    spare = [name for name, _ in lines if name not in there]
    assert documents + len(dropped) == len(there) + len(records) + 1 + len(spare)


@pytest.mark.parametrize("suffix", ["txt", "csv", "tsv", "jsonl"])
@given(
    data=BYTES | st.lists(st.tuples(PLAIN, PLAIN)).map(lambda rows: _written([*map(list, rows)]))
)
def test_the_same_bytes_give_the_same_documents(suffix: str, data: bytes) -> None:
    """Law of `stages.ingest.reader`: the same bytes give the same documents, whatever the ..."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "0001"
        path.write_bytes(data)
        make = READERS.load(suffix)
        one = list(make().read(OpenFile(f"one.{suffix}", str(path), data)))
        other = list(make().read(OpenFile("another/name", str(path), None)))
    assert one == other
    assert len(one) == 1 or make().has_records


PAGES = st.sampled_from(
    [b"<p>a</p>", b"<p hidden>b</p>c", b"<ul><li>d", b"", b"\0\xff", b"<title>e</title>" * 50]
)


@pytest.fixture(name="workers", scope="module")
def _workers() -> tuple[Worker, Worker]:
    return Worker("html"), Worker("html")


@FEW
@given(pages=st.lists(PAGES | BYTES, max_size=6), data=st.data())
def test_what_a_worker_gives_does_not_depend_on_the_files_before(
    workers: tuple[Worker, Worker], pages: list[bytes], data: st.DataObject
) -> None:
    """Law of `stages.ingest.apart`: what a worker gives for a file does not depend on the ..."""
    order = data.draw(st.permutations(range(len(pages))))
    found = [workers[0].parse(OpenFile("page", "", page)) for page in pages]
    again = {at: workers[1].parse(OpenFile("page", "", pages[at])) for at in order}
    assert [again[at] for at in range(len(pages))] == found


@given(
    names=st.lists(
        PLAIN.map(lambda name: " ".join(["n", *name.split()])), min_size=2, max_size=5, unique=True
    ),
    rows=st.integers(0, 5),
    data=st.data(),
)
def test_the_first_of_full_lines_names_the_columns_and_no_other_does(
    names: list[str], rows: int, data: st.DataObject
) -> None:
    """Law of `stages.ingest.header`: a line under the header is never taken for a name ..."""
    full = st.lists(PLAIN | st.integers(0, 9), min_size=len(names), max_size=len(names))
    lines = [list(names), *(data.draw(full) for _ in range(rows))]
    grid = Grid(
        "s.csv", Lines(lambda: (GridLine(at, [*one]) for at, one in enumerate(lines, start=1)))
    )
    found = find_header(grid)
    assert found.first == 1
    assert found.names == tuple(names)
    assert found.places == tuple(range(len(names)))


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 7), st.integers(1, 5))
def test_occurrences_are_those_of_a_dictionary(found: list[int], portion: int, fresh: int) -> None:
    """Law of `stages.ingest.occurrence`: what is given for a document is how often it ..."""
    documents = [one.to_bytes(12, "big") + one.to_bytes(20, "little") for one in found]
    occurrences, told = Occurrences(), list[int]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warrant.stages.ingest.occurrence.FRESH", fresh)
        for start in range(0, len(documents), portion):
            told += occurrences.count(documents[start : start + portion])
    assert told == [found[:at].count(one) for at, one in enumerate(found)]


@given(
    st.lists(st.sampled_from([b"a", b"\0", b"\xe9", b"\x81", b"\xff\xfe", b"\n", b"\r", b"\xc3"])),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]),
    st.text(max_size=20),
    st.integers(1, 5),
)
def test_an_encoding_is_found_chunk_by_chunk_as_in_the_whole(
    pieces: list[bytes], name: str, text: str, chunk: int
) -> None:
    for data in (b"".join(pieces), text.encode(name, "replace")):
        found, whole = find_encoding(partial(BytesIO, data), chunk), decode(data)
        assert (found is None) == (whole is None)
        if found and whole:
            with TextIOWrapper(BytesIO(data), found.name, newline="") as read:
                assert (read.read(), found.note) == whole


_CELLS = st.lists(st.none() | st.integers(0, 9), min_size=1, max_size=5)
_RANGES = st.tuples(st.integers(0, 6), st.integers(0, 4), st.integers(0, 3), st.integers(0, 2)).map(
    lambda one: Merged(one[0], one[1], one[0] + one[2], one[1] + one[3])
)


@given(st.lists(_CELLS, max_size=7), st.lists(_RANGES, max_size=3), st.integers(0, 3))
def test_merged_cells_are_filled_line_by_line_as_in_the_whole(
    cells: list[list[int | None]], merged: list[Merged], first: int
) -> None:
    numbered = [(number, line) for number, line in enumerate(cells, start=1) if any(line)]
    grid = Grid(
        "s.xlsx", Lines(lambda: (GridLine(at, [*line]) for at, line in numbered)), tuple(merged)
    )
    header = Header(tuple("abcdefgh"), tuple(range(8)), first)
    whole = {number: [*line] + [None] * (8 - len(line)) for number, line in numbered[first:]}
    widths = {number: len(line) for number, line in numbered[first:]}
    for one in merged:
        if one.top + 1 not in whole or one.left >= widths[one.top + 1]:
            continue
        value = whole[one.top + 1][one.left]
        for number in range(one.top + 1, one.bottom + 2):
            if number in whole:
                widths[number] = max(widths[number], one.right + 1)
                whole[number][one.left : one.right + 1] = [value] * (one.right + 1 - one.left)
    assert dict(read_records(grid, header)) == {at: tuple(line) for at, line in whole.items()}
