"""A matching model learns from two texts, keeps its promises, and is read with suspicion."""

from __future__ import annotations

import random
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from warrant.errors import InputError
from warrant.models import MODELS
from warrant.models.examples import Examples
from warrant.models.matching import load_matching, write_matching
from warrant.models.model import InputColumn
from warrant.models.options import LETTERS, read_options
from warrant.stages.train import TrainConfig
from warrant.stages.train.backend import Job
from warrant.stages.train.builtin.linear import LinearTrainer
from warrant.testing import check_model_format

PAIRS = TrainConfig(
    name="notes", label="same", task="pairs", inputs=(InputColumn("claim"), InputColumn("source"))
)
CHOICE = TrainConfig(
    name="notes",
    label="right",
    task="choice",
    inputs=(InputColumn("text"), InputColumn("options", "options")),
)
SAID = ("The lease ends in {} days", "The rent is {} dollars", "The tenant pays for {} repairs")


def pairs(count: int, seed: int = 1) -> Examples:
    some = random.Random(seed)
    ones = [some.choice(SAID).format(some.randrange(2, 6)) for _ in range(count)]
    others = [one if some.random() < 0.5 else some.choice(ones) for one in ones]
    labels = [("yes" if one == other else "no",) for one, other in zip(ones, others, strict=True)]
    return _examples({"claim": list(ones), "source": list(others)}, labels)


def choices(count: int, seed: int = 1) -> Examples:
    some = random.Random(seed)
    texts, options, labels = [], [], []
    for _ in range(count):
        right = f"{some.randrange(10, 99)} days"
        given = [right, *(f"{some.randrange(100, 999)} {word}" for word in ("dollars", "keys"))]
        some.shuffle(given)
        texts.append(f"The lease ends in {right}. When?")
        options.append(given)
        labels.append((LETTERS[given.index(right)],))
    return _examples({"text": list(texts), "options": list(options)}, labels)


def _examples(columns: dict[str, list[object]], labels: list[tuple[str, ...]]) -> Examples:
    documents = [sha256(bytes([at % 256, at // 256])).digest() for at in range(len(labels))]
    return Examples(columns, labels, list(range(len(labels))), documents)


def train(folder: Path, config: TrainConfig, rows: Examples, others: Examples) -> Path:
    folder.mkdir()
    made = LinearTrainer().run(Job(rows, others, config, folder, lambda *_: None, folder))
    assert made.kind == "matching"
    return folder


@pytest.fixture(scope="module", name="pair")
def _pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pairs") / "model"
    return train(folder, PAIRS, pairs(160), pairs(60, 2))


@pytest.fixture(scope="module", name="choice")
def _choice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("choice") / "model"
    return train(folder, CHOICE, choices(100), choices(30, 2))


def test_it_tells_whether_two_texts_say_the_same(pair: Path) -> None:
    test = pairs(80, 3)
    found = load_matching(pair).predict(test.columns)
    said = [found.labels[at] for at in found.chosen.argmax(axis=1)]
    right = [one == label for one, (label,) in zip(said, test.labels, strict=True)]
    assert sum(right) >= 72
    empty = load_matching(pair).predict({"claim": ["", "a"], "source": ["a", "b"]})
    assert [[one.column for one in row] for row in empty.abstentions] == [["claim"], []]


def test_it_chooses_the_option_that_fits(choice: Path) -> None:
    test = choices(60, 3)
    found = load_matching(choice).predict(test.columns)
    said = [found.labels[at] for at in found.chosen.argmax(axis=1)]
    assert sum(one == label for one, (label,) in zip(said, test.labels, strict=True)) >= 54
    unread = load_matching(choice).predict({"text": ["When?"], "options": ["none"]})
    assert [one.doubt for one in unread.abstentions[0]] == ["unreadable"]


@pytest.mark.parametrize("name", ["pair", "choice"])
def test_it_keeps_the_promises_of_a_model_format(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    rows = (pairs if name == "pair" else choices)(6, 4).columns
    check_model_format(MODELS.load("matching"), request.getfixturevalue(name), rows, tmp_path)


def test_it_says_what_decided(pair: Path) -> None:
    same = {"claim": ["The rent is 4 dollars"], "source": ["The rent is 4 dollars"]}
    (told,) = load_matching(pair).explain(same)
    terms = {one.term for one in told["yes"]}
    assert terms & {"(the same words)", "(cosine)", "(shared words)", "(shared numbers)"}
    assert {one.column for one in told["yes"]} <= {"claim", "source", "claim+source"}


def test_a_model_is_written_as_it_was_read(pair: Path, choice: Path) -> None:
    for folder in (pair, choice):
        for name, data in write_matching(load_matching(folder)).items():
            assert data == (folder / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("coef", "'coef' has the shape"),
        ("intercept", "'intercept' has the shape"),
        ("idf", "'idf' has the shape"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(
    pair: Path, tmp_path: Path, name: str, said: str
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "model.json").write_bytes((pair / "model.json").read_bytes())
    tensors = load((pair / "weights.safetensors").read_bytes())
    tensors[name] = np.concatenate([tensors[name], tensors[name]])
    (copy / "weights.safetensors").write_bytes(save(tensors))
    with pytest.raises(InputError) as caught:
        load_matching(copy)
    assert said in str(caught.value)
    assert str(caught.value).endswith("Use the model's folder as training wrote it.")


def test_options_are_a_list_or_its_json() -> None:
    assert read_options(["a", "b"]) == read_options('["a", "b"]') == ["a", "b"]
    assert read_options(["a"]) is read_options("a") is read_options(None) is None
    assert read_options([str(at) for at in range(27)]) is None
