"""A bundle made again from its signed settings: equal, or which step differs first, and why."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.flow.bench import Bench, recipe_text
from warrant.errors import IntegrityError
from warrant.flow.job import run_recipe
from warrant.flow.plan import PlannedStep
from warrant.flow.recipe import parse_recipe
from warrant.flow.reproducing import Reproduced, _Case, reproduce
from warrant.kernel.digest import Digest
from warrant.records.evaluation import Evaluation
from warrant.records.interfaces import Desk, StageResult
from warrant.stages.evaluate import EvaluateConfig
from warrant.stages.train import TrainConfig


def outcomes(found: Reproduced) -> dict[str, str]:
    return {one.stage: one.outcome for one in found.steps}


def elsewhere(bench: Bench, folder: Path) -> Path:
    """Lay bundle and sources into a folder that is no workspace."""
    folder.mkdir()
    shutil.copytree(bench.root / "notes", folder / "notes")
    for name in ("notes.csv", "notes.bundle"):
        shutil.copy(bench.root / name, folder / name)
    return folder


def test_in_the_workspace_every_step_gives_the_same_bytes(finished: Bench) -> None:
    before = {path: path.stat().st_mtime_ns for path in finished.state.rglob("*")}
    found = reproduce(finished.root, finished.desk)
    assert set(outcomes(found).values()) == {"equal bytes"}
    assert found.outcome == "equal bytes"
    assert found.first_difference is None
    assert found.with_salts
    after = {path: path.stat().st_mtime_ns for path in finished.state.rglob("*")}
    changed = {one.name for one in after if after[one] != before.get(one)}
    assert {name for name in changed if "vault.db" not in name} == set()


def test_what_a_run_cost_is_taken_as_signed_and_all_else_is_not(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Card and page tell the cost; a warning of training is an outcome, and must be the same."""
    text = recipe_text(train_seed=8).replace(
        "train: {", "train: {budget: {usd: 9, usd_per_hour: 1}, "
    )
    run_recipe(bench.root, parse_recipe(text), bench.desk)
    found = reproduce(bench.root, bench.desk)
    assert set(outcomes(found).values()) == {"equal bytes"}
    (train,) = [one for one in found.steps if one.why]
    assert train.stage == "train"
    assert "times, costs and where it was computed are taken as signed" in train.why[0]

    from warrant.stages.train import step

    honest = step.run

    def warns(inputs: Mapping[str, Digest], config: TrainConfig, desk: Desk) -> StageResult:
        result = honest(inputs, config, desk)
        measures = {**result.claim.measures, "warning: rare-labels": "Few rows."}
        return replace(result, claim=result.claim.model_copy(update={"measures": measures}))

    monkeypatch.setattr(step, "run", warns)
    first = reproduce(bench.root, bench.desk).first_difference
    assert first is not None
    assert first.stage == "report"


def test_with_the_sources_alone_rows_model_and_figures_are_the_same(
    finished: Bench, tmp_path: Path
) -> None:
    found = reproduce(elsewhere(finished, tmp_path / "else") / "notes.bundle", finished.desk)
    assert outcomes(found) == {
        "ingest": "equal fingerprints",
        "curate": "equal fingerprints",
        "split": "equal fingerprints",
        "train": "equal bytes",
        "evaluate": "equal figures",
        "report": "not compared",
        "deploy": "not compared",
    }
    assert found.first_difference is None
    assert "vault is not at hand" in found.steps[-1].why[0]


def test_changed_data_is_named_as_the_first_difference(finished: Bench, tmp_path: Path) -> None:
    folder = elsewhere(finished, tmp_path / "else")
    note = folder / "notes" / "note-001.txt"
    note.write_text(f"{note.read_text('utf-8')} And goods by the pallet.\n", encoding="utf-8")
    found = reproduce(folder / "notes.bundle", finished.desk)
    first = found.first_difference
    assert first is not None
    assert (first.stage, first.outcome, first.differs) == ("ingest", "differs", ("documents",))
    assert first.why == ("The files or sheets in the folder are not those that were read then.",)
    assert found.steps[1].why[-1] == "The step 'ingest' before it came out otherwise."
    assert found.outcome == "differs"


