from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import cast

import pytest

from tests.flow.away.standing_in import run_job
from tests.flow.bench import SECRET, Bench, copy_bench, recipe_text
from warrant.errors import InputError, IntegrityError, PolicyRefusal
from warrant.flow.away import Collect, Pack, train_only
from warrant.flow.job import run_recipe
from warrant.flow.recipe import Recipe, parse_recipe
from warrant.kernel.digest import Digest
from warrant.kernel.disk import try_lock
from warrant.records.claim import Claim
from warrant.stages.train import VERSION, Job
from warrant.stages.train.away import read_result
from warrant.stages.train.away.work import main


def told(extra: str = "elsewhere: [pack]", seed: int = 8) -> Recipe:
    text = recipe_text(train_seed=seed)
    return parse_recipe(text.replace("train: {seed", f"train: {{{extra}, seed"))


def claim_of(bench: Bench) -> Claim:
    with bench.open() as workspace:
        entry = workspace.index.latest("train")
        assert entry is not None
        digest = workspace.index.links(entry.position, "subject")["claim"]
        return Claim.from_bytes(workspace.store.get(Digest.from_hex(digest)))


@dataclass(frozen=True)
class Sent:
    """A workspace whose training was packed, and the job, done; nobody may write here."""

    bench: Bench
    archive: Path
    told: str
    """By the packing."""
    done: CompletedProcess[str]
    result: Path


@pytest.fixture(name="sent", scope="module")
def _sent(finished: Bench, tmp_path_factory: pytest.TempPathFactory) -> Sent:
    folder = tmp_path_factory.mktemp("sent")
    archive = folder / "job.zip"
    bench = copy_bench(finished, folder / "notes")
    report = train_only(bench.root, told(), bench.desk, carrier=Pack(archive))
    done = run_job(archive, folder / "far")
    return Sent(bench, archive, report.packed, done, folder / "far" / "result.zip")


@pytest.fixture(name="bench")
def _bench(sent: Sent, tmp_path: Path) -> Bench:
    return copy_bench(sent.bench, tmp_path / "notes")


@pytest.fixture(name="packed")
def _packed(sent: Sent, tmp_path: Path) -> Path:
    return Path(shutil.copy(sent.archive, tmp_path / "job.zip"))


@pytest.fixture(name="result")
def _result(sent: Sent, tmp_path: Path) -> Path:
    (tmp_path / "far").mkdir()
    return Path(shutil.copy(sent.result, tmp_path / "far" / "result.zip"))


def test_what_is_packed_is_told(sent: Sent) -> None:
    assert sent.told.startswith("Packed ")
    assert "They may hold personal data" in sent.told


def test_a_job_is_trained_without_a_workspace_and_committed_here(
    sent: Sent, bench: Bench, result: Path
) -> None:
    assert sent.done.returncode == 0, sent.done.stderr
    assert "Carry it back." in sent.done.stdout
    report = train_only(bench.root, told(), bench.desk, carrier=Collect(result))
    assert report.rows > 0
    claim = claim_of(bench)
    assert str(claim.measures["computed"]).startswith("computed elsewhere on ")
    assert str(claim.measures["computed"]).endswith(" as declared, not witnessed")
    ((host, size, purpose),) = report.left
    assert (host, purpose) == ("archive carried by hand", "training rows, to be trained on there")
    assert size > 100
    ended = run_recipe(bench.root, told(), bench.desk)
    assert "train" not in ended.computed
    assert ended.left == report.left
    assert bench.verify().faults == ()
    bench.require_sound()
    card = ended.card.read_text("utf-8")
    assert "as declared, not witnessed" in card
    assert "as declared, not witnessed" in ended.page.read_text("utf-8")


