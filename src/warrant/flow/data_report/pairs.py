"""Rows that are nearly the same, side by side, with the words in which they differ."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
from markupsafe import Markup, escape

from warrant.engine import dataset_record, read_dataset, read_ledger
from warrant.engine.columns import ROW_ID
from warrant.stages.report.markdown import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from warrant.engine import Decision
    from warrant.flow.workspace import Workspace
    from warrant.kernel.digest import Digest

SHOWN = 12
"""Pairs on the page."""

_WORD = re.compile(r"\w+|[^\w\s]|\s+")
_LONGEST = 4000
_AROUND = 24
"""Words and spaces shown beside a difference."""
_PLACES = 6
"""Differences shown of a pair."""


class Piece(NamedTuple):
    """A stretch of one side."""

    text: str
    """As it stands there."""
    differs: bool
    """It is not on the other side."""

    @property
    def written(self) -> Markup:
        """The text for a page, with a space at either end where white space stands there."""
        inner = one_line(self.text)
        spaces = (" " if one.isspace() else "" for one in (self.text[:1], self.text[-1:]))
        start, end = spaces if inner else (" " if self.text else "", "")
        return escape(f"{start}{inner}{end}")


class Pair(NamedTuple):
    """Two rows that a rule found alike."""

    words: str
    """What the rule says."""
    similarity: float | None
    """0 to 1; None where they are the same."""
    title: str
    """The files, or the one file that both stand in."""
    names: tuple[str, str]
    """Files of the earlier and of the later row; of one file, the rows."""
    sides: tuple[tuple[Piece, ...], tuple[Piece, ...]] | None
    """Around the differences; None where a text may not be shown."""
    rows: tuple[str, str]
    """Beginnings of the ids of both, as `warrant why` takes them."""


def read_pairs(
    workspace: Workspace, outputs: Mapping[str, Digest], source: Digest, text: str | None
) -> tuple[list[Pair], int]:
    """Read pairs of rows that curation found alike.

    Args:
        workspace: in which they lie.
        outputs: of the curate step.
        source: manifest of what it read, in which the ledger counts.
        text: the column that is compared; None: no text may be shown.

    Returns:
        The first pairs of each reason, in turn, and how many there are in all. The texts are those
        after masking; one that was dropped before it was masked is not shown.
    """
    lines = read_ledger(workspace.store, outputs["ledger"])
    words = {reason.code: reason for reason in lines.header.reasons}
    found: dict[str, list[Decision]] = {}
    count = 0
    for one in lines.decisions():
        if one.peer is not None:
            count += 1
            listed = found.setdefault(one.code, [])
            if len(listed) < SHOWN:
                listed.append(one)
    turns = _in_turn(list(found.values()))
    chosen = sorted(turns, key=lambda one: 1 if one.value is None else one.value)[:SHOWN]
    drops = {reason.code for reason in lines.header.reasons if reason.kind == "drop"}
    gone = np.array(sorted({one.position for one in lines.decisions() if one.code in drops}), int)
    places = sorted({place for one in chosen for place in (one.position, one.peer or 0)})
    names = _cells(workspace, source, places, "path")
    ids = _ids(workspace, source, places)
    kept = {
        place: place - int(np.searchsorted(gone, place)) for place in places if place not in gone
    }
    texts = _cells(workspace, outputs["rows"], sorted(kept.values()), text) if text else {}
    pairs = []
    for one in chosen:
        peer = one.peer or 0
        sides = [
            texts.get(kept[place]) if place in kept else None for place in (peer, one.position)
        ]
        shown = _compare(sides[0], sides[1]) if sides[0] and sides[1] else None
        pair = (names.get(peer) or "a row", names.get(one.position) or "a row")
        title = f"{pair[0]} and {pair[1]}"
        if pair[0] == pair[1]:  # parts of one document, records of one table
            title = f"Two rows of {pair[0]}"
            pair = (f"row {ids.get(peer)}", f"row {ids.get(one.position)}")
        said = words[one.code].words.partition("; value:")[0]
        pairs.append(Pair(said, one.value, title, pair, shown, (ids[peer], ids[one.position])))
    return pairs, count


def _in_turn(lists: Sequence[list[Decision]]) -> Iterable[Decision]:
    for at in range(SHOWN):
        for listed in lists:
            yield from listed[at : at + 1]


def _cells(
    workspace: Workspace, manifest: Digest, rows: list[int], column: str | None
) -> dict[int, Any]:
    """Give cells by position; an erased row has none."""
    columns = [one.name for one in dataset_record(workspace.store, manifest).columns]
    if column not in columns or not rows:
        return {}
    found: dict[int, Any] = {}
    start = 0
    for batch in read_dataset(workspace.store, manifest, [str(column)]):
        here = [row for row in rows if start <= row < start + batch.num_rows]
        values = batch.column(column).take(pa.array([row - start for row in here], pa.int64()))
        found.update(zip(here, values.to_pylist(), strict=True))
        start += batch.num_rows
    return found


def _ids(workspace: Workspace, manifest: Digest, rows: list[int]) -> dict[int, str]:
    """Give the beginning of the id of each row, as `warrant why` takes it."""
    found: dict[int, str] = {}
    start = 0
    for batch in read_dataset(workspace.store, manifest, []):
        for row in rows:
            if start <= row < start + batch.num_rows:
                found[row] = (batch.column(ROW_ID)[row - start].as_py() or b"").hex()[:12]
        start += batch.num_rows
    return found


def _compare(one: str, other: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Show two texts around the places in which they differ."""
    first, second = _WORD.findall(one)[:_LONGEST], _WORD.findall(other)[:_LONGEST]
    keys = [[word if word.strip() else " " for word in words] for words in (first, second)]
    matcher = SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    left: list[Piece] = []
    right: list[Piece] = []
    groups = list(matcher.get_grouped_opcodes(_AROUND))
    for group in groups[:_PLACES]:
        for tag, low, high, other_low, other_high in group:
            differs = tag != "equal"
            left.append(Piece("".join(first[low:high]), differs))
            right.append(Piece("".join(second[other_low:other_high]), differs))
        left.append(Piece(" … ", differs=False))
        right.append(Piece(" … ", differs=False))
    if not groups:
        start = Piece("".join(first[: 3 * _AROUND]) + " …", differs=False)
        return (start,), (start,)
    return tuple(left), tuple(right)
