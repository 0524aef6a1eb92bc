from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests import conftest, outside

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def skipped(reason: str) -> Any:  # noqa: ANN401 - stands for two report types
    return SimpleNamespace(
        skipped=True, outcome="skipped", longrepr=("t.py", 3, f"Skipped: {reason}")
    )


@pytest.mark.parametrize("reason", ["peer missing: go", "shared data missing: vectors"])
def test_in_ci_a_gap_is_a_failure(monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    monkeypatch.setenv("WARRANT_CI", "1")
    report = skipped(reason)
    conftest.fail_a_silent_gap(report)
    assert report.outcome == "failed"
    assert report.longrepr == f"t.py:3: WARRANT_CI=1 allows no gap: {reason}"


@pytest.mark.parametrize(
    ("ci", "reason"), [("1", "no symlinks on this system"), ("", "peer missing: go")]
)
def test_other_skips_stay_skips(monkeypatch: pytest.MonkeyPatch, ci: str, reason: str) -> None:
    monkeypatch.setenv("WARRANT_CI", ci)
    report = skipped(reason)
    conftest.fail_a_silent_gap(report)
    assert report.outcome == "skipped"


def test_a_missing_peer_skips_with_the_command(peer: Callable[[str], Any]) -> None:
    with pytest.raises(pytest.skip.Exception) as caught:
        peer("no_such_peer")
    assert str(caught.value).startswith("peer missing: no_such_peer (")
    assert str(caught.value).endswith("Run: pip install '.[peers]'")
    assert peer("json").loads("1") == 1


def test_missing_data_skips_with_its_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shared_path: Callable[[str], Path]
) -> None:
    monkeypatch.setattr(outside, "SHARED", tmp_path / "shared")
    with pytest.raises(
        pytest.skip.Exception, match=r"no \.\./shared beside this checkout: vectors/x"
    ):
        shared_path("vectors/x")
    (tmp_path / "shared" / "vectors").mkdir(parents=True)
    with pytest.raises(pytest.skip.Exception, match="shared data missing: vectors/x"):
        shared_path("vectors/x")
    assert shared_path("vectors") == tmp_path / "shared" / "vectors"
