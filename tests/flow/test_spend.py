from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flow.bench import Bench, Recorder, recipe_text
from warrant.errors import CeilingReached, InputError
from warrant.flow.job import run_recipe
from warrant.flow.recipe import Recipe, parse_recipe
from warrant.flow.recipe_budget import Budget
from warrant.flow.spend import Meter, Watch, _usd
from warrant.records.claim import Claim

DEAR = "budget: {usd: 0.01, usd_per_hour: 36000000}"
CHEAP = "budget: {usd: 1000, usd_per_hour: 3600}"


def priced(budget: str, **changes: object) -> Recipe:
    text = recipe_text(**changes)
    return parse_recipe(text.replace("train: {seed", f"train: {{{budget}, seed"))


class Timer:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def spent_files(bench: Bench) -> list[Path]:
    return sorted((bench.state / "runs" / "spent").glob("*.json"))


def test_seconds_times_price_is_what_was_spent(tmp_path: Path) -> None:
    timer = Timer()
    meter = Meter(Budget(usd=2, usd_per_hour=3600), tmp_path / "count.json", timer)
    timer.now += 1.5
    assert meter.usd == 1.5
    assert not meter.is_over
    timer.now += 0.5
    assert meter.is_over


def test_work_that_tells_only_its_progress_is_counted_through_a_kill(tmp_path: Path) -> None:
    timer = Timer()
    budget = Budget(usd=200, usd_per_hour=3600)
    watch = Watch(Meter(budget, tmp_path / "count.json", timer), Recorder(), tmp_path, "bit-equal")
    timer.now += 30
    watch.progress(1, 9, "texts")  # and here comes the kill
    assert Meter(budget, tmp_path / "count.json", timer).earlier_usd == 30


def test_what_earlier_tries_spent_counts(tmp_path: Path) -> None:
    timer = Timer()
    budget = Budget(usd=2, usd_per_hour=3600)
    first = Meter(budget, tmp_path / "count.json", timer)
    timer.now += 1.5
    first.keep()
    again = Meter(budget, tmp_path / "count.json", timer)
    assert again.earlier_usd == 1.5
    timer.now += 1
    assert again.is_over
    again.drop()
    assert Meter(budget, tmp_path / "count.json", timer).usd == 0


def test_a_kill_forgets_no_more_than_a_second(tmp_path: Path) -> None:
    timer = Timer()
    meter = Meter(Budget(usd=9, usd_per_hour=3600), tmp_path / "count.json", timer)
    timer.now += 0.5
    meter.beat()
    assert not (tmp_path / "count.json").exists()
    timer.now += 0.6
    meter.beat()
    assert json.loads((tmp_path / "count.json").read_bytes()) == {"seconds": 1.1, "usd": 1.1}


def test_ones_own_machine_has_no_ceiling_in_dollars(tmp_path: Path) -> None:
    timer = Timer()
    meter = Meter(Budget(usd=0), tmp_path / "count.json", timer)
    timer.now += 1e6
    assert not meter.is_over
    meter.keep()
    assert not (tmp_path / "count.json").exists()


@pytest.mark.parametrize("tier", ["linear", "trees"])
def test_training_stops_at_its_ceiling_and_says_how_to_go_on(bench: Bench, tier: str) -> None:
    recipe = priced(f"{DEAR}, tier: {tier}", train_seed=8)
    with pytest.raises(CeilingReached) as caught:
        run_recipe(bench.root, recipe, bench.desk)
    assert caught.value.exit_code == 7
    assert "Training reached its ceiling: $" in caught.value.what
    assert "of $0.01 spent in" in caught.value.what
    assert "The steps before it are kept." in caught.value.what
    assert "Write a higher usd under train: budget:" in caught.value.do
    assert f"warrant run {bench.root}" in caught.value.do
    assert "begins again" in caught.value.do
    (kept,) = spent_files(bench)
    assert json.loads(kept.read_bytes())["usd"] > 0.01
    with pytest.raises(CeilingReached, match="by earlier tries"):
        run_recipe(bench.root, recipe, bench.desk)


def test_after_the_ceiling_was_raised_it_goes_on_and_the_claim_says_what_it_cost(
    bench: Bench,
) -> None:
    with pytest.raises(CeilingReached):
        run_recipe(bench.root, priced(DEAR, train_seed=9), bench.desk)
    (kept,) = spent_files(bench)
    before = json.loads(kept.read_bytes())["usd"]
    told = Recorder()
    raised = priced(DEAR.replace("0.01", "1e12"), train_seed=9)
    report = run_recipe(bench.root, raised, bench.desk, reporter=told)
    assert report.computed[0] == "train"
    assert report.cost_usd > before
    assert not spent_files(bench)
    assert told.costs[-1][1] == 1e12
    with bench.open() as workspace:
        entry = workspace.index.latest("train")
        assert entry is not None
        digest = workspace.index.links(entry.position, "subject")["claim"]
        claim = Claim.from_bytes(workspace.store.get(_digest(digest)))
    assert claim.measures["cost_usd"] == report.cost_usd
    assert claim.measures["usd_per_hour"] == 36000000
    assert "assumed" in str(claim.measures["energy_basis"])
    assert float(claim.measures["energy_wh"] or 0) > 0
    card = report.card.read_text("utf-8")
    assert f"Cost of training: ${report.cost_usd:.2f} for" in card
    assert "Wh (15 W for one busy core" in card
    assert "Energy of training" in report.page.read_text("utf-8")


def test_the_budget_is_no_part_of_what_is_done(bench: Bench) -> None:
    report = run_recipe(bench.root, priced(CHEAP), bench.desk)
    assert "train" not in report.computed
    assert report.cost_usd == 0


def test_without_a_budget_the_claim_says_nothing_of_time(bench: Bench) -> None:
    with bench.open() as workspace:
        entry = workspace.index.latest("train")
        assert entry is not None
        digest = workspace.index.links(entry.position, "subject")["claim"]
        claim = Claim.from_bytes(workspace.store.get(_digest(digest)))
    assert "cost_usd" not in claim.measures
    assert "Cost of training" not in (bench.root / "card.md").read_text("utf-8")


def test_a_budget_of_zero_is_refused_before_anything_is_done() -> None:
    with pytest.raises(InputError, match="nothing could be trained") as caught:
        priced("budget: {usd: 0, usd_per_hour: 0.2}")
    assert "Write a usd above 0 under budget" in caught.value.do
    assert priced("budget: {usd: 0}").train.budget.usd == 0


def _digest(text: str):  # noqa: ANN202 - of the kernel
    from warrant.kernel.digest import Digest

    return Digest.from_hex(text)


def test_less_than_a_cent_is_not_called_nothing() -> None:
    assert (_usd(0.0005), _usd(0.0), _usd(0.01), _usd(1234.5)) == (
        "$0.0005", "$0.00", "$0.01", "$1,234.50",
    )  # fmt: skip
