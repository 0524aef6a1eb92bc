from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.serve.bench import answerer, asked, asking
from warrant.serve.answer import read_row
from warrant.serve.batch import Job, run_batch
from warrant.serve.cells import Cell, plain_text, tidy
from warrant.serve.inert import bare, inert, is_dangerous
from warrant.serve.outputs import SUFFIXES, Leaves, Table, read_lines, write_table
from warrant.serve.sheet import Asked

ODD = st.text(st.sampled_from("=+-@\t\r\n '\"ab1.,;eé\x00\x0b\ufffe_x😀"), max_size=8)
MOMENTS = st.datetimes(datetime(1899, 1, 1), datetime(9000, 1, 1))  # noqa: DTZ001
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=True),
    ODD,
    st.text(max_size=20),
    st.dates(date(1800, 1, 1)),
    MOMENTS,
    MOMENTS.map(lambda moment: moment.replace(tzinfo=UTC)),
    st.lists(ODD, max_size=3),
)


@given(ODD)
def test_what_was_made_inert_comes_back(text: str) -> None:
    """Law of `serve.inert`: `bare(inert(text)) == text` for every text."""
    assert bare(inert(text)) == text
    assert not is_dangerous(inert(text)) or inert(text).startswith("'")


@given(CELLS)
def test_a_tidy_cell_stays_and_its_text_stays(cell: object) -> None:
    """Law of `serve.cells`: a cell and what `plain_text` writes of it are read by a model as ..."""
    once = tidy(cell)
    assert tidy(once) == once
    text = plain_text(once)
    assert plain_text(tidy(text)) == text


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=5))
@example([[None, 1.7976931348623151e308]])  # rounded to 15 digits it would be infinite
def test_leaves_written_are_leaves_read(suffix: str, rows: list[list[object]]) -> None:
    """Law of `serve.outputs`: the leaves of what a writer wrote are the leaves of what ..."""
    lines: list[list[Cell]] = [[tidy(cell) for cell in row] + [0.5] for row in rows]

    def through() -> Iterator[list[Cell]]:
        return iter(lines)

    table = Table(["a", "=b", "probability"], through, len(lines), 2)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"out{suffix}"
        written = write_table(path, suffix, table, lambda _: [("n", "t")])
        leaves = Leaves()
        for line in read_lines(path):
            leaves.add(line)
    assert leaves.root() == written.root


class StoppedError(Exception):
    """Stands for a kill."""


@settings(max_examples=15)
@given(st.lists(ODD, min_size=1, max_size=12), st.lists(st.integers(0, 12), max_size=3))
def test_kills_change_no_byte(texts: list[str], kills: list[int]) -> None:
    """Law of `serve.journal`: a batch that was killed any number of times ends with the ..."""
    rows = asked(texts)

    def ask(start: int, until: int) -> Iterator[Asked]:
        for number, row in enumerate(rows[start:], start=start):
            if number >= until:
                raise StoppedError
            yield row

    with tempfile.TemporaryDirectory() as folder, patch("warrant.serve.batch.PORTION_LINES", 3):
        found = []
        for name, stops in (("whole", []), ("killed", kills)):
            place = Path(folder) / name
            place.mkdir()
            job = Job(place / "out.jsonl", "in.csv", "f")
            for until in stops:
                if until < len(rows):
                    with pytest.raises(StoppedError):
                        run_batch(job, lambda start, until=until: ask(start, until), answerer())
            run_batch(job, asking(rows), answerer())
            found.append((job.output.read_bytes(), job.receipt.read_bytes()))
    assert found[0] == found[1]


@given(st.lists(st.one_of(ODD, st.integers(), st.none()), min_size=1, max_size=6))
def test_a_row_has_the_same_answer_alone_and_among_others(cells: list[object]) -> None:
    """Law of `serve.answer`: a row has the same answer alone and among others."""
    rows = [read_row({"text": cell}) for cell in cells]
    together = answerer().answer(rows)
    assert together == [one for row in rows for one in answerer().answer([row])]
