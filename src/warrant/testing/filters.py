"""The suite that every filter passes."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import pyarrow as pa

from warrant.stages.curate import ReadsColumns, Surveying

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from warrant.stages.curate import Filter


Cell: TypeAlias = "str | Mapping[str, str | None] | None"
"""A text, or for a filter that is `ReadsColumns` the cells of its columns by name."""
_ODD = (None, "", " ", "\0", "\U0001f9fe" * 300)


class _Outcome(NamedTuple):
    """Verdicts by position, and every cell afterwards."""

    verdicts: list[tuple[int, str, float | None, int | None]]
    cells: list[Cell]


def check_filter(make: Callable[[], Filter], texts: Sequence[Cell]) -> None:
    """Check what `Filter` promises, on texts of the author's choice.

    Args:
        make: gives a fresh filter, as the catalog does with the settings of a recipe.
        texts: cells, some of which the filter says something about.

    Raises:
        AssertionError: with the promise that was broken.
    """
    whole = _run(make(), texts, max(1, len(texts)))
    _require(bool(whole.verdicts), "it says something about at least one of the texts")
    for size in (1, 2, 3):
        _require(_run(make(), texts, size) == whole, "a verdict does not depend on batches")
    _run(make(), [], 1)
    rule = make()
    names = rule.columns if isinstance(rule, ReadsColumns) else ()
    _run(rule, [dict.fromkeys(names, odd) for odd in _ODD] if names else _ODD, 2)


def _run(rule: Filter, texts: Sequence[Cell], size: int) -> _Outcome:
    kinds = {reason.code: reason.kind for reason in rule.reasons}
    _require(len(kinds) == len(rule.reasons), "each reason has a code of its own")
    verdicts: list[tuple[int, str, float | None, int | None]] = []
    cells: list[Cell] = []
    names = rule.columns if isinstance(rule, ReadsColumns) else ()
    batches = _batches(texts, size, names)
    if isinstance(rule, Surveying):
        _survey(rule, batches)
    for part, positions in batches:
        judgement = rule.judge(part, positions)
        dropped = [one.row for one in judgement.verdicts if kinds.get(one.code) == "drop"]
        _require(len(set(dropped)) == len(dropped), "a row is dropped once")
        for one in judgement.verdicts:
            _require(one.code in kinds, "a verdict names one of the filter's reasons")
            _require(0 <= one.row < len(part), "a verdict is about a row of the batch")
            earlier = one.peer is None or one.peer <= positions[one.row]
            _require(earlier, "a peer is a row that was seen already")
            verdicts.append((positions[one.row], one.code, one.value, one.peer))
        changed = judgement.changed
        _require(changed is None or not names, "one that reads columns changes none")
        _require(changed is None or len(changed) == len(part), "a changed column is whole")
        cells += (part if changed is None else changed).to_pylist()
    return _Outcome(sorted(verdicts, key=lambda one: one[:2]), cells)


def _batches(
    texts: Sequence[Cell], size: int, names: Sequence[str]
) -> list[tuple[pa.Array, list[int]]]:
    text = pa.large_string()
    kind = pa.struct([(name, text) for name in names]) if names else text
    starts = range(0, max(1, len(texts)), size)
    parts = [list(texts[start : start + size]) for start in starts]
    return [
        (
            pa.array(part, kind),
            [10 * row for row in range(start, start + len(part))],
        )
        for start, part in zip(starts, parts, strict=True)
    ]


def _survey(rule: Surveying, batches: Sequence[tuple[pa.Array, list[int]]]) -> None:
    for part, positions in batches:
        rule.look(part, positions)
    whole = pa.concat_arrays([part for part, _ in batches])
    with TemporaryDirectory() as scratch:
        rule.settle(lambda rows: whole.take(pa.array(rows)), Path(scratch))


def _require(holds: bool, promise: str) -> None:  # noqa: FBT001 - reads as the promise
    if not holds:
        raise AssertionError(f"A filter promises: {promise}.")
