"""Laws of cells, row identities and commitments."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from warrant.kernel.canon import canonical
from warrant.kernel.cells import LONG_TEXT_BYTES, TextDigest, cell_value, write_row, write_rows
from warrant.kernel.digest import Digest
from warrant.kernel.rows import (
    RowDigest,
    RowId,
    Salt,
    commit_rows,
    commitment,
    members_key,
    row_digest,
    row_digests,
    row_id,
    row_ids,
    row_salt,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
LONG_TEXTS = st.integers(60, 300).flatmap(
    lambda size: st.sampled_from(["a", "ä", "€", "😀", '"']).map(lambda one: one * size)
)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001 - the zone is drawn beside it
    max_value=datetime(9998, 1, 1),  # noqa: DTZ001
    timezones=ZONES,
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | LONG_TEXTS
    | st.binary(min_size=32, max_size=32).map(TextDigest)
    | st.dates()
    | INSTANTS
)
CELLS = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=5
)
NAMES = st.sampled_from(["a", "b", "%s", 'q"', "é", "\U0001f600", "\ufb33"])
ROWS = st.lists(st.dictionaries(NAMES, CELLS, max_size=4), max_size=6)
HASHES = st.binary(min_size=32, max_size=32)
LOCATORS = st.lists(st.integers(0, 2**64 - 1), max_size=4)


@given(ROWS)
def test_rows_written_together_are_written_as_alone(rows: list[dict[str, Any]]) -> None:
    """Law of `kernel.cells`: `write_row(row) == canonical(cell_value(row))`, and ..."""
    expected = [canonical(cell_value(row)) for row in rows]
    assert [write_row(row) for row in rows] == expected
    assert list(write_rows(rows)) == expected
    assert row_digests(rows) == [row_digest(row) for row in rows]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=20))
def test_a_column_of_floats_is_written_as_each_alone(numbers: list[float]) -> None:
    rows = [{"x": number} for number in numbers]
    assert list(write_rows(rows)) == [write_row(row) for row in rows]


@given(st.lists(SCALARS, max_size=700))
def test_columns_of_many_types_are_written_as_each_cell_alone(cells: list[Any]) -> None:
    rows = [{"x": cell} for cell in cells]
    assert list(write_rows(rows)) == [write_row(row) for row in rows]


@given(LONG_TEXTS.filter(lambda text: len(text.encode()) > LONG_TEXT_BYTES))
def test_a_long_text_and_its_digest_are_written_alike(text: str) -> None:
    digest = TextDigest(Digest.of(text.encode()).raw)
    assert write_row({"x": [digest]}) == write_row({"x": [text]})
    assert list(write_rows([{"x": digest}])) == list(write_rows([{"x": text}]))


@given(st.dictionaries(NAMES, CELLS), st.randoms())
def test_a_digest_does_not_change_with_the_order_of_names(
    row: dict[str, Any], random: Random
) -> None:
    """Law of `kernel.rows`: a row's digest does not change with the order in which its cells ..."""
    names = list(row)
    random.shuffle(names)
    assert row_digest({name: row[name] for name in names}) == row_digest(row)


@given(INSTANTS, ZONES)
def test_instants_are_written_alike_exactly_when_they_are_the_same_moment(
    at: datetime, zone: timezone
) -> None:
    """Law of `kernel.cells`: two instants are written alike exactly when they are the same ..."""
    written = cell_value(at)
    assert cell_value(at.astimezone(zone)) == written
    assert cell_value(at + timedelta(microseconds=1)) != written
    assert isinstance(written, str)
    assert datetime.fromisoformat(written) == at
    assert datetime.fromisoformat(written).tzinfo == UTC


@given(st.lists(st.tuples(HASHES, LOCATORS), max_size=5))
def test_row_ids_together_are_row_ids_alone(pairs: list[tuple[bytes, list[int]]]) -> None:
    documents, locators = [document for document, _ in pairs], [parts for _, parts in pairs]
    alone = [row_id(Digest(document), parts) for document, parts in pairs]
    assert row_ids(documents, locators) == alone
    assert len(set(alone)) == len({(document, tuple(parts)) for document, parts in pairs})


@given(LOCATORS, LOCATORS)
def test_byte_order_of_locators_is_reading_order(a: list[int], b: list[int]) -> None:
    """Law of `kernel.rows`: byte order of the locators is reading order."""

    def written(parts: list[int]) -> bytes:
        return b"".join(part.to_bytes(8, "big") for part in parts)

    assert (written(a) < written(b)) == (a < b)


@given(st.lists(HASHES.map(Salt), min_size=1, max_size=3), HASHES.map(RowId))
def test_a_row_salt_is_the_hmac_under_its_members_key(salts: list[Salt], row: RowId) -> None:
    """Law of `kernel.rows`: `row_salt` is `hmac` with SHA-256 under the members' key."""
    assert row_salt(salts, row) == hmac.digest(members_key(salts), row, "sha256")


@given(st.lists(st.tuples(HASHES, HASHES, HASHES), max_size=5))
def test_rows_committed_together_are_committed_as_alone(
    rows: list[tuple[bytes, bytes, bytes]],
) -> None:
    """Law of `kernel.rows`: `commit_rows`, `row_ids` and `row_digests` equal their single ..."""
    keys = [Salt(key) for key, _, _ in rows]
    ids = [RowId(name) for _, name, _ in rows]
    digests = [RowDigest(digest) for _, _, digest in rows]
    alone = [
        commitment(row_salt([key], name), digest)
        for key, name, digest in zip(keys, ids, digests, strict=True)
    ]
    assert commit_rows(keys, ids, digests) == alone
