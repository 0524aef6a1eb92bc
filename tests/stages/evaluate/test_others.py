"""Places and texts measured by the stage, in a store, without a whole run."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from tests.engine.desk import make_desk
from tests.stages.bench import fresh, write_rows
from tests.stages.curate.test_tagging import ROWS
from warrant.models.examples import Examples
from warrant.models.model import Predictions
from warrant.records.dataset import Column
from warrant.records.evaluation import Evaluation
from warrant.records.model import Model
from warrant.records.reliance import Openings
from warrant.stages import evaluate, train
from warrant.stages.evaluate import Earlier, EvaluateConfig
from warrant.stages.evaluate.others import measure_texts
from warrant.stages.train import TrainConfig

COLUMNS = (Column(name="text", type="text"), Column(name="spans", type="object"))


def test_places_are_trained_and_measured(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    cells = [
        {"text": one.text, "spans": json.dumps([place._asdict() for place in one.places])}
        for one in ROWS
    ]
    parts = {"train": cells[:60], "validation": cells[60:75], "test": cells[75:]}
    inputs = {
        name: write_rows(fresh(desk, name), name, COLUMNS, rows) for name, rows in parts.items()
    }
    config = TrainConfig(name="notes", label="spans", task="spans")
    made = train.run(inputs, config, fresh(desk, "model"))
    model = Model.from_bytes(desk.store.get(made.outputs["model"]))
    assert (model.format, model.kind, model.task) == ("warrant/model/2", "tagger", "spans")
    asked = EvaluateConfig(label="spans", resamples=100, openings=Earlier(2, 1, 7, 0))
    found = evaluate.run(
        {"model": made.outputs["model"], "test": inputs["test"]}, asked, fresh(desk, "measured")
    )
    record = Evaluation.from_bytes(desk.store.get(found.outputs["evaluation"]))
    scores = {one.metric: one for one in record.scores}
    assert scores["micro_f1"].value > 0.9
    assert record.openings == Openings(same=2, others=1, rows=7, unknown=0)
    assert [line.label for line in record.labels] == ["PER", "TOWN"]
    assert record.confusion == record.curves == ()
    assert record.reliability[0].bins
    table = pq.read_table(io.BytesIO(desk.store.get(found.outputs["predictions"])))
    assert table.column_names == ["position", "true", "predicted", "probabilities", "abstained"]
    assert table.num_rows == 45


def test_texts_are_measured_beside_the_most_frequent_one() -> None:
    from warrant.kernel.digest import Digest

    test = Examples(
        {"prompt": ["a", "b", "c"]},
        [("yes",), ("yes",), ("It ends in May",)],
        [0, 1, 2],
        [b"1", b"2", b"3"],
    )
    import numpy as np

    nothing = np.zeros((3, 0))
    answered = Predictions(
        (), nothing, nothing.astype(bool), texts=("Yes.", "no", "it ends in June")
    )
    record = Model(
        format="warrant/model/2",
        name="notes",
        kind="causal",
        task="generation",
        labels=(),
        inputs=("prompt",),
        files=(),
        seed=7,
        deterministic=True,
        libraries=(),
        parameters=0,
        settings={},
    )
    inputs = {"model": Digest.of(b"m"), "test": Digest.of(b"t")}
    config = replace(EvaluateConfig(label="completion"), resamples=100)
    found, answers = measure_texts(inputs, config, record, test, answered)
    assert {one.metric: one.value for one in found.scores} == {
        "exact_match": 1 / 3,
        "token_f1": (1 + 0 + 0.75) / 3,
        "rouge_l": (1 + 0 + 0.75) / 3,
        "refusal_rate": 0.0,
        "length_error": 0.0,
    }
    assert {one.metric: one.value for one in found.floor}["exact_match"] == 2 / 3
    columns = pq.read_table(io.BytesIO(answers)).column_names
    assert columns[0] == "position"
    assert "text" not in columns
