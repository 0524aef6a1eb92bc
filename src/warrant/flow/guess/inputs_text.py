"""The columns that the model shall read, as the recipe of `warrant new` writes them.

Of a table they are read. Beside documents they are offered: what a model reads of a sheet,
`predict` must be given in a sheet too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.flow.guess.lines import comment, quoted, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warrant.flow.guess.columns import Column, Guess

_OF_DOCUMENTS = ("path", "text")
"""Names that a document's own cells bear; a sheet's column of that name gets another."""
_READ = ("text", "number", "category", "date")


def inputs_text(guess: Guess, *, is_table: bool) -> Iterator[str]:
    """Write the list `inputs`.

    Args:
        guess: what the columns are for.
        is_table: whether each record is a row; else a row is a document with a line of a sheet.

    Yields:
        Lines; none when there is nothing to choose.
    """
    found = read_columns(guess)
    if any(name == "tokens" for name, _ in guess.settings):
        return  # the text is made of words
    if is_table:
        yield from _of_a_table(found)
    elif others := [one for one in found if one.profile.name not in _OF_DOCUMENTS]:
        yield from _of_a_sheet(others)


def read_columns(guess: Guess) -> list[Column]:
    """Give the columns that a model can read, in their order."""
    return [one for one in guess.columns if one.role in _READ]


def _of_a_table(found: list[Column]) -> Iterator[str]:
    if not found:
        yield from comment(
            "No column looks like something to learn from. Add one to the table, and name it under "
            "inputs, for example: inputs: [{column: remark, as: text}]"
        )
        return
    yield from comment(
        "What the model reads: each column as text, as a number, as a category (one of a few "
        "values) or as a date. Take out what nobody will know when an answer is needed: a run "
        "stops at a column that gives the answer away, unless `leak_accepted: WHY` beside it says "
        "that it is known before."
    )
    yield "inputs:"
    for one in found:
        yield from comment(shown(one), 2)
        yield f"  - {_input(one)}"
    yield from _of_the_outcome(found)


def _of_the_outcome(found: list[Column]) -> Iterator[str]:
    """Ask for the day of the outcome, where there are days to compare with it."""
    if any(one.role == "date" for one in found):
        yield ""
        yield from comment(
            "Does a column say on which day the answer became known? Then name it, and a date "
            "that lies later stops the run:"
        )
        yield "# rows: {label_at: COLUMN}"


def _of_a_sheet(found: list[Column]) -> Iterator[str]:
    yield from comment(
        "The model reads the text of each document. It can read columns of the sheet too; then "
        "predict needs a sheet with them as well. Take the first mark off each line that shall "
        "count:"
    )
    yield "# inputs:"
    yield "#   - {column: text, as: text}"
    for one in found:
        yield f"#   - {_input(one)}  # {' '.join(shown(one).split())}"


def _input(one: Column) -> str:
    looks = one.profile
    parts = [f"column: {quoted(looks.name)}", f"as: {one.role}"]
    if one.role == "number" and looks.symbol:
        parts.append(f"unit: {quoted(looks.symbol)}")
    if one.role == "number" and looks.decimal:
        parts.append(f'decimal: "{looks.decimal}"')
    if one.role == "date" and looks.day_first is not None:
        parts.append(f"day_first: {str(looks.day_first).lower()}")
    return f"{{{', '.join(parts)}}}"
