"""Tiers are tried cheap first, and a costlier one is kept only when a paired test says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warrant.errors import InputError
from warrant.metrics import Prices
from warrant.models import MODELS, InputColumn, Predictions
from warrant.models.examples import Examples
from warrant.stages.train import TRAINERS, AutoConfig, Job, TrainConfig, Trained
from warrant.stages.train.builtin.auto import AutoTrainer, tiers_of
from warrant.stages.train.promotion import held_against
from warrant.stages.train.step import plugins

READS = (InputColumn("x", "number"), InputColumn("y", "number"))
CONFIG = TrainConfig(
    name="quadrants", label="side", task="binary", inputs=READS, tier="auto", auto=AutoConfig()
)


def quadrants(rows: int, seed: int, *, crossed: bool = True) -> Examples:
    """Make rows whose answer no line can find: the sign of a product; else of one number."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, rows))
    side = (x * y if crossed else x) > 0
    return Examples(
        {"x": x.tolist(), "y": y.tolist()},
        [("in",) if one else ("out",) for one in side],
        list(range(rows)),
        [str(at).encode() for at in range(rows)],
    )


def trained(
    folder: Path, config: TrainConfig = CONFIG, rows: int = 120, *, crossed: bool = True
) -> Trained:
    (folder / "model").mkdir()
    job = Job(
        quadrants(400, 1, crossed=crossed),
        quadrants(rows, 2, crossed=crossed),
        config,
        folder / "model",
        lambda *_: None,
    )
    return AutoTrainer().run(job)


def test_a_costlier_tier_that_is_surely_better_is_kept(tmp_path: Path) -> None:
    found = trained(tmp_path)
    assert (found.kind, found.settings["tier"], found.deterministic) == ("trees", "trees", True)
    told = found.measures
    assert (told["candidates"], told["candidate_chosen"]) == ("linear, trees", "trees")
    assert told["candidate: linear"] == "the cheapest"
    assert told["candidate: trees"] == "better"
    assert (told["candidates_figure"], told["candidates_tests"]) == ("macro_f1", 1)
    gain = float(told["candidate_difference: trees"] or 0)
    assert gain > 0.2
    assert told["candidate_value: trees"] == pytest.approx(
        float(told["candidate_value: linear"] or 0) + gain
    )
    assert float(told["candidate_p: trees"] or 1) < 0.01
    assert all(float(told[f"candidate_cpu_s: {tier}"] or 0) >= 0 for tier in ("linear", "trees"))
    model = MODELS.load(found.kind)(tmp_path / "model")
    answers = model.predict(quadrants(200, 3).columns).chosen[:, 0]
    right = [row == ("in",) for row in quadrants(200, 3).labels]
    assert (answers == right).mean() > 0.9


