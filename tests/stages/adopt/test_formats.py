"""Models that come from elsewhere: their form is seen, what could run code is never opened."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from warrant.errors import InputError
from warrant.models import InputColumn
from warrant.models.classifier import ClassifierSettings
from warrant.models.linear import load_linear
from warrant.models.trees import load_trees
from warrant.stages.adopt import AdoptConfig, Declared, recognise
from warrant.stages.adopt.builtin.arrays import adopt_arrays
from warrant.stages.adopt.builtin.classifier import adopt_network
from warrant.stages.adopt.builtin.lightgbm import adopt_lightgbm, columns_of, task_of

TEXTS = [f"{word} {other} again" for word in ("rent", "loan", "goods") for other in ("is", "was")]
ANSWERS = ["lease", "lease", "loan", "loan", "supply", "supply"]


def config(task: str, inputs: tuple[InputColumn, ...], labels: tuple[str, ...] = ()) -> AdoptConfig:
    declared = Declared("Ada Alvarez")
    return AdoptConfig("outside", task, inputs, labels, "label", "00" * 32, declared)  # type: ignore[arg-type] # of a parameter


def export(folder: Path, labels: int = 3) -> tuple[TfidfVectorizer, LogisticRegression]:
    """Export a model of scikit-learn as the guide shows."""
    reader = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))
    kept = [at for at, one in enumerate(ANSWERS) if one in sorted(set(ANSWERS))[:labels]]
    numbers = reader.fit_transform([TEXTS[at] for at in kept])
    model = LogisticRegression().fit(numbers, [ANSWERS[at] for at in kept])
    arrays = {"coef": model.coef_, "intercept": model.intercept_, "idf": reader.idf_}
    save_file(
        {name: np.ascontiguousarray(one) for name, one in arrays.items()},
        folder / "arrays.safetensors",
    )
    told = {
        "task": "binary" if labels == 2 else "multiclass",
        "labels": model.classes_.tolist(),
        "ngram_range": [1, 2],
        "sublinear_tf": True,
        "vocabulary": reader.get_feature_names_out().tolist(),
        "check": {
            "texts": TEXTS,
            "probabilities": model.predict_proba(reader.transform(TEXTS)).tolist(),
        },
    }
    (folder / "sklearn.json").write_text(json.dumps(told), "utf-8")
    return reader, model


@pytest.mark.parametrize("labels", [2, 3])
def test_arrays_of_scikit_learn_answer_as_scikit_learn_does(tmp_path: Path, labels: int) -> None:
    reader, model = export(tmp_path, labels)
    found = recognise(tmp_path)
    assert found.form == "arrays"
    task = "binary" if labels == 2 else "multiclass"
    wanted = config(task, (InputColumn("text"),))
    files = adopt_arrays(tmp_path / "sklearn.json", tmp_path / "arrays.safetensors", wanted)
    (tmp_path / "own").mkdir()
    for name, data in files.items():
        (tmp_path / "own" / name).write_bytes(data)
    asked = [*TEXTS, "Rent of the goods", ""]
    answers = load_linear(tmp_path / "own").predict({"text": asked})
    assert answers.labels == tuple(model.classes_)
    np.testing.assert_allclose(
        answers.probabilities, model.predict_proba(reader.transform(asked)), atol=1e-9
    )


def grow(path: Path, objective: str = "binary", **more: object) -> object:
    import lightgbm

    draw = np.random.default_rng(0)
    numbers = draw.normal(size=(200, 2))
    answers = (numbers[:, 0] > 0).astype(int) + (numbers[:, 1] > 1) * (objective == "multiclass")
    settings = {"objective": objective, "verbose": -1, "num_threads": 1, **more}
    data = lightgbm.Dataset(numbers, answers, feature_name=["amount", "days"])
    booster = lightgbm.train(settings, data, 5)
    booster.save_model(path)
    return booster


@pytest.mark.parametrize(
    ("objective", "task", "more"),
    [("binary", "binary", {}), ("multiclass", "multiclass", {"num_class": 3}),
     ("regression", "regression", {})],
)  # fmt: skip
def test_a_text_file_of_lightgbm_answers_as_lightgbm_does(
    tmp_path: Path, objective: str, task: str, more: dict[str, object]
) -> None:
    booster = grow(tmp_path / "model.txt", objective, **more)
    assert recognise(tmp_path).form == recognise(tmp_path / "model.txt").form == "lightgbm"
    assert (task_of(tmp_path / "model.txt"), columns_of(tmp_path / "model.txt")) == (
        task, ("amount", "days"))  # fmt: skip
    inputs = (InputColumn("amount", "number"), InputColumn("days", "number"))
    (tmp_path / "own").mkdir()
    for name, data in adopt_lightgbm(tmp_path / "model.txt", config(task, inputs)).items():
        (tmp_path / "own" / name).write_bytes(data)
    asked = np.random.default_rng(1).normal(size=(20, 2))
    answers = load_trees(tmp_path / "own").predict(
        {"amount": asked[:, 0].tolist(), "days": asked[:, 1].tolist()}
    )
    true = booster.predict(asked)  # type: ignore[attr-defined] # LightGBM has no types
    if task == "regression":
        np.testing.assert_allclose(answers.values, true)
    else:
        told = answers.probabilities if task == "multiclass" else answers.probabilities[:, 1]
        np.testing.assert_allclose(told, true, atol=1e-9)


@pytest.mark.parametrize("name", ["model.pkl", "pytorch_model.bin", "net.pt", "w.h5", "x.JOBLIB"])
def test_what_could_run_code_is_refused_by_its_name(tmp_path: Path, name: str) -> None:
    export(tmp_path)
    (tmp_path / name).write_bytes(b"")
    said = f"{re.escape(name)}' can run code when it is loaded, and is never opened"
    with pytest.raises(InputError, match=said) as refused:
        recognise(tmp_path)
    assert f"Take {name!r} out of the folder." in str(refused.value)


def test_other_folders_are_refused_with_what_is_read_here(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no model at"):
        recognise(tmp_path / "nowhere")
    with pytest.raises(InputError, match="is no model in a form that is read here"):
        recognise(tmp_path)


HEADS = {
    "architectures": ["BertForSequenceClassification"],
    "id2label": {"0": "lease", "1": "loan", "2": "supply"},
}


def lay_network(folder: Path, **changes: object) -> Path:
    """Lay files that look like a network's; their weights are none."""
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(HEADS | changes), "utf-8")
    (folder / "tokenizer.json").write_text("{}", "utf-8")
    save_file({"one": np.zeros(3)}, folder / "model.safetensors")
    return folder


