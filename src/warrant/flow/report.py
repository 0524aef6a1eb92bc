"""What a run tells while it works and when it ends; the surfaces print it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warrant.flow.estimate import Forecast
    from warrant.records.candidates import Candidate
    from warrant.records.evaluation import Evaluation

StepState = Literal["started", "done", "kept"]


class Reporter(Protocol):
    """Where a run tells how far it is; made by `cli` or `web`."""

    def step(self, stage: str, state: StepState) -> None:
        """Say that a step started, was done, or was kept from an earlier run."""

    def progress(self, done: int, total: int | None, unit: str) -> None:
        """Say how far the running step is; `total` is None while unknown."""

    def note(self, text: str) -> None:
        """Say one sentence that must not be lost."""

    def spent(self, usd: float, ceiling_usd: float | None) -> None:
        """Say what the running step has cost; `ceiling_usd` is None where there is none."""


class Silent:
    """A reporter that says nothing."""

    def step(self, stage: str, state: StepState) -> None:
        """Say nothing."""

    def progress(self, done: int, total: int | None, unit: str) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""

    def spent(self, usd: float, ceiling_usd: float | None) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class RunReport:
    """How a run ended."""

    name: str
    """Name of the model."""
    stage_of_use: str
    """How far it may be relied on."""
    training_rows: int
    """Rows trained on."""
    sources: int
    """Sources read."""
    dropped: Mapping[str, int]
    """Rows and files dropped, per reason in words."""
    unread: int
    """Files, and records of tables, that could not be read."""
    evaluation: Evaluation
    """Scores on the test rows."""
    expected: tuple[str, float, float] | None
    """The author's prediction: metric, value, how sure."""
    bundle: Path
    """Where the bundle lies."""
    bundle_digest: str
    """What people approve."""
    card: Path
    """Where the card lies, as Markdown."""
    page: Path
    """Where it lies as a page of HTML, with plots."""
    open_questions: tuple[str, ...]
    """Questions of the card without an answer."""
    notes: tuple[str, ...]
    """Rules that did not say yes and did not stop the run."""
    warnings: tuple[str, ...] = ()
    """What training and the evaluation plan warn of, each with what to do."""
    left: tuple[tuple[str, int, str], ...] = ()
    """What left this machine: host, bytes, purpose."""
    computed: tuple[str, ...] = ()
    """Stages that ran now; the others were kept."""
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    """Fingerprints of the datasets, by name."""
    took_s: float = 0.0
    """Seconds from start to end."""
    cost_usd: float = 0.0
    """What training cost, at the price that the recipe states."""
    without_text: int = 0
    """Rows left out since they had no text."""
    copies_with_another_label: int = 0
    """Rows kept although an earlier row has the same text, since the labels differ."""
    sample: Forecast | None = None
    """What the full run will take, when this was a sample."""
    files_without_line: int = 0
    """Files that no line of their sheet names."""
    lines_without_file: int = 0
    """Lines of sheets that name no file."""
    unread_problems: tuple[tuple[int, str], ...] = ()
    """How many files have which problem, the most frequent first."""
    unread_records: tuple[tuple[int, str], ...] = ()
    """How many records of tables have which problem."""
    unread_parts: tuple[tuple[int, str], ...] = ()
    """How many pages and attachments of files that were read are missing."""
    unread_list: str = "unread.csv"
    """Name of the file, beside the card, that says of each what to do."""
    unreadable_cells: tuple[tuple[str, str, int], ...] = ()
    """Columns of numbers or dates of which cells of training rows are none: name, `number` or
    `date`, how many."""
    tables_beside_documents: int = 0
    """Tables read record by record in a source whose documents have a sheet."""
    cpu_ms_per_row: float | None = None
    """Processor time of an answer, measured on the test rows."""
    candidates: tuple[Candidate, ...] = ()
    """Tiers that were held against each other; none where the recipe names one."""
    declared_by: str | None = None
    """Who declares the facts of a model that was trained elsewhere; None: it was trained here."""

    @property
    def untested(self) -> tuple[str, ...]:
        """Labels without a row in the test."""
        return tuple(line.label for line in self.evaluation.labels if not line.support)
