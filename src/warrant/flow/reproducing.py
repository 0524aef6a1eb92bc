"""A bundle made again: each step from its signed settings, compared with what was signed.

Everything happens in a folder that is deleted afterwards: nothing is written into the workspace.
Where the workspace is at hand, a copy of its vault is used: then salts, and with them every byte,
can be the same; else only fingerprints can be, which no salt enters.
"""

from __future__ import annotations

import math
import platform
import shutil
from contextlib import ExitStack, closing
from dataclasses import dataclass, is_dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal, get_args, get_type_hints

import warrant
from warrant.errors import InputError, IntegrityError, WarrantError
from warrant.flow.adopt.declared import is_adopted
from warrant.flow.check import verify_path
from warrant.flow.clock import instant
from warrant.flow.investigate.look import bundle_of
from warrant.flow.members import Members
from warrant.flow.plan import STEPS
from warrant.flow.released import read_released
from warrant.flow.workspace import STATE
from warrant.kernel.digest import Digest
from warrant.kernel.outside import REPRODUCTION, read_outside, sign_outside
from warrant.kernel.statement import Actor
from warrant.kernel.store import LocalStore
from warrant.kernel.trust import Trust
from warrant.kernel.vault import Vault
from warrant.kernel.verdict import Verdict
from warrant.kernel.verify import open_evidence
from warrant.kernel.wording import quote
from warrant.records.evaluation import Evaluation
from warrant.records.interfaces import Desk as StageDesk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from warrant.flow.plan import PlannedStep, Stage
    from warrant.flow.released import Released
    from warrant.flow.report import Reporter
    from warrant.flow.session import Desk
    from warrant.kernel.keys import Ed25519Signer
    from warrant.records.claim import Claim
    from warrant.records.interfaces import StageResult

Outcome = Literal[
    "equal bytes",
    "equal fingerprints",
    "equal figures",
    "not compared",
    "within interval",
    "not run",
    "differs",
]
"""How a step came out. `equal bytes`: every output; `equal fingerprints`: the same rows under other
salts; `equal figures`: of an evaluation, each one; `not compared`: it names digests that salts
enter, and they are not at hand; `within interval`: each figure lies in the signed interval."""

_SALTED = (
    "It names digests that salts enter, and the workspace's vault is not at hand: run this in the "
    "workspace to compare it."
)

_MEASURED = ("cpu_s", "cpu_ms", "candidate_cpu_", "cost_", "energy_", "usd_per_hour", "computed")
"""How measures of a claim begin that are no outcome of settings and rows."""

_TAKEN = (
    "Its times, costs and where it was computed are taken as signed: they are no outcome of "
    "settings and rows."
)

_MADE_AT_COMMIT = frozenset({"absence", "claim"})
"""What a step signs and no stage writes."""
_NAMING = frozenset({"model", "test"})
"""Fields of an evaluation that name digests; all others are figures or settings."""

_ORDER: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True)
class Remade:
    """One step, made again."""

    stage: str
    """Its name."""
    outcome: Outcome
    """How it came out."""
    differs: tuple[str, ...]
    """Outputs that are other than signed."""
    why: tuple[str, ...]
    """What may explain it; for a step that was not run, why."""


@dataclass(frozen=True)
class Reproduced:
    """A bundle, made again."""

    name: str
    """Of the bundle."""
    bundle: str
    """Bundle digest, hex."""
    steps: tuple[Remade, ...]
    """In order."""
    with_salts: bool
    """Whether the workspace's salts were at hand."""

    @property
    def outcome(self) -> Outcome:
        """The worst of all steps."""
        return max((one.outcome for one in self.steps), key=_ORDER.index)

    @property
    def first_difference(self) -> Remade | None:
        """The first step that came out otherwise; None where none did."""
        return next((one for one in self.steps if one.outcome in ("differs", "not run")), None)


