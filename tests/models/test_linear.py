from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors
from scipy.special import logit

from warrant.errors import InputError
from warrant.kernel.canon import canonical
from warrant.models import MODELS, VALUE, InputColumn
from warrant.models.columns import CategoryColumn, ColumnEncoder, DateColumn, NumberColumn
from warrant.models.linear import Block, LinearModel, TextReader, load_linear, write_linear
from warrant.models.linear.link import Link
from warrant.models.linear.text import MOST_PAIRED
from warrant.records.model import TaskKind
from warrant.testing import check_model_format

AMOUNT = InputColumn("amount", "number", "USD")
KIND = InputColumn("kind", "category")
FILED = InputColumn("filed", "date")
ENCODER = ColumnEncoder(
    (
        NumberColumn(AMOUNT, 0.0, 100.0, 50.0, 10.0, may_miss=False),
        CategoryColumn(KIND, ("Lease", "Loan"), has_rare=True, is_open=False, may_miss=True),
        DateColumn(
            FILED, 18262.0, 19000.0, (2021.0, 180.0, 370.0), (1.0, 100.0, 200.0), False, False
        ),
    )
)
ROWS: dict[str, Sequence[object]] = {
    "text": ["The lease of the house.", "", None, "A loan"],
    "amount": [60, None, "12.50", "1e9"],
    "kind": ["Lease", None, "Will", "Loan"],
    "filed": ["2020-05-01", "soon", date(2021, 1, 1), None],
}
TEXTS = {"text": ["The lease of the house.", "A loan at interest, a loan.", "nothing known", ""]}


def make(task: TaskKind = "multiclass", link: Link = "softmax") -> LinearModel:
    words = Block("word", 1, 1, ("interest", "lease", "loan"))
    pieces = Block("characters", 2, 3, (" le", "an "))
    return LinearModel(
        task=task,
        labels=("Lease", "Loan"),
        reads=(InputColumn("text"),),
        link=link,
        thresholds=(0.5, 0.5),
        reader=TextReader((words, pieces), np.array([1.5, 1.0, 1.2, 1.0, 1.1]), 1000),
        coef=np.array([[-1, 2, -1, 0.5, 0], [1, -2, 1, 0, 0.5]], dtype=np.float32),
        intercept=np.array([0.1, -0.1], dtype=np.float32),
    )


def make_with_pairs() -> LinearModel:
    pairs = Block("pairs", 4, 4, ("card", "card+lost", "hous+leas"))
    reader = TextReader((pairs, Block("characters", 3, 3, ("an ", "cat"))), np.ones(5), 1000)
    return replace(make(), reader=reader)


