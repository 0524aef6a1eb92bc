"""Rows of a table that stand out go out, and the rest get coarser as the recipe says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from math import isnan
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.engine.desk import FixedSalts, make_desk
from warrant.engine import make_batch, read_dataset, read_ledger, write_dataset
from warrant.errors import InputError
from warrant.flow.masking import masking_of
from warrant.records.dataset import Column
from warrant.records.identifiers import legal_state
from warrant.records.interfaces import Desk
from warrant.stages import curate
from warrant.stages.curate import CurateConfig, FilterConfig
from warrant.stages.curate.builtin.coarse import coarser
from warrant.stages.curate.builtin.table import ProtectTable
from warrant.testing import check_filter

COLUMNS = (
    Column(name="mrn", type="text"),
    Column(name="chart", type="integer"),
    Column(name="zip", type="text"),
    Column(name="age", type="integer"),
    Column(name="born", type="date"),
    Column(name="diagnosis", type="text"),
)
SETTINGS: dict[str, Any] = {
    "quasi": {"zip": 3, "age": 10, "born": "year"},
    "sensitive": ["diagnosis"],
    "identifiers": ["mrn", "chart"],
    "top": {"age": 90},
    "k": 3,
    "l": 2,
}
PEOPLE = [
    ("m1", 1, "78701", 41, date(1983, 2, 1), "asthma"),
    ("m2", 2, "78702", 42, date(1983, 5, 7), "asthma"),
    ("m1", 3, "78799", 49, date(1983, 9, 9), "flu"),
    ("m4", 4, "10001", 30, date(1994, 1, 1), "flu"),
    ("m5", 5, "10002", 31, date(1994, 1, 2), "flu"),
    ("m6", 6, "10003", 32, date(1994, 1, 3), "flu"),
    ("m7", 7, "60601", 97, date(1927, 1, 3), "gout"),
]


@pytest.mark.parametrize(
    ("value", "level", "wanted"),
    [
        ("78701", 3, "787"),
        (78701, "3 digits", 78700),
        ("07870", "3 digits", "078"),
        (47, 10, 40),
        (47.5, 10, 40.0),
        (-3, 5, -5),
        (date(2024, 3, 31), "month", date(2024, 3, 1)),
        (date(2024, 3, 31), "year", date(2024, 1, 1)),
        (datetime(2024, 3, 31, 9, tzinfo=UTC), "month", datetime(2024, 3, 1, tzinfo=UTC)),
        ("2024-03-31", "month", "2024-03"),
        ("2024-03", "year", "2024"),
        ("31 March", "year", None),
        ("any", "none", None),
        (None, 3, None),
    ],
)
def test_a_value_gets_coarser_in_its_own_type(value: object, level: Any, wanted: object) -> None:  # noqa: ANN401
    assert coarser(value, level) == wanted


def test_ages_over_the_top_become_the_top() -> None:
    assert [coarser(age, 10, 90) for age in (89, 90, 97)] == [80, 90, 90]
    with pytest.raises(InputError, match="'3 digits' of 'protect_table' does not fit the cells"):
        coarser(4.5, "3 digits")


def curated(
    tmp_path: Path, settings: dict[str, Any], text: str | None = None, desk: Desk | None = None
) -> tuple[Any, Any, Any]:
    desk = desk or make_desk(tmp_path)
    names = [column.name for column in COLUMNS]
    cells = {name: [row[at] for row in PEOPLE] for at, name in enumerate(names)}
    documents = [[sha256(bytes([n])).digest()] for n in range(len(PEOPLE))]
    batch = make_batch(COLUMNS, documents, [[]] * len(PEOPLE), cells)
    source = write_dataset(desk, "documents", COLUMNS, [batch], {"kept": len(PEOPLE)})
    config = CurateConfig((FilterConfig("protect_table", settings),), text=text)
    result = curate.run({"documents": source.manifest}, config, desk)
    rows = next(iter(read_dataset(desk.store, result.outputs["rows"]))).to_pydict()
    return rows, result, desk


@pytest.mark.parametrize("text", [None, "diagnosis"])
def test_what_stands_out_goes_and_the_rest_gets_coarser(tmp_path: Path, text: str | None) -> None:
    rows, result, desk = curated(tmp_path, SETTINGS, text)
    assert rows["zip"] == ["787", "787", "787"]
    assert rows["age"] == [40, 40, 40]
    assert rows["born"] == [date(1983, 1, 1)] * 3
    assert rows["diagnosis"] == ["asthma", "asthma", "flu"]
    assert rows["mrn"][0] == rows["mrn"][2] != rows["mrn"][1]
    assert len(rows["mrn"][0]) == 12
    assert all(isinstance(code, int) and code > 7 for code in rows["chart"])
    lines = [
        (one.position, one.code, one.value)
        for one in read_ledger(desk.store, result.outputs["ledger"]).decisions()
    ]
    assert [line for line in lines if line[1].startswith("below")] == [
        (3, "below_l", None), (4, "below_l", None), (5, "below_l", None), (6, "below_k", 1.0)
    ]  # fmt: skip
    assert (0, "coarse", 3.0) in lines
    assert (0, "coded", 2.0) in lines
    measures = result.claim.measures
    told = {name: measures[f"table_{name}"] for name in ("k_before", "k", "l", "rows_taken_out")}
    assert told == {"k_before": 1, "k": 3, "l": 2, "rows_taken_out": 4}
    assert measures["table_rows_alone_before"] == 7
    assert isinstance(desk.salts, FixedSalts)
    first = {name: value for (document, name), value in desk.salts.originals.items()
             if document == sha256(bytes([0])).digest()}  # fmt: skip
    assert first["zip:787"] == b"78701"
    assert first[f"mrn:{rows['mrn'][0]}"] == b"m1"
    signed = result.claim.to_bytes() + desk.store.get(result.outputs["ledger"])
    assert b"78701" not in signed


class Watching:
    """Stands for what flow gives: remembers the rows that it was asked about."""

    columns = ("zip", "diagnosis")
    asked: tuple[Any, ...] = ()

    def __call__(self, *asked: Any) -> dict[str, str | int | float]:  # noqa: ANN401
        self.asked = asked
        return {"table_cost_difference": -0.25}


@pytest.mark.parametrize(("wanted", "found"), [(True, -0.25), (False, None)])
def test_rows_before_and_after_are_tried_where_the_cost_is_asked_for(
    tmp_path: Path,
    wanted: bool,
    found: float | None,
) -> None:
    trial = Watching()
    desk = replace(make_desk(tmp_path), trial=trial)
    _, result, _ = curated(tmp_path, SETTINGS | {"cost": wanted}, desk=desk)
    assert result.claim.measures.get("table_cost_difference") == found
    assert bool(trial.asked) == wanted
    if wanted:
        plain, coarse, out = trial.asked
        assert plain["zip"] == [row[2] for row in PEOPLE]
        assert coarse["zip"] == ["787", "787", "787", "100", "100", "100", "606"]
        assert plain["diagnosis"] == coarse["diagnosis"] == [row[5] for row in PEOPLE]
        assert out == [False] * 3 + [True] * 4


def test_without_the_column_of_the_answer_nothing_is_tried(tmp_path: Path) -> None:
    trial = Watching()
    trial.columns = ("zip", "ward")
    desk = replace(make_desk(tmp_path), trial=trial)
    curated(tmp_path, SETTINGS | {"cost": True}, desk=desk)
    assert trial.asked == ()


@pytest.mark.parametrize(
    ("later", "settings"),
    [
        ("deny", {"values": ["x"], "column": "who"}),
        ("mask_personal_data", {"shift_dates": {"subject": "who", "columns": ["seen"]}}),
    ],
)
def test_no_later_filter_takes_from_a_protected_table(
    tmp_path: Path, later: str, settings: dict[str, object]
) -> None:
    columns = tuple(Column(name=name, type="text") for name in ("text", "zip", "seen", "who"))
    desk = make_desk(tmp_path)
    cells = {column.name: ["x"] for column in columns}
    batch = make_batch(columns, [[sha256(b"one").digest()]], [[]], cells)
    source = write_dataset(desk, "documents", columns, [batch], {"kept": 1})
    table = FilterConfig("protect_table", {"quasi": ["zip", "seen"], "k": 1})
    other = FilterConfig(later, settings)
    inputs = {"documents": source.manifest}
    with pytest.raises(InputError, match=f"{later!r} comes after 'protect_table'.* last under"):
        curate.run(inputs, CurateConfig((table, other)), desk)
    mask = FilterConfig("mask_personal_data", {})
    curate.run(inputs, CurateConfig((other, table, mask)), desk)


def test_a_question_gets_as_coarse_as_rows() -> None:
    settings = {"filters": [{"name": "protect_table", "settings": SETTINGS}], "text": None}
    masking = masking_of(settings, ())
    assert masking is not None
    asked = {"zip": ["78744"], "age": [93], "mrn": ["m9"], "colour": ["red"]}
    assert masking(asked) == {"zip": ["787"], "age": [90], "mrn": [None], "colour": ["red"]}


def test_a_question_is_read_in_the_types_of_rows_before_it_gets_coarse() -> None:
    quasi = {"age": 10, "zip": "3 digits", "born": "year", "seen": "month", "code": 2, "fee": 0.5}
    settings = {"filters": [{"name": "protect_table", "settings": {"quasi": quasi}}], "text": None}
    types = {"age": "integer", "zip": "integer", "born": "date", "seen": "instant", "code": "text"}
    masking = masking_of(settings, (), types | {"fee": "number"})
    assert masking is not None
    asked = {
        "age": ["37", 37, "old"],
        "zip": ["10115", 10115.0, None],
        "born": ["1980-05-17", date(1980, 5, 17), "May"],
        "seen": ["2025-03-05T10:00:00", datetime(2025, 3, 5, 10, tzinfo=UTC), None],
        "code": [1234, "1234", ""],
        "fee": ["1.7", 1.7, "nan"],
    }
    found = masking(asked)
    assert isnan(found["fee"][2])  # type: ignore[arg-type]
    assert found | {"fee": list(found["fee"])[:2]} == {
        "age": [30, 30, None],
        "zip": [10100, 10100, None],
        "born": [date(1980, 1, 1), date(1980, 1, 1), None],
        "seen": [datetime(2025, 3, 1, tzinfo=UTC)] * 2 + [None],
        "code": ["12", "12", None],
        "fee": [1.5, 1.5],
    }


def test_it_keeps_what_a_filter_promises() -> None:
    cells: list[Any] = [{"zip": "78701", "who": "a"}] * 3 + [{"zip": "1", "who": None}]
    check_filter(lambda: ProtectTable({"zip": 3}, ["who"], k=2), cells)
    rule = ProtectTable(["zip"], k=2)
    batch = pa.array([{"zip": "78701"}, {"zip": "78701"}])
    rule.look(batch, [0, 1])
    assert list(rule.judge(batch, [0, 1]).verdicts) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"quasi": []},
        {"quasi": {"zip": -1}},
        {"quasi": {"zip": "week"}},
        {"quasi": ["zip"], "k": 0},
        {"quasi": ["zip"], "top": {"age": 90}},
        {"quasi": ["zip"], "sensitive": "diagnosis"},
    ],
)
def test_a_wrong_setting_says_what_to_write(settings: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="'protect_table' does not say what its columns are"):
        ProtectTable(**settings)


def test_a_column_has_one_role() -> None:
    with pytest.raises(InputError, match="The column 'zip' has two roles under 'protect_table'"):
        ProtectTable(["zip"], sensitive=["zip"])


def test_the_legal_state_is_told_in_the_rules_own_terms() -> None:
    assert legal_state({}) == []
    told = dict(legal_state({"table_k": 3, "safe_harbor_F": "covered"}))
    assert "items A, B, C, D, E, G" in told["Safe Harbor, 45 CFR 164.514(b)(2)"]
    shifted = dict(legal_state({"table_k": 3, "dates_shifted_within_days": 365}))
    assert shifted["Safe Harbor, 45 CFR 164.514(b)(2)"].endswith("dates were shifted, not removed")
    words = " ".join(told.values())
    assert "anonymous" not in words
    assert "de-identified" not in words
