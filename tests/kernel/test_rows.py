"""Rows: the formulas of the formats, written out by hand."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Any

import pytest

from warrant.errors import InputError
from warrant.kernel.digest import Digest, u64
from warrant.kernel.rows import (
    Column,
    RowDigest,
    RowId,
    Salt,
    commit_rows,
    commitment,
    fingerprint,
    members_key,
    row_digest,
    row_digests,
    row_id,
    row_ids,
    row_salt,
    schema_digest,
)

DOCUMENT = Digest.of(b"document")
ROW = row_id(DOCUMENT, [2, 5])
DIGEST = row_digest({"b": 1, "a": "x"})
SALT, OTHER = Salt(b"\1" * 32), Salt(b"\2" * 32)


def test_a_row_id_hashes_document_and_locator() -> None:
    parts = b"warrant/row/1\0" + DOCUMENT.raw + u64(2) + u64(5)
    assert sha256(parts).digest() == ROW
    assert row_ids([DOCUMENT.raw, DOCUMENT.raw], [(2, 5), ()]) == [ROW, row_id(DOCUMENT, [])]


@pytest.mark.parametrize("part", [-1, 2**64])
def test_a_locator_that_does_not_fit_is_refused(part: int) -> None:
    with pytest.raises(InputError, match="is not a count"):
        row_id(DOCUMENT, [part])
    with pytest.raises(InputError, match="holds a part that is not a position"):
        row_ids([DOCUMENT.raw], [[part]])


def test_a_row_digest_hashes_canonical_json() -> None:
    assert sha256(b'{"a":"x","b":1}').digest() == DIGEST
    assert row_digests([{"a": "x", "b": 1}]) == [DIGEST]


def test_a_schema_is_digested_in_order_from_names_and_types() -> None:
    columns = [Column("b", "text"), Column("a", "number")]
    written = b'[{"name":"b","type":"text"},{"name":"a","type":"number"}]'
    assert schema_digest(columns) == Digest.of(written)


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(InputError, match="Two columns are named 'a'"):
        schema_digest([Column("a", "text"), Column("b", "text"), Column("a", "number")])


def test_a_fingerprint_hashes_schema_count_and_rows() -> None:
    schema = schema_digest([Column("a", "text")])
    expected = b"warrant/dataset/1\0" + schema.raw + u64(2) + (ROW + DIGEST) * 2
    assert fingerprint(schema, 2, [(ROW, DIGEST)] * 2) == Digest.of(expected)
    assert fingerprint(schema, 0, []) == Digest.of(b"warrant/dataset/1\0" + schema.raw + u64(0))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_fingerprint_of_more_or_fewer_rows_than_announced_is_refused(count: int) -> None:
    with pytest.raises(InputError, match=f"announced with {count} rows and has 2"):
        fingerprint(DOCUMENT, count, [(ROW, DIGEST)] * 2)


def test_the_salt_of_a_row_with_one_member_is_its_hmac() -> None:
    assert row_salt([SALT], ROW) == hmac.digest(SALT, ROW, "sha256")


def test_the_salt_of_a_row_with_several_members_needs_each_in_order() -> None:
    key = sha256(SALT + OTHER).digest()
    assert members_key([SALT, OTHER]) == key
    assert row_salt([SALT, OTHER], ROW) == hmac.digest(key, ROW, "sha256")
    assert row_salt([SALT, OTHER], ROW) != row_salt([OTHER, SALT], ROW)


def test_a_row_without_a_whole_salt_is_refused() -> None:
    with pytest.raises(InputError, match="A row has no salt"):
        members_key([])
    with pytest.raises(InputError, match="A salt has 31 bytes, expected 32"):
        row_salt([SALT, Salt(b"\1" * 31)], ROW)


def test_a_commitment_hashes_salt_and_digest() -> None:
    expected = sha256(b"warrant/row-commitment/1\0" + SALT + DIGEST).digest()
    assert commitment(SALT, DIGEST) == expected
    assert commit_rows([SALT], [ROW], [DIGEST]) == [commitment(row_salt([SALT], ROW), DIGEST)]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (([SALT], [], []), "1 keys, 0 row ids and 0 digests do not pair up"),
        (([Salt(b"")], [ROW], [DIGEST]), "A salt has 0 bytes, expected 32"),
        (([SALT], [RowId(b"1")], [DIGEST]), "A row id has 1 bytes, expected 32"),
        (([SALT], [ROW], [RowDigest(b"12")]), "A row digest has 2 bytes, expected 32"),
    ],
)
def test_rows_that_do_not_pair_up_or_fit_are_refused(
    rows: tuple[Any, Any, Any], fault: str
) -> None:
    with pytest.raises(InputError, match=fault):
        commit_rows(*rows)
