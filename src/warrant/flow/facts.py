"""What flow tells policy before a step: facts from signed records, at this size of the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from warrant.flow import people
from warrant.flow.adopt.declared import row_facts, run_facts
from warrant.flow.clock import instant
from warrant.flow.domain.questions import domain_questions
from warrant.policy import NOT_ANSWERED, Exemption, Facts, exemption_of, source_facts
from warrant.policy.rule import STAGES
from warrant.records.claim import Claim
from warrant.records.dataset import Dataset
from warrant.records.evaluation_2 import read_evaluation
from warrant.records.failure_test import is_failure_figure
from warrant.records.licence import obligations_of
from warrant.stages.report.questions import QUESTIONS, Question

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from warrant.flow.workspace import Workspace
    from warrant.kernel.digest import Digest
    from warrant.policy import Use
    from warrant.records.act import Act
    from warrant.records.evaluation import Evaluation
    from warrant.stages.adopt import Declared

IMPACT = Question(
    "impact",
    "If the model is wrong, can it cost a person health, money, rights?",
    "High impact needs two people besides the author; without an answer it counts as high.",
)
"""Asked besides the card's own questions: `low` or `high`, with a reason."""

ASKED = (IMPACT, *QUESTIONS)
"""All questions that a person answers with a signed act."""


@dataclass(frozen=True)
class Known:
    """What the run knows so far: outputs of the steps that are done, by `stage/name`."""

    outputs: Mapping[str, Digest] = field(default_factory=dict)
    """Manifests and blobs."""
    claims: Mapping[str, Digest] = field(default_factory=dict)
    """Claims by stage."""
    positions: Mapping[str, int] = field(default_factory=dict)
    """Index in the log of each stage's statement."""
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    """Fingerprint (hex) of each dataset, by its manifest's digest (hex)."""
    adopted: Declared | None = None
    """What is declared of a model that is taken over; None: it is trained here."""
    chain_verified: bool | None = None
    """What verification said; None: not asked yet."""


def gather(  # noqa: PLR0913, RUF100 - each is another thing that policy asks about
    workspace: Workspace,
    known: Known,
    step: str,
    use: Use,
    now: datetime,
    *,
    egress_allowed: bool = True,
    place: str | None = None,
) -> Facts:
    """Gather the facts for one step.

    Args:
        workspace: whose log and store are read.
        known: the steps done so far.
        step: the stage that asks.
        use: what the model is for.
        now: the instant of the decision, UTC.
        egress_allowed: False when rows would leave this machine for where the recipe names not.
        place: where the step processes documents; None: nobody says.

    Returns:
        The facts; what was not measured or not done is absent, and absent is a no.
    """
    run: dict[str, Any] = {
        "now": now,
        "egress_allowed": egress_allowed,
        "declared_facts_accepted": True,
    }
    run.update(_sample_facts(workspace, known))
    run.update(_rows_facts(workspace, known))
    run.update(_plan_facts(workspace, known))
    run.update(_base_facts(workspace, known))
    if step == "deploy":
        run.update(_release_facts(workspace, known, use, instant(now)))
    sources = _claim(workspace, known, "ingest").sources if "ingest" in known.claims else ()
    if known.adopted is not None:
        sources = (*sources, known.adopted.data)
        run = {name: value for name, value in run.items() if name not in _LEARNT}
        run |= run_facts(known.adopted.facts)
    rows, expected = _row_columns(workspace, known, step)
    reviewed = _reviewed(workspace, known)
    return Facts(
        run=run,
        sources=tuple(source_facts(source, reviewed=reviewed, place=place) for source in sources),
        expected_sources=len(sources) if "ingest" in known.claims else None,
        rows=rows,
        expected_rows=expected,
        exemptions=_exemptions(workspace, known),
    )


def open_questions(workspace: Workspace) -> list[str]:
    """List the card's questions without a signed answer."""
    answered = {
        str(signed.act.detail.get("question"))
        for signed in people.acts(workspace)
        if signed.act.act == "answer" and signed.act.detail.get("answer") != "not answered"
    }
    asked = (*ASKED, *domain_questions(workspace))
    return [question.name for question in asked if question.name not in answered]


def _sample_facts(workspace: Workspace, known: Known) -> dict[str, Any]:
    """Say whether documents were left aside, as the manifest of the documents has it."""
    documents = known.outputs.get("ingest/documents")
    if documents is None:
        return {}
    return {"is_sample": Dataset.from_bytes(workspace.store.get(documents)).sample}


