from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from warrant.models.examples import Examples
from warrant.models.places import Span
from warrant.stages.train.lines import from_lines, to_lines

plain = (
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.dates()
    | st.datetimes(timezones=st.just(dt.UTC))
    | st.times()
    | st.timedeltas()
    | st.decimals(allow_nan=False, allow_infinity=False)
)
cells = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def examples(draw: st.DrawFn) -> Examples:
    size = draw(st.integers(0, 5))
    names = draw(st.lists(st.text(min_size=1, max_size=4), max_size=3, unique=True))
    rows = st.lists(st.binary(min_size=1, max_size=1), min_size=size, max_size=size)
    spans = [(Span(1, 4, "x"),) * draw(st.integers(0, 2)) for _ in range(size)]
    return Examples(
        {name: draw(st.lists(cells, min_size=size, max_size=size)) for name in names},
        [tuple(draw(st.lists(st.text(max_size=4), max_size=2))) for _ in range(size)],
        list(range(size)),
        draw(rows),
        draw(st.integers(0, 9)),
        spans if draw(st.booleans()) else [],
        draw(st.lists(st.floats(0.01, 1), min_size=size, max_size=size)) if size else [],
    )


@given(examples())
def test_rows_come_back_as_they_left(rows: Examples) -> None:
    """Law of `stages.train.lines`: read back, rows have the same cells, ..."""
    back = from_lines(to_lines(rows))
    assert back.columns == rows.columns
    assert (back.labels, back.positions, back.spans) == (rows.labels, rows.positions, rows.spans)
    assert back.without_label == rows.without_label
    assert back.weights == rows.weights
    numbers = {one: back.documents[at] for at, one in enumerate(rows.documents)}
    assert back.documents == [numbers[one] for one in rows.documents]
    assert len(set(numbers.values())) == len(numbers)
    assert list(to_lines(back)) == list(to_lines(rows))
