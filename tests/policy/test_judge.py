"""One rule: yes only when everything is there and says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.policy.rules import rule
from tests.policy.situations import GOOD, NOW, ROWS, RUN, SOURCE, rows, run, source, without
from warrant.policy import NOT_ANSWERED, Answer, Facts
from warrant.policy.facts import FACTS, Fact
from warrant.policy.judge import MAX_CODES, Judgement, judge

ENOUGH = rule("training_rows > 0", "training_rows")
MAY_TRAIN = rule("source_may_train", "source_may_train", over="source")
CURRENT = rule("source_expires > now", "source_expires", "now", over="source")
RESOLVED = rule(
    "!row_personal_data_found || row_personal_data_resolved",
    "row_personal_data_found",
    "row_personal_data_resolved",
    over="row",
)


def test_a_rule_over_the_run_is_judged_once() -> None:
    assert judge(ENOUGH, GOOD) == Judgement(Answer.YES, "judged", judged=1)
    assert judge(ENOUGH, run(training_rows=0)) == Judgement(Answer.NO, "judged", judged=1)


@pytest.mark.parametrize("value", [True, 1.0, "1", None, NOT_ANSWERED, np.int64(1)])
def test_a_value_of_another_type_is_a_no(value: object) -> None:
    found = judge(ENOUGH, run(training_rows=value))  # type: ignore[arg-type]
    assert found.answer is Answer.NO
    assert found.cause == ("missing" if value is None else "wrong type")
    assert found.facts == ("training_rows",)


def test_a_failing_expression_is_a_no() -> None:
    share = rule("test_rows / training_rows > 0", "test_rows", "training_rows")
    assert judge(share, run(training_rows=0)) == Judgement(Answer.NO, "error", judged=1)


def test_a_missing_fact_is_a_no_though_the_others_would_do() -> None:
    either = rule("chain_verified || is_sample", "chain_verified", "is_sample")
    assert judge(either, without("is_sample")).cause == "missing"
    assert judge(either, without("is_sample")).answer is Answer.NO


def test_a_signed_not_answered_is_not_known() -> None:
    found = judge(MAY_TRAIN, source(source_may_train=NOT_ANSWERED))
    assert found == Judgement(Answer.NOT_KNOWN, "judged", ("source_may_train",), 2, (1,), 1)


def test_what_is_measured_cannot_be_left_open() -> None:
    reviewed = rule("source_reviewed", "source_reviewed", over="source")
    assert judge(reviewed, source(source_reviewed=NOT_ANSWERED)).answer is Answer.NO


def test_an_open_answer_does_not_hide_a_no_that_is_already_certain() -> None:
    both = rule(
        "source_may_train && source_may_commercial",
        "source_may_train",
        "source_may_commercial",
        over="source",
    )
    found = judge(both, source(source_may_train=False, source_may_commercial=NOT_ANSWERED))
    assert found == Judgement(Answer.NO, "judged", (), 2, (1,), 1)
    still_open = judge(both, source(source_may_commercial=NOT_ANSWERED))
    assert still_open.answer is Answer.NOT_KNOWN


def test_an_open_answer_that_would_not_matter_is_still_open() -> None:
    either = rule(
        "source_may_train || source_may_commercial",
        "source_may_train",
        "source_may_commercial",
        over="source",
    )
    assert judge(either, source(source_may_commercial=NOT_ANSWERED)).answer is Answer.NOT_KNOWN


def test_sources_are_judged_with_the_facts_of_the_run() -> None:
    assert judge(CURRENT, GOOD).answer is Answer.YES
    assert judge(CURRENT, source(source_expires=NOW)).offenders == (1,)
    assert judge(CURRENT, without("now")).cause == "missing"


def test_no_source_and_a_hidden_source_are_a_no() -> None:
    assert judge(MAY_TRAIN, replace(GOOD, sources=(), expected_sources=0)) == Judgement(
        Answer.NO, "none"
    )
    for expected in (None, 1, 3):
        assert judge(MAY_TRAIN, replace(GOOD, expected_sources=expected)) == Judgement(
            Answer.NO, "count", judged=2
        )


def test_a_missing_value_beside_a_judged_no_names_the_missing_one() -> None:
    facts = replace(GOOD, sources=({**SOURCE, "source_may_train": False}, {}))
    assert judge(MAY_TRAIN, facts) == Judgement(
        Answer.NO, "missing", ("source_may_train",), 2, (0, 1), 2
    )
    mixed = replace(GOOD, sources=({}, {**SOURCE, "source_may_train": False}))
    assert judge(MAY_TRAIN, mixed).cause == "missing"


def test_rows_are_named_by_position() -> None:
    facts = rows(row_personal_data_resolved=[True, False, True])
    assert judge(RESOLVED, GOOD) == Judgement(Answer.YES, "judged", judged=3)
    assert judge(RESOLVED, facts) == Judgement(Answer.NO, "judged", (), 3, (1,), 1)
    named = replace(facts, positions=[10, 20, 30])
    assert judge(RESOLVED, named).offenders == (20,)


def test_the_first_twenty_offenders_are_listed_and_all_are_counted() -> None:
    count = 1000
    facts = replace(
        GOOD,
        rows={
            "row_personal_data_found": np.arange(count) % 2 == 1,
            "row_personal_data_resolved": np.zeros(count, dtype=bool),
        },
        expected_rows=count,
    )
    found = judge(RESOLVED, facts)
    assert found.offenders == tuple(range(1, 40, 2))
    assert found.offender_count == 500


@pytest.mark.parametrize(
    ("facts", "cause", "judged"),
    [
        (replace(GOOD, rows={}), "missing", 0),
        (replace(GOOD, rows={"row_personal_data_found": [True] * 3}), "missing", 0),
        (rows(row_personal_data_found=[], row_personal_data_resolved=[]), "none", 0),
        (replace(GOOD, expected_rows=None), "count", 3),
        (replace(GOOD, expected_rows=2), "count", 3),
        (replace(GOOD, expected_rows=4), "count", 3),
        (rows(row_personal_data_found=[False, False]), "count", 2),
        (replace(GOOD, positions=[1, 2]), "count", 2),
    ],
)
def test_rows_that_are_not_all_there_are_a_no(facts: Facts, cause: str, judged: int) -> None:
    found = judge(RESOLVED, facts)
    assert (found.answer, found.cause, found.judged) == (Answer.NO, cause, judged)


@pytest.mark.parametrize("value", [None, 0, 0.0, "", np.False_, object(), []])
def test_one_row_with_another_type_is_a_no(value: object) -> None:
    found = judge(RESOLVED, rows(row_personal_data_found=[False, value, False]))
    assert found.answer is Answer.NO
    assert found.offenders == (1,)


def test_a_row_that_nobody_looked_at_is_not_known() -> None:
    facts = rows(row_personal_data_found=[False, NOT_ANSWERED, False])
    assert judge(RESOLVED, facts) == Judgement(
        Answer.NOT_KNOWN, "judged", ("row_personal_data_found",), 3, (1,), 1
    )
    erased = rule("!row_erased", "row_erased", over="row")
    assert judge(erased, rows(row_erased=[False, NOT_ANSWERED, False])).answer is Answer.NO


def test_columns_may_be_lists_or_arrays() -> None:
    erased = rule("!row_erased", "row_erased", over="row")
    for column in ([False, True], np.array([False, True]), (False, True)):
        facts = replace(GOOD, rows={"row_erased": column}, expected_rows=2)
        assert judge(erased, facts).offenders == (1,)


KNOWN = {
    **FACTS,
    "row_count": Fact("row_count", "INT", "row", "A count."),
    "row_share": Fact("row_share", "DOUBLE", "row", "A share."),
}


def test_many_distinct_numbers_are_judged_each() -> None:
    both = rule_known("row_count != 7 || row_share < 0.5", "row_count", "row_share")
    count = 2 * int(MAX_CODES**0.5)
    counts = np.arange(count)
    shares = counts / count
    facts = Facts(
        RUN, rows={"row_count": counts, "row_share": shares}, expected_rows=count, known=KNOWN
    )
    assert judge(both, facts).answer is Answer.YES
    worse = replace(facts, rows={"row_count": counts, "row_share": shares + 0.6})
    assert judge(both, worse).offenders == (7,)
    nan = replace(facts, rows={"row_count": counts, "row_share": np.where(counts == 3, np.nan, 0)})
    assert judge(both, nan) == Judgement(Answer.NO, "wrong type", ("row_share",), count, (3,), 1)


def rule_known(ok: str, *needs: str):  # noqa: ANN201 (a rule over facts of this file)
    from tests.policy.rules import TEXT, read

    text = TEXT.replace("over: run", "over: row")
    text = text.replace("[training_rows]", f"[{', '.join(needs)}]")
    return read(text.replace("training_rows > 0", f"'{ok}'"), KNOWN)


def test_a_text_of_a_row_never_reaches_a_judgement() -> None:
    found = judge(RESOLVED, rows(row_personal_data_found=["Jane Doe"] * 3))
    assert "Jane" not in repr(found)
    assert ROWS["row_is_test"] == [False] * 3
