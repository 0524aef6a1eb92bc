"""Laws of encoded columns: alone as among others, back from the file, and no cell stops them."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from warrant.models import InputColumn
from warrant.models.columns import encoder_numbers, encoder_settings, make_encoder
from warrant.models.columns.cells import read_date, read_dates, read_number, read_numbers
from warrant.models.examples import Examples
from warrant.stages.train.columns import column_findings, learn_columns

INPUTS = (
    InputColumn("amount", "number"),
    InputColumn("kind", "category"),
    InputColumn("filed", "date"),
)
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.text(max_size=20),
    st.lists(st.text(max_size=3), max_size=2),
    st.from_regex(r"[-(]?\$?[0-9][0-9.,]{0,6}\)?%?", fullmatch=True),
    st.from_regex(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}", fullmatch=True),
)
DIGITS = st.from_regex(r"-?[0-9]{1,18}(\.[0-9]{0,18})?\n?", fullmatch=True)
DAYS = st.from_regex(r"[0-2][0-9]{3}-[01][0-9]-[0-3][0-9]\n?", fullmatch=True)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6)
TRAINING = st.lists(
    st.tuples(
        st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
        st.sampled_from(["a", "b", "c", "", None]),
        st.one_of(st.none(), st.dates(), st.datetimes()),
    ),
    min_size=9,
    max_size=20,
)


def columns_of(rows: list[tuple[Any, ...]]) -> dict[str, list[object]]:
    names = [one.column for one in INPUTS]
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


def examples(rows: list[tuple[Any, ...]]) -> Examples:
    fixed = [(1.5, "a", date(2024, 3, 5)), (2.5, "a", date(2024, 4, 5)), (0.0, "a", date(1, 1, 1))]
    whole = [*fixed, *rows]
    documents = [sha256(str(at).encode()).digest() for at in range(len(whole))]
    return Examples(columns_of(whole), [("x",)] * len(whole), list(range(len(whole))), documents)


@given(TRAINING, ROWS)
@example([(None, "a", None)] * 6 + [(1.6e308, "a", None)] * 3, [(None, None, None)])
@example([(-1.7e308, "a", None), (1.7e308, "a", None)] * 6, [(1.7e308, None, None)])
@settings(max_examples=60, deadline=None)
def test_a_row_is_encoded_alike_alone_and_among_others_and_after_a_round_trip(
    training: list[tuple[Any, ...]], rows: list[tuple[Any, ...]]
) -> None:
    """Three laws at once.

    Law of `models.columns`: a row is encoded the same alone and among others.
    Law of `models.columns`: `make_encoder(encoder_settings(e), encoder_numbers(e)) == e`.
    Law of `models.columns`: no cell, whatever it holds, stops an encoder.
    """
    train = examples(training)
    assert column_findings(train, INPUTS) == []
    encoder = learn_columns(train, INPUTS, 3)
    again = make_encoder(encoder_settings(encoder), encoder_numbers(encoder))
    assert again == encoder
    whole = encoder.encode(columns_of(rows))
    expanded = encoder.expand(whole.numbers).toarray()
    assert np.isfinite(expanded).all()
    for at, row in enumerate(rows):
        alone = again.encode(columns_of([row]))
        assert np.array_equal(alone.numbers[0], whole.numbers[at], equal_nan=True)
        assert np.array_equal(again.expand(alone.numbers).toarray()[0], expanded[at])
        assert (alone.abstentions or ((),))[0] == (
            whole.abstentions[at] if whole.abstentions else ()
        )
        told = encoder.contributions(alone.numbers[0], np.zeros(len(encoder.features)))
        assert len(told) == len(encoder.features)


@given(
    st.lists(CELLS | DIGITS, max_size=8),
    st.sampled_from([None, "USD", "%"]),
    st.sampled_from([None, ".", ","]),
)
def test_numbers_read_together_are_those_read_alone(
    cells: list[object], unit: str | None, decimal: str | None
) -> None:
    """Law of `models.columns.cells`: each is what `read_number` gives for its cell."""
    alone = [read_number(cell, unit, decimal) for cell in cells]
    assert list(map(repr, read_numbers(cells, unit, decimal))) == list(map(repr, alone))


@given(st.lists(CELLS | DAYS, max_size=8), st.sampled_from([None, True, False]))
def test_dates_read_together_are_those_read_alone(
    cells: list[object], day_first: bool | None
) -> None:
    """Law of `models.columns.cells`: each is what `read_date` gives for its cell."""
    alone = [read_date(cell, day_first=day_first) for cell in cells]
    assert list(map(repr, read_dates(cells, day_first=day_first))) == list(map(repr, alone))
