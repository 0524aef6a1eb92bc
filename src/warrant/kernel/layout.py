"""Layouts: where the rows of a dataset lie. Unsigned and replaceable.

The signed manifest names rows and root, never a shard; compaction, another engine and
erasure write a new layout and leave every statement valid.

Law: `decode_layout(encode_layout(layout)) == layout`.

Source: docs/reference/formats.md, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, cast

from warrant.errors import InputError, IntegrityError
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.digest import Digest

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "warrant/layout/1"
"""The value of `format` in every layout."""


@dataclass(frozen=True)
class Shard:
    """One file of rows."""

    rows: int
    """How many rows it holds."""

    sha256: Digest
    """The blob with its bytes."""

    size: int
    """Bytes of that blob."""


@dataclass(frozen=True)
class Layout:
    """Where the rows of one dataset lie, in order."""

    dataset: Digest
    """The dataset's manifest."""

    commitments: Digest
    """The blob with 32 bytes per row, in order."""

    shards: tuple[Shard, ...]
    """The files of rows, in order."""

    @property
    def rows(self) -> int:
        """How many rows all shards hold together."""
        return sum(shard.rows for shard in self.shards)


def encode_layout(layout: Layout) -> bytes:
    """Write a layout.

    Args:
        layout: what to write.

    Returns:
        Canonical JSON.

    Raises:
        InputError: when a count is beyond 2^53−1.
    """
    shards = [
        {"rows": shard.rows, "sha256": shard.sha256.hex, "size": shard.size}
        for shard in layout.shards
    ]
    value = {
        "commitments": layout.commitments.hex,
        "dataset": layout.dataset.hex,
        "format": FORMAT,
        "shards": shards,
    }
    return canonical(value)


def decode_layout(data: bytes) -> Layout:
    """Read a layout strictly.

    Args:
        data: as `encode_layout` writes it.

    Returns:
        the layout.

    Raises:
        IntegrityError: for anything that `encode_layout` would not have written.
    """
    try:
        value = parse_canonical(data)
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            _refuse(f"its format is not {FORMAT!r}")
        found = _layout(value)
        if encode_layout(found) != data:
            _refuse("it holds a field that layouts do not have")
    except InputError as error:
        _refuse(error.what)
    except (KeyError, TypeError):
        _refuse("a field is missing or of the wrong type")
    return found


def _layout(value: Mapping[str, object]) -> Layout:
    shards = value["shards"]
    if not isinstance(shards, list):
        raise TypeError
    return Layout(
        dataset=_digest(value["dataset"]),
        commitments=_digest(value["commitments"]),
        shards=tuple(_shard(cast("Mapping[str, object]", shard)) for shard in shards),
    )


def _shard(value: Mapping[str, object]) -> Shard:
    return Shard(_count(value["rows"]), _digest(value["sha256"]), _count(value["size"]))


def _digest(value: object) -> Digest:
    if not isinstance(value, str):
        raise TypeError
    return Digest.from_hex(value)


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError
    return value


def _refuse(fault: str) -> NoReturn:
    raise IntegrityError(
        f"Layout cannot be read: {fault}.",
        do="Restore the file from a backup, or write it again with: warrant run",
    )
