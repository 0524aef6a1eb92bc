"""The records that a card speaks from, and the footnotes that name them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from warrant.errors import InputError
from warrant.kernel.canon import parse_canonical
from warrant.kernel.statement import BASE
from warrant.records.base import Record
from warrant.records.claim import Claim
from warrant.records.dataset import Dataset
from warrant.records.evaluation_2 import read_evaluation
from warrant.records.model import Model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.kernel.digest import Digest
    from warrant.kernel.store import Store
    from warrant.records.evaluation import Evaluation
    from warrant.stages.report.config import ReportConfig

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Entry(Generic[R]):
    """One record and what proves it."""

    note: str
    """Name of its footnote."""
    digest: str
    """Hex."""
    what: str
    """What it is, for the footnote."""
    statement: str
    """Kind of the signed statement that names the digest."""
    record: R


@dataclass(frozen=True)
class Records:
    """All that a card may say."""

    model: Entry[Model]
    evaluation: Entry[Evaluation]
    datasets: Mapping[str, Entry[Dataset]]
    """By input name."""
    claims: Mapping[str, Entry[Claim]]
    """By stage."""


def stage_statement(stage: str) -> str:
    """Name the kind of statement of a stage.

    Args:
        stage: name of the stage.

    Returns:
        Its `buildType`.
    """
    return f"{BASE}:stage:{stage}:v1"


def gather(inputs: Mapping[str, Digest], store: Store) -> Records:
    """Read the records of a card.

    Args:
        inputs: digests by input name.
        store: holds them.

    Returns:
        The records, sorted out by what they say they are.

    Raises:
        InputError: when there is not exactly one model and one evaluation, they do not belong
            together, two claims are of one stage, or a blob is no record that a card reads.
        IntegrityError: when a blob is missing or altered.
    """
    models: list[Entry[Model]] = []
    evaluations: list[Entry[Evaluation]] = []
    datasets: dict[str, Entry[Dataset]] = {}
    claims: dict[str, Entry[Claim]] = {}
    for name, digest in sorted(inputs.items()):
        data, hexed = store.get(digest), digest.hex
        match _format(name, data):
            case "warrant/model/1" | "warrant/model/2":
                model = Model.from_bytes(data)
                kind = stage_statement("train")
                models.append(Entry("model", hexed, "model record", kind, model))
            case "warrant/evaluation/2" | "warrant/evaluation/3":
                evaluation = read_evaluation(data)
                kind = stage_statement("evaluate")
                evaluations.append(
                    Entry("evaluation", hexed, "evaluation record", kind, evaluation)
                )
            case "warrant/dataset/1":
                what = f"manifest of the dataset {name}"
                datasets[name] = Entry(
                    f"data-{name}", hexed, what, f"{BASE}:stage", Dataset.from_bytes(data)
                )
            case _:
                claim = Claim.from_bytes(data)
                if claim.stage in claims:
                    raise _wrong(f"two claims are of the stage {claim.stage!r}")
                kind = stage_statement(claim.stage)
                what = f"claim of the step {claim.stage}"
                claims[claim.stage] = Entry(f"claim-{claim.stage}", hexed, what, kind, claim)
    if len(models) != 1 or len(evaluations) != 1:
        raise _wrong(
            f"a card needs one model and one evaluation, got {len(models)} and {len(evaluations)}"
        )
    if evaluations[0].record.model != models[0].digest:
        raise _wrong("the evaluation is of another model")
    return Records(models[0], evaluations[0], _with_makers(datasets, claims), claims)


def _with_makers(
    datasets: Mapping[str, Entry[Dataset]], claims: Mapping[str, Entry[Claim]]
) -> dict[str, Entry[Dataset]]:
    """Name the stage that made each dataset, where its claim is at hand."""
    makers = {
        link.digest: stage for stage, entry in claims.items() for link in entry.record.outputs
    }
    return {
        name: Entry(
            entry.note,
            entry.digest,
            entry.what,
            stage_statement(makers[entry.digest]) if entry.digest in makers else entry.statement,
            entry.record,
        )
        for name, entry in datasets.items()
    }


_READ = (
    "warrant/model/1",
    "warrant/model/2",
    "warrant/evaluation/2",
    "warrant/evaluation/3",
    "warrant/dataset/1",
    "warrant/claim/1",
)


def _format(name: str, data: bytes) -> str:
    value = parse_canonical(data)
    kind = value.get("format") if isinstance(value, dict) else None
    if kind not in _READ:
        raise _wrong(f"the input {name!r} is no record that a card reads")
    return str(kind)


def _wrong(what: str) -> InputError:
    return InputError(f"The card cannot be written: {what}.", do="Run: warrant run")


@dataclass
class Notes:
    """Footnotes of one card, in the order they are first cited."""

    entries: Mapping[str, tuple[str, str, str, str]]
    """What, digest (hex), how the signed statement relates to it, its kind; by footnote."""
    cited: dict[str, None] = field(default_factory=dict)
    """Names that the card cites."""

    def cite(self, *names: str) -> str:
        """Give the marks of footnotes, to stand right after what they prove.

        Args:
            *names: names of footnotes.

        Returns:
            Markdown, such as `[^evaluation]`.

        Raises:
            KeyError: when there is no such record: a figure without evidence is our mistake.
        """
        for name in names:
            if name not in self.entries:
                raise KeyError(name)
            self.cited[name] = None
        return "".join(f"[^{name}]" for name in names)

    def lines(self) -> list[str]:
        """Write the footnotes that were cited."""
        return [
            f"[^{name}]: {what}, `sha256:{digest}`, {how} of kind `{kind}`."
            for name in self.cited
            for what, digest, how, kind in [self.entries[name]]
        ]


def make_notes(records: Records, config: ReportConfig) -> Notes:
    """Name everything that a card may cite.

    Args:
        records: the records.
        config: names the plan and the answers.

    Returns:
        Footnotes, none of them cited yet.
    """
    named: tuple[Entry[Any], ...] = (
        records.model,
        records.evaluation,
        *records.datasets.values(),
        *records.claims.values(),
    )
    entries = {
        entry.note: (entry.what, entry.digest, "named by a signed statement", entry.statement)
        for entry in named
    }
    its_own = "envelope of a signed statement"
    if config.plan:
        entries["plan"] = ("evaluation plan", config.plan, its_own, f"{BASE}:evaluation-plan:v1")
    for answer in config.answers:
        what = f"answer to {answer.question}"
        entries[f"answer-{answer.question}"] = (what, answer.act, its_own, f"{BASE}:act:v1")
    for number, said in enumerate(config.source_answers, start=1):
        what = f"answer on {said.setting} of source"
        entries[f"source-answer-{number}"] = (what, said.act, its_own, f"{BASE}:act:v1")
    return Notes(entries)
