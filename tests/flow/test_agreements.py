"""Sources under agreements: terms, obligations, and the end of one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flow.bench import SECRET, Bench, make_bench, recipe_text
from warrant.errors import InputError, PolicyRefusal
from warrant.flow.agreement import Agreement, Permits, agreements_in, strictest, terms_of
from warrant.flow.agreements import end, held, owed, without
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.flow.recipe_source import SourceRights

ACME = """\
title: Data licence agreement of 1 March 2024
party: Acme GmbH
permits: {train: true, commercial: false, expires: 2030-01-01}
clauses: {train: "3.1", expires: "12"}
obligations:
  - {what: name the source, clause: "5.2"}
  - {what: delete everything within 30 days after the end, clause: "9.3"}
"""
BETA = """\
title: Terms of Beta
party: Beta Ltd
permits: {train: true}
obligations:
  - {what: name the source, clause: "7"}
"""
SOURCE = """\
  - path: more
    metadata: more.csv
    licence: beta
    origin: Invented for this test
    rights: {train: true, commercial: true, expires: never}
    special_category: false
curate:"""
ANSWERS = [None, True, False]
DAYS = [None, "never", "2025-01-01", "2030-12-31"]
PLACES = [None, ("EU",), ("EU", "CH"), ("US",)]


def make_agreed(root: Path) -> Bench:
    bench = make_bench(root)
    folder = root / "agreements"
    folder.mkdir()
    (folder / "acme.yaml").write_text(ACME)
    (folder / "beta.yaml").write_text(BETA)
    (root / "more").mkdir()
    lines = ["file,kind,day"]
    for number in range(9):
        kind = ("lease", "loan", "gift")[number % 3]
        (root / "more" / f"b{number}.txt").write_text(f"Paper {number} about a {kind} of ours.")
        lines.append(f"b{number}.txt,{kind},2025-03-01")
    copied = (root / "notes" / "note-001.txt").read_bytes()
    (root / "more" / "same.txt").write_bytes(copied)
    (root / "more.csv").write_text("\n".join(lines) + "\n")
    return bench


def text(licence: str = "acme") -> str:
    return (
        recipe_text().replace("licence: CC0-1.0", f"licence: {licence}").replace("curate:", SOURCE)
    )


@pytest.mark.slow
def test_an_agreement_is_listed_counted_and_ended(tmp_path: Path) -> None:
    bench = make_agreed(tmp_path / "notes")
    run_recipe(bench.root, parse_recipe(text()), bench.desk)
    with bench.open() as workspace:
        acme, beta = held(workspace)
        assert (acme.name, acme.sources, beta.sources) == ("acme", ("notes",), ("more",))
        assert (acme.agreement.clauses["train"], beta.documents) == ("3.1", 10)
        assert owed(workspace) == [
            ("delete everything within 30 days after the end", "acme, clause 9.3"),
            ("name the source", "acme, clause 5.2; beta, clause 7"),
        ]
        loss = without(workspace, "beta", "kind")
        assert sum(gone for gone, _ in loss.rows.values()) == 9
        assert loss.labels["gift"][0] == loss.labels["gift"][1] > 0
        assert 0 < loss.labels["loan"][0] < loss.labels["loan"][1]
        assert len(loss.models) == 1
        with pytest.raises(InputError, match=r"no agreement 'bet' .* There are: acme, beta"):
            without(workspace, "bet", "kind")
    with bench.pen() as pen:
        report, page = end(pen, "beta")
    assert report.rows > 9
    certificate = page.read_text()
    assert certificate.startswith("# Certificate of destruction: beta\n")
    assert "Clauses that ask for it: none names destruction" in certificate
    assert len(set(report.not_reached)) == len(report.not_reached)
    assert report.committed.envelope.hex in certificate
    assert (bench.root / "agreements" / "beta.yaml").read_text().endswith("ended: 2026-05-04\n")
    page.unlink()  # as if killed before it was written
    with bench.pen() as pen:
        assert end(pen, "beta")[0].committed == report.committed
    assert page.read_text() == certificate
    assert bench.verify().result == "holds"
    assert not bench.files_with("Paper 4 about")
    with bench.open() as workspace:  # the note that both had stays: the other agreement allows it
        assert without(workspace, "beta", "kind").models == ()
    with bench.pen() as pen, pytest.raises(InputError, match=r"Nothing is held under .* 'beta'"):
        end(pen, "beta")
    with pytest.raises(PolicyRefusal, match="train"):
        run_recipe(bench.root, parse_recipe(text()), bench.desk)


@pytest.mark.slow
def test_the_end_reaches_what_no_longer_lies_in_its_source(tmp_path: Path) -> None:
    bench = make_agreed(tmp_path / "notes")
    run_recipe(bench.root, parse_recipe(text()), bench.desk)
    (bench.root / "more" / "b4.txt").unlink()
    run_recipe(bench.root, parse_recipe(text()), bench.desk)
    assert bench.files_with("Paper 4 about")
    with bench.pen() as pen:
        end(pen, "beta")
    assert not bench.files_with("Paper 4 about")
    other = recipe_text().replace("licence: CC0-1.0", "licence: acme")
    run_recipe(bench.root, parse_recipe(other), bench.desk)
    with bench.pen() as pen:
        assert end(pen, "acme")[0].rows > 0
    assert not bench.files_with(SECRET.format("001"))


def test_killed_while_it_ends_an_agreement_forbids_and_may_be_ended_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = bench.root / "agreements"
    folder.mkdir()
    (folder / "CC0-1.0.yaml").write_text(BETA)
    with bench.pen() as pen:
        with monkeypatch.context() as patched:
            patched.setattr("warrant.flow.agreements.erase_all", _stop)
            with pytest.raises(KeyboardInterrupt):
                end(pen, "CC0-1.0")
        assert agreements_in(bench.root)["CC0-1.0"].ended == "2026-05-04"
        assert end(pen, "CC0-1.0")[0].rows > 0
    assert (folder / "CC0-1.0.yaml").read_text().count("ended:") == 1


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


@given(
    st.builds(
        SourceRights, train=st.sampled_from(ANSWERS), commercial=st.sampled_from(ANSWERS),
        expires=st.sampled_from(DAYS), consent=st.sampled_from(ANSWERS),
        keep_until=st.sampled_from(DAYS), residency=st.sampled_from(PLACES),
    ),
    st.builds(
        Permits, train=st.sampled_from(ANSWERS), commercial=st.sampled_from(ANSWERS),
        expires=st.sampled_from(DAYS), keep_until=st.sampled_from(DAYS),
        residency=st.sampled_from(PLACES),
    ),
    st.none() | st.just("2025-01-01"),
)  # fmt: skip
def test_an_agreement_never_widens_a_right(
    rights: SourceRights, permits: Permits, ended: str | None
) -> None:
    """Law of `flow.agreement`: rights under an agreement are never wider than the recipe's own."""
    found = strictest(rights, Agreement(title="T", party="P", permits=permits, ended=ended))
    for name in ("train", "commercial"):
        own, term, bound = (getattr(one, name) for one in (rights, permits, found))
        assert bound is not True or False not in (own, term)
    assert not (ended and found.train is not False)
    if "2025-01-01" in (rights.expires, permits.expires):
        assert found.expires == "2025-01-01"
    if rights.expires is not None:
        assert found.expires not in (None, "never") or found.expires == rights.expires
    assert found.consent == rights.consent
    if "2025-01-01" in (rights.keep_until, permits.keep_until):
        assert found.keep_until == "2025-01-01"
    for said in (rights.residency, permits.residency):
        assert said is None or set(found.residency or ()) <= set(said)
        assert said is None or found.residency is not None


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("", "'a.yaml' is empty or not a mapping"),
        ("titel: x\n", r"unknown key 'titel'. Write 'title'\?"),
        ("title: x\nparty: y\npermits: {train: perhaps}\n", "line 3"),
    ],
)
def test_an_agreement_that_does_not_fit_is_refused(tmp_path: Path, said: str, what: str) -> None:
    (tmp_path / "agreements").mkdir()
    (tmp_path / "agreements" / "a.yaml").write_text(said)
    with pytest.raises(InputError, match=what):
        agreements_in(tmp_path)


