"""What a bundle may answer at each stage of use, and what it says of itself."""

from __future__ import annotations

import shutil
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from tests.flow.bench import Bench
from tests.serve.asking import ask, predict
from warrant.errors import IntegrityError, PolicyRefusal
from warrant.flow import acts
from warrant.flow.answering import Wish, answering
from warrant.serve.server import Service

NOTE = {"text": "the tenant pays rent for the premises"}


def pilot_of(bench: Bench, **changes: str) -> Path:
    """Bring a workspace to pilot use, approved by its author or by another person."""
    bench.settle()
    with pytest.raises(PolicyRefusal):
        bench.run(stage="pilot", **changes)
    ben = None if changes else bench.add("ben", "Ben Okoro", ["approver"])
    with bench.pen("approver", ben) as pen:
        acts.approve(pen, "Looked at twenty answers.")
    if ben:
        bench.trust_too("Ben Okoro", ben)
    return bench.run(stage="pilot", **changes).bundle


def notice(bench: Bench, bundle: Path) -> str:
    with answering(bundle, bench.desk, Wish("serve")) as opened:
        service = Service(opened.answerer, opened.card)
        found = predict(service, [NOTE])
        health = ask(service, "GET", "/health").json()
        page = unescape(ask(service, "GET", "/").text)
    assert found["notice"] == health["model"]["notice"] == opened.answerer.served.notice
    assert f"<strong>{found['notice']}</strong> <span>Not logged.</span>" in page
    return str(found["notice"])


def test_an_exploration_says_that_it_is_one(finished: Bench) -> None:
    assert notice(finished, finished.root / "notes.bundle") == "exploration: not for decisions"


def test_a_pilot_says_who_approved_it(bench: Bench) -> None:
    assert notice(bench, pilot_of(bench)) == "pilot: approved by 'Ben Okoro'"


def test_a_pilot_of_one_person_says_that_nobody_else_looked(bench: Bench) -> None:
    bundle = pilot_of(bench, team="solo")
    assert notice(bench, bundle) == "pilot: approved by its author; no independent review"


def test_every_answer_says_who_decided_against_the_bundle_until_she_decides_anew(
    bench: Bench,
) -> None:
    bundle = bench.run().bundle
    with bench.pen() as pen:
        acts.decide(pen, "Misses one lease in three.", go=False)
    told = "exploration: not for decisions; no go, decided by 'Ann Alvarez'"
    assert notice(bench, bundle) == told  # the workspace knows
    assert notice(bench, bench.run().bundle) == told  # the bundle tells it too
    with bench.pen() as pen:
        acts.decide(pen, "Forty more leases helped.", go=True)
    assert notice(bench, bundle) == "exploration: not for decisions"


def test_a_pilot_answers_only_those_who_know_its_signer(bench: Bench, tmp_path: Path) -> None:
    bundle = pilot_of(bench)
    stranger = replace(bench.desk, folder=tmp_path / "stranger")
    for step in ("predict", "serve"):
        with (
            pytest.raises(PolicyRefusal, match="You do not know who signed") as no,
            answering(bundle, stranger, Wish(step)),  # type: ignore[arg-type]
        ):
            pass
        assert f"warrant key trust {bundle} --key KEY --name NAME" in no.value.do


def test_what_was_taken_back_answers_no_more_where_the_log_is_at_hand(
    bench: Bench, tmp_path: Path
) -> None:
    bundle = pilot_of(bench)
    elsewhere = tmp_path / "elsewhere.bundle"
    shutil.copy(bundle, elsewhere)
    with bench.pen("approver", bench.desk_of("ben")) as pen:
        acts.reject(pen, "I was wrong: the leases are mixed up.")
    with (
        pytest.raises(PolicyRefusal, match="may not run in pilot use") as no,
        answering(bundle, bench.desk, Wish("serve")),
    ):
        pass
    assert any("approved-for-pilot" in reason for reason in no.value.reasons)
    with answering(elsewhere, bench.desk, Wish("serve")) as opened:  # it cannot know
        assert opened.answerer.served.notice == "pilot: approved by 'Ben Okoro'"


def test_a_bundle_changed_after_it_was_verified_is_not_loaded(
    finished: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "notes.bundle"
    shutil.copy(finished.root / "notes.bundle", bundle)
    from warrant.flow import answering as module

    right = module.verify_path

    def verify_then_change(path: Path, **settings: object) -> object:
        verdict = right(path, **settings)  # type: ignore[arg-type]
        data = path.read_bytes()
        at = data.index(b'"name":"notes"')
        path.write_bytes(data[:at] + b'"name":"n0tes"' + data[at + 14 :])
        return verdict

    monkeypatch.setattr(module, "verify_path", verify_then_change)
    with (
        pytest.raises(IntegrityError),
        answering(bundle, finished.desk, Wish("predict")),
    ):
        pass


def test_a_large_training_set_is_not_compared_with(
    finished: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = finished.root / "notes.bundle"
    with answering(bundle, finished.desk, Wish()) as opened:
        assert opened.answerer.has_neighbours
    monkeypatch.setattr("warrant.flow.nearest.MOST_ROWS", 3)
    with answering(bundle, finished.desk, Wish()) as opened:
        assert not opened.answerer.has_neighbours
    assert opened.notes[-1].startswith("No nearest training rows are named: there are ")
    assert opened.notes[-1].endswith(" training rows, and at most 3 are compared with.")
