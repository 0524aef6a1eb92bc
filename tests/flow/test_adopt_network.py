"""A Hugging Face model that classifies texts, governed here: declared, measured, answered with."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.flow.bench import Bench
from tests.models.base.tiny import change_json, make_classifier
from tests.serve.asking import predict
from warrant.errors import InputError
from warrant.flow.adopt.begin import Begun, Wish, begin_adoption
from warrant.flow.answering import Wish as AnswerWish
from warrant.flow.answering import answering
from warrant.flow.api import Bundle
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.flow.report import RunReport
from warrant.flow.session import new_person
from warrant.serve.server import Service

pytestmark = pytest.mark.torch
LABELS = {0: "lease", 1: "loan"}
TEXTS = ("the tenant pays rent for the house", "the bank will loan money for interest")


def begin(tmp_path: Path, kind: str = "Bert", **more: object) -> tuple[Bench, Begun]:
    folder = make_classifier(tmp_path / "theirs", kind, **({"id2label": LABELS} | more))
    with (tmp_path / "test.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["clause", "kind"])
        for at in range(60):
            lines.writerow([f"{TEXTS[at % 2]} number {at}", LABELS[at % 2]])
    wish = Wish(folder, tmp_path / "test.csv", "kind", tmp_path / "ws", "Ann Alvarez", "clause")
    begun = begin_adoption(wish)
    bench = Bench(tmp_path / "ws")
    new_person(bench.desk, "ann", "Ann Alvarez")
    return bench, begun


def run(bench: Bench) -> RunReport:
    text = (bench.root / "recipe.yaml").read_text("utf-8") + "evaluate: {resamples: 100}\n"
    return run_recipe(bench.root, parse_recipe(text), bench.desk)


def test_it_is_measured_signed_and_answers_as_it_did_elsewhere(tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, PreTrainedTokenizerFast

    bench, begun = begin(tmp_path)
    assert (begun.form, begun.reads) == ("transformers", ("clause",))
    report = run(bench)

    assert (report.declared_by, report.training_rows) == ("Ann Alvarez", 0)
    assert report.evaluation.rows == 60
    for path in (bench.root, report.bundle):
        assert bench.verify(path).headline == "holds, signed by Ann Alvarez"
    card = report.card.read_text("utf-8")
    assert "**This model was trained elsewhere.**" in card
    assert "declared by Ann Alvarez, not witnessed" in report.page.read_text("utf-8")

    Bundle(report.bundle, bench.desk).predict(tmp_path / "test.csv", tmp_path / "answers.csv")
    with (tmp_path / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        answers = list(csv.DictReader(file))
    network = AutoModelForSequenceClassification.from_pretrained(tmp_path / "theirs").eval()
    read = PreTrainedTokenizerFast(tokenizer_file=str(tmp_path / "theirs" / "tokenizer.json"))
    with torch.inference_mode():
        asked = torch.tensor(read([one["clause"] for one in answers])["input_ids"])
        there = torch.softmax(network(asked).logits.double(), 1).numpy()
    told = [float(one["probability"]) for one in answers]
    np.testing.assert_allclose(told, there.max(axis=1), atol=1e-5)
    assert [one["answer"] for one in answers] == [LABELS[at] for at in there.argmax(axis=1)]
    assert all(one["deciding words"] for one in answers)

    with answering(report.bundle, bench.desk, AnswerWish("serve")) as opened:
        service = Service(opened.answerer, opened.card)
        (served,) = predict(service, [{"clause": answers[0]["clause"]}])["answers"]
    assert served["answer"] == answers[0]["answer"]


def test_it_is_measured_under_the_names_that_the_sheet_uses(tmp_path: Path) -> None:
    bench, begun = begin(tmp_path, "DistilBert", id2label=None)
    with pytest.raises(InputError) as refused:
        run(bench)
    assert refused.value.what == (
        "None of the test rows has an answer that the adopted model gives: 'LABEL_0', 'LABEL_1'."
    )
    assert "Write under labels: in adopted.yaml" in refused.value.do
    text = begun.facts.read_text("utf-8")
    line = '# labels: ["LABEL_0", "LABEL_1"]'
    assert line in text
    begun.facts.write_text(text.replace(line, "labels: [lease, loan]"), "utf-8")
    assert run(bench).evaluation.rows == 60


def test_a_label_that_no_row_has_costs_nothing_but_its_own_score(tmp_path: Path) -> None:
    bench, _ = begin(tmp_path, "Roberta", id2label={0: "loan", 1: "never there", 2: "lease"})
    evaluation = run(bench).evaluation
    lines = {one.label: (one.recall, one.pr_auc) for one in evaluation.labels}
    assert set(lines) == {"loan", "lease", "never there"}
    assert lines["never there"] == (None, None)
    assert None not in (lines["loan"][0], lines["lease"][0])


def test_settings_that_lie_about_sizes_are_refused_when_it_is_loaded(tmp_path: Path) -> None:
    bench, _ = begin(tmp_path)
    change_json(tmp_path / "theirs" / "config.json", vocab_size=10**9)
    with pytest.raises(InputError, match=r"'model\.safetensors' lacks weights of the network"):
        run(bench)
