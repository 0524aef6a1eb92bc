"""Names and numbers known from the sheet, searched in the texts of their own row.

Nobody has to guess who is named in a letter when its line in the sheet says so. A value is searched
as it stands there, whatever the case and the white space; a person's name also as "Last, First".
Parts of a name alone are not searched: many are common words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from warrant.errors import InputError
from warrant.stages.curate.recogniser import Kind, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NAME = "name"
"""The kind of a column for which none is given."""

LEAST_CHARACTERS = 3
"""Shorter values are not searched: they would be found in every text."""

_REACH = 200  # characters after a place in which one that overlaps with it may end
_KIND = re.compile(r"[a-z][a-z0-9_]*")
_BLANK = r"[\s\x{00A0}]+"


def kinds_of(columns: object) -> dict[str, str]:
    """Read from a filter's settings which columns hold what.

    Args:
        columns: names of columns that hold people's names, or kinds by name of column.

    Returns:
        Kinds by column.

    Raises:
        InputError: when it is neither, or a kind is no small word.
    """
    if isinstance(columns, (list, tuple)):
        columns = dict.fromkeys(columns, NAME)
    if not isinstance(columns, dict) or not all(
        isinstance(column, str) and isinstance(kind, str) and _KIND.fullmatch(kind)
        for column, kind in columns.items()
    ):
        raise InputError(
            "The setting 'names' of 'mask_personal_data' names no columns.",
            do="Write for example: names: [patient], "
            "or: names: {patient: name, chart: medical_record}",
        )
    return columns


def known_kinds(columns: Mapping[str, str]) -> tuple[Kind, ...]:
    """Describe what is searched, for reasons and claim.

    Args:
        columns: kinds by column.

    Returns:
        Each kind once; covered partly, since a text may name others, or write a name otherwise.
    """
    letters = {NAME: ("A", "name"), "medical_record": ("H", "identification_number")}
    return tuple(
        Kind(
            kind,
            "Names of people that the sheet names" if kind == NAME else "Values that the sheet has",
            "partly",
            *letters.get(kind, ("R", "identification_number")),
        )
        for kind in dict.fromkeys(columns.values())
    )


def values_of(
    cells: Mapping[str, object], columns: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Read the known values of one row.

    Args:
        cells: by column; several values in one stand apart by semicolons.
        columns: kinds by column.

    Returns:
        Kind and value, each pair once.
    """
    found: dict[tuple[str, str], None] = {}
    for column, kind in columns.items():
        for part in _written(cells.get(column)).split(";"):
            value = " ".join(part.split())
            if len(value) >= LEAST_CHARACTERS:
                found[kind, value] = None
    return tuple(found)


def find_known(text: str, values: Sequence[tuple[str, str]]) -> Iterator[Span]:
    """Find known values in a text.

    Args:
        text: any text.
        values: kind and value.

    Yields:
        Spans in any order; they may overlap.
    """
    for kind in dict.fromkeys(kind for kind, _ in values):
        pattern = _compiled(kind, tuple(value for of, value in values if of == kind))
        for start, end in _places(pattern, text):
            if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
                yield Span(start, end, kind)


def _places(pattern: Any, text: str) -> Iterator[tuple[int, int]]:  # noqa: ANN401 - of RE2
    """Find a pattern, also where it overlaps with itself: "Berg Anna Berg" has a name twice."""
    for found in pattern.finditer(text):
        start, end = found.span()
        yield start, end
        near = text[start : end + _REACH]
        while (again := pattern.search(near, 1)) is not None and start + again.start() < end:
            near, start = near[again.start() :], start + again.start()
            yield start, start + again.end() - again.start()


def _written(cell: object) -> str:
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _forms(kind: str, value: str) -> Iterator[str]:
    """Give the patterns of a value; of a name also with the last part first."""
    last, comma, first = value.partition(",")
    words = [*first.split(), *last.split()] if comma else value.split()
    words = words if kind == NAME else value.split()
    quoted = [_composed_or_not(word) for word in words]
    yield _BLANK.join(quoted)
    if kind == NAME:
        for at in range(1, len(quoted)):
            yield rf"{_BLANK.join(quoted[at:])}[\s\x{{00A0}}]*,?{_BLANK}{_BLANK.join(quoted[:at])}"


def _composed_or_not(word: str) -> str:
    """Quote a word in both ways of writing ü: as one character, and as u with a mark (UAX 15)."""
    ways = dict.fromkeys((word, normalize("NFC", word), normalize("NFD", word)))
    quoted = "|".join(map(re.escape, ways))
    return f"(?:{quoted})" if len(ways) > 1 else quoted


@lru_cache(maxsize=1024)
def _compiled(kind: str, values: tuple[str, ...]) -> Any:  # noqa: ANN401 - RE2 has no types
    import re2

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    forms = dict.fromkeys(form for value in values for form in _forms(kind, value))
    return re2.compile("|".join(sorted(forms, key=len, reverse=True)), options)
