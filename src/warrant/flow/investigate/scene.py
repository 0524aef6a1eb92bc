"""What an investigation looks at: a bundle that answers, one row, and the workspace at hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from warrant.flow.data_report.page import is_forbidden
from warrant.flow.investigate.likeness import Likeness
from warrant.flow.investigate.refit import Refit
from warrant.flow.investigate.rows import RowsRead, read_dropped, read_rows
from warrant.models.examples import LabelColumn
from warrant.models.linear.model import LinearModel
from warrant.models.matching.model import MatchingModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.flow.answering import Opened
    from warrant.flow.investigate.asking import Asking
    from warrant.flow.investigate.rows import Dropped
    from warrant.flow.workspace import Workspace
    from warrant.kernel.digest import Digest
    from warrant.records.model import Model

MOST_ROWS = 100_000
"""With more rows than that nobody looks for the rows behind an answer."""


@dataclass(frozen=True)
class Scene:
    """Everything at hand."""

    opened: Opened
    """The bundle, ready to answer."""
    asking: Asking
    """The row."""
    raw: Mapping[str, Any]
    """Its cells before curation's changes; columns that the model does not read among them."""
    record: Model
    """The model's record in the bundle."""
    workspace: Workspace | None
    """Where the model was made, if that is at hand."""

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """The signed settings of training."""
        step = self.opened.released.step("train").statement
        found: Mapping[str, Any] = step.predicate["buildDefinition"]["externalParameters"]
        return dict(found["configuration"])

    @property
    def is_withheld(self) -> bool:
        """Whether nothing allows to show the text of a row, as it was signed of the sources."""
        return is_forbidden(self.opened.released.claims["ingest"].sources)

    @property
    def label(self) -> LabelColumn:
        """How the answer of a row is written."""
        settings = self.settings
        return LabelColumn(settings["label"], settings["task"], settings["label_separator"])

    def dataset(self, stage: str, name: str) -> Digest | None:
        """Give the manifest of a dataset that a step on the bundle's way read."""
        step = self.opened.released.step(stage).statement
        return next((one.digest for one in step.dependencies if one.name == name), None)

    @cached_property
    def train(self) -> RowsRead | None:
        """The rows that the model learnt from; None where no workspace is at hand."""
        return self._read("train", "train")

    @cached_property
    def held_out(self) -> RowsRead | None:
        """Validation and test rows, without the row asked about."""
        first, second = self._read("train", "validation"), self._read("evaluate", "test")
        if first is None or second is None:
            return None
        for name, cells in second.cells.items():
            first.cells[name] += cells
        first.labels += second.labels
        first.ids += second.ids
        first.positions += second.positions
        first.clusters.clear()  # nothing is learnt from these rows
        for name, texts in second.others.items():
            first.others.setdefault(name, [""] * len(first.paths)).extend(texts)
        own = self.raw.get("_row_id")
        return first.take([at for at, row in enumerate(first.ids) if row != own])

    @cached_property
    def documents(self) -> RowsRead | None:
        """Rows before curation, without the row asked about."""
        found = self._read("curate", "documents")
        if found is None:
            return None
        own = self.raw.get("_row_id")
        return found.take([at for at, row in enumerate(found.ids) if row != own])

    @cached_property
    def dropped(self) -> Dropped | None:
        """Why documents did not become rows."""
        step = self.opened.released.step("curate").statement
        ledger = step.subject("ledger")
        if self.workspace is None or ledger is None:
            return None
        return read_dropped(self.workspace.store, ledger)

    @cached_property
    def likeness(self) -> Likeness | None:
        """Compares the row with the training rows."""
        if self.train is None or not self.asking.texts:
            return None
        return Likeness(self.train.texts(self.asking.texts))

    @cached_property
    def text(self) -> str:
        """The row's text, as the model reads it."""
        return "\n".join(str(self.asking.cells[one.column] or "") for one in self.asking.texts)

    @cached_property
    def refit(self) -> Refit | None:
        """Fits a linear model again on some of its rows; None for others."""
        model = self.asking.plain
        if not isinstance(model, LinearModel | MatchingModel) or self.train is None:
            return None
        if not model.labels:
            return None
        return Refit(model, self.asking, self.train, self.strength, self.settings)

    @property
    def strength(self) -> float:
        """How closely a linear model followed its rows."""
        return float(self.record.settings.get("strength") or 1.0)

    def _read(self, stage: str, name: str) -> RowsRead | None:
        manifest = self.dataset(stage, name)
        if self.workspace is None or manifest is None:
            return None
        from warrant.engine import dataset_record

        store = self.workspace.store
        if dataset_record(store, manifest).rows > MOST_ROWS:
            return None
        return read_rows(store, manifest, self.asking.model.reads, self.label)