def reproduce(
    path: Path, desk: Desk, sources: Path | None = None, reporter: Reporter | None = None
) -> Reproduced:
    """Make a bundle again from its signed settings.

    Args:
        path: a bundle, or a workspace with one.
        desk: the reader's trust and clock.
        sources: the folder from which the recipe's paths start; None: where the bundle lies.
        reporter: told how far it is.

    Returns:
        How each step came out, and what may explain a difference.

    Raises:
        InputError: when there is nothing to make it from.
        IntegrityError: when the bundle is refused.
    """
    bundle = bundle_of(path)
    released, members = _released(bundle, desk)
    if is_adopted(released.claims.get("train")):
        raise InputError(
            f"{bundle.name!r} holds a model that was trained elsewhere: its training cannot be "
            "made again here.",
            do="Compare its answers on your own rows: warrant evaluate BUNDLE --on FILE",
        )
    root = sources or bundle.absolute().parent
    vault = root / STATE / "vault"
    with TemporaryDirectory(prefix="warrant-") as folder, ExitStack() as stack:
        scratch = Path(folder)
        has_salts = (vault / "vault.db").is_file()
        if has_salts:
            shutil.copytree(vault, scratch / "vault")
        else:
            Vault.create(scratch / "vault").close()
        opened = stack.enter_context(closing(Vault(scratch / "vault")))
        store = LocalStore(scratch / "store")
        case = _Case(released, root, store, opened, scratch, reporter, has_salts=has_salts)
        steps = tuple(case.run())
    return Reproduced(members.content.name, released.release.bundle.hex, steps, has_salts)


def sign_reproduction(found: Reproduced, name: str, desk: Desk, signer: Ed25519Signer) -> bytes:
    """Sign that a bundle was made again, and how each step came out.

    Args:
        found: the reproduction.
        name: as the reproducer calls herself.
        desk: gives the time that she claims.
        signer: her key.

    Returns:
        An envelope that no log holds.
    """
    said = {
        "actor": Actor.of(signer, "reviewer").to_json(),
        "key": signer.public_key.text,
        "name": name,
        "outcome": found.outcome,
        "recorded_at": instant(desk.clock()),
        "steps": [{"stage": one.stage, "outcome": one.outcome} for one in found.steps],
        "versions": {"python": platform.python_version(), "warrant": warrant.__version__},
    }
    return sign_outside(Digest.from_hex(found.bundle), said, signer, REPRODUCTION)


def check_reproduction(path: Path, trust: Path) -> Verdict:
    """Check a signed reproduction.

    Args:
        path: the file.
        trust: the reader's trust folder.

    Returns:
        `holds` when the reader knows the key; `consistent, signer unknown` else.

    Raises:
        InputError: when it is no such file.
        IntegrityError: when its signature does not hold, or its outcome is not that of its steps.
    """
    found = read_outside(path.read_bytes(), REPRODUCTION)
    _require_outcome(path, found.predicate)
    said, known = found.predicate, Trust.load(trust).signer(found.key.key_id)
    steps = ", ".join(f"{quote(one['stage'])} {one['outcome']}" for one in said["steps"])
    lines = [
        f"Somebody who calls herself {quote(said['name'])} made the bundle {found.bundle.hex} "
        f"again, {said['recorded_at']}: {said['outcome']} ({steps}).",
        f"Signed by the key {found.key.key_id}; the signature holds.",
    ]
    if known is None:
        lines.append("You do not know this key.")
        return Verdict("consistent, signer unknown", tuple(lines), (), bundle=found.bundle.hex)
    lines.append(f"You know this key as {known.name!r}.")
    return Verdict("holds", tuple(lines), (), signers=(known.name,), bundle=found.bundle.hex)


def _require_outcome(path: Path, said: Mapping[str, Any]) -> None:
    """Refuse an outcome that is better, or other, than the worst of the steps that it lists."""
    steps = [one["outcome"] for one in said["steps"]]
    worst = max(steps, key=_ORDER.index)  # the reader has checked each word, and that one is there
    if said["outcome"] != worst:
        raise IntegrityError(
            f"{path.name!r} says {quote(said['outcome'])}, and the worst of its steps is "
            f"{quote(worst)}.",
            do="Do not rely on it; make the bundle again yourself: warrant reproduce BUNDLE",
        )