def lay(model: LinearModel, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name, data in write_linear(model).items():
        (folder / name).write_bytes(data)
    return folder


def make_with_columns(task: TaskKind = "multiclass", link: Link = "softmax") -> LinearModel:
    model = make(task, link)
    width = ENCODER.width
    more = np.linspace(-1, 1, 2 * width, dtype=np.float32).reshape(2, width)
    return replace(
        model,
        reads=(InputColumn("text"), AMOUNT, KIND, FILED),
        coef=np.hstack([model.coef, more]).astype(np.float32),
        encoder=ENCODER,
    )


def make_regression() -> LinearModel:
    return replace(
        make_with_columns(),
        task="regression",
        labels=(),
        link="identity",
        thresholds=(),
        reads=(AMOUNT, KIND, FILED),
        reader=TextReader((), np.zeros(0), 1000),
        coef=np.linspace(-1, 1, ENCODER.width).reshape(1, -1),
        intercept=np.array([1000.0]),
    )


def test_two_words_are_a_pair_wherever_they_stand_and_however_they_end() -> None:
    block = Block("pairs", 4, 4, ("a", "card", "card+lost", "hous+leas"))
    texts = [
        "I LOST a card.",
        "Cards of a loster",
        "lease, and a house",
        "lease\n\nhousing",
        "card",
    ]
    assert block.count(texts).toarray().tolist() == [
        [1, 1, 1, 0],
        [1, 0, 1, 0],
        [1, 0, 0, 1],
        [0, 0, 0, 1],
        [0, 1, 0, 0],
    ]


def test_of_a_long_text_the_first_words_make_pairs() -> None:
    filler = " ".join(f"w{at}" for at in range(MOST_PAIRED - 2))
    block = Block("pairs", 4, 4, ("card+lost", "late"))
    texts = [f"lost {filler} card late", f"lost {filler} late card"]
    assert block.count(texts).toarray().tolist() == [[1, 1], [0, 1]]


def test_a_pair_is_told_as_a_reason_of_its_own() -> None:
    (told,) = make_with_pairs().explain({"text": ["the house we lease, a card"]}, 9)
    found = {(one.kind, one.term) for one in next(iter(told.values()))}
    assert found == {("word", "card"), ("pair", "hous+leas")}


def test_a_model_of_pairs_keeps_the_promises_of_a_model_format(tmp_path: Path) -> None:
    folder = lay(make_with_pairs(), tmp_path / "model")
    (tmp_path / "scratch").mkdir()
    check_model_format(MODELS.load("linear"), folder, TEXTS, tmp_path / "scratch")


@pytest.mark.parametrize(
    ("task", "link"),
    [
        ("binary", "softmax"),
        ("multiclass", "one_vs_rest"),
        ("multiclass", "softmax"),
        ("multilabel", "sigmoid"),
    ],
)
def test_a_linear_model_keeps_the_promises_of_a_model_format(
    tmp_path: Path, task: TaskKind, link: Link
) -> None:
    folder = lay(make(task, link), tmp_path / "model")
    (tmp_path / "scratch").mkdir()
    check_model_format(MODELS.load("linear"), folder, TEXTS, tmp_path / "scratch")


@pytest.mark.parametrize(
    "model",
    [
        make_with_columns(),
        make_with_columns("multilabel", "sigmoid"),
        replace(
            make_with_columns(),
            reads=(AMOUNT, KIND, FILED),
            reader=TextReader((), np.zeros(0), 1000),
            coef=make_with_columns().coef[:, 5:],
        ),
        make_regression(),
    ],
    ids=["text and columns", "several labels", "columns", "regression"],
)
def test_a_model_of_columns_keeps_the_promises_of_a_model_format(
    tmp_path: Path, model: LinearModel
) -> None:
    folder = lay(model, tmp_path / "model")
    (tmp_path / "scratch").mkdir()
    check_model_format(MODELS.load("linear"), folder, ROWS, tmp_path / "scratch")
    assert write_linear(load_linear(folder)) == write_linear(model)


def test_a_row_says_why_it_must_not_be_relied_on() -> None:
    found = make_with_columns().predict(ROWS).abstentions
    assert [[(one.doubt, one.column) for one in row] for row in found] == [
        [],
        [("missing", "text"), ("missing", "amount"), ("unreadable", "filed")],
        [("missing", "text"), ("unseen", "kind")],
        [("out_of_range", "amount"), ("missing", "filed")],
    ]


def test_contributions_add_up_to_the_score_and_name_cells() -> None:
    model = replace(make_with_columns("multilabel", "sigmoid"), thresholds=(0.0, 0.0))
    first = {name: cells[:1] for name, cells in ROWS.items()}
    (reasons,) = model.explain(first, top=100)
    told = {(one.kind, one.column, one.term) for one in reasons["Lease"]}
    assert {
        ("number", "amount", "60 USD"),
        ("category", "kind", "Lease"),
        ("date", "filed", "month 5"),
        ("word", "text", "lease"),
    } <= told
    scores = logit(model.predict(first).probabilities[0])
    for at, label in enumerate(model.labels):
        total = sum(one.value for one in reasons[label]) + model.intercept[at]
        assert total == pytest.approx(scores[at])


def test_a_regression_answers_with_numbers_and_says_what_moved_them() -> None:
    model = make_regression()
    found = model.predict(ROWS)
    assert found.labels == ()
    assert found.values is not None
    assert found.values.shape == (4,)
    reasons = model.explain(ROWS, top=50)[0]
    assert list(reasons) == [VALUE]
    assert 1000 + sum(one.value for one in reasons[VALUE]) == pytest.approx(found.values[0])


def test_a_binary_answer_is_the_second_label_above_its_threshold() -> None:
    model = replace(make("binary"), thresholds=(0.05, 0.95))
    assert model.predict(TEXTS).chosen[:, 1].tolist() == [False, True, False, False]
    low = replace(model, thresholds=(0.6, 0.4))
    assert low.predict(TEXTS).chosen[:, 1].tolist() == [False, True, True, True]


def test_a_model_that_was_written_and_read_writes_the_same_bytes(tmp_path: Path) -> None:
    model = make()
    assert write_linear(load_linear(lay(model, tmp_path / "model"))) == write_linear(model)


def test_the_word_that_decided_is_named_with_its_weight() -> None:
    (first, *_) = make().explain(TEXTS, top=1)
    (reason,) = first["Lease"]
    assert (reason.column, reason.kind, reason.term) == ("text", "word", "lease")
    assert reason.value == pytest.approx(2.0)


def test_several_columns_are_read_as_one_text() -> None:
    model = make()
    both = LinearModel(**{**vars(model), "reads": (InputColumn("title"), InputColumn("text"))})
    joined = both.predict({"title": ["lease"], "text": ["loan"]})
    assert (joined.probabilities == model.predict({"text": ["lease\nloan"]}).probabilities).all()


def test_a_cell_that_is_not_text_is_refused_by_position_and_not_quoted() -> None:
    with pytest.raises(InputError) as refused:
        make().predict({"text": ["fine", 4711]})
    assert "Column 'text', row 2: expected text, got int." in str(refused.value)
    assert "4711" not in str(refused.value)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="reads a column 'text', which is not in the input"):
        make().predict({"body": ["x"]})


