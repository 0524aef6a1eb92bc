"""Which line of a sheet belongs to which file.

A line names a file when its cell and the file's name share the last part, with or without the
ending: `txt/lease.pdf` names `2024/lease.txt`. Of several lines the one that shares more of the
path wins; two equally good lines that say different things are an error, not a choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from warrant.stages.ingest.files import FoundFile
    from warrant.stages.ingest.sheet import Line, Sheet


class Joined(NamedTuple):
    """A sheet laid beside the files of its source."""

    column: str
    """The column that names the files."""
    lines: dict[str, Line]
    """Line by file name; a file that no line names is absent."""
    spare: tuple[Line, ...]
    """Lines that name no file, in order."""


class _Match(NamedTuple):
    lines: dict[str, Line]
    score: int
    ambiguous: tuple[int, int] | None
    used: frozenset[int]


def join_sheet(sheet: Sheet, files: Sequence[FoundFile], column: str | None) -> Joined:
    """Lay a sheet beside the files of its source.

    Args:
        sheet: one line per file.
        files: of the source.
        column: the column that names the file; None: the one that names most of them.

    Returns:
        Lines by file, and the lines left over.

    Raises:
        InputError: when there is no such column, none names a file, two fit equally well, or two
            lines that differ name one file. No cell is quoted.
    """
    name = column or _find_column(sheet, files)
    if name not in sheet.columns:
        raise InputError(
            f"The sheet {sheet.name!r} has no column {name!r}; it has: "
            f"{', '.join(map(repr, sheet.columns))}.",
            do="Correct 'join:' in the recipe.",
        )
    match = _match(sheet, files, name)
    if match.ambiguous:
        first, second = match.ambiguous
        raise InputError(
            f"Column {name!r} of {sheet.name!r} names one file on lines {first} and {second}, "
            "and the two lines differ.",
            do="Delete one of the lines, or write more of the file's path in that column.",
        )
    spare = tuple(line for line in sheet.lines if line.number not in match.used)
    return Joined(name, match.lines, spare)


def _find_column(sheet: Sheet, files: Sequence[FoundFile]) -> str:
    matches = {name: _match(sheet, files, name) for name in sheet.columns}
    best = max((match.score for match in matches.values()), default=0)
    if not best:
        raise InputError(
            f"No column of the sheet {sheet.name!r} names a file of its source.",
            do="Write the file's name or path in a column, and name the column with 'join:'.",
        )
    first, *others = (name for name, match in matches.items() if match.score == best)
    for other in others:
        if matches[other].lines != matches[first].lines:
            raise InputError(
                f"Columns {first!r} and {other!r} of {sheet.name!r} both name the files.",
                do=f"Say which one does, in the recipe: join: {first}",
            )
    return first


def _match(sheet: Sheet, files: Sequence[FoundFile], column: str) -> _Match:
    at = sheet.columns.index(column)
    named = [(line, _parts(str(line.cells[at]))) for line in sheet.lines if line.cells[at]]
    by_end: dict[str, list[tuple[Line, list[str]]]] = {}
    for line, parts in named:
        for end in dict.fromkeys((parts[-1], _stem(parts[-1]))):
            by_end.setdefault(end, []).append((line, parts))
    lines: dict[str, Line] = {}
    used: set[int] = set()
    total, ambiguous = 0, None
    for file in files:
        parts = _parts(file.name)
        ends = (parts[-1], _stem(parts[-1]))
        found = {line.number: (line, own) for end in ends for line, own in by_end.get(end, ())}
        if not found:
            continue
        scores = {number: _score(parts, own) for number, (_, own) in found.items()}
        best = max(scores.values())
        winners = [found[number][0] for number, score in scores.items() if score == best]
        rival = _differing(winners)
        ambiguous = ambiguous or (rival and (winners[0].number, rival.number))
        lines[file.name] = winners[0]
        used.update(line.number for line in winners)
        total += best
    return _Match(lines, total, ambiguous, frozenset(used))


def _differing(lines: Sequence[Line]) -> Line | None:
    return next((line for line in lines if line.digest != lines[0].digest), None)


def _score(file: list[str], cell: list[str]) -> int:
    """Count how much of two paths agrees from the end; the whole last part counts for two."""
    score = 2 if file[-1] == cell[-1] else 1
    for ours, theirs in zip(file[-2::-1], cell[-2::-1], strict=False):
        if ours != theirs:
            break
        score += 2
    return score


def _parts(path: str) -> list[str]:
    parts: Iterable[str] = path.strip().replace("\\", "/").split("/")
    return [part for part in parts if part not in {"", "."}] or [""]


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name
