"""Both verifiers over forged bundles: the same answer in the same words, and no crash.

The seeds of the fast run were used in development; those of the slow run never were.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import verify as alone
from tests.attacks.build import NOW, World, honest_members, packed
from tests.attacks.forge import Forger
from warrant.kernel.trust import Trust
from warrant.kernel.verify import open_evidence, verify

FAST = range(100)
SLOW = range(11_000_000, 11_010_000)


def differ(seeds: range, folder: Path) -> tuple[Counter[str], Counter[str]]:
    trust = World().trust(folder / "trust")
    known, believed = Trust.load(trust), alone.load_trust(trust)
    seen = alone.Seen(folder / "seen").read
    path = folder / "forged.bundle"
    results: Counter[str] = Counter()
    steps: Counter[str] = Counter()
    for seed in seeds:
        path.write_bytes(Forger(seed).forge())
        ours = verify(open_evidence(path), known, NOW)
        theirs = alone.verify(alone.open_evidence(path), believed, NOW, seen)
        assert ours.headline == theirs.headline, seed
        assert list(ours.lines) == theirs.lines, seed
        assert ours.approval == theirs.approval, seed
        results[ours.result] += 1
        steps.update({line.partition(")")[0][1:] for line in ours.faults})
    return results, steps


def test_both_verifiers_answer_100_forgeries_alike(tmp_path: Path) -> None:
    results, _ = differ(FAST, tmp_path)
    assert results["refused"] > 60


@pytest.mark.slow
def test_both_verifiers_answer_10_000_forgeries_alike(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results, steps = differ(SLOW, tmp_path)
    with capsys.disabled():
        print(dict(results), dict(sorted(steps.items(), key=lambda item: int(item[0]))))
    assert sum(results.values()) == len(SLOW)
    assert {"1", "2", "3", "5", "6", "7", "9", "10"} <= steps.keys()


@pytest.mark.slow
def test_each_byte_of_a_bundle_counts_for_both_verifiers(tmp_path: Path) -> None:
    trust = World().trust(tmp_path / "trust")
    known, believed = Trust.load(trust), alone.load_trust(trust)
    seen = alone.Seen(tmp_path / "seen").read
    path = tmp_path / "flipped.bundle"
    data = bytearray(packed(honest_members()))
    for position in range(len(data)):
        data[position] ^= 1 + position % 255
        path.write_bytes(data)
        data[position] ^= 1 + position % 255
        ours = verify(open_evidence(path), known, NOW)
        theirs = alone.verify(alone.open_evidence(path), believed, NOW, seen)
        assert ours.result == "refused", position
        assert list(ours.lines) == theirs.lines, position
