"""Which line of a sheet belongs to which file.

A line names a file when its cell and the file's name share the last part, with or without the
ending: `txt/lease.pdf` names `2024/lease.txt`. A line that is the path of a file names that file
alone. Else a line names the file that shares most of its path, and of several lines the one that
shares more wins. Two equally good lines that say different things are an error, not a choice; so
is a line that names two files equally well.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from warrant.stages.ingest.files import FoundFile
    from warrant.stages.ingest.sheet import Line, Sheet

    _Named = tuple[Line, list[str]]  # a line and the parts of the path it names
    _Scored = tuple[Line, int]


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
    """Two lines that differ and name one file."""
    shared: dict[int, list[str]]
    """Files by line, of lines that name several."""
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
        InputError: when there is no such column, none names a file, two fit equally well, two
            lines that differ name one file, or a line names several. No cell is quoted.
    """
    name = column or _find_column(sheet, files)
    if name not in sheet.columns and len(sheet.columns) == 1:
        raise InputError(
            f"The sheet {sheet.name!r} has one column only, {sheet.columns[0]!r}.",
            do="Save it with commas between the columns, and name the one that names the file "
            "with 'join:'.",
        )
    if name not in sheet.columns:
        raise InputError(
            f"The sheet {sheet.name!r} has no column {name!r}; it has: "
            f"{', '.join(map(repr, sheet.columns))}.",
            do="Correct 'join:' in the recipe.",
        )
    match = _match(sheet, files, name)
    if not match.lines:
        raise InputError(
            f"No line of the sheet {sheet.name!r} names a file of its source in column {name!r}.",
            do=f"Write the file's name in that column, as in {files[0].name!r}, or name another "
            "column with 'join:'.",
        )
    if match.ambiguous:
        first, second = match.ambiguous
        raise InputError(
            f"Column {name!r} of {sheet.name!r} names one file on lines {first} and {second}, "
            "and the two lines differ.",
            do="Delete one of the lines, or write more of the file's path in that column.",
        )
    if match.shared:
        raise _several(sheet, name, match.shared)
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


def _several(sheet: Sheet, column: str, shared: dict[int, list[str]]) -> InputError:
    named = f"{len(shared)} lines name" if len(shared) > 1 else "1 line names"
    first, second = next(iter(shared.values()))[:2]
    return InputError(
        f"Column {column!r} of {sheet.name!r} is ambiguous: {named} several files, "
        f"the first of them {first!r} and {second!r}.",
        do=f"Write the file's path in that column, as in {first!r}, and a line for each file.",
    )


def _match(sheet: Sheet, files: Sequence[FoundFile], column: str) -> _Match:
    at = sheet.columns.index(column)
    named = [(line, _parts(str(line.cells[at]))) for line in sheet.lines if line.cells[at]]
    parts = {file.name: _parts(file.name) for file in files}
    found = _by_path(named, parts)
    taken = {line.number for pairs in found.values() for line, _ in pairs}
    rest = [one for one in named if one[0].number not in taken]
    found |= _by_end(rest, {name: own for name, own in parts.items() if name not in found})
    lines: dict[str, Line] = {}
    users: dict[int, list[str]] = {}
    total, ambiguous = 0, None
    for name in parts:
        if name not in found:
            continue
        best = max(score for _, score in found[name])
        winners = [line for line, score in found[name] if score == best]
        rival = _differing(winners)
        ambiguous = ambiguous or (rival and (winners[0].number, rival.number))
        lines[name] = winners[0]
        for line in winners:
            users.setdefault(line.number, []).append(name)
        total += best
    shared = {number: users[number] for number in sorted(users) if len(users[number]) > 1}
    return _Match(lines, total, ambiguous, shared, frozenset(users))


def _by_path(named: Sequence[_Named], files: Mapping[str, list[str]]) -> dict[str, list[_Scored]]:
    """Give the lines that are the path of a file, by file, with their score."""
    by_parts = {tuple(own): name for name, own in files.items()}
    found: dict[str, list[_Scored]] = {}
    for line, own in named:
        name = by_parts.get(tuple(own))
        if name is not None:
            found.setdefault(name, []).append((line, _score(own, own)))
    return found


def _by_end(named: Sequence[_Named], files: Mapping[str, list[str]]) -> dict[str, list[_Scored]]:
    """Give the lines that agree with the end of a file's path and with no other file further."""
    by_end: dict[str, list[_Named]] = {}
    for line, own in named:
        for end in dict.fromkeys((own[-1], _stem(own[-1]))):
            by_end.setdefault(end, []).append((line, own))
    pairs: list[tuple[str, Line, int]] = []
    best: Counter[int] = Counter()
    for name, parts in files.items():
        ends = (parts[-1], _stem(parts[-1]))
        for line, own in {
            one[0].number: one for end in ends for one in by_end.get(end, ())
        }.values():
            score = _score(parts, own)
            best[line.number] = max(best[line.number], score)
            pairs.append((name, line, score))
    found: dict[str, list[_Scored]] = {}
    for name, line, score in pairs:
        if score == best[line.number]:
            found.setdefault(name, []).append((line, score))
    return found


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
