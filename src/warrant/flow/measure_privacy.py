"""How much of labelled personal data recognisers find: recall by label, with a lower bound.

A labelled place counts as found when every letter and digit of it lies in a found span, of whatever
kind: that is what masking would take out. No text is stored, logged or quoted.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrant.errors import InputError
from warrant.metrics.recall import lower_bound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from warrant.stages.curate import Span

LEVEL = 0.95
"""How sure a lower bound is, 0 to 1."""

_AT_ONCE = 256
_FORM = '{"text": "…", "spans": [{"start": 0, "end": 5, "label": "name"}]}'


@dataclass(frozen=True)
class Recall:
    """What was found of one label."""

    label: str
    """As the file names it."""
    labelled: int
    """Places that carry the label."""
    found: int
    """Of these, places that masking would take out whole."""
    recall: float
    """Found of labelled, 0 to 1."""
    low: float
    """Lower bound of the recall, 0 to 1."""


@dataclass(frozen=True)
class Measured:
    """The result on one file."""

    texts: int
    """Rows read."""
    labels: tuple[Recall, ...]
    """By label, the most frequent first."""
    all_labels: Recall | None
    """All labels together; None where nothing is labelled."""
    spans: int
    """Places that recognisers found."""
    stray: int
    """Of these, places that touch no labelled one: masked for nothing, or not labelled."""


def measure_privacy(file: Path, recognisers: Sequence[str]) -> Measured:
    """Measure recognisers on labelled rows.

    Args:
        file: JSON lines or Parquet; each row has `text` and `spans` with `start`, `end`, `label`.
        recognisers: names in the catalog, at least one.

    Returns:
        Recall by label.

    Raises:
        InputError: when the file is missing or of another form, or a recogniser is unknown.
    """
    from warrant.stages.curate.recogniser import RECOGNISERS, find_all, resolve

    made = [RECOGNISERS.load(name)() for name in recognisers]
    labelled: Counter[str] = Counter()
    found: Counter[str] = Counter()
    texts = spans = stray = 0
    for batch in _batches(_labelled_rows(file)):
        one_text = [text for text, _ in batch]
        each = [find_all(recogniser, one_text) for recogniser in made]
        for (text, wanted), *of_one in zip(batch, *each, strict=True):
            got = resolve([span for some in of_one for span in some])
            texts, spans = texts + 1, spans + len(got)
            stray += sum(not any(_touch(span, place) for place in wanted) for span in got)
            labelled.update(label for _, _, label in wanted)
            found.update(label for start, end, label in wanted if _is_masked(text, start, end, got))
    return Measured(
        texts,
        tuple(_recall(label, labelled[label], found[label]) for label, _ in labelled.most_common()),
        _recall("all", labelled.total(), found.total()) if labelled else None,
        spans,
        stray,
    )


def _recall(label: str, labelled: int, found: int) -> Recall:
    low = lower_bound(found, labelled, LEVEL)
    return Recall(label, labelled, found, found / labelled, low)


def _touch(span: Span, place: tuple[int, int, str]) -> bool:
    return span.start < place[1] and place[0] < span.end


def _is_masked(text: str, start: int, end: int, spans: Sequence[Span]) -> bool:
    near = [one for one in spans if one.start < end and start < one.end]
    return bool(near) and all(
        any(one.start <= at < one.end for one in near)
        for at in range(start, end)
        if text[at].isalnum()
    )


_Row = tuple[str, list[tuple[int, int, str]]]


def _batches(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    batch: list[_Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _labelled_rows(file: Path) -> Iterator[_Row]:
    if not file.is_file():
        raise InputError(
            f"There is no file of labelled rows at '{file}'.",
            do="Name a file of JSON lines or Parquet with the columns text and spans.",
        )
    read = _parquet_rows if file.suffix == ".parquet" else _json_rows
    for number, row in enumerate(read(file), 1):
        yield _checked(row, file.name, number)


def _json_rows(file: Path) -> Iterator[Any]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield json.loads(line)
            except ValueError:
                raise _wrong(file.name, number) from None


def _parquet_rows(file: Path) -> Iterator[Any]:
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(file).iter_batches(_AT_ONCE):
        yield from batch.to_pylist()


def _checked(row: Any, name: str, number: int) -> _Row:  # noqa: ANN401 - any JSON
    try:
        text = row["text"]
        places = [(one["start"], one["end"], str(one["label"])) for one in row["spans"]]
        sound = isinstance(text, str) and all(0 <= a < b <= len(text) for a, b, _ in places)
    except (KeyError, TypeError):
        sound = False
    if not sound:
        raise _wrong(name, number)
    return text, places


def _wrong(name: str, number: int) -> InputError:
    return InputError(
        f"Row {number} of {name!r} is no labelled row.",
        do=f"Write each row as {_FORM}; start and end count characters of the text from 0.",
    )
