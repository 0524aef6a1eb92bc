"""Each lie is told to both verifiers: both refuse it, with the same words."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

import verify as alone
from tests.attacks.build import NOW, Lie, honest, honest_members, lie_in_bundle, lie_in_workspace
from warrant.kernel.trust import Seen, Trust
from warrant.kernel.verdict import Verdict
from warrant.kernel.verify import open_evidence, verify

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("attack_*.py"))


def by_kernel(lie: Lie, *, with_rows: bool = True) -> Verdict:
    evidence = open_evidence(lie.path, lie.rows if with_rows else None)
    seen = Seen(lie.seen) if lie.seen else None
    return verify(evidence, Trust.load(lie.trust), NOW, seen=seen)


def by_script(lie: Lie) -> alone.Verdict:
    seen = alone.Seen(lie.seen or lie.path.parent / "never")
    trust = alone.load_trust(lie.trust)
    return alone.verify(alone.open_evidence(lie.path), trust, NOW, seen.read)


def judge(lie: Lie) -> None:
    ours, theirs = by_kernel(lie), by_script(lie)
    assert ours.result == lie.result, ours.lines
    for sentence in lie.expect:
        assert any(sentence in line for line in ours.lines), (sentence, ours.lines)
    if lie.alone:
        assert any(lie.alone in line for line in theirs.lines), theirs.lines
    else:
        assert theirs.result == lie.result, theirs.lines
    plain = by_kernel(lie, with_rows=False)
    assert list(plain.lines) == theirs.lines
    assert (plain.headline, plain.exit_code) == (theirs.headline, theirs.exit_code)


@pytest.mark.parametrize("name", NAMES)
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
