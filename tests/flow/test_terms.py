"""Consent, retention and residency of a source, from the recipe to card and refusal."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flow.bench import Bench, make_bench, recipe_text
from warrant.errors import InputError, PolicyRefusal
from warrant.flow.agreements import owed
from warrant.flow.branch import branch
from warrant.flow.data_report import render_report
from warrant.flow.datasets import versions
from warrant.flow.job import run_recipe
from warrant.flow.licences import obligations
from warrant.flow.recipe import parse_recipe, read_recipe
from warrant.flow.report import RunReport
from warrant.kernel.digest import Digest
from warrant.records.claim import Claim
from warrant.records.source import Source2, Terms, narrowest

DAYS = st.sampled_from([None, "never", "2025-01-01", "2030-12-31"])
PLACES = st.sampled_from([None, ("EU",), ("CH", "EU"), ("US",)])
TERMS = st.builds(
    Terms, consent=st.sampled_from([None, True, False]), keep_until=DAYS, residency=PLACES
)


def run(bench: Bench, rights: str, **changes: object) -> RunReport:
    text = recipe_text(**changes).replace("expires: 2027-01-31", f"expires: 2027-01-31, {rights}")
    (bench.root / "recipe.yaml").write_text(text, encoding="utf-8")
    return run_recipe(bench.root, parse_recipe(text), bench.desk)


def sources(bench: Bench) -> tuple[object, ...]:
    with bench.open() as workspace:
        entry = workspace.index.latest("ingest")
        assert entry is not None
        digest = workspace.index.links(entry.position, "subject")["claim"]
        return Claim.from_bytes(workspace.store.get(Digest.from_hex(digest))).sources


@pytest.mark.parametrize(
    ("rights", "rules"),
    [
        ("consent: false", ["use-right-training", "consent-not-refused"]),
        ("keep_until: 2026-05-03", ["retention-not-over"]),
        ("residency: [EU, CH]", ["residency-kept"]),
        ("residency: []", ["residency-kept"]),
    ],
)
def test_what_the_terms_forbid_is_not_trained_on(
    tmp_path: Path, rights: str, rules: list[str]
) -> None:
    bench = make_bench(tmp_path / "notes")
    text = recipe_text().replace("impact: low}", "impact: low, place: US}", 1)
    text = text.replace("expires: 2027-01-31", f"expires: 2027-01-31, {rights}")
    with pytest.raises(PolicyRefusal) as caught:
        run_recipe(bench.root, parse_recipe(text), bench.desk)
    told = "\n".join(caught.value.reasons)
    assert [rule for rule in rules if rule not in told] == []
    assert "train" not in bench.entries()


def test_terms_that_hold_are_signed_shown_and_owed(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    rights = "consent: true, keep_until: 2026-12-31, residency: [EU, CH]"
    text = recipe_text().replace("impact: low}", "impact: low, place: ch}", 1)
    text = text.replace("expires: 2027-01-31", f"expires: 2027-01-31, {rights}")
    (bench.root / "recipe.yaml").write_text(text, encoding="utf-8")
    run_recipe(bench.root, parse_recipe(text), bench.desk)
    (source,) = sources(bench)
    terms = Terms(consent=True, keep_until="2026-12-31", residency=("EU", "CH"))
    assert isinstance(source, Source2)
    assert source.terms == terms
    card = (bench.root / "card.md").read_text(encoding="utf-8")
    assert "| notes | given | 2026-12-31 | EU, CH |" in card
    page = (bench.root / "card.html").read_text(encoding="utf-8")
    assert "<dt>May be processed in</dt><dd>EU, CH</dd>" in page
    with bench.open() as workspace:
        asked = ["delete after 2026-12-31", "process only in EU, CH"]
        assert list(obligations(workspace)) == asked
        assert owed(workspace) == [(one, "notes") for one in asked]
        report = render_report(workspace)
        assert "<td>notes</td><td>given</td><td>2026-12-31</td><td>EU, CH</td>" in report
        (version,) = [one for one in versions(workspace) if one.name == "train"]
        branched = read_recipe(branch(workspace, version, tmp_path / "other"))
    kept = branched.sources[0].rights
    assert (kept.consent, kept.keep_until, kept.residency) == (True, "2026-12-31", ("EU", "CH"))
    bench.require_sound()


def test_a_recipe_that_is_silent_is_signed_as_before(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    bench.run()
    (source,) = sources(bench)
    assert getattr(source, "format", None) == "warrant/source/1"
    assert "held under terms" not in (bench.root / "card.md").read_text(encoding="utf-8")


def test_where_nobody_says_where_the_machine_stands_an_exploration_runs_and_says_so(
    tmp_path: Path,
) -> None:
    bench = make_bench(tmp_path / "notes")
    report = run(bench, "residency: [EU]")
    assert any("residency-kept" in note for note in report.notes)
    with pytest.raises(PolicyRefusal) as caught:
        run(bench, "residency: [EU]", stage="pilot")
    assert "residency-kept" in str(caught.value.reasons)


def test_a_day_that_there_is_not_is_refused(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    with pytest.raises(InputError, match="2026-02-30"):
        run(bench, "keep_until: 2026-02-30")


@given(st.lists(TERMS, max_size=4), TERMS)
def test_one_more_source_never_widens_the_terms(some: list[Terms], more: Terms) -> None:
    """Law of `records.source`: a source more never widens the terms of all together."""
    before, after = narrowest(some), narrowest([*some, more])
    assert before.consent is not False or after.consent is False
    if before.keep_until is not None:
        assert after.keep_until is not None
        assert after.keep_until == before.keep_until or before.keep_until != "2025-01-01"
        assert before.keep_until == "never" or after.keep_until <= before.keep_until
    if before.residency is not None:
        assert after.residency is not None
        assert set(after.residency) <= set(before.residency)
