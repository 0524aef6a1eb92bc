"""From the cells of a row to the messages that the model is asked with.

A row is asked the same way in training and in answering.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.models.chat import Message, read_prompt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.models.model import Columns


def prompts_of(columns: Columns, inputs: Sequence[str]) -> list[tuple[Message, ...]]:
    """Give each row's messages.

    Args:
        columns: cells by name.
        inputs: names of the columns that are read, in order.

    Returns:
        One column: its text, or the conversation that it holds; several: one message that names
        each column before its cell.

    Raises:
        InputError: when a column is missing, or they differ in length.
    """
    for name in inputs:
        if name not in columns:
            raise InputError(
                f"The input has no column {name!r}, which the model reads.",
                do=f"Add the column; the model reads: {', '.join(inputs)}.",
            )
    if len({len(columns[name]) for name in inputs}) > 1:
        raise InputError(
            "The input's columns differ in length.", do="Give each row a cell in each."
        )
    if len(inputs) == 1:
        return [read_prompt(cell) for cell in columns[inputs[0]]]
    rows = zip(*(columns[name] for name in inputs), strict=True)
    return [(Message("user", _named(inputs, cells)),) for cells in rows]


def _named(inputs: Sequence[str], cells: Sequence[object]) -> str:
    pairs = zip(inputs, cells, strict=True)
    return "\n".join(f"{name}: {'' if cell is None else cell}" for name, cell in pairs)
