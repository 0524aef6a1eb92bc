"""What policy is told before a bundle answers: facts from its evidence, or its workspace's log.

The log of the workspace counts where it is at hand: it may hold a revocation, a rejection or an
erasure that came after the bundle was written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from warrant.errors import IntegrityError
from warrant.flow.adopt.declared import facts_in, is_adopted, run_facts
from warrant.flow.clock import instant
from warrant.flow.facts import ASKED, IMPACT
from warrant.kernel import approval, lineage
from warrant.kernel.approval import Authors, Release
from warrant.kernel.canon import canonical
from warrant.kernel.chain import Chain, read_keys, read_statements
from warrant.kernel.log_view import open_checkpoint, view_log
from warrant.kernel.plans import fingerprint_of, read_histories
from warrant.kernel.predicates import ACT, ERASURE, KEYS
from warrant.kernel.verdict import Report
from warrant.policy import Facts, Use, exemption_of, load_packs, raised, rules_of, source_facts
from warrant.policy.rule import STAGES
from warrant.records.act import Act
from warrant.records.claim import Claim
from warrant.records.dataset import Dataset
from warrant.records.evaluation_2 import read_evaluation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from warrant.kernel.chain import Entry
    from warrant.kernel.digest import Digest
    from warrant.kernel.evidence import Evidence
    from warrant.kernel.trust import Trust
    from warrant.policy import Rule
    from warrant.policy.decide import Impact
    from warrant.policy.rule import Stage
    from warrant.records.evaluation import Evaluation

_SHOWN = 3
"""Persons whose no go a notice names."""
_SPLIT_FACTS = ("shared_rows_train_test", "shared_clusters_train_test")


@dataclass(frozen=True)
class Released:
    """A bundle and all statements that speak of it.

    Args:
        chain: sound statements, with their lineage read.
        release: the bundle, and what it stands on.
        claims: claim of each stage on its way.
        evaluation: the record in the bundle.
        is_sample: whether a dataset on its way is a marked sample.
        types: of the columns of curation's rows, by name.
    """

    chain: Chain
    """Sound statements, with their lineage read."""
    release: Release
    """The bundle, and what it stands on."""
    claims: dict[str, Claim]
    """Claim of each stage on its way."""
    evaluation: Evaluation
    """The record in the bundle."""
    is_sample: bool
    """Whether a dataset on its way is a marked sample."""
    types: Mapping[str, str] = field(default_factory=dict)
    """Of the columns of curation's rows, by name; none where the evidence does not hold them."""

    def step(self, stage: str) -> Entry:
        """Give the last step of a stage on the bundle's way."""
        return [entry for entry in self.release.way if entry.stage == stage][-1]

    @property
    def curation(self) -> dict[str, Any]:
        """The settings of curation, as signed."""
        return self._settings("curate")

    @property
    def reading(self) -> dict[str, Any]:
        """The settings of ingest, as signed."""
        return self._settings("ingest")

    def _settings(self, stage: str) -> dict[str, Any]:
        definition = self.step(stage).statement.predicate["buildDefinition"]
        settings: dict[str, Any] = definition["externalParameters"]["configuration"]
        return settings


def read_released(
    evidence: Evidence, trust: Trust, digest: Digest, stage_of_use: str, evaluation: bytes
) -> Released:
    """Read what speaks of a bundle.

    Args:
        evidence: of the bundle, or of its workspace; closed at the end.
        trust: whom the reader knows.
        digest: the bundle digest.
        stage_of_use: as `content.json` says.
        evaluation: bytes of the evaluation in the bundle.

    Returns:
        Statements, and the records on its way.

    Raises:
        IntegrityError: when a statement is not sound, no deploy step signs the bundle, or what it
            stands on was revoked.
    """
    report = Report()
    try:
        evidence.check_container(report)
        entries = evidence.read_entries()
        chain = Chain(view_log(open_checkpoint(evidence, entries), entries), trust)
        report.add_all(read_keys(chain, evidence))
        report.add_all(read_statements(chain, evidence))
        lineage.read_makers(chain)
        report.add_all(lineage.check_dependencies(chain))
        report.add_all(lineage.read_records(chain, evidence))
        release = _release(chain, digest, stage_of_use)
        approval.check_revocations(chain, release, report)
        if report.faults:
            raise IntegrityError(report.faults[0], do="See all faults: warrant verify")
        return Released(
            chain,
            release,
            dict(_claims(release, evidence)),
            read_evaluation(evaluation),
            any(_is_sample(release, evidence, chain)),
            _types(release, evidence),
        )
    finally:
        evidence.close()


