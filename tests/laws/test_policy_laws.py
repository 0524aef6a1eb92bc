"""Laws of policy: nothing that is lost, hidden or loosened turns a no into a yes."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from tests.policy.rules import rule
from tests.policy.situations import ROWS, RUN, SOURCE
from warrant.policy import (
    FACTS,
    NOT_ANSWERED,
    STAGES,
    STEPS,
    Answer,
    Exemption,
    Facts,
    Use,
    decide,
    load_packs,
    rules_of,
)
from warrant.policy.decide import STOPS
from warrant.policy.judge import judge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.policy.decide import Impact, Team
    from warrant.policy.rule import Stage, Step

CORE = rules_of(load_packs(["core"]))

OF_TYPE: Mapping[str, st.SearchStrategy[object]] = {
    "BOOL": st.booleans(),
    "INT": st.integers(-1, 3),
    "STRING": st.sampled_from(["", "a", "low", "solo"]),
    "TIMESTAMP": st.integers(1, 9999).map(lambda year: datetime(year, 6, 1, tzinfo=UTC)),
}
STRANGE = st.sampled_from([None, NOT_ANSWERED, "yes", 1, 0.5, float("nan"), datetime(2026, 1, 1)])  # noqa: DTZ001


@st.composite
def changed(draw: st.DrawFn, good: Mapping[str, object]) -> dict[str, object]:
    """Good facts, of which up to two are changed, made strange, or lost."""
    found = dict(good)
    for name in draw(st.sets(st.sampled_from(sorted(good)), max_size=2)):
        usual = OF_TYPE[FACTS[name].type]
        found[name] = draw(st.one_of(usual, usual, STRANGE))
        if found[name] is None and draw(st.booleans()):
            del found[name]
    return found


@st.composite
def situations(draw: st.DrawFn) -> Facts:
    """Facts near the good ones, so that a decision hangs on few of them."""
    count = draw(st.integers(0, 4))
    rows: dict[str, Any] = {name: [False] * count for name in ROWS}
    for name in draw(st.sets(st.sampled_from(sorted(ROWS)), max_size=1)) if count else ():
        rows[name][draw(st.integers(0, count - 1))] = draw(st.one_of(st.booleans(), STRANGE))
    sources = tuple(draw(st.lists(changed(SOURCE), min_size=draw(st.integers(0, 1)), max_size=2)))
    acts = st.builds(
        Exemption,
        st.sampled_from([one.id for one in CORE if one.except_by] + ["use-right-training"]),
        st.sampled_from(["approver", "approver", "author"]),
        st.just("ada"),
        st.just("a reason"),
        st.none() | OF_TYPE["TIMESTAMP"],
        st.none() | st.sampled_from(STAGES),
        by_author=st.booleans(),
    )
    return Facts(
        run=draw(changed(RUN)),  # type: ignore[arg-type]
        sources=sources,  # type: ignore[arg-type]
        expected_sources=draw(st.sampled_from([len(sources)] * 6 + [None, 1])),
        rows=rows,
        expected_rows=draw(st.sampled_from([count] * 6 + [None, 1])),
        exemptions=tuple(draw(st.lists(acts, max_size=3))),
    )


STEP = st.sampled_from(STEPS)
TEAM = st.sampled_from(["solo", "team"])
IMPACT = st.sampled_from(["low", "high"])


def lose(facts: Facts, name: str) -> Facts:
    """Remove one fact wherever it stands."""

    def rest(some: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in some.items() if key != name}

    return replace(
        facts,
        run=rest(facts.run),
        rows=rest(facts.rows),
        sources=tuple(rest(source) for source in facts.sources),
    )


@pytest.mark.slow
def test_the_generated_situations_reach_each_pattern_of_answers() -> None:
    """A law over situations that are all refused would hold of nothing."""
    for pattern in ((True, True, True), (True, True, False), (True, False, False)):

        def is_found(case: tuple[Facts, Step], wanted: tuple[bool, ...] = pattern) -> bool:
            uses = (Use(stage, "team", "low") for stage in STAGES)
            return tuple(decide(CORE, *case, use).allowed for use in uses) == wanted

        assert is_found(find(st.tuples(situations(), st.just("deploy")), is_found))


def test_what_stops_a_stage_stops_each_stricter_one() -> None:
    for laxer, stricter in pairwise(STAGES):
        for weight, stops in STOPS[laxer].items():
            assert stops <= STOPS[stricter][weight]


@given(situations(), STEP, TEAM, IMPACT)
def test_a_stricter_stage_never_turns_a_no_into_a_yes(
    facts: Facts, step: Step, team: Team, impact: Impact
) -> None:
    """Law of `policy.decide`: what stops a stage also stops each stricter one.

    Law of `policy.decide`: a stricter stage never turns a no into a yes.
    """
    allowed = [decide(CORE, facts, step, Use(stage, team, impact)).allowed for stage in STAGES]
    assert allowed == sorted(allowed, reverse=True)


@given(situations(), STEP, st.sampled_from(STAGES), TEAM)
def test_a_higher_impact_never_turns_a_no_into_a_yes(
    facts: Facts, step: Step, stage: Stage, team: Team
) -> None:
    low, high = (decide(CORE, facts, step, Use(stage, team, impact)) for impact in ("low", "high"))
    assert low.allowed or not high.allowed


@given(situations(), STEP, st.sampled_from(STAGES), TEAM, IMPACT, st.sampled_from(sorted(FACTS)))
def test_a_lost_fact_never_turns_a_no_into_a_yes(
    facts: Facts, step: Step, stage: Stage, team: Team, impact: Impact, name: str
) -> None:
    """Law of `policy.decide`: removing a fact, a source's or a row's value never turns a no ..."""
    use = Use(stage, team, impact)
    assert (
        decide(CORE, facts, step, use).allowed
        or not decide(CORE, lose(facts, name), step, use).allowed
    )


@given(situations(), st.sampled_from(sorted(FACTS)))
def test_a_lost_fact_never_raises_an_answer(facts: Facts, name: str) -> None:
    """Law of `policy.judge`: removing a fact never raises the answer."""
    for one in CORE:
        assert judge(one, lose(facts, name)).answer <= judge(one, facts).answer


@given(situations(), STEP, st.sampled_from(STAGES))
def test_a_lost_exemption_never_turns_a_no_into_a_yes(
    facts: Facts, step: Step, stage: Stage
) -> None:
    """Law of `policy.decide`: removing an exemption never turns a no into a yes."""
    use = Use(stage, "team", "low")
    fewer = replace(facts, exemptions=facts.exemptions[1:])
    assert decide(CORE, facts, step, use).allowed or not decide(CORE, fewer, step, use).allowed


@given(situations(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_sources_changes_no_answer(
    facts: Facts, chance: random.Random
) -> None:
    """Law of `policy.judge`: the order of sources and rows does not change the answer."""
    count = len(next(iter(facts.rows.values()), []))
    order = chance.sample(range(count), count)
    other = replace(
        facts,
        rows={name: [column[at] for at in order] for name, column in facts.rows.items()},
        positions=order,
        sources=tuple(chance.sample(facts.sources, len(facts.sources))),
    )
    for one in CORE:
        mine, theirs = judge(one, facts), judge(one, other)
        assert (mine.answer, mine.cause, mine.facts) == (theirs.answer, theirs.cause, theirs.facts)
        assert (mine.judged, mine.offender_count) == (theirs.judged, theirs.offender_count)
        if one.over == "row":
            assert set(mine.offenders) == set(theirs.offenders)


@given(situations(), st.integers(0, 9))
def test_a_count_that_differs_is_a_no(facts: Facts, expected: int) -> None:
    count = len(next(iter(facts.rows.values()), []))
    counted = replace(facts, expected_rows=expected, expected_sources=expected)
    for one in CORE:
        number = {"row": count, "source": len(facts.sources), "run": expected}[one.over]
        if number != expected:
            assert judge(one, counted).answer is Answer.NO


OPEN = rule(
    "source_may_train && (source_may_commercial || source_special_category)",
    "source_may_train",
    "source_may_commercial",
    "source_special_category",
    over="source",
)
OPEN_OR_NOT = st.sampled_from([True, False, NOT_ANSWERED])


@given(st.tuples(OPEN_OR_NOT, OPEN_OR_NOT, OPEN_OR_NOT), st.tuples(*[st.booleans()] * 3))
def test_a_no_with_an_open_question_stays_a_no_whatever_is_answered(
    some: tuple[Any, ...], answers: tuple[bool, ...]
) -> None:
    """Law of `policy.judge`: a no with a fact not answered stays a no whatever the answer ..."""
    full = [now if was is NOT_ANSWERED else was for was, now in zip(some, answers, strict=True)]
    before, after = (
        judge(OPEN, Facts({}, (dict(zip(OPEN.needs, given, strict=True)),), 1)).answer
        for given in (some, full)
    )
    assert before is not Answer.YES or NOT_ANSWERED not in some
    if before is not Answer.NOT_KNOWN:
        assert after is before


COLUMNS = st.integers(1, 30).flatmap(
    lambda count: st.tuples(*[st.lists(st.booleans(), min_size=count, max_size=count)] * 2)
)
RESOLVED = next(one for one in CORE if one.id == "personal-data-resolved")


@given(COLUMNS)
def test_rows_together_are_judged_as_each_alone(columns: tuple[list[bool], list[bool]]) -> None:
    found, resolved = columns
    for kind in (list, np.array):
        facts = Facts(
            {},
            rows=dict(zip(RESOLVED.needs, map(kind, columns), strict=True)),
            expected_rows=len(found),
        )
        bad = [at for at in range(len(found)) if found[at] and not resolved[at]]
        judgement = judge(RESOLVED, facts)
        assert judgement.offenders == tuple(bad[:20])
        assert judgement.offender_count == len(bad)
        assert judgement.answer is (Answer.NO if bad else Answer.YES)
