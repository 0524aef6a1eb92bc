"""Laws of columns: what their type rests on, and that no cell is lost."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from warrant.stages.ingest.column import ColumnTyper
from warrant.stages.ingest.reader import Raw

WORDS = st.sampled_from(
    [
        "1,234",
        "1.234,5",
        "$1,200.50",
        "€ 12",
        "12 %",
        "007",
        "01/02/2024",
        "31/12/2023",
        "2/18/14",
        "4.5.2021",
        "29 Feb 2024",
        "2024-02-29",
        "2024-01-01T01:00:00Z",
        "yes",
        "true",
        "1e3",
        "-0",
        "",
    ]
)
CELLS: st.SearchStrategy[Raw] = st.one_of(
    st.none(),
    WORDS,
    st.text(max_size=6),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(),
    st.lists(st.text(max_size=3), max_size=2),
)
COLUMNS = st.one_of(st.lists(CELLS, max_size=6), st.lists(WORDS, max_size=4))


def typer_of(cells: list[Raw]) -> ColumnTyper:
    typer = ColumnTyper()
    for cell in cells:
        typer.watch(cell)
    return typer


@given(COLUMNS, st.randoms(use_true_random=False))
def test_the_type_does_not_depend_on_the_order_of_the_cells(cells: list[Raw], any_: object) -> None:
    """Law of `stages.ingest.column`: the type does not depend on the order of the cells."""
    shuffled = list(cells)
    any_.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = typer_of(cells), typer_of(shuffled)
    assert (one.type, one.symbol) == (other.type, other.symbol)
    assert [one.convert(cell) for cell in cells] == [other.convert(cell) for cell in cells]


@given(COLUMNS)
def test_a_cell_is_never_lost(cells: list[Raw]) -> None:
    """Law of `stages.ingest.column`: a cell is never lost: what does not convert makes the ..."""
    typer = typer_of(cells)
    for cell in cells:
        assert (typer.convert(cell) is None) == (cell is None)
        if isinstance(cell, str) and typer.type == "text":
            assert typer.convert(cell) == cell


@given(st.dates(date(1930, 1, 1), date(2029, 12, 31)))
def test_a_day_that_is_no_month_says_which_comes_first(day: date) -> None:
    far = "31/12/2001"
    typer = typer_of([f"{day:%d/%m/%Y}", far])
    assert (typer.type, typer.convert(f"{day:%d/%m/%Y}")) == ("date", day)
    short = typer_of([f"{day:%d/%m/%y}", far])
    assert short.convert(f"{day:%d/%m/%y}") == day