def _claim(workspace: Workspace, known: Known, stage: str) -> Claim:
    return Claim.from_bytes(workspace.store.get(known.claims[stage]))


def _rows_facts(workspace: Workspace, known: Known) -> dict[str, Any]:
    if "split" not in known.claims:
        return {}
    from warrant.engine import dataset_record

    claim = _claim(workspace, known, "split")
    facts = {name: claim.measures[name] for name in _SPLIT_FACTS if name in claim.measures}
    erased = people.erased_positions(workspace)
    for name, fact in (("train", "training_rows"), ("test", "test_rows")):
        facts[fact] = dataset_record(workspace.store, known.outputs[f"split/{name}"]).rows
    read = {known.outputs[f"split/{name}"].hex for name in ("train", "validation")}
    facts["erased_rows_in_training"] = sum(len(erased.get(one, ())) for one in read)
    return facts


_LEARNT = ("training_rows", "shared_rows_train_test", "shared_clusters_train_test")
"""Facts about rows that were learnt from."""
_SPLIT_FACTS = ("shared_rows_train_test", "shared_clusters_train_test")


def _base_facts(workspace: Workspace, known: Known) -> dict[str, Any]:
    """Say what the base model's licence allows, as the claim of training has it."""
    if "train" not in known.claims:
        return {}
    said = _claim(workspace, known, "train").measures
    if said.get("base") is None:
        return {"has_base": False, "base_licence": "", "base_may_commercial": True}
    licence = said.get("base_licence")
    owed = obligations_of(str(licence)) if licence is not None else None
    return {
        "has_base": True,
        "base_licence": NOT_ANSWERED if licence is None else str(licence),
        "base_may_commercial": NOT_ANSWERED if owed is None else "no commercial use" not in owed,
    }


def _plan_facts(workspace: Workspace, known: Known) -> dict[str, Any]:
    test = known.outputs.get("split/test")
    found = people.plan_for(workspace, test.hex) if test else None
    if found is None:
        return {"plan_committed": False}
    entry, statement = found
    facts: dict[str, Any] = {"plan_committed": bool(statement.predicate["bounds"])}
    facts["plan_index"] = entry.position
    if "evaluate/evaluation" in known.outputs:
        data = workspace.store.get(known.outputs["evaluate/evaluation"])
        evaluation = read_evaluation(data)
        bounds = evaluation.bounds
        facts["evaluate_index"] = known.positions["evaluate"]
        facts["plan_bounds_met"] = bool(bounds) and all(bound.met for bound in bounds)
        facts |= _failure_facts(evaluation)
    return facts


def _failure_facts(evaluation: Evaluation) -> dict[str, int]:
    """Count failure tests and broken rules; where no case was judged, nothing is said of rules."""
    facts = {
        "failure_tests_run": sum(one.made > 0 for one in evaluation.failure_tests),
        "failure_tests_bounded": sum(is_failure_figure(one.metric) for one in evaluation.bounds),
    }
    if any(one.cases for one in evaluation.workflow):
        facts["workflow_rules_broken"] = sum(one.broken > 0 for one in evaluation.workflow)
    return facts


def _release_facts(workspace: Workspace, known: Known, use: Use, now: str) -> dict[str, Any]:
    bundle = known.outputs.get("deploy/bundle")
    roll = people.read_roll(workspace)
    authors = roll.same_persons(_author_keys(workspace, known))
    latest: dict[str, people.SignedAct] = {}
    for signed in people.acts(workspace):
        if bundle and signed.subject == bundle.hex and signed.act.act in ("approve", "reject"):
            latest[signed.name] = signed
    allowed = [signed for signed in latest.values() if _allows(signed.act, use, now)]
    independent = {
        signed.name
        for signed in allowed
        if signed.act.actor.role == "approver" and signed.act.actor.key not in authors
    }
    still_open = open_questions(workspace)
    facts: dict[str, Any] = {
        "approvals_independent": len(independent),
        "is_rejected": any(signed.act.act == "reject" for signed in latest.values()),
        "approved_by_author": any(signed.act.actor.key in authors for signed in allowed),
        "open_questions": len(still_open),
        "impact_answered": "impact" not in still_open,
    }
    if known.chain_verified is not None:
        facts["chain_verified"] = known.chain_verified
    return facts


