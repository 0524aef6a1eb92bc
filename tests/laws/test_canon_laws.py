"""Laws of canonical JSON and digests."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from warrant.errors import InputError
from warrant.kernel.canon import (
    MAX_INTEGER,
    canonical,
    fast_canonical,
    parse,
    parse_canonical,
    write_float,
    write_integer,
    write_text,
)
from warrant.kernel.digest import Digest, hash_file, u64

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
INTEGERS = st.integers(-MAX_INTEGER, MAX_INTEGER)
JSON = st.recursive(
    st.none() | st.booleans() | INTEGERS | FLOATS | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=20,
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
    ),
    max_leaves=10,
)


def outcome(write: Callable[[object], bytes], value: object) -> bytes | str:
    try:
        written: bytes = write(value)
    except InputError as error:
        return error.what
    return written


@given(JSON)
def test_what_is_written_is_read_back(value: object) -> None:
    """Law of `kernel.canon`: `parse(canonical(value)) == value` for every value that ..."""
    assert parse(canonical(value)) == value
    assert parse_canonical(canonical(value)) == value


@given(JSON)
def test_both_encoders_write_the_bytes_of_rfc8785(value: object) -> None:
    assert canonical(value) == fast_canonical(value) == rfc8785.dumps(value)


@given(ANYTHING)
def test_both_encoders_agree_on_anything_even_in_refusal(value: object) -> None:
    """Law of `kernel.canon`: `fast_canonical(value) == canonical(value)`, or both refuse ..."""
    assert outcome(fast_canonical, value) == outcome(canonical, value)


@given(st.binary(min_size=8, max_size=8))
def test_each_float_is_written_as_rfc8785_writes_it(bits: bytes) -> None:
    (number,) = struct.unpack(">d", bits)
    if number - number == 0:
        assert write_float(number) == rfc8785.dumps(number).decode()
        assert float(write_float(number)) == number


@given(INTEGERS)
def test_each_integer_is_written_as_rfc8785_writes_it(number: int) -> None:
    assert write_integer(number) == rfc8785.dumps(number).decode()


@given(TEXTS)
def test_each_text_is_written_as_rfc8785_writes_it(text: str) -> None:
    assert write_text(text).encode() == rfc8785.dumps(text)


@given(st.binary())
@example(b'{"a":' * 3000)
@example(b'"' * 3001)
@example(b'"\\' * 3000)
def test_any_bytes_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    """Law of `kernel.canon`: `parse` of any bytes returns a value or raises `InputError`, ..."""
    try:
        value = parse(data)
    except InputError:
        return
    assert parse(canonical(value)) == value


@given(st.text(alphabet='[]{}":,\\ u0d8e1.-+ntrfalsNI', max_size=60))
def test_any_text_like_json_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        value = parse(text.encode())
    except InputError:
        return
    assert parse(canonical(value)) == value


@given(JSON, st.data())
def test_no_second_spelling_is_read_as_canonical(value: object, data: st.DataObject) -> None:
    written = canonical(value)
    place = data.draw(st.integers(0, len(written)))
    changed = written[:place] + data.draw(st.sampled_from([b" ", b"\n", b"0"])) + written[place:]
    try:
        read = parse_canonical(changed)
    except InputError:
        return
    assert canonical(read) == changed


@given(st.binary())
def test_a_digest_is_read_back_from_its_hex(data: bytes) -> None:
    """Law of `kernel.digest`: `Digest.from_hex(digest.hex) == digest`."""
    digest = Digest.of(data)
    assert Digest.from_hex(digest.hex) == digest
    assert str(digest) == f"sha256:{digest.hex}"


@given(data=st.binary(max_size=5000))
def test_a_file_is_hashed_like_its_bytes(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    """Law of `kernel.digest`: `Digest.of(path.read_bytes()) == hash_file(path)`."""
    path = Path(tmp_path_factory.getbasetemp()) / "hashed"
    path.write_bytes(data)
    assert hash_file(path) == Digest.of(data)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_counts_keep_their_order(a: int, b: int) -> None:
    """Law of `kernel.digest`: `u64` keeps order: `(u64(a) < u64(b)) == (a < b)`."""
    assert (u64(a) < u64(b)) == (a < b)
