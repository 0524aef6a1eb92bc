"""What the guide's page on encoders tells to write is a recipe."""

from __future__ import annotations

import json
import re

import yaml

from tests.outside import ROOT
from warrant.flow.recipe_train import Train


def test_every_recipe_of_the_page_on_encoders_is_one() -> None:
    page = (ROOT / "docs" / "guide" / "encoders.md").read_text("utf-8")
    found = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert len(found) == 3
    trains = [
        Train.model_validate_json(json.dumps(yaml.safe_load(text)["train"])) for text in found
    ]
    assert [one.tier for one in trains] == ["linear", "encoder", "encoder"]
    assert all(one.base for one in trains)
