"""Comparing at the command line: plain words, JSON, and an exit code for a flip budget."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Type
from warrant.errors import PolicyRefusal
from warrant.flow.comparing import Compared, Comparison
from warrant.flow.comparing import compare as real
from warrant.flow.comparing.found import Flipped
from warrant.flow.demo import Demo


def test_a_release_beside_itself_is_told_in_plain_words(typed: Type, author: Demo) -> None:
    bundle = author.report.bundle
    shown = typed("compare", bundle, author.folder, "--most-flips", "1%")
    assert shown.code == 0
    for part in (
        "0 answers differ: 0 turned right, 0 turned wrong (McNemar, exact: p = 1).",
        "Both learnt from the same rows.",
        "In nothing else: rows, settings and libraries are the same.",
        "Nothing of this comparison is logged or kept.",
        "Flip budget: 0.00% of A's right answers turned wrong, within the 1.00% that may.",
    ):
        assert part in shown.out
    assert typed("compare", bundle, bundle, "--json").json["same_rows"] is True


def test_a_broken_budget_ends_with_the_code_of_a_refusal(
    typed: Type, author: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def worse(order: Comparison, desk: object) -> Compared:
        found = real(order, desk)  # type: ignore[arg-type]
        return Compared(**{**found.__dict__, "share": 0.5})

    monkeypatch.setattr("warrant.flow.comparing.compare", worse)
    shown = typed("compare", author.folder, author.folder, "--most-flips", "0.01")
    assert shown.code == PolicyRefusal.exit_code
    assert "50.00% of A's right answers turned wrong, more than the 1.00% that may." in shown.out


def test_rows_of_ones_own_table_are_told_apart(
    typed: Type, author: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flipped(order: Comparison, desk: object) -> Compared:
        found = real(order, desk)  # type: ignore[arg-type]
        rows = ("late notices of 2024.csv, record 7", "ab" * 32)
        flips = tuple(Flipped(one, "x.csv", "a", "a", "b", 1.0, ()) for one in rows)
        return Compared(**{**found.__dict__, "flips": flips})

    monkeypatch.setattr("warrant.flow.comparing.compare", flipped)
    shown = typed("compare", author.folder, author.folder).out
    assert "late notices of 2024.csv, record 7" in shown
    assert "abababababababab " in shown
    assert "ab" * 32 not in shown


@pytest.mark.parametrize("word", ["much", "200%", "-1"])
def test_a_budget_that_is_no_share_is_refused(typed: Type, author: Demo, word: str) -> None:
    refused = typed("compare", author.folder, author.folder, f"--most-flips={word}")
    assert refused.code == 2
    assert f"--most-flips wants a share from 0 to 1 or a percentage, got '{word}'" in refused.err
