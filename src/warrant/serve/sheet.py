"""The sheet of answers: which columns it has, what each means, what one line holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from warrant.serve.answer import answer_text, set_text
from warrant.serve.cells import plain_text
from warrant.serve.wording import deciding_words, why

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from warrant.serve.answer import Answer, Answerer, Served
    from warrant.serve.cells import Cell


class Asked(NamedTuple):
    """One row to be answered, or a file that could not be read."""

    file: str
    """Name of the file, relative to what was asked about."""
    place: str | None
    """Where in the file, such as `line 17`; None: the whole file."""
    own: Mapping[str, Cell]
    """The user's own columns, in her order; tidy."""
    cells: Mapping[str, Cell]
    """What the model may read; tidy."""
    unread: str | None = None
    """Why it could not be read; None: it could."""
    start: int = 0
    """Of a part of a document: its first character in the document's text, from 0."""


class Heading(NamedTuple):
    """A column that the answers bring."""

    name: str
    """As the header writes it."""
    meaning: str
    """As the legend explains it."""


class Line(NamedTuple):
    """One line of the sheet: the user's own cells, and those of `HEADINGS` but the last two."""

    own: Mapping[str, Cell]
    given: tuple[Cell, ...]


ANSWER = Heading(
    "answer",
    "What the model says: the label, several joined by '; ', or the number. Empty where it "
    "abstains, where a file could not be read, and where no label holds.",
)
FOUND = Heading(
    "found",
    "The words at the place that the model found, or the option that it chose, as they stand.",
)
START = Heading("start", "First character of that place in the text, counted from 0.")
END = Heading("end", "The character after the last of that place.")
LEANS = Heading(
    "leans to", "What the model would have said, where it abstains. Not to be relied on."
)
PROBABILITY = Heading(
    "probability",
    "How sure the model is, 0 to 1; of several labels that of the least sure one. "
    "Darker green is surer.",
)
ABSTAINED = Heading(
    "abstained",
    "'yes' where a person must decide, 'unread' where a file could not be read, else 'no'.",
)
WHY = Heading("why", "Why it abstains, or why the file could not be read.")
WORDS = Heading(
    "deciding words",
    "Words and cells that weighed most for (+) or against (−) the answer, with their weight "
    "(log-odds). Fragments of words stand in « » where nothing else is known.",
)
NEAREST = Heading(
    "nearest training row",
    "The file of the training row that this row resembles, and which row of training it is where "
    "the file has several.",
)
SIMILARITY = Heading("similarity", "Of that training row: 0 (nothing in common) to 1 (the same).")
RANGE = Heading("out of range", "Columns of this row that hold what no training row had.")
SET = Heading(
    "answer set",
    "Labels, or bounds of a number, that hold the truth as often as the card states it: the "
    "answer and what else it may be.",
)
FILE = Heading("file", "The file that was read.")
PLACE = Heading("place", "Where in the file; empty: the whole file.")
MODEL = Heading("model", "The first 12 digits of the bundle digest; the whole stands below.")
NOTICE = Heading("notice", "How far the answers may be relied on.")

HEADINGS = (
    *(FILE, PLACE, ANSWER, FOUND, START, END, LEANS, PROBABILITY, ABSTAINED, WHY, WORDS),
    *(NEAREST, SIMILARITY, RANGE, SET, MODEL, NOTICE),
)
"""In the order of the sheet; the last two are the same on every line."""

YES, NO, UNREAD = "yes", "no", "unread"
"""What stands under `abstained`."""

_TAKEN = " (warrant)"


def headings(answerer: Answerer) -> tuple[Heading, ...]:
    """Give the columns that a sheet of answers has beside the user's own.

    Args:
        answerer: gives words and neighbours, or not.

    Returns:
        Those of `HEADINGS` that hold something.
    """
    absent = set() if answerer.gives_words else {WORDS}
    if not answerer.has_neighbours:
        absent |= {NEAREST, SIMILARITY}
    if not answerer.finds_places:
        absent |= {START, END} if answerer.chooses else {FOUND, START, END}
    if answerer.coverage is None:
        absent |= {SET}
    return tuple(one for one in HEADINGS if one not in absent)


def header(own: Iterable[str], given: Sequence[Heading]) -> list[str]:
    """Give the header line; a name that the user has already gets a mark.

    Args:
        own: names of her own columns.
        given: the columns that the answers bring.

    Returns:
        Names, each once.
    """
    names = list(own)
    for heading in given:
        name = heading.name
        while name in names:
            name += _TAKEN
        names.append(name)
    return names


def make_line(asked: Asked, answer: Answer | None) -> Line:
    """Lay out one line.

    Args:
        asked: the row.
        answer: None when it could not be read.

    Returns:
        Cells in the order of `HEADINGS`, model and notice left out.
    """
    place = (asked.file, asked.place)
    if answer is None:
        nothing = (None,) * 6
        return Line(asked.own, (*place, *nothing, UNREAD, asked.unread, *(None,) * 5))
    said = answer_text(answer)
    near = answer.nearest
    return Line(
        asked.own,
        (
            *place,
            None if answer.has_abstained else said,
            *(answer.option, None, None),
            said if answer.has_abstained else None,
            answer.probability,
            YES if answer.has_abstained else NO,
            plain_text(why(answer)),
            deciding_words(answer),
            near.path if near else None,
            near.similarity if near else None,
            plain_text(list(answer.out_of_range)),
            set_text(answer),
        ),
    )


def make_lines(asked: Asked, answer: Answer, column: str) -> list[Line]:
    """Lay out a line for each place that was found.

    Args:
        asked: the row.
        answer: of a model that finds places.
        column: the text that it read.

    Returns:
        Lines in the order of the text; where nothing was found, one without an answer.
    """
    text = str(asked.cells.get(column) or "")
    plain = make_line(asked, replace(answer, labels=(), probability=None))
    at = HEADINGS.index(ANSWER)
    lines = []
    for one in answer.spans or ():
        given = list(plain.given)
        found = (
            one.label,
            text[one.start : one.end],
            asked.start + one.start,
            asked.start + one.end,
        )
        given[at : at + 4] = found
        given[HEADINGS.index(PROBABILITY)] = one.probability
        lines.append(Line(asked.own, tuple(given)))
    return lines or [plain]


def chosen_places(given: Sequence[Heading]) -> list[int]:
    """Say which cells of `Line.given` a sheet with these columns takes."""
    return [place for place, one in enumerate(HEADINGS[:-2]) if one in given]


def constants(served: Served) -> tuple[Cell, Cell]:
    """Give the last two cells of every line."""
    return served.short, served.notice
