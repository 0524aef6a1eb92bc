from __future__ import annotations

import pytest

from tests.stages.bench import Whole, fresh
from warrant.errors import InputError, IntegrityError
from warrant.kernel.canon import canonical, parse
from warrant.kernel.digest import Digest
from warrant.records.content import Content
from warrant.records.model import Model
from warrant.stages.deploy import DeployConfig, run


def test_the_content_names_card_evaluation_record_and_model_files_sorted(whole: Whole) -> None:
    content = Content.from_bytes(whole.blob("deploy", "bundle"))
    names = [member.name for member in content.members]
    assert names == sorted(names)
    assert names == [
        "card.html",
        "card.md",
        "evaluation.json",
        "model.json",
        "model/model.json",
        "model/weights.safetensors",
    ]
    assert (content.name, content.stage_of_use) == ("contracts", "explore")


def test_each_member_lies_in_the_store_with_its_size(whole: Whole) -> None:
    content = Content.from_bytes(whole.blob("deploy", "bundle"))
    for member in content.members:
        assert len(whole.desk.store.get(Digest.from_hex(member.sha256))) == member.size
    assert whole.deploy.claim.counts["bytes"] == sum(member.size for member in content.members)


def test_the_answers_to_the_test_rows_stay_out(whole: Whole) -> None:
    predictions = whole.evaluate.outputs["predictions"].hex
    content = Content.from_bytes(whole.blob("deploy", "bundle"))
    assert predictions not in {member.sha256 for member in content.members}


def test_the_claim_says_that_a_bound_was_missed(whole: Whole) -> None:
    assert whole.deploy.claim.measures == {"stage_of_use": "explore", "bounds_met": False}


def test_an_evaluation_of_another_model_is_refused(whole: Whole) -> None:
    store = whole.desk.store
    evaluation = parse(store.get(whole.evaluate.outputs["evaluation"]))
    assert isinstance(evaluation, dict)
    inputs = {
        **whole.report.outputs,
        "model": whole.train.outputs["model"],
        "evaluation": store.put(canonical({**evaluation, "model": "00" * 32})),
    }
    with pytest.raises(InputError, match="evaluation is of the model 000000000000, the bundle"):
        run(inputs, DeployConfig("contracts"), fresh(whole.desk, "deploy-other"))


def test_a_model_whose_file_is_gone_is_refused(whole: Whole) -> None:
    store = whole.desk.store
    model = Model.from_bytes(store.get(whole.train.outputs["model"]))
    (file, *rest) = model.files
    lost = model.model_copy(update={"files": (file.model_copy(update={"sha256": "0" * 64}), *rest)})
    evaluation = parse(store.get(whole.evaluate.outputs["evaluation"]))
    assert isinstance(evaluation, dict)
    record = store.put(lost.to_bytes())
    inputs = {
        **whole.report.outputs,
        "model": record,
        "evaluation": store.put(canonical({**evaluation, "model": record.hex})),
    }
    with pytest.raises(IntegrityError, match="is not in the store"):
        run(inputs, DeployConfig("contracts"), fresh(whole.desk, "deploy-lost"))
