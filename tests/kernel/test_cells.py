"""Cells: each type written as the formats say, each refusal in its own words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest

from warrant.errors import InputError
from warrant.kernel.cells import cell_value, write_row, write_rows

AUCKLAND = timezone(timedelta(hours=13))
LONG = "ä" * 129


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (None, b"null"),
        (True, b"true"),
        (False, b"false"),
        ("text", b'"text"'),
        (1, b"1"),
        (2**53 - 1, b"9007199254740991"),
        (2**53, b'"9007199254740992"'),
        (-(2**53), b'"-9007199254740992"'),
        (1.0, b"1"),
        (-0.0, b"0"),
        (1e21, b"1e+21"),
        (0.1, b"0.1"),
        (date(1, 2, 3), b'"0001-02-03"'),
        (datetime(2026, 1, 1, 5, 6, 7, tzinfo=AUCKLAND), b'"2025-12-31T16:06:07Z"'),
        (datetime(2026, 1, 1, 0, 0, 0, 50, tzinfo=UTC), b'"2026-01-01T00:00:00.000050Z"'),
        ("ä" * 128, b'"' + "ä".encode() * 128 + b'"'),
        (LONG, b'{"sha256":"' + sha256(LONG.encode()).hexdigest().encode() + b'"}'),
        ("a" * 256, b'"' + b"a" * 256 + b'"'),
        ("a" * 257, b'{"sha256":"' + sha256(b"a" * 257).hexdigest().encode() + b'"}'),
        ([1, ("b", None), {"c": date(2026, 1, 1)}], b'[1,["b",null],{"c":"2026-01-01"}]'),
        ([], b"[]"),
        ({}, b"{}"),
    ],
)
def test_each_type_is_written_as_the_formats_say(cell: object, written: bytes) -> None:
    assert write_row({"x": cell}) == b'{"x":' + written + b"}"
    assert list(write_rows([{"x": cell}])) == [write_row({"x": cell})]
    assert next(write_rows([{"x": cell}, {"x": None}])) == write_row({"x": cell})


def test_nothing_is_normalised() -> None:
    assert write_row({"x": "\u00e9"}) != write_row({"x": "e\u0301"})


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        (datetime(2026, 1, 1), "an instant has no time zone"),  # noqa: DTZ001
        (datetime(1, 1, 1, tzinfo=AUCKLAND), "an instant lies outside the years 1 to 9999 UTC"),
        pytest.param(10**5000, "an integer has more than 4,300 digits", id="huge"),
        (time(1), "its type is time"),
        (b"bytes", "its type is bytes"),
        (nested(64), "it nests deeper than 64"),
    ],
)
def test_a_cell_without_a_written_form_is_refused(cell: object, fault: str) -> None:
    for write in (write_row, lambda row: list(write_rows([row, row]))):
        with pytest.raises(InputError) as refused:
            write({"x": cell})
        assert refused.value.what == f"A cell cannot enter a row's digest: {fault}."


@pytest.mark.parametrize(
    "cell", ["\ud800", "\ud800" * 100, float("nan"), float("inf"), {1: 2}, {"\ud800": 1}]
)
def test_a_cell_without_canonical_json_is_refused_there(cell: object) -> None:
    for write in (write_row, lambda row: list(write_rows([row, row]))):
        with pytest.raises(InputError, match="cannot be written as canonical JSON"):
            write({"x": cell})


def test_a_column_whose_name_is_not_text_is_refused() -> None:
    rows: Any = [{1: 2}, {1: 2}]
    with pytest.raises(InputError, match="an object key is not text"):
        list(write_rows(rows))


def test_rows_of_many_shapes_are_each_written_as_alone() -> None:
    rows: list[Any] = [{}, {}, {"a": 1}, {"b": 1, "a": 2.5}, {"a": 2.5, "b": None}, {"%s": "%d"}]
    rows += [{"\U0001f600": 1, "\ufb33": 2}, {"a": [1]}, {"a": 1}, {"a": None}] * 600
    assert list(write_rows(rows)) == [write_row(row) for row in rows]


def test_the_deepest_cell_allowed_is_taken() -> None:
    assert cell_value(nested(64)) == nested(64)
    assert write_row({"x": nested(63)}).count(b"[") == 63