@pytest.mark.slow
def test_the_same_rows_and_settings_give_the_same_model_elsewhere(
    bench: Bench, result: Path
) -> None:
    with zipfile.ZipFile(result) as archive:
        away = {Path(name).name: archive.read(name) for name in archive.namelist()}
    run_recipe(bench.root, told(), bench.desk)
    with bench.open() as workspace:
        entry = workspace.index.latest("train")
        assert entry is not None
        model = workspace.index.links(entry.position, "subject")["model"]
        record = json.loads(workspace.store.get(Digest.from_hex(model)))
        here = {
            one["name"]: workspace.store.get(Digest.from_hex(one["sha256"]))
            for one in record["files"]
        }
    assert here == {name: away[name] for name in here}


def test_the_archive_is_the_same_each_time_and_warns_of_what_it_holds(
    bench: Bench, packed: Path, tmp_path: Path
) -> None:
    train_only(bench.root, told(), bench.desk, carrier=Pack(tmp_path / "again.zip"))
    first, again = zipfile.ZipFile(packed), zipfile.ZipFile(tmp_path / "again.zip")
    assert first.read("job.json") == again.read("job.json")
    assert first.read("train.jsonl") == again.read("train.jsonl")
    assert "MAY HOLD PERSONAL DATA" in first.read("README.txt").decode()
    pins = first.read("requirements.txt").decode().splitlines()
    assert any(line.startswith("scikit-learn==") for line in pins)
    assert pins == sorted(pins, key=str.lower)
    assert SECRET.split("{")[0] in first.read("train.jsonl").decode()


def test_an_archive_is_for_its_owner_and_replaces_nothing_else(
    bench: Bench, packed: Path, tmp_path: Path
) -> None:
    assert packed.stat().st_mode & 0o077 == 0
    train_only(bench.root, told(), bench.desk, carrier=Pack(packed))
    place = tmp_path / "recipe.yaml"
    place.write_text("mine", "utf-8")
    for target in (place, tmp_path, tmp_path / "nowhere" / "job.zip"):
        with pytest.raises(InputError, match="cannot be packed into") as caught:
            train_only(bench.root, told(), bench.desk, carrier=Pack(target))
        assert "--pack job.zip" in caught.value.do
    assert place.read_text("utf-8") == "mine"


