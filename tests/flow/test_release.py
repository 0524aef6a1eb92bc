"""Deploying in explore, pilot and production: who must approve, and what an approval reaches."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.flow.bench import Bench, make_bench
from warrant.errors import InputError, IntegrityError, PolicyRefusal
from warrant.flow import acts
from warrant.flow.keys import add_person, rotate
from warrant.flow.session import new_person
from warrant.kernel.draft import Act
from warrant.kernel.envelope import Envelope
from warrant.kernel.statement import Subject, leaf_of

NOT_APPROVED = r"'deploy' may not run in (pilot|production) use: \d guardrails? stops? it"


@pytest.fixture(name="pilot")
def _pilot(bench: Bench) -> Bench:
    """Make a workspace in which only an approval is missing for pilot use."""
    bench.settle()
    with pytest.raises(PolicyRefusal, match=NOT_APPROVED):
        bench.run(stage="pilot")
    return bench


def refused(bench: Bench, **changes: str) -> list[str]:
    with pytest.raises(PolicyRefusal, match=NOT_APPROVED) as error:
        bench.run(**changes)
    return [reason.partition(":")[0] for reason in error.value.reasons]


def test_explore_needs_no_approval_and_says_what_it_is(finished: Bench) -> None:
    assert finished.verify(finished.root / "notes.bundle").approval == "Approval: none."
    assert "exploration: not for decisions" in (finished.root / "card.md").read_text().lower()


def test_pilot_is_refused_until_another_person_approves_these_bytes(pilot: Bench) -> None:
    with pytest.raises(PolicyRefusal) as error:
        pilot.run(stage="pilot")
    assert "Ask one person who is not the author to approve the bundle" in error.value.do
    before = len(pilot.entries())
    ben = pilot.add("ben", "Ben Okoro", ["approver"])
    with pilot.pen("approver", ben) as pen:
        acts.approve(pen, "Read the card; the errors are small ones.")
    report = pilot.run(stage="pilot")
    assert report.computed == ("deploy",)
    assert report.stage_of_use == "pilot"
    assert len(pilot.entries()) == before + 3
    pilot.trust_too("Ben Okoro", ben)
    verdict = pilot.verify(report.bundle)
    assert verdict.result == "holds"
    assert verdict.approval.startswith("Approved for pilot by 'Ben Okoro' (approver)")


def test_a_refusal_keeps_everything_that_was_done(pilot: Bench) -> None:
    before = pilot.entries()
    refused(pilot, stage="pilot")
    assert pilot.entries() == before
    assert pilot.verify().result == "holds"
    assert (pilot.root / "notes.bundle").exists()  # that of the exploration before


def test_the_author_alone_may_approve_a_solo_low_impact_pilot(bench: Bench) -> None:
    bench.settle()
    refused(bench, stage="pilot", team="solo")
    with bench.pen("approver") as pen:
        acts.approve(pen, "Looked at twenty answers.")
    assert refused(bench, stage="pilot", team="team") == ["approved-for-pilot"]
    report = bench.run(stage="pilot", team="solo")
    assert "no independent review" in bench.verify(report.bundle).approval


def test_a_solo_author_of_a_high_impact_use_may_not_approve_alone(bench: Bench) -> None:
    bench.settle(impact="high")
    refused(bench, stage="pilot", team="solo")
    with bench.pen("approver") as pen:
        acts.approve(pen, "Looked at twenty answers.")
    assert refused(bench, stage="pilot", team="solo") == ["approved-for-pilot"]


def test_a_key_that_the_author_rotated_to_is_no_second_person(pilot: Bench) -> None:
    second = pilot.desk_of("ann-2")
    new = new_person(second, "ann-2", "Ann Alvarez")
    with pilot.pen() as pen:
        rotate(pen, new.person.public_key.text, new.model.public_key.pem)
    with pilot.pen("approver", second) as pen:
        acts.approve(pen, "I approve of myself.")
    with pilot.open() as workspace:
        assert workspace.index.entries()[0].key != new.person.key_id
    # Her old key no longer signs: she runs with the new one.
    (pilot.root / "reader").rename(pilot.root / "reader-old")
    second.folder.rename(pilot.root / "reader")
    assert refused(pilot, stage="pilot") == ["approved-for-pilot"]


def test_production_asks_for_more_and_an_approval_for_pilot_does_not_reach_it(
    bench: Bench,
) -> None:
    bench.settle()
    cai = bench.add("cai", "Cai Lindqvist", ["approver", "reviewer"])
    assert set(refused(bench, stage="production")) == {
        "approved-for-pilot",
        "approved-for-production",
        "questions-answered",
        "rights-reviewed",
    }
    with bench.pen() as pen:
        for question in acts.questions(pen.workspace):
            if not question.answered:
                acts.answer(pen, question.name, "Said.", "So that nothing is open.")
    with bench.pen("reviewer", cai) as pen:
        acts.review_sources(pen, "Read the agreement: it says so.")
    refused(bench, stage="production")
    with bench.pen("approver", cai) as pen:
        acts.approve(pen, "For a pilot, no further.", "pilot")
    assert "approved-for-production" in refused(bench, stage="production")
    with bench.pen("approver", cai) as pen:
        acts.approve(pen, "Read all of it.", "production")
    assert bench.run(stage="production").stage_of_use == "production"
    bench.require_sound()


def test_a_rejection_counts_until_the_same_person_approves_later(pilot: Bench) -> None:
    ben = pilot.add("ben", "Ben Okoro", ["approver"])
    for verb, allowed in ((acts.approve, True), (acts.reject, False), (acts.approve, True)):
        with pilot.pen("approver", ben) as pen:
            verb(pen, "As I see it now.")
        if allowed:
            continue
        assert "approved-for-pilot" in refused(pilot, stage="pilot")
    assert pilot.run(stage="pilot").computed == ("deploy",)


def test_a_revoked_or_expired_approval_counts_no_more(pilot: Bench) -> None:
    ben = pilot.add("ben", "Ben Okoro", ["approver"])
    with pilot.pen("approver", ben) as pen:
        done = acts.approve(pen, "Looks right.")
        acts.revoke(pen, done.envelope.hex[:12], "I looked at the wrong file.")
    assert refused(pilot, stage="pilot") == ["approved-for-pilot"]
    with pilot.pen("approver", ben) as pen:
        subject = Subject("bundle", acts.candidate(pen.workspace))
        pen.act(Act("approve", subject, "For a day.", expires_at="2026-05-05T12:00:00Z"))
    pilot.clock.now = pilot.clock.now.replace(day=6)
    assert refused(pilot, stage="pilot") == ["approved-for-pilot"]


def test_an_operator_approves_nothing(pilot: Bench) -> None:
    ola = pilot.add("ola", "Ola Operator", ["operator"])
    with pilot.pen("operator", ola) as pen:
        before = pen.workspace.log.head()
        for act in (acts.approve, acts.reject):
            with pytest.raises(InputError, match=r"signed as approver or author; 'Ola Operator' "):
                act(pen, "Sure.")
        with pytest.raises(InputError, match=r"signed as reviewer or approver or author; 'Ola"):
            acts.review_sources(pen, "Sure.")
        assert pen.workspace.log.head() == before
    assert refused(pilot, stage="pilot") == ["approved-for-pilot"]


def test_an_exception_ends_when_it_says(bench: Bench) -> None:
    bench.settle(expires_at="2026-05-05T12:00:00Z")
    refused(bench, stage="pilot")
    bench.clock.now = bench.clock.now.replace(day=6)
    with pytest.raises(PolicyRefusal, match=r"'train' may not run in pilot use") as error:
        bench.run(stage="pilot")
    assert error.value.reasons[0].startswith("personal-data-resolved")


def test_an_exception_by_a_role_that_may_not_make_it_is_not_signed(bench: Bench) -> None:
    with bench.pen() as pen:  # as author
        before = pen.workspace.log.head()
        with pytest.raises(InputError, match=r"signed as approver; 'Ann Alvarez' acts as author\."):
            acts.make_exception(pen, "personal-data-resolved", "I know them.", stage="pilot")
        assert pen.workspace.log.head() == before


def test_questions_are_open_until_answered_and_impact_has_two_answers(bench: Bench) -> None:
    with bench.pen() as pen:
        assert not any(one.answered for one in acts.questions(pen.workspace))
        with pytest.raises(InputError, match=r"There is no question 'colour'\. There are: impact"):
            acts.answer(pen, "colour", "blue", "why not")
        with pytest.raises(InputError, match=r"'impact' is 'some'\. Answer: low, or: high\."):
            acts.answer(pen, "impact", "some", "hm")
        acts.answer(pen, "impact", "low", "Notes.")
        assert [one.name for one in acts.questions(pen.workspace) if one.answered] == ["impact"]


def test_an_answer_reaches_the_card_with_the_name_of_who_gave_it(bench: Bench) -> None:
    with bench.pen() as pen:
        name = next(one.name for one in acts.questions(pen.workspace) if one.name != "impact")
        acts.answer(pen, name, "First words.", "A reason.")
        acts.answer(pen, name, "Only for sorting notes.", "A reason.")
    assert bench.run().computed == ("report", "deploy")
    card = (bench.root / "card.md").read_text()
    assert "Only for sorting notes." in card
    assert "First words." not in card
    assert "Ann Alvarez" in card


@pytest.mark.parametrize("digits", ["", "0", "zzzzzzzz", "00000000"])
def test_revoking_wants_the_digits_of_one_statement(bench: Bench, digits: str) -> None:
    with (
        bench.pen() as pen,
        pytest.raises(InputError, match=r"expected one, named by 8 digits or more\. See them"),
    ):
        acts.revoke(pen, digits, "A slip.")


def test_there_is_nothing_to_judge_before_the_first_run(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    bench.root.joinpath(".warrant").mkdir()
    with bench.pen() as pen:
        for act in (acts.approve, acts.reject, acts.review_sources):
            with pytest.raises(InputError, match=r"(no bundle to judge|Nothing was read) yet"):
                act(pen, "Fine.")
    with (
        bench.pen("approver") as pen,
        pytest.raises(InputError, match=r"There are no rows yet .* Run: warrant run"),
    ):
        acts.make_exception(pen, "plan-met", "Fine.")


def test_only_an_author_lists_keys_and_one_author_stays(bench: Bench) -> None:
    ben = bench.add("ben", "Ben Okoro", ["approver"])
    with bench.pen() as pen:
        own = pen.identity.person.public_key.text
        with pytest.raises(InputError, match=r"Nobody would be author any more"):
            add_person(pen, "Ann Alvarez", own, ["reviewer"])
    with (
        bench.pen("approver", ben) as pen,
        pytest.raises(InputError, match=r"Keys are listed by an author; 'Ben Okoro' acts as appr"),
    ):
        add_person(pen, "Ben Okoro", own, ["author"])


def test_a_person_acts_only_in_roles_listed_for_her(bench: Bench) -> None:
    ben = bench.add("ben", "Ben Okoro", ["reviewer"])
    with (
        pytest.raises(InputError, match=r"'Ben Okoro' has the roles reviewer here, not 'approver'"),
        bench.pen("approver", ben),
    ):
        pytest.fail("he may not")
    stranger = bench.desk_of("zoe")
    new_person(stranger, "zoe", "Zoe Zander")
    with (
        pytest.raises(InputError, match=r"of 'Zoe Zander' is not in force .* warrant key add"),
        bench.pen("author", stranger),
    ):
        pytest.fail("she may not")


def test_an_act_whose_signature_does_not_hold_stops_every_decision(bench: Bench) -> None:
    with bench.pen() as pen:
        done = acts.answer(pen, "impact", "high", "It may.")
        envelope = Envelope.parse(pen.workspace.store.get(done.envelope))
        forged = replace(envelope, signature=bytes(64)).to_bytes()
        pen.workspace.store.put(forged)
        leaf = leaf_of(forged, "2026-05-04T12:00:00Z")
        pen.workspace.log.append([leaf], pen.log_key)
    with pytest.raises(IntegrityError, match="signature"):
        bench.run()
