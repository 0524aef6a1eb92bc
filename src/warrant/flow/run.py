"""Running a recipe: policy asked on every step, work skipped by content key, each claim committed.

For each step, in this order: (1) content key from stage, version, plug-ins, settings and inputs;
(2) facts, and the guardrails' decision with today's facts, whether or not the work is known; (3) a
step of this key, signed by a key in force, with its outputs present, is kept; (4) else the stage
computes; (5) store, sign, log.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from warrant.errors import InputError
from warrant.flow import people
from warrant.flow.addition import Addition, Opening
from warrant.flow.attempts import opening_of
from warrant.flow.check import is_sound
from warrant.flow.clock import instant, not_before
from warrant.flow.domain.questions import domain_questions
from warrant.flow.domain.settings import case_notes, failure_tests, packs_of, workflow_rules
from warrant.flow.done import content_key, find_done, require_not_withdrawn
from warrant.flow.facts import Known, gather, signed_impact
from warrant.flow.kept import clear_kept, leave_kept, open_kept
from warrant.flow.plan import PlannedStep, Stage, configuration_of
from warrant.flow.plan_ocr import ocr_of
from warrant.flow.promised import bounds_of, commit_plan, expectation_of
from warrant.flow.protection_cost import RunTrial, has_trial
from warrant.flow.report import Reporter, Silent
from warrant.flow.room import measure_room, require_room
from warrant.flow.source_answers import answer_sources
from warrant.flow.sources import is_sampled, scan_sources, sources_digest
from warrant.flow.spend import Meter, Watch, open_meter, resumes_of
from warrant.flow.workers import ON_ENGINE, Sent, Workers, open_sent
from warrant.kernel.digest import Digest
from warrant.kernel.durable import write_file
from warrant.policy import Use, decide, explain, load_packs, raised, refusal, rules_of
from warrant.records.claim import Claim
from warrant.records.dataset import Dataset
from warrant.records.interfaces import Desk
from warrant.stages.report.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.flow.away.carrier import Carrier
    from warrant.flow.commit import Pen
    from warrant.flow.recipe import Recipe
    from warrant.flow.workspace import Workspace
    from warrant.kernel.keys import P256Signer
    from warrant.policy import Decision
    from warrant.records.interfaces import StageResult
    from warrant.stages.ingest import FoundFile


class Run:
    """One run of a recipe in a workspace whose lock is held.

    Args:
        pen: signs and logs.
        recipe: what to do.
        reporter: told how far it is.
        sample: read only so many documents; None: all of them.
        away: has training done on another machine; None: it is done here.
    """

    known: Known
    """Outputs, claims and positions of the steps done."""
    computed: list[str]
    """Stages that ran now."""
    notes: list[str]
    """What rules said that neither was a yes nor stopped a step."""
    warnings: list[str]
    """What the reader should know of the evaluation plan."""
    took_s: dict[str, float]
    """Seconds that each stage worked, now or when it was done."""
    files: Sequence[Sequence[FoundFile]]
    """Of each source, once they are found."""
    sample: int | None
    """So many documents are read; None when all are, as soon as that is known."""

    def __init__(
        self,
        pen: Pen,
        recipe: Recipe,
        reporter: Reporter | None = None,
        sample: int | None = None,
        away: Carrier | None = None,
    ) -> None:
        self._pen, self._away = pen, away
        self._recipe, self._said = answer_sources(recipe, pen.workspace)
        self._reporter = reporter or Silent()
        packs = load_packs(packs_of(recipe, pen.workspace.root), pen.workspace.root)
        failure_tests(recipe, pen.workspace.root)  # what is wrong is said before training
        workflow_rules(recipe, pen.workspace.root)
        self._rules = rules_of(packs)
        use = recipe.use
        impact = "high" if use.impact == "high" else signed_impact(pen.workspace)
        self._use = raised(Use(use.stage, use.team, impact), packs)
        self.known = Known()
        self.computed = []
        self.notes = case_notes(recipe)
        self.warnings = []
        self.took_s = {}
        self._meter: Meter | None = None
        self.files = ()
        self.sample = sample
        native = recipe.engine.kind == "native"
        self._workers = None if native else Workers(recipe.engine)

    @property
    def workspace(self) -> Workspace:
        """Where the run takes place."""
        return self._pen.workspace

    @property
    def model_key(self) -> P256Signer:
        """Signs the bundle."""
        return self._pen.identity.model

    def step(self, planned: PlannedStep) -> None:
        """Do one step, or keep what is known of it.

        Args:
            planned: the step.

        Raises:
            PolicyRefusal: if a guardrail stops it.
        """
        stage = planned.stage
        self._reporter.step(stage, "started")
        module = planned.load()
        if stage == "evaluate":
            late = commit_plan(self._pen, self._recipe, self.known.outputs["split/test"])
            self.warnings.extend([late] if late else [])
        inputs = {name: self.known.outputs[place] for name, place in planned.inputs.items()}
        config = self._configure(planned, module, inputs)
        self._hear(config)
        configuration = configuration_of(config)
        key = self._content_key(module, config, configuration, inputs)
        started_at = self._pen.clock()
        # Deploying changes the outside world: its result is a plan, made before policy is asked
        # about exactly these bytes, and applied and committed only after a yes.
        drafted = self._compute(module, inputs, config, key) if stage == "deploy" else None
        if drafted is not None:
            self._learn(stage, drafted.outputs, None)
            write_file(
                self.workspace.state / "runs" / "candidate",
                drafted.outputs["bundle"].hex.encode(),
            )
            self.known = replace(self.known, chain_verified=self._is_sound())
        self._ask(stage)
        if not self._is_written(stage) and self._keep(stage, key):
            self._reporter.step(stage, "kept")
            return
        if stage == "ingest":
            self._reporter.note(require_room(measure_room(self.workspace.root, config)))  # type: ignore[arg-type]
        result = drafted or self._compute(module, inputs, config, key)
        require_not_withdrawn(self.workspace, stage, result.outputs)
        _require_unchanged(result, config, self.workspace)
        committed = self._pen.step(
            result,
            content_key=key,
            configuration=configuration,
            inputs=inputs,
            started_at=started_at,
        )
        clear_kept(self.workspace, key)
        open_sent(self.workspace, stage).drop()
        if stage == "train" and self._meter is not None:
            self._meter.drop()
        claim = Digest.of(result.claim.to_bytes())
        self._learn(stage, {**result.outputs, "claim": claim}, committed.position)
        self.computed.append(stage)
        self._reporter.step(stage, "done")

    def _hear(self, config: object) -> None:
        """Remember what is declared of a model that is taken over."""
        declared = getattr(config, "declared", None)
        if declared is not None:
            self.known = replace(self.known, adopted=declared)

    def _is_written(self, stage: str) -> bool:
        """Say whether a step is only written for another program, done before or not."""
        return stage == "train" and getattr(self._away, "only_writes", False)

    def _configure(
        self, planned: PlannedStep, module: Stage, inputs: Mapping[str, Digest]
    ) -> object:
        """Give a stage's settings; those of an evaluation hold what was looked at before."""
        more = self._addition(planned.stage)
        if planned.stage != "evaluate":
            return planned.configure(self._recipe, more)

        def numbered(opening: Opening) -> object:
            return planned.configure(self._recipe, replace(more, opening=opening))

        def key_of(opening: Opening) -> Digest:
            config = numbered(opening)
            return self._content_key(module, config, configuration_of(config), inputs)

        test = inputs["test"]
        return numbered(opening_of(self.workspace, test, self._fingerprint(test), key_of))

    def _addition(self, stage: str) -> Addition:
        """Give what a stage's settings take from log and machine instead of the recipe."""
        root = self.workspace.root
        if stage == "ingest":
            self.files = self._find_files()
            return Addition(root, files=self.files, sample=self.sample)
        if stage == "curate":
            today = instant(self._pen.clock())[:10]
            keyed = self.workspace.vault.keyed
            return Addition(root, sample=self.sample, keyed=keyed, today=today)
        if stage not in ("evaluate", "report"):
            return Addition(root, sample=self.sample)
        answers = _answers(self.workspace)
        found = people.plan_for(self.workspace, self.known.outputs["split/test"].hex)
        if found is None:
            return Addition(root, answers=answers, said=self._said, sample=self.sample)
        entry, statement = found
        return Addition(
            root,
            plan=entry.envelope,
            bounds=bounds_of(statement),
            expected=expectation_of(statement),
            answers=answers,
            said=self._said,
            sample=self.sample,
        )

    def _find_files(self) -> tuple[tuple[FoundFile, ...], ...]:
        """Find what is read; a sample that would leave nothing aside is the whole run."""
        found = scan_sources(self._recipe, self.workspace, self.sample)
        if self.sample is None or is_sampled(found, ocr_of(self._recipe)):
            return found
        self._reporter.note(
            f"There are not more than {self.sample:,} documents: this is the whole run."
        )
        self.sample = None
        return scan_sources(self._recipe, self.workspace)

    def _content_key(
        self,
        module: Stage,
        config: object,
        configuration: Mapping[str, Any],
        inputs: Mapping[str, Digest],
    ) -> Digest:
        """Compute the content key: datasets by fingerprint, never by root."""
        named = {name: self._fingerprint(digest) for name, digest in inputs.items()}
        if module.NAME == "ingest":
            named = {"sources": sources_digest(config, self.workspace.vault).hex}
        return content_key(module, module.plugins(config), configuration, named)

    def _fingerprint(self, digest: Digest) -> str:
        return self.known.fingerprints.get(digest.hex, digest.hex)

    def _ask(self, stage: str) -> None:
        said = self._recipe
        where = "" if self._away is None else self._away.name  # none: for a program on this machine
        leaves = bool(where) and stage == "train"
        facts = gather(
            self.workspace,
            self.known,
            stage,
            self._use,
            not_before(self._pen.clock(), self.workspace.index.newest_instant()),
            egress_allowed=not leaves or where in said.train.elsewhere,
            # Rows never leave for a place that nobody names, where it matters which it is.
            place=(said.train.elsewhere_place or "") if leaves else said.use.place,
        )
        decision = decide(self._rules, facts, stage, self._use)  # type: ignore[arg-type]
        if not decision.allowed:
            raise refusal(decision)
        self.notes.extend(_notes(decision))

    def _keep(self, stage: str, key: Digest) -> bool:
        """Take over a step that was done, if one of this key still counts."""
        done = find_done(self.workspace, stage, key, self.model_key.public_key.pem)
        if done is None:
            return False
        require_not_withdrawn(self.workspace, stage, done.outputs)
        self.took_s[stage] = done.took_s
        self._learn(stage, done.outputs, done.position)
        return True

    def _compute(
        self,
        module: Stage,
        inputs: Mapping[str, Digest],
        config: object,
        key: Digest,
    ) -> StageResult:
        scratch = self.workspace.state / "runs" / "scratch" / module.NAME
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        workspace = self.workspace
        kept = open_kept(workspace, key)
        desk = Desk(workspace.store, workspace.vault, scratch, self._reporter.progress, kept)
        if module.NAME == "curate" and has_trial(self._recipe):
            desk = replace(desk, trial=RunTrial(self._recipe))
        sent = open_sent(workspace, module.NAME)
        if module.NAME in ON_ENGINE and self._workers is not None:
            desk = replace(desk, engine=self._workers.for_step(sent))
        started = monotonic()
        try:
            if module.NAME == "train":
                return sent.stated(self._train(module, inputs, config, desk, (key, sent)))
            return sent.stated(module.run(inputs, config, desk))
        except BaseException:
            if told := sent.told():
                self._reporter.note(told)
            raise
        finally:
            if self._workers is not None:
                self._workers.end_step()
            self.took_s[module.NAME] = monotonic() - started
            shutil.rmtree(scratch, ignore_errors=True)
            leave_kept(kept)

    def close(self) -> None:
        """Leave what was opened for the run."""
        if self._workers is not None:
            self._workers.close()

    def _train(  # noqa: PLR0913, RUF100 - a step, its key for the count, and what it sends
        self,
        module: Stage,
        inputs: Mapping[str, Digest],
        config: object,
        desk: Desk,
        counted: tuple[Digest, Sent],
    ) -> StageResult:
        """Train under the recipe's ceiling, and say in the claim what it cost."""
        key, sent = counted
        budget = self._recipe.train.budget
        meter = open_meter(self.workspace, key, budget)
        watch = Watch(meter, self._reporter, self.workspace.root, resumes_of(config))
        try:
            if meter.is_over:
                raise watch.reached()
            result = module.run(
                inputs,
                config,
                replace(
                    desk,
                    progress=watch.progress,
                    stop=watch.stop,
                    elsewhere=self._away.bound(meter, sent) if self._away else None,
                ),
            )
        finally:
            meter.keep()
        self._meter = meter
        return meter.stated(result)

    def _learn(self, stage: str, outputs: Mapping[str, Digest], position: int | None) -> None:
        """Remember what a step gave."""
        if stage == "ingest" and not self._is_sample(outputs["documents"]):
            self.sample = None  # of a table nobody knows before how many records it has
        known = self.known
        named = {f"{stage}/{name}": digest for name, digest in outputs.items()}
        claims = dict(known.claims)
        prints = dict(known.fingerprints)
        if "claim" in outputs:
            claims[stage] = outputs["claim"]
            claim = Claim.from_bytes(self.workspace.store.get(outputs["claim"]))
            prints.update(
                {link.digest: link.fingerprint for link in claim.outputs if link.fingerprint}
            )
        positions = (
            {**known.positions, stage: position} if position is not None else known.positions
        )
        self.known = replace(
            known,
            outputs={**known.outputs, **named},
            claims=claims,
            positions=positions,
            fingerprints=prints,
        )

    def _is_sample(self, documents: Digest) -> bool:
        return Dataset.from_bytes(self.workspace.store.get(documents)).sample

    def _is_sound(self) -> bool:
        """Say whether log, statements and stored bytes verify now."""
        return is_sound(self.workspace, self._pen.clock())


