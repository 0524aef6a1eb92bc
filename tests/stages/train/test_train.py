from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.engine.desk import make_desk
from tests.stages.bench import KIND, TEXT, Whole, fresh, run_whole, write_rows
from warrant.errors import InputError
from warrant.kernel.digest import Digest
from warrant.models import InputColumn
from warrant.models.files import open_model
from warrant.records.dataset import Column
from warrant.records.interfaces import Desk, StageResult
from warrant.records.model import Model
from warrant.stages.train import TrainConfig, Trainer, preflight, run
from warrant.stages.train.builtin.linear import LinearTrainer

CONFIG = TrainConfig(name="tiny", label="contract_type")
TAGS = Column(name="contract_type", type="list")


def rows_of(*kinds: str | None, text: str = "the {} of a house number {}") -> list[dict[str, Any]]:
    return [
        {"text": text.format(kind, place), "contract_type": kind}
        for place, kind in enumerate(kinds)
    ]


def train_on(
    desk: Desk,
    rows: list[dict[str, Any]],
    config: TrainConfig = CONFIG,
    documents: list[bytes] | None = None,
    label: Column = KIND,
) -> StageResult:
    inputs = {
        "train": write_rows(desk, "train", (TEXT, label), rows, documents),
        "validation": write_rows(desk, "validation", (TEXT, label), []),
    }
    return run(inputs, config, fresh(desk, "train"))


def terms_of(desk: Desk, result: StageResult) -> set[str]:
    record = Model.from_bytes(desk.store.get(result.outputs["model"]))
    file = next(file for file in record.files if file.name == "model.json")
    settings = json.loads(desk.store.get(Digest.from_hex(file.sha256)))
    return {term for block in settings["blocks"] for term in block["terms"]}


def test_the_same_rows_and_seed_give_the_same_bytes(whole: Whole, tmp_path: Path) -> None:
    again = run_whole(tmp_path)
    assert again.train == whole.train
    assert again.evaluate.outputs == whole.evaluate.outputs  # its claim says what time it took
    assert again.report.outputs == whole.report.outputs
    assert again.deploy == whole.deploy


def test_the_record_names_what_the_claim_says(whole: Whole) -> None:
    record = Model.from_bytes(whole.blob("train", "model"))
    assert [file.name for file in record.files] == ["model.json", "weights.safetensors"]
    assert record.labels == ("Distribution", "Lease", "Licence", "Loan", "Services", "Supply")
    assert record.deterministic
    claim = whole.train.claim
    assert claim.counts["rows"] == next(link.rows for link in claim.inputs if link.name == "train")
    assert {link.name for link in claim.inputs} == {"train", "validation"}
    assert all(link.fingerprint for link in claim.inputs)
    assert claim.measures["chosen_strength"] in {0.3, 3.0, 30.0}


def test_progress_is_reported(tmp_path: Path) -> None:
    seen: list[tuple[int, int | None, str]] = []
    desk = replace(make_desk(tmp_path), progress=lambda *report: seen.append(report))
    train_on(desk, rows_of(*["Lease", "Loan"] * 4))
    assert seen[-1] == (1, 1, "fits")


def test_a_term_from_fewer_than_three_documents_never_enters(tmp_path: Path) -> None:
    rows = rows_of(*["Lease", "Loan"] * 4)
    rows[0]["text"] += " zanzibar"
    rows[1]["text"] += " zanzibar"
    desk = make_desk(tmp_path)
    config = replace(CONFIG, fewest_documents=1)  # less than three is not to be had
    assert not any("zan" in term for term in terms_of(desk, train_on(desk, rows, config)))


@pytest.mark.parametrize("words", [10, 100])
def test_of_sentences_pairs_of_words_are_read_and_of_longer_texts_words_in_a_row(
    tmp_path: Path, words: int
) -> None:
    filler = " ".join(["word"] * words)
    rows = rows_of(*["Lease", "Loan"] * 10, text="the {} of a house {} " + filler)
    desk = make_desk(tmp_path)
    result = train_on(desk, rows)
    settings = Model.from_bytes(desk.store.get(result.outputs["model"])).settings
    assert ("terms_pairs" in settings, "terms_word" in settings) == (words == 10, words == 100)
    model = open_model(
        Model.from_bytes(desk.store.get(result.outputs["model"])), desk.store, tmp_path / "opened"
    )
    (told,) = model.explain({"text": ["a house for Lease"]}, 50)
    kinds = {one.kind for one in told["Lease"]}
    assert ("pair" in kinds) == (words == 10)


def test_three_rows_of_one_document_are_one_document(tmp_path: Path) -> None:
    rows = rows_of(*["Lease", "Loan"] * 4)
    documents = [bytes([place]) * 32 for place in range(8)]
    for place in (0, 2, 4):
        rows[place]["text"] += " zanzibar"
        documents[place] = b"\xaa" * 32
    rows[6]["text"] += " zanzibar"
    desk = make_desk(tmp_path)
    found = terms_of(desk, train_on(desk, rows, documents=documents))
    assert not any("zan" in term for term in found)
    assert "house" in found