def test_a_network_that_classifies_is_taken_with_three_of_its_files(tmp_path: Path) -> None:
    folder = lay_network(tmp_path / "theirs")
    (folder / "README.md").write_text("# Theirs", "utf-8")
    found = recognise(folder)
    names = ["config.json", "model.safetensors", "tokenizer.json"]
    assert (found.form, [one.name for one in found.files]) == ("transformers", names)
    files = adopt_network(found.files, config("multiclass", (InputColumn("clause"),)))
    assert sorted(files) == [*names[:1], "model.json", *names[1:]]
    settings = ClassifierSettings.from_bytes(files["model.json"])
    assert (settings.task, settings.labels) == ("multiclass", ("lease", "loan", "supply"))
    assert [one.column for one in settings.inputs] == ["clause"]
    renamed = config("multiclass", (InputColumn("clause"),), ("A", "B", "C"))
    files = adopt_network(found.files, renamed)
    assert ClassifierSettings.from_bytes(files["model.json"]).labels == ("A", "B", "C")


@pytest.mark.parametrize(
    ("change", "what", "do"),
    [
        ({"auto_map": {"AutoModel": "x.X"}}, "wants to run code of its own", "is never run"),
        ({"architectures": ["BertForMaskedLM"]}, "names no architecture", "train here with this"),
        ({"num_labels": 7}, "'num_labels' and 'id2label' in 'config.json' differ", "Give a folder"),
        ({"problem_type": "regression"}, "'problem_type' in 'config.json' does not fit", "Give"),
    ],
)
def test_settings_of_a_network_that_do_not_fit_are_refused(
    tmp_path: Path, change: dict[str, object], what: str, do: str
) -> None:
    with pytest.raises(InputError) as refused:
        recognise(lay_network(tmp_path / "theirs", **change))
    assert what in refused.value.what
    assert do in refused.value.do


