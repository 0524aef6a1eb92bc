"""One row's answer read, whatever its kind."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, Protocol

from warrant.models.chat import COMPLETION, read_messages, write_messages
from warrant.models.options import LETTERS, MOST_OPTIONS
from warrant.models.places import read_spans, write_spans
from warrant.records.reason import Reason
from warrant.stages.ingest.answers import spans as places
from warrant.stages.ingest.column import as_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.records.dataset import ColumnType
    from warrant.stages.ingest.config import AnswersConfig
    from warrant.stages.ingest.reader import Raw

VERSION = "1"
"""Raised whenever the same cells may be read otherwise."""

UNREADABLE = "answer_unreadable"
NO_OPTION = "answer_no_option"
CUT = "span_cut"


def _reason(code: str, words: str) -> Reason:
    return Reason(code=code, kind="measure", rule="answers", version=VERSION, words=words)


REASONS = (
    _reason(UNREADABLE, "The answer cannot be read as the task asks; it was left empty."),
    _reason(NO_OPTION, "The answer is none of the row's options; it was left empty."),
    _reason(
        places.OUT_OF_RANGE,
        "Places lie outside the text, or hold no character; they were left out; value: how many.",
    ),
    _reason(places.NO_LABEL, "Places have no label; they were left out; value: how many."),
    _reason(
        places.OTHER_TEXT,
        "Places hold other words than the source says; they were left out; value: how many.",
    ),
    _reason(
        places.OVERLAPS,
        "Places overlap one that begins before, or is longer; they were left out; value: how many.",
    ),
    _reason(CUT, "Places are cut by the division into rows; they were left out; value: how many."),
    _reason(places.TRIMMED, "White space at the ends of places was left out; value: how many."),
)
"""Every reason of an answer, in plain words."""


class Answered(NamedTuple):
    """A row once its answer was read."""

    text: str | None
    """The row's own text, which may be made of its words."""
    cells: Mapping[str, Raw]
    """All cells, the answer among them in the one way."""
    told: Counter[str]
    """Codes of `REASONS`, and how many."""


class Answers(Protocol):
    """Reads the answers of rows."""

    columns: Mapping[str, ColumnType]
    """The columns that it writes, and their types."""

    def read(self, text: str | None, cells: Mapping[str, Raw]) -> Answered:
        """Read one row's answer.

        Args:
            text: the row's own text.
            cells: as its source holds them, by our names.

        Returns:
            The same row, the answer in the one way.
        """

    def part(self, cells: Mapping[str, Raw], start: int, end: int) -> tuple[Mapping[str, Raw], int]:
        """Give the cells of a part of a document.

        Args:
            cells: of the whole, read.
            start: where the part begins in the text.
            end: where it ends.

        Returns:
            Its cells, and how many places are cut by its end: one that the next part begins with
            is counted once.
        """


def make_answers(config: AnswersConfig | None) -> Answers | None:
    """Make what reads the answers of a task.

    Args:
        config: which kind, and where it stands; None: labels alone.

    Returns:
        A reader; None where there is nothing to bring into another form.
    """
    return None if config is None else _KINDS[config.kind](config)


class _Spans:
    def __init__(self, config: AnswersConfig) -> None:
        self._config = config
        self.columns: Mapping[str, ColumnType] = {config.column: "object"}
        if config.tokens and config.text != "text":
            self.columns = {**self.columns, config.text: "text"}

    def read(self, text: str | None, cells: Mapping[str, Raw]) -> Answered:
        config = self._config
        cell = cells.get(config.column)
        if config.tokens:
            words = places.read_list(cells.get(config.tokens))
            tags = places.read_list(cell)
            found = None if words is None or tags is None else places.read_tags(words, tags)
            own = " ".join(words) if words else None
            cells = cells if config.text == "text" else {**cells, config.text: own}
            text = own if config.text == "text" else text
            read = None if found is None else (found[1], found[2])
        else:
            whole = text if config.text == "text" else cells.get(config.text)
            read = None if cell is None else places.read_places(cell, as_text(whole or ""))
        told = Counter({UNREADABLE: 1}) if read is None and cell is not None else Counter()
        answer = None if read is None else write_spans(read[0])
        return Answered(
            text, {**cells, config.column: answer}, told + (read[1] if read else Counter())
        )

    def part(self, cells: Mapping[str, Raw], start: int, end: int) -> tuple[Mapping[str, Raw], int]:
        cell = cells.get(self._config.column)
        if cell is None:
            return cells, 0
        inside, cut = places.shifted(read_spans(cell, self._config.column), start, end)
        return {**cells, self._config.column: write_spans(inside)}, cut