def test_a_job_names_the_version_of_the_stage_that_packed_it(packed: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        assert json.loads(archive.read("job.json"))["version"] == VERSION


def test_rows_leave_only_for_where_the_recipe_names(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(PolicyRefusal) as caught:
        train_only(
            bench.root, told("class_weights: none"), bench.desk, carrier=Pack(tmp_path / "j")
        )
    assert "egress-named" in str(caught.value.reasons)
    assert not (tmp_path / "j").exists()


@pytest.mark.parametrize(("place", "goes"), [(None, False), ("US", False), ("eu", True)])
def test_rows_with_a_residency_leave_only_for_there(
    bench: Bench, tmp_path: Path, place: str | None, *, goes: bool
) -> None:
    recipe = told()
    (source,) = recipe.sources
    rights = source.rights.model_copy(update={"residency": ("EU",)})
    there = recipe.train.model_copy(update={"elsewhere_place": place})
    sources = (source.model_copy(update={"rights": rights}),)
    use = recipe.use.model_copy(update={"place": "EU"})
    bound = recipe.model_copy(update={"sources": sources, "train": there, "use": use})
    run_recipe(bench.root, bound, bench.desk)
    again = bound.model_copy(update={"train": there.model_copy(update={"seed": 9})})
    if goes:
        train_only(bench.root, again, bench.desk, carrier=Pack(tmp_path / "j"))
        assert (tmp_path / "j").exists()
        return
    with pytest.raises(PolicyRefusal) as caught:
        train_only(bench.root, again, bench.desk, carrier=Pack(tmp_path / "j"))
    assert "residency-kept" in str(caught.value.reasons)
    assert not (tmp_path / "j").exists()


def test_a_result_of_other_settings_is_refused(bench: Bench, result: Path) -> None:
    collect = Collect(result)
    with pytest.raises(
        InputError, match="other rows or settings than this workspace has"
    ) as caught:
        train_only(bench.root, told(seed=9), bench.desk, carrier=collect)
    assert "--pack job.zip" in caught.value.do


def changed(result: Path, member: str, data: bytes) -> Path:
    target = result.with_name("changed.zip")
    with zipfile.ZipFile(result) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, data if name == member else old.read(name))
    return target


@pytest.mark.slow
def test_what_is_no_honest_result_is_refused(
    bench: Bench, packed: Path, result: Path, tmp_path: Path
) -> None:
    def collect(place: Path) -> None:
        train_only(bench.root, told(), bench.desk, carrier=Collect(place))

    with pytest.raises(IntegrityError, match=r"'model\.json' in .* is not what the result says"):
        collect(changed(result, "model/model.json", b"{}"))
    with pytest.raises(InputError, match="is no result of a packed job"):
        collect(changed(result, "result.json", b"{}"))
    with zipfile.ZipFile(result) as archive:
        said = json.loads(archive.read("result.json"))
    said["plugins"][0]["version"] = "0.1"
    with pytest.raises(InputError, match=r"was trained with numpy 0\.1, and here is ") as caught:
        collect(changed(result, "result.json", json.dumps(said).encode()))
    assert "sh run.sh" in caught.value.do
    with pytest.raises(InputError, match="is no result of a packed job"):
        collect(packed)
    with pytest.raises(InputError, match="There is no result"):
        collect(tmp_path / "nowhere.zip")
    (tmp_path / "text.zip").write_text("no archive", "utf-8")
    with pytest.raises(InputError, match="is no result of a packed job"):
        collect(tmp_path / "text.zip")


@pytest.mark.parametrize("said", ['"seconds": NaN', '"seconds": -1', '"seconds": 1e999'])
def test_an_amount_that_is_none_is_refused(tmp_path: Path, said: str) -> None:
    place = tmp_path / "result.zip"
    with zipfile.ZipFile(place, "w") as archive:
        told = '{"format": "warrant/job-result/1", "files": {}, "job": "", "usd": 1, ' + said + "}"
        archive.writestr("result.json", told)
    with pytest.raises(InputError, match="is no result of a packed job"):
        read_result(place, cast("Job", None))


@pytest.mark.slow
def test_rows_that_were_changed_on_the_way_are_not_trained_on(packed: Path, tmp_path: Path) -> None:
    run_folder = tmp_path / "far"
    with zipfile.ZipFile(packed) as members:
        members.extractall(run_folder)
    with (run_folder / "train.jsonl").open("ab") as rows:
        rows.write(b"{}\n")
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(broken, "w") as archive:
        for path in run_folder.rglob("*"):
            if path.is_file():
                archive.write(path, path.relative_to(run_folder))
    done = run_job(broken, tmp_path / "other")
    assert done.returncode == 2
    assert "The rows in 'train.jsonl' are not those that were packed." in done.stderr


def test_a_job_is_trained_once_at_a_time_in_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "lock").open("wb") as first:
        assert try_lock(first.fileno())
        assert main(tmp_path) == 75
    assert "is being trained in this folder already" in capsys.readouterr().err


@pytest.mark.slow
def test_a_packed_job_stops_at_its_ceiling(bench: Bench, tmp_path: Path) -> None:
    budget = "elsewhere: [pack], budget: {usd: 1000, usd_per_hour: 3600000}"
    archive = tmp_path / "job.zip"
    train_only(bench.root, told(budget), bench.desk, carrier=Pack(archive))
    lowered = tmp_path / "low.zip"
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(lowered, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "ceiling.json":
                data = json.dumps({**json.loads(data), "usd": 0.001, "spent_usd": 0}).encode()
            new.writestr(name, data)
    done = run_job(lowered, tmp_path / "far")
    assert done.returncode == 7
    assert "Training reached its ceiling" in done.stderr
    assert json.loads((tmp_path / "far" / "spent.json").read_bytes())["seconds"] > 0