class _Case:
    """One reproduction while it runs."""

    def __init__(  # noqa: PLR0913, RUF100 - what a stage works with
        self,
        released: Released,
        root: Path,
        store: LocalStore,
        vault: Vault,
        scratch: Path,
        reporter: Reporter | None,
        *,
        has_salts: bool,
    ) -> None:
        self.released = released
        self.root = root
        self.store = store
        self.vault = vault
        self.scratch = scratch
        self.reporter = reporter
        self.has_salts = has_salts
        self.outputs: dict[str, Digest] = {}
        self.changed = ""
        self.is_salted_anew = False

    def run(self) -> Iterator[Remade]:
        """Make the steps in order; what rests on a step that could not be run is not run."""
        failed = ""
        for planned in STEPS:
            if failed:
                yield Remade(planned.stage, "not run", (), (f"It rests on {failed!r}.",))
                continue
            if self.reporter:
                self.reporter.step(planned.stage, "started")
            remade = self.step(planned)
            failed = planned.stage if remade.outcome == "not run" else ""
            yield remade

    def step(self, planned: PlannedStep) -> Remade:
        """Make one step again and compare."""
        module = planned.load()
        try:
            result = self.compute(planned, module)
        except WarrantError as error:
            return Remade(planned.stage, "not run", (), (f"{error.what} {error.do}",))
        self.outputs |= {f"{planned.stage}/{name}": one for name, one in result.outputs.items()}
        self.outputs[f"{planned.stage}/claim"] = self.store.put(result.claim.to_bytes())
        differs = tuple(self.others(planned, result))
        if not differs:
            return Remade(planned.stage, "equal bytes", (), self.take_measured(planned, result))
        if self.has_equal_rows(planned, result, differs):
            return Remade(planned.stage, "equal fingerprints", differs, ())
        if planned.stage == "evaluate" and (outcome := self.judge_figures(result)):
            return Remade(planned.stage, outcome, differs, tuple(self.reasons(planned, module)))
        if not self.has_salts and planned.stage in ("report", "deploy") and not self.changed:
            return Remade(planned.stage, "not compared", differs, (_SALTED,))
        why = tuple(self.reasons(planned, module))
        self.changed = self.changed or planned.stage
        return Remade(planned.stage, "differs", differs, why)

    def take_measured(self, planned: PlannedStep, result: StageResult) -> tuple[str, ...]:
        """Let later steps read the signed claim where only what was measured differs."""
        signed, name = self.released.claims.get(planned.stage), f"{planned.stage}/claim"
        is_read = any(name in one.inputs.values() for one in STEPS)
        if signed is None or not is_read or signed == result.claim:
            return ()
        if _measured_as(signed, result.claim) != signed:
            return ()
        self.outputs[name] = self.store.put(signed.to_bytes())
        return (_TAKEN,)

    def compute(self, planned: PlannedStep, module: Stage) -> StageResult:
        """Run a stage with its signed settings on what was made before it."""
        scratch = self.scratch / planned.stage
        scratch.mkdir()
        inputs = {name: self.outputs[place] for name, place in planned.inputs.items()}
        progress = self.reporter.progress if self.reporter else _silent
        desk = StageDesk(self.store, self.vault, scratch, progress)
        return module.run(inputs, self.settings(planned), desk)

    def settings(self, planned: PlannedStep) -> object:
        """Read a step's signed settings as its configuration, placed in the folder at hand."""
        from pydantic import TypeAdapter, ValidationError

        try:
            config = TypeAdapter(_config_of(planned.stage)).validate_python(
                self.parameters(planned)["configuration"]
            )
        except ValidationError:
            raise InputError(
                f"The signed settings of {planned.stage!r} are of an earlier form, which only the "
                "version that wrote them runs.",
                do="Run it with that version; its answers are compared with: warrant compare",
            ) from None
        placed = _placed(config, self.root)
        if planned.stage != "ingest":
            return placed
        from warrant.stages.ingest import find_files

        return replace(placed, files=find_files(placed))

    def parameters(self, planned: PlannedStep) -> Mapping[str, Any]:
        """Give what a step's statement says was asked for."""
        predicate = self.released.step(planned.stage).statement.predicate
        found: Mapping[str, Any] = predicate["buildDefinition"]["externalParameters"]
        return found

    def signed(self, planned: PlannedStep, name: str) -> Digest | None:
        """Give the digest of an output as it was signed."""
        return self.released.step(planned.stage).statement.subject(name)

    def others(self, planned: PlannedStep, result: StageResult) -> Iterator[str]:
        """Name the outputs that are other than signed, and signed ones that are missing."""
        for name, digest in result.outputs.items():
            if self.signed(planned, name) != digest:
                yield name
        for subject in self.released.step(planned.stage).statement.subjects:
            if subject.name not in result.outputs and subject.name not in _MADE_AT_COMMIT:
                yield subject.name

    def has_equal_rows(
        self, planned: PlannedStep, result: StageResult, differs: Sequence[str]
    ) -> bool:
        """Say whether salts alone explain what differs: every dataset has the signed fingerprint.

        A ledger names the dataset that was read, whose digest salts enter; anything else is equal
        to the byte or differs.
        """
        signed = {
            name: one for name, one in self.parameters(planned)["fingerprints"].items() if one
        }
        made = {one.name: one.fingerprint for one in result.claim.outputs if one.fingerprint}
        explained = {*made, "ledger"} if self.is_salted_anew else {*made}
        self.is_salted_anew |= made == signed and not made.keys().isdisjoint(differs)
        return bool(made) and made == signed and explained >= {*differs}

    def judge_figures(self, result: StageResult) -> Outcome | None:
        """Compare the figures of an evaluation; None where a score lies outside its interval."""
        made = Evaluation.from_bytes(self.store.get(result.outputs["evaluation"]))
        signed = self.released.evaluation
        if made.model_dump(exclude={*_NAMING}) == signed.model_dump(exclude={*_NAMING}):
            return "equal figures"
        of = {one.metric: one for one in signed.scores}
        found = {one.metric: one.value for one in made.scores}
        is_within = bool(of) and all(
            one.low <= found.get(name, math.nan) <= one.high for name, one in of.items()
        )
        return "within interval" if is_within else None

    def reasons(self, planned: PlannedStep, module: Stage) -> Iterator[str]:
        """Say what may explain a difference."""
        claim = self.released.claims.get(planned.stage)
        if claim is not None and claim.version != module.VERSION:
            yield (
                f"Another version of the stage: {claim.version} was signed, {module.VERSION} is "
                "installed."
            )
        then = {} if claim is None else {one.name: one.version for one in claim.plugins}
        now = {one.name: one.version for one in module.plugins(self.settings(planned))}
        for name in dict.fromkeys((*then, *now)):
            if then.get(name) != now.get(name):
                signed, here = then.get(name, "none"), now.get(name, "none")
                yield f"{name}: {signed} was signed, {here} is here."
        if planned.stage == "ingest":
            yield "The files or sheets in the folder are not those that were read then."
        elif self.changed:
            yield f"The step {self.changed!r} before it came out otherwise."
        elif planned.stage != "evaluate":
            yield "Another machine may count otherwise: the settings and rows are the same."