def test_equal_rows_hide_no_other_output_that_differs(finished: Bench, tmp_path: Path) -> None:
    """A file that nobody could read is gone: the rows are the same, the list of unread is not."""
    folder = elsewhere(finished, tmp_path / "else")
    (folder / "notes" / "scan.tiff").unlink()
    found = reproduce(folder / "notes.bundle", finished.desk)
    first = found.first_difference
    assert first is not None
    assert (first.stage, first.outcome) == ("ingest", "differs")
    assert "unread" in first.differs
    assert outcomes(found)["curate"] == "equal fingerprints"


def test_figures_are_equal_only_when_all_of_them_are(
    finished: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scores are as signed, what stands per label is not: that is no evaluation of equals."""
    from warrant.stages.evaluate import step

    honest = step.run

    def other(inputs: Mapping[str, Digest], config: EvaluateConfig, desk: Desk) -> StageResult:
        result = honest(inputs, config, desk)
        made = Evaluation.from_bytes(desk.store.get(result.outputs["evaluation"]))
        first = made.labels[0].model_copy(update={"precision": 0.0})
        less = made.model_copy(update={"labels": (first, *made.labels[1:])})
        outputs = {**result.outputs, "evaluation": desk.store.put(less.to_bytes())}
        return replace(result, outputs=outputs)

    monkeypatch.setattr(step, "run", other)
    folder = elsewhere(finished, tmp_path / "else")
    found = reproduce(folder / "notes.bundle", finished.desk)
    assert outcomes(found)["evaluate"] == "within interval"


def test_settings_of_an_earlier_form_are_not_run_and_it_is_said(
    finished: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier release named the columns that it reads by their names alone."""
    honest = _Case.parameters

    def earlier(self: _Case, planned: PlannedStep) -> Mapping[str, Any]:
        found = honest(self, planned)
        if planned.stage != "train":
            return found
        return {**found, "configuration": {**found["configuration"], "inputs": ["text"]}}

    monkeypatch.setattr(_Case, "parameters", earlier)
    found = reproduce(elsewhere(finished, tmp_path / "else") / "notes.bundle", finished.desk)
    first = found.first_difference
    assert first is not None
    assert (first.stage, first.outcome) == ("train", "not run")
    assert first.why[0].startswith("The signed settings of 'train' are of an earlier form")
    assert "text" not in first.why[0]


def test_another_version_of_a_library_or_stage_is_named(
    finished: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warrant.stages.train import step

    folder = elsewhere(finished, tmp_path / "else")
    note = folder / "notes" / "note-001.txt"
    note.write_text(f"{note.read_text('utf-8')} And goods by the pallet.\n", encoding="utf-8")
    monkeypatch.setattr(step, "VERSION", 999)
    found = reproduce(folder / "notes.bundle", finished.desk)
    (train,) = [one for one in found.steps if one.stage == "train"]
    assert "999 is installed" in train.why[0]


def test_without_sources_nothing_is_run_and_it_is_said_why(finished: Bench, tmp_path: Path) -> None:
    alone = tmp_path / "notes.bundle"
    shutil.copy(finished.root / "notes.bundle", alone)
    found = reproduce(alone, finished.desk)
    assert set(outcomes(found).values()) == {"not run"}
    assert "notes" in found.steps[0].why[0]
    assert found.steps[1].why == ("It rests on 'ingest'.",)


def test_a_changed_bundle_is_not_made_again(finished: Bench, tmp_path: Path) -> None:
    changed = tmp_path / "notes.bundle"
    data = bytearray((finished.root / "notes.bundle").read_bytes())
    data[len(data) // 2] ^= 1
    changed.write_bytes(bytes(data))
    with pytest.raises(IntegrityError, match=r"'notes\.bundle' is refused"):
        reproduce(changed, finished.desk)
