"""Whether explanations tell the truth: what they name is taken out, or left alone.

If the words that an explanation names decide, the answer's probability falls when they are taken
out (comprehensiveness), and stays when only they are left (sufficiency); more so than with as many
words drawn at random. A column that is no text counts as one word.

Source: DeYoung et al., ERASER: a benchmark to evaluate rationalized NLP models (2020), section 4;
Jacovi and Goldberg, Towards faithfully interpretable NLP systems (2020).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.models.model import VALUE
from warrant.records.reliance import Faithful

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from warrant.models import Contribution, Predictions, TrainedModel
    from warrant.models.examples import Examples

MOST_ROWS = 200
WORDS = 5
"""Words that are named in a row, at most."""

_FEW_ROWS = 12
"""Of no more rows the normal law says too little: four rows would look significant at 5 %."""

_LOOKED_AT = 20
_WORD = re.compile(r"\w+")
_MOST_WORDS = 2000
"""Words of a text that are looked at."""


class _Unit(NamedTuple):
    """A word of a text, or a cell of a column that is no text."""

    column: str
    start: int
    end: int
    """Both 0: the whole cell."""


class _Row(NamedTuple):
    """One row, what explains its answer, and as much drawn at random."""

    cells: Mapping[str, object]
    units: list[_Unit]
    named: set[_Unit]
    drawn: set[_Unit]
    label: int
    """The place of the label that is explained; −1 for `regression`."""


def faithfulness(
    model: TrainedModel, test: Examples, answered: Predictions, seed: int
) -> Faithful | None:
    """Test explanations on rows spread over the test set.

    Args:
        model: that answered.
        test: the rows.
        answered: its answers to them.
        seed: of the random words.

    Returns:
        The figures; None where no row has an explanation and something besides it.
    """
    places = np.unique(np.linspace(0, len(test) - 1, min(MOST_ROWS, len(test))).astype(int))
    columns = {name: [test.columns[name][at] for at in places] for name in model.inputs}
    chosen = None if answered.values is not None else answered.chosen[places]
    told = model.explain(columns, _LOOKED_AT, chosen)
    rng = np.random.default_rng(seed)
    texts = {one.column for one in model.reads if one.read_as == "text"}
    rows = []
    for at, explained in enumerate(told):
        cells = {name: column[at] for name, column in columns.items()}
        row = _row(cells, texts, explained, model.labels, rng)
        if row is not None:
            rows.append(row)
    return _measured(model, rows) if rows else None


def _row(
    cells: Mapping[str, object],
    texts: set[str],
    explained: Mapping[str, Sequence[Contribution]],
    labels: Sequence[str],
    rng: np.random.Generator,
) -> _Row | None:
    """Find what an explanation names; None where it names nothing, or all there is."""
    if not explained:
        return None
    label, contributions = next(iter(explained.items()))
    units = [unit for name, cell in cells.items() for unit in _units(name, cell, name in texts)]
    named: set[_Unit] = set()
    for one in contributions:
        if one.value > 0:
            found = [unit for unit in units if _names(one, unit, cells)]
            words = {_text(unit, cells) for unit in (*named, *found)}
            if len(words) <= WORDS:
                named |= set(found)
    if not named or len(named) == len(units):
        return None
    drawn = rng.choice(len(units), size=len(named), replace=False)
    place = -1 if label == VALUE and not labels else list(labels).index(label)
    return _Row(cells, units, named, {units[at] for at in drawn}, place)


def _units(name: str, cell: object, is_text: bool) -> list[_Unit]:  # noqa: FBT001 - of one caller
    if cell is None or cell == "":
        return []
    if not is_text:
        return [_Unit(name, 0, 0)]
    found = list(_WORD.finditer(str(cell)))[:_MOST_WORDS]
    return [_Unit(name, one.start(), one.end()) for one in found]


def _text(unit: _Unit, cells: Mapping[str, object]) -> str:
    if not unit.end:
        return unit.column
    return str(cells[unit.column])[unit.start : unit.end].casefold()


def _names(one: Contribution, unit: _Unit, cells: Mapping[str, object]) -> bool:
    """Say whether a contribution is of this word or cell."""
    if unit.column not in one.column.split("+"):
        return False
    if not unit.end:
        return one.kind in ("number", "category", "date")
    word, term = _text(unit, cells), one.term.casefold()
    if one.kind == "word":
        return word in _WORD.findall(term)
    if one.kind == "pair":
        return any(word.startswith(part) for part in term.split("+") if part)
    return one.kind == "characters" and any(part in word for part in _WORD.findall(term))


def _measured(model: TrainedModel, rows: Sequence[_Row]) -> Faithful:
    """Let the model answer the rows as they are, and changed in four ways."""
    whole = _answers(model, rows, [set(row.units) for row in rows])
    kept = (
        [set(row.units) - row.named for row in rows],
        [set(row.units) - row.drawn for row in rows],
        [row.named for row in rows],
        [row.drawn for row in rows],
    )
    spread = float(whole.std()) or 1.0 if rows[0].label < 0 else 1.0
    falls = [(whole - _answers(model, rows, one)) / spread for one in kept]
    means = [float(one.mean()) for one in falls]
    return Faithful(
        rows=len(rows),
        words=WORDS,
        without_named=means[0],
        without_random=means[1],
        only_named=means[2],
        only_random=means[3],
        p=_more(falls[0], falls[1]),
    )


def _more(named: NDArray[np.float64], drawn: NDArray[np.float64]) -> float:
    """Test by signed ranks: of few rows by all ways to give signs, of more by the normal law."""
    from scipy.stats import rankdata, wilcoxon

    if np.allclose(named, drawn):
        return 1.0
    if len(named) > _FEW_ROWS:
        return float(wilcoxon(named, drawn, alternative="greater", method="asymptotic").pvalue)
    further = (named - drawn)[named != drawn]
    ranks = rankdata(np.abs(further))
    ways = np.arange(2 ** len(ranks))[:, None] >> np.arange(len(ranks)) & 1
    return float((ways @ ranks >= ranks[further > 0].sum() - 1e-9).mean())


def _answers(
    model: TrainedModel, rows: Sequence[_Row], kept: Sequence[set[_Unit]]
) -> NDArray[np.float64]:
    """Give the probability of the explained label, or the value, of rows with some words left."""
    changed = [_left(row, some) for row, some in zip(rows, kept, strict=True)]
    found = model.predict({name: [cells[name] for cells in changed] for name in model.inputs})
    if found.values is not None:
        return found.values
    return found.probabilities[np.arange(len(rows)), [row.label for row in rows]]


def _left(row: _Row, kept: set[_Unit]) -> dict[str, object]:
    cells: dict[str, object] = dict(row.cells)
    for name in {unit.column for unit in row.units}:
        mine = [unit for unit in row.units if unit.column == name]
        if not mine[0].end:
            cells[name] = row.cells[name] if mine[0] in kept else None
            continue
        text = str(row.cells[name])
        cells[name] = " ".join(text[one.start : one.end] for one in mine if one in kept)
    return cells
