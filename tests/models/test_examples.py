from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.engine.desk import make_desk
from tests.stages.bench import KIND, TEXT, write_rows
from warrant.errors import InputError
from warrant.models.examples import LabelColumn, number_of, read_examples
from warrant.records.dataset import Column

ONE = LabelColumn("answer", "multiclass")
MANY = LabelColumn("answer", "multilabel")


@pytest.mark.parametrize(
    ("cell", "label"),
    [("Lease", "Lease"), (" Lease ", "Lease"), (True, "true"), (1.0, "1"), (2, "2"), (2.5, "2.5")],
)
def test_one_answer_is_read_from_text_booleans_and_numbers(cell: object, label: str) -> None:
    assert ONE.read(cell) == (label,)


@pytest.mark.parametrize("cell", [None, "", "  "])
def test_an_empty_cell_is_no_answer(cell: object) -> None:
    assert ONE.read(cell) is None
    assert MANY.read(cell) is None


def test_many_answers_are_read_from_lists_and_separated_text() -> None:
    assert MANY.read("b; a;b") == ("a", "b")
    assert MANY.read(["b", "a", ""]) == ("a", "b")
    assert MANY.read([]) == ()


def test_a_list_where_one_answer_is_expected_says_what_to_write() -> None:
    with pytest.raises(InputError, match="holds lists, but 'multiclass' has one answer a row"):
        ONE.read(["a"])


def test_rows_without_a_label_are_counted_and_positions_kept(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    cells: list[dict[str, object]] = [
        {"text": "x", "contract_type": None},
        {"text": "y", "contract_type": "Lease"},
        {"text": "z", "contract_type": ""},
    ]
    manifest = write_rows(desk, "rows", (TEXT, KIND), cells)
    found = read_examples(
        desk.store, manifest, ("text",), LabelColumn("contract_type", "multiclass")
    )
    assert (found.positions, found.labels, found.without_label) == ([1], [("Lease",)], 2)
    assert found.columns == {"text": ["y"]}


def test_a_missing_column_is_named_with_those_there_are(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    manifest = write_rows(desk, "rows", (TEXT, Column(name="kind", type="text")), [{"text": "x"}])
    with pytest.raises(InputError, match=r"no column 'type'. They have: kind, text\."):
        read_examples(desk.store, manifest, ("text",), LabelColumn("type", "multiclass"))


def test_a_label_that_is_no_finite_number_is_not_a_number() -> None:
    assert number_of("-1.5e3") == -1500
    assert all(math.isnan(number_of(text)) for text in ("", "late", "inf", "nan"))
