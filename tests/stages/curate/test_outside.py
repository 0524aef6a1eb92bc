"""Recognisers of other packages: by entry point with settings, Presidio, token classifiers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from warrant.errors import InputError, MissingExtra
from warrant.flow.addition import Addition
from warrant.flow.plan import _settings
from warrant.flow.recipe import Filter
from warrant.stages.curate import RECOGNISERS, CurateConfig, FilterConfig, plugins
from warrant.stages.curate.builtin.masking import MaskPersonalData
from warrant.stages.curate.builtin.outside import Presidio, TokenClassifier
from warrant.testing import check_recogniser

PLUGIN = """
from warrant.stages.curate import Kind, Span

class Lexicon:
    kinds = (Kind("code_name", "Code names of projects", "covered", "R", "factor"),)

    def __init__(self, words=()):
        self._words = words

    def find(self, text):
        for word in self._words:
            at = text.find(word)
            if at >= 0:
                yield Span(at, at + len(word), "code_name")

class FromFile(Lexicon):
    reads_files = True

    def __init__(self, folder, model, digest=""):
        super().__init__((folder / model).read_text().split())
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Install a package with two recognisers."""
    place = tmp_path / "site"
    (place / "code_names-2.1.dist-info").mkdir(parents=True)
    (place / "warrant_code_names.py").write_text(PLUGIN, "utf-8")
    told = place / "code_names-2.1.dist-info"
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: code-names\nVersion: 2.1\n")
    (told / "entry_points.txt").write_text(
        "[warrant.recognisers]\nlexicon = warrant_code_names:Lexicon\n"
        "from_file = warrant_code_names:FromFile\n"
    )
    monkeypatch.syspath_prepend(str(place))
    RECOGNISERS.__dict__.pop("places", None)
    yield tmp_path
    RECOGNISERS.__dict__.pop("places", None)
    sys.modules.pop("warrant_code_names", None)


def masked(rule: MaskPersonalData, text: str) -> str:
    import pyarrow as pa

    changed = rule.judge(pa.array([text]), [0]).changed
    return text if changed is None else str(changed[0].as_py())


@pytest.mark.usefixtures("installed")
def test_a_recogniser_of_a_package_is_named_with_its_settings() -> None:
    settings = {"recognisers": ["patterns", {"lexicon": {"words": ["Bluebird"]}}]}
    rule = MaskPersonalData(**settings)  # type: ignore[arg-type]
    assert masked(rule, "Bluebird, a@x.example") == "[CODE_NAME_1], [EMAIL_1]"
    assert str(rule.measures["personal_data_recognisers"]).endswith("code-names:lexicon 2.1")
    config = CurateConfig((FilterConfig("mask_personal_data", settings),))
    assert ("code-names:lexicon", "2.1") in [(one.name, one.version) for one in plugins(config)]
    check_recogniser(lambda: RECOGNISERS.load("lexicon")(["Bluebird"]), ["the Bluebird", "none"])
    with pytest.raises(InputError, match="'lexicon' does not take the setting 'word'"):
        MaskPersonalData([{"lexicon": {"word": ["x"]}}])


def test_another_name_of_a_file_of_a_model_is_another_model(installed: Path) -> None:
    model = installed / "model"
    model.mkdir()
    said = Filter(
        name="mask_personal_data", settings={"recognisers": [{"from_file": {"model": "model"}}]}
    )

    def digest() -> str:
        settings = _settings(said, Addition(installed, keyed=lambda digest: digest))
        return str(settings["recognisers"][0]["from_file"]["digest"])

    (model / "config.json").write_text("{}")
    before = digest()
    (model / "config.json").rename(model / "other.json")
    assert digest() != before
    (model / "other.json").rename(model / "config.json")
    assert digest() == before


def test_one_that_reads_files_is_made_in_the_recipes_folder(installed: Path) -> None:
    (installed / "words.txt").write_text("Bluebird Heron")
    said = Filter(
        name="mask_personal_data", settings={"recognisers": [{"from_file": {"model": "words.txt"}}]}
    )
    settings = _settings(said, Addition(installed, keyed=lambda digest: digest))
    assert len(settings["recognisers"][0]["from_file"]["digest"]) == 64
    rule = MaskPersonalData(**settings)
    assert masked(rule, "the Heron") == "the Heron"  # a question has no files
    rule.learn(installed)
    assert masked(rule, "the Heron") == "the [CODE_NAME_1]"
    assert [one.code for one in rule.reasons] == ["masked_code_name"]


@pytest.mark.parametrize("entry", [3, {}, {"patterns": 3}, {"a": {}, "b": {}}])
def test_an_entry_that_is_no_name_says_what_to_write(entry: Any) -> None:  # noqa: ANN401
    with pytest.raises(InputError, match="An entry of the list 'recognisers' is no name"):
        MaskPersonalData([entry])


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("presidio_analyzer", "transformers"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match="needs the extra 'presidio', which is not installed"):
        MaskPersonalData(["presidio"])
    with pytest.raises(MissingExtra, match="needs the extra 'encoder', which is not installed"):
        TokenClassifier(tmp_path, "model")


def test_presidio_keeps_what_a_recogniser_promises() -> None:
    pytest.importorskip("presidio_analyzer", reason="Presidio is not installed")
    check_recogniser(Presidio, ["write to ada@example.org", "card 4111 1111 1111 1111"])
    with pytest.raises(InputError, match="'no_such_pipeline' is not installed"):
        Presidio(model="no_such_pipeline")


@pytest.mark.torch
def test_a_token_classifier_keeps_what_a_recogniser_promises(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch is not installed")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ada", "wrote", "to", "ben", "."]
    (tmp_path / "vocab.txt").write_text("\n".join(words), "utf-8")
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=8, num_hidden_layers=1, num_attention_heads=1,
        intermediate_size=8, max_position_embeddings=64, id2label={0: "B-PER", 1: "I-PER"},
    )  # fmt: skip
    place = tmp_path / "model"
    transformers.BertForTokenClassification(config).save_pretrained(place)
    transformers.BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(place)
    made = TokenClassifier(tmp_path, "model")
    assert [kind.name for kind in made.kinds] == ["name"]
    check_recogniser(lambda: made, ["Ada wrote to Ben.", "wrote " * 300])
    with pytest.raises(InputError, match="no token classifier at 'none'"):
        TokenClassifier(tmp_path, "none")
