from __future__ import annotations

from pathlib import Path

import pytest

from tests.flow.away import golden_sky
from tests.flow.away.test_pack import told
from tests.flow.bench import Bench
from warrant.errors import InputError, OutsideError
from warrant.flow.away import carrier_for, train_only


@pytest.mark.parametrize("name", sorted(golden_sky.TASKS))
def test_a_task_is_what_the_golden_file_says(name: str) -> None:
    assert golden_sky.TASKS[name]() == (golden_sky.FOLDER / name).read_text("utf-8")


def test_without_the_program_it_says_what_to_install(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    recipe = told('elsewhere: ["sky:runpod"]', 16)
    with pytest.raises(InputError, match="The program 'sky' is not on the PATH") as caught:
        train_only(bench.root, recipe, bench.desk, carrier=carrier_for("sky:runpod"))
    assert "warrant train PATH --pack job.zip" in caught.value.do


def test_a_ceiling_without_a_price_is_refused_before_anything_is_rented(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "sky").write_text(f"#!/bin/sh\ntouch {tmp_path}/called\n", "utf-8")
    (tmp_path / "sky").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    recipe = told('elsewhere: ["sky:runpod"], budget: {usd: 5}', 18)
    with pytest.raises(InputError, match=r"cost \$5\.00 and gives no price of an hour") as caught:
        train_only(bench.root, recipe, bench.desk, carrier=carrier_for("sky:runpod"))
    assert "usd_per_hour" in caught.value.do
    assert not (tmp_path / "called").exists()


def test_sky_is_called_with_the_task_and_a_failure_names_the_machine(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    program = tmp_path / "sky"
    program.write_text(f'#!/bin/sh\necho "$@" >> {log}\ncat "$5" >> {log}\nexit 3\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    budget = "budget: {usd: 5, usd_per_hour: 2}"
    recipe = told(f'elsewhere: ["sky:runpod"], {budget}', 17)
    with pytest.raises(OutsideError, match="'sky launch' ended with exit code 3") as caught:
        train_only(bench.root, recipe, bench.desk, carrier=carrier_for("sky:runpod"))
    assert "sky down warrant-" in caught.value.do
    text = log.read_text("utf-8")
    assert text.startswith("launch -y -c warrant-")
    assert "max_hourly_cost: 2.0" in text