@pytest.mark.parametrize(
    ("name", "data", "what", "do"),
    [
        ("tokenizer_config.json", b'{"auto_map": {}}', "code of its own", "is never run"),
        ("adapter_config.json", b"{}", "an adapter", "merge_and_unload"),
        ("model.safetensors", None, "are not in one file", "max_shard_size"),
        ("tokenizer.json", None, "it has no 'tokenizer.json'", "AutoTokenizer.from_pretrained"),
        ("config.json", b"[]", "is no JSON object", "Fetch it again"),
        ("pytorch_model.bin", b"\x80\x04", "can run code when it is loaded", "safe_serialization"),
    ],
)
def test_files_of_a_network_that_do_not_fit_are_refused(
    tmp_path: Path, name: str, data: bytes | None, what: str, do: str
) -> None:
    folder = lay_network(tmp_path / "theirs")
    (folder / name).unlink(missing_ok=True)
    if data is not None:
        (folder / name).write_bytes(data)
    with pytest.raises(InputError) as refused:
        recognise(folder)
    assert what in refused.value.what
    assert do in refused.value.do


def test_labels_and_columns_that_do_not_fit_a_network_are_refused(tmp_path: Path) -> None:
    files = recognise(lay_network(tmp_path / "theirs")).files
    with pytest.raises(InputError, match="gives 3 answers, and 2 labels are declared"):
        adopt_network(files, config("multiclass", (InputColumn("text"),), ("A", "B")))
    with pytest.raises(InputError, match="it reads texts alone"):
        adopt_network(files, config("multiclass", (InputColumn("amount", "number"),)))


def test_a_tokenizer_that_is_too_large_is_never_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = lay_network(tmp_path / "theirs")
    (folder / "tokenizer.json").write_bytes(b" " * 2000)
    monkeypatch.setattr("warrant.stages.adopt.builtin.classifier.MOST_JSON_BYTES", 1000)
    with pytest.raises(InputError, match=r"'tokenizer\.json' is larger than 1000 bytes"):
        recognise(folder)


def test_a_malformed_model_is_refused_with_its_fault(tmp_path: Path) -> None:
    inputs = (InputColumn("amount", "number"), InputColumn("days", "number"))
    path = tmp_path / "model.txt"
    grow(path)
    sound = path.read_text("ascii")
    for text, said in (
        (sound.replace("right_child=", "right_child=77 ", 1), "its trees are not sound"),
        (sound.replace("binary sigmoid:1", "binary sigmoid:2"), "only a sigmoid of 1 is read"),
        (sound.replace("binary sigmoid:1", "lambdarank"), "its objective is 'lambdarank'"),
        (sound.replace("amount", "sum"), "it reads the numbers sum, days, and the recipe: amount"),
        (sound.replace("version=v4", "version=v4\naverage_output"), "it is a random forest"),
    ):
        path.write_text(text, "ascii")
        with pytest.raises(InputError, match=said):
            adopt_lightgbm(path, config("binary", inputs))
    path.write_text(sound, "ascii")
    with pytest.raises(InputError, match="it has 2 answers, and 3 labels are declared"):
        adopt_lightgbm(path, config("binary", inputs, ("a", "b", "c")))
    with pytest.raises(InputError, match="it answers 'binary', and the recipe asks 'multiclass'"):
        adopt_lightgbm(path, config("multiclass", inputs))


def test_arrays_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    export(tmp_path)
    settings, arrays = tmp_path / "sklearn.json", tmp_path / "arrays.safetensors"
    wanted = config("multiclass", (InputColumn("text"),))
    with pytest.raises(InputError, match="it reads the text 'text' alone"):
        adopt_arrays(settings, arrays, config("multiclass", (InputColumn("note"),)))
    told = json.loads(settings.read_text("utf-8"))
    settings.write_text(json.dumps({**told, "sublinear_tf": False}), "utf-8")
    with pytest.raises(InputError, match=r"'sklearn\.json': sublinear_tf: Input should be"):
        adopt_arrays(settings, arrays, wanted)
    settings.write_text(json.dumps({**told, "vocabulary": told["vocabulary"][1:]}), "utf-8")
    with pytest.raises(InputError, match=r"terms, .* weights and .* idf differ"):
        adopt_arrays(settings, arrays, wanted)
    other = {**told, "labels": told["labels"][::-1]}
    settings.write_text(json.dumps({**other, "ngram_range": [1, 1]}), "utf-8")
    with pytest.raises(InputError, match="they answer the texts of `check` otherwise than"):
        adopt_arrays(settings, arrays, wanted)
    settings.write_text(json.dumps(told), "utf-8")
    arrays.write_bytes(b"no safetensors")
    with pytest.raises(InputError, match="is not a readable safetensors file"):
        adopt_arrays(settings, arrays, wanted)
