"""Each lie is told to both verifiers: both refuse it, with the same words."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from tests.attacks.build import honest, honest_members, lie_in_bundle, lie_in_workspace
from tests.attacks.judge import judge

LONG = {"attack_byte_in_store"}
NAMES = sorted(path.stem for path in Path(__file__).parent.glob("attack_*.py"))


@pytest.mark.parametrize(
    "name",
    # A changed byte in each of many blobs: some seconds.
    [pytest.param(one, marks=pytest.mark.slow if one in LONG else ()) for one in NAMES],
)
def test_each_lie_is_answered_by_both_verifiers_alike(name: str, tmp_path: Path) -> None:
    lies = import_module(f"tests.attacks.{name}").tell(tmp_path)
    assert lies
    for lie in lies:
        judge(lie)


def test_the_honest_hold(tmp_path: Path) -> None:
    world = honest()
    for lie in (
        lie_in_bundle(tmp_path, honest_members(), "Approved for pilot by 'Ben Brown'"),
        lie_in_workspace(tmp_path, world, "are as signed", rows=world.reader()),
    ):
        lie.result = "holds"
        judge(lie)


def test_each_attack_of_the_list_has_a_file_and_each_file_a_line() -> None:
    readme = Path(__file__).with_name("README.md").read_text("utf-8")
    table = readme.partition("## Figures")[0]
    listed = {line.split("`")[1] for line in table.splitlines() if line.startswith("| `")}
    assert {name.removeprefix("attack_") for name in NAMES} == listed
