from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.desk import make_desk
from warrant.engine import make_batch, read_ledger, write_dataset
from warrant.errors import InputError
from warrant.flow.addition import Addition
from warrant.flow.plan import STEPS
from warrant.flow.recipe import parse_recipe
from warrant.records.dataset import Column
from warrant.records.interfaces import Desk, StageResult
from warrant.stages import curate
from warrant.stages.curate import FILTERS, CurateConfig, FilterConfig

COLUMNS = (
    Column(name="text", type="text"),
    Column(name="licence", type="text"),
    Column(name="uses", type="text"),
    Column(name="until", type="date"),
)
Row = tuple[str | None, str | None, date | None]
ALL = {"licence": "licence", "uses": "uses", "expires": "until", "as_of": "2026-03-01"}
SOON, PAST = date(2026, 3, 1), date(2026, 2, 28)


def run(
    folder: Path, rows: Sequence[Row], text: str | None = "text", **settings: object
) -> tuple[Desk, StageResult]:
    folder.mkdir(exist_ok=True)
    desk = make_desk(folder)
    members = [[sha256(str(at).encode()).digest()] for at in range(len(rows))]
    cells = {
        "text": [f"lease {at}" for at in range(len(rows))],
        "licence": [row[0] for row in rows],
        "uses": [row[1] for row in rows],
        "until": [row[2] for row in rows],
    }
    batch = make_batch(COLUMNS, members, [[]] * len(rows), cells)
    source = write_dataset(desk, "documents", COLUMNS, [batch], {"kept": len(rows)})
    config = CurateConfig((FilterConfig("row_rights", settings),), text=text)
    return desk, curate.run({"documents": source.manifest}, config, desk)


def codes(desk: Desk, result: StageResult) -> list[tuple[int, str]]:
    ledger = read_ledger(desk.store, result.outputs["ledger"])
    return [(one.position, one.code) for one in ledger.decisions()]


def test_rows_go_out_by_what_their_own_columns_say(tmp_path: Path) -> None:
    rows: list[Row] = [
        ("MIT", None, None),
        ("CC-BY-SA-4.0", "train; publish", SOON),
        ("MIT", "publish", None),
        ("NONE", "train", None),
        ("MIT", "train", PAST),
        (None, None, SOON),
        ("Acme terms", "Train", None),
        ("CC-BY-NC-4.0", "yes", None),
    ]
    desk, result = run(tmp_path / "a", rows, **ALL)
    assert codes(desk, result) == [
        (2, "right_denied"),
        (3, "right_denied"),
        (4, "right_expired"),
        (5, "right_unknown"),
    ]
    assert dict(result.claim.measures) == {
        "rows_under_CC-BY-NC-4.0": 1,
        "rows_under_CC-BY-SA-4.0": 1,
        "rows_under_MIT": 1,
        "obligations_of_rows": "name the source, share alike, no commercial use",
    }
    desk, result = run(tmp_path / "b", rows, **ALL, unknown="keep", commercial=True)
    assert codes(desk, result) == [
        (2, "right_denied"),
        (3, "right_denied"),
        (4, "right_expired"),
        (5, "right_unknown_kept"),
        (7, "right_not_commercial"),
    ]


def test_a_table_without_text_is_judged_too(tmp_path: Path) -> None:
    desk, result = run(
        tmp_path, [("MIT", None, None), (None, "no", None)], None, licence="licence", uses="uses"
    )
    assert codes(desk, result) == [(1, "right_denied")]
    assert result.claim.measures["filters_without_a_text_to_judge"] == 0


def test_a_last_day_alone_says_yes_until_then() -> None:
    rule = FILTERS.load("row_rights")(expires="until", as_of="2026-03-01")
    days = ["2026-03-01", "never", "2026-02-28", "next spring", None]
    found = rule.judge(pa.array([{"until": day} for day in days]), range(5)).verdicts
    assert [(one.row, one.code) for one in found] == [
        (2, "right_expired"),
        (3, "right_expired"),
        (4, "right_unknown"),
    ]


def test_the_day_of_the_run_stands_in_the_settings_of_this_filter_alone() -> None:
    recipe = parse_recipe(
        "warrant: 1\nname: a\nsources: [{path: a}]\ntask: {label: kind}\n"
        "curate: [drop_exact_duplicates, {row_rights: {expires: until}}]\n"
    )
    step = next(one for one in STEPS if one.stage == "curate")
    config = step.configure(recipe, Addition(Path(), today="2026-03-01"))
    assert isinstance(config, CurateConfig)
    assert [dict(one.settings) for one in config.filters] == [
        {},
        {"as_of": "2026-03-01", "expires": "until"},
    ]


CELLS = st.fixed_dictionaries(
    {
        "licence": st.sampled_from([None, "MIT", "CC-BY-NC-4.0", "other"]),
        "uses": st.sampled_from([None, "train", "publish", "no training"]),
        "until": st.sampled_from([None, "never", "2020-01-01", "2030-01-01"]),
    }
)


@given(CELLS, st.sampled_from([("licence", "NONE"), ("uses", "no"), ("until", "2020-01-01")]))
def test_one_no_is_enough(cells: dict[str, str | None], no: tuple[str, str]) -> None:
    """Law of `stages.curate.builtin.rights`: a row of which one column says no is dropped, ..."""
    rule = FILTERS.load("row_rights")(**ALL, unknown="keep")
    found = rule.judge(pa.array([{**cells, no[0]: no[1]}]), [0]).verdicts
    kinds = {one.code: one.kind for one in rule.reasons}
    assert [kinds[one.code] for one in found] == ["drop"]


@pytest.mark.parametrize(
    ("settings", "what", "do"),
    [
        ({}, "names no column", "licence: LICENCE_COLUMN"),
        ({"licence": "a", "unknown": "ask"}, "knows unknown: drop and keep", "unknown: keep"),
        ({"expires": "until"}, "as of a day, got None", "as_of: '2026-01-31'"),
    ],
)
def test_settings_that_do_not_fit_are_refused(
    settings: dict[str, object], what: str, do: str
) -> None:
    with pytest.raises(InputError) as refused:
        FILTERS.load("row_rights")(**settings)
    assert what in refused.value.what
    assert do in refused.value.do


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        run(tmp_path, [("MIT", None, None)], licence="license")
    assert "'row_rights' reads a column 'license'" in refused.value.what
    assert refused.value.do == "Write 'licence' in place of 'license' under 'curate:'."
