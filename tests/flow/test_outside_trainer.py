"""A tier of another package, from its entry point to a bundle."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.bench import make_bench, recipe_text
from tests.stages.train.test_trainers import labelled
from warrant.errors import InputError
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.kernel.digest import Digest
from warrant.records.model import Model
from warrant.stages.train import TRAINERS, TrainConfig
from warrant.testing import TrainerCase, check_trainer

PLUGIN = """
from dataclasses import replace

from warrant.errors import InputError
from warrant.stages.train.builtin.linear import LinearTrainer

class Calm(LinearTrainer):
    def run(self, job):
        strength = float(job.config.settings.get("strength", 1.0))
        if strength <= 0:
            raise InputError("The strength is not above 0.", do="Write strength: 1")
        trained = super().run(replace(job, config=replace(job.config, strengths=(strength,))))
        return replace(trained, settings={**trained.settings, "calm": True})
"""


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install a package with one tier."""
    told = tmp_path / "site" / "calm_trainer-3.1.dist-info"
    told.mkdir(parents=True)
    (told.parent / "warrant_calm.py").write_text(PLUGIN, "utf-8")
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: calm-trainer\nVersion: 3.1\n")
    (told / "entry_points.txt").write_text("[warrant.trainers]\ncalm = warrant_calm:Calm\n")
    monkeypatch.syspath_prepend(str(told.parent))
    TRAINERS.__dict__.pop("places", None)
    yield
    TRAINERS.__dict__.pop("places", None)
    sys.modules.pop("warrant_calm", None)


def test_a_recipe_names_a_tier_of_another_package_and_its_settings(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    text = recipe_text().replace(
        "train: {seed: 7}", "train: {tier: calm, settings: {strength: 0.7}}"
    )
    run_recipe(bench.root, parse_recipe(text), bench.desk)
    with bench.open() as workspace:
        entry = workspace.index.latest("train")
        assert entry is not None
        made = workspace.index.links(entry.position, "subject")["model"]
        model = Model.from_bytes(workspace.store.get(Digest.from_hex(made)))
    assert (model.settings["calm"], model.settings["strength"]) == (True, 0.7)
    assert ("calm-trainer:calm", "3.1") in [(one.name, one.version) for one in model.libraries]
    bench.require_sound()


def test_it_keeps_the_promises_of_trainers(tmp_path: Path) -> None:
    config = TrainConfig("tiny", "answer", tier="calm", settings={"strength": 2.0})
    rows = labelled(40, 1)
    check_trainer(
        TrainerCase(TRAINERS.load("calm"), config, rows, labelled(8, 2), tmp_path / "scratch")
    )


def test_a_tier_that_nobody_offers_and_settings_of_our_own_tiers_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        parse_recipe(recipe_text().replace("train: {seed: 7}", "train: {tier: clam}"))
    assert "'linear', 'trees', 'encoder', 'causal', 'auto' or 'calm'" in caught.value.what
    assert caught.value.do == "Write: tier: calm"
    with pytest.raises(InputError, match="settings are for a tier of another package"):
        parse_recipe(recipe_text().replace("train: {seed: 7}", "train: {settings: {strength: 1}}"))
