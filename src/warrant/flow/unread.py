"""`unread.csv`: files that could not be read, or only in part, each with what helps."""

from __future__ import annotations

import csv
import json
from collections import Counter
from io import StringIO
from typing import TYPE_CHECKING, Literal, NamedTuple

from warrant.engine import read_ledger
from warrant.flow.unmatched import document_paths
from warrant.kernel.durable import write_file
from warrant.serve.inert import inert
from warrant.stages.ingest.advice import PARTS, advise
from warrant.stages.ingest.reading import SPARE_LINE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from warrant.kernel.digest import Digest
    from warrant.kernel.store import Store

HEAD = ("file", "read", "problem", "count", "what to do")
"""Columns of the list."""

_OTHER = ("could not be read for another reason", "could not be read for other reasons")


class Line(NamedTuple):
    """One line of the list."""

    path: str
    """Of the file, in its source."""
    kind: Literal["file", "record", "part"]
    """What is missing: the file, records of a table, or pages and attachments of a file."""
    problem: str
    """What is wrong, in words."""
    number: int
    """Records, pages or attachments that are missing; 1 for a file."""
    do: str
    """What helps."""
    phrases: tuple[str, str]
    """The problem of one, and of several, after their number."""


class Unread(NamedTuple):
    """All that the latest ingest could not read."""

    lines: tuple[Line, ...]
    """In the order of the sources; of a table one line for each problem."""

    @property
    def problems(self) -> tuple[tuple[int, str], ...]:
        """How many files have which problem, the most frequent first."""
        return _count(one for one in self.lines if one.kind == "file")

    @property
    def records(self) -> tuple[tuple[int, str], ...]:
        """How many records of tables have which problem, the most frequent first."""
        return _count(one for one in self.lines if one.kind == "record")

    @property
    def parts(self) -> tuple[tuple[int, str], ...]:
        """How many parts of files are missing, the most frequent first."""
        return _count(one for one in self.lines if one.kind == "part")

    def to_csv(self) -> bytes:
        """Write the list as a spreadsheet reads it, formula-like names made inert."""
        out = StringIO()
        write = csv.writer(out)
        write.writerow(HEAD)
        for one in self.lines:
            read = "no" if one.kind == "file" else "in part"
            write.writerow((inert(one.path), read, one.problem, one.number, one.do))
        return out.getvalue().encode("utf-8-sig")


def write_unread(store: Store, outputs: Mapping[str, Digest], target: Path) -> Unread:
    """Write the list of what an ingest could not read, where there is something.

    Args:
        store: that holds what it gave.
        outputs: its `documents`, `ledger` and `unread`.
        target: the file; an earlier list is replaced, and goes when all was read.

    Returns:
        What stands in it.
    """
    found = list_unread(store, outputs)
    if found.lines:
        write_file(target, found.to_csv(), swept=False)
    elif _is_ours(target):
        target.unlink()
    return found


def list_unread(store: Store, outputs: Mapping[str, Digest]) -> Unread:
    """Collect what an ingest could not read.

    Args:
        store: that holds what it gave.
        outputs: its `documents`, `ledger` and `unread`.

    Returns:
        The list; lines of a sheet that name no file are no part of it.
    """
    told = json.loads(store.get(outputs["unread"]))
    counts = Counter(
        (one["path"], one["code"], one["words"]) for one in told if one["code"] != SPARE_LINE.code
    )
    lines = [_line(*key, count) for key, count in counts.items()]
    return Unread((*lines, *_parts(store, outputs)))


def _line(path: str, code: str, words: str, number: int) -> Line:
    advice = advise(code, path)
    if advice is None:
        return Line(path, "file", words, number, words, _OTHER)
    kind: Literal["file", "record"] = "record" if advice.is_record else "file"
    return Line(path, kind, words, number, advice.do, (advice.one, advice.many))


def _parts(store: Store, outputs: Mapping[str, Digest]) -> list[Line]:
    """Find the files of which pages or attachments are missing."""
    ledger = read_ledger(store, outputs["ledger"])
    drops = {one.code for one in ledger.header.reasons if one.kind == "drop"}
    words = {one.code: one.words for one in ledger.header.reasons if one.code in PARTS}
    if not words:
        return []
    dropped = 0
    found: dict[int, list[tuple[str, int]]] = {}
    for decision in ledger.decisions():  # sorted by their place among all that was found
        if decision.code in drops:
            dropped += 1
        elif decision.code in words:
            many = found.setdefault(decision.position - dropped, [])
            many.append((decision.code, int(decision.value or 1)))
    if not found:
        return []
    paths = document_paths(store, outputs["documents"])
    return [
        Line(path, "part", words[code], count, PARTS[code].do, PARTS[code][:2])
        for row, path in enumerate(paths)
        for code, count in found.get(row, ())
    ]


def _count(lines: Iterable[Line]) -> tuple[tuple[int, str], ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for one in lines:
        counts[one.phrases] += one.number
    return tuple(
        (number, one if number == 1 else many) for (one, many), number in counts.most_common()
    )


def _is_ours(target: Path) -> bool:
    """Say whether a file is an earlier list."""
    head = ",".join(HEAD).encode("utf-8-sig")
    try:
        with target.open("rb") as file:
            return file.read(len(head)) == head
    except OSError:
        return False
