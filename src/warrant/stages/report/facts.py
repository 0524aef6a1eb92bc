"""What both forms of a card say: facts of the records, ready for a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from warrant.records.candidates import candidates_of
from warrant.records.failure_test import figure_words
from warrant.records.identifiers import SAFE_HARBOR, legal_state
from warrant.records.metric import METRICS
from warrant.stages.report.questions import QUESTIONS
from warrant.stages.report.relied import p_value, relied

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.records.candidates import Candidate
    from warrant.records.claim import Claim
    from warrant.records.evaluation import Cost, Evaluation, Score
    from warrant.records.model import Model
    from warrant.stages.report.config import Answer, ReportConfig
    from warrant.stages.report.evidence import Records

TITLES = {
    "explore": "exploration: not for decisions",
    "pilot": "pilot: who approved it is printed by `warrant verify`",
    "production": "production: who approved it is printed by `warrant verify`",
}
"""What stands in the title, by stage of use."""

FEW_ROWS = 30
"""Figures of a label with fewer test rows are named among the limits."""

MOST_CONFUSED = 20
"""A confusion table of more labels is left to the evaluation record."""

_DECLARED = "declared: "  # begins the name of a declared fact in a claim

_BY_LETTER = tuple(SAFE_HARBOR.items())
_KEPT = frozenset({"kept", "rows"})


class Line(NamedTuple):
    """One metric of the evaluation table."""

    name: str
    score: Score
    floor: float | None
    expected: float | None


class LeakLine(NamedTuple):
    """What one column tells of the answer by itself, before training."""

    column: str
    score: float | None
    verdict: str
    reason: str
    """Why an author accepted it; empty otherwise."""


class Adopted(NamedTuple):
    """What was declared of a model that was trained elsewhere."""

    by: str
    """Who declared it."""
    facts: list[tuple[str, object]]
    """Name and value; None: not answered."""


class CostLine(NamedTuple):
    """One way to answer and what its errors cost, per 1,000 rows."""

    name: str
    cost: float
    low: float | None
    """Interval; None: not measured by resampling."""
    high: float | None


def card_facts(records: Records, config: ReportConfig) -> dict[str, Any]:
    """Gather what a card may say.

    Args:
        records: what it may speak from.
        config: the settings of the card.

    Returns:
        By the names that templates use.
    """
    evaluation = records.evaluation.record
    whole = list(evaluation.scores)
    return {
        "name": config.name,
        "title": TITLES[config.stage_of_use],
        "licence": config.licence,
        "model": records.model.record,
        "evaluation": evaluation,
        "answers_with": _answers_with(records.model.record),
        "counted": "places" if evaluation.task == "spans" else "rows",
        "claims": {stage: entry.record for stage, entry in records.claims.items()},
        "scans": _scans(records),
        "datasets": {name: entry.record for name, entry in records.datasets.items()},
        "dropped": _dropped(records),
        "identifiers": _identifiers(records),
        "legal": legal_state(_curated(records)),
        "tagger": _tagger(records),
        "table": _table(records),
        "recognisers": _recognisers(records),
        "lines": _lines(evaluation, config),
        "costs": _costs(evaluation.cost),
        "first": whole[0] if whole else None,
        "slices": evaluation.slices,
        "relied": relied(evaluation),
        "p_value": p_value,
        "candidates": _candidates(records),
        "metric_name": _metric_name,
        "questions": _questions(config),
        "said": _said(config),
        "expected": config.expected,
        "has_plan": config.plan is not None,
        "few_rows": FEW_ROWS,
        "rare": [line for line in evaluation.labels if 0 < line.support < FEW_ROWS],
        "adopted": _adopted(records),
        "doubted": _doubted(records),
        "leaks": _leaks(records),
        "failing": evaluation.failure_tests,
        "rules": evaluation.workflow,
        "chosen_by": CHOSEN_BY,
        "domain": config.domain,
        "sections": config.sections,
        "answers": {answer.question: answer for answer in config.answers},
        "show_confusion": 0 < len(evaluation.confusion) <= MOST_CONFUSED,
    }


def _answers_with(model: Model) -> str:
    """Say what answers a row."""
    labels = f"{len(model.labels)} label{'' if len(model.labels) == 1 else 's'}"
    return {
        "regression": "a number",
        "multilabel": f"any number of {labels}",
        "spans": f"places in the text, each with one of {labels}; a place is right where it begins "
        "and ends as the true one does, with the same label",
        "pairs": f"exactly one of {labels} for the two texts together",
        "choice": "one of the options that the row brings",
        "generation": "a text",
    }.get(model.task, f"exactly one of {labels}")


def _identifiers(records: Records) -> list[tuple[str, str, str]]:
    """Say of each identifier of Safe Harbor whether curate looked for it: letter, words, answer."""
    measures = _curated(records)
    told = [(letter, words, measures.get(f"safe_harbor_{letter}")) for letter, words in _BY_LETTER]
    return [(letter, words, str(answer)) for letter, words, answer in told if answer is not None]


def _recognisers(records: Records) -> str | None:
    """Name what looked for personal data; None where nothing has."""
    measures = _curated(records)
    looked = measures.get("personal_data_recognisers")
    return None if looked is None else str(looked)


def _scans(records: Records) -> Claim | None:
    """Give the claim of ingest where it recognised text on scans."""
    claim = records.claims["ingest"].record if "ingest" in records.claims else None
    return claim if claim is not None and claim.counts.get("ocr_pages") else None


def _curated(records: Records) -> Mapping[str, object]:
    return records.claims["curate"].record.measures if "curate" in records.claims else {}


def _tagger(records: Records) -> Mapping[str, object] | None:
    """Give what a tagger found in documents that it had not seen; None without one."""
    measures = _curated(records)
    prefix = "tagger_"
    told = {name.removeprefix(prefix): measures[name] for name in measures if prefix in name[:7]}
    return told or None


def _table(records: Records) -> list[tuple[str, object]]:
    """Say how well rows hide one another; nothing where no column has a role."""
    measures = _curated(records)
    return [(words, measures[name]) for name, words in _TABLE.items() if name in measures]


_TABLE = {
    "table_quasi_identifiers": "columns that together may tell who a row is about",
    "table_k": "k: rows of the smallest class that shares them",
    "table_l": "l: fewest sensitive values in a class",
    "table_k_before": "k before columns were made coarser",
    "table_rows_alone_before": "rows that stood alone before",
    "table_small_cells": "values of one column that fewer rows than wanted share",
    "table_rows_taken_out": "rows taken out because they stood out",
    "table_cost_metric": "what that costs is told by",
    "table_cost_plain": "the cheapest model on rows as they were",
    "table_cost_protected": "the cheapest model on rows as they are",
    "table_cost_difference": "what protecting them costs: the second less the first",
    "table_cost_low": "it lies above, 95 % sure",
    "table_cost_high": "it lies below, 95 % sure",
    "table_cost_rows": "rows that both answered and neither learnt from",
    "table_cost_not_measured": "what protecting them costs in score: not measured",
}


def _lines(evaluation: Evaluation, config: ReportConfig) -> list[Line]:
    floors = {score.metric: score.value for score in evaluation.floor}
    if evaluation.cost:
        floors["cost_per_1000"] = evaluation.cost.no_model
    expected = config.expected
    return [
        Line(
            _metric_name(score.metric),
            score,
            floors.get(score.metric),
            expected.value if expected and expected.metric == score.metric else None,
        )
        for score in evaluation.scores
    ]


def _costs(cost: Cost | None) -> list[CostLine]:
    """List what errors cost, with a model and without; nothing where the recipe has no prices."""
    if cost is None:
        return []
    plain = cost.without_thresholds
    measured = [("this model" + (", with thresholds" if plain else ""), cost.model)]
    measured += [("this model, without thresholds", plain)] if plain else []
    lines = [CostLine(name, score.value, score.low, score.high) for name, score in measured]
    lines.append(CostLine("always the cheapest answer, no model", cost.no_model, None, None))
    if cost.all_reviewed is not None:
        lines.append(CostLine("a person looks at every row", cost.all_reviewed, None, None))
    return lines


CHOSEN_BY = {
    "warrant": "safe for any task",
    "domain": "the domain",
    "recipe": "the recipe",
}
"""Who chose what should come of a changed row, in words."""


def _candidates(records: Records) -> tuple[Candidate, ...]:
    """List the tiers that training held against each other."""
    train = records.claims.get("train")
    return candidates_of(train.record.measures) if train else ()


def _metric_name(name: str) -> str:
    return METRICS[name].words if name in METRICS else figure_words(name) or name


def _dropped(records: Records) -> list[tuple[str, str, int, str]]:
    """List what was dropped: step, reason, rows, footnote."""
    return [
        (name, reason, count, entry.note)
        for name, entry in records.datasets.items()
        for reason, count in sorted(entry.record.counts.items())
        if reason not in _KEPT
    ]


def _adopted(records: Records) -> Adopted | None:
    """Give what was declared of a model that was trained elsewhere; None where it was not."""
    claim = records.claims["train"].record if "train" in records.claims else None
    if claim is None or claim.measures.get("adopted") is not True:
        return None
    told: list[tuple[str, object]] = [
        (name.removeprefix(_DECLARED), value)
        for name, value in claim.measures.items()
        if name.startswith(_DECLARED)
    ]
    for data in claim.sources:
        told += [
            ("data: what they are", data.origin),
            ("data: licence", data.licence),
            ("data: may be trained on", data.rights.train),
            ("data: commercial use", data.rights.commercial),
            ("data: right ends", data.rights.expires),
            ("data: special categories", data.special_category),
        ]
    return Adopted(str(claim.measures["declared_by"]), told)


def _doubted(records: Records) -> list[dict[str, str | int]]:
    """List what training counted of columns: rows and reason, column, how many."""
    counts = records.claims["train"].record.counts if "train" in records.claims else {}
    return [
        {"reason": reason.replace("_", " "), "column": column, "rows": count}
        for name, count in counts.items()
        for reason, mark, column in [name.partition(": ")]
        if mark
    ]


def _leaks(records: Records) -> list[LeakLine]:
    """List what each column told alone; nothing where nobody looked."""
    measures = records.claims["train"].record.measures if "train" in records.claims else {}
    lines = []
    for name, score in measures.items():
        kind, _, column = name.partition(": ")
        if kind == "alone" and column:
            verdict, why = measures[f"leak: {column}"], measures.get(f"leak_reason: {column}", "")
            told = None if score is None else float(score)
            lines.append(LeakLine(column, told, str(verdict), str(why)))
    return lines


def _questions(config: ReportConfig) -> list[tuple[str, str, Answer | None]]:
    """Pair each question with its answer; an answer of `not answered` stays a gap."""
    answers = {answer.question: answer for answer in config.answers}
    return [(question.name, question.words, answers.get(question.name)) for question in QUESTIONS]


def _said(config: ReportConfig) -> dict[str, list[tuple[str, str, str]]]:
    """List by source who answered what: setting, person, footnote."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for number, one in enumerate(config.source_answers, start=1):
        note = f"source-answer-{number}"
        found.setdefault(one.source, []).append((one.setting, one.person, note))
    return found
