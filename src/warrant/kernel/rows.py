"""What a row is called, what it says, and the commitment that hides and binds it.

A row's id depends on where it came from, its digest on its cells, its commitment on both
through a salt. None of them depends on layout, engine or library.

Law: `commit_rows`, `row_ids` and `row_digests` equal their single forms, row by row.
Law: a row's digest does not change with the order in which its cells are named.
Law: byte order of the locators is reading order.
Law: `row_salt` is `hmac` with SHA-256 under the members' key.

Source: DESIGN, sections 2 and 4; RFC 2104; RFC 8785.
"""

from __future__ import annotations

import struct
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, NewType, cast

from warrant.errors import InputError
from warrant.kernel.canon import canonical
from warrant.kernel.cells import write_row, write_rows
from warrant.kernel.digest import SIZE, Digest, tagged, u64

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from warrant.kernel.cells import Cell

RowId = NewType("RowId", bytes)
"""32 bytes that name a row for ever."""
RowDigest = NewType("RowDigest", bytes)
"""32 bytes that say what a row's cells hold."""
Salt = NewType("Salt", bytes)
"""32 secret random bytes, drawn once per document; or derived from such."""
Commitment = NewType("Commitment", bytes)
"""32 bytes that bind a row's digest without telling it."""

_BLOCK = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))
_INNER_REST = b"\x36" * (_BLOCK - SIZE)
_OUTER_REST = b"\x5c" * (_BLOCK - SIZE)
_ROW_TAG = "warrant/row/1"
_DATASET_TAG = "warrant/dataset/1"
_COMMITMENT_TAG = "warrant/row-commitment/1"


class Column(NamedTuple):
    """One column of a dataset's schema."""

    name: str
    """The column's name, as it stands in each row."""
    type: str
    """What its cells are: "text", "boolean", "number", "integer", "date", "instant" …"""


def row_id(document: Digest, locator: Sequence[int]) -> RowId:
    """Name a row by where it came from.

    Args:
        document: digest of the document it was cut from, or that leads it.
        locator: where in the document, outermost part first, each 0 to 2^64 − 1.

    Returns:
        SHA-256("warrant/row/1" ‖ 0x00 ‖ document ‖ each part as 8 bytes big-endian).

    Raises:
        InputError: when a part of the locator does not fit.

    Source: DESIGN, section 2, "row".
    """
    return RowId(tagged(_ROW_TAG, document.raw, *map(u64, locator)).raw)


def row_ids(documents: Iterable[bytes], locators: Iterable[Sequence[int]]) -> list[RowId]:
    """Name many rows by where they came from.

    Args:
        documents: 32 raw bytes of a document's digest, one for each row.
        locators: where in its document, one for each row.

    Returns:
        `row_id` of each, in order.

    Raises:
        InputError: when a part of a locator does not fit.

    Source: DESIGN, section 2, "row".
    """
    hash_, tag, packers = sha256, _ROW_TAG.encode() + b"\0", _Packers()
    try:
        ids = [
            hash_(tag + document + packers[len(parts)](*parts)).digest()
            for document, parts in zip(documents, locators, strict=True)
        ]
    except struct.error as error:
        raise InputError(
            "A row's locator holds a part that is not a position: expected 0 to 2^64 − 1.",
            do="Number pages, records and segments from 0.",
        ) from error
    return cast("list[RowId]", ids)


class _Packers(dict[int, "Callable[..., bytes]"]):
    """What writes so many locator parts, made when first asked for."""

    def __missing__(self, parts: int) -> Callable[..., bytes]:
        self[parts] = struct.Struct(f">{parts}Q").pack
        return self[parts]


def row_digest(cells: Mapping[str, Cell]) -> RowDigest:
    """Digest what a row says.

    Args:
        cells: value by column name.

    Returns:
        SHA-256 of the RFC 8785 JSON of the row's `cell_value` by name.

    Raises:
        InputError: when a cell has no JSON form.

    Source: DESIGN, section 2, "fingerprint".
    """
    return RowDigest(sha256(write_row(cells)).digest())


def row_digests(rows: Iterable[Mapping[str, Cell]]) -> list[RowDigest]:
    """Digest what many rows say.

    Args:
        rows: value by column name, for each row; rows that name the same columns in the
            same order one after another are written fastest.

    Returns:
        `row_digest` of each, in order.

    Raises:
        InputError: when a cell has no JSON form.

    Source: DESIGN, section 2, "fingerprint".
    """
    hash_ = sha256
    return cast("list[RowDigest]", [hash_(written).digest() for written in write_rows(rows)])


def schema_digest(columns: Iterable[Column]) -> Digest:
    """Digest a dataset's schema.

    Args:
        columns: names and types, in the order of the dataset.

    Returns:
        SHA-256 of the canonical JSON list of {"name", "type"}.

    Raises:
        InputError: when two columns bear one name.

    Source: DESIGN, section 2, "fingerprint".
    """
    listed = [{"name": column.name, "type": column.type} for column in columns]
    names = [column["name"] for column in listed]
    for name in names:
        if names.count(name) > 1:
            raise InputError(
                f"Two columns are named {name!r}.", do="Rename one of them in the source."
            )
    return Digest.of(canonical(listed))


