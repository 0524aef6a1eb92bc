"""The same operators on Ray: each partition is a task, of an existing cluster or a local one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from warrant.engine.operators import group_table, join_tables, map_table, scatter
from warrant.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from warrant.engine.columns import Batch
    from warrant.engine.operators import Partitions


class RayEngine:
    """Runs on Ray; a killed worker's partition is computed again by another.

    Args:
        address: of a running cluster, such as `ray://10.0.0.5:10001`; None: one is started here.
        cpus: of a cluster that is started here.

    Raises:
        MissingExtra: when Ray is not installed.
    """

    def __init__(self, address: str | None = None, cpus: int = 2) -> None:
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # nothing leaves this machine
        try:
            import ray
        except ImportError:
            raise MissingExtra.named("ray", "The engine Ray") from None
        self._ray = ray
        own = {} if address else {"num_cpus": cpus, "include_dashboard": False}
        ray.init(address=address or "local", log_to_driver=False, **own)
        self._map = ray.remote(map_table)
        self._scatter = ray.remote(scatter)
        self._group = ray.remote(_group)
        self._join = ray.remote(_join)

    def close(self) -> None:
        """Leave the cluster; one that was started here ends."""
        self._ray.shutdown()

    def map_batch(self, rows: Partitions, change: Callable[[Batch], Batch]) -> Partitions:
        """Change rows batch by batch; the result must not depend on where batches end."""
        return [self._map.remote(table, change) for table in rows]

    def group(self, rows: Partitions, key: str, gather: Callable[[pa.Table], Batch]) -> Partitions:
        """Make rows of all rows with one value; they come in order of document and locator."""
        dealt = self._dealt(rows, key, max(1, len(rows)))
        return [self._group.remote(key, gather, *found) for found in dealt]

    def join(self, rows: Partitions, other: Partitions, on: str) -> Partitions:
        """Add the columns of the other row with the same value; rows without one go out."""
        parts = max(1, len(rows))
        left, right = self._dealt(rows, on, parts), self._dealt(other, on, parts)
        return [
            self._join.remote(on, len(one), *one, *two)
            for one, two in zip(left, right, strict=True)
        ]

    def put(self, table: pa.Table) -> Any:  # noqa: ANN401 - Ray's own reference
        """Take one partition in."""
        return self._ray.put(table)

    def get(self, partition: Any) -> pa.Table:  # noqa: ANN401
        """Give one partition back."""
        return self._ray.get(partition)

    def _dealt(self, rows: Partitions, key: str, parts: int) -> list[list[Any]]:
        """Give, for each part, the references to what every partition has for it."""
        dealt = [
            self._scatter.options(num_returns=parts).remote(table, key, parts) for table in rows
        ]
        whole = [one if parts > 1 else [_first(self._ray, one)] for one in dealt]
        return [[one[part] for one in whole] for part in range(parts)]


def _first(ray: Any, reference: Any) -> Any:  # noqa: ANN401 - Ray has no types here
    """Take the one table out of the list that a task of one return gives."""
    return ray.put(ray.get(reference)[0])


def _group(key: str, gather: Callable[[pa.Table], Batch], *tables: pa.Table) -> pa.Table:
    return group_table(tables, key, gather)


def _join(on: str, count: int, *tables: pa.Table) -> pa.Table:
    return join_tables(tables[:count], tables[count:], on)
