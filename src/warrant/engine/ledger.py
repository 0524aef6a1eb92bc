"""Decision ledgers: why rows were dropped, changed or measured, a few bytes a line.

A `Ledger` collects lines during a step; `finish` sorts and checks them and writes one Parquet
blob whose metadata hold the header. What stays the same for all lines stands in the header only.

Law: `read_ledger` gives what was added, sorted by position; kept + dropped = rows of the input.

Source: docs/reference/formats.md, section 4, "Decision ledger" (`warrant/ledger/1`).
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from warrant.errors import IntegrityError
from warrant.records.ledger import LedgerHeader, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from warrant.kernel.digest import Digest
    from warrant.kernel.store import Store

_METADATA = b"warrant"
_NO_PEER = 2**64 - 1

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
    with store.open(digest) as data:
        file = pq.ParquetFile(data)
        metadata: dict[bytes, Any] = file.metadata.metadata or {}
        if _METADATA not in metadata:
            raise IntegrityError(
                f"Blob {digest.short} is not a decision ledger: it has no header.",
                do="Restore the store from a backup.",
            )
        table = file.read(use_threads=False).cast(_SCHEMA)
    return LedgerLines(LedgerHeader.from_bytes(metadata[_METADATA]), table)


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
        file.write_table(table)
        file.add_key_value_metadata({_METADATA: header.to_bytes()})
    data: bytes = sink.getvalue().to_pybytes()
    return data
