"""Rows as a training step reads them, as lines of JSON and back.

A line is an object: `cells` (a list, in the order of the columns), `labels`, `document` (a number:
which document the row is from; digests of documents do not travel), `spans` where there are some,
and `weight` where rows do not all count as one. Days, instants, times, durations and decimals are
objects with one key.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from warrant.models.examples import Examples
from warrant.models.places import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PARTS = ("train.jsonl", "validation.jsonl")
"""Names of the files that hold rows."""


def to_lines(rows: Examples) -> Iterator[bytes]:
    """Write rows.

    Args:
        rows: as training reads them.

    Yields:
        Lines of JSON, each with its line end; the first names the columns.

    Law: read back, rows have the same cells, labels, spans and weights, and the same documents
    together.
    """
    names = list(rows.columns)
    yield _line({"columns": names, "without_label": rows.without_label})
    numbers: dict[bytes, int] = {}
    for at, labels in enumerate(rows.labels):
        line: dict[str, Any] = {
            "cells": [_plain(rows.columns[name][at]) for name in names],
            "document": numbers.setdefault(rows.documents[at], len(numbers)),
            "labels": list(labels),
            "position": rows.positions[at],
        }
        if rows.spans:
            line["spans"] = [one._asdict() for one in rows.spans[at]]
        if rows.weights:
            line["weight"] = rows.weights[at]
        yield _line(line)


def from_lines(lines: Iterable[bytes]) -> Examples:
    """Read rows.

    Args:
        lines: as `to_lines` writes them.

    Returns:
        The rows; a document is 8 bytes, its number.
    """
    stream = iter(lines)
    head = json.loads(next(stream))
    columns: dict[str, list[object]] = {name: [] for name in head["columns"]}
    rows = Examples({**columns}, without_label=head["without_label"])
    for text in stream:
        line = json.loads(text)
        for cells, cell in zip(columns.values(), line["cells"], strict=True):
            cells.append(_read(cell))
        rows.labels.append(tuple(line["labels"]))
        rows.positions.append(int(line["position"]))
        rows.documents.append(int(line["document"]).to_bytes(8, "big"))
        if "spans" in line:
            rows.spans.append(tuple(Span(**one) for one in line["spans"]))
        if "weight" in line:
            rows.weights.append(float(line["weight"]))
    return rows


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _plain(cell: object) -> object:
    if isinstance(cell, datetime):
        return {"instant": cell.isoformat()}
    if isinstance(cell, date):
        return {"day": cell.isoformat()}
    if isinstance(cell, time):
        return {"time": cell.isoformat()}
    if isinstance(cell, timedelta):
        return {"duration": [cell.days, cell.seconds, cell.microseconds]}
    if isinstance(cell, Decimal):
        return {"decimal": str(cell)}
    if isinstance(cell, dict):
        return {"object": {str(name): _plain(part) for name, part in cell.items()}}
    if isinstance(cell, (list, tuple)):
        return [_plain(part) for part in cell]
    return cell


def _read(cell: Any) -> object:  # noqa: ANN401 - any JSON
    if isinstance(cell, list):
        return [_read(part) for part in cell]
    if not isinstance(cell, dict):
        return cell
    ((kind, value),) = cell.items()
    if kind == "instant":
        return datetime.fromisoformat(value)
    if kind == "day":
        return date.fromisoformat(value)
    if kind == "time":
        return time.fromisoformat(value)
    if kind == "duration":
        return timedelta(*value)
    if kind == "decimal":
        return Decimal(value)
    return {name: _read(part) for name, part in value.items()}
