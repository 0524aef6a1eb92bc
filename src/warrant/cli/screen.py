"""What is printed: tables and colour for people, plain text for pipes, JSON for machines."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from dataclasses import asdict, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import typer

from warrant.cli.refusal import told_once
from warrant.errors import IntegrityError, PolicyRefusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from warrant.errors import WarrantError

WIDTH = 100
"""Widest line on a terminal, in characters."""

_STEERING = dict.fromkeys(
    (
        *(one for one in range(0x20) if chr(one) not in "\t\n"),
        *range(0x7F, 0xA0),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ),
    "\N{REPLACEMENT CHARACTER}",
)
"""What steers a terminal or turns the order of letters: rows and labels may hold it."""

_ESCAPED = {one: f"\\u{one:04x}" for one in _STEERING if one >= 0x7F}
"""The same in JSON; what is below is escaped by every writer, or stands between values."""


def is_terminal(stream: TextIO | None = None) -> bool:
    """Say whether a person looks at the stream; standard output by default."""
    return (stream or sys.stdout).isatty()


def has_colour(stream: TextIO | None = None) -> bool:
    """Say whether colour is welcome. Source: https://no-color.org."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return is_terminal(stream) and not plain


def say(
    text: str = "", colour: str | None = None, *, bold: bool = False, err: bool = False
) -> None:
    """Print text; on a terminal wrapped at 100 columns, follow-on lines indented like the first.

    Args:
        text: may hold several lines.
        colour: a name such as `green`; left out through a pipe.
        bold: left out through a pipe.
        err: True prints on standard error.
    """
    stream = sys.stderr if err else sys.stdout
    plain = harmless(text)
    shown = wrapped(plain) if is_terminal(stream) else plain
    typer.secho(shown, fg=colour, bold=bold or None, err=err, color=has_colour(stream))


def harmless(text: str) -> str:
    """Put a mark in place of what steers a terminal or turns the order of letters.

    Args:
        text: may come from a row, a label, a file's name or somebody else's statement.

    Returns:
        The same text, with lines and tabs as they were.

    Source: ECMA-48, sections 5.2 and 5.3 (control functions); Unicode, UAX 9 (bidirectional).
    """
    return text.translate(_STEERING)


def wrapped(text: str) -> str:
    """Wrap each line at the terminal's width, at most 100 columns."""
    width = min(shutil.get_terminal_size().columns, WIDTH)
    lines = []
    for line in text.splitlines():
        indent = " " * (len(line) - len(line.lstrip()))
        parts = textwrap.wrap(
            line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
        lines += parts or [""]
    return "\n".join(lines)


def say_pairs(pairs: Iterable[tuple[str, object]], indent: str = "  ") -> None:
    """Print names and values in two columns."""
    listed = [(name, str(value)) for name, value in pairs]
    width = max((len(name) for name, _ in listed), default=0)
    for name, value in listed:
        say(f"{indent}{name:{width}}  {value}")


_NAME_WIDTH = 28
"""Letters of the first column that are not folded, for example `sources[0].rights.commercial`."""


def say_table(heads: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    """Print a table: ruled on a terminal, columns of plain text through a pipe.

    Args:
        heads: one per column.
        lines: cells.
    """
    cells = [[harmless(" ".join(str(cell).split("\n"))) for cell in line] for line in lines]
    if is_terminal():
        _rich_table(heads, cells)
        return
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    for line in [heads, *cells]:
        padded = (f"{cell:{width}}" for cell, width in zip(line, widths, strict=True))
        typer.echo("  ".join(padded).rstrip())


def _rich_table(heads: Sequence[str], cells: list[list[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    names = max((len(line[0]) for line in [heads, *cells]), default=0)
    for place, head in enumerate(heads):  # a name is read whole, even where others are folded
        width = None if place else min(names, _NAME_WIDTH)
        table.add_column(head, overflow="fold", width=width)
    for line in cells:
        table.add_row(*map(Text, line))
    wide = min(shutil.get_terminal_size().columns, WIDTH)
    Console(no_color=not has_colour(), width=wide).print(table)


def say_json(value: object) -> None:
    """Print a value as JSON: dataclasses and records as objects, paths and digests as text."""
    typer.echo(inert_json(json.dumps(value, default=_plain, ensure_ascii=False, indent=2)))


def inert_json(text: str) -> str:
    """Write what would steer a terminal as JSON escapes: the same value, harmless to show.

    Args:
        text: JSON as `json.dumps` gives it, which escapes only what JSON itself must.

    Returns:
        JSON of the same value.
    """
    return text.translate(_ESCAPED)


def _plain(value: Any) -> object:  # noqa: ANN401 (whatever a result holds)
    if is_dataclass(value) and not isinstance(value, type):
        return value.hex if hasattr(value, "hex") else asdict(value)
    if isinstance(value, Path | datetime):
        return value.isoformat() if isinstance(value, datetime) else str(value)
    if isinstance(value, bytes):
        return value.hex()
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return dict(value) if hasattr(value, "keys") else list(value)


def show_error(error: WarrantError, *, as_json: bool) -> None:
    """Print an error and what helps on standard error.

    Args:
        error: what went wrong.
        as_json: True prints one JSON object.
    """
    reasons = error.reasons if isinstance(error, PolicyRefusal) else ()
    if as_json:
        told = {"what": error.what, "do": error.do, "reasons": reasons, "exit": error.exit_code}
        typer.echo(inert_json(json.dumps({"error": told}, ensure_ascii=False)), err=True)
        return
    word = {PolicyRefusal: "Refused", IntegrityError: "Does not hold"}.get(type(error), "Error")
    say(f"{word}: {error.what}", "red", err=True)
    do = error.do
    if isinstance(error, PolicyRefusal):
        reasons, do = told_once(error)
    for reason in reasons:
        say(f"  - {reason}", err=True)
    say(f"What to do: {do}", err=True)
