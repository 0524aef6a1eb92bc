"""Networks that others trained to classify texts: as they answer there, or refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.models.base.tiny import change_json, make_classifier
from warrant.errors import InputError
from warrant.models import MODELS
from warrant.models.classifier import ClassifierSettings, load_classifier, read_heads
from warrant.models.linear.settings import Input
from warrant.testing import check_model_format

pytestmark = pytest.mark.torch
TEXTS = ["the house of the tenant", "a loan is money", "", "rent", "one two three four five rent"]
ROWS = {"text": [*TEXTS, None, "the will of the heir"]}
NAMES = {0: "Lease", 1: "Loan", 2: "Will"}
KINDS: dict[str, dict[str, object]] = {
    "binary": {"id2label": {0: "Lease", 1: "Loan"}},
    "multiclass": {"id2label": NAMES},
    "multilabel": {"id2label": NAMES, "problem_type": "multi_label_classification"},
    "regression": {"num_labels": 1},
}


def lay(folder: Path, task: str = "multiclass", kind: str = "Bert", **more: object) -> Path:
    make_classifier(folder, kind, **(KINDS[task] | more))
    heads = read_heads(json.loads((folder / "config.json").read_bytes()))
    assert heads.task == task
    settings = ClassifierSettings(
        task=heads.task,
        labels=heads.labels,
        inputs=(Input(column="text", read_as="text"),),
        thresholds=(0.5,) * len(heads.labels),
        first_characters=1000,
    )
    (folder / "model.json").write_bytes(settings.to_bytes())
    return folder


@pytest.fixture(scope="module", name="sound")
def _sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay(tmp_path_factory.mktemp("classifier") / "model")


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        ("multiclass", "Bert"),
        ("binary", "DistilBert"),
        ("multilabel", "Roberta"),
        ("regression", "Bert"),
    ],
)
def test_the_format_keeps_every_promise(tmp_path: Path, task: str, kind: str) -> None:
    folder = lay(tmp_path / "model", task, kind)
    (tmp_path / "scratch").mkdir()
    check_model_format(MODELS.load("classifier"), folder, ROWS, tmp_path / "scratch")


@pytest.mark.parametrize("kind", ["Bert", "DistilBert", "Roberta"])
@pytest.mark.parametrize("task", list(KINDS))
def test_it_answers_as_the_library_does(tmp_path: Path, task: str, kind: str) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, PreTrainedTokenizerFast

    folder = lay(tmp_path / "model", task, kind)
    network = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    read = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), pad_token="[PAD]"
    )(TEXTS, padding=True, return_tensors="pt", return_token_type_ids=False)
    with torch.inference_mode():
        wanted = network(**read).logits.double().numpy()
    model = load_classifier(folder)
    np.testing.assert_allclose(model.scores(TEXTS), wanted, atol=1e-5)
    told = model.predict({"text": TEXTS})
    if task == "regression":
        assert told.values is not None
        np.testing.assert_allclose(told.values, wanted[:, 0], atol=1e-5)
    elif task == "multilabel":
        np.testing.assert_allclose(told.probabilities, 1 / (1 + np.exp(-wanted)), atol=1e-5)
    else:
        shares = np.exp(wanted) / np.exp(wanted).sum(axis=1, keepdims=True)
        np.testing.assert_allclose(told.probabilities, shares, atol=1e-5)


def test_a_word_weighs_what_the_score_loses_without_it(sound: Path) -> None:
    model = load_classifier(sound)
    whole, without = model.scores(["the loan of money", "the  of money"])
    (told,) = model.explain({"text": ["the loan of money"]}, top=10)
    (label,) = told
    place = model.labels.index(label)
    weight = next(one.value for one in told[label] if one.term == "loan")
    assert weight == pytest.approx(whole[place] - without[place], abs=1e-9)


def test_it_says_what_is_inside(sound: Path) -> None:
    said = load_classifier(sound).describe()
    held = load_file(sound / "model.safetensors")
    assert said.parameters == sum(one.size for one in held.values())
    assert said.facts == {
        "architecture": "BertForSequenceClassification", "width": 16, "tokens": 64,
    }  # fmt: skip


def test_a_blank_text_has_an_answer_that_is_not_relied_on(sound: Path) -> None:
    told = load_classifier(sound).predict({"text": ["rent", " "]})
    assert [[one.doubt for one in row] for row in told.abstentions] == [[], ["missing"]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"auto_map": {"AutoModel": "evil.Evil"}}, "wants to run code of its own"),
        ({"num_hidden_layers": 1}, "has weights that 'config.json' does not describe"),
        ({"num_hidden_layers": 3}, "lacks weights of the network"),
        ({"num_hidden_layers": 10**9}, "a number of layers that no"),
        ({"hidden_size": 8}, "its network cannot be loaded"),
        ({"hidden_size": 10**6}, "lacks weights of the network"),
        ({"vocab_size": 10**9}, "lacks weights of the network"),
        ({"max_position_embeddings": 10**9}, "lacks weights of the network"),
        ({"num_attention_heads": 3}, "its network cannot be built (ValueError)"),
        ({"num_labels": 10**9}, "'num_labels' and 'id2label' in 'config.json' differ"),
        ({"id2label": {"0": "Lease", "1": "Loan"}}, "differ in task or number of labels"),
        ({"id2label": {"0": "A", "2": "B", "3": "C"}}, "does not number its labels from 0"),
        ({"id2label": {"0": "A", "1": "A", "2": "B"}}, "does not give each number a label"),
        ({"id2label": 3}, "does not number its labels from 0"),
        ({"problem_type": "regression"}, "'problem_type' in 'config.json' does not fit 3"),
        ({"architectures": ["BertForMaskedLM"]}, "names no architecture that classifies texts"),
        ({"architectures": 4}, "names no architecture that classifies texts"),
        ({"model_type": "nothing"}, "its network cannot be built (ValueError)"),
        ({"is_decoder": True}, "writes text"),
    ],
)
def test_settings_that_lie_are_refused(
    sound: Path, tmp_path: Path, change: dict[str, object], message: str
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(sound, folder)
    change_json(folder / "config.json", **change)
    with pytest.raises(InputError) as caught:
        load_classifier(folder)
    assert message in caught.value.what


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("classifier.bias", None, "lacks weights of the network"),
        ("classifier.bias", np.full(3, np.nan, np.float32), "a number that is not finite"),
        ("more", np.zeros(3, np.float32), "has weights that 'config.json' does not describe"),
    ],
)
def test_weights_that_do_not_fit_are_refused(
    sound: Path, tmp_path: Path, name: str, value: object, message: str
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(sound, folder)
    held = load_file(folder / "model.safetensors")
    changed = {key: one for key, one in (held | {name: value}).items() if one is not None}
    save_file(changed, folder / "model.safetensors", {"format": "pt"})  # type: ignore[arg-type]
    with pytest.raises(InputError) as caught:
        load_classifier(folder)
    assert message in caught.value.what


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (b'"Lease","Loan"', b'"Lease","Lease"', "a label stands twice"),
        (b'"task":"multiclass"', b'"task":"multilabel"', "differ in task or number of labels"),
        (b'"read_as":"text"', b'"read_as":"date"', "it reads a column that is no text"),
        (b'"thresholds":[0.5,', b'"thresholds":[', "not every label has a threshold"),
    ],
)
def test_a_description_that_does_not_fit_is_refused(
    sound: Path, tmp_path: Path, before: bytes, after: bytes, message: str
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(sound, folder)
    data = (folder / "model.json").read_bytes()
    assert before in data
    (folder / "model.json").write_bytes(data.replace(before, after))
    with pytest.raises(InputError) as caught:
        load_classifier(folder)
    assert message in caught.value.what


def test_labels_that_nobody_named_are_those_of_the_library() -> None:
    said = read_heads({"architectures": ["BertForSequenceClassification"]})
    assert said == ("binary", ("LABEL_0", "LABEL_1"))


def test_a_tokenizer_without_marks_is_refused(sound: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(sound, folder)
    change_json(folder / "tokenizer.json", post_processor=None)
    with pytest.raises(InputError) as caught:
        load_classifier(folder)
    assert "'tokenizer.json' does not mark where a text begins or ends" in caught.value.what
