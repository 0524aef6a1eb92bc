"""How much of labelled personal data recognisers find: recall by label, with a lower bound.

A labelled place counts as found when every letter and digit of it lies in a found span, of whatever
kind: that is what masking would take out. No text is stored, logged or quoted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.metrics.recall import lower_bound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from warrant.stages.curate import Recogniser, Span
    from warrant.stages.curate.tagging import LabelledRow

LEVEL = 0.95
"""How sure a lower bound is, 0 to 1."""

_AT_ONCE = 256


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


def measure_privacy(
    file: Path, recognisers: Sequence[str], learn_from: Path | None = None
) -> Measured:
    """Measure recognisers on labelled rows.

    Args:
        file: JSON lines or Parquet; each row has `text` and `spans` with `start`, `end`, `label`.
        recognisers: names in the catalog, at least one.
        learn_from: other labelled rows, from which a tagger learns what else to find.

    Returns:
        Recall by label.

    Raises:
        InputError: when a file is missing or of another form, a recogniser is unknown, or a text
            or document is in both files.
    """
    from warrant.stages.curate.recogniser import Wanted, find_all, unite
    from warrant.stages.curate.tagging import read_labelled

    made = [Wanted.read(name).make() for name in recognisers]
    made += [] if learn_from is None else [_learnt(learn_from, file)]
    labelled: Counter[str] = Counter()
    found: Counter[str] = Counter()
    texts = spans = stray = 0
    for batch in _batches(read_labelled(file)):
        one_text = [row.text for row in batch]
        each = [find_all(recogniser, one_text) for recogniser in made]
        for (text, wanted, _), *of_one in zip(batch, *each, strict=True):
            got = unite(text, [span for some in of_one for span in some])
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


def _learnt(learn_from: Path, measured: Path) -> Recogniser:
    """Fit a tagger on rows of other documents than those on which it is measured."""
    from warrant.stages.curate.tagging import fit, read_labelled

    taught = list(read_labelled(learn_from))
    asked = list(read_labelled(measured))
    documents = {row.document for row in taught if not row.document.startswith("\0")}
    both = sum(row.document in documents for row in asked)
    both += len({row.text for row in taught} & {row.text for row in asked})
    if both:
        raise InputError(
            f"'{learn_from.name}' and '{measured.name}' share texts or documents: what a tagger "
            "has seen says nothing about what it has not.",
            do="Divide the labelled rows by document, into two files.",
        )
    return fit(taught)


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


def _batches(rows: Iterable[LabelledRow]) -> Iterator[list[LabelledRow]]:
    batch: list[LabelledRow] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
