"""What other programs are told of a run: reviewed as text, never imported."""

from __future__ import annotations

import ast
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.stages.train import golden_render
from warrant.errors import InputError
from warrant.stages.train import CausalConfig, TrainConfig
from warrant.stages.train.causal.render import PROGRAMS, render


def test_files_are_as_they_were_reviewed() -> None:
    found = {
        path.relative_to(golden_render.GOLDEN).as_posix().removesuffix(".txt"): path.read_text()
        for path in golden_render.GOLDEN.rglob("*.txt")
    }
    assert golden_render.written() == found


def test_every_file_can_be_read() -> None:
    for path, text in golden_render.written().items():
        if path.endswith(".yaml"):
            assert isinstance(yaml.safe_load(text), dict)
        elif path.endswith(".json"):
            assert isinstance(json.loads(text), dict)
        else:
            assert ast.parse(text)


def test_nothing_trusts_code_of_a_model_or_reports_elsewhere() -> None:
    for path, text in golden_render.written().items():
        assert "trust_remote_code: true" not in text.lower()
        assert "trust_remote_code=True" not in text
        assert "wandb" not in text.replace("enable_wandb: false", ""), path


def test_the_parts_of_unsloth_under_agpl_are_named() -> None:
    assert "AGPL-3.0" in golden_render.written()["lora/unsloth/unsloth_train.py"]


def test_no_program_is_imported() -> None:
    golden_render.written()
    assert not {"axolotl", "llamafactory", "oumi", "unsloth", "together"} & sys.modules.keys()


def test_what_cannot_be_written_is_refused() -> None:
    config = TrainConfig("m", "answer", base=golden_render.BASE)
    with pytest.raises(InputError, match="No settings can be written for 'other'") as error:
        render(config, "other")
    assert ", ".join(PROGRAMS) in error.value.do
    full = replace(config, causal=CausalConfig(method="full"))
    with pytest.raises(InputError, match="A job of 'fireworks' trains LoRA, not all weights"):
        render(full, "fireworks")
    four_bits = replace(config, causal=CausalConfig(method="qlora"))
    with pytest.raises(InputError, match="shares out whole weights, not those of QLoRA"):
        render(four_bits, "accelerate")
    with pytest.raises(InputError, match="need a base model"):
        render(replace(config, base=None), "axolotl")


@pytest.mark.torch
def test_accelerate_reads_its_settings_as_fsdp_2(tmp_path: Path) -> None:
    config_args = pytest.importorskip("accelerate.commands.config.config_args")
    place = tmp_path / "accelerate.yaml"
    place.write_text(golden_render.written()["full/accelerate/accelerate.yaml"], "utf-8")
    found = config_args.load_config_from_file(str(place))
    assert (found.distributed_type, found.num_processes) == ("FSDP", 2)
    assert found.fsdp_config["fsdp_version"] == 2
    assert found.fsdp_config["fsdp_activation_checkpointing"] is True


@pytest.mark.torch
def test_trl_has_every_setting_that_accelerate_hands_it() -> None:
    trl = pytest.importorskip("trl")
    known = trl.SFTConfig.__dataclass_fields__
    for run in ("full", "lora"):
        script = ast.parse(golden_render.written()[f"{run}/accelerate/accelerate_train.py"])
        calls = [one for one in ast.walk(script) if isinstance(one, ast.Call)]
        (call,) = [one for one in calls if getattr(one.func, "id", "") == "SFTConfig"]
        assert not {one.arg for one in call.keywords} - known.keys()
