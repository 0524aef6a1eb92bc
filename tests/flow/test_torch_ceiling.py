"""Encoder and causal through price, ceiling, and another machine; tiny models made on the spot."""

from __future__ import annotations

import json
import zipfile
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")

from tests.causal_base import write_llama
from tests.flow.away.standing_in import run_job
from tests.flow.bench import Recorder
from tests.models.base.tiny import make_encoder
from tests.stages.train.encoder.bench import examples
from warrant.errors import CeilingReached
from warrant.flow.away import Collect, Pack, train_only
from warrant.flow.check import verify_path
from warrant.flow.cost import plan_cost
from warrant.flow.job import run_recipe
from warrant.flow.recipe import Recipe, parse_recipe
from warrant.flow.session import Desk, new_person
from warrant.flow.spend import open_meter
from warrant.flow.workspace import Workspace
from warrant.kernel.digest import Digest

pytestmark = pytest.mark.torch

RECIPE = """\
warrant: 1
name: kinds
sources:
  - path: rows.jsonl
    licence: CC0-1.0
    origin: Invented for this test
    rights: {{train: true, commercial: true, expires: never}}
    special_category: false
inputs: [{{column: text, as: text}}]
task: {{kind: multiclass, label: kind}}
split: {{test: 0.2, validation: 0.2, seed: 7}}
train: {{{train}}}
evaluate: {{resamples: 100}}
"""
TIERS = {
    "encoder": "tier: encoder, base: ./tiny, epochs: 2, batch: 8, learning_rate: 0.01",
    "causal": "tier: causal, base: ./tiny, epochs: 2, batch: 4, length: 128, learning_rate: 0.01, "
    "causal: {rank: 4, answer: 6}",
}
UPDATES = {"encoder": 10, "causal": 4}
"""Of an undisturbed run."""
PRICE = 3600
"""Dollars an hour: one a second."""


class Clockwork(Recorder):
    """A timer that goes forward ten seconds with each update that it is told of."""

    now = 100.0

    def __call__(self) -> float:
        return self.now

    def progress(self, done: int, total: int | None, unit: str) -> None:
        del done, total
        if unit == "updates":
            self.now += 10


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    import torch

    torch.set_num_threads(1)
    found = Desk(folder=tmp_path / "me", unprotected=True)
    new_person(found, "tester", "Tess Example")
    return found


def workspace_of(folder: Path, tier: str) -> Path:
    folder.mkdir()
    rows = examples(60)
    pairs = list(zip(rows.columns["text"], rows.labels, strict=True))
    lines = [
        json.dumps({"text": f"{text} {at}", "kind": kind})
        for at, (text, (kind,)) in enumerate(pairs)
    ]
    (folder / "rows.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    if tier == "encoder":
        make_encoder(folder / "tiny")
    else:
        write_llama(folder / "tiny", lines)
    return folder


def recipe(tier: str, more: str = "") -> Recipe:
    return parse_recipe(RECIPE.format(train=f"{TIERS[tier]}{more}"))


def budget(usd: float) -> str:
    return f", budget: {{usd: {usd}, usd_per_hour: {PRICE}}}"


def model_of(root: Path) -> dict[str, bytes]:
    """Give the files of the model that was trained last, by name."""
    found = Workspace.open(root)
    try:
        entry = found.index.latest("train")
        assert entry is not None
        digest = found.index.links(entry.position, "subject")["model"]
        record = json.loads(found.store.get(Digest.from_hex(digest)))
        return {
            one["name"]: found.store.get(Digest.from_hex(one["sha256"])) for one in record["files"]
        }
    finally:
        found.close()


@pytest.mark.parametrize("tier", sorted(TIERS))
def test_training_stops_at_the_ceiling_and_goes_on_to_the_same_bytes(
    tier: str, tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clockwork()
    monkeypatch.setattr("warrant.flow.run.open_meter", partial(open_meter, timer=clock))
    root = workspace_of(tmp_path / "one", tier)
    with pytest.raises(CeilingReached) as caught:
        run_recipe(root, recipe(tier, budget(25)), desk, reporter=clock)
    assert caught.value.exit_code == 7
    assert "Training reached its ceiling: $30.00 of $25.00 spent in 30 s" in caught.value.what
    assert "Training goes on from its last checkpoint" in caught.value.do
    (kept,) = (root / ".warrant" / "runs" / "kept").iterdir()
    assert [one for one in kept.iterdir() if one.suffix == ".safetensors" or one.is_dir()]
    told = plan_cost(root, recipe(tier, budget(0.1)), desk)
    (one,) = told.candidates
    assert (one.tier, told.over_budget) == (tier, (tier,))
    assert one.here.usd.expected == pytest.approx(one.here.seconds.expected * PRICE / 3600)
    for figure in (one.here.seconds, one.here.usd, one.here.peak_bytes):
        assert figure.low < figure.high <= 2.5 * figure.low + 1e-9
    assert len(one.machines) == 3
    raised = run_recipe(root, recipe(tier, budget(1000)), desk, reporter=clock)
    assert raised.cost_usd == 10 * UPDATES[tier]  # those before the stop among them, none twice
    assert not list((root / ".warrant" / "runs" / "kept").iterdir())
    undisturbed = workspace_of(tmp_path / "two", tier)
    run_recipe(undisturbed, recipe(tier), desk)
    assert model_of(root) == model_of(undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize("tier", sorted(TIERS))
def test_a_job_is_packed_trained_with_no_workspace_and_collected(
    tier: str, tmp_path: Path, desk: Desk
) -> None:
    root = workspace_of(tmp_path / "one", tier)
    named = recipe(tier, ", elsewhere: [pack]")
    archive = tmp_path / "job.zip"
    train_only(root, named, desk, carrier=Pack(archive))
    with zipfile.ZipFile(archive) as members:
        pins = members.read("requirements.txt").decode()
        assert "base/tiny/model.safetensors" in members.namelist()
    for name in ("torch==", "transformers==", "tokenizers==", "peft=="):
        assert name in pins
    done = run_job(archive, tmp_path / "far")
    assert done.returncode == 0, done.stderr
    report = train_only(root, named, desk, carrier=Collect(tmp_path / "far" / "result.zip"))
    assert report.computed.endswith("as declared, not witnessed")
    ended = run_recipe(root, named, desk)
    assert "train" not in ended.computed
    now = desk.clock()
    assert verify_path(ended.bundle, trust=desk.trust, now=now, seen=desk.seen).faults == ()
    assert ended.evaluation.rows == 12
