"""The decision: what stops a step, what a signed act excepts, and how a refusal reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.policy.rules import TEXT, read, rule
from tests.policy.situations import GOOD, NOW, rows, run, source, unanswered, without
from warrant.errors import InputError
from warrant.policy import (
    Decision,
    Exemption,
    Facts,
    Use,
    decide,
    explain,
    load_packs,
    refusal,
    rules_of,
)

CORE = rules_of(load_packs(["core"]))
PILOT = Use("pilot", "team", "low")
SPECIAL = source(source_special_category=True)
GROUND = Exemption(
    "no-special-category", "approver", "ada", "Consent, Art. 9(2)(a)", by_author=False
)


def train(facts: Facts, use: Use = PILOT) -> Decision:
    return decide(CORE, facts, "train", use)


def stopping(decision: Decision) -> list[str]:
    return [outcome.rule.id for outcome in decision.stopping]


def test_a_step_runs_when_every_rule_says_yes() -> None:
    decision = train(GOOD)
    assert decision.allowed
    assert decision.notes == ()
    assert len(decision.outcomes) == 16


def test_exploring_notes_what_a_pilot_stops() -> None:
    decision = train(unanswered(), Use("explore", "solo", "low"))
    assert decision.allowed
    assert [outcome.rule.id for outcome in decision.notes] == stopping(train(unanswered()))


def test_a_warning_never_stops() -> None:
    warning = read(TEXT + "severity: warn\n")
    decision = decide([warning], run(training_rows=0), "train", Use("production", "team", "high"))
    assert decision.allowed
    assert decision.notes == decision.outcomes


def test_team_and_impact_come_from_the_use() -> None:
    mine = rule('use_team == "solo" && use_impact == "low"', "use_team", "use_impact")
    lies = replace(GOOD, run={**GOOD.run, "use_impact": "low", "use_team": "solo"})
    assert decide([mine], lies, "train", Use("pilot", "solo", "low")).allowed
    assert not decide([mine], lies, "train", Use("pilot", "solo", "high")).allowed
    assert not decide([mine], lies, "train", Use("pilot", "team", "low")).allowed


@pytest.mark.parametrize(
    ("act", "reaches"),
    [
        (GROUND, True),
        (replace(GROUND, expires_at=NOW + timedelta(seconds=1)), True),
        (replace(GROUND, expires_at=NOW), False),
        (replace(GROUND, expires_at=(NOW + timedelta(days=1)).replace(tzinfo=None)), False),
        (replace(GROUND, role="author"), False),
        (replace(GROUND, role="reviewer"), False),
        (replace(GROUND, rule="use-right-training"), False),
        (replace(GROUND, reason=" "), False),
        (replace(GROUND, stage="explore"), False),
        (replace(GROUND, stage="pilot"), True),
        (replace(GROUND, stage="production"), True),
        (replace(GROUND, stage="everything"), False),
    ],
)
def test_an_act_excepts_its_rule_in_its_role_stage_and_time(act: Exemption, reaches: bool) -> None:
    decision = train(replace(SPECIAL, exemptions=(act,)))
    assert decision.allowed is reaches
    assert [outcome.exempt for outcome in decision.notes] == ([act] if reaches else [])


def test_an_act_with_an_end_needs_the_instant_of_the_decision() -> None:
    act = replace(GROUND, expires_at=NOW + timedelta(days=1))
    facts = replace(SPECIAL, exemptions=(act,), run=without("now").run)
    assert "no-special-category" in stopping(train(facts))


def test_nobody_excepts_a_rule_that_names_nobody() -> None:
    facts = source(source_may_train=False)
    for role in ("author", "reviewer", "approver", "operator"):
        act = Exemption("use-right-training", role, "ada", "We need it", by_author=False)
        assert stopping(train(replace(facts, exemptions=(act,)))) == ["use-right-training"]


def test_nobody_excepts_what_could_not_be_seen() -> None:
    for facts in (
        without("source_special_category"),
        source(source_special_category="no"),
        replace(GOOD, expected_sources=3),
    ):
        decision = train(replace(facts, exemptions=(GROUND,)))
        assert "no-special-category" in stopping(decision)


def test_an_open_question_may_be_excepted() -> None:
    facts = replace(unanswered(), exemptions=(GROUND,))
    assert "no-special-category" not in stopping(train(facts))


def test_nothing_runs_without_guardrails() -> None:
    with pytest.raises(InputError) as caught:
        decide([], GOOD, "train", PILOT)
    assert str(caught.value) == (
        "There are no guardrails, so nothing may run. Write in the recipe: guardrails: [core]"
    )


def test_a_step_that_no_rule_knows_is_refused_rather_than_unguarded() -> None:
    with pytest.raises(InputError) as caught:
        decide(CORE, GOOD, "training", PILOT)  # type: ignore[arg-type]
    assert str(caught.value) == (
        "There is no step 'training'. There are: ingest, curate, label, split, train, evaluate, "
        "report, deploy, serve, predict."
    )


def test_two_rules_with_one_name_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        decide([*CORE, CORE[0]], GOOD, "train", PILOT)
    assert str(caught.value) == (
        "Two guardrails are called 'use-right-training'. Remove one of the packs, or rename it."
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("play", "solo", "low"), "use.stage is 'play'. Write one of: explore, pilot, production."),
        (("pilot", "alone", "low"), "use.team is 'alone'. Write one of: solo, team."),
        (("pilot", "solo", "none"), "use.impact is 'none'. Write one of: low, high."),
    ],
)
def test_a_use_has_only_known_words(words: tuple[str, str, str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        Use(*words)  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_a_refusal_names_rule_offenders_and_remedy() -> None:
    error = refusal(train(source(source_may_train=False)))
    assert error.exit_code == 4
    assert error.what == "The step 'train' may not run in pilot use: 1 guardrail stops it."
    assert error.do == CORE[0].remedy
    assert error.reasons == (
        "use-right-training: Every source may be used to train a model: no, 1 of 2 sources: "
        "'mail/'. Ask the holder of the rights. If training is allowed, write rights: "
        "{train: true} under the source in the recipe, or answer where it is not answered yet: "
        "warrant card WORKSPACE --ask. If not, remove the source from the recipe. Then run: "
        "warrant run WORKSPACE. (Reference: Warrant design, section 1 (stages of use); "
        "Directive (EU) 2019/790, Art. 4)",
    )


def test_a_refusal_has_one_line_for_each_rule() -> None:
    error = refusal(train(source(source_may_train=False, source_may_commercial=False)))
    assert error.what == "The step 'train' may not run in pilot use: 2 guardrails stop it."
    assert [line.partition(":")[0] for line in error.reasons] == [
        "use-right-training",
        "use-right-commercial",
    ]
    assert all("\n" not in line for line in error.reasons)


def test_there_is_no_refusal_of_what_is_allowed() -> None:
    with pytest.raises(ValueError, match="The step train is allowed: there is nothing to refuse"):
        refusal(train(GOOD))


@pytest.mark.parametrize(
    ("facts", "name", "said"),
    [
        (
            GOOD,
            "licence-stated",
            "licence-stated: Every source states its licence or agreement: yes.",
        ),
        (
            run(training_rows=0),
            "training-rows-present",
            "training-rows-present: There are rows to train on: no. See why rows were dropped ",
        ),
        (
            without("training_rows"),
            "training-rows-present",
            "training-rows-present: There are rows to train on: no, missing: training_rows. ",
        ),
        (
            run(training_rows=True),
            "training-rows-present",
            "training-rows-present: There are rows to train on: no, of the wrong type: "
            "training_rows. ",
        ),
        (
            rows(row_is_test=[True, False, True]),
            "test-rows-left-out",
            "test-rows-left-out: No test row is trained on: no, 2 of 3 rows: row 0, row 2. ",
        ),
        (
            replace(
                GOOD,
                rows={**{k: [v[0]] * 50 for k, v in GOOD.rows.items()}, "row_is_test": [True] * 50},
                expected_rows=50,
            ),
            "test-rows-left-out",
            "test-rows-left-out: No test row is trained on: no, 50 of 50 rows: "
            + ", ".join(f"row {at}" for at in range(20))
            + ", …. ",
        ),
        (
            replace(GOOD, expected_rows=4),
            "test-rows-left-out",
            "test-rows-left-out: No test row is trained on: no, 3 judged, which is not the signed "
            "number. ",
        ),
        (
            replace(GOOD, sources=()),
            "licence-stated",
            "licence-stated: Every source states its licence or agreement: no, there is no source "
            "to judge. ",
        ),
        (
            unanswered(),
            "use-right-commercial",
            "use-right-commercial: Every source may be used commercially: not known, not answered: "
            "source_may_commercial; 1 of 1 source: 'contracts/'. ",
        ),
        (
            replace(GOOD, sources=({},), expected_sources=1),
            "licence-stated",
            "licence-stated: Every source states its licence or agreement: no, missing: "
            "source_licence; 1 of 1 source: source 0. ",
        ),
    ],
)
def test_each_outcome_says_why_and_about_whom(facts: Facts, name: str, said: str) -> None:
    outcomes = {outcome.rule.id: outcome for outcome in train(facts).outcomes}
    assert explain(outcomes[name]).startswith(said)


def test_a_failed_rule_says_so() -> None:
    broken = rule("test_rows / training_rows > 0", "test_rows", "training_rows")
    outcome = decide([broken], run(training_rows=0), "train", PILOT).outcomes[0]
    assert explain(outcome) == (
        "enough-rows: There are rows: no, the rule failed while it was judged. Add rows. "
        "(Reference: Our design)"
    )


def test_who_may_except_a_rule_is_said_where_it_can_be_excepted() -> None:
    outcome = next(outcome for outcome in train(SPECIAL).stopping if outcome.rule.id == GROUND.rule)
    assert explain(outcome) == (
        "no-special-category: No source holds special categories of personal data: no, "
        "1 of 2 sources: 'mail/'. Remove the source, or let a person who may decide it sign the "
        "legal ground (GDPR, Art. 9(2)) as an exception. Or except it: a signed act of the "
        "approver, with a reason. (Reference: Regulation (EU) 2016/679 (GDPR), Art. 9)"
    )


@pytest.mark.parametrize("ends", [None, NOW + timedelta(days=1)])
def test_an_exception_is_said_with_its_signer_and_reason(ends: object) -> None:
    act = replace(GROUND, expires_at=ends)  # type: ignore[arg-type]
    outcome = train(replace(SPECIAL, exemptions=(act,))).notes[0]
    until = " until 2026-03-02 12:00 UTC" if ends else ""
    assert explain(outcome) == (
        "no-special-category: No source holds special categories of personal data: no, "
        f"1 of 2 sources: 'mail/'. Excepted by ada (approver){until}: Consent, Art. 9(2)(a)"
    )


def test_an_author_excepts_only_where_she_may_act_alone() -> None:
    alone = Exemption("use-right-commercial", "approver", "ada", "Licence is signed")
    facts = replace(source(source_may_commercial=False), exemptions=(alone,))
    uses = (
        Use("pilot", "solo", "low"),
        Use("pilot", "team", "low"),
        Use("pilot", "solo", "high"),
        Use("production", "solo", "low"),
    )
    assert [train(facts, use).allowed for use in uses] == [True, False, False, False]


def test_an_author_never_excepts_a_hard_rule() -> None:
    solo = Use("explore", "solo", "low")
    assert train(replace(SPECIAL, exemptions=(GROUND,)), solo).allowed
    alone = replace(GROUND, by_author=True)
    assert not train(replace(SPECIAL, exemptions=(alone,)), solo).allowed
