"""Canonical JSON: every refusal has its own words, and none repeats the value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from warrant.errors import InputError
from warrant.kernel.canon import (
    DEPTH_LIMIT,
    MAX_INTEGER,
    canonical,
    fast_canonical,
    parse,
    parse_canonical,
    write_float,
    write_integer,
)


def nested(depth: int) -> object:
    value: object = []
    for _ in range(depth - 1):
        value = [value]
    return value


Write = Callable[[object], bytes]

UNWRITABLE = [
    pytest.param(MAX_INTEGER + 1, "an integer lies beyond ±(2^53−1)", id="large"),
    pytest.param([-MAX_INTEGER - 1], "an integer lies beyond ±(2^53−1)", id="small"),
    pytest.param(float("inf"), "a number is infinite or not a number", id="infinite"),
    pytest.param({"a": float("nan")}, "a number is infinite or not a number", id="nan"),
    pytest.param("\ud800", "a text holds half of a surrogate pair", id="surrogate"),
    pytest.param({"\udc00": 1, "b": 2}, "a text holds half of a surrogate pair", id="key"),
    pytest.param({1: 2}, "an object key is not text", id="number as key"),
    pytest.param({1: 2, "a": 3}, "an object key is not text", id="mixed keys"),
    pytest.param(b"bytes", "it holds a type that JSON does not have", id="bytes"),
    pytest.param({"a": {1, 2}}, "it holds a type that JSON does not have", id="set"),
    pytest.param(nested(DEPTH_LIMIT + 1), "it nests deeper than 64", id="deep"),
]


@pytest.mark.parametrize("write", [canonical, fast_canonical])
@pytest.mark.parametrize(("value", "fault"), UNWRITABLE)
def test_a_value_without_a_canonical_form_is_refused(
    write: Write, value: object, fault: str
) -> None:
    with pytest.raises(InputError) as refused:
        write(value)
    assert refused.value.what == f"Value cannot be written as canonical JSON: {fault}."
    assert refused.value.do[0].isupper()
    assert refused.value.do.endswith(".")


@pytest.mark.parametrize("write", [canonical, fast_canonical])
def test_a_ring_of_lists_is_refused_as_too_deep(write: Write) -> None:
    ring: list[Any] = []
    ring.append(ring)
    with pytest.raises(InputError, match="nests deeper than 64"):
        write(ring)


@pytest.mark.parametrize("write", [canonical, fast_canonical])
def test_the_deepest_value_allowed_is_written_and_read(write: Write) -> None:
    deep = nested(DEPTH_LIMIT)
    assert parse_canonical(write(deep)) == deep


def test_keys_stand_in_the_order_of_their_utf16_units() -> None:
    # U+1F600 is written with surrogates (D83D DE00), which sort before U+FB33.
    assert fast_canonical({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


def test_the_fast_encoder_takes_subclasses_and_tuples_as_the_slow_one_does() -> None:
    class Word(str):
        __slots__ = ()

    class Table(dict[str, int]):
        pass

    assert fast_canonical((Word("a"), Table(b=1))) == b'["a",{"b":1}]'


def test_an_integer_or_float_out_of_bounds_is_refused_alone_too() -> None:
    assert write_integer(MAX_INTEGER) == "9007199254740991"
    with pytest.raises(InputError, match="Write it as a decimal string"):
        write_integer(MAX_INTEGER + 1)
    with pytest.raises(InputError, match="infinite"):
        write_float(float("-inf"))


UNREADABLE = [
    pytest.param(b"", "Expecting value at line 1, column 1", id="empty"),
    pytest.param(b"\xff", "byte 0 is not UTF-8", id="not UTF-8"),
    pytest.param(b"\xed\xa0\x80", "byte 0 is not UTF-8", id="raw surrogate"),
    pytest.param(b"\xef\xbb\xbf1", "it starts with a byte order mark", id="byte order mark"),
    pytest.param(b'{"a":1,"a":1}', "an object names one key twice", id="repeated key"),
    pytest.param(b'{"a":1,"\\u0061":1}', "an object names one key twice", id="hidden repeat"),
    pytest.param(b"NaN", "NaN is not a JSON number", id="nan"),
    pytest.param(b"[-Infinity]", "-Infinity is not a JSON number", id="infinity"),
    pytest.param(b"1e999", "a number is too large for a float", id="overflow"),
    pytest.param(b"-1e999", "a number is too large for a float", id="negative overflow"),
    pytest.param(b"9007199254740993", "an integer lies beyond", id="large"),
    pytest.param(b"-9007199254740993", "an integer lies beyond", id="small"),
    pytest.param(b"9" * 10_000, "an integer lies beyond", id="very large"),
    pytest.param(b"9" * 21, "an integer lies beyond", id="21 digits"),
    pytest.param(b'"\\ud800"', "a text holds half of a surrogate pair", id="surrogate"),
    pytest.param(b'{"\\udc00":1}', "a text holds half of a surrogate pair", id="surrogate key"),
    pytest.param(b"[" * 65 + b"]" * 65, "it nests deeper than 64", id="deep"),
    pytest.param(b"[" * 1_000_000, "it nests deeper than 64", id="very deep"),
    pytest.param(b'{"a":' * 100_000, "it nests deeper than 64", id="deep objects"),
    pytest.param(b"[1] 2", "Extra data at line 1, column 5", id="two values"),
    pytest.param(b'"\n"', "Invalid control character at", id="control character"),
]


@pytest.mark.parametrize(("data", "fault"), UNREADABLE)
def test_json_that_is_not_strict_is_refused(data: bytes, fault: str) -> None:
    with pytest.raises(InputError) as refused:
        parse(data)
    assert refused.value.what.startswith(f"JSON cannot be read: {fault}")


def test_brackets_inside_texts_and_beside_one_another_are_not_depth() -> None:
    assert parse(b'["' + b"[{" * 100 + b'\\"["]') == ["[{" * 100 + '"[']
    assert parse(b"[" + b"[]," * 100 + b"[]]") == [[]] * 101


@pytest.mark.parametrize("number", [2.0**53, -(2.0**60), 999999999999999900000.0])
def test_a_whole_float_that_is_written_as_digits_is_read_back(number: float) -> None:
    assert b"." not in canonical(number)
    assert parse_canonical(canonical(number)) == number
    assert isinstance(parse(canonical(number)), float)


@pytest.mark.parametrize("data", [b" 1", b"1.0", b"-0", b'{"b":1,"a":2}', b'"\\u0061"', b"1\n"])
def test_a_sound_value_in_another_spelling_is_not_canonical(data: bytes) -> None:
    parse(data)
    with pytest.raises(InputError, match="not in canonical form"):
        parse_canonical(data)
