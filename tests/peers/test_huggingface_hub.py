"""The card read by `huggingface_hub`: whole as we write it, refused when its head is broken."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
import yaml

from tests.stages.report.golden_card import card


@pytest.fixture(name="hub")
def _hub(peer: Callable[[str], Any]) -> ModuleType:
    module: ModuleType = peer("huggingface_hub")
    return module


def test_the_hub_reads_licence_tags_and_results(hub: ModuleType) -> None:
    data = hub.ModelCard(card()).data
    assert data.license == "apache-2.0"
    assert data.library_name == "warrant"
    assert data.pipeline_tag == "text-classification"
    assert data.model_name == "contracts"
    found = {result.metric_name: result for result in data.eval_results}
    assert found["Macro-F1"].metric_value == 0.79
    assert found["Macro-F1"].metric_type == "f1"
    assert found["Accuracy"].task_type == "text-classification"
    assert found["Accuracy"].metric_args["evaluation"].startswith("sha256:")
    assert found["Accuracy"].dataset_args == {"manifest": "sha256:" + "44" * 32}


def test_the_hub_writes_back_what_it_read(hub: ModuleType) -> None:
    once = hub.ModelCard(card())
    again = hub.ModelCard(str(once))
    assert again.data.to_dict() == once.data.to_dict()
    assert again.text == once.text


@pytest.mark.parametrize(
    ("sound", "broken", "error"),
    [
        ("model-index:\n- name: contracts", "model-index:\n- title: contracts", ValueError),
        ("    dataset:\n      type:", "    dataset:\n      kind:", ValueError),
        ("license: apache-2.0", "license: [apache-2.0", yaml.YAMLError),
    ],
)
def test_the_hub_refuses_a_broken_head(
    hub: ModuleType, sound: str, broken: str, error: type[Exception]
) -> None:
    assert sound in card()
    with pytest.raises(error):
        hub.ModelCard(card().replace(sound, broken))