def _author_keys(workspace: Workspace, known: Known) -> set[str]:
    """Give the keys behind what is judged: of whoever opened the log or ran a step."""
    made = set(known.positions.values())
    return {
        entry.key
        for entry in workspace.index.entries()
        if entry.position == 0 or entry.position in made
    }


def _allows(act: Act, use: Use, now: str) -> bool:
    """Say whether an approval holds now and reaches this stage of use."""
    if act.act != "approve" or act.actor.role not in ("approver", "author"):
        return False
    if act.expires_at is not None and act.expires_at <= now:
        return False
    return act.stage_of_use is None or STAGES.index(act.stage_of_use) >= STAGES.index(use.stage)


def signed_impact(workspace: Workspace) -> Literal["low", "high"]:
    """Give the impact that people signed last; high as long as nobody signed `low`."""
    answers = [
        signed.act.detail.get("answer")
        for signed in people.acts(workspace)
        if signed.act.act == "answer" and signed.act.detail.get("question") == IMPACT.name
    ]
    return "low" if answers[-1:] == ["low"] else "high"


def _reviewed(workspace: Workspace, known: Known) -> bool:
    """Say whether a reviewer who is not the author approved the ingest claim's sources."""
    claim = known.claims.get("ingest")
    authors = people.read_roll(workspace).same_persons(_author_keys(workspace, known))
    return any(
        signed.act.act == "approve"
        and signed.act.actor.role == "reviewer"
        and signed.act.actor.key not in authors
        and claim is not None
        and signed.subject == claim.hex
        for signed in people.acts(workspace)
    )


def _row_columns(
    workspace: Workspace, known: Known, step: str
) -> tuple[dict[str, Any], int | None]:
    """Give the row facts of the dataset that a step is about to use."""
    learnt = "split/train" if known.adopted is None else "split/test"
    name = {"split": "curate/rows", "train": learnt, "evaluate": "split/test"}.get(step)
    if name is None or name not in known.outputs:
        return {}, None
    import numpy as np  # dear to import, as the engine is: only steps that read rows pay for it

    from warrant.engine import dataset_record

    manifest = known.outputs[name]
    count = dataset_record(workspace.store, manifest).rows
    erased = people.erased_positions(workspace).get(manifest.hex, set())
    columns: dict[str, Any] = {"row_erased": np.isin(np.arange(count), sorted(erased))}
    if step == "train" and known.adopted is not None:
        columns |= row_facts(known.adopted.facts, count)
    elif step == "train":
        test = set(_row_ids(workspace, known.outputs["split/test"])) - {None}
        columns["row_is_test"] = np.fromiter(
            (row in test for row in _row_ids(workspace, manifest)), dtype=bool, count=count
        )
        columns |= _personal_data(workspace, known, count)
    return columns, count


def _personal_data(workspace: Workspace, known: Known, count: int) -> dict[str, Any]:
    """Say of each training row whether recognisers looked: what they find, curate masks at once.

    The row is judged as it stands after curate. What no recogniser looks for, names above all,
    the card lists as not covered.
    """
    looked = "curate" in known.claims and bool(
        _claim(workspace, known, "curate").measures.get("personal_data_recognisers")
    )
    found, resolved = (False, True) if looked else (NOT_ANSWERED, NOT_ANSWERED)
    return {
        "row_personal_data_found": [found] * count,
        "row_personal_data_resolved": [resolved] * count,
    }


def _row_ids(workspace: Workspace, manifest: Digest) -> list[bytes | None]:
    from warrant.engine import read_dataset
    from warrant.engine.columns import ROW_ID

    ids: list[bytes | None] = []
    for batch in read_dataset(workspace.store, manifest, ()):
        ids.extend(batch.column(ROW_ID).to_pylist())
    return ids


def _exemptions(workspace: Workspace, known: Known) -> tuple[Exemption, ...]:
    mine = {digest.hex for digest in (*known.outputs.values(), *known.claims.values())}
    authors = people.read_roll(workspace).same_persons(_author_keys(workspace, known))
    return tuple(
        exemption_of(signed.act, signed.name, by_author=signed.act.actor.key in authors)
        for signed in people.acts(workspace)
        if signed.act.act == "except" and signed.subject in mine
    )
