"""Models on an encoder that find places and choose options."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.models.base.tiny import WORDS, make_encoder
from warrant.errors import InputError
from warrant.models import MODELS, InputColumn
from warrant.models.base import Embedder, copy_base, find_base, load_encoder
from warrant.models.encoder import (
    EncoderChooser,
    EncoderTagger,
    load_encoder_chooser,
    load_encoder_tagger,
    write_encoder_chooser,
    write_encoder_tagger,
)
from warrant.models.encoder.asking import ask, count_asked
from warrant.models.encoder.windows import count_windows, windows_of
from warrant.models.tagger.tags import cut
from warrant.testing import check_model_format

if TYPE_CHECKING:
    from numpy.typing import NDArray

pytestmark = pytest.mark.torch
TEXTS = {
    "text": ["the lease of a house is not money", "", "loan\nwill for five", None, "§ tenant —"]
}
QUIZ = {
    "text": ["which one is the will", "", "a house"],
    "some": [["the will", "a loan"], json.dumps(["rent", "sum", "year"]), "no list"],
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_encoder(tmp_path_factory.mktemp("base") / "tiny")


def numbers(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(5).normal(size=shape).astype(np.float32)


def tagger(tiny: Path, longest: int = 24) -> EncoderTagger:
    embedder = Embedder(load_encoder(tiny), "float32", longest=longest, is_unit=False)
    return EncoderTagger(
        labels=("Lease", "Loan"),
        reads=(InputColumn("text"),),
        by_line=True,
        embedder=embedder,
        base=find_base("tiny", tiny.parent).record,
        method="frozen",
        coef=numbers(5, embedder.width),
        intercept=numbers(5),
        first_characters=1000,
    )


def chooser(tiny: Path) -> EncoderChooser:
    embedder = Embedder(load_encoder(tiny), "float32", longest=24, is_unit=False)
    return EncoderChooser(
        reads=(InputColumn("text"), InputColumn("some", "options")),
        embedder=embedder,
        base=find_base("tiny", tiny.parent).record,
        method="frozen",
        coef=numbers(1, embedder.width),
        intercept=numbers(1),
        first_characters=1000,
    )


def lay(model: EncoderTagger | EncoderChooser, tiny: Path, folder: Path) -> Path:
    folder.mkdir()
    copy_base(find_base("tiny", tiny.parent), folder)
    files = (
        write_encoder_tagger(model)
        if isinstance(model, EncoderTagger)
        else write_encoder_chooser(model)
    )
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def test_models_of_places_keep_the_promises_of_formats(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    folder = lay(tagger(tiny), tiny, tmp_path / "model")
    check_model_format(MODELS.load("encoder-tagger"), folder, TEXTS, tmp_path / "scratch")
    found = load_encoder_tagger(folder).predict(TEXTS)
    assert found.spans == tagger(tiny).predict(TEXTS).spans
    assert found.spans is not None
    assert found.spans[0]
    assert [bool(one) for one in found.abstentions] == [False, True, False, True, False]


def test_models_of_options_keep_the_promises_of_formats(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    folder = lay(chooser(tiny), tiny, tmp_path / "model")
    check_model_format(MODELS.load("encoder-chooser"), folder, QUIZ, tmp_path / "scratch")
    found = load_encoder_chooser(folder).predict(QUIZ)
    assert (found.probabilities == chooser(tiny).predict(QUIZ).probabilities).all()
    assert found.probabilities.sum(axis=1) == pytest.approx(1)
    assert (found.probabilities[0, 2:] == 0).all()
    assert [[one.doubt for one in row] for row in found.abstentions] == [[], [], ["unreadable"]]


def test_a_long_text_is_read_to_its_end(tiny: Path) -> None:
    text = " ".join(WORDS[at % len(WORDS)] for at in range(300))
    found = tagger(tiny).find([text])[0]
    assert found[-1].end > 0.9 * len(text)
    assert found[0].start < 0.1 * len(text)
    alone = tagger(tiny).find([text, "the lease", text])
    assert alone[0] == alone[2] == found


def test_a_word_of_a_long_text_is_read_with_text_on_both_sides(tiny: Path) -> None:
    encoder = load_encoder(tiny)
    texts = [" ".join(WORDS[at % len(WORDS)] for at in range(100)), "the loan", "é 🙂"]
    sequences = cut(texts, by_line=False)
    windows = windows_of(encoder, texts, sequences, 22)
    whole = count_windows(100, 22, 2)
    assert whole == (len(windows) - 2, 100 + 6 * 5 + 7 * 2)
    read = [one.read.ids[at] for one in windows for at in one.words]
    short = [encoder.tokenizer.token_to_id(word.lower()) or 1 for word in sequences.tokens.words]
    assert read == short
    for one in windows[1:-3]:
        assert one.words[0] >= 3
        assert one.words[-1] <= 22 - 4


def test_a_text_without_a_token_has_words_all_the_same(tiny: Path) -> None:
    encoder = load_encoder(tiny)
    from tokenizers import normalizers

    encoder.tokenizer.normalizer = normalizers.Replace("x", "")
    texts = ["xx", "lease xx loan"]
    windows = windows_of(encoder, texts, cut(texts, by_line=False), 22)
    assert [one.words.tolist() for one in windows] == [[0], [1, 2, 2]]


def test_no_option_is_favoured_by_what_is_cut(tiny: Path) -> None:
    encoder = load_encoder(tiny)
    long, short = " ".join(WORDS[:30]), "loan"
    row, plain = ask(encoder, [long, short], [[short, long], [short, "a will"]], 23)
    beside = [one.ids[1 : one.ids.index(3)] for one in row]
    assert beside[0] == beside[1]
    assert len(beside[0]) == 10
    assert [len(one.ids) for one in row] == [14, 23]
    assert [len(one.ids) for one in plain] == [5, 6]
    assert count_asked(encoder.tokenizer, long, [short, long]) == [34, 63]


def test_a_place_is_told_by_its_words_and_an_option_by_what_it_loses(tiny: Path) -> None:
    model = tagger(tiny)
    spans = model.predict(TEXTS).spans
    assert spans is not None
    told = model.explain(TEXTS, top=2)
    assert [set(row) for row in told] == [{one.label for one in row} for row in spans]
    choosing = chooser(tiny)
    (row, *_) = choosing.explain(QUIZ, top=20)
    ((letter, words),) = row.items()
    option = QUIZ["some"][0]["AB".index(letter)]  # type: ignore[index]
    whole, without = (
        choosing.score([text], [[option]])[0][0]
        for text in ("which one is the will", "which one is the ")
    )
    assert any(
        one.term == "will" and one.value == pytest.approx(whole - without, abs=1e-6)
        for one in words
    )
    assert choosing.explain(QUIZ, chosen=np.eye(3, 26, 5, dtype=np.bool_))[0] == {"F": []}


def test_files_that_do_not_fit_are_refused(tiny: Path, tmp_path: Path) -> None:
    two = lay(replace(tagger(tiny), labels=("Lease", "Lease")), tiny, tmp_path / "two")
    with pytest.raises(InputError, match="a label stands twice"):
        load_encoder_tagger(two)
    narrow = lay(replace(tagger(tiny), coef=numbers(5, 3)), tiny, tmp_path / "narrow")
    with pytest.raises(InputError, match="'coef' has the shape"):
        load_encoder_tagger(narrow)
    reads = (InputColumn("some"), InputColumn("some", "options"))
    twice = lay(replace(chooser(tiny), reads=reads), tiny, tmp_path / "twice")
    with pytest.raises(InputError, match="an input column stands twice"):
        load_encoder_chooser(twice)
    long = tagger(tiny)
    long = replace(long, embedder=replace(long.embedder, longest=100))
    with pytest.raises(InputError, match="more tokens of a text than its network can"):
        load_encoder_tagger(lay(long, tiny, tmp_path / "long"))