class _Whole:
    """An answer that is of every part as it is of the whole."""

    def part(self, cells: Mapping[str, Raw], start: int, end: int) -> tuple[Mapping[str, Raw], int]:
        del start, end
        return cells, 0


class _Choice(_Whole):
    def __init__(self, config: AnswersConfig) -> None:
        self._config = config
        self.columns: Mapping[str, ColumnType] = {config.column: "text", config.options: "list"}

    def read(self, text: str | None, cells: Mapping[str, Raw]) -> Answered:
        config = self._config
        cell, options = cells.get(config.column), places.read_list(cells.get(config.options))
        told: Counter[str] = Counter()
        if cells.get(config.options) is not None and not _is_choice(options):
            options = None
            told[UNREADABLE] += 1
        letter = None
        if options is not None and cell is not None:
            at = right_option(cell, options, config.count_from)
            told[NO_OPTION] += at is None
            letter = None if at is None else LETTERS[at]
        cells = {**cells, config.options: options, config.column: letter}
        return Answered(text, cells, +told)


class _Generation(_Whole):
    def __init__(self, config: AnswersConfig) -> None:
        self._config = config
        self.columns: Mapping[str, ColumnType] = (
            {config.messages: "text", COMPLETION: "text"}
            if config.messages
            else {config.column: "text"}
        )

    def read(self, text: str | None, cells: Mapping[str, Raw]) -> Answered:
        config = self._config
        if not config.messages:
            cell = cells.get(config.column)
            said = None if cell is None else as_text(cell)
            return Answered(text, {**cells, config.column: said}, Counter())
        cell = cells.get(config.messages)
        messages = read_messages(cell)
        if messages is None or len(messages) < 2 or messages[-1].role != "assistant":
            prompt = None if cell is None else as_text(cell)
            told = Counter({UNREADABLE: 1}) if cell is not None else Counter()
            return Answered(text, {**cells, config.messages: prompt, COMPLETION: None}, told)
        return Answered(
            text,
            {
                **cells,
                config.messages: write_messages(messages[:-1]),
                COMPLETION: messages[-1].content,
            },
            Counter(),
        )


_KINDS: Mapping[str, type[_Spans] | type[_Choice] | type[_Generation]] = {
    "spans": _Spans,
    "choice": _Choice,
    "generation": _Generation,
}


def _is_choice(options: list[str] | None) -> bool:
    return options is not None and 2 <= len(options) <= MOST_OPTIONS


def right_option(cell: Raw, options: list[str], count_from: int) -> int | None:
    """Find the option that an answer names: by its text, its number, or its letter.

    Args:
        cell: the answer; a number that is no text counts options, even where one reads like it.
        options: of the same row.
        count_from: the number of the first option.

    Returns:
        Its place, from 0; None where it names none.
    """
    if isinstance(cell, bool | list):
        return None
    if isinstance(cell, int | float) and cell - count_from in range(len(options)):
        return int(cell) - count_from
    said = as_text(cell).strip() if cell is not None else ""
    same = [at for at, one in enumerate(options) if one.strip() == said]
    if len(same) == 1:
        return same[0]
    number = said.removesuffix(".0")
    if number.isdecimal():
        at = int(number) - count_from
        return at if 0 <= at < len(options) else None
    letter = said.upper().strip("().")
    at = LETTERS.index(letter) if letter in LETTERS else len(options)
    return at if at < len(options) else None
