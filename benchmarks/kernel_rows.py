"""CPU seconds of a row tree over one million rows, from each of its three starting points.

Each function builds its input first and measures only the work named. The rows are those of
a contract dataset: an id, a clause of some 90 characters, a type, an amount and a date.
"""

from __future__ import annotations

import random
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypedDict

from warrant.kernel.merkle import Leaf, entries_root, leaf_hashes, verify_inclusion
from warrant.kernel.rows import (
    Commitment,
    RowDigest,
    RowId,
    Salt,
    commit_rows,
    row_digests,
    row_ids,
)
from warrant.kernel.tiles import grow_tiles
from warrant.kernel.tree import RowTree

if TYPE_CHECKING:
    from collections.abc import Callable

    from warrant.kernel.cells import Cell

ROWS = 1_000_000
BATCH = 10_000
FIRST_DAY = date(2020, 1, 1)


class Figure(TypedDict):
    """What one measurement says."""

    name: str
    """What was done."""
    cpu_s: float
    """CPU seconds for all of it."""
    n: int
    """How many rows, leaves or proofs."""
    goal: float
    """At most so many CPU seconds."""


def tree_from_commitments(n: int = ROWS) -> Figure:
    """Measure leaves and tree over commitments that are at hand."""
    commitments = [Commitment(one) for one in _hashes(n)]
    cpu_s = _cpu_seconds(lambda: entries_root(commitments))
    return _figure("row-tree root from commitments", cpu_s, n, 1.0)


def tree_from_digests(n: int = ROWS) -> Figure:
    """Measure salts, commitments, leaves and tree from row ids and row digests."""
    keys, rows, digests = _parts(n)
    cpu_s = _cpu_seconds(lambda: entries_root(commit_rows(keys, rows, digests)))
    return _figure("row-tree root from row ids and digests", cpu_s, n, 3.0)


def tree_from_cells(n: int = ROWS) -> Figure:
    """Measure row ids, canonical JSON, digests, commitments and tree from cells in batches."""
    keys, _, _ = _parts(n)
    commitments: list[Commitment] = []
    cpu_s = 0.0
    for start in range(0, n, BATCH):
        numbers = range(start, min(n, start + BATCH))
        cells, salts = _cells(numbers), keys[numbers.start : numbers.stop]
        locators = [(number,) for number in numbers]
        cpu_s += _cpu_seconds(lambda: commitments.extend(_commit(salts, locators, cells)))  # noqa: B023
    cpu_s += _cpu_seconds(lambda: entries_root(commitments))
    return _figure("row-tree root from cells", cpu_s, n, 6.0)


def proofs_made(n: int = ROWS, proofs: int = 1_000) -> Figure:
    """Measure making inclusion proofs of a tree in memory; the goal is 1 ms each."""
    tree = RowTree.over(_hashes(n))
    chosen = random.Random(1).sample(range(n), proofs)
    cpu_s = _cpu_seconds(lambda: [tree.prove(index) for index in chosen])
    return _figure("row proofs made", cpu_s, proofs, proofs * 0.001)


def proofs_checked(n: int = ROWS, proofs: int = 1_000) -> Figure:
    """Measure checking inclusion proofs; the goal is 0.2 ms each."""
    hashes = _hashes(n)
    tree = RowTree.over(hashes)
    head = tree.head()
    chosen = random.Random(1).sample(range(n), proofs)
    made = [(Leaf(hashes[index], index), tree.prove(index)) for index in chosen]
    assert all(len(proof) * 32 < 1_500 for _, proof in made)

    def check() -> None:
        for leaf, proof in made:
            verify_inclusion(leaf, proof, head)

    cpu_s = _cpu_seconds(check)
    return _figure("row proofs checked", cpu_s, proofs, proofs * 0.0002)


def leaves_into_tiles(n: int = ROWS) -> Figure:
    """Measure hashing entries of 400 bytes and growing the tiles; nothing is written."""
    entry = bytes(400)
    entries = [index.to_bytes(8, "big") + entry for index in range(n)]

    def build() -> int:
        return sum(len(data) for _, data in grow_tiles(0, leaf_hashes(entries), lambda _: b""))

    return _figure("log leaves hashed into tiles", _cpu_seconds(build), n, n / 200_000)


ALL: tuple[Callable[[], Figure], ...] = (
    tree_from_commitments,
    tree_from_digests,
    tree_from_cells,
    proofs_made,
    proofs_checked,
    leaves_into_tiles,
)


def _hashes(n: int) -> list[bytes]:
    return [one.to_bytes(32, "big") for one in range(n)]


def _parts(n: int) -> tuple[list[Salt], list[RowId], list[RowDigest]]:
    hashes = _hashes(n)
    return list(map(Salt, hashes)), list(map(RowId, hashes)), list(map(RowDigest, hashes))


def _commit(
    salts: list[Salt], locators: list[tuple[int]], cells: list[dict[str, Cell]]
) -> list[Commitment]:
    return commit_rows(salts, row_ids(salts, locators), row_digests(cells))


def _cells(numbers: range) -> list[dict[str, Cell]]:
    kinds = ("NDA", "lease", "supply", "licence")
    clause = "Either party may end this agreement by written notice of sixty days."
    return [
        {
            "contract_id": f"c-{number}",
            "clause": f"Clause {number}. {clause}",
            "type": kinds[number % 4],
            "amount": number * 12.5,
            "signed": FIRST_DAY + timedelta(days=number % 2000),
        }
        for number in numbers
    ]


def _cpu_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _figure(name: str, cpu_s: float, n: int, goal: float) -> Figure:
    return Figure(name=name, cpu_s=round(cpu_s, 4), n=n, goal=goal)


if __name__ == "__main__":
    for measure in ALL:
        print(measure())
