"""From rows to answers: the one path that batches and the server share.

Law: a row has the same answer alone and among others.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from typing import TYPE_CHECKING, Protocol

import numpy as np

from warrant.errors import InputError
from warrant.models import Abstention, InputColumn
from warrant.models.options import LETTERS, read_options
from warrant.models.reliance import ReliedModel
from warrant.serve.cells import model_cell, plain_text, short_number, tidy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from warrant.models import Contribution, Predictions, TrainedModel
    from warrant.models.places import FoundSpan
    from warrant.serve.cells import Cell

    Words = Mapping[str, Sequence[Contribution]]

PLACES = 6
"""Decimal places of a probability: a sheet keeps them, and no arithmetic differs in them."""

LOOKED_AT = 20
"""So many contributions per label are looked at for the words that are shown."""

_RANGE = frozenset({"out_of_range", "unseen"})


@dataclass(frozen=True)
class Served:
    """Which model answers, and how far it may be relied on."""

    name: str
    """Name of the bundle."""

    digest: str
    """The bundle digest, hex."""

    stage_of_use: str
    """`explore`, `pilot` or `production`."""

    notice: str
    """What every answer and page says, such as `exploration: not for decisions`."""

    approval: str
    """The sentence on who approved, as `verify` prints it."""

    verified: str
    """What verification said, in one line."""

    @property
    def short(self) -> str:
        """The first 12 digits of the digest."""
        return self.digest[:12]


@dataclass(frozen=True)
class Nearest:
    """The training row that a row resembles most."""

    path: str
    """Its file; where that has several rows, its position among the training rows, too."""

    similarity: float
    """0 (nothing in common) to 1 (the same)."""


@dataclass(frozen=True)
class Answer:
    """What a model says of one row."""

    labels: tuple[str, ...] = ()
    """The chosen labels, the most probable first; none for `regression`, or where none holds."""

    probabilities: tuple[float, ...] = ()
    """Of each chosen label, 0 to 1, with `PLACES` decimal places."""

    probability: float | None = None
    """Of the answer as a whole: the least of `probabilities`; where no label holds, the
    probability against the likeliest one. None for `regression`."""

    value: float | None = None
    """The answer of `regression`, in the unit of the label."""

    abstentions: tuple[Abstention, ...] = ()
    """Why the answer must not be relied on; none when it may."""

    words: Mapping[str, Sequence[Contribution]] | None = None
    """What decided, by label; None when nobody asked."""

    nearest: Nearest | None = None
    """None when no workspace is at hand, or nobody asked."""

    spans: tuple[FoundSpan, ...] | None = None
    """Of `spans`, the places found, in order; else None."""

    text: str | None = None
    """Of `generation`, what was written; else None."""

    option: str | None = None
    """Of `choice`, the option itself; else None."""

    held: tuple[str, ...] | None = None
    """Labels that hold the truth with the stated coverage, the most probable first; None where no
    coverage was stated."""

    bounds: tuple[float, float] | None = None
    """Of `regression`, the same as an interval."""

    @property
    def has_abstained(self) -> bool:
        """Whether there is a reason not to rely on it."""
        return bool(self.abstentions)

    @property
    def out_of_range(self) -> tuple[str, ...]:
        """Columns that hold what no training row had."""
        return tuple(
            dict.fromkeys(
                one.column for one in self.abstentions if one.doubt in _RANGE and one.column
            )
        )


class Neighbours(Protocol):
    """Finds the training rows that rows resemble most."""

    def nearest(self, columns: Mapping[str, Sequence[object]]) -> Sequence[Nearest | None]:
        """Give for each row the training row most like it; None when nothing is like it."""


class Change(Protocol):
    """Changes cells as those were changed from which the model learnt."""

    def __call__(self, columns: Mapping[str, Sequence[object]]) -> Mapping[str, Sequence[object]]:
        """Give the columns as the model shall read them."""


class Answerer:
    """Answers rows with one model.

    Args:
        model: a loaded model.
        served: which one it is.
        words: whether to say what decided.
        neighbours: finds the nearest training rows; None: nobody asks.
        change: what curation did to texts; None: nothing.
    """

    served: Served
    """Which model answers."""

    columns: tuple[InputColumn, ...]
    """What it reads."""

    def __init__(
        self,
        model: TrainedModel,
        served: Served,
        *,
        words: bool = True,
        neighbours: Neighbours | None = None,
        change: Change | None = None,
    ) -> None:
        self.served = served
        self.columns = input_columns(model)
        self.model = model
        self._words = words
        self._neighbours = neighbours
        self._change = change

    @property
    def has_neighbours(self) -> bool:
        """Whether nearest training rows are looked for."""
        return self._neighbours is not None

    @property
    def coverage(self) -> float | None:
        """How often sets of answers hold the truth; None where no coverage was stated."""
        reliance = self.model.reliance if isinstance(self.model, ReliedModel) else None
        return reliance.coverage.stated if reliance and reliance.coverage else None

    @property
    def gives_words(self) -> bool:
        """Whether each line of answers says what decided."""
        return self._words and not self.finds_places

    @property
    def chooses(self) -> bool:
        """Whether answers are options of the row itself."""
        return self.model.task == "choice"

    @property
    def finds_places(self) -> bool:
        """Whether answers are places in a text, a line each."""
        return self.model.task == "spans"

    def require(self, names: Iterable[str], where: str) -> None:
        """Refuse rows that lack a column.

        Args:
            names: of the columns that there are.
            where: what has them, as the start of a sentence.

        Raises:
            InputError: naming the first column that is missing, and the nearest there is.
        """
        there = list(names)
        for column in self.columns:
            if column.column not in there:
                raise _missing(column.column, there, where)

    def answer(self, rows: Sequence[Mapping[str, Cell]]) -> list[Answer]:
        """Answer each row.

        Args:
            rows: tidy cells by column; an absent one counts as empty.

        Returns:
            Answers in the order of the rows.
        """
        if not rows:
            return []
        columns = self.read(rows)
        found = self.model.predict(columns)
        words = self._explain(columns, found) if self.gives_words else [None] * len(rows)
        near = self._neighbours.nearest(columns) if self._neighbours else [None] * len(rows)
        plain = _plain(found)
        doubts = found.abstentions or ((),) * len(rows)
        blank = [not any(map(_is_filled, row)) for row in zip(*columns.values(), strict=True)]
        held = _held(found) if found.sets is not None else [None] * len(rows)
        bounds = _bounds(found) if found.bounds is not None else [None] * len(rows)
        return [
            self._nothing
            if nothing
            else Answer(
                one[0],
                one[1],
                one[2],
                one[3],
                abstentions=tuple(why),
                words=told,
                nearest=row,
                spans=more[0],
                text=more[1],
                option=more[2],
                held=sets[0],
                bounds=sets[1],
            )
            for one, why, told, row, more, sets, nothing in zip(
                plain,
                doubts,
                words,
                near,
                self._more(found, plain, columns),
                zip(held, bounds, strict=True),
                blank,
                strict=True,
            )
        ]

    def read(self, rows: Sequence[Mapping[str, Cell]]) -> Mapping[str, Sequence[object]]:
        """Give the cells that the model reads, changed as curation changed those it learnt from.

        Args:
            rows: tidy cells by column; an absent one counts as empty.

        Returns:
            Cells by column.
        """
        columns: Mapping[str, Sequence[object]] = {
            one.column: [model_cell(row.get(one.column), one) for row in rows]
            for one in self.columns
        }
        return columns if self._change is None else self._changed(columns, rows)

    def _more(
        self,
        found: Predictions,
        plain: Sequence[tuple[tuple[str, ...], object, object, object]],
        columns: Mapping[str, Sequence[object]],
    ) -> Iterable[tuple[tuple[FoundSpan, ...] | None, str | None, str | None]]:
        """Give the places, the text or the option of each row, where the answers are such."""
        nothing = (None,) * len(plain)
        options = columns[self.columns[-1].column] if self.chooses else nothing
        return zip(
            nothing if found.spans is None else map(_rounded, found.spans),
            found.texts or nothing,
            [
                None if cell is None else _option(one[0], cell)
                for one, cell in zip(plain, options, strict=True)
            ],
            strict=True,
        )

    def _changed(
        self, columns: Mapping[str, Sequence[object]], rows: Sequence[Mapping[str, Cell]]
    ) -> Mapping[str, Sequence[object]]:
        """Change cells as curation did; columns that only tell how are read from the rows too."""
        assert self._change is not None  # noqa: S101 - the caller looked
        beside = {
            name: [row.get(name) for row in rows]
            for name in getattr(self._change, "beside", ())
            if name not in columns
        }
        changed = self._change({**columns, **beside})
        return {
            one.column: [model_cell(tidy(cell), one) for cell in changed[one.column]]
            for one in self.columns
        }

    def _explain(
        self, columns: Mapping[str, Sequence[object]], found: Predictions
    ) -> Sequence[Words]:
        if found.values is not None:
            return self.model.explain(columns, LOOKED_AT)
        return self.model.explain(columns, LOOKED_AT, found.chosen)  # no label is chosen twice

    @property
    def _nothing(self) -> Answer:
        """The answer to a row whose cells are all empty: a model would say the most frequent."""
        return Answer(
            abstentions=tuple(Abstention("missing", one.column) for one in self.columns),
            words={} if self._words else None,
        )


def input_columns(model: TrainedModel) -> tuple[InputColumn, ...]:
    """Give the columns that a model reads, and how."""
    return model.reads


def read_row(values: Mapping[str, object]) -> dict[str, Cell]:
    """Bring the cells of one row into their one form."""
    return {name: tidy(value) for name, value in values.items()}


def _is_filled(cell: object) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _plain(
    found: Predictions,
) -> Sequence[tuple[tuple[str, ...], tuple[float, ...], float | None, float | None]]:
    if found.texts is not None:
        return [((), (), None, None) for _ in found.texts]
    return _regressed(found) if found.values is not None else _chosen(found)


def _rounded(spans: Sequence[FoundSpan]) -> tuple[FoundSpan, ...]:
    return tuple(one._replace(probability=round(one.probability, PLACES)) for one in spans)


def _option(labels: Sequence[str], cell: object) -> str | None:
    """Give the option behind a letter; None where the options could not be read."""
    options, place = read_options(cell) or [], LETTERS.index(labels[0])
    return options[place] if place < len(options) else None


def _regressed(found: Predictions) -> list[tuple[tuple[str, ...], tuple[float, ...], None, float]]:
    assert found.values is not None  # noqa: S101 - the caller looked
    return [((), (), None, short_number(value)) for value in found.values.tolist()]


def _chosen(
    found: Predictions,
) -> list[tuple[tuple[str, ...], tuple[float, ...], float | None, None]]:
    rounded = np.round(found.probabilities, PLACES)
    if (found.chosen.sum(axis=1) == 1).all():
        places = found.chosen.argmax(axis=1)
        sure = rounded[np.arange(len(places)), places].tolist()
        return [
            ((found.labels[place],), (one,), one, None)
            for place, one in zip(places.tolist(), sure, strict=True)
        ]
    return [
        _several(found.labels, chosen, probabilities)
        for chosen, probabilities in zip(found.chosen, rounded, strict=True)
    ]


def _held(found: Predictions) -> list[tuple[str, ...]]:
    """Give the labels of each set, the most probable first."""
    assert found.sets is not None  # noqa: S101 - the caller looked
    order = np.argsort(-found.probabilities, axis=1, kind="stable")
    return [
        tuple(found.labels[place] for place in places if held[place])
        for places, held in zip(order.tolist(), found.sets, strict=True)
    ]


def _bounds(found: Predictions) -> list[tuple[float, float]]:
    assert found.bounds is not None  # noqa: S101 - the caller looked
    return [(short_number(low), short_number(high)) for low, high in found.bounds.tolist()]


def _several(
    labels: Sequence[str], chosen: np.ndarray, probabilities: np.ndarray
) -> tuple[tuple[str, ...], tuple[float, ...], float | None, None]:
    places = np.flatnonzero(chosen)
    if not places.size:
        against = round(1.0 - float(probabilities.max(initial=0.0)), PLACES)
        return (), (), against, None
    ordered = places[np.lexsort((places, -probabilities[places]))].tolist()
    sure = tuple(float(probabilities[place]) for place in ordered)
    return tuple(labels[place] for place in ordered), sure, sure[-1], None


def _missing(name: str, there: Sequence[str], where: str) -> InputError:
    near = get_close_matches(name, there, n=1, cutoff=0.4)
    shown = ", ".join(map(repr, there[:20])) or "none"
    hint = (
        f"Is it {near[0]!r}? Rename that column {name!r}"
        if near
        else f"Rename the column that holds it {name!r}, or add one"
    )
    return InputError(
        f"{where} has no column {name!r}, which the model reads; it has: {shown}.",
        do=f"{hint}; where nothing is known, leave its cells empty.",
    )


def answer_text(answer: Answer) -> str | float | None:
    """Give the answer as one cell.

    Args:
        answer: any.

    Returns:
        The value of `regression`; the text of `generation`; labels joined by
        `; `; None where no label holds, or the value is too large to be written.
    """
    if answer.text is not None:
        return plain_text(answer.text)
    if answer.value is not None:
        return answer.value if isfinite(answer.value) else None
    return plain_text(list(answer.labels))


def set_text(answer: Answer) -> str | None:
    """Give the set of an answer as one cell.

    Args:
        answer: any.

    Returns:
        Labels joined by `; `, or `LOW to HIGH`; None where no coverage was stated, or no label
        belongs to the set.
    """
    if answer.bounds is not None:
        return f"{answer.bounds[0]:g} to {answer.bounds[1]:g}"
    return plain_text(list(answer.held or ()))
