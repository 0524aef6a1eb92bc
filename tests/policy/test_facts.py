"""The list of facts, and how signed records become facts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.policy.situations import GOOD, NOW, RUN
from warrant.errors import InputError
from warrant.policy import FACTS, NEVER, NOT_ANSWERED, Exemption, Facts, exemption_of, source_facts
from warrant.policy.facts import expiry
from warrant.records.act import Act
from warrant.records.actor import Actor
from warrant.records.source import Rights, Source, Source2, Terms


def test_every_fact_has_a_plain_meaning() -> None:
    for name, fact in FACTS.items():
        assert fact.name == name
        assert fact.meaning.endswith(".")
        assert bool(fact.unit) == (fact.type == "INT")
        assert fact.question is None or fact.question.endswith("?")
        assert fact.scope == "run" or name.startswith(f"{fact.scope}_")


def test_no_fact_tells_the_stage_of_use() -> None:
    assert "use_stage" not in FACTS


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"run": {"nwo": NOW}}, "There is no run fact 'nwo'. Did you mean 'now'?"),
        (
            {"run": RUN, "sources": ({"row_erased": True},)},
            "There is no source fact 'row_erased'. There are: source_name, source_licence, "
            "source_origin, source_may_train, source_may_commercial, source_expires, "
            "source_special_category, source_consent, source_keep_until, source_residency_kept, "
            "source_reviewed.",
        ),
        (
            {"run": RUN, "rows": {"row_erasd": []}},
            "There is no row fact 'row_erasd'. Did you mean 'row_erased'?",
        ),
    ],
)
def test_a_fact_that_is_not_on_the_list_is_refused(facts: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        Facts(**facts)  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_what_a_source_leaves_open_is_a_signed_not_answered() -> None:
    found = source_facts(Source(name="contracts/"), reviewed=False)
    assert found == {
        "source_name": "contracts/",
        "source_reviewed": False,
        "source_licence": NOT_ANSWERED,
        "source_origin": NOT_ANSWERED,
        "source_may_train": NOT_ANSWERED,
        "source_may_commercial": NOT_ANSWERED,
        "source_expires": NOT_ANSWERED,
        "source_special_category": NOT_ANSWERED,
        "source_consent": "not stated",
        "source_keep_until": NEVER,
        "source_residency_kept": True,
    }
    Facts(RUN, (found,), 1)


def test_what_a_source_states_is_its_fact() -> None:
    source = Source(
        name="contracts/",
        licence="CC-BY-4.0",
        origin="EDGAR",
        rights=Rights(train=True, commercial=False, expires="2030-01-01"),
        special_category=False,
    )
    found = source_facts(source, reviewed=True)
    assert found.keys() == GOOD.sources[0].keys()
    assert found["source_may_commercial"] is False
    assert str(found["source_expires"]) == "2030-01-02 00:00:00+00:00"


def test_a_right_ends_with_its_last_day() -> None:
    assert str(expiry("2024-02-28")) == "2024-02-29 00:00:00+00:00"
    assert expiry("never") == NEVER
    assert expiry("9999-12-31") == NEVER
    assert expiry(None) is None
    with pytest.raises(InputError) as caught:
        expiry("2030-02-31")
    assert str(caught.value) == (
        "The day '2030-02-31', on which a right ends, is not in the calendar. "
        "Write it as YYYY-MM-DD, or write never."
    )


def act(kind: str, **more: object) -> Act:
    actor = Actor(key="0" * 64, role="approver", unprotected=False)
    values = {"act": kind, "actor": actor, "reason": "Art. 9(2)(a)", **more}
    return Act(recorded_at="2026-03-01T12:00:00Z", **values)  # type: ignore[arg-type]


def test_a_signed_act_becomes_an_exemption() -> None:
    signed = act("except", detail={"rule": "r"}, expires_at="2026-03-01T12:00:00Z")
    assert exemption_of(signed, "ada", by_author=False) == Exemption(
        "r", "approver", "ada", "Art. 9(2)(a)", NOW, by_author=False
    )
    open_ended = act("except", detail={"rule": "r"}, stage_of_use="pilot")
    assert exemption_of(open_ended, "ada", by_author=True).expires_at is None
    assert exemption_of(open_ended, "ada", by_author=True).stage == "pilot"


@pytest.mark.parametrize("signed", [act("approve", detail={"rule": "r"}), act("except")])
def test_another_act_excepts_nothing(signed: Act) -> None:
    with pytest.raises(InputError) as caught:
        exemption_of(signed, "ada", by_author=True)
    assert str(caught.value) == (
        f"The act {signed.act!r} of 2026-03-01T12:00:00Z excepts no rule. "
        "Give only acts of the kind 'except', whose detail names a rule."
    )


@pytest.mark.parametrize(
    ("place", "kept"), [("ch", True), ("EU", True), ("US", False), (None, NOT_ANSWERED)]
)
def test_where_documents_may_be_processed_is_held_against_where_they_are(
    place: str | None, kept: object
) -> None:
    terms = Terms(consent=False, keep_until="2031-12-31", residency=("EU", "CH"))
    found = source_facts(Source2(name="claims/", terms=terms), reviewed=False, place=place)
    assert found["source_residency_kept"] is kept
    assert found["source_consent"] == "refused"
    assert found["source_keep_until"] == datetime(2032, 1, 1, tzinfo=UTC)
    Facts(RUN, (found,), 1)
