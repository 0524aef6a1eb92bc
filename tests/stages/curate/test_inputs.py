"""Rows that a model reads more of than one text, or no text at all."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from tests.engine.desk import make_desk
from warrant.engine import dataset_record, make_batch, read_ledger, write_dataset
from warrant.errors import InputError
from warrant.records.dataset import Column
from warrant.records.interfaces import Desk, StageResult
from warrant.stages import curate
from warrant.stages.curate import CurateConfig, FilterConfig

COLUMNS = (
    Column(name="note", type="text"),
    Column(name="amount", type="number"),
    Column(name="label", type="text"),
)
Row = tuple[str | None, float | None]


def run(folder: Path, rows: Sequence[Row], config: CurateConfig) -> tuple[Desk, StageResult]:
    folder.mkdir(exist_ok=True)
    desk = make_desk(folder)
    members = [[sha256(str(at).encode()).digest()] for at in range(len(rows))]
    cells = {"note": [row[0] for row in rows], "amount": [row[1] for row in rows]}
    batch = make_batch(COLUMNS, members, [[]] * len(rows), cells | {"label": ["a"] * len(rows)})
    source = write_dataset(desk, "documents", COLUMNS, [batch], {"kept": len(rows)})
    return desk, curate.run({"documents": source.manifest}, config, desk)


def codes(desk: Desk, result: StageResult) -> list[tuple[int, str]]:
    ledger = read_ledger(desk.store, result.outputs["ledger"])
    return [(one.position, one.code) for one in ledger.decisions()]


def test_a_table_without_text_keeps_all_its_rows(tmp_path: Path) -> None:
    rows = [(None, 1.0), (None, 1.0), (" ", None)]
    desk, result = run(tmp_path, rows, CurateConfig(text=None))
    assert codes(desk, result) == []
    assert dataset_record(desk.store, result.outputs["rows"]).rows == 3
    assert result.claim.measures["filters_without_a_text_to_judge"] == 1


def test_a_row_is_a_copy_only_when_all_that_is_read_is_equal(tmp_path: Path) -> None:
    rows = [("card payment", 5.0), ("card payment", 9.5), ("card payment", 5.0)]
    both = CurateConfig(text="note", alike=("note", "amount"), label="label")
    assert codes(*run(tmp_path / "x", rows, both)) == [(2, "exact_duplicate")]
    text_alone = CurateConfig(text="note", alike=("note",), label="label")
    assert codes(*run(tmp_path / "y", rows, text_alone)) == [
        (1, "exact_duplicate"),
        (2, "exact_duplicate"),
    ]


def test_a_row_is_without_text_when_all_its_texts_are_blank(tmp_path: Path) -> None:
    rows = [("a", 1.0), ("", 2.0), (None, 3.0)]
    two = CurateConfig((), text="note", more_texts=("label",))
    assert codes(*run(tmp_path / "x", rows, two)) == []
    one = CurateConfig((), text="note")
    assert codes(*run(tmp_path / "y", rows, one)) == [(1, "no_text"), (2, "no_text")]


def test_a_column_that_is_no_text_is_refused_with_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        run(tmp_path, [("a", 1.0)], CurateConfig(text="amount"))
    assert str(refused.value) == (
        "Column 'amount' is read as text, and its cells are of the type 'number'. Name it under "
        "`inputs` in the recipe, for example: {column: amount, as: category}"
    )
    with pytest.raises(InputError, match="have no column 'sum'; they have: note, amount, label"):
        run(tmp_path / "y", [("a", 1.0)], CurateConfig(text="note", alike=("note", "sum")))


def test_a_near_copy_with_another_amount_stays_and_the_ledger_says_so(tmp_path: Path) -> None:
    text = "the parties keep what they learn about one another to themselves and to nobody else"
    wide = text.replace(" ", "  ")
    rows = [(text, 5.0), (wide, 9.5), (wide, 5.0)]
    drop = (FilterConfig("near_duplicates", {"action": "drop"}),)
    config = CurateConfig(drop, text="note", alike=("note", "amount"))
    assert codes(*run(tmp_path / "x", rows, config)) == [
        (1, "near_duplicate_with_other_inputs"),
        (2, "near_duplicate_dropped"),
    ]
    text_alone = CurateConfig(drop, text="note", alike=("note",))
    assert codes(*run(tmp_path / "y", rows, text_alone)) == [
        (1, "near_duplicate_dropped"),
        (2, "near_duplicate_dropped"),
    ]
