"""Which records of the tables a run takes: all of them, or those of a sample."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.kernel.rows import row_ids
from warrant.stages.ingest.pick import share_of
from warrant.stages.ingest.sample import Picker, answers
from warrant.stages.ingest.sheet import record_digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.stages.ingest.config import IngestConfig, SourceConfig
    from warrant.stages.ingest.reader import Raw


class Records:
    """Sees every record once, then says of each whether it is taken.

    Args:
        config: with its files.
    """

    def __init__(self, config: IngestConfig) -> None:
        shares = share_of(config, config.files or ()) if config.sample is not None else []
        self._config = config
        self._pickers: list[Picker[tuple[str, int]]] = [Picker(share) for share in shares]
        self._times: Counter[bytes] = Counter()
        self._taken: list[set[tuple[str, int]]] | None = None

    def see(self, source: int, name: str, number: int, cells: Mapping[str, Raw]) -> None:
        """See one record.

        Args:
            source: number of its source, from 0.
            name: of its table.
            number: of the record, from 1.
            cells: value by column.
        """
        if not self._pickers:
            return
        digest = record_member(self._config.sources[source], cells)
        times = self._times[digest]
        self._times[digest] += 1
        (key,) = row_ids((digest,), ((times,) if times else (),))
        self._pickers[source].add(key, (name, number), answers(self._config.labels, cells))

    def takes(self, source: int, name: str, number: int) -> bool:
        """Say whether a record is taken; all of them are without a sample."""
        if not self._pickers:
            return True
        if self._taken is None:
            self._taken = [set(picker.picked()) for picker in self._pickers]
        return (name, number) in self._taken[source]

    @property
    def is_sample(self) -> bool:
        """Whether records are picked at all."""
        return bool(self._pickers)


def record_member(source: SourceConfig, cells: Mapping[str, Raw]) -> bytes:
    """Digest a record, or those of its columns that `key:` names.

    Args:
        source: may name such columns.
        cells: value by column.

    Returns:
        32 raw bytes.

    Raises:
        InputError: when one of those columns is not there.
    """
    for name in source.key:
        if name not in cells:
            raise InputError(
                f"A table of source {source.path!r} has no column {name!r}, which 'key:' names.",
                do="Correct 'key:' in the recipe.",
            )
    return record_digest({name: cells[name] for name in source.key} if source.key else cells)
