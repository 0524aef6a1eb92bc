from __future__ import annotations

from io import BytesIO

import numpy as np
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import f1_score

from tests.stages.bench import KIND, LAW, TEXT, Whole, fresh, write_rows
from warrant.errors import InputError
from warrant.kernel.digest import Digest
from warrant.records.evaluation import Evaluation
from warrant.records.interfaces import StageResult
from warrant.stages.evaluate import EvaluateConfig, PlannedBound, run

CONFIG = EvaluateConfig(label="contract_type", resamples=100)


def evaluation_of(whole: Whole, result: StageResult) -> Evaluation:
    return Evaluation.from_bytes(whole.desk.store.get(result.outputs["evaluation"]))


def measure(
    whole: Whole, rows: list[dict[str, str | None]], config: EvaluateConfig, name: str
) -> StageResult:
    test = write_rows(whole.desk, "test", (TEXT, KIND, LAW), rows)
    inputs = {"model": whole.train.outputs["model"], "test": test}
    return run(inputs, config, fresh(whole.desk, name))


def test_the_model_beats_the_floor_and_is_not_perfect(whole: Whole) -> None:
    found = evaluation_of(whole, whole.evaluate)
    values = {score.metric: score.value for score in found.scores}
    floor = {score.metric: score.value for score in found.floor}
    more = {"accuracy", "micro_f1", "macro_f1", "roc_auc", "pr_auc"}
    less = {"log_loss", "brier"}
    assert values.keys() == {*more, *less, "ece", "adaptive_ece"}
    assert floor.keys() == {*more, *less}
    assert all(floor[name] + 0.2 < values[name] < 1 for name in more)
    assert all(values[name] < floor[name] for name in less)
    assert floor["roc_auc"] == 0.5
    assert found.rows == 50 == sum(map(sum, found.confusion))
    assert found.plan == "ab" * 32


def test_bounds_are_met_or_not(whole: Whole) -> None:
    bounds = evaluation_of(whole, whole.evaluate).bounds
    assert [(bound.metric, bound.met) for bound in bounds] == [
        ("macro_f1", True),
        ("accuracy", False),
    ]
    assert whole.evaluate.claim.measures["bounds_met"] is False


def test_others_can_compute_the_scores_again_from_the_predictions(whole: Whole) -> None:
    table = pq.read_table(BytesIO(whole.blob("evaluate", "predictions")))
    assert table.column_names == [
        "position",
        "true",
        "predicted",
        "probabilities",
        "abstained",
    ]
    true = [row[0] for row in table["true"].to_pylist()]
    predicted = [row[0] for row in table["predicted"].to_pylist()]
    scores = {score.metric: score.value for score in evaluation_of(whole, whole.evaluate).scores}
    assert scores["macro_f1"] == pytest.approx(f1_score(true, predicted, average="macro"))
    probabilities = np.array(table["probabilities"].to_pylist())
    assert (probabilities.argmax(axis=1) == predicted).all()


def test_slices_are_measured_apart_and_small_ones_are_not_shown(whole: Whole) -> None:
    found = evaluation_of(whole, whole.evaluate)
    assert found.slices
    assert {part.column for part in found.slices} == {"governing_law"}
    assert min(part.rows for part in found.slices) >= 10
    values = [part.scores[2].value for part in found.slices]
    assert {part.scores[2].metric for part in found.slices} == {"macro_f1"}
    assert [part.is_worst for part in found.slices] == [one == min(values) for one in values]


def test_a_label_the_model_never_saw_counts_against_it(whole: Whole) -> None:
    rows = [{"text": "The loan bears interest.", "contract_type": "Poem"}] * 3
    result = measure(whole, rows, CONFIG, "stranger")  # type: ignore[arg-type]
    found = evaluation_of(whole, result)
    assert found.labels[-1].label == "Poem"
    assert found.scores[0].value == 0
    assert result.claim.measures["labels_unknown_to_the_model"] == 1


def test_rows_without_a_label_are_counted_and_left_out(whole: Whole) -> None:
    rows = [{"text": "x", "contract_type": None}, {"text": "rent", "contract_type": "Lease"}]
    result = measure(whole, rows, CONFIG, "unlabelled")  # type: ignore[arg-type]
    assert result.claim.counts == {"rows": 1, "without_label": 1}
    table = pq.read_table(BytesIO(whole.desk.store.get(result.outputs["predictions"])))
    assert table["position"].to_pylist() == [1]


def test_rows_of_a_group_are_drawn_together_and_the_method_says_so(whole: Whole) -> None:
    config = EvaluateConfig(label="contract_type", resamples=100, group="governing_law")
    inputs = {"model": whole.train.outputs["model"], "test": whole.inputs["test"]}
    found = evaluation_of(whole, run(inputs, config, fresh(whole.desk, "group")))
    assert {score.method for score in found.scores} == {"bootstrap-percentile-by-group"}


def test_a_test_set_without_labels_is_refused(whole: Whole) -> None:
    with pytest.raises(InputError, match="No test row has a label: column 'contract_type'"):
        measure(whole, [{"text": "x", "contract_type": ""}], CONFIG, "nothing")


def test_a_bound_on_what_was_not_measured_is_not_met(whole: Whole) -> None:
    config = EvaluateConfig(
        label="contract_type", resamples=100, bounds=(PlannedBound("recall", 0.1),)
    )
    inputs = {"model": whole.train.outputs["model"], "test": whole.inputs["test"]}
    (bound,) = evaluation_of(whole, run(inputs, config, fresh(whole.desk, "recall"))).bounds
    assert (bound.value, bound.met) == (None, False)


def test_the_record_names_model_and_test_set(whole: Whole) -> None:
    found = evaluation_of(whole, whole.evaluate)
    assert Digest.from_hex(found.model) == whole.train.outputs["model"]
    assert Digest.from_hex(found.test) == whole.inputs["test"]
