"""A whole run on a small encoder: train, stop and go on, answer, verify, card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.models.base.tiny import make_encoder
from tests.stages.train.encoder.bench import examples
from warrant.errors import InputError
from warrant.flow.answering import Wish
from warrant.flow.check import verify_path
from warrant.flow.clock import system_clock
from warrant.flow.job import run_recipe
from warrant.flow.predict import Order, predict
from warrant.flow.recipe import read_recipe
from warrant.flow.session import Desk, new_person

pytestmark = pytest.mark.torch
RECIPE: dict[str, Any] = {
    "warrant": 1,
    "name": "kinds",
    "sources": [
        {
            "path": "rows.jsonl",
            "licence": "CC0-1.0",
            "origin": "invented",
            "rights": {"train": True, "commercial": True, "expires": "never"},
            "special_category": False,
        }
    ],
    "inputs": [{"column": "text", "as": "text"}, {"column": "amount", "as": "number"}],
    "task": {"kind": "multiclass", "label": "kind"},
    "split": {"test": 0.2, "validation": 0.2, "seed": 7},
}


def make_workspace(folder: Path, train: dict[str, Any]) -> Path:
    folder.mkdir()
    make_encoder(folder / "tiny")
    rows = examples(90)
    lines = [
        json.dumps({"text": f"{text} {at}", "amount": at % 7, "kind": kind})
        for at, (text, (kind,)) in enumerate(zip(rows.columns["text"], rows.labels, strict=True))
    ]
    (folder / "rows.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "recipe.yaml").write_text(json.dumps(RECIPE | {"train": train}), "utf-8")
    return folder


def test_an_encoder_is_trained_answers_and_verifies(
    tmp_path: Path,
) -> None:
    train = {"tier": "encoder", "base": "./tiny", "epochs": 4, "learning_rate": 0.01, "batch": 8}
    root = make_workspace(tmp_path / "ws", train)
    desk = Desk(folder=tmp_path / "me", unprotected=True)
    new_person(desk, "tester", "Tess Example")
    report = run_recipe(root, read_recipe(root / "recipe.yaml"), desk)
    bundle = report.bundle
    verdict = verify_path(bundle, trust=desk.trust, now=system_clock(), seen=desk.seen)
    assert verdict.headline == "holds, signed by Tess Example", verdict.faults
    assert verify_path(root, trust=desk.trust, now=system_clock(), seen=desk.seen).faults == ()
    card = (root / "card.md").read_text("utf-8")
    assert "- Starts from the base model ./tiny (tiny), SHA-256 over its files " in card
    assert "- Licence of the base, as its own card states it: Apache-2.0." in card
    assert "Limits of use that the base's card states: Not for decisions about people." in card
    (tmp_path / "new.csv").write_text("text,amount\nthe will of a house,3\n", "utf-8")
    order = Order(bundle, str(tmp_path / "new.csv"), tmp_path / "answers.csv")
    predict(order, desk, Wish(trust=desk.trust))
    head, row, *_ = (tmp_path / "answers.csv").read_text("utf-8").splitlines()
    assert "answer" in head
    assert any(kind in row for kind in ("will", "loan", "lease"))
    assert run_recipe(root, read_recipe(root / "recipe.yaml"), desk).bundle_digest == (
        report.bundle_digest
    )


def test_a_base_of_unknown_licence_is_an_open_question(tmp_path: Path) -> None:
    train = {"features": ["words", "embeddings"], "base": "./tiny"}
    root = make_workspace(tmp_path / "ws", train)
    (root / "tiny" / "README.md").unlink()
    desk = Desk(folder=tmp_path / "me", unprotected=True)
    new_person(desk, "tester", "Tess Example")
    report = run_recipe(root, read_recipe(root / "recipe.yaml"), desk)
    assert any("base-licence-stated" in note for note in report.notes)
    assert "not answered: under which licence may the base model be used?" in (
        root / "card.md"
    ).read_text("utf-8")


@pytest.mark.parametrize(
    ("train", "message"),
    [
        ({"tier": "encoder"}, "the tier encoder needs a base model"),
        ({"features": ["embeddings"]}, "embeddings need a base model"),
        ({"licence": "MIT"}, "revision and licence are of a base model"),
        ({"epochs": 3}, "epochs is not for the tier 'linear'"),
        ({"epochs": 3, "batch": 8}, "epochs and batch are not for the tier 'linear'"),
        ({"features": []}, "features names each thing that is read once"),
    ],
)
def test_a_recipe_that_does_not_fit_is_refused(
    tmp_path: Path, train: dict[str, Any], message: str
) -> None:
    (tmp_path / "recipe.yaml").write_text(json.dumps(RECIPE | {"train": train}), "utf-8")
    with pytest.raises(InputError) as caught:
        read_recipe(tmp_path / "recipe.yaml")
    assert message in caught.value.what
