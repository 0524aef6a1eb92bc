"""What may be chosen about splitting."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Self

from warrant.records.task import TaskKind

Part = Literal["train", "validation", "test"]
"""Names of the outputs."""


@dataclass(frozen=True)
class Benchmark:
    """Rows of somebody else on which the model may be measured later."""

    name: str
    """As decisions and reports call it."""

    path: str
    """A parquet, csv or jsonl file, from the recipe's folder."""

    column: str
    """Of its texts."""

    sha256: str = ""
    """Of the file's bytes, hex."""


@dataclass(frozen=True)
class RepeatsConfig:
    """Which training rows say again what is measured on."""

    similarity: float = 0.8
    """From this share of a held-out row's five words in a row on, above 0 and at most 1."""

    benchmarks: tuple[Benchmark, ...] = ()
    """Beside the rows of validation and test."""

    folder: Path = Path()
    """From which the paths of benchmarks start; not part of the settings that are signed."""


@dataclass(frozen=True)
class SplitConfig:
    """All settings of one split."""

    label: str
    """The column that holds the answer; rows without one are dropped."""

    task: TaskKind = "multiclass"
    """How many answers a row has."""

    label_separator: str = ";"
    """Between several labels in one cell of text; read for `multilabel` only."""

    test: float = 0.2
    """Share of rows kept for the test, 0 to 1; 1 where a model is taken over."""

    validation: float = 0.1
    """Share of rows for choosing settings, 0 to 1."""

    group: str | None = None
    """Rows with the same value here stay together; None: rows that share a document do."""

    alike: tuple[str, ...] = ("text",)
    """Rows with the same cells in all these columns stay together, whatever their groups; none:
    only groups and documents tie rows."""

    time: str | None = None
    """Column of days, instants or numbers: the newest rows are the test, those before them the
    validation. None: rows are drawn."""

    held_out: tuple[str, str] | None = None
    """A column and one of its values: the rows with that value are the test, whatever the share.
    None: no site is left out."""

    given: tuple[Part, ...] = ()
    """Parts that whole sources were given for: the column `source_part` names the part of such
    rows. A part that is given is not drawn from other rows."""

    seed: int = 7
    """Another seed, another division; 0 or more."""

    decontaminate: RepeatsConfig | None = None
    """Training rows that repeat or contain held-out rows are left out; None: only copies are."""

    marks_clusters: bool = False
    """Each row is given the number of its cluster of near duplicates, for training to weigh by."""

    def portable(self) -> Self:
        """Give the settings without what differs from machine to machine."""
        if self.decontaminate is None:
            return self
        return replace(self, decontaminate=replace(self.decontaminate, folder=Path()))
