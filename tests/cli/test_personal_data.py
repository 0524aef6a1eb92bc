"""What was looked for is shown beside what was done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Type
from tests.flow.test_measure_privacy import ROWS, write
from tests.flow.test_measure_table import visits
from tests.flow.test_measure_table import write as write_table


@pytest.mark.slow
def test_status_says_of_each_identifier_whether_somebody_looked(typed: Type, own: Path) -> None:
    assert "identifier of Safe Harbor" not in typed("status", own).out
    recipe = own / "recipe.yaml"
    masked = "curate:\n  - mask_personal_data: {recognisers: [safe_harbor]}\n"
    recipe.write_text(recipe.read_text("utf-8").replace("curate:\n", masked), "utf-8")
    assert typed("run", own, "--unprotected-key").code == 0
    shown = typed("status", own)
    assert "personal data: identifier of Safe Harbor" in shown.out
    assert "How much was missed: not measured." in shown.out
    told = typed("status", own, "--json").json["status"]["identifiers"]
    assert [one[2] for one in told if one[0] in "ACF"] == ["not covered", "partly", "covered"]


def test_the_command_shows_recall_and_bound(typed: Type, tmp_path: Path) -> None:
    file = write(tmp_path, ROWS)
    shown = typed("measure-privacy", file)
    assert shown.code == 0
    assert re.search(r"MAIL\W+2\W+2\W+1\.000\W+0\.224", shown.out)
    assert "Measured on 3 rows." in shown.out
    assert typed("measure-privacy", file, "--json").json["stray"] == 1
    bare = write(tmp_path, [{"text": "nothing", "spans": []}])
    assert (
        "None of 1 rows has a labelled place: not measured." in typed("measure-privacy", bare).out
    )


def test_the_command_shows_figures_and_a_line_for_the_recipe(typed: Type, tmp_path: Path) -> None:
    file = write_table(tmp_path)
    shown = typed("measure-privacy", file)
    assert shown.code == 0
    assert "you decide" in shown.out
    assert "protect_table: {quasi: {" in shown.out
    assert "These figures are about these columns alone" in shown.out
    told = typed("measure-privacy", file, "--quasi", "ward", "--k", "10", "--json").json
    assert told["now"]["smallest"] == 300


def test_the_command_says_what_protecting_costs_in_score(typed: Type, tmp_path: Path) -> None:
    shown = typed("measure-privacy", visits(tmp_path), "--quasi", "age", "--label", "ward")
    assert shown.code == 0
    told = " ".join(shown.out.split())
    assert re.search(
        r"What that costs in score: macro-F1 of 'ward' [01]\.\d{3} as it is, [01]\.\d{3} coarser; "
        r"difference [+-]\d\.\d{3} \[[+-]\d\.\d{3}, [+-]\d\.\d{3}\]\.",
        told,
    )
    assert "on 80 rows that neither learnt from" in told
