"""A tagger learns labelled places, keeps its promises, and is read with suspicion."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from tests.stages.curate.test_tagging import ROWS
from warrant.errors import InputError
from warrant.models import MODELS
from warrant.models.examples import Examples
from warrant.models.places import Span
from warrant.models.tagger import load_tagger, write_tagger
from warrant.stages.train import TrainConfig
from warrant.stages.train.backend import Job, Trained
from warrant.stages.train.builtin.tagging import SLOPES, run_tagging, tag_findings
from warrant.testing import check_model_format

CONFIG = TrainConfig(name="notes", label="spans", task="spans")


def examples(first: int, after: int) -> Examples:
    rows = ROWS[first:after]
    spans = [tuple(sorted(Span(*one) for one in row.places)) for row in rows]
    return Examples(
        {"text": [row.text for row in rows]},
        [tuple(sorted({one.label for one in row})) for row in spans],
        list(range(len(rows))),
        [sha256(row.document.encode()).digest() for row in rows],
        spans=spans,
    )


@cache
def trained(folder: Path) -> Trained:
    folder.mkdir()
    job = Job(examples(0, 60), examples(60, 80), CONFIG, folder, lambda *_: None, folder)
    return run_tagging(job)


@pytest.fixture(scope="module", name="folder")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tagger") / "model"
    trained(folder)
    return folder


def test_it_finds_what_was_labelled_in_documents_not_seen(folder: Path) -> None:
    made = trained(folder)
    assert (made.kind, made.labels) == ("tagger", ("PER", "TOWN"))
    assert made.measures["validation_micro_f1"] == pytest.approx(1.0, abs=0.05)
    assert made.counts["places_not_of_whole_words"] == 0
    assert made.settings["slope"] in SLOPES
    test = examples(80, 120)
    found = load_tagger(folder).predict(test.columns)
    assert found.spans is not None
    right = sum(
        {one[:3] for one in said} == set(true)
        for said, true in zip(found.spans, test.spans, strict=True)
    )
    assert right >= 36
    assert all(0.5 < one.probability <= 1 for one in found.spans[0])


def test_it_keeps_the_promises_of_a_model_format(folder: Path, tmp_path: Path) -> None:
    texts = [*examples(80, 84).columns["text"], "", "Nothing stands here."]
    check_model_format(MODELS.load("tagger"), folder, {"text": texts}, tmp_path)


def test_it_says_which_words_of_a_place_decided(folder: Path) -> None:
    test = examples(80, 81)
    (told,) = load_tagger(folder).explain(test.columns)
    assert set(told) == {"PER", "TOWN"}
    words = {one.term for one in told["PER"]}
    name = next(one for one in test.spans[0] if one.label == "PER")
    assert words == set(str(test.columns["text"][0])[name.start : name.end].split())
    assert all(one.value > 0 for one in told["PER"])


def test_the_same_rows_give_the_same_bytes_and_a_model_is_written_as_it_was_read(
    folder: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    again.mkdir()
    job = Job(examples(0, 60), examples(60, 80), CONFIG, again, lambda *_: None, again)
    run_tagging(job)
    for name, data in write_tagger(load_tagger(folder)).items():
        assert data == (folder / name).read_bytes() == (again / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("columns", lambda tensor: tensor[::-1].copy(), "'columns' do not rise from 0 to 1048575"),
        ("weights", lambda tensor: tensor[:, :2].copy(), "'weights' has the shape"),
        ("start", lambda tensor: tensor.astype(np.float32), "'start' holds float32"),
        ("steps", lambda tensor: tensor * np.nan, "'steps' holds a number that is not finite"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(
    folder: Path, tmp_path: Path, name: str, change: object, said: str
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "model.json").write_bytes((folder / "model.json").read_bytes())
    tensors = load((folder / "weights.safetensors").read_bytes())
    tensors[name] = change(tensors[name])  # type: ignore[operator]
    (copy / "weights.safetensors").write_bytes(save(tensors))
    with pytest.raises(InputError) as caught:
        load_tagger(copy)
    assert said in str(caught.value)
    assert str(caught.value).endswith("Use the model's folder as training wrote it.")


def test_places_within_words_are_told_before_training() -> None:
    train = examples(0, 20)
    train.spans = [
        tuple(Span(one.start + 1, one.end, one.label) for one in row) for row in train.spans
    ]
    (finding,) = tag_findings(train, CONFIG)
    assert finding.severity == "warning"
    assert finding.what == (
        "40 of 40 places in column 'spans' begin or end within a word or number. A model of this "
        "tier finds whole words."
    )
    assert finding.do == "Mark whole words, or accept that these count as wrong."
    assert tag_findings(examples(0, 20), CONFIG) == []


def test_probabilities_are_stretched_and_places_stay(tmp_path: Path) -> None:
    found = []
    for name, validation in (("with", examples(60, 80)), ("without", examples(0, 0))):
        folder = tmp_path / name
        folder.mkdir()
        job = Job(examples(0, 60), validation, CONFIG, folder, lambda *_: None, folder)
        made = run_tagging(job)
        answered = load_tagger(folder).find(
            [str(text) for text in examples(80, 100).columns["text"]]
        )
        found.append((made.settings["strength"], made.settings["slope"], answered))
    assert found[1][1] == 1.0
    assert [len(row) for row in found[0][2]] == [len(row) for row in found[1][2]]
