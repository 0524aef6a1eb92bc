"""Models of trees: trained, written, read with suspicion, and answering."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save as save_tensors

from warrant.errors import InputError
from warrant.kernel.canon import canonical
from warrant.models import MODELS, VALUE, InputColumn, TrainedModel
from warrant.models.examples import Examples
from warrant.models.trees import TreesModel, load_trees, write_trees_model
from warrant.records.model import TaskKind
from warrant.stages.train import TrainConfig
from warrant.stages.train.backend import Finding, Job, Trained
from warrant.stages.train.builtin.trees import TreesTrainer
from warrant.testing import check_model_format

INPUTS = (
    InputColumn("note"),
    InputColumn("amount", "number", "USD"),
    InputColumn("payer", "category"),
    InputColumn("filed", "date"),
)
WORDS = ("reversal", "salary", "rent", "refund")


def columns(count: int, seed: int) -> dict[str, list[Any]]:
    """Invent rows; every tenth has no amount."""
    draw = np.random.default_rng(seed)
    words = [WORDS[at] for at in draw.integers(0, 4, count)]
    return {
        "note": [f"{word} of the month" for word in words],
        "amount": [
            None if at % 10 == 9 else round(float(one), 2)
            for at, one in enumerate(draw.lognormal(4, 1, count))
        ],
        "payer": [("Alder", "Birch", "Cedar")[at] for at in draw.integers(0, 3, count)],
        "filed": [f"2024-{1 + at % 12:02d}-{1 + at % 28:02d}" for at in range(count)],
    }


def truth(task: TaskKind, cells: dict[str, list[Any]]) -> list[tuple[str, ...]]:
    rows = zip(cells["note"], cells["amount"], cells["payer"], strict=True)
    if task == "regression":
        return [(str((amount or 0.0) + 50 * (payer == "Birch")),) for _, amount, payer in rows]
    if task == "binary":
        return [
            ("yes" if (amount or 0) > 60 or "refund" in note else "no",) for note, amount, _ in rows
        ]
    if task == "multilabel":
        return [
            tuple(
                name
                for name, holds in (("big", (amount or 0) > 60), ("back", "re" in note[:2]))
                if holds
            )
            for note, amount, _ in rows
        ]
    return [(note.split()[0],) for note, _, _ in rows]


def examples(task: TaskKind, count: int, seed: int) -> Examples:
    cells = columns(count, seed)
    documents = [bytes([seed]) + at.to_bytes(31, "big") for at in range(count)]
    return Examples(cells, truth(task, cells), list(range(count)), documents)


def config(task: TaskKind, **changes: Any) -> TrainConfig:  # noqa: ANN401 - any setting
    return TrainConfig("m", "label", task, INPUTS, tier="trees", **changes)


def train(folder: Path, task: TaskKind, **changes: Any) -> Trained:  # noqa: ANN401 - any setting
    folder.mkdir()
    job = Job(
        examples(task, 400, 1),
        examples(task, 120, 2),
        config(task, **changes),
        folder,
        lambda _done, _total, _unit: None,
    )
    return TreesTrainer().run(job)


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trees") / "model"
    train(folder, "binary")
    return folder


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel", "regression"])
def test_each_task_is_learnt_and_keeps_the_promises_of_a_format(
    tmp_path: Path, task: TaskKind
) -> None:
    trained = train(tmp_path / "m", task)
    assert trained.kind == "trees"
    assert trained.deterministic
    model: TrainedModel = MODELS.load("trees")(tmp_path / "m")
    unseen = examples(task, 150, 3)
    found = model.predict(unseen.columns)
    if task == "regression":
        values = np.array([float(one) for (one,) in unseen.labels])
        assert found.values is not None
        assert np.abs(found.values - values).mean() < np.abs(values - values.mean()).mean() / 2
    else:
        said = [
            tuple(name for name, holds in zip(found.labels, row, strict=True) if holds)
            for row in found.chosen
        ]
        right = sum(set(one) == set(other) for one, other in zip(said, unseen.labels, strict=True))
        assert right > 130
    few = {name: cells[:12] for name, cells in unseen.columns.items()}
    check_model_format(MODELS.load("trees"), tmp_path / "m", few, tmp_path / "scratch")


def test_the_same_rows_give_the_same_bytes(tmp_path: Path, folder: Path) -> None:
    train(tmp_path / "again", "binary")
    for path in folder.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


def test_a_model_comes_back_from_its_files(folder: Path, tmp_path: Path) -> None:
    model = load_trees(folder)
    files = write_trees_model(model)
    assert files == {path.name: path.read_bytes() for path in folder.iterdir()}
    again = tmp_path / "again"
    again.mkdir()
    for name, data in files.items():
        (again / name).write_bytes(data)
    assert write_trees_model(load_trees(again)) == files


def test_every_kind_of_column_is_told(folder: Path) -> None:
    model = load_trees(folder)
    cells = columns(20, 5)
    told = model.explain(cells, top=10_000)
    kinds = {one.kind for row in told for found in row.values() for one in found}
    assert kinds == {"word", "number", "category", "date"}


def test_an_empty_cell_that_training_had_is_no_reason_for_doubt(folder: Path) -> None:
    model = load_trees(folder)
    cells: dict[str, list[Any]] = {
        "note": ["rent of the month"] * 3,
        "amount": [None, 1e9, 40.0],
        "payer": ["Alder", "Birch", "Dorn"],
        "filed": ["2024-05-01"] * 3,
    }
    reasons = [[(one.doubt, one.column) for one in row] for row in model.predict(cells).abstentions]
    assert reasons == [[], [("out_of_range", "amount")], [("unseen", "payer")]]


@pytest.mark.parametrize(("towards", "sign"), [("yes", 1), ("no", -1)])
def test_what_may_only_rise_never_falls(tmp_path: Path, towards: str, sign: int) -> None:
    train(tmp_path / "m", "binary", monotone={"amount": "increasing"}, towards=towards)
    model = load_trees(tmp_path / "m")
    amounts = np.linspace(1, 900, 300).tolist()
    cells = {"note": ["rent of the month"] * 300, "amount": amounts, "payer": ["Alder"] * 300,
             "filed": ["2024-05-01"] * 300}  # fmt: skip
    risen = np.diff(model.predict(cells).probabilities[:, model.labels.index("yes")])
    assert (sign * risen >= 0).all()


@pytest.mark.parametrize(
    ("task", "changes", "words"),
    [
        ("binary", {"monotone": {"payer": "increasing"}, "towards": "yes"}, "is no number among"),
        ("multiclass", {"monotone": {"amount": "increasing"}}, "'multiclass' has several"),
        ("binary", {"monotone": {"amount": "increasing"}}, "`towards` is None, and there are 2"),
    ],
)
def test_a_wish_that_cannot_be_met_is_found_before_training(
    task: TaskKind, changes: dict[str, Any], words: str
) -> None:
    found = TreesTrainer().preflight(examples(task, 40, 1), config(task, **changes))
    assert [one.severity for one in found] == ["error"]
    assert words in found[0].what
    assert found[0].do
    sound = config("binary", monotone={"amount": "decreasing"}, towards="no")
    assert TreesTrainer().preflight(examples("binary", 40, 1), sound) == []


def test_nothing_to_learn_from_is_told(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    cells = {"note": [f"word{chr(97 + at)}" for at in range(6)]}
    documents = [bytes([at]) * 32 for at in range(6)]
    rows = Examples(cells, [("a",), ("b",)] * 3, list(range(6)), documents)
    nobody = Examples({"note": []}, [], [], [])
    chosen = TrainConfig("m", "label", "binary", (InputColumn("note"),), tier="trees")
    with pytest.raises(InputError, match="No word occurs in 3 of the 6 training documents") as told:
        TreesTrainer().run(Job(rows, nobody, chosen, tmp_path / "m", lambda *_: None))
    assert told.value.do == "Add documents, or name columns under `inputs` in the recipe."


def settings(folder: Path, **changes: Any) -> bytes:  # noqa: ANN401 - any JSON
    return canonical({**json.loads((folder / "model.json").read_bytes()), **changes})


def numbers(folder: Path, idf: Any) -> bytes:  # noqa: ANN401 - an array
    from safetensors.numpy import load

    return save_tensors({**load((folder / "numbers.safetensors").read_bytes()), "idf": idf})


BROKEN: list[tuple[str, Callable[[Path], bytes], str]] = [
    ("model.json", lambda f: settings(f, labels=["no"]), "a binary model has 2 labels"),
    ("model.json", lambda f: settings(f, labels=["no", "no"]), "stands twice"),
    ("model.json", lambda f: settings(f, task="regression"), "has 2 labels"),
    ("model.json", lambda f: settings(f, slopes=[1.0]), "a threshold, a slope and an offset"),
    ("model.json", lambda f: settings(f, inputs=["note"]), "not those of its inputs"),
    ("model.json", lambda f: settings(f, inputs=["note", "filed", "payer", "amount"]), "order"),
    ("model.json", lambda f: settings(f, columns=[], words=[]), "its columns need 0 numbers"),
    ("numbers.safetensors", lambda _: b"x" * 40, "is not a readable safetensors file"),
    ("numbers.safetensors", lambda _: save_tensors({"idf": np.zeros(1)}), "holds ['idf']"),
    ("numbers.safetensors", lambda f: numbers(f, np.zeros(7, np.float32)), "'idf' is float32"),
    ("trees.txt", lambda _: b"tree\n", "'trees.txt': "),
]


@pytest.mark.parametrize(("name", "make", "words"), BROKEN)
def test_a_broken_file_is_refused_with_one_message(
    folder: Path, tmp_path: Path, name: str, make: Callable[[Path], bytes], words: str
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    (copy / name).write_bytes(make(folder))
    with pytest.raises(InputError) as told:
        load_trees(copy)
    assert words in told.value.what


def test_a_folder_that_is_not_a_models_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the file 'model\.json' is missing"):
        load_trees(tmp_path / "absent")
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    (copy / "more.bin").write_bytes(b"x")
    with pytest.raises(InputError, match=r"holds 1 file\(s\) that no model of trees has"):
        load_trees(copy)
    (copy / "more.bin").unlink()
    (copy / "trees.txt").unlink()
    (copy / "trees.txt").symlink_to(folder / "trees.txt")
    with pytest.raises(InputError, match=r"'trees\.txt' is not a plain file"):
        load_trees(copy)


def test_a_number_says_why_under_its_own_name(tmp_path: Path) -> None:
    train(tmp_path / "m", "regression")
    model: TreesModel = load_trees(tmp_path / "m")
    told = model.explain(columns(3, 8))
    assert [list(one) for one in told] == [[VALUE]] * 3
    assert model.describe().kind == "trees"
    assert model.describe().facts["trees"]


def test_a_finding_names_no_cell() -> None:
    found: list[Finding] = TreesTrainer().preflight(
        examples("binary", 40, 1), config("binary", monotone={"note": "increasing"})
    )
    assert not any(word in one.what for one in found for word in WORDS)
