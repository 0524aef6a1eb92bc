from __future__ import annotations

from pathlib import Path

import pytest

from tests.flow.away.standing_in import put_ssh
from tests.flow.away.test_pack import claim_of, told
from tests.flow.bench import Bench, Recorder
from warrant.errors import CeilingReached, InputError, OutsideError
from warrant.flow.away import carrier_for, train_only
from warrant.flow.away.ssh import is_over, watched
from warrant.stages.train.away import Ceiling

HERE = 'elsewhere: ["ssh:ada@far.example"]'


@pytest.mark.slow
def test_training_over_ssh_is_collected_and_committed(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = put_ssh(tmp_path, monkeypatch)
    recipe = told(HERE, seed=11)
    report = train_only(bench.root, recipe, bench.desk, carrier=carrier_for("ssh:ada@far.example"))
    assert report.computed.endswith("as declared, not witnessed")
    assert [host for host, _, _ in report.left] == ["ssh:ada@far.example"]
    assert "ada@far.example" in (far / "called").read_text("utf-8")
    assert not (far / ".warrant-jobs").exists()
    assert claim_of(bench).left_this_machine[0].host == "ssh:ada@far.example"


@pytest.mark.slow
def test_the_far_side_is_stopped_at_the_ceiling_and_goes_on_after_it_was_raised(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = put_ssh(tmp_path, monkeypatch)
    carrier = carrier_for("ssh:ada@far.example")
    # The far side counts its own seconds: at this price the first fit is too much.
    low = f"{HERE}, budget: {{usd: 5, usd_per_hour: 360000}}"
    with pytest.raises(CeilingReached, match="reached its ceiling") as out:
        train_only(bench.root, told(low, seed=12), bench.desk, carrier=carrier)
    assert "run this command again: it goes on there" in out.value.do
    (job,) = (far / ".warrant-jobs").iterdir()
    assert not (job / "result.zip").exists()
    high = low.replace("usd: 5", "usd: 500000")
    report = train_only(bench.root, told(high, seed=12), bench.desk, carrier=carrier)
    assert report.rows > 0
    assert report.cost_usd > 5
    assert not (far / ".warrant-jobs").exists()


def test_the_watchdog_holds_where_the_job_does_not() -> None:
    assert watched("place", Ceiling()) == "cd place && { [ -f result.zip ] || sh run.sh; }"
    told = watched("place", Ceiling(usd=2, usd_per_hour=3600, spent_usd=1))
    assert "timeout -k 30 31 sh run.sh" in told
    spent = watched("place", Ceiling(usd=1, usd_per_hour=3600, spent_usd=1))
    assert "timeout -k 30 31 sh run.sh" in spent


def test_a_job_killed_for_want_of_memory_did_not_reach_its_ceiling() -> None:
    ceiling = Ceiling(usd=1, usd_per_hour=60)
    assert is_over(7, ceiling, 1)
    assert is_over(137, ceiling, 61)
    assert not is_over(137, ceiling, 59)
    assert not is_over(137, Ceiling(), 1e6)
    assert not is_over(1, ceiling, 1e6)


def test_a_machine_that_cannot_be_reached_is_named(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_ssh(tmp_path, monkeypatch, "#!/bin/sh\n# {far}\nexit 255\n")
    with pytest.raises(OutsideError, match="could not be reached") as caught:
        train_only(
            bench.root, told(HERE, 13), bench.desk, carrier=carrier_for("ssh:ada@far.example")
        )
    assert "ssh ada@far.example true" in caught.value.do


def test_a_job_that_fails_there_is_told_with_its_folder(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_ssh(tmp_path, monkeypatch)
    monkeypatch.setenv("PYTHON", "/bin/false")
    with pytest.raises(OutsideError, match=r"ended with exit code 1; its folder there is ~/\.warr"):
        train_only(
            bench.root, told(HERE, 14), bench.desk, carrier=carrier_for("ssh:ada@far.example")
        )


def test_rows_that_left_in_vain_are_told_by_the_training_that_follows_here(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_ssh(tmp_path, monkeypatch)
    monkeypatch.setenv("PYTHON", "/bin/false")
    told_to = Recorder()
    with pytest.raises(OutsideError):
        train_only(
            bench.root,
            told(HERE, 16),
            bench.desk,
            reporter=told_to,
            carrier=carrier_for("ssh:ada@far.example"),
        )
    assert "Left this machine, though the step was not done: " in told_to.notes[-1]
    # other settings are another step to the cache; what left stays left
    report = train_only(bench.root, told(HERE, 18), bench.desk)
    ((host, size, _),) = report.left
    assert host == "ssh:ada@far.example"
    assert size > 100


def test_a_result_that_is_refused_does_not_stay_there(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = put_ssh(tmp_path, monkeypatch)
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho cut > result.zip\n", "utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PYTHON", str(fake))
    with pytest.raises(InputError, match="no result of a packed job"):
        train_only(
            bench.root, told(HERE, 17), bench.desk, carrier=carrier_for("ssh:ada@far.example")
        )
    (job,) = (far / ".warrant-jobs").iterdir()
    assert not (job / "result.zip").exists()


def test_without_the_program_it_says_what_to_install(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="The program 'ssh' is not on the PATH") as caught:
        train_only(
            bench.root, told(HERE, 15), bench.desk, carrier=carrier_for("ssh:ada@far.example")
        )
    assert "Install OpenSSH" in caught.value.do


@pytest.mark.parametrize(
    "where",
    ["ftp:x", "ssh:", "sky:", "somewhere", "ssh:-oProxyCommand=touch x", "ssh:a b", "sky:-h"],
)
def test_another_place_is_refused(where: str) -> None:
    with pytest.raises(InputError, match=r"expected ssh:USER@HOST or sky:CLOUD"):
        carrier_for(where)