def _measured_as(signed: Claim, made: Claim) -> Claim:
    """Give a claim what another one measured."""
    measures = {name: one for name, one in made.measures.items() if not name.startswith(_MEASURED)}
    taken = {name: one for name, one in signed.measures.items() if name.startswith(_MEASURED)}
    return made.model_copy(
        update={
            "measures": measures | taken,
            "left_this_machine": signed.left_this_machine,
        }
    )


def _released(bundle: Path, desk: Desk) -> tuple[Released, Members]:
    """Verify a bundle and read what it stands on; no policy is asked: nobody is answered."""
    verdict = verify_path(bundle, trust=desk.trust, now=desk.clock(), seen=desk.seen)
    if verdict.exit_code == 1:
        raise IntegrityError(
            f"{bundle.name!r} is refused: {verdict.faults[0]}",
            do=f"Do not use it; keep it as evidence. See all: warrant verify {bundle}",
        )
    members = Members(bundle, verdict.bundle)
    return (
        read_released(
            open_evidence(bundle),
            Trust.load(desk.trust),
            Digest.from_hex(verdict.bundle),
            members.content.stage_of_use,
            members.read("evaluation.json"),
        ),
        members,
    )


def _placed(config: Any, root: Path) -> Any:  # noqa: ANN401 - each stage its own
    """Put a folder where a configuration left out the machine's."""
    changes: dict[str, Any] = {}
    for name in get_type_hints(type(config)):
        value = getattr(config, name)
        if name in ("folder", "root"):
            changes[name] = root
        elif is_dataclass(value) and not isinstance(value, type):
            changes[name] = _placed(value, root)
    return replace(config, **changes) if changes else config


def _config_of(stage: str) -> Any:  # noqa: ANN401 - a dataclass
    """Give the type of a stage's configuration; only now are its libraries loaded."""
    from warrant.stages import curate, deploy, evaluate, ingest, report, split, train

    return {
        "ingest": ingest.IngestConfig,
        "curate": curate.CurateConfig,
        "split": split.SplitConfig,
        "train": train.TrainConfig,
        "evaluate": evaluate.EvaluateConfig,
        "report": report.ReportConfig,
        "deploy": deploy.DeployConfig,
    }[stage]


def _silent(done: int, total: int | None, unit: str) -> None:
    del done, total, unit
