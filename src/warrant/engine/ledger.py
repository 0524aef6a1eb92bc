"""Decision ledgers: why rows were dropped, changed or measured, a few bytes a line.

A `Ledger` collects lines during a step; `finish` sorts and checks them and writes one Parquet
blob whose metadata hold the header. What stays the same for all lines stands in the header only.
Since lines are sorted, one row's are found by halving, whatever their number.

Law: `read_ledger` gives what was added, sorted by position; kept + dropped = rows of the input.
Law: `LedgerFile.at` gives of each position the lines that `read_ledger` gives of it.

Source: docs/reference/formats.md, section 4, "Decision ledger" (`warrant/ledger/1`).
"""

from __future__ import annotations

from array import array
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from warrant.errors import IntegrityError
from warrant.records.ledger import LedgerHeader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from warrant.kernel.digest import Digest
    from warrant.kernel.store import Store
    from warrant.records.reason import Reason

_METADATA = b"warrant"
_NO_PEER = 2**64 - 1
_GROUP_LINES = 1 << 15
"""Lines that are read together, to find one."""

_SCHEMA = pa.schema(
    [
        pa.field("position", pa.uint64(), nullable=False),
        pa.field("reason", pa.uint32(), nullable=False),
        pa.field("value", pa.float64()),
        pa.field("peer", pa.uint64()),
    ]
)


class Decision(NamedTuple):
    """One line: what one rule said of one row."""

    position: int
    """Place of the row in the step's input, from 0."""
    code: str
    """Reason code, as the header explains it."""
    value: float | None
    """What was measured, in the unit of the reason; None where nothing was."""
    peer: int | None
    """Place of the other row that decided, for example the copy that was kept."""


class LedgerLines(NamedTuple):
    """A ledger read back."""

    header: LedgerHeader
    """Constants of the step."""
    table: pa.Table
    """Columns `position`, `reason` (index into the header), `value`, `peer`."""

    def decisions(self) -> Iterator[Decision]:
        """Give the lines one by one, in order of position."""
        codes = [reason.code for reason in self.header.reasons]
        for batch in self.table.to_batches(max_chunksize=4096):
            columns = [column.to_pylist() for column in batch.columns]
            for position, reason, value, peer in zip(*columns, strict=True):
                yield Decision(position, codes[reason], value, peer)


class Ledger:
    """The decisions of one step while it runs: 26 bytes a line.

    Args:
        step: name of the stage.
        reasons: every reason that may occur; unused ones stay out of the header.
    """

    counts: dict[str, int]
    """Lines so far, by reason code."""

    def __init__(self, step: str, reasons: tuple[Reason, ...]) -> None:
        self.counts = {}
        self._step = step
        self._reasons = {reason.code: reason for reason in reasons}
        self._number = {code: at for at, code in enumerate(self._reasons)}
        self._position, self._reason = array("Q"), array("H")
        self._value, self._peer = array("d"), array("Q")

    def add(
        self, position: int, code: str, value: float | None = None, peer: int | None = None
    ) -> None:
        """Write one line.

        Args:
            position: place of the row in the step's input, from 0; in any order.
            code: one of the reasons.
            value: what was measured.
            peer: place of the row that decided.
        """
        self._position.append(position)
        self._reason.append(self._number[code])
        self._value.append(float("nan") if value is None else value)
        self._peer.append(_NO_PEER if peer is None else peer)
        self.counts[code] = self.counts.get(code, 0) + 1

    def finish(self, store: Store, source: Digest | None, input_rows: int, kept: int) -> Digest:
        """Check and store the ledger.

        Args:
            store: where it goes.
            source: manifest whose rows the positions count; None for ingest.
            input_rows: rows of the input.
            kept: rows of the output.

        Returns:
            Digest of the blob.

        Raises:
            IntegrityError: when kept and dropped do not add up to the input.
        """
        # What a step decided is whole and adds up before anything is written.
        used = [code for code in self._reasons if code in self.counts]
        positions = np.asarray(self._position)
        reasons = np.asarray(self._reason)
        drops = [self._number[code] for code in used if self._reasons[code].kind == "drop"]
        dropped = positions[np.isin(reasons, drops)]
        _check(self._step, input_rows, kept, dropped)
        header = LedgerHeader(
            step=self._step,
            input=source.hex if source else None,
            input_rows=input_rows,
            kept=kept,
            dropped=len(dropped),
            reasons=tuple(self._reasons[code] for code in used),
        )
        order = np.argsort(positions, kind="stable")
        renumber = np.zeros(len(self._reasons) + 1, np.uint32)
        renumber[[self._number[code] for code in used]] = np.arange(len(used))
        values, peers = np.asarray(self._value), np.asarray(self._peer)
        arrays = [
            pa.array(positions[order]),
            pa.array(renumber[reasons[order]]),
            pa.array(values[order], mask=np.isnan(values[order])),
            pa.array(peers[order], mask=peers[order] == _NO_PEER),
        ]
        return store.put(_write(pa.Table.from_arrays(arrays, schema=_SCHEMA), header))


