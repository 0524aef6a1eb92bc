"""Training rows that say again what is measured on: found, counted exactly, and left out.

A training row repeats a held-out row when it has at least a given share of that row's five words
in a row (`similarity`): so it is found when it nearly repeats it, and when it contains it in
something longer. A row of fewer than eight words is a phrase that anybody may write; it is repeated
only by a row with the same words. Case, spaces and punctuation do not count.

Law: no training row that stays has the share of any held-out row's five words in a row.

Source: T. Brown et al., Language Models are Few-Shot Learners, 2020, appendix C (overlap of word
sequences); here the share of one held-out row is counted, not any one sequence.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from warrant.engine import read_dataset
from warrant.errors import InputError
from warrant.kernel.digest import hash_file
from warrant.records.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from warrant.kernel.digest import Digest
    from warrant.kernel.store import Store
    from warrant.stages.split.config import Benchmark, RepeatsConfig

HELD_OUT = "repeats_held_out"
BENCHMARK = "repeats_benchmark"

_WORD = re.compile(r"\w+")
_IN_A_ROW = 5
_FEWEST = 8
"""Words of a held-out row from which on a part of them may count."""


class Repeat(NamedTuple):
    """A training row that is left out."""

    row: int
    """As the caller numbers rows."""
    code: str
    """Of the reason."""
    share: float
    """Of the held-out row's five words in a row, 0 to 1."""
    peer: int | None
    """The held-out row; None for one of a benchmark outside."""


def reasons(config: RepeatsConfig | None, version: int) -> tuple[Reason, ...]:
    """Give the reasons for which rows may be left out.

    Args:
        config: what is asked.
        version: of the stage.

    Returns:
        None of them when nothing is asked; one for each benchmark.
    """
    if config is None:
        return ()

    def reason(code: str, what: str) -> Reason:
        return Reason(
            code=code,
            kind="drop",
            rule="decontaminate",
            version=str(version),
            threshold=config.similarity,
            words=f"The row repeats or contains {what}; value: the share of that row's five words "
            "in a row that it has.",
        )

    return (
        reason(HELD_OUT, "the peer row, which is held out for validation or test"),
        *(
            reason(f"{BENCHMARK}_{at}", f"a row of the benchmark {one.name!r}")
            for at, one in enumerate(config.benchmarks)
        ),
    )


def find_repeats(
    texts: Mapping[int, str], train: Iterable[int], held_out: Iterable[int], config: RepeatsConfig
) -> list[Repeat]:
    """Find training rows that repeat what is held out.

    Args:
        texts: by row; rows without any are left out.
        train: rows to learn from.
        held_out: rows of validation and test.
        config: what is asked.

    Returns:
        Each training row once, in their order, with what it repeats most.

    Raises:
        InputError: when a benchmark cannot be read, or was changed since the run began.
    """
    held = _Held(config.similarity)
    for row in held_out:
        held.add(texts.get(row, ""), HELD_OUT, row)
    for at, benchmark in enumerate(config.benchmarks):
        for text in read_benchmark(config.folder, benchmark):
            held.add(text, f"{BENCHMARK}_{at}", None)
    found = ((row, held.most_like(texts.get(row, ""))) for row in train)
    return [Repeat(row, *hit) for row, hit in found if hit is not None]


def read_texts(
    store: Store, manifest: Digest, columns: Sequence[str], positions: Sequence[int]
) -> dict[int, str]:
    """Read what the model reads of each row.

    Args:
        store: where they lie.
        manifest: of the dataset.
        columns: of text; others are passed over.
        positions: of the rows wanted, rising.

    Returns:
        Text by place in `positions`, several columns joined by a line break.
    """
    found: dict[int, str] = {}
    place_of = {position: place for place, position in enumerate(positions)}
    start = 0
    for batch in read_dataset(store, manifest, columns):
        rows = batch.select(list(columns)).to_pylist()
        for at, row in enumerate(rows):
            place = place_of.get(start + at)
            texts = [cell for cell in row.values() if isinstance(cell, str)]
            if place is not None and texts:
                found[place] = "\n".join(texts)
        start += batch.num_rows
    return found


def read_benchmark(folder: Path, benchmark: Benchmark) -> Iterator[str]:
    """Read the texts of a benchmark.

    Args:
        folder: from which its path starts.
        benchmark: which one.

    Yields:
        The text of each row that has one.

    Raises:
        InputError: when the file was changed, is not of a kind that is read, or has no such column.
    """
    path = folder / benchmark.path
    if hash_file(path).hex != benchmark.sha256:
        raise InputError(
            f"The benchmark {benchmark.path!r} was changed while it was being read.",
            do="Run again once nobody writes to it: warrant run",
        )
    table = _table(path, benchmark)
    if benchmark.column not in table.column_names:
        raise InputError(
            f"The benchmark {benchmark.path!r} has no column {benchmark.column!r}; it has: "
            f"{', '.join(table.column_names)}.",
            do="Write under decontaminate, with the benchmark, column: NAME",
        )
    for cell in table.column(benchmark.column).to_pylist():
        if isinstance(cell, str) and cell.strip():
            yield cell


def _table(path: Path, benchmark: Benchmark) -> Any:  # noqa: ANN401 (an Arrow table)
    import pyarrow as pa
    from pyarrow import csv, json, parquet

    readers = {".parquet": parquet.read_table, ".csv": csv.read_csv, ".jsonl": json.read_json}
    reader = readers.get(path.suffix.lower())
    if reader is not None:
        try:
            return reader(path)
        except (pa.ArrowException, OSError, ValueError):
            pass
    raise InputError(
        f"The benchmark {benchmark.path!r} cannot be read: expected parquet, csv or jsonl.",
        do="Save it as one of these, with its ending in the name.",
    )


class _Held:
    """What is held out, by its five words in a row."""

    def __init__(self, similarity: float) -> None:
        self._least = similarity
        self._sizes: list[int] = []
        self._names: list[tuple[str, int | None]] = []
        self._with: dict[str, list[int]] = {}
        self._whole: dict[str, int] = {}

    def add(self, text: str, code: str, row: int | None) -> None:
        words = _WORD.findall(text.casefold())
        if not words:
            return
        number = len(self._names)
        self._names.append((code, row))
        parts = _parts(words) if len(words) >= _FEWEST else set()
        self._sizes.append(len(parts))
        for part in parts:
            self._with.setdefault(part, []).append(number)
        self._whole.setdefault(" ".join(words), number)

    def most_like(self, text: str) -> tuple[str, float, int | None] | None:
        """Give code, share and row of what a text repeats most; None when it repeats nothing."""
        words = _WORD.findall(text.casefold())
        same = self._whole.get(" ".join(words))
        if same is not None:
            code, row = self._names[same]
            return code, 1.0, row
        shared: Counter[int] = Counter()
        for part in _parts(words):
            shared.update(self._with.get(part, ()))
        ranked = [(count / self._sizes[number], -number) for number, count in shared.items()]
        share, number = max(ranked, default=(0.0, 0))
        if share < self._least or share == 0.0:
            return None
        code, row = self._names[-number]
        return code, share, row


def _parts(words: Sequence[str]) -> set[str]:
    return {
        " ".join(words[at : at + _IN_A_ROW]) for at in range(max(len(words) - _IN_A_ROW + 1, 0))
    }