def test_no_row_text_is_in_any_output_of_the_whole_run(whole: Whole) -> None:
    outputs = [
        whole.blob(stage, name)
        for stage in ("train", "evaluate", "report", "deploy")
        for name in getattr(whole, stage).outputs
    ]
    claims = [
        getattr(whole, stage).claim.to_bytes()
        for stage in ("train", "evaluate", "report", "deploy")
    ]
    record = Model.from_bytes(whole.blob("train", "model"))
    files = [whole.desk.store.get(Digest.from_hex(file.sha256)) for file in record.files]
    everything = b"\n".join([*outputs, *claims, *files]).decode(errors="replace").lower()
    for text in whole.texts:
        words = text.lower().split()
        for start in range(0, len(words) - 4, 4):
            assert " ".join(words[start : start + 4]) not in everything


def test_a_label_of_one_document_is_left_out_and_said(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    rows = rows_of("Lease", "Lease", "Loan", "Loan", "Rare")
    inputs = {"train": write_rows(desk, "train", (TEXT, KIND), rows)}
    (finding,) = preflight(inputs, CONFIG, desk)
    assert finding.severity == "warning"
    assert "1 of the 3 labels in column 'contract_type' have fewer than 2 documents" in finding.what
    assert "(see training rows 5)" in finding.what
    inputs["validation"] = write_rows(desk, "validation", (TEXT, KIND), [])
    result = run(inputs, CONFIG, fresh(desk, "train"))
    assert result.claim.counts["rows"] == 4
    assert result.claim.counts["rare_labels"] == 1
    assert result.claim.counts["rows_of_rare_labels"] == 1


@pytest.mark.parametrize(
    ("rows", "config", "message"),
    [
        ([], CONFIG, "No row to train on has a label: column 'contract_type' is empty in all 0"),
        (rows_of(None, None), CONFIG, "is empty in all 2 rows"),
        (rows_of("Lease", "Lease"), CONFIG, "holds one label in 2 rows; a model needs at least 2"),
        (
            rows_of("Ada Example", "Bob Example", "Cyd Example"),
            CONFIG,
            "Write under task: label: COLUMN, the one of answers: most labels occur once.",
        ),
        (
            rows_of("Lease", "Lease", "Lease", "Loan"),
            CONFIG,
            "Add documents for them, or keep fewer for the test: 'test' under 'split'.",
        ),
        (
            rows_of("Lease", "Lease", "Loan", "Loan", "Sale", "Sale"),
            replace(CONFIG, task="binary"),
            "holds 3 labels; a binary task has 2. Write `kind: multiclass` under `task:`.",
        ),
        (
            rows_of("1", "two", "2", "3 or 4"),
            replace(CONFIG, task="regression"),
            "Column 'contract_type' holds no number in 2 of 4 rows (see training rows 2, 4).",
        ),
        (
            rows_of("1", "1.0", "1", "1"),
            replace(CONFIG, task="regression"),
            "Column 'contract_type' holds one number in all 4 training rows; there is nothing",
        ),
        (
            rows_of("Lease", "Lease", "Loan", "Loan"),
            replace(CONFIG, inputs=(InputColumn("text", "number"),)),
            "Column 'text' is read as a number, and 0 of the documents of 4 training rows have",
        ),
        (
            rows_of("Lease", "Lease", "Loan", "Loan", text=" "),
            CONFIG,
            "All 4 training rows are empty in 'text'. Name the column that holds the text",
        ),
        (
            rows_of("ab", "ab", "xy", "xy", text="{}"),
            CONFIG,
            "No word occurs in 3 of the 4 training documents.",
        ),
        (
            rows_of("Lease", "Loan"),
            replace(CONFIG, inputs=(InputColumn("body"),)),
            "The rows have no column 'body'. They have: contract_type, text. Correct the name",
        ),
        (
            rows_of("Lease", "Lease", "Loan", "Loan"),
            replace(CONFIG, tier="linea"),
            "No training backend is called 'linea'. Did you mean 'linear'?",
        ),
    ],
)
def test_what_cannot_be_trained_on_is_said_in_plain_words(
    tmp_path: Path, rows: list[dict[str, Any]], config: TrainConfig, message: str
) -> None:
    with pytest.raises(InputError) as refused:
        train_on(make_desk(tmp_path), rows, config)
    assert message in str(refused.value)
    assert "Example" not in str(refused.value)


def test_a_column_that_is_not_text_is_refused_without_a_cell(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    amount = Column(name="text", type="number")
    rows = [{"text": 4711.0, "contract_type": kind} for kind in ("a", "a", "b", "b")]
    inputs = {
        "train": write_rows(desk, "train", (amount, KIND), rows),
        "validation": write_rows(desk, "validation", (amount, KIND), []),
    }
    with pytest.raises(InputError, match="Column 'text' holds float, not text") as refused:
        run(inputs, CONFIG, fresh(desk, "train"))
    assert "4711" not in str(refused.value)


def test_a_few_empty_texts_are_a_warning(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    rows = [*rows_of(*["Lease", "Loan"] * 2), {"text": None, "contract_type": "Loan"}]
    inputs = {"train": write_rows(desk, "train", (TEXT, KIND), rows)}
    (finding,) = preflight(inputs, CONFIG, desk)
    assert (finding.severity, finding.what) == ("warning", "1 training rows have no text.")


@pytest.mark.parametrize("kinds", [2, 13])
def test_two_labels_and_many_are_learnt(tmp_path: Path, kinds: int) -> None:
    desk = make_desk(tmp_path)
    names = [f"kind{'abcdefghijklm'[place]}" for place in range(kinds)]
    config = replace(CONFIG, task="binary" if kinds == 2 else "multiclass")
    result = train_on(desk, rows_of(*names * 6), config)
    record = Model.from_bytes(desk.store.get(result.outputs["model"]))
    model = open_model(record, desk.store, tmp_path / "opened")
    found = model.predict({"text": [f"the {name} of a house" for name in names]})
    assert found.chosen.argmax(axis=1).tolist() == list(range(kinds))
    assert record.settings["link"] == ("softmax" if kinds == 2 else "one_vs_rest")


def test_many_labels_compete_by_margins_where_these_can_be_made_probabilities(
    tmp_path: Path,
) -> None:
    desk = make_desk(tmp_path)
    names = [f"kind{one}" for one in "abcdefghijklm"]
    rows = rows_of(*names * 6)
    inputs = {
        name: write_rows(desk, name, (TEXT, KIND), part)
        for name, part in {"train": rows, "validation": rows_of(*names * 8)}.items()
    }
    result = run(inputs, replace(CONFIG, task="multiclass"), fresh(desk, "train"))
    record = Model.from_bytes(desk.store.get(result.outputs["model"]))
    found = open_model(record, desk.store, tmp_path / "opened").predict(
        {"text": [f"the {name} of a house" for name in names]}
    )
    assert record.settings["link"] == "softmax"
    assert found.chosen.argmax(axis=1).tolist() == list(range(13))
    assert found.probabilities.max(axis=1).min() > 0.8


def test_many_labels_a_row_are_learnt_even_one_that_always_holds(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    rows = [
        {
            "text": f"{' and '.join(kinds) or 'nothing'} in house {place}",
            "contract_type": ["always", *kinds],
        }
        for place, kinds in enumerate([["cap"], ["audit"], ["cap", "audit"], []] * 5)
    ]
    config = replace(CONFIG, task="multilabel")
    inputs = {
        "train": write_rows(desk, "train", (TEXT, TAGS), rows),
        "validation": write_rows(desk, "validation", (TEXT, TAGS), rows[:4]),
    }
    result = run(inputs, config, fresh(desk, "train"))
    record = Model.from_bytes(desk.store.get(result.outputs["model"]))
    model = open_model(record, desk.store, tmp_path / "opened")
    found = model.predict({"text": ["cap in house", "cap and audit", "nothing in house"]})
    assert found.chosen.tolist() == [[True, False, True], [True, True, True], [True, False, False]]
    assert result.claim.measures["validation_macro_f1"] == 1.0


def test_the_linear_trainer_is_a_trainer() -> None:
    trainer: Trainer = LinearTrainer()
    assert {plugin.name for plugin in trainer.describe()} == {"numpy", "scikit-learn", "scipy"}


@pytest.mark.parametrize("tier", ["linear", "trees"])
def test_a_label_that_only_validation_rows_have_stops_nothing(tmp_path: Path, tier: str) -> None:
    desk = make_desk(tmp_path)
    inputs = {
        "train": write_rows(desk, "train", (TEXT, KIND), rows_of(*["Lease", "Loan"] * 30)),
        "validation": write_rows(
            desk, "validation", (TEXT, KIND), rows_of(*["Lease", "Loan", "Supply"] * 20)
        ),
    }
    config = replace(CONFIG, tier=tier, accepted_leaks={"text": "a text of one word that counts"})
    result = run(inputs, config, fresh(desk, "train"))
    record = Model.from_bytes(desk.store.get(result.outputs["model"]))
    assert record.labels == ("Lease", "Loan")


def test_a_validation_row_without_a_number_is_refused_before_training(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    inputs = {
        "train": write_rows(desk, "train", (TEXT, KIND), rows_of(*map(str, range(20)))),
        "validation": write_rows(desk, "validation", (TEXT, KIND), rows_of("1", "two", "3")),
    }
    with pytest.raises(InputError) as refused:
        run(inputs, replace(CONFIG, task="regression"), fresh(desk, "train"))
    assert "holds no number in 1 of 3 rows (see validation rows 2)." in refused.value.what
    assert "Correct these cells" in refused.value.do
