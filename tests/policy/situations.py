"""Situations in which a step asks whether it may run; each differs from `GOOD` in one thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from warrant.policy import FACTS, NEVER, NOT_ANSWERED, Facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.policy.facts import Value

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

RUN: Mapping[str, Value] = {
    "now": NOW,
    "impact_answered": True,
    "egress_allowed": True,
    "is_sample": False,
    "training_rows": 3,
    "test_rows": 2,
    "shared_rows_train_test": 0,
    "shared_clusters_train_test": 0,
    "erased_rows_in_training": 0,
    "declared_facts_accepted": True,
    "has_base": True,
    "base_licence": "Apache-2.0",
    "base_may_commercial": True,
    "plan_committed": True,
    "plan_index": 4,
    "evaluate_index": 9,
    "plan_bounds_met": True,
    "chain_verified": True,
    "approvals_independent": 2,
    "approved_by_author": True,
    "is_rejected": False,
    "open_questions": 0,
}
SOURCE: Mapping[str, Value] = {
    "source_name": "contracts/",
    "source_licence": "CC-BY-4.0",
    "source_origin": "Filings collected from EDGAR in 2024",
    "source_may_train": True,
    "source_may_commercial": True,
    "source_expires": NEVER,
    "source_special_category": False,
    "source_consent": "not stated",
    "source_keep_until": NEVER,
    "source_residency_kept": True,
    "source_reviewed": True,
}
ROWS: Mapping[str, Sequence[object]] = {
    "row_personal_data_found": [False, True, False],
    "row_personal_data_resolved": [False, True, False],
    "row_erased": [False, False, False],
    "row_is_test": [False, False, False],
}
GOOD = Facts(RUN, (SOURCE, SOURCE), 2, ROWS, 3)


def run(**values: Value) -> Facts:
    """Give the good facts with other values for the run."""
    return replace(GOOD, run={**RUN, **values})


def source(**values: Value) -> Facts:
    """Give the good facts with other values for the second source."""
    return replace(GOOD, sources=(SOURCE, {**SOURCE, "source_name": "mail/", **values}))


def rows(**values: Sequence[object]) -> Facts:
    """Give the good facts with other columns."""
    return replace(GOOD, rows={**ROWS, **values})


def without(name: str) -> Facts:
    """Give the good facts without one of them."""
    return replace(
        GOOD,
        run={key: value for key, value in RUN.items() if key != name},
        sources=(SOURCE, {key: value for key, value in SOURCE.items() if key != name}),
        rows={key: value for key, value in ROWS.items() if key != name},
    )


def unanswered() -> Facts:
    """Give the good facts with each question that a person may leave open left open."""
    asked = {name: NOT_ANSWERED for name, fact in FACTS.items() if fact.question is not None}
    return replace(
        GOOD,
        run={**RUN, **{name: value for name, value in asked.items() if name in RUN}},
        sources=({**SOURCE, **{name: value for name, value in asked.items() if name in SOURCE}},),
        expected_sources=1,
        rows={name: [asked[name]] * 3 if name in asked else ROWS[name] for name in ROWS},
    )


SITUATIONS: Mapping[str, Facts] = {
    "all is well": GOOD,
    "nothing is known": Facts({}),
    "no question is answered": unanswered(),
    "one source may not train": source(source_may_train=False),
    "one source may not be used commercially": source(source_may_commercial=False),
    "one right expired a second ago": source(source_expires=NOW - timedelta(seconds=1)),
    "one right expires now": source(source_expires=NOW),
    "one licence is empty": source(source_licence=""),
    "one origin is empty": source(source_origin=""),
    "one source holds special categories": source(source_special_category=True),
    "consent to one source was refused": source(source_consent="refused"),
    "one source may not be kept any longer": source(source_keep_until=NOW),
    "one source is processed elsewhere": source(source_residency_kept=False),
    "nobody says where one source is processed": source(source_residency_kept=NOT_ANSWERED),
    "one source is not reviewed": source(source_reviewed=False),
    "a source is hidden": replace(GOOD, expected_sources=3),
    "a row has personal data": rows(row_personal_data_resolved=[True, False, True]),
    "a row is erased": rows(row_erased=[False, False, True]),
    "a row is a test row": rows(row_is_test=[True, False, False]),
    "a row is hidden": replace(GOOD, expected_rows=4),
    "rows were erased after training": run(erased_rows_in_training=1),
    "what is declared was turned down": run(declared_facts_accepted=False),
    "a model from elsewhere is declared": run(
        declared_facts_accepted=NOT_ANSWERED, erased_rows_in_training=NOT_ANSWERED
    ),
    "there is no training row": run(training_rows=0),
    "there is no test row": run(test_rows=0),
    "a row crosses the split": run(shared_rows_train_test=1),
    "a cluster crosses the split": run(shared_clusters_train_test=1),
    "nobody named the base's licence": run(base_licence=""),
    "the base may not be used commercially": run(base_may_commercial=False),
    "there is no plan": run(plan_committed=False),
    "the plan came with the result": run(plan_index=9),
    "the plan is not met": run(plan_bounds_met=False),
    "the chain does not hold": run(chain_verified=False),
    "nobody answered for the impact": run(impact_answered=False),
    "it is a sample": run(is_sample=True),
    "rows leave for a place that is not named": run(egress_allowed=False),
    "one person besides the author approved": run(approvals_independent=1),
    "only the author approved": run(approvals_independent=0),
    "nobody approved": run(approvals_independent=0, approved_by_author=False),
    "somebody rejects it": run(is_rejected=True),
    "a question is open": run(open_questions=1),
}
