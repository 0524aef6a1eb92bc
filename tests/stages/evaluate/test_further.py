"""What the record says beside scores: promises, weak parts, scorers, openings, intervals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.stages.bench import Whole
from tests.stages.evaluate.test_evaluate import CONFIG, evaluation_of
from tests.stages.train.test_auto import quadrants
from warrant.errors import InputError
from warrant.metrics import Judged, judge
from warrant.models import InputColumn, Predictions
from warrant.models.reliance import Coverage, Reliance, Risk, rely, take_reliance
from warrant.stages.evaluate import Earlier, EvaluateConfig, plugins, run
from warrant.stages.evaluate.measured import gauge_of
from warrant.stages.evaluate.promises import covered, own_scores, risk_area, selective
from warrant.stages.evaluate.subject import Labels, Numbers
from warrant.stages.evaluate.weakness import losses_of, slice_tests, weak_search
from warrant.stages.train import TrainConfig
from warrant.stages.train.reliance import choose_reliance

TRAIN = TrainConfig(name="quadrants", label="side", task="binary")
EVALUATE = EvaluateConfig(label="side", resamples=100)
LABELS = ("in", "out")


def answered(rows: int, seed: int) -> tuple[Labels, Predictions]:
    """Make answers that are right as often as they say."""
    rng = np.random.default_rng(seed)
    sure = rng.uniform(0.5, 1, rows)
    places = rng.integers(0, 2, rows)
    likely = np.where(np.arange(2) == places[:, None], sure[:, None], 1 - sure[:, None])
    chosen = np.eye(2, dtype=np.bool_)[places]
    right = rng.random(rows) < sure
    true = np.where(right[:, None], chosen, ~chosen)
    judged = Judged(LABELS, true, chosen, single=True)
    return Labels(judged, likely, "binary"), Predictions(LABELS, likely, chosen)


def validation(rows: int, seed: int) -> tuple[Predictions, list[tuple[str, ...]]]:
    subject, found = answered(rows, seed)
    return found, [(LABELS[int(row.argmax())],) for row in subject.judged.true]


def test_sets_cover_as_often_as_stated_and_the_risk_is_kept() -> None:
    found, labels = validation(900, 1)
    rows = replace(quadrants(900, 1), labels=labels)
    reliance = choose_reliance(found, rows, replace(TRAIN, coverage=0.9, risk=0.2))
    assert reliance is not None
    assert reliance.coverage is not None
    assert reliance.risk is not None
    subject, test = answered(300, 2)
    relied = rely(reliance, test)
    gauge = gauge_of("binary", EVALUATE, quadrants(300, 2))
    kept = covered(reliance.coverage, relied, subject, gauge)
    assert (kept.stated, kept.chosen_on, kept.rows) == (0.9, 900, 300)
    assert kept.method == "clopper-pearson"
    assert kept.low < 0.9 < kept.high
    assert 1 < kept.mean_size < 2
    left = selective(reliance.risk, subject, gauge)
    assert left.threshold is not None
    assert 0 < left.wrong < left.answered < 300
    assert left.wrong / left.answered <= 0.2
    assert sum(bool(one) for one in relied.abstentions) == 300 - left.answered
    assert {one.doubt for row in relied.abstentions for one in row} == {"unsure"}


def test_a_risk_that_nothing_can_promise_leaves_every_row_to_a_person() -> None:
    found, labels = validation(40, 1)
    rows = replace(quadrants(40, 1), labels=labels)
    reliance = choose_reliance(found, rows, replace(TRAIN, risk=0.001))
    assert reliance is not None
    assert reliance.coverage is None
    assert reliance.risk == Risk(stated=0.001, sure=0.95, threshold=None, rows=40)
    assert all(rely(reliance, found).abstentions)
    gauge = gauge_of("binary", EVALUATE, rows)
    left = selective(reliance.risk, answered(40, 1)[0], gauge)
    assert (left.answered, left.wrong, left.low, left.high) == (0, 0, None, None)


def test_a_coverage_needs_rows_that_can_state_it() -> None:
    found, labels = validation(8, 1)
    rows = replace(quadrants(8, 1), labels=labels)
    with pytest.raises(InputError) as caught:
        choose_reliance(found, rows, replace(TRAIN, coverage=0.9))
    assert caught.value.what == (
        "`conformal: 0.9` needs at least 9 validation rows with a label, each of another document "
        "or group, and there are 8."
    )
    assert caught.value.do == (
        "Raise `split: validation:` in the recipe, or state a smaller coverage."
    )
    assert choose_reliance(found, rows, TRAIN) is None


def test_a_label_that_the_model_does_not_know_is_never_covered() -> None:
    found, labels = validation(20, 1)
    rows = replace(quadrants(20, 1), labels=[("new",), *labels[1:]])
    reliance = choose_reliance(found, rows, replace(TRAIN, coverage=0.95))
    assert reliance is not None
    assert reliance.coverage is not None
    assert reliance.coverage.most == 1.0


def test_numbers_are_covered_by_intervals() -> None:
    rng = np.random.default_rng(1)
    true = rng.normal(size=300)
    said = true + rng.normal(size=300)
    empty = np.zeros((300, 0))
    found = Predictions((), empty, empty.astype(np.bool_), said)
    rows = replace(quadrants(300, 1), labels=[(f"{one:.6f}",) for one in true])
    reliance = choose_reliance(found, rows, replace(TRAIN, task="regression", coverage=0.9))
    assert reliance is not None
    assert reliance.coverage is not None
    assert reliance.coverage.most == pytest.approx(1.645, abs=0.2)
    relied = rely(reliance, found)
    gauge = gauge_of("regression", EVALUATE, rows)
    kept = covered(reliance.coverage, relied, Numbers(true, said), gauge)
    assert kept.share == pytest.approx(0.9, abs=0.01)
    assert kept.mean_size == pytest.approx(2 * reliance.coverage.most)
    assert risk_area(Numbers(true, said)) is None


def test_rows_of_a_group_are_drawn_together_for_coverage() -> None:
    subject, found = answered(60, 3)
    rows = quadrants(60, 3)
    rows.columns["patient"] = [f"p{at // 6}" for at in range(60)]
    gauge = gauge_of("binary", replace(EVALUATE, group="patient"), rows)
    coverage = Coverage(stated=0.9, most=0.6, rows=60)
    relied = rely(Reliance(coverage=coverage, risk=None), found)
    kept = covered(coverage, relied, subject, gauge)
    assert kept.method == "bootstrap-percentile-by-group"
    assert kept.low <= kept.share <= kept.high


def test_a_risk_of_rows_in_groups_is_not_bounded_as_if_rows_were_alone() -> None:
    chosen = np.eye(2, dtype=np.bool_)[np.zeros(60, dtype=int)]
    likely = np.where(chosen, 0.9, 0.1)
    rows = quadrants(60, 3)
    rows.columns["patient"] = [f"p{at // 12}" for at in range(60)]
    gauge = gauge_of("binary", replace(EVALUATE, group="patient"), rows)
    alone = gauge_of("binary", EVALUATE, quadrants(60, 3))
    risk = Risk(stated=0.3, sure=0.95, threshold=0.5, rows=60)
    one_patient = np.where((np.arange(60) < 12)[:, None], ~chosen, chosen)
    wrong = Labels(Judged(LABELS, one_patient, chosen, single=True), likely, "binary")
    tied, single = selective(risk, wrong, gauge), selective(risk, wrong, alone)
    assert tied.wrong == single.wrong == 12
    assert (tied.method, single.method) == ("bootstrap-percentile-by-group", "clopper-pearson")
    assert (tied.high or 0) > (single.high or 1) + 0.2
    right = Labels(Judged(LABELS, chosen, chosen, single=True), likely, "binary")
    none_wrong = selective(risk, right, gauge)
    assert (none_wrong.low, none_wrong.method) == (0.0, "clopper-pearson-by-group")
    assert none_wrong.high == pytest.approx(1 - 0.025 ** (1 / 5))
    held = rely(
        Reliance(coverage=Coverage(stated=0.9, most=0.6, rows=60), risk=None),
        Predictions(LABELS, likely, chosen),
    )
    kept = covered(Coverage(stated=0.9, most=0.6, rows=60), held, right, gauge)
    assert (kept.share, kept.high) == (1.0, 1.0)
    assert kept.low == pytest.approx(0.025 ** (1 / 5))


def test_a_promise_that_is_too_large_to_be_one_is_refused(tmp_path: Path) -> None:
    assert take_reliance(tmp_path) is None
    (tmp_path / "reliance.json").write_bytes(b" " * ((1 << 16) + 1))
    with pytest.raises(InputError, match=r"'reliance\.json' is larger than 65536 bytes"):
        take_reliance(tmp_path)


def test_a_planted_weakness_is_found_and_chance_is_not() -> None:
    rng = np.random.default_rng(4)
    rows = replace(quadrants(400, 1))
    sites = rng.choice(["north", "south", "west"], 400).tolist()
    rows.columns |= {"site": sites, "text": ["word " * int(one) for one in rng.integers(1, 9, 400)]}
    wrong = rng.random(400) < np.where(np.array(sites) == "west", 0.5, 0.05)
    predicted = np.eye(2, dtype=np.bool_)[np.zeros(400, dtype=int)]
    judged = Judged(LABELS, np.where(wrong[:, None], ~predicted, predicted), predicted, single=True)
    subject = Labels(judged, predicted * 0.9 + 0.05, "binary")
    reads = (
        InputColumn("site", "category"), InputColumn("text"), InputColumn("x", "number"),
        InputColumn("y", "number"),
    )  # fmt: skip
    found = weak_search(subject, rows, reads, replace(EVALUATE, slices=("site",)))
    assert found is not None
    assert found.loss == "share of wrong answers"
    named = [tuple((one.column, one.value) for one in part.parts) for part in found.found]
    assert named[0] == (("label", "out"),) or ("site", "west") in named[0]
    assert (("site", "west"),) in named
    assert all(part.corrected < 0.05 and part.rows >= 30 for part in found.found)
    chance = Labels(
        replace(judged, true=judged.true[rng.permutation(400)]), predicted * 0.9, "binary"
    )
    quiet = weak_search(chance, rows, reads[:1], EVALUATE)
    assert quiet is not None
    assert [part for part in quiet.found if part.parts[0].column == "site"] == []
    assert weak_search(subject.take(np.arange(59)), rows, reads, EVALUATE) is None


def test_what_is_lost_depends_on_the_task() -> None:
    true, said = (judge(rows, LABELS) for rows in ([("in",), ()], [("in", "out"), ()]))
    several = Labels(Judged(LABELS, true, said, single=False), said * 1.0, "multilabel")
    losses, words = losses_of(several)
    assert (losses.tolist(), words) == ([0.5, 0.0], "labels that do not overlap")
    losses, words = losses_of(Numbers(np.array([1.0, 2.0]), np.array([0.0, 4.0])))
    assert (losses.tolist(), words) == ([1.0, 2.0], "distance from what is true")
    assert risk_area(several) is None


def test_scorers_have_intervals() -> None:
    subject, _ = answered(50, 5)
    gauge = gauge_of("binary", EVALUATE, quadrants(50, 5))
    (found,) = own_scores(("overlap",), subject, gauge)
    assert (found.words, found.better) == ("Overlap of labels", "higher")
    right = (subject.judged.true == subject.judged.predicted).all(axis=1)
    assert found.score.value == pytest.approx(right.mean())
    assert found.score.low < found.score.value < found.score.high
    with pytest.raises(InputError, match="No scorer is called 'overlop'"):
        own_scores(("overlop",), subject, gauge)


def test_the_record_holds_all_of_it(whole: Whole) -> None:
    found = evaluation_of(whole, whole.evaluate)
    assert found.risk_area is not None
    assert 0 <= found.risk_area < 1
    assert len(found.slice_tests) == len(found.slices)
    assert all(one.p <= one.corrected <= 1 for one in found.slice_tests)
    assert (found.covered, found.selective, found.scorers) == (None, None, ())
    assert slice_tests(np.ones(50, np.bool_), (), {}) == ()
    cpu = whole.evaluate.claim.measures["cpu_ms_per_row"]
    assert isinstance(cpu, float)


def test_settings_of_intervals_and_openings_reach_the_record(whole: Whole, tmp_path: Path) -> None:
    config = replace(CONFIG, interval="bca", openings=Earlier(1, 2, 3, 4), scorers=("overlap",))
    inputs = {"model": whole.train.outputs["model"], "test": whole.inputs["test"]}
    desk = replace(whole.desk, scratch=tmp_path)
    found = evaluation_of(whole, run(inputs, config, desk))
    methods = {score.metric: score.method for score in found.scores}
    assert methods["macro_f1"] == "bootstrap-bca"
    assert found.openings is not None
    assert tuple(found.openings.model_dump().values()) == (1, 2, 3, 4)
    assert [one.score.metric for one in found.scorers] == ["overlap"]
    assert "warrant-ml:overlap" in [one.name for one in plugins(config)]


def test_rows_of_a_document_are_drawn_together_where_nothing_groups_them() -> None:
    three = replace(quadrants(4, 1), documents=[b"a", b"a", b"b", b"c"])
    groups = gauge_of("binary", EVALUATE, three).groups
    assert groups is not None
    assert [groups.index(one) for one in groups] == [0, 0, 2, 3]
    alone = replace(three, documents=[b"a", b"b", b"c", b"d"])
    assert gauge_of("binary", EVALUATE, alone).groups is None


def test_rows_without_a_group_are_not_one_group() -> None:
    cells = {"case": ["k", "k", None, ""]}
    rows = replace(quadrants(4, 1), columns=cells, documents=[b"a", b"b", b"c", b"d"])
    groups = gauge_of("binary", replace(EVALUATE, group="case"), rows).groups
    assert groups is not None
    assert [groups.index(one) for one in groups] == [0, 0, 2, 3]


def test_of_rows_that_share_a_document_or_a_group_one_alone_chooses_what_is_promised() -> None:
    found, labels = validation(900, 1)
    rows = replace(quadrants(900, 1), labels=labels)
    shared = replace(rows, documents=[str(at // 3).encode() for at in range(900)])
    by_column = replace(rows, columns={**rows.columns, "site": [at // 9 for at in range(900)]})
    config = replace(TRAIN, coverage=0.9, risk=0.2)
    told = []
    for one, group in ((rows, None), (shared, None), (by_column, "site"), (by_column, "other")):
        reliance = choose_reliance(found, one, replace(config, group=group))
        assert reliance is not None
        assert reliance.coverage is not None
        assert reliance.risk is not None
        assert reliance.coverage.rows == reliance.risk.rows
        told.append(reliance.coverage.rows)
    assert told == [900, 300, 100, 900]