def fingerprint(schema: Digest, count: int, rows: Iterable[tuple[RowId, RowDigest]]) -> Digest:
    """Digest a dataset, independent of layout, engine and library.

    Args:
        schema: the `schema_digest`.
        count: number of rows, known first so that the rows can stream.
        rows: id and digest of each row, in order.

    Returns:
        SHA-256("warrant/dataset/1" ‖ 0x00 ‖ schema ‖ count as u64 ‖ id ‖ digest ‖ …).

    Raises:
        InputError: when there are more or fewer rows than `count`.

    Source: DESIGN, section 2, "fingerprint".
    """
    state = sha256(_DATASET_TAG.encode() + b"\0" + schema.raw + u64(count))
    seen = 0
    for seen, (name, digest) in enumerate(rows, start=1):  # noqa: B007
        state.update(name + digest)
    if seen != count:
        raise InputError(
            f"The dataset was announced with {count} rows and has {seen}.",
            do="Count the rows again and repeat the step.",
        )
    return Digest(state.digest())


def members_key(document_salts: Sequence[Salt]) -> Salt:
    """Join the salts of a row's members, so that losing any one loses the row.

    Args:
        document_salts: 32 bytes for each member document, in the order of the row's list.

    Returns:
        The only member's salt itself, or SHA-256 of several in order.

    Raises:
        InputError: for no salt, or one that has not 32 bytes.

    Source: DESIGN, section 4, "Salts".
    """
    if not document_salts:
        raise InputError("A row has no salt.", do="Name at least one member document.")
    _check_sizes("salt", document_salts)
    if len(document_salts) == 1:
        return document_salts[0]
    return Salt(sha256(b"".join(document_salts)).digest())


def row_salt(document_salts: Sequence[Salt], row: RowId) -> Salt:
    """Derive the salt of one row.

    Args:
        document_salts: 32 bytes for each member document, in the order of the row's list.
        row: the row's id.

    Returns:
        HMAC-SHA256(members' key, row id).

    Raises:
        InputError: for no salt, or one that has not 32 bytes.

    Source: DESIGN, section 4, "Salts"; RFC 2104, section 2.
    """
    key = members_key(document_salts)
    inner = sha256(key.translate(_INNER) + _INNER_REST + row).digest()
    return Salt(sha256(key.translate(_OUTER) + _OUTER_REST + inner).digest())


def commitment(salt: Salt, digest: RowDigest) -> Commitment:
    """Commit to what a row says without telling it.

    Args:
        salt: the row's salt, not the document's.
        digest: the row's digest.

    Returns:
        SHA-256("warrant/row-commitment/1" ‖ 0x00 ‖ salt ‖ digest). The tree's leaf is
        `merkle.leaf_hash` of it.

    Source: DESIGN, section 4, "Salts".
    """
    return Commitment(tagged(_COMMITMENT_TAG, salt, digest).raw)


def commit_rows(
    keys: Sequence[Salt], rows: Sequence[RowId], digests: Sequence[RowDigest]
) -> list[Commitment]:
    """Commit to many rows.

    The HMAC is written out: two hashes cost half of a call to `hmac.digest`.

    Args:
        keys: `members_key` of each row.
        rows: id of each row.
        digests: digest of each row.

    Returns:
        `commitment` of each row under its own `row_salt`, in order; join them for the file
        that stands beside the dataset.

    Raises:
        InputError: when the three differ in length, or an item has not 32 bytes.

    Source: DESIGN, section 4, "Salts"; RFC 2104, section 2.
    """
    if not len(keys) == len(rows) == len(digests):
        raise InputError(
            f"{len(keys)} keys, {len(rows)} row ids and {len(digests)} digests do not pair up.",
            do="Pass one of each for every row.",
        )
    for kind, items in (("salt", keys), ("row id", rows), ("row digest", digests)):
        _check_sizes(kind, items)
    hash_, tag = sha256, _COMMITMENT_TAG.encode() + b"\0"
    inner, inner_rest, outer, outer_rest = _INNER, _INNER_REST, _OUTER, _OUTER_REST
    commitments = [
        hash_(
            tag
            + hash_(
                key.translate(outer)
                + outer_rest
                + hash_(key.translate(inner) + inner_rest + row).digest()
            ).digest()
            + digest
        ).digest()
        for key, row, digest in zip(keys, rows, digests, strict=True)
    ]
    return cast("list[Commitment]", commitments)


def _check_sizes(kind: str, items: Sequence[bytes]) -> None:
    for size in set(map(len, items)) - {SIZE}:
        raise InputError(f"A {kind} has {size} bytes, expected {SIZE}.", do="Pass the raw bytes.")