def test_a_costlier_tier_that_is_not_better_is_not(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    seen = quadrants(120, 2, crossed=False)
    doubtful = [("in",) if at % 9 == 4 else label for at, label in enumerate(seen.labels)]
    rows = (quadrants(400, 1, crossed=False), replace(seen, labels=doubtful))
    found = AutoTrainer().run(Job(*rows, CONFIG, tmp_path / "model", lambda *_: None))
    assert found.settings["tier"] == found.kind == "linear"
    assert found.measures["candidate: trees"] == "not better by the margin"
    assert sorted(one.name for one in (tmp_path / "model").iterdir()) == sorted(
        one.name for one in (tmp_path / "model").iterdir() if one.suffix != ".txt"
    )


def test_no_costlier_tier_is_trained_where_there_is_nothing_left_to_win(tmp_path: Path) -> None:
    def easy(rows: int) -> Examples:
        made = quadrants(rows, 5)
        return replace(
            made,
            columns={name: [10.0 * (at % 2) for at in range(rows)] for name in made.columns},
            labels=[(("in", "out")[at % 2],) for at in range(rows)],
        )

    (tmp_path / "model").mkdir()
    job = Job(easy(200), easy(60), CONFIG, tmp_path / "model", lambda *_: None)
    found = AutoTrainer().run(job)
    assert found.kind == "linear"
    assert found.measures["candidates"] == "linear, trees"
    assert found.measures["candidate: trees"] == (
        "not trained: the tier linear leaves nothing to win on validation rows by the margin 0.01"
    )
    assert found.measures["candidates_tests"] == 0


def test_without_enough_validation_rows_the_cheapest_is_kept(tmp_path: Path) -> None:
    found = trained(tmp_path, rows=29)
    assert found.kind == "linear"
    assert found.measures["candidate: trees"] == (
        "not trained: 29 validation rows, 30 are needed to compare (raise `split: validation:` in "
        "the recipe)"
    )


def test_a_challenge_that_is_lost_refuses_the_model(tmp_path: Path) -> None:
    config = replace(CONFIG, tier="trees", auto=AutoConfig(against="linear"))
    assert tiers_of(config) == ("linear", "trees")
    with pytest.raises(InputError) as caught:
        trained(tmp_path, config, crossed=False)
    assert caught.value.what.startswith(
        "The tier 'trees' is not better than 'linear' by the margin 0.01: on validation rows "
        "Macro-F1 is "
    )
    assert "0.05 is needed)." in caught.value.what
    assert caught.value.do.startswith("Write under train: tier: linear, or get more rows")


def test_a_challenge_that_is_won_gives_the_model(tmp_path: Path) -> None:
    config = replace(CONFIG, tier="trees", auto=AutoConfig(against="linear"))
    assert trained(tmp_path, config).kind == "trees"


def test_a_challenge_needs_rows_to_test_on(tmp_path: Path) -> None:
    config = replace(CONFIG, tier="trees", auto=AutoConfig(against="linear"))
    with pytest.raises(InputError, match="needs at least 30 validation rows") as caught:
        trained(tmp_path, config, rows=10)
    assert caught.value.do == ("Raise `split: validation:` in the recipe, or take out `challenge`.")


def test_candidates_say_what_their_errors_cost(tmp_path: Path) -> None:
    found = trained(tmp_path, replace(CONFIG, costs=Prices({"in": 10.0}, 10.0, 1.0)))
    told = found.measures
    assert float(told["candidate_cost_per_1000: linear"] or 0) > 1000
    assert told["candidate_cost_per_1000: trees"] == 0


def test_numbers_are_compared_by_their_error(tmp_path: Path) -> None:
    def rows(count: int, seed: int) -> Examples:
        made = quadrants(count, seed)
        values = np.array(made.columns["x"]) * np.array(made.columns["y"])
        return replace(made, labels=[(f"{value:.3f}",) for value in values])

    (tmp_path / "model").mkdir()
    config = replace(CONFIG, task="regression", auto=AutoConfig(margin=0.1))
    job = Job(rows(400, 1), rows(100, 2), config, tmp_path / "model", lambda *_: None)
    found = AutoTrainer().run(job)
    assert (found.kind, found.measures["candidates_figure"]) == ("trees", "mae")
    assert float(found.measures["candidate_difference: trees"] or 0) > 0.1


def test_the_backend_says_what_all_candidates_take_and_use() -> None:
    trainer, rows = AutoTrainer(), quadrants(50, 1)
    machine = trainer.probe()
    stats = trainer.measure(rows, CONFIG)
    whole = trainer.estimate(CONFIG, stats, machine)
    each = [TRAINERS.load(tier)().estimate(CONFIG, stats, machine) for tier in ("linear", "trees")]
    assert whole.seconds.expected == pytest.approx(sum(one.seconds.expected for one in each))
    assert whole.basis.startswith("the tiers linear, trees, one after the other: ")
    assert trainer.preflight(rows, CONFIG) == []
    assert trainer.render(CONFIG) == {}
    named = [one.name for one in plugins(CONFIG)]
    assert named[0] == "warrant-ml:auto"
    assert {"scikit-learn", "lightgbm"} <= set(named)
    with pytest.raises(InputError, match="The tier 'auto' has no form 'onnx'"):
        trainer.export(Path(), Path(), "onnx")


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(30, 60), st.floats(0, 0.2), st.floats(0.01, 0.5))
def test_the_same_answers_are_never_better(
    seed: int, rows: int, margin: float, level: float
) -> None:
    """Law of `stages.train.promotion`: a model is never promoted over one ..."""
    likely = np.random.default_rng(seed).dirichlet([1, 1], rows)
    found = Predictions(("in", "out"), likely, np.eye(2, dtype=np.bool_)[likely.argmax(axis=1)])
    config = replace(CONFIG, auto=AutoConfig(margin, level))
    trial = held_against(found, found, quadrants(rows, seed), config, tests=1)
    assert (trial.is_better, trial.difference.value, trial.p) == (False, 0, 1)