def facts_of(released: Released, now: datetime, use: Use) -> Facts:
    """Tell policy about a bundle.

    Args:
        released: what speaks of it; verification refused nothing.
        now: the instant of the decision, UTC.
        use: what it is for.

    Returns:
        The facts.
    """
    chain, claims = released.chain, released.claims
    authors = Authors(chain, released.release)
    run: dict[str, Any] = {"now": now, "is_sample": released.is_sample, "chain_verified": True}
    run["declared_facts_accepted"] = True
    measures = claims["split"].measures
    run |= {name: measures[name] for name in _SPLIT_FACTS if name in measures}
    run["erased_rows_in_training"] = _erased_in_training(released)
    run |= _plan_facts(released) | _approval_facts(released, authors, now, use)
    reviewed = any(_is_review(one, released, authors) for one in _standing(chain))
    sources = claims["ingest"].sources
    if is_adopted(claims.get("train")):
        sources = (*sources, *claims["train"].sources)
        run = {name: value for name, value in run.items() if name not in _SPLIT_FACTS}
        run |= run_facts(facts_in(claims["train"]))
    return Facts(
        run=run,
        sources=tuple(source_facts(source, reviewed=reviewed) for source in sources),
        expected_sources=len(sources),
        exemptions=tuple(
            exemption_of(_act(one), chain.name_of(one.leaf.key), by_author=authors.include(one))
            for one in _exceptions(released)
        ),
    )


def use_of(released: Released, packs: Sequence[str] = ("core",)) -> tuple[Use, Sequence[Rule]]:
    """Say what a bundle is for, as it was signed, and which rules guard it.

    Args:
        released: what speaks of it.
        packs: names of packs of rules.

    Returns:
        The use, and all rules.
    """
    loaded = load_packs(packs)
    answers = _answers(released.chain)
    impact: Impact = "low" if answers.get(IMPACT.name) == "low" else "high"
    stage = cast("Stage", released.release.stage_of_use)
    use = raised(Use(stage, "solo", impact), loaded)
    return use, rules_of(loaded)


def notice_of(released: Released, now: datetime) -> str:
    """Say what every answer and page says about a bundle.

    Args:
        released: what speaks of it.
        now: the time of asking, UTC.

    Returns:
        One line; it ends with who decided against the bundle, if anybody did.
    """
    against = [
        released.chain.signer(entry)
        for entry in approval.read_decisions(released.chain, released.release)
        if not approval.is_go(entry)
    ]
    told = _standing_of(released, now)
    if not against:
        return told
    more = f" and {len(against) - _SHOWN} more" if len(against) > _SHOWN else ""
    return f"{told}; no go, decided by {', '.join(against[:_SHOWN])}{more}"


def _standing_of(released: Released, now: datetime) -> str:
    """Say how far the stage of use lets others rely on a bundle."""
    stage = released.release.stage_of_use
    if stage == "explore":
        return "exploration: not for decisions"
    standing = approval.read_standing(released.chain, released.release, instant(now), Report())
    names = ", ".join(released.chain.signer(entry) for entry in standing.independent)
    if names:
        return f"{stage}: approved by {names}"
    if standing.dependent:
        return f"{stage}: approved by its author; no independent review"
    return f"{stage}: approved by nobody whom you know"


def _release(chain: Chain, digest: Digest, stage_of_use: str) -> Release:
    deploys = [
        entry
        for entry in chain.steps
        if entry.stage == "deploy" and entry.statement.subject("bundle") == digest
    ]
    if not deploys:
        raise IntegrityError(
            f"No deploy step of this log signs the bundle {digest.short}.",
            do="Name the workspace that the bundle came from, or leave --workspace out.",
        )
    way = [*chain.of_kind(KEYS), *lineage.ancestors(deploys, chain).values()]
    return Release(digest, stage_of_use, tuple(sorted(way, key=lambda entry: entry.index)))


def _claims(release: Release, evidence: Evidence) -> Iterator[tuple[str, Claim]]:
    for entry in release.way:
        digest = entry.statement.subject("claim") if entry.stage else None
        found = evidence.find_record(digest) if digest else None
        if entry.stage and found:
            yield entry.stage, Claim.from_bytes(found.data)


