"""The same operators on Ray: each partition is a task, of an existing cluster or a local one."""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from warrant.engine.operators import group_table, join_tables, map_table, scatter
from warrant.errors import MissingExtra, OutsideError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pyarrow as pa

    from warrant.engine.columns import Batch
    from warrant.engine.operators import Partitions
    from warrant.records.interfaces import Item, Made


class RayEngine:
    """Runs on Ray; a killed worker's partition is computed again by another.

    Args:
        address: of a running cluster, such as `ray://10.0.0.5:10001`; None: one is started here.
        cpus: of a cluster that is started here.
        carry: told host and bytes before something is sent to the cluster of an address; one that
            is started here is this machine.

    Raises:
        MissingExtra: when Ray is not installed.
        OutsideError: when no cluster answers, or none can be started.
    """

    def __init__(
        self,
        address: str | None = None,
        cpus: int = 2,
        carry: Callable[[str, int], None] = lambda _host, _size: None,
    ) -> None:
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # nothing leaves this machine
        try:
            import ray
        except ImportError:
            raise MissingExtra.named("ray", "The engine Ray") from None
        self._ray = ray
        own = {} if address else {"num_cpus": cpus, "include_dashboard": False}
        try:
            ray.init(address=address or "local", log_to_driver=False, **own)
        except (RuntimeError, ConnectionError, TimeoutError) as error:
            ray.shutdown()
            where = repr(address) if address else "on this machine"
            raise OutsideError(
                f"Ray could not be reached or started {where} ({type(error).__name__}).",
                do="Try again when the machine has less to do, correct the address under "
                "`engine:` in the recipe, or take `engine:` out: the rows are the same.",
            ) from None
        self._host = urlsplit(address).hostname or address if address else None
        self._carry = carry
        self._most = 2 * int(ray.cluster_resources().get("CPU", cpus))
        self._apply = ray.remote(_apply)
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

    def stream(self, work: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
        """Do work on each item; the results come in the order of the items.

        A worker that is killed costs its item's work: another one does it again.
        """
        sent, waiting = self._ray.put(work), deque[Any]()
        for item in items:
            if self._host is not None and (size := _size(item)):
                self._carry(self._host, size)
            waiting.append(self._apply.remote(sent, item))
            if len(waiting) > self._most:
                yield self._result(waiting.popleft())
        while waiting:
            yield self._result(waiting.popleft())

    def _result(self, reference: Any) -> Any:  # noqa: ANN401 - whatever the work gives
        try:
            return self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:
            raise error.cause from None
        except self._ray.exceptions.RayError as error:
            raise OutsideError(
                f"Ray lost the work on some rows ({type(error).__name__}).",
                do="Run it again: what was done is kept. Without `engine:` in the recipe the rows "
                "are the same.",
            ) from None

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


def _apply(work: Callable[[Any], Any], item: Any) -> Any:  # noqa: ANN401 - any work
    return work(item)


def _size(item: Any) -> int:  # noqa: ANN401 - any item
    """Give the bytes of cells and files in an item."""
    if isinstance(item, (list, tuple)):
        return sum(_size(one) for one in item)
    if isinstance(item, (bytes, str)):
        return len(item)
    return int(getattr(item, "nbytes", 0))


def _group(key: str, gather: Callable[[pa.Table], Batch], *tables: pa.Table) -> pa.Table:
    return group_table(tables, key, gather)


def _join(on: str, count: int, *tables: pa.Table) -> pa.Table:
    return join_tables(tables[:count], tables[count:], on)
