"""One example of each record: what the golden files hold."""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from warrant.kernel.digest import Digest
from warrant.kernel.keys import Ed25519Signer, P256Signer, log_origin
from warrant.kernel.statement import Statement, Subject
from warrant.records import (
    absence,
    act,
    batch_receipt,
    claim,
    content,
    dataset,
    erasure,
    evaluation,
    evaluation_1,
    evaluation_2,
    failure_test,
    keys,
    layout,
    ledger,
    model,
    reason,
    recognised,
    reliance,
    source,
    step,
)
from warrant.records import evaluation_plan as plan
from warrant.records import evaluation_plan_2 as plan_2
from warrant.records.actor import Actor
from warrant.records.base import Record
from warrant.records.schemas import PREDICATES

ANNA: Final = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
LOG: Final = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
MODEL: Final = P256Signer(ec.derive_private_key(7, ec.SECP256R1()))
AT: Final = "2026-03-02T09:00:00Z"


def digest(text: str) -> str:
    """Give the hex digest of a text: examples need no bytes behind them."""
    return Digest.of(text.encode()).hex


ACTOR: Final = Actor(key=ANNA.key_id, role="author", unprotected=False)
SOURCE: Final = source.Source(
    name="contracts/",
    licence="CC-BY-4.0",
    origin="Filings collected in 2024",
    rights=source.Rights(train=True, commercial=True, expires="2030-01-01"),
    special_category=None,
    documents=412,
    unread=3,
    sheet_rows_unmatched=1,
)
RULE: Final = claim.Plugin(name="drop_exact_duplicates", version="1")


def _score(metric: str, value: float, rows: int) -> evaluation.Score:
    return evaluation.Score(
        metric=metric,
        value=value,
        low=value / 2,
        high=value * 1.5,
        level=0.95,
        method="bootstrap-percentile",
        rows=rows,
    )