def _is_sample(release: Release, evidence: Evidence, chain: Chain) -> Iterator[bool]:
    for entry in release.way:
        for subject in entry.statement.subjects:
            if subject.digest in chain.lineage.manifests:
                found = evidence.find_record(subject.digest)
                yield found is not None and Dataset.from_bytes(found.data).sample


def _types(release: Release, evidence: Evidence) -> dict[str, str]:
    for entry in release.way:
        rows = entry.statement.subject("rows") if entry.stage == "curate" else None
        found = evidence.find_record(rows) if rows else None
        if found is not None:
            return {one.name: one.type for one in Dataset.from_bytes(found.data).columns}
    return {}


def _erased_in_training(released: Released) -> int:
    read = {
        one.digest.hex
        for one in released.step("train").statement.dependencies
        if one.name in ("train", "validation")
    }
    return sum(
        len(dataset["positions"])
        for entry in released.chain.of_kind(ERASURE)
        for dataset in entry.statement.predicate["datasets"]
        if dataset["manifest"] in read
    )


def _plan_facts(released: Released) -> dict[str, Any]:
    chain, evaluate = released.chain, released.step("evaluate")
    read = {one.name: one.digest for one in evaluate.statement.dependencies}
    plan = read_histories(chain)[fingerprint_of(chain, read["test"])].counting
    if plan is None:
        return {"plan_committed": False}
    bounds = released.evaluation.bounds
    return {
        "plan_committed": bool(plan.statement.predicate["bounds"]),
        "plan_index": plan.index,
        "evaluate_index": evaluate.index,
        "plan_bounds_met": bool(bounds) and all(bound.met for bound in bounds),
    }


def _approval_facts(
    released: Released, authors: Authors, now: datetime, use: Use
) -> dict[str, Any]:
    chain, release = released.chain, released.release
    standing = approval.read_standing(chain, release, instant(now), Report())
    answers = _answers(chain)
    still_open = [
        one.name for one in ASKED if answers.get(one.name, "not answered") == "not answered"
    ]
    return {
        "approvals_independent": sum(_reaches(one, use) for one in standing.independent),
        "approved_by_author": any(
            _reaches(one, use) and authors.include(one) for one in standing.dependent
        ),
        "is_rejected": bool(standing.rejected),
        "open_questions": len(still_open),
        "impact_answered": IMPACT.name not in still_open,
    }


def _reaches(entry: Entry, use: Use) -> bool:
    """Say whether an approval reaches this stage of use."""
    stage = entry.statement.predicate["stage_of_use"]
    return stage is None or STAGES.index(stage) >= STAGES.index(use.stage)


def _standing(chain: Chain) -> list[Entry]:
    """List the acts that nobody revoked, revocations left out."""
    acts = chain.of_kind(ACT)
    revoked = {
        subject.digest
        for entry in acts
        if entry.statement.predicate["act"] == "revoke"
        for subject in entry.statement.subjects
    }
    return [
        entry
        for entry in acts
        if entry.statement.predicate["act"] != "revoke" and entry.leaf.envelope not in revoked
    ]


def _answers(chain: Chain) -> dict[str, str]:
    """Give the last answer to each question."""
    return {
        str(entry.statement.predicate["detail"]["question"]): str(
            entry.statement.predicate["detail"]["answer"]
        )
        for entry in _standing(chain)
        if entry.statement.predicate["act"] == "answer"
    }


def _is_review(entry: Entry, released: Released, authors: Authors) -> bool:
    claim = released.step("ingest").statement.subject("claim")
    return (
        entry.statement.predicate["act"] == "approve"
        and entry.statement.actor.role == "reviewer"
        and not authors.include(entry)
        and released.chain.trust.signer(entry.leaf.key) is not None
        and any(subject.digest == claim for subject in entry.statement.subjects)
    )


def _exceptions(released: Released) -> Iterator[Entry]:
    """Give the exceptions that count: for what lies on the way, by people whom the reader knows."""
    made = {
        subject.digest for entry in released.release.way for subject in entry.statement.subjects
    }
    for entry in _standing(released.chain):
        is_mine = any(subject.digest in made for subject in entry.statement.subjects)
        is_known = released.chain.trust.signer(entry.leaf.key) is not None
        if entry.statement.predicate["act"] == "except" and is_mine and is_known:
            yield entry


def _act(entry: Entry) -> Act:
    return Act.model_validate_json(canonical(entry.statement.predicate))
