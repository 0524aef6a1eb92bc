"""What is an id, what lies after the outcome, and what a run says and keeps of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.engine.desk import make_desk
from tests.stages.bench import KIND, fresh, write_rows
from tests.stages.train.leaks.case import Table, claims, denied_in, with_column
from warrant.errors import InputError
from warrant.models import InputColumn
from warrant.records.dataset import Column
from warrant.stages.train import TrainConfig, run
from warrant.stages.train.leaks import (
    Looked,
    check_leaks,
    leak_findings,
    leak_measures,
    outcome_findings,
)

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.records.interfaces import StageResult


def told(table: Table, **more: Any) -> tuple[Looked, list[str]]:  # noqa: ANN401
    looked = check_leaks(table.examples(), table.read, table.task, table.label_at, **more)
    return looked, [one.what for one in leak_findings(looked)]


def honest(count: int = 300) -> Table:
    return claims(np.random.default_rng(5), count, 0.4)


def test_a_number_of_lines_is_an_id_among_many_rows_too() -> None:
    table = with_column(honest(6000), "line", "number", list(range(2, 6002)))
    _, said = told(table)
    assert said == [
        "Column 'line' is an id: 6000 whole numbers in 6000 rows, close together and none twice."
    ]


def test_codes_that_come_back_are_no_id_though_some_rows_show_none_twice() -> None:
    rng = np.random.default_rng(3)
    codes = [f"C{one}" for one in np.repeat(rng.permutation(900_000)[:3000], 2).tolist()]
    _, said = told(with_column(honest(6000), "customer", "category", codes))
    assert said == []


def test_a_code_for_each_row_is_an_id() -> None:
    codes = [f"REF-{one * 7919 % 99_991:05}" for one in range(300)]
    _, said = told(with_column(honest(), "reference", "text", codes))
    assert said == [
        "Column 'reference' is an id: 300 different values of one word with digits in 300 rows."
    ]


def test_a_column_that_nearly_solves_the_task_is_told_beside_the_others() -> None:
    table = honest()
    cells = ["no" if one else "yes" for one in denied_in(table)]
    looked, (said,) = told(with_column(table, "settled", "category", cells))
    assert said.startswith(
        "Column 'settled' gives the answer away: its value alone is right for 1.000 of the rows, "
        "mean over labels (0.500 by chance; the other columns together: 0."
    )
    (found,) = leak_findings(looked)
    assert found.do == (
        "Take 'settled' out of `inputs` in the recipe. If its value is known before the answer is, "
        "write beside `column: settled` under `inputs`: leak_accepted: WHY"
    )


def test_a_reason_lets_a_column_pass_and_is_kept() -> None:
    table = honest()
    cells = ["no" if one else "yes" for one in denied_in(table)]
    table = with_column(table, "settled", "category", cells)
    looked, said = told(table, accepted={"settled": "Known at the desk.", "payer": "no leak"})
    measures = leak_measures(looked)
    assert said == []
    assert measures["leak: settled"] == "accepted"
    assert measures["leak_reason: settled"] == "Known at the desk."
    assert measures["leak: payer"] == "none"
    assert "leak_reason: payer" not in measures


def dated(table: Table, days: int) -> Table:
    served = table.columns["served"]
    decided = [day + timedelta(30) for day in served]
    later = [day + timedelta(30 + days) for day in served]
    found = with_column(table, "closed", "date", later)
    return replace(found, columns={**found.columns, "decided": decided}, label_at="decided")


@pytest.mark.parametrize("days", [0, -1, 1])
def test_a_day_after_that_of_the_outcome_is_a_leak_and_none_before(days: int) -> None:
    _, said = told(dated(honest(), days))
    late = "holds days after the answer was known: 300 of its 300 days lie after 'decided'."
    assert said == ([f"Column 'closed' {late}"] if days > 0 else [])


def test_the_day_of_the_outcome_itself_is_not_to_be_read() -> None:
    table = replace(honest(), label_at="served")
    _, said = told(table)
    assert said == [
        "Column 'served' says itself when the answer became known: `label_at` under `rows` names "
        "it."
    ]


def test_days_that_cannot_be_read_are_refused_and_never_passed() -> None:
    table = dated(honest(), 1)
    words = ["03/04/2024"] * 300
    rows = replace(table, columns={**table.columns, "decided": words}).examples()
    (found,) = outcome_findings(rows, table.read, "decided")
    assert found.severity == "error"
    assert found.what == (
        "Column 'decided', named by `label_at`, shall hold the day on which the answer became "
        "known, but a day can be read in 0 of 300 training rows."
    )
    assert found.do == (
        "Write its days as 2024-05-31, name another column, or take `label_at` out of `rows:` in "
        "the recipe."
    )
    stated = (InputColumn("closed", "date", day_first=True),)
    assert outcome_findings(rows, stated, "decided") == []
    assert outcome_findings(rows, stated, None) == []


AMOUNT, PAID, DAY = (
    Column(name="amount", type="number"),
    Column(name="paid", type="number"),
    Column(name="decided", type="date"),
)
CONFIG = TrainConfig(
    name="claims",
    label="contract_type",
    task="binary",
    tier="linear",
    inputs=(InputColumn("amount", "number"), InputColumn("paid", "number")),
    label_at="decided",
)


def train(folder: Path, config: TrainConfig) -> tuple[Any, StageResult]:
    desk = make_desk(folder)
    rng = np.random.default_rng(1)
    rows = [
        {
            "amount": round(float(rng.uniform(10, 900)), 2),
            "paid": 0.0 if kind == "denied" else round(float(rng.uniform(10, 900)), 2),
            "decided": date(2024, 5, 1),
            "contract_type": kind,
        }
        for kind in ["denied", "paid"] * 60
    ]
    columns = (AMOUNT, PAID, DAY, KIND)
    inputs = {name: write_rows(desk, name, columns, rows) for name in ("train", "validation")}
    return desk, run(inputs, config, fresh(desk, "train"))


def test_training_stops_at_a_leak_and_quotes_no_cell(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        train(tmp_path, CONFIG)
    said = str(refused.value)
    assert "Column 'paid' gives the answer away: whether it is empty or zero alone" in said
    assert "Take 'paid' out of `inputs` in the recipe." in said
    assert "denied" not in said


def test_what_was_looked_at_stands_in_the_claim(tmp_path: Path) -> None:
    config = replace(CONFIG, accepted_leaks={"paid": "It is an advance."})
    _, result = train(tmp_path, config)
    measures = result.claim.measures
    assert measures["leak: paid"] == "accepted"
    assert measures["leak_reason: paid"] == "It is an advance."
    assert measures["alone: paid"] == 1.0
    assert measures["leak: amount"] == "none"
    assert (measures["leak_rows"], measures["leak_floor"]) == (120, 0.5)