EXAMPLES: Final[dict[str, Record]] = {
    "absence": absence.Absence(
        trees=(
            absence.AbsenceTree(
                dataset=digest("train"), key=digest("key"), tokens=36408, root=digest("tree")
            ),
        )
    ),
    "act": act.Act(
        act="approve",
        actor=ACTOR,
        reason="Read the card; the bounds of the plan are met.",
        conditions=("Reviewed again after 12 months.",),
        expires_at="2027-03-02T09:00:00Z",
        stage_of_use="pilot",
        recorded_at=AT,
    ),
    "batch-receipt": batch_receipt.BatchReceipt(
        approval="Approval: none.",
        bundle=digest("bundle"),
        columns=("file", "answer", "probability"),
        counts={"abstained": 1, "answered": 40, "unread": 1},
        input="new/",
        lines=42,
        made_by="warrant 0.1.0",
        name="contracts",
        notice="exploration: not for decisions",
        output="answers.xlsx",
        root=digest("root"),
        sha256=digest("answers"),
        stage_of_use="explore",
        verified="holds, signed by Dana Demo (fictional)",
    ),
    "claim": claim.Claim(
        stage="curate",
        version=1,
        inputs=(claim.Link(name="documents", digest=digest("in"), rows=412),),
        outputs=(
            claim.Link(name="rows", digest=digest("out"), fingerprint=digest("fp"), rows=400),
        ),
        counts={"kept": 400, "exact_duplicate": 12},
        plugins=(RULE,),
        sources=(SOURCE,),
        measures={"near_duplicates": None, "share_in_english": 0.97, "masked": True},
        left_this_machine=(claim.Egress(host="example.org", size=1024, purpose="read a source"),),
    ),
    "content": content.Content(
        name="contracts",
        stage_of_use="explore",
        members=(content.Member(name="card.md", sha256=digest("card"), size=2048),),
    ),
    "dataset": dataset.Dataset(
        name="rows",
        columns=(
            dataset.Column(name="text", type="text"),
            dataset.Column(name="signed_on", type="date"),
        ),
        rows=400,
        fingerprint=digest("fp"),
        root=digest("root"),
        counts={"kept": 400, "exact_duplicate": 12},
    ),
    "erasure": erasure.Erasure(
        actor=ACTOR,
        datasets=(erasure.ErasedRows(manifest=digest("out"), positions=(3, 17)),),
        not_reached=("Models trained before: contracts 1.",),
        reason="The data subject asked for it.",
        warning="A holder of all other rows could test guesses against the fingerprint.",
        recorded_at=AT,
    ),
    "evaluation": evaluation.Evaluation(
        task="multiclass",
        model=digest("model"),
        test=digest("test"),
        plan=digest("plan"),
        attempt=2,
        convention="plain",
        rows=80,
        without_label=1,
        resamples=1000,
        seed=7,
        fewest_rows=10,
        scores=(_score("macro_f1", 0.63, 80), _score("log_loss", 0.7, 80)),
        floor=(_score("macro_f1", 0.35, 80),),
        expected=evaluation.Expected(metric="macro_f1", value=0.6, sure=0.8, found=0.63, met=True),
        bounds=(
            evaluation.Bound(metric="macro_f1", at_least=0.55, at_most=None, value=0.63, met=True),
            evaluation.Bound(metric="mae", at_least=None, at_most=2.5, value=None, met=False),
        ),
        labels=(
            evaluation.LabelScore(
                label="yes",
                precision=0.7,
                recall=None,
                f1=None,
                f1_low=None,
                f1_high=None,
                roc_auc=None,
                pr_auc=None,
                support=0,
                predicted=9,
            ),
        ),
        confusion=((40, 2), (3, 35)),
        slices=(
            evaluation.Slice(
                column="contract_type",
                value="lease",
                rows=20,
                scores=(_score("macro_f1", 0.5, 20),),
                is_worst=True,
            ),
        ),
        abstained=evaluation.Abstained(
            rows=3,
            reasons=(evaluation.AbstainedFor(doubt="unseen", column="law", rows=3),),
            scores=(_score("macro_f1", 0.66, 77),),
        ),
        cost=evaluation.Cost(
            model=_score("cost_per_1000", 310.5, 80),
            without_thresholds=_score("cost_per_1000", 2400.0, 80),
            no_model=900,
            all_reviewed=2000,
        ),
        curves=(
            evaluation.Curve(
                kind="roc",
                label="yes",
                points=(
                    evaluation.Point(x=0, y=0, threshold=1),
                    evaluation.Point(x=0.2, y=0.9, threshold=0.4),
                    evaluation.Point(x=1, y=1, threshold=0),
                ),
            ),
        ),
        reliability=(
            evaluation.Reliability(
                label=None,
                bins=(evaluation.Bin(low=0, high=1, rows=80, predicted=0.8, true=0.75),),
            ),
        ),
        histogram=(evaluation.HistogramBin(low=0.5, high=1, right=60, wrong=20),),
        failure_tests=(
            failure_test.FailureTest(
                name="negation",
                test="negation",
                expect="changes",
                chosen_by="recipe",
                rows=80,
                made=30,
                passed=27,
                pass_rate=0.9,
                failing_at_most=0.25,
                level=0.95,
                why_none=None,
                examples=(
                    failure_test.FailureExample(change="'shall' became 'shall not'", passed=False),
                ),
            ),
            failure_test.FailureTest(
                name="dose",
                test="dose",
                expect="same",
                chosen_by="domain",
                rows=80,
                made=0,
                passed=0,
                pass_rate=None,
                failing_at_most=None,
                level=0.95,
                why_none="no row holds a dose",
                examples=(),
            ),
        ),
        workflow=(
            failure_test.WorkflowRule(
                name="denied-is-not-paid",
                chosen_by="domain",
                ok='!(earlier("denied") && answer == "paid")',
                cases=20,
                broken=2,
                broken_in_truth=1,
                kept=0.9,
                broken_at_most=0.28,
                level=0.95,
                offenders=(7, 31),
            ),
        ),
        scorers=(
            evaluation.OwnScore(
                words="Overlap of labels", better="higher", score=_score("overlap", 0.8, 80)
            ),
        ),
        slice_tests=(
            reliance.SliceTest(
                column="contract_type",
                value="lease",
                rows=20,
                loss=0.45,
                rest=0.2,
                p=0.02,
                corrected=0.04,
            ),
        ),
        weak=reliance.WeakSearch(
            loss="share of wrong answers",
            tested=41,
            fewest_rows=30,
            level=0.05,
            found=(
                reliance.WeakSlice(
                    parts=(
                        reliance.WeakPart(column="length of text", value="1,200 to 9,800"),
                        reliance.WeakPart(column="contract_type", value="lease"),
                    ),
                    rows=31,
                    loss=0.55,
                    rest=0.18,
                    p=0.0001,
                    corrected=0.0041,
                ),
            ),
        ),
        risk_area=0.12,
        covered=reliance.Covered(
            stated=0.9,
            chosen_on=60,
            share=0.925,
            low=0.844,
            high=0.972,
            level=0.95,
            method="clopper-pearson",
            rows=80,
            mean_size=1.3,
        ),
        selective=reliance.Selective(
            stated=0.1,
            sure=0.95,
            chosen_on=60,
            threshold=0.72,
            rows=80,
            answered=52,
            wrong=3,
            low=0.012,
            high=0.16,
            level=0.95,
        ),
        faithful=reliance.Faithful(
            rows=80,
            words=5,
            without_named=0.31,
            without_random=0.04,
            only_named=0.05,
            only_random=0.4,
            p=0.0001,
        ),
        openings=reliance.Openings(same=1, others=2, rows=12, unknown=0),
        groups=12,
    ),
    "evaluation-1": evaluation_1.Evaluation1(
        model=digest("model"),
        test=digest("test"),
        plan=digest("plan"),
        scores=(
            evaluation_1.Score(
                metric="macro_f1",
                value=0.63,
                low=0.6,
                high=0.66,
                level=0.95,
                method="bootstrap-percentile",
                rows=80,
                slice="contract_type=lease",
            ),
        ),
        floor=(),
        labels=(
            evaluation_1.LabelScore(
                label="yes", precision=0.7, recall=None, f1=None, support=0, predicted=9
            ),
        ),
        confusion=((40, 2), (3, 35)),
        bounds=(evaluation_1.Bound(metric="macro_f1", at_least=0.55, value=0.63, met=True),),
        rows=80,
        resamples=1000,
        seed=7,
    ),
    "evaluation-2": evaluation_2.Evaluation2(
        task="multiclass",
        model=digest("model"),
        test=digest("test"),
        plan=digest("plan"),
        attempt=2,
        convention="plain",
        rows=80,
        without_label=1,
        resamples=1000,
        seed=7,
        fewest_rows=10,
        scores=(_score("macro_f1", 0.63, 80), _score("log_loss", 0.7, 80)),
        floor=(_score("macro_f1", 0.35, 80),),
        expected=evaluation.Expected(metric="macro_f1", value=0.6, sure=0.8, found=0.63, met=True),
        bounds=(
            evaluation.Bound(metric="macro_f1", at_least=0.55, at_most=None, value=0.63, met=True),
            evaluation.Bound(metric="mae", at_least=None, at_most=2.5, value=None, met=False),
        ),
        labels=(
            evaluation.LabelScore(
                label="yes",
                precision=0.7,
                recall=None,
                f1=None,
                f1_low=None,
                f1_high=None,
                roc_auc=None,
                pr_auc=None,
                support=0,
                predicted=9,
            ),
        ),
        confusion=((40, 2), (3, 35)),
        slices=(
            evaluation.Slice(
                column="contract_type",
                value="lease",
                rows=20,
                scores=(_score("macro_f1", 0.5, 20),),
                is_worst=True,
            ),
        ),
        abstained=evaluation.Abstained(
            rows=3,
            reasons=(evaluation.AbstainedFor(doubt="unseen", column="law", rows=3),),
            scores=(_score("macro_f1", 0.66, 77),),
        ),
        cost=evaluation.Cost(
            model=_score("cost_per_1000", 310.5, 80),
            without_thresholds=_score("cost_per_1000", 2400.0, 80),
            no_model=900,
            all_reviewed=2000,
        ),
        curves=(
            evaluation.Curve(
                kind="roc",
                label="yes",
                points=(
                    evaluation.Point(x=0, y=0, threshold=1),
                    evaluation.Point(x=0.2, y=0.9, threshold=0.4),
                    evaluation.Point(x=1, y=1, threshold=0),
                ),
            ),
        ),
        reliability=(
            evaluation.Reliability(
                label=None,
                bins=(evaluation.Bin(low=0, high=1, rows=80, predicted=0.8, true=0.75),),
            ),
        ),
        histogram=(evaluation.HistogramBin(low=0.5, high=1, right=60, wrong=20),),
    ),
    "evaluation-plan": plan.EvaluationPlan(
        actor=ACTOR,
        bounds=(plan.PlannedBound(metric="macro_f1", at_least=0.55),),
        expect=plan.Expectation(metric="macro_f1", value=0.6, sure=0.8),
        slices=("contract_type",),
        recorded_at=AT,
    ),
    "evaluation-plan-2": plan_2.EvaluationPlan2(
        actor=ACTOR,
        bounds=(
            plan_2.PlannedBound2(metric="r2", at_least=0.5, at_most=None),
            plan_2.PlannedBound2(metric="mae", at_least=None, at_most=2.5),
        ),
        expect=None,
        slices=(),
        recorded_at=AT,
    ),
    "keys": keys.Keys(
        actor=ACTOR,
        log=keys.LogKey(key=LOG.public_key.text, origin=log_origin(LOG.public_key)),
        persons=(
            keys.Person(
                key=ANNA.public_key.text, name="Anna Alvarez", roles=("author", "reviewer")
            ),
        ),
        models=(keys.ModelKey(pem=MODEL.public_key.pem),),
        previous=keys.PreviousLog(origin="warrant-log/0123456789abcdef0123", checkpoint="…\n"),
        reason="recovered",
        recorded_at=AT,
    ),
    "layout": layout.Layout(
        dataset=digest("manifest"),
        commitments=digest("commitments"),
        shards=(layout.Shard(sha256=digest("shard"), size=33554432, rows=400),),
    ),
    "ledger": ledger.LedgerHeader(
        step="curate",
        input=digest("in"),
        input_rows=412,
        kept=400,
        dropped=12,
        reasons=(
            reason.Reason(
                code="exact_duplicate",
                kind="drop",
                rule="drop_exact_duplicates",
                version="1",
                threshold=None,
                words="The same text stands in an earlier row.",
            ),
        ),
    ),
    "recognised": recognised.Recognised(
        engine="rapidocr",
        plugins=(
            claim.Plugin(name="rapidocr", version="3.10.0"),
            claim.Plugin(name="rapidocr:rec.onnx", version=f"sha256:{digest('weights')}"),
        ),
        least_confidence=0.8,
        files=(
            recognised.RecognisedFile(
                position=3,
                pages=(
                    recognised.RecognisedPage(
                        page=1,
                        confidence=0.97,
                        kept=True,
                        turned=180,
                        lines=((0, 24, 100, 80, 610, 97),),
                    ),
                    recognised.RecognisedPage(
                        page=2, confidence=0.41, kept=False, turned=0, lines=()
                    ),
                    recognised.RecognisedPage(
                        page=3, confidence=None, kept=True, turned=0, lines=()
                    ),
                ),
            ),
        ),
    ),
    "model": model.Model1(
        name="contracts",
        kind="linear",
        task="multilabel",
        labels=("Cap on Liability", "Governing Law"),
        inputs=("text",),
        files=(model.ModelFile(name="weights.safetensors", sha256=digest("weights"), size=4096),),
        seed=7,
        deterministic=True,
        libraries=(claim.Plugin(name="scikit-learn", version="1.9.1"),),
        parameters=1024,
        settings={"c": 0.5, "ngrams": 2, "sublinear": True, "stop_words": None, "norm": "l2"},
    ),
    "model-2": model.Model2(
        name="diseases",
        kind="tagger",
        task="spans",
        labels=("Disease",),
        inputs=("text",),
        files=(model.ModelFile(name="weights.safetensors", sha256=digest("weights"), size=4096),),
        seed=7,
        deterministic=True,
        libraries=(claim.Plugin(name="scikit-learn", version="1.9.1"),),
        parameters=1024,
        settings={"c": 0.5, "ngrams": 2, "sublinear": True, "stop_words": None, "norm": "l2"},
    ),
    "source": SOURCE,
    "source-2": source.Source2(
        **{name: getattr(SOURCE, name) for name in source.Source.model_fields if name != "format"},
        terms=source.Terms(consent=True, keep_until="2031-12-31", residency=("EU", "CH")),
    ),
    "step": step.Step(
        buildDefinition=step.BuildDefinition(
            buildType="urn:x-warrant:stage:curate:v1",
            externalParameters=step.ExternalParameters(
                contentKey=digest("key"),
                configuration={"filters": ["drop_exact_duplicates"]},
                fingerprints={"rows": digest("fp")},
            ),
            internalParameters=step.InternalParameters(actor=ACTOR),
            resolvedDependencies=(
                step.Dependency(name="documents", digest=step.Sha256(sha256=digest("in"))),
            ),
        ),
        runDetails=step.RunDetails(
            builder=step.Builder(id="urn:x-warrant:builder", version={"warrant": "0.1.0"}),
            metadata=step.RunMetadata(startedOn=AT, finishedOn=AT),
        ),
    ),
}
"""By the name of the golden file."""

_SUBJECTS: Final = {
    "act": [Subject("bundle", Digest.of(b"bundle"))],
    "erasure": [Subject("dataset-0", Digest.of(b"out"))],
    "evaluation-plan": [Subject("test", Digest.of(b"test"))],
    "evaluation-plan-2": [Subject("test", Digest.of(b"test"))],
    "keys": [Subject("log", LOG.public_key.digest)],
    "step": [Subject("claim", Digest.of(b"claim")), Subject("rows", Digest.of(b"out"))],
}

STATEMENTS: Final = {
    name: Statement(
        tuple(_SUBJECTS[name]),
        next(kind for kind, type_ in PREDICATES.items() if isinstance(EXAMPLES[name], type_)),
        EXAMPLES[name].model_dump(mode="json"),
    )
    for name in _SUBJECTS
}
"""The predicates among the examples, each in a statement that the kernel takes."""