def _answers(workspace: Workspace) -> tuple[dict[str, str], ...]:
    """Give the latest answer to each of the card's questions."""
    names = {question.name for question in (*QUESTIONS, *domain_questions(workspace))}
    latest = {
        str(signed.act.detail["question"]): {
            "question": str(signed.act.detail["question"]),
            "answer": str(signed.act.detail["answer"]),
            "person": signed.name,
            "act": signed.envelope,
        }
        for signed in people.acts(workspace)
        if signed.act.act == "answer" and signed.act.detail["question"] in names
    }
    return tuple(latest.values())


def _require_unchanged(result: StageResult, config: object, workspace: Workspace) -> None:
    """Refuse to sign what was read while somebody wrote to the sources.

    Args:
        result: of the stage.
        config: of the stage.
        workspace: whose vault keys the digest.

    Raises:
        InputError: if files or sheets are no longer those of the content key.
    """
    if result.claim.stage != "ingest":
        return
    read = [link.digest for link in result.claim.inputs]
    if read != [sources_digest(config, workspace.vault).hex]:
        raise InputError(
            "A file or sheet of the sources was changed while it was being read.",
            do="Run again once nobody writes to it: warrant run",
        )


def _notes(decision: Decision) -> list[str]:
    return [explain(outcome) for outcome in decision.notes]
