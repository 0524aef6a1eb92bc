"""A run says what protecting its rows cost in score: in its claim, its card and its data report."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.flow.bench import Bench, make_bench
from warrant.flow.data_report import render_report
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.kernel.digest import Digest
from warrant.records.claim import Claim

RECIPE = """\
warrant: 1
name: visits
sources: [{path: visits.csv, licence: CC0-1.0, origin: Invented, rights: {train: true},
  special_category: false}]
curate: [{protect_table: {quasi: {age: 60}, k: 5MORE}}]
inputs: [{column: age, as: number}, {column: pain, as: number}]
task: {kind: KIND, label: ward}
evaluate: {resamples: 100}
"""


def write(folder: Path, rows: int) -> None:
    """Write visits in which the exact age decides the ward, as no coarse one does."""
    some = random.Random(3)
    lines = ["visit,age,pain,ward"]
    for number in range(rows):
        age = some.randint(20, 79)
        lines.append(f"v{number},{age},{some.randint(1, 9)},{'old' if age >= 40 else 'young'}")
    (folder / "visits.csv").write_text("\n".join(lines) + "\n", "utf-8")


def ran(folder: Path, more: str = "", rows: int = 240) -> tuple[Bench, Claim]:
    bench = make_bench(folder / "visits")
    write(bench.root, rows)
    recipe = parse_recipe(RECIPE.replace("MORE", more).replace("KIND", "binary"))
    run_recipe(bench.root, recipe, bench.desk)
    with bench.open() as workspace:
        entry = workspace.index.latest("curate")
        assert entry is not None
        digest = workspace.index.links(entry.position, "subject")["claim"]
        return bench, Claim.from_bytes(workspace.store.get(Digest.from_hex(digest)))


@pytest.mark.slow
def test_a_run_signs_what_protecting_its_rows_cost_and_tells_it(tmp_path: Path) -> None:
    bench, claim = ran(tmp_path)
    told = claim.measures
    assert told["table_cost_metric"] == "macro_f1"
    assert told["table_cost_rows"] == 80
    names = ("plain", "protected", "difference", "low", "high")
    plain, coarse, difference, low, high = (float(told[f"table_cost_{one}"] or 0) for one in names)
    assert plain > 0.9 > coarse
    assert difference == pytest.approx(coarse - plain, abs=1e-3)
    assert low < difference < high <= 0
    card = (bench.root / "card.md").read_text("utf-8")
    assert "what protecting them costs: the second less the first" in card
    with bench.open() as workspace:
        page = render_report(workspace)
    assert 'id="table"' in page
    assert "What protecting the rows costs" in page


@pytest.mark.slow
def test_a_recipe_may_leave_the_cost_out_and_few_rows_say_that_it_is_not_measured(
    tmp_path: Path,
) -> None:
    _, without = ran(tmp_path / "a", ", cost: false")
    assert not any(name.startswith("table_cost") for name in without.measures)
    assert without.measures["table_k_wanted"] == 5
    _, few = ran(tmp_path / "b", rows=80)
    assert "in too few rows to say what protecting costs" in str(
        few.measures["table_cost_not_measured"]
    )