def test_the_terms_have_a_digest_and_bind_the_settings(tmp_path: Path) -> None:
    from warrant.flow.addition import Addition
    from warrant.flow.plan import STEPS

    (tmp_path / "agreements").mkdir()
    (tmp_path / "agreements" / "acme.yaml").write_text(ACME)
    recipe = parse_recipe(text())
    config = STEPS[0].configure(recipe, Addition(tmp_path))
    first, second = config.sources  # type: ignore[attr-defined]
    assert (first.rights.train, first.rights.commercial) == (True, False)
    assert first.rights.expires == "2027-01-31"
    assert first.agreement == agreements_in(tmp_path)["acme"].digest
    assert (second.agreement, second.rights.commercial) == (None, True)


def test_an_agreement_that_would_bind_nothing_is_refused(tmp_path: Path) -> None:
    terms = Agreement(title="T", party="P", permits=Permits(train=False))
    with pytest.raises(InputError, match=r"licence 'Acme', .* called 'acme'\. Write licence: acme"):
        terms_of("Acme", {"acme": terms})
    assert terms_of("acme", {"acme": terms}) is terms
    assert terms_of("MIT", {"acme": terms}) is terms_of(None, {"acme": terms}) is None
    (tmp_path / "agreements").mkdir()
    (tmp_path / "agreements" / "acme.yml").write_text(ACME)
    with pytest.raises(InputError, match=r"'acme\.yml' binds nothing: .* Call it acme\.yaml"):
        agreements_in(tmp_path)
