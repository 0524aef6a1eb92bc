"""The own loop of the tier `causal`, on a tiny model: the laws it states, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")

from tests.stages.train import tiny
from warrant.errors import CeilingReached, InputError, OutsideError
from warrant.models.causal import load_causal
from warrant.models.causal.base import find_causal_base
from warrant.models.causal.network import load_network
from warrant.models.causal.settings import CausalSettings, pin_files
from warrant.models.model import Abstention
from warrant.serve.wording import phrase
from warrant.stages.train.causal import learner as learning
from warrant.stages.train.causal.config import CausalConfig
from warrant.stages.train.causal.learner import make_learner
from warrant.stages.train.causal.loop import mean_loss, rate
from warrant.stages.train.causal.packing import Flat, Row, flatten, pack
from warrant.stages.train.causal.prepare import SPANS
from warrant.stages.train.causal.trainer import CausalTrainer
from warrant.testing import check_model_format

pytestmark = pytest.mark.torch
CEILING = CeilingReached("The ceiling of $1.00 is reached.", do="Raise it.")


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tiny.write_base(tmp_path / "base")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def random_network(folder: Path, family: str) -> Path:
    import transformers

    sizes = {"hidden_size": 16, "intermediate_size": 32, "head_dim": 8, "vocab_size": 400}
    counts = {"num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1}
    config = transformers.AutoConfig.for_model(family, **sizes, **counts)
    transformers.AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    return folder


def test_a_model_is_trained_saved_and_loaded(base: Path, tmp_path: Path) -> None:
    asked = tiny.config(base)
    made = CausalTrainer().run(tiny.job(asked, tmp_path / "model"))
    assert made.kind == "causal"
    assert made.measures["validation_loss"] < made.measures["validation_loss_of_base"]
    assert made.measures["merged_logit_difference"] < 1e-4
    assert made.settings["template_sha256"]
    model = load_causal(tmp_path / "model")
    found = model.predict({"text": ["Who must act?", "What is owed?"]})
    assert found.texts is not None
    assert len(found.texts) == 2
    assert model.predict({"text": ["What is owed?"]}).texts == found.texts[1:]
    assert found.abstentions == ()
    long = model.predict({"text": ["Who must act? " * 200, "What is owed?"]})
    assert long.abstentions == ((Abstention("cut", "text"),), ())
    assert phrase(long.abstentions[0][0]) == (
        "'text' is longer than the model reads: its beginning was left out"
    )


def test_the_same_job_gives_the_same_bytes(base: Path, tmp_path: Path) -> None:
    asked = tiny.config(base)
    first, again = (tmp_path / name / "model" for name in ("a", "b"))
    assert CausalTrainer().run(tiny.job(asked, first)).deterministic
    CausalTrainer().run(tiny.job(asked, again))
    assert files(first) == files(again)


@pytest.mark.parametrize("stopped_after", [1, 2, 3])
def test_a_stop_after_any_update_changes_no_bit(
    base: Path, tmp_path: Path, stopped_after: int
) -> None:
    asked = tiny.config(base, replace(tiny.SETTINGS, epochs=2, batch=4, packing=False))
    whole = tmp_path / "whole" / "model"
    CausalTrainer().run(tiny.job(asked, whole))
    asks: list[int] = []

    def stop() -> CeilingReached | None:
        asks.append(1)
        return CEILING if len(asks) == stopped_after else None

    broken = tmp_path / "broken" / "model"
    with pytest.raises(CeilingReached):
        CausalTrainer().run(tiny.job(asked, broken, stop=stop))
    assert files(broken) == {}
    made = CausalTrainer().resume(tiny.job(asked, broken))
    assert made.measures["updates"] == 6
    assert files(broken) == files(whole)


def test_a_broken_checkpoint_is_passed_over_for_the_one_before(base: Path, tmp_path: Path) -> None:
    causal = replace(tiny.SETTINGS, packing=False, keep_every=1)
    asked = tiny.config(base, causal)
    whole = tmp_path / "whole" / "model"
    CausalTrainer().run(tiny.job(asked, whole))
    asks: list[int] = []

    def stop() -> CeilingReached | None:
        asks.append(1)
        return CEILING if len(asks) == 3 else None

    broken = tmp_path / "broken" / "model"
    with pytest.raises(CeilingReached):
        CausalTrainer().run(tiny.job(asked, broken, stop=stop))
    newest = sorted((tmp_path / "broken" / "kept").glob("step-*"))[-1]
    (newest / "moments.safetensors").write_bytes(b"torn")
    CausalTrainer().resume(tiny.job(asked, broken))
    assert files(broken) == files(whole)


def test_what_is_learnt_from_can_be_read_by_its_owner_alone(base: Path, tmp_path: Path) -> None:
    CausalTrainer().run(tiny.job(tiny.config(base), tmp_path / "model"))
    place = tmp_path / "kept" / SPANS
    assert place.stat().st_mode & 0o077 == 0
    text = place.read_text("utf-8")
    assert text.count("learnt from") == 5
    assert text.count("<|im_end|>") == 5
    assert not any(b"learnt from" in data for data in files(tmp_path / "model").values())


@pytest.mark.parametrize("family", ["llama", "qwen2", "mistral", "qwen3"])
def test_packed_rows_have_the_scores_of_rows_alone(family: str, tmp_path: Path) -> None:
    import torch

    network = load_network(random_network(tmp_path / "base", family))
    lengths = (7, 1, 19, 4)
    ids = [torch.randint(0, 400, (1, count)).tolist()[0] for count in lengths]
    flat = flatten([Row(tuple(one), (True,) * len(one)) for one in ids])
    from warrant.models.causal.network import positions_of

    with torch.inference_mode():
        packed = network(
            input_ids=torch.tensor([flat.ids]),
            position_ids=torch.tensor([positions_of(flat.bounds)]),
            use_cache=False,
            bounds=flat.bounds,
        ).logits[0]
        alone = torch.cat([network(input_ids=torch.tensor([one])).logits[0] for one in ids])
    assert float((packed - alone).abs().max()) < 1e-5


def test_eight_at_once_and_two_times_four_learn_the_same(base: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    found = []
    for micro in (8, 4, 1):
        causal = replace(
            tiny.SETTINGS, batch=8, micro_batch=micro, epochs=1, packing=False, save="adapter"
        )
        folder = tmp_path / str(micro) / "model"
        CausalTrainer().run(tiny.job(tiny.config(base, causal), folder))
        found.append(load_file(folder / "adapter_model.safetensors"))
    for other in found[1:]:
        assert all(torch.allclose(found[0][name], other[name], atol=2e-5) for name in found[0])


def test_recomputed_layers_learn_the_same(base: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "a" / "model", tmp_path / "b" / "model"
    for folder, recompute in ((one, "never"), (two, "always")):
        causal = replace(tiny.SETTINGS, recompute=recompute)
        made = CausalTrainer().run(tiny.job(tiny.config(base, causal), folder))
        assert made.measures["layers_computed_twice"] == (recompute == "always")
    assert files(one) == files(two)


def test_a_sliding_window_holds_in_packed_rows() -> None:
    import torch

    from warrant.models.causal.network import packed_attention

    query = torch.randn(1, 2, 12, 8)
    key, value = torch.randn(1, 1, 12, 8), torch.randn(1, 1, 12, 8)
    packed, _ = packed_attention(None, query, key, value, None, bounds=(0, 9, 12), sliding_window=4)
    for begin, end in ((0, 9), (9, 12)):
        parts = (one[:, :, begin:end] for one in (query, key, value))
        alone, _ = packed_attention(None, *parts, None, sliding_window=4)
        assert torch.equal(packed[:, begin:end], alone)
    without, _ = packed_attention(None, query, key, value, None, bounds=(0, 9, 12))
    assert torch.equal(packed[:, :4], without[:, :4])
    assert not torch.allclose(packed[:, 8], without[:, 8])


def test_a_network_with_missing_weights_is_refused(base: Path) -> None:
    from safetensors.numpy import load, save

    weights = load((base / "model.safetensors").read_bytes())
    del weights["model.norm.weight"]
    (base / "model.safetensors").write_bytes(save(weights))
    with pytest.raises(InputError, match="lack 1 of the network's tensors"):
        load_network(base)
    (base / "config.json").write_text("{}")
    with pytest.raises(InputError, match="describe no network"):
        load_network(base)


def test_a_folder_has_no_revision_and_its_template_is_part_of_it(base: Path) -> None:
    found = find_causal_base(base.name, base.parent, revision="0" * 40)
    assert (found.facts["base_source"], found.facts["base_revision"]) == ("folder", None)
    (base / "chat_template.jinja").write_text("{{ messages[0]['content'] }}")
    assert find_causal_base(base.name, base.parent).digest != found.digest


def test_a_base_that_only_reads_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        find_causal_base("minilm", tmp_path)
    assert str(caught.value) == (
        "'minilm' reads texts and writes none: the tier causal needs a base that writes. "
        "Write under train: base: ./FOLDER of a model like Llama, or tier: encoder"
    )


def test_a_base_that_changed_since_it_was_pinned_is_refused(base: Path, tmp_path: Path) -> None:
    asked = tiny.config(base)
    assert asked.base is not None
    asked = replace(asked, base=replace(asked.base, digest="0" * 64))
    with pytest.raises(InputError, match=r"are not those that were pinned when the run began"):
        CausalTrainer().run(tiny.job(asked, tmp_path / "model"))


def test_an_adapter_or_bits_in_a_base_are_found_before_training(base: Path) -> None:
    (base / "adapter_config.json").write_text('{"peft_type": "LORA"}')
    with pytest.raises(InputError, match="brings an adapter"):
        load_network(base)
    asked = json.loads((base / "config.json").read_text())
    asked["quantization_config"] = {"quant_method": "gptq", "bits": 4}
    (base / "config.json").write_text(json.dumps(asked))
    found = CausalTrainer().preflight(tiny.rows(12), tiny.config(base))
    assert {"adapter-in-base", "quantised-base"} <= {one.code for one in found}


def test_a_row_longer_than_the_base_reads_gets_advice_that_can_be_followed(base: Path) -> None:
    asked = json.loads((base / "config.json").read_text())
    asked["max_position_embeddings"] = 16
    (base / "config.json").write_text(json.dumps(asked))
    settings = replace(tiny.SETTINGS, length=16)
    found = CausalTrainer().preflight(tiny.rows(12), tiny.config(base, settings))
    (cut,) = [one for one in found if one.code == "answer-cut-off"]
    assert cut.do.startswith("Write under train: length: 16, the most that the base model reads")
    assert "causal: {overlong: drop}" in cut.do


@pytest.mark.parametrize("header", [b"[" * 100_000, b'{"a": {"shape": ["x"]}}', b"[]"])
def test_a_header_that_somebody_made_up_is_a_finding(base: Path, header: bytes) -> None:
    data = len(header).to_bytes(8, "little") + header
    (base / "model.safetensors").write_bytes(data)
    found = CausalTrainer().preflight(tiny.rows(12), tiny.config(base))
    assert "weights-broken" in {one.code for one in found}


def test_evaluation_is_the_same_packed_or_not(base: Path) -> None:
    network = load_network(base)
    learner = make_learner(network, tiny.SETTINGS, 7)
    rows = [Row((1, 5, 9, 12), (False, True, True, True)), Row((7, 8), (False, True))]
    one = mean_loss(learner, rows, replace(tiny.SETTINGS, packing=True))
    two = mean_loss(learner, rows, replace(tiny.SETTINGS, packing=False))
    assert one == two
    assert mean_loss(learner, [], tiny.SETTINGS) is None


def test_an_adapter_and_its_merged_form_say_the_same(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tiny.config(base, replace(tiny.SETTINGS, save="adapter"))
    folder, target = tmp_path / "model", tmp_path / "merged"
    CausalTrainer().run(tiny.job(asked, folder))
    assert json.loads((folder / "adapter_config.json").read_text())["r"] == 4
    monkeypatch.setenv("WARRANT_BASES", str(base.parent))
    target.mkdir()
    parity = CausalTrainer().export(folder, target, "merged")
    assert parity["logit_difference"] < 1e-5
    prompt = {"text": ["Who must act?"]}
    assert load_causal(folder).predict(prompt).texts == load_causal(target).predict(prompt).texts


@pytest.mark.parametrize(
    "changed",
    [{"peft_type": "VERA"}, {"megatron_config": {"a": 1}, "megatron_core": "antigravity"}],
)
def test_an_adapter_that_names_code_is_refused(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: dict[str, object]
) -> None:
    asked = tiny.config(base, replace(tiny.SETTINGS, save="adapter", epochs=1))
    folder = tmp_path / "model"
    CausalTrainer().run(tiny.job(asked, folder))
    monkeypatch.setenv("WARRANT_BASES", str(base.parent))
    path = folder / "adapter_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))
    _pin_again(folder)
    with pytest.raises(InputError, match="describes no plain LoRA adapter"):
        load_causal(folder).predict({"text": ["?"]})


def test_a_pickle_among_the_files_is_refused(base: Path, tmp_path: Path) -> None:
    asked = tiny.config(base, replace(tiny.SETTINGS, save="adapter", epochs=1))
    folder = tmp_path / "model"
    CausalTrainer().run(tiny.job(asked, folder))
    (folder / "adapter_model.safetensors").rename(folder / "adapter_model.bin")
    _pin_again(folder)
    with pytest.raises(InputError, match=r"names 1 file\(s\) that no model that writes text has"):
        load_causal(folder)
    (folder / "adapter_model.bin").unlink()
    _pin_again(folder)
    with pytest.raises(InputError, match=r"does not pin the file 'adapter_model\.safetensors'"):
        load_causal(folder)


def _pin_again(folder: Path) -> None:
    """Let `model.json` say what lies beside it, as whoever made the folder can."""
    said = CausalSettings.from_bytes((folder / "model.json").read_bytes())
    again = said.model_copy(update={"files": pin_files(folder)})
    (folder / "model.json").write_bytes(again.to_bytes())


def test_an_adapter_without_its_base_is_refused(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tiny.config(base, replace(tiny.SETTINGS, save="adapter"))
    CausalTrainer().run(tiny.job(asked, tmp_path / "model"))
    model = load_causal(tmp_path / "model")
    with pytest.raises(InputError, match="which is not on this machine"):
        model.predict({"text": ["?"]})
    (base / "tokenizer.json").write_bytes(b"{}")
    monkeypatch.setenv("WARRANT_BASES", str(base.parent))
    with pytest.raises(InputError, match="is another model than the base of this adapter"):
        model.predict({"text": ["?"]})


def test_forms_that_nobody_has_are_refused(base: Path, tmp_path: Path) -> None:
    CausalTrainer().run(tiny.job(tiny.config(base), tmp_path / "model"))
    with pytest.raises(InputError, match="has no form 'gguf'"):
        CausalTrainer().export(tmp_path / "model", tmp_path, "gguf")
    with pytest.raises(InputError, match="was saved merged"):
        CausalTrainer().export(tmp_path / "model", tmp_path, "adapter")


def test_all_weights_can_be_learnt(base: Path, tmp_path: Path) -> None:
    causal = replace(tiny.SETTINGS, method="full", learning_rate=1e-3)
    made = CausalTrainer().run(tiny.job(tiny.config(base, causal), tmp_path / "model"))
    assert made.measures["validation_loss"] < made.measures["validation_loss_of_base"]
    assert made.parameters > 10_000
    assert load_causal(tmp_path / "model").settings.method == "full"


def test_labels_have_probabilities(base: Path, tmp_path: Path) -> None:
    train = tiny.rows(16)
    train.labels[:] = [(("liability",), ("law",))[at % 2] for at in range(16)]
    train.columns["text"] = [("cap" if at % 2 == 0 else "court") for at in range(16)]
    causal = replace(
        tiny.SETTINGS, method="full", epochs=10, learning_rate=2e-2, packing=False, batch=1
    )
    asked = tiny.config(base, causal, task="binary")
    job = replace(tiny.job(asked, tmp_path / "model", train=train), validation=train)
    made = CausalTrainer().run(job)
    assert made.labels == ("law", "liability")
    model = load_causal(tmp_path / "model")
    found = model.predict({"text": ["cap", "court"]})
    assert found.probabilities.sum(axis=1) == pytest.approx([1, 1])
    assert found.chosen.tolist() == [[False, True], [True, False]]
    reasons = model.explain({"text": ["cap", "court"]})
    assert [set(one) for one in reasons] == [{"liability"}, {"law"}]
    assert reasons[0]["liability"][0].term == "cap"


def test_a_loss_that_is_no_number_stops_and_keeps_the_last_checkpoint(
    base: Path, tmp_path: Path
) -> None:
    causal = replace(tiny.SETTINGS, learning_rate=1e30, keep_every=1, packing=False, clip=1e30)
    with pytest.raises(InputError, match=r"The loss is no number at update \d+\.") as error:
        CausalTrainer().run(tiny.job(tiny.config(base, causal), tmp_path / "model"))
    assert "learning_rate: 2.5e+29" in error.value.do
    assert list((tmp_path / "kept").glob("step-*"))


def test_a_base_whose_weights_are_no_numbers_is_named_not_the_learning_rate(
    base: Path, tmp_path: Path
) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(base / "model.safetensors")
    name = next(one for one in weights if "down_proj" in one)
    weights[name] *= float("nan")
    save_file(weights, base / "model.safetensors", {"format": "pt"})
    with pytest.raises(InputError, match="no number before anything was learnt") as error:
        CausalTrainer().run(tiny.job(tiny.config(base), tmp_path / "model"))
    assert "name another base model" in error.value.do


def test_a_gradient_that_is_no_number_changes_no_weight(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = learning.summed_loss

    def steep(network: Any, flat: Flat) -> Any:  # noqa: ANN401 - of torch
        found = real(network, flat)
        if found.requires_grad:
            found.register_hook(lambda slope: slope * float("nan"))
        return found

    monkeypatch.setattr(learning, "summed_loss", steep)
    with pytest.raises(InputError, match=r"The loss is no number at update 1\."):
        CausalTrainer().run(tiny.job(tiny.config(base), tmp_path / "model"))


def test_checkpoints_of_other_rows_are_not_taken_up(base: Path, tmp_path: Path) -> None:
    causal = replace(tiny.SETTINGS, keep_every=1, epochs=1, packing=False)
    asked = tiny.config(base, causal)
    stopped = tiny.job(asked, tmp_path / "one", train=tiny.rows(40, 9), stop=_at_update(8))
    with pytest.raises(InputError, match="stopped"):
        CausalTrainer().run(stopped)
    mixed = CausalTrainer().resume(tiny.job(asked, tmp_path / "two"))
    plain = CausalTrainer().run(tiny.job(asked, tmp_path / "three"))
    assert mixed == plain
    assert files(tmp_path / "two") == files(tmp_path / "three")


def _at_update(number: int) -> Callable[[], InputError | None]:
    asked = iter(range(1, 1000))
    return lambda: InputError("stopped", do="-") if next(asked) == number else None


def test_what_does_not_fit_is_found_at_the_longest_row_first(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    seen: list[int] = []

    def full(_network: object, flat: Flat) -> None:
        seen.append(len(flat.ids))
        raise torch.OutOfMemoryError("no room")

    causal = replace(tiny.SETTINGS, batch=1, packing=False)
    asked = tiny.config(base, causal)
    job = replace(tiny.job(asked, tmp_path / "model"), validation=tiny.rows(0))
    monkeypatch.setattr(learning, "summed_loss", full)
    with pytest.raises(OutsideError, match=r"Memory did not suffice for update 1\.") as error:
        CausalTrainer().run(job)
    assert "causal: {recompute: always}" in error.value.do
    assert seen == [77]


def test_a_full_disk_keeps_the_checkpoint_before(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import safetensors.torch

    causal = replace(tiny.SETTINGS, keep_every=1, packing=False)
    write, times = safetensors.torch.save_file, []

    def full(tensors: object, place: Path, **more: object) -> None:
        times.append(place)
        if len(times) > 2:
            raise OSError(28, "No space left on device")
        write(tensors, place, **more)

    monkeypatch.setattr(safetensors.torch, "save_file", full)
    with pytest.raises(OutsideError, match="checkpoint after update 2 could not be written"):
        CausalTrainer().run(tiny.job(tiny.config(base, causal), tmp_path / "model"))
    assert [one.name for one in (tmp_path / "kept").glob("step-*")] == ["step-00000001"]


def test_rows_that_are_too_long_are_left_out_and_counted(base: Path, tmp_path: Path) -> None:
    causal = replace(tiny.SETTINGS, length=70, overlong="drop")
    made = CausalTrainer().run(tiny.job(tiny.config(base, causal), tmp_path / "model"))
    assert 0 < made.counts["rows_too_long"] < 12
    short = tiny.config(base, replace(causal, length=8))
    with pytest.raises(InputError, match="No row is left to learn from: all 12"):
        CausalTrainer().run(tiny.job(short, tmp_path / "other"))


def test_qlora_is_refused_where_it_cannot_run(base: Path) -> None:
    asked = tiny.config(base, replace(tiny.SETTINGS, method="qlora"))
    found = CausalTrainer().preflight(tiny.rows(6), asked)
    (error,) = [one for one in found if one.severity == "error"]
    assert error.code == "qlora-not-here"
    assert "a card of NVIDIA and the package bitsandbytes" in error.what


def test_a_sound_job_has_no_findings(base: Path) -> None:
    assert CausalTrainer().preflight(tiny.rows(6), tiny.config(base)) == []


def test_the_rate_rises_and_falls() -> None:
    config = CausalConfig(learning_rate=1.0, warmup=0.1)
    rates = [rate(step, 100, config) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == pytest.approx(1.0)
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert min(rates) > 0


def test_packing_leaves_little_room() -> None:
    lengths = [3, 5, 8, 2, 7, 9, 1, 4]
    packed = pack(lengths, 10)
    assert sorted(row for one in packed for row in one) == list(range(8))
    assert all(sum(lengths[row] for row in one) <= 10 for one in packed)
    assert len(packed) == 4


def test_the_format_keeps_the_promises_of_model_formats(base: Path, tmp_path: Path) -> None:
    columns = {"text": ["Who must act?", "What is owed?"]}
    CausalTrainer().run(tiny.job(tiny.config(base), tmp_path / "texts" / "model"))
    check_model_format(load_causal, tmp_path / "texts" / "model", columns, _new(tmp_path / "one"))
    train = tiny.rows(8)
    train.labels[:] = [(("no", "yes")[at % 2],) for at in range(8)]
    asked = tiny.config(base, tiny.SETTINGS, task="binary")
    job = replace(tiny.job(asked, tmp_path / "labels" / "model", train=train), validation=train)
    CausalTrainer().run(job)
    check_model_format(load_causal, tmp_path / "labels" / "model", columns, _new(tmp_path / "two"))


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder
