"""Write a card of fixed records, to be read. Run: python -m tests.stages.report.golden_card."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

from tests.engine.desk import make_desk
from tests.records.examples import EXAMPLES
from warrant.records.claim import Claim, Link, Plugin
from warrant.records.dataset import Column, Dataset
from warrant.records.evaluation import Bound, Evaluation, LabelScore, Score, Slice
from warrant.records.failure_test import FailureExample, FailureTest, WorkflowRule
from warrant.records.model import Model, ModelFile
from warrant.records.reliance import SliceTest
from warrant.records.source import Rights, Source
from warrant.stages.curate.builtin.coverage import coverage_of
from warrant.stages.curate.builtin.patterns import PatternRecogniser
from warrant.stages.report import Answer, Expected, ReportConfig, Section, run

GOLDEN: Final = Path(__file__).parents[2] / "golden" / "card.md"

MODEL = Model(
    name="contracts",
    kind="linear",
    task="multiclass",
    labels=("Lease", "Loan | secured"),
    inputs=("text",),
    files=(ModelFile(name="model.json", sha256="11" * 32, size=4000),),
    seed=7,
    deterministic=True,
    libraries=(Plugin(name="numpy", version="2.4.6"), Plugin(name="scipy", version="1.17.1")),
    parameters=4213,
    settings={"strength": 3.0, "fewest_documents": 3, "link": "softmax"},
)

ROWS = Dataset(
    name="rows",
    columns=(Column(name="text", type="text"), Column(name="contract_type", type="text")),
    rows=250,
    fingerprint="22" * 32,
    root="33" * 32,
    counts={"kept": 250, "exact_duplicate": 12},
)

SOURCES = (
    Source(
        name="contracts/",
        licence="CC-BY-4.0",
        origin="Written for this page",
        rights=Rights(train=True, commercial=False, expires="2030-01-01"),
        special_category=False,
        documents=262,
        unread=5,
    ),
    Source(name="more/", documents=0),
)


def score(metric: str, value: float, rows: int = 50) -> Score:
    """Make a score whose interval is a tenth wide on each side."""
    return Score(
        metric=metric,
        value=value,
        low=round(value - 0.1, 3),
        high=round(value + 0.1, 3),
        level=0.95,
        method="bootstrap-percentile",
        rows=rows,
    )


def label(
    name: str,
    precision: float | None,
    recall: float | None,
    f1: float | None,
    *,
    support: int,
    predicted: int,
) -> LabelScore:
    """Make a line of the table of labels."""
    return LabelScore(
        label=name,
        precision=precision,
        recall=recall,
        f1=f1,
        f1_low=None if f1 is None else round(f1 - 0.1, 3),
        f1_high=None if f1 is None else round(f1 + 0.1, 3),
        roc_auc=None,
        pr_auc=None,
        support=support,
        predicted=predicted,
    )


def failure_test(name: str, expect: str, *, made: int, passed: int) -> FailureTest:
    """Make what came of a failure test."""
    return FailureTest(
        name=name,
        test=name,
        expect=expect,
        chosen_by="recipe" if made else "domain",
        rows=50,
        made=made,
        passed=passed,
        pass_rate=passed / made if made else None,
        failing_at_most=0.25 if made else None,
        level=0.95,
        why_none=None if made else "nobody said what should come of it",
        examples=(FailureExample(change="'shall' became 'shall not'", passed=False),)
        if made
        else (),
    )


def evaluation(model: str) -> Evaluation:
    """Make the evaluation of a model."""
    return Evaluation(
        task="multiclass",
        model=model,
        test="44" * 32,
        plan="55" * 32,
        attempt=1,
        convention="plain",
        scores=(
            score("accuracy", 0.84),
            score("macro_f1", 0.79),
        ),
        floor=(score("accuracy", 0.6), score("macro_f1", 0.375)),
        labels=(
            label("Lease", 0.9, 0.8, 0.847, support=40, predicted=36),
            label("Loan | secured", None, 0.0, 0.0, support=10, predicted=0),
        ),
        confusion=((32, 8), (10, 0)),
        bounds=(Bound(metric="macro_f1", at_least=0.8, at_most=None, value=0.79, met=False),),
        slices=(
            Slice(
                column="law",
                value="A|B",
                rows=20,
                scores=(score("accuracy", 0.75, 20),),
                is_worst=True,
            ),
        ),
        expected=None,
        abstained=None,
        cost=None,
        curves=(),
        reliability=(),
        histogram=(),
        rows=50,
        without_label=0,
        resamples=2000,
        seed=7,
        fewest_rows=10,
        failure_tests=(
            failure_test("negation", "changes", made=30, passed=27),
            failure_test("dose", "not said", made=0, passed=0),
        ),
        workflow=(
            WorkflowRule(
                name="denied-is-not-paid",
                chosen_by="domain",
                ok='!(earlier.contains("|denied|") && answer == "paid")',
                cases=20,
                broken=2,
                broken_in_truth=1,
                kept=0.9,
                broken_at_most=0.283,
                level=0.95,
                offenders=(7, 31),
            ),
        ),
        slice_tests=(
            SliceTest(
                column="law", value="A|B", rows=20, loss=0.25, rest=0.1, p=0.03, corrected=0.03
            ),
        ),
        **_relied(),
    )


def _relied() -> dict[str, Any]:
    """Take what an evaluation says of promises from the example of the record."""
    example = EXAMPLES["evaluation"]
    assert isinstance(example, Evaluation)
    names = ("scorers", "weak", "risk_area", "covered", "selective", "faithful", "openings")
    return {name: getattr(example, name) for name in names}


CANDIDATES: Final[dict[str, str | float]] = {
    "candidates": "linear, trees, encoder",
    "candidates_figure": "macro_f1",
    "candidates_margin": 0.01,
    "candidates_level": 0.05,
    "candidates_tests": 1,
    "candidates_rows": 60,
    "candidate_chosen": "linear",
    "candidate: linear": "the cheapest",
    "candidate_value: linear": 0.81,
    "candidate_cpu_s: linear": 1.52,
    "candidate_cpu_ms_per_row: linear": 0.31,
    "candidate_cost_per_1000: linear": 420.0,
    "candidate: trees": "not better by the margin",
    "candidate_against: trees": "linear",
    "candidate_value: trees": 0.82,
    "candidate_difference: trees": 0.01,
    "candidate_low: trees": -0.03,
    "candidate_high: trees": 0.05,
    "candidate_p: trees": 0.47,
    "candidate_cpu_s: trees": 3.4,
    "candidate_cpu_ms_per_row: trees": 0.9,
    "candidate_cost_per_1000: trees": 400.0,
    "candidate: encoder": "not trained: it reads no text",
}
"""What training says of tiers that were held against each other."""


def card() -> str:
    """Write the card."""
    return written("card")


def written(output: str) -> str:
    """Write the card as Markdown (`card`) or as a page (`page`)."""
    with tempfile.TemporaryDirectory() as folder:
        desk = make_desk(Path(folder))
        rows = desk.store.put(ROWS.to_bytes())
        model = desk.store.put(MODEL.to_bytes())
        claims = (
            Claim(stage="ingest", version=1, inputs=(), outputs=(), counts={}, sources=SOURCES),
            Claim(
                stage="curate",
                version=1,
                inputs=(),
                outputs=(Link(name="rows", digest=rows.hex),),
                counts={},
                measures={
                    "personal_data_recognisers": "warrant-ml:patterns 0.1.0",
                    **coverage_of(PatternRecogniser.kinds),
                },
            ),
            Claim(
                stage="train",
                version=1,
                inputs=(),
                outputs=(),
                counts={
                    "rows": 180,
                    "validation_rows": 20,
                    "without_label": 0,
                    "rare_labels": 2,
                    "rows_of_rare_labels": 2,
                    "train_missing: amount": 4,
                    "validation_unseen: kind of case": 1,
                },
                measures=CANDIDATES,
            ),
        )
        inputs = {
            "model": model,
            "evaluation": desk.store.put(evaluation(model.hex).to_bytes()),
            "rows": rows,
            **{claim.stage: desk.store.put(claim.to_bytes()) for claim in claims},
        }
        config = ReportConfig(
            name="contracts",
            stage_of_use="explore",
            licence="Apache-2.0",
            plan="55" * 32,
            expected=Expected("macro_f1", 0.8, 0.7),
            domain="legal 1",
            sections=(Section("Law", (("legal.day", "Of which day?"), ("legal.scope", "Where?"))),),
            answers=(Answer("intended_use", "Sorting new contracts.", "Ada Example", "66" * 32),),
        )
        return desk.store.get(run(inputs, config, desk).outputs[output]).decode()


if __name__ == "__main__":
    GOLDEN.write_text(card(), "utf-8")