def test_columns_of_different_lengths_are_refused() -> None:
    two = LinearModel(**{**vars(make()), "reads": (InputColumn("a"), InputColumn("b"))})
    with pytest.raises(InputError, match="columns differ in length"):
        two.predict({"a": ["x"], "b": []})


def test_many_labels_may_all_be_absent_and_the_likeliest_is_explained() -> None:
    model = make("multilabel", "sigmoid")
    low = LinearModel(**{**vars(model), "thresholds": (1.0, 1.0)})
    assert not low.predict(TEXTS).chosen.any()
    assert list(low.explain(TEXTS)[1]) == ["Loan"]


def settings(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        value = json.loads((folder / "model.json").read_bytes())
        change(value)
        (folder / "model.json").write_bytes(canonical(value))

    return apply


def tensors(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        value = dict(load_tensors((folder / "weights.safetensors").read_bytes()))
        change(value)
        (folder / "weights.safetensors").write_bytes(save_tensors(value))

    return apply


CATEGORY = {
    "column": "kind",
    "has_rare": False,
    "is_open": False,
    "may_miss": False,
    "read_as": "category",
    "terms": ["a"],
}
FAULTS = {
    "an unknown key": (settings(lambda value: value.update(extra=1)), "Extra inputs are not"),
    "another format": (settings(lambda value: value.update(format="warrant/linear/9")), "'format'"),
    "a label twice": (
        settings(lambda value: value.update(labels=["a", "a"])),
        "label stands twice",
    ),
    "no labels": (
        settings(lambda value: value.update(labels=[])),
        "a model of the task 'multiclass' has 0 labels",
    ),
    "a threshold too few": (
        settings(lambda value: value.update(thresholds=[0.5])),
        "not every label has a threshold of its own",
    ),
    "a column of its own that is no input": (
        settings(lambda value: value.update(columns=[CATEGORY])),
        "its columns are not those inputs that are no text",
    ),
    "words without a text": (
        settings(
            lambda value: value.update(
                columns=[CATEGORY], inputs=[{"column": "kind", "read_as": "category"}]
            )
        ),
        "it has words, and reads no text",
    ),
    "one label of a binary model": (
        settings(lambda value: value.update(labels=["a"], thresholds=[0.5], task="binary")),
        "a binary model has 2 labels, this one 1",
    ),
    "an input twice": (
        settings(lambda value: value["inputs"].append(value["inputs"][0])),
        "input column stands twice",
    ),
    "the link of another task": (
        settings(lambda value: value.update(link="sigmoid")),
        "'sigmoid' does not belong to the task 'multiclass'",
    ),
    "a term twice": (
        settings(lambda value: value["blocks"][0].update(terms=["lease"] * 3)),
        "a term of the block 'word' stands twice",
    ),
    "terms longer than the longest": (
        settings(lambda value: value["blocks"][0].update(shortest=2)),
        "shortest term longer than its longest",
    ),
    "one term too many": (
        settings(lambda value: value["blocks"][0]["terms"].append("more")),
        r"'coef' has the shape \(2, 5\), 'model.json' asks for \(2, 6\)",
    ),
    "not a number": (
        tensors(lambda value: value.update(coef=value["coef"] * np.float32("nan"))),
        "'coef' holds a number that is not finite",
    ),
    "infinite": (
        tensors(lambda value: value.update(intercept=value["intercept"] + np.float32("inf"))),
        "'intercept' holds a number that is not finite",
    ),
    "another precision": (
        tensors(lambda value: value.update(coef=value["coef"].astype(np.float64))),
        "'coef' holds float64, expected float32",
    ),
    "a term weight of zero": (
        tensors(lambda value: value.update(idf=value["idf"] * 0)),
        "'idf' holds a weight that is not above 0",
    ),
    "a tensor too many": (
        tensors(lambda value: value.update(more=value["idf"])),
        r"holds \['coef', 'idf', 'intercept', 'more'\], expected",
    ),
    "a tensor too few": (tensors(lambda value: value.pop("idf")), r"holds \['coef', 'intercept'\]"),
    "no safetensors": (
        lambda folder: (folder / "weights.safetensors").write_bytes(b"\x80\x04pickle"),
        "not a readable safetensors file",
    ),
    "a file too many": (
        lambda folder: (folder / "model.pkl").write_bytes(b""),
        r"holds 1 file\(s\) that no linear model has",
    ),
    "a file too few": (
        lambda folder: (folder / "weights.safetensors").unlink(),
        "the file 'weights.safetensors' is missing",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_has_its_own_message(tmp_path: Path, fault: str) -> None:
    break_it, message = FAULTS[fault]
    folder = lay(make(), tmp_path / "model")
    break_it(folder)
    with pytest.raises(InputError, match=message):
        load_linear(folder)


def test_a_link_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    folder = lay(make(), tmp_path / "model")
    (folder / "weights.safetensors").rename(tmp_path / "elsewhere")
    (folder / "weights.safetensors").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="not a plain file"):
        load_linear(folder)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'model\.json' is missing"):
        load_linear(tmp_path / "nowhere")