def read_ledger(store: Store, digest: Digest) -> LedgerLines:
    """Read a decision ledger.

    Args:
        store: where it lies.
        digest: of its blob.

    Returns:
        Header and lines.

    Raises:
        IntegrityError: when the blob is not a ledger.
    """
    with LedgerFile(store, digest) as file:
        return LedgerLines(file.header, file.read())


class LedgerFile:
    """A ledger that is asked about single rows; use it in `with`.

    Args:
        store: where it lies.
        digest: of its blob.

    Raises:
        IntegrityError: when the blob is not a ledger.
    """

    header: LedgerHeader
    """Constants of the step."""

    def __init__(self, store: Store, digest: Digest) -> None:
        self._data = store.open(digest)
        self._file = pq.ParquetFile(self._data)
        metadata: dict[bytes, Any] = self._file.metadata.metadata or {}
        if _METADATA not in metadata:
            self._data.close()
            raise IntegrityError(
                f"Blob {digest.short} is not a decision ledger: it has no header.",
                do="Restore the store from a backup.",
            )
        self.header = LedgerHeader.from_bytes(metadata[_METADATA])
        self._groups = self._file.metadata.num_row_groups if self._file.metadata.num_rows else 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._data.close()

    def read(self) -> pa.Table:
        """Give all lines, as `LedgerLines.table` holds them."""
        return self._file.read(use_threads=False).cast(_SCHEMA)

    def at(self, position: int) -> list[Decision]:
        """Give the lines of one row.

        Args:
            position: place of the row in the step's input, from 0.

        Returns:
            Its lines, in the order in which they were decided.
        """
        positions = cache(self._positions)  # of the groups that are looked at on the way
        low, high = 0, self._groups
        while low < high:  # the first group that reaches so far
            middle = (low + high) // 2
            low, high = (middle + 1, high) if positions(middle)[-1] < position else (low, middle)
        found: list[Decision] = []
        for group in range(low, self._groups):
            start, end = np.searchsorted(positions(group), [position, position + 1])
            if start == end:
                break
            table = self._file.read_row_group(group, use_threads=False).slice(start, end - start)
            found += LedgerLines(self.header, table).decisions()
            if end < len(positions(group)):
                break
        return found

    def kept_at(self, place: int) -> int:
        """Give the position in the step's input of a row that was kept.

        Args:
            place: of the row in the step's output, from 0.

        Returns:
            Its place in the input, where each input row that stayed is one row of the output.
        """
        return int(self.all_kept_at([place])[0])

    def all_kept_at(self, places: Sequence[int]) -> NDArray[np.int64]:
        """Give the positions of many rows that were kept; see `kept_at`.

        Args:
            places: of the rows in the step's output, from 0.

        Returns:
            Shape (rows,): their places in the input.
        """
        drops = [at for at, one in enumerate(self.header.reasons) if one.kind == "drop"]
        table = self._file.read(["position", "reason"], use_threads=False)
        is_drop = np.isin(table.column("reason").to_numpy(), drops)
        dropped = table.column("position").to_numpy()[is_drop].astype(np.int64)
        wanted = np.asarray(places, np.int64)
        kept_before = dropped - np.arange(len(dropped))
        return wanted + np.searchsorted(kept_before, wanted, "right")

    def _positions(self, group: int) -> NDArray[np.uint64]:
        table = self._file.read_row_group(group, ["position"], use_threads=False)
        found: NDArray[np.uint64] = table.column("position").to_numpy()
        return found


def _check(step: str, input_rows: int, kept: int, dropped: NDArray[np.uint64]) -> None:
    if kept + len(dropped) != input_rows or len(np.unique(dropped)) != len(dropped):
        raise IntegrityError(
            f"The ledger of {step!r} does not add up: {input_rows} rows came in, {kept} were kept "
            f"and {len(dropped)} dropped, {len(np.unique(dropped))} of them different.",
            do="Report this with the name of the plug-ins in use: a row must be kept or dropped "
            "once.",
        )


def _write(table: pa.Table, header: LedgerHeader) -> bytes:
    """Write small: sorted positions and peers as differences, no dictionary, no statistics."""
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink,
        _SCHEMA,
        compression="zstd",
        compression_level=1,
        use_dictionary=False,
        column_encoding={
            "position": "DELTA_BINARY_PACKED",
            "reason": "DELTA_BINARY_PACKED",
            "value": "BYTE_STREAM_SPLIT",
            "peer": "DELTA_BINARY_PACKED",
        },
        write_statistics=False,
        store_schema=False,
    ) as file:
        file.write_table(table, row_group_size=_GROUP_LINES)
        file.add_key_value_metadata({_METADATA: header.to_bytes()})
    data: bytes = sink.getvalue().to_pybytes()
    return data
