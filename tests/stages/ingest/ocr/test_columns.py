"""Lines of pages with columns are read column by column, all others across."""

from __future__ import annotations

import random

import pytest

from warrant.stages.ingest.engine import Line
from warrant.stages.ingest.ocr.columns import rows_in_order

HIGH, STEP = 24.0, 30.0


def lines(
    left: float, width: float, texts: list[str], *, top: float = 100, ragged: float = 0
) -> list[Line]:
    """Set a block of running text: lines of one width, the last of a paragraph shorter."""
    chance = random.Random(repr((left, top)))
    return [
        Line(
            text,
            0.99,
            left,
            top + STEP * number,
            left + width * (0.4 if number % 5 == 4 else 1 - ragged * chance.random()),
            top + STEP * number + HIGH,
        )
        for number, text in enumerate(texts)
    ]


def told(name: str, count: int = 10) -> list[str]:
    return [f"{name} {number} of running text" for number in range(count)]


def read(page: list[Line]) -> list[str]:
    random.Random(3).shuffle(page)
    return [" | ".join(line.text for line in row) for row in rows_in_order(page)]


@pytest.mark.parametrize("ragged", [0, 0.15])
def test_two_columns_are_read_one_after_the_other(ragged: float) -> None:
    left, right = told("left"), told("right")
    page = lines(100, 400, left, ragged=ragged) + lines(540, 400, right, top=107, ragged=ragged)
    assert read(page) == left + right


def test_a_heading_across_parts_what_is_above_from_what_is_below() -> None:
    parts = [told(name) for name in ("a", "b", "c", "d")]
    page = [Line("The title of it all", 0.99, 300, 40, 800, 70)]
    page += lines(100, 400, parts[0]) + lines(540, 400, parts[1])
    page += [Line("A heading across", 0.99, 100, 420, 940, 444)]
    page += lines(100, 400, parts[2], top=460) + lines(540, 400, parts[3], top=460)
    expected = ["The title of it all", *parts[0], *parts[1], "A heading across"]
    assert read(page) == expected + parts[2] + parts[3]


def test_three_columns_are_read_in_turn() -> None:
    columns = [told("a"), told("b"), told("c")]
    page = [one for at in range(3) for one in lines(60 + 320 * at, 280, columns[at])]
    assert read(page) == [text for column in columns for text in column]


def test_an_abstract_above_two_columns_is_read_first() -> None:
    above, left, right = told("abstract", 6), told("left"), told("right")
    page = lines(100, 840, above) + lines(100, 400, left, top=320)
    assert read(page + lines(540, 400, right, top=320)) == above + left + right


def test_one_column_is_read_from_top_to_bottom_also_in_pieces() -> None:
    texts = told("line", 12)
    assert read(lines(100, 840, texts)) == texts
    pieces = [
        line
        for number in range(12)
        for top in (100 + STEP * number,)
        for line in (
            Line(f"first piece {number}", 0.9, 100, top, 300 + 31 * number, top + HIGH),
            Line(f"second piece {number}", 0.9, 320 + 31 * number, top + 2, 940, top + HIGH),
        )
    ]
    assert read(pieces) == [f"first piece {n} | second piece {n}" for n in range(12)]


def test_a_table_and_a_form_are_read_across() -> None:
    goods = [f"goods of the kind {number}" for number in range(8)]
    amounts = [f"{number},250.00" for number in range(8)]
    table = lines(100, 400, goods) + lines(700, 100, amounts)
    assert read(table) == [f"{a} | {b}" for a, b in zip(goods, amounts, strict=True)]
    asked = ["Name", "Date and place of birth", "Street", "Number of children", "Since", "Rent"]
    form = [
        Line(text, 0.9, 100, 100 + STEP * at, 100 + 14 * len(text), 124 + STEP * at)
        for at, text in enumerate(asked)
    ]
    form += lines(500, 300, [f"an answer to {one}" for one in asked])
    assert read(form) == [f"{one} | an answer to {one}" for one in asked]


def test_a_page_of_few_lines_is_read_across() -> None:
    page = lines(100, 300, told("left", 3)) + lines(600, 300, told("right", 3))
    assert read(page) == [f"left {n} of running text | right {n} of running text" for n in range(3)]
    assert read([]) == []
