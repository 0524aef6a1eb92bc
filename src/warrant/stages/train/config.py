"""What may be chosen about training."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, Self

from warrant.metrics import Prices
from warrant.models.model import InputColumn
from warrant.records.model import TaskKind
from warrant.stages.train.base import BaseConfig
from warrant.stages.train.causal.config import CausalConfig
from warrant.stages.train.encoder.config import EncoderConfig
from warrant.stages.train.promotion import AutoConfig

TextFeature = Literal["words", "characters", "embeddings"]
"""What of a text a linear model reads."""


@dataclass(frozen=True)
class TrainConfig:
    """All settings of one training run; with the inputs they decide the model's bytes."""

    name: str
    """Name of the model."""

    label: str
    """The column that holds the answer."""

    task: TaskKind = "multiclass"
    """How many answers a row has."""

    inputs: tuple[InputColumn, ...] = (InputColumn("text"),)
    """The columns that are read, in this order, and how."""

    label_separator: str = ";"
    """Between several labels in one cell of text; read for `multilabel` only."""

    tier: str = "linear"
    """Name of the training backend in the catalog `warrant.trainers`."""

    settings: Mapping[str, str | bool | int | float] = field(default_factory=dict)
    """Of a tier of another package: what it is told, by name."""

    seed: int = 7
    """Seed of every random choice, 0 or more."""

    class_weights: Literal["balanced", "none"] = "balanced"
    """`balanced` lets rare labels weigh more."""

    near_duplicates: Literal["each", "once"] = "each"
    """`once`: the rows of a cluster of near duplicates together count as much as one row."""

    monotone: Mapping[str, Literal["increasing", "decreasing"]] = field(default_factory=dict)
    """For `trees`: columns with which the answer may only rise, or only fall."""

    label_at: str | None = None
    """Column of the day on which the answer became known; what is dated later is a leak."""

    accepted_leaks: Mapping[str, str] = field(default_factory=dict)
    """By column, why the check for leaks shall not stop at it."""

    towards: str | None = None
    """The label that `monotone` speaks of, of a `binary` task."""
    costs: Prices | None = None
    """What errors cost: thresholds are then chosen on validation rows. None: nobody said."""

    auto: AutoConfig | None = None
    """When a costlier tier is kept; None: the recipe's tier is trained, whatever others reach."""

    coverage: float | None = None
    """How often sets of answers shall hold the truth, above 0 and below 1; None: no sets."""

    group: str | None = None
    """Column whose equal cells keep validation rows together where they are resampled, or choose
    what is promised: that of the split. None: documents do."""

    risk: float | None = None
    """Largest share of wrong answers among those given, above 0 and below 1; None: none is
    stated."""

    strengths: tuple[float, ...] = (0.3, 3.0, 30.0)
    """Inverse strengths of regularisation (C), tried from the smallest until one does worse
    on validation rows, which choose one."""

    choose_by: Literal["accuracy", "micro_f1", "macro_f1"] = "macro_f1"
    """The figure on validation rows that chooses."""

    word_terms: int = 50_000
    """Most words and word pairs that may enter the vocabulary."""

    character_terms: int = 100_000
    """Most character sequences that may enter the vocabulary."""

    fewest_documents: int = 3
    """A term or category from fewer training documents never enters; at least 3."""

    first_characters: int = 100_000
    """Only this many characters of each text are read."""

    most_characters: int = 100_000_000
    """Of all training texts so many characters are read, and of validation a quarter of that; rows
    beyond are left out, and counted."""

    features: tuple[TextFeature, ...] = ("words", "characters")
    """For `linear`: what of texts is read; `embeddings` are vectors of the base model."""

    base: BaseConfig | None = None
    """The base model, of tiers and features that have one."""

    encoder: EncoderConfig | None = None
    """For `encoder`: how its network is trained; None: the defaults."""

    length: int = 256
    """Most tokens of a text that the base model reads."""

    causal: CausalConfig | None = None
    """For `causal`: its own settings; None: the defaults."""

    processes: int = 1
    """For `encoder` and `causal`: so many train together, and share out each update."""

    def portable(self) -> Self:
        """Give the settings without what differs from machine to machine."""
        return self if self.base is None else replace(self, base=replace(self.base, root=Path()))

    @property
    def backend(self) -> str:
        """Name of the backend that does the work: a tier that must beat another is tried."""
        if self.auto is not None:
            return "auto"
        by_trl = self.tier == "causal" and self.causal is not None and self.causal.backend == "trl"
        return "causal-trl" if by_trl else self.tier

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are read."""
        return tuple(one.column for one in self.inputs)

    @property
    def texts(self) -> tuple[str, ...]:
        """Those of them that are text."""
        return tuple(one.column for one in self.inputs if one.read_as == "text")
