"""A model that was trained elsewhere, governed here: declared, measured, signed, answered with."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.flow.bench import Bench
from warrant.errors import InputError, PolicyRefusal
from warrant.flow.adopt.begin import Wish, begin_adoption
from warrant.flow.adopt.begin import _quoted as quoted
from warrant.flow.adopt.declared import read_declarations
from warrant.flow.api import Bundle
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.flow.report import RunReport
from warrant.flow.session import new_person
from warrant.kernel.digest import Digest
from warrant.records.claim import Claim
from warrant.records.yaml12 import load_yaml

DECLARED = """
trained_with: LightGBM 4.6
licence: CC0-1.0
data:
  description: Invoices of an invented firm
  rows: 400
  licence: CC-BY-4.0
  rights: {train: true, commercial: true, expires: never}
  special_category: false
  without_test_rows: true
  personal_data_resolved: true
"""
SOURCE = """\
    licence: CC0-1.0
    origin: Invented for this test
    rights: {train: true, commercial: true, expires: never}
    special_category: false
"""


@pytest.fixture(name="bench")
def _bench(tmp_path: Path) -> Bench:
    """Grow trees outside, and begin their adoption."""
    import lightgbm

    draw = np.random.default_rng(0)
    numbers = np.column_stack([draw.lognormal(6, 1, 600), draw.integers(0, 100, 600)])
    late = np.log(numbers[:, 0]) + numbers[:, 1] / 50 + draw.normal(0, 0.4, 600) > 7
    data = lightgbm.Dataset(numbers[:400], late[:400].astype(int), feature_name=["amount", "days"])
    settings = {"objective": "binary", "verbose": -1, "num_threads": 1}
    lightgbm.train(settings, data, 20).save_model(tmp_path / "model.txt")
    with (tmp_path / "test.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["amount", "days", "outcome"])
        for (amount, days), answer in zip(numbers[400:], late[400:], strict=True):
            lines.writerow([repr(float(amount)), int(days), "late" if answer else "on time"])
    root = tmp_path / "late"
    wish = Wish(tmp_path / "model.txt", tmp_path / "test.csv", "outcome", root, "Ann Alvarez")
    begin_adoption(wish)
    facts = root / "adopted.yaml"
    text = facts.read_text("utf-8").replace("# labels: [no, yes]", "labels: [on time, late]")
    facts.write_text(text, "utf-8")
    bench = Bench(root)
    new_person(bench.desk, "ann", "Ann Alvarez")
    return bench


def run(bench: Bench, stage: str = "explore", more: str = "") -> RunReport:
    text = (bench.root / "recipe.yaml").read_text("utf-8")
    text = text.replace("  - path: ../test.csv\n", f"  - path: ../test.csv\n{more}")
    text += f"use: {{stage: {stage}}}\nevaluate: {{resamples: 100}}\n"
    return run_recipe(bench.root, parse_recipe(text), bench.desk)


def test_it_is_measured_signed_and_answers_as_it_did_elsewhere(bench: Bench) -> None:
    import lightgbm

    report = run(bench)

    assert report.declared_by == "Ann Alvarez"
    assert report.training_rows == 0
    assert report.evaluation.rows == 200
    for path in (bench.root, report.bundle):
        assert bench.verify(path).headline == "holds, signed by Ann Alvarez"
    Bundle(report.bundle, bench.desk).predict(
        bench.root.parent / "test.csv", bench.root / "answers.csv"
    )
    with (bench.root / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        answers = list(csv.DictReader(file))
    asked = np.array([[float(one["amount"]), float(one["days"])] for one in answers])
    there = lightgbm.Booster(model_file=str(bench.root.parent / "model.txt")).predict(asked)
    told = [float(one["probability"]) for one in answers]
    np.testing.assert_allclose(told, np.maximum(there, 1 - np.asarray(there)), atol=2e-6)


def test_card_and_claim_say_that_it_was_adopted_and_nobody_witnessed_it(bench: Bench) -> None:
    with (bench.root / "adopted.yaml").open("a", encoding="utf-8") as file:
        file.write(DECLARED)
    report = run(bench)
    card = report.card.read_text("utf-8")
    assert "**This model was trained elsewhere.**" in card
    for line in (
        "| trained_with | LightGBM 4.6 | declared by Ann Alvarez, not witnessed |",
        "| data: licence | CC-BY-4.0 | declared by Ann Alvarez, not witnessed |",
        "| data rows | 400 | declared by Ann Alvarez, not witnessed |",
    ):
        assert line in card
    assert "Rows learnt from: 0" not in card
    assert "declared by Ann Alvarez, not witnessed" in report.page.read_text("utf-8")
    with bench.open() as workspace:
        entry = workspace.index.latest("train")
        assert entry is not None
        made = workspace.index.links(entry.position, "subject")
        claim = Claim.from_bytes(workspace.store.get(Digest.from_hex(made["claim"])))
    assert claim.measures["adopted"] is True
    assert claim.measures["declared_by"] == "Ann Alvarez"
    assert (claim.counts["rows"], [link.name for link in claim.inputs]) == (0, ["claim-ingest"])


def test_what_nobody_declared_is_shown_as_a_gap(bench: Bench) -> None:
    card = run(bench).card.read_text("utf-8")
    assert "| data: licence | *not answered* | nobody declared it |" in card


def test_beyond_exploration_it_needs_what_was_not_declared(bench: Bench) -> None:
    with pytest.raises(PolicyRefusal) as refused:
        run(bench, "pilot", SOURCE)
    said = "\n".join(refused.value.reasons)
    for rule in ("training-rows-present", "test-rows-left-out", "use-right-training"):
        assert rule in said


def test_declared_facts_answer_the_guardrails_before_training(bench: Bench) -> None:
    with (bench.root / "adopted.yaml").open("a", encoding="utf-8") as file:
        file.write(DECLARED)
    with pytest.raises(PolicyRefusal) as refused:
        run(bench, "pilot", SOURCE)
    said = "\n".join(refused.value.reasons)
    assert said
    for rule in ("training-rows-present", "test-rows-left-out", "use-right-training",
                 "personal-data-resolved"):  # fmt: skip
        assert rule not in said
    assert "train" in bench.entries()


def test_a_right_that_is_declared_away_stops_even_an_exploration(bench: Bench) -> None:
    with (bench.root / "adopted.yaml").open("a", encoding="utf-8") as file:
        file.write(DECLARED.replace("train: true", "train: false"))
    with pytest.raises(PolicyRefusal, match="1 guardrail stops it") as refused:
        run(bench)
    assert "use-right-training" in refused.value.reasons[0]


def test_the_file_of_facts_is_checked(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no 'other\.yaml' beside the recipe"):
        read_declarations(tmp_path / "other.yaml")
    facts = bench.root / "adopted.yaml"
    text = facts.read_text("utf-8")
    facts.write_text(text.replace("declared_by: Ann Alvarez", "declared_by:"), "utf-8")
    with pytest.raises(InputError, match="does not say who declares it"):
        run(bench)
    facts.write_text(f"{text}\ntrained_whith: LightGBM\n", "utf-8")
    with pytest.raises(InputError, match="trained_whith") as refused:
        run(bench)
    assert "trained_with" in str(refused.value)
    facts.write_text("", "utf-8")
    with pytest.raises(InputError, match="is empty"):
        run(bench)


def test_an_adoption_begins_in_a_folder_of_its_own(bench: Bench, tmp_path: Path) -> None:
    model, test = tmp_path / "model.txt", tmp_path / "test.csv"
    with pytest.raises(InputError, match="exists already"):
        begin_adoption(Wish(model, test, "outcome", bench.root))
    with pytest.raises(InputError, match="There are no test rows at"):
        begin_adoption(Wish(model, tmp_path / "none.csv", "outcome", tmp_path / "new"))


@pytest.mark.parametrize("missing", ["outcome", "days"])
def test_test_rows_without_a_column_that_is_needed_are_refused(bench: Bench, missing: str) -> None:
    here = bench.root.parent
    test = here / "test.csv"
    test.write_text(test.read_text("utf-8").replace(missing, "other", 1), "utf-8")
    with pytest.raises(InputError) as refused:
        begin_adoption(Wish(here / "model.txt", test, "outcome", here / "new"))
    assert f"There is no column '{missing}' in 'test.csv'; there are: " in refused.value.what
    assert "--text COLUMN" in refused.value.do
    assert not (here / "new").exists()


@pytest.mark.parametrize("label", ["null", "True", ".5", "no", "a: b", "x ", "#1", "-", "outcome"])
def test_any_name_of_a_column_is_written_as_text(label: str) -> None:
    value, _ = load_yaml(f"task: {{label: {quoted(label)}}}\nby: {quoted(label)}\n", "recipe.yaml")
    assert value == {"task": {"label": label}, "by": label}


def test_a_model_of_another_workspace_is_adopted_as_it_is(bench: Bench, tmp_path: Path) -> None:
    report = run(bench)
    folder = tmp_path / "theirs"
    folder.mkdir()
    with bench.open() as workspace:
        entry = workspace.index.latest("train")
        assert entry is not None
        made = workspace.index.links(entry.position, "subject")
        from warrant.records.model import Model

        record = Model.from_bytes(workspace.store.get(Digest.from_hex(made["model"])))
        for one in record.files:
            data = workspace.store.get(Digest.from_hex(one.sha256))
            (folder / one.name).write_bytes(data)
    begun = begin_adoption(Wish(folder, tmp_path / "test.csv", "outcome", tmp_path / "mine", "Bo"))
    assert (begun.form, begun.reads) == ("warrant", ("amount", "days"))
    recipe = parse_recipe((tmp_path / "mine" / "recipe.yaml").read_text("utf-8"))
    again = run_recipe(tmp_path / "mine", recipe, bench.desk)
    assert again.evaluation.scores[0].value == report.evaluation.scores[0].value


def test_its_training_is_not_made_again(bench: Bench) -> None:
    from warrant.flow.reproducing import reproduce

    report = run(bench)
    with pytest.raises(InputError, match="holds a model that was trained elsewhere"):
        reproduce(report.bundle, bench.desk)


def test_its_answers_are_compared_although_nobody_knows_what_it_learnt_from(bench: Bench) -> None:
    from warrant.flow.comparing.compare import compare
    from warrant.flow.comparing.order import Comparison

    report = run(bench)
    found = compare(Comparison(str(report.bundle), str(report.bundle)), bench.desk)
    assert (found.rows, found.flips, found.data) == (200, (), None)


def test_what_nobody_here_knows_is_not_answered_and_a_person_accepts_what_is_declared() -> None:
    from warrant.flow.adopt.declared import run_facts
    from warrant.policy import NOT_ANSWERED, load_packs
    from warrant.policy.pack import rules_of

    assert run_facts({}) == {
        "declared_facts_accepted": NOT_ANSWERED,
        "erased_rows_in_training": NOT_ANSWERED,
    }
    assert run_facts({"data without_erased_rows": True})["erased_rows_in_training"] == 0
    (rule,) = [
        one for one in rules_of(load_packs(("core",))) if one.id == "declared-facts-accepted"
    ]
    assert rule.guards("deploy", "production")
    assert not rule.guards("deploy", "pilot")
    assert rule.except_by == ("approver",)
