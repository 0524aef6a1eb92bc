"""Causes that lie in what the training rows hold, or lack, as a whole."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

from warrant.flow.investigate.asking import labels_of
from warrant.flow.investigate.causes.made import cause
from warrant.flow.investigate.likeness import Likeness, words_in
from warrant.flow.investigate.rows import FILE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.flow.investigate.causes.clues import Clues
    from warrant.flow.investigate.found import Cause
    from warrant.flow.investigate.rows import RowsRead

_FEW = 20
_SHARE_OF_MEDIAN = 0.2
_PURE, _MIXED = 0.9, 0.67
_FEWEST_WITH = 5
_FEWEST_HELD_OUT = 3
_NEAREST = 5
_WORDS_TRIED = 5
_LOWER = 0.05
"""Share of right answers by which a group must be worse to speak for drift."""


def rare_label(clues: Clues) -> Cause | None:
    """The expected label has few training rows, or none."""
    train, wanted = clues.scene.train, clues.wanted
    if train is None or wanted is None or clues.scene.asking.expected is None:
        return None
    counts = Counter(label for row in train.labels for label in row)
    own = counts.pop(wanted, 0)
    if wanted not in clues.scene.asking.model.labels:
        words = "no training row has it" if own == 0 else f"its {own} training rows were too few"
        return cause("rare_label", 0.97, [f"The model does not know {wanted!r}: {words}."])
    usual = median(counts.values()) if counts else 0
    if own >= _FEW or own >= _SHARE_OF_MEDIAN * usual:
        return None
    known = {
        word
        for row, text in zip(train.labels, train.texts(clues.scene.asking.texts), strict=True)
        if wanted in row
        for word in words_in(text)
    }
    mine = words_in(clues.scene.text)
    missing = [word for word in mine if word not in known]
    evidence = [
        f"{own} training rows have the label {wanted!r}; of the other labels the median is "
        f"{usual:g}."
    ]
    if mine:
        evidence.append(
            f"Of the {len(mine)} words of this row, {len(missing)} stand in none of those rows."
        )
    return cause("rare_label", 0.88, evidence)


def rows_dropped(clues: Clues) -> Cause | None:
    """The rows most like this one were dropped by a filter."""
    scene, wanted = clues.scene, clues.wanted
    if scene.documents is None or scene.dropped is None or scene.train is None or wanted is None:
        return None
    codes = scene.dropped.codes
    documents = scene.documents
    gone = [at for at, position in enumerate(documents.positions) if position in codes]
    if not gone or not scene.asking.texts:
        return None
    dropped = documents.take(gone)
    texts = dropped.texts(scene.asking.texts)
    likeness = Likeness([*texts, *scene.train.texts(scene.asking.texts)])
    alike = likeness.to(scene.text)
    nearest = [int(at) for at in (-alike).argsort()[:_NEAREST]]
    mine = [at for at in nearest if at < len(texts) and wanted in dropped.labels[at]]
    if not mine or alike[mine[0]] <= 0:
        return None
    why = Counter(codes[dropped.positions[at]] for at in mine)
    evidence = [
        f"Of the {len(nearest)} rows most like this one, {len(mine)} have the label {wanted!r} "
        "and were dropped before training.",
        *(f"{count} of them: {words}" for words, count in why.most_common()),
    ]
    total = sum(wanted in row for row in dropped.labels)
    evidence.append(f"In all {total} rows with the label {wanted!r} were dropped by filters.")
    return cause("rows_dropped", 0.94 if len(mine) * 2 > len(nearest) else 0.5, evidence)


def site_drift(clues: Clues) -> Cause | None:
    """A column that the model does not read has a value here that training rows lack."""
    scene = clues.scene
    if scene.train is None or scene.held_out is None:
        return None
    for column, values in scene.train.grouping().items():
        value = str(scene.raw.get(column) or "")
        if column == FILE or not value:
            continue
        count = values.count(value)
        if count > 0.02 * len(values):
            continue
        here = [at for at, one in enumerate(scene.held_out.others.get(column, ())) if one == value]
        evidence = [f"It has {column} {value!r}, as {count} of {len(values):,} training rows have."]
        if len(here) < _FEWEST_WITH:
            return cause("site_drift", 0.5, evidence, ["Too few held-out rows are like that."])
        other = [at for at in range(len(scene.held_out)) if at not in set(here)]
        right, usual = _right(clues, scene.held_out, here), _right(clues, scene.held_out, other)
        evidence.append(
            f"Of {len(here)} held-out rows with it {right:.0%} are answered right, of the others "
            f"{usual:.0%}."
        )
        return cause("site_drift", 0.9 if right <= usual - _LOWER else 0.4, evidence)
    return None


def spurious_word(clues: Clues) -> Cause | None:
    """One word turns the answer, and outside the training rows it goes with no label."""
    scene = clues.scene
    if scene.train is None or scene.held_out is None:
        return None
    turning = [one.word for one in clues.without_words if one.is_reached][:_WORDS_TRIED]
    found = [one for word in turning if (one := _judged(clues, word)) is not None]
    return max(found, key=lambda one: one.weight, default=None)


def _judged(clues: Clues, word: str) -> Cause | None:
    train, held_out = clues.scene.train, clues.scene.held_out
    assert train is not None and held_out is not None  # noqa: S101, PT018 - the caller looked
    inside = _labels_with(clues, train, word)
    outside = _labels_with(clues, held_out, word)
    mine = sum(clues.got in row for row in inside)
    if len(inside) < _FEWEST_WITH or mine < _PURE * len(inside):
        return None
    evidence = [
        f"Without the word {word!r} the answer is another.",
        f"{mine} of {len(inside)} training rows with {word!r} have the label {clues.got!r}.",
    ]
    if len(outside) < _FEWEST_HELD_OUT:
        return cause(
            "spurious_word",
            0.3,
            evidence,
            [f"{len(outside)} held-out rows have it: nobody can say whether it means something."],
        )
    theirs = sum(clues.got in row for row in outside)
    told = f"Of {len(outside)} held-out rows with {word!r}, {theirs} have that label."
    if theirs > _MIXED * len(outside):
        return cause("spurious_word", 0.2, evidence, [told])
    return cause("spurious_word", 0.9, [*evidence, told])


def _labels_with(clues: Clues, rows: RowsRead, word: str) -> list[tuple[str, ...]]:
    texts = rows.texts(clues.scene.asking.texts)
    return [
        labels
        for labels, text in zip(rows.labels, texts, strict=True)
        if word in text.lower() and word in words_in(text)
    ]


def _right(clues: Clues, rows: RowsRead, places: Sequence[int]) -> float:
    some = rows.take(places)
    if not len(some):
        return 0.0
    found = clues.scene.asking.model.predict(some.cells)
    return sum(labels_of(found, at) == row for at, row in enumerate(some.labels)) / len(some)
