"""The recipe's part about training: the tier, its settings, what errors cost."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from warrant.flow.recipe_budget import Budget
from warrant.flow.recipe_causal import Causal
from warrant.flow.recipe_fault import AdviceError, correction
from warrant.flow.recipe_rows import Part, Text


class Auto(Part):
    """When a costlier tier is worth its price, by a paired test on validation rows."""

    margin: Annotated[float, Field(ge=0, lt=1)] = 0.01
    """By how much it must be better: points of the figure that chooses (0.01 is one point of
    macro-F1); for `regression` a share of the cheaper tier's mean absolute error."""
    level: Annotated[float, Field(gt=0, lt=1)] = 0.05
    """How likely chance may make it look so; all tests of a run share it."""


TRAINED_IN_PASSES = frozenset({"encoder", "causal", "auto"})
"""Tiers that go over the rows again and again, as often as the recipe says."""


OUR_TIERS = ("linear", "trees", "encoder", "causal", "auto")
"""Tiers that come with this package."""


def _offered_tier(name: str) -> str:
    """Refuse a tier that nobody offers; other packages offer theirs as an entry point."""
    if name in OUR_TIERS:
        return name
    from warrant.stages.train.backend import TRAINERS

    others = sorted(TRAINERS.places.keys() - TRAINERS.builtin.keys())
    if name in others:
        return name
    *first, last = (repr(one) for one in (*OUR_TIERS, *others))
    expected = f"{', '.join(first)} or {last}"
    nearest = correction("literal_error", name, {"expected": expected})
    raise AdviceError(f"Input should be {expected}", f"Write: tier: {nearest}")


class Train(Part):
    """How the model is trained."""

    tier: Annotated[str, AfterValidator(_offered_tier)] = "linear"
    """`linear`: words, characters and columns; `trees`: columns above all. Seconds on a laptop.
    `encoder`: a network that reads texts, on a base model; minutes and more.
    `causal`: a base model that writes text is trained further; minutes on a card.
    `auto`: cheap first; a costlier one is kept only when it is surely better. Or the name under
    which an installed package offers a tier of its own."""
    settings: dict[Text, str | bool | int | float] = {}  # noqa: RUF012 - pydantic copies it
    """Of a tier of another package: what it is told, by name."""
    auto: Auto | None = None
    """Of `tier: auto` and of `challenge`: when a costlier tier is worth its price; left out: its
    defaults."""
    challenge: Literal["linear", "trees"] | None = None
    """The cheaper tier that `tier` must beat on validation rows; where it does not, the run stops
    and says so. Beside the same tier it does nothing, so that `tier` alone need be edited."""
    adopt: Text | None = None
    """Take over a model that was trained elsewhere; names the file of declared facts that
    `warrant adopt` writes. Nothing is trained, and all rows are the test."""
    seed: Annotated[int, Field(ge=0)] = 7
    """Seed of training."""
    class_weights: Literal["balanced", "none"] = "balanced"
    """`balanced` lets rare labels weigh more; of `causal` every answer weighs alike."""
    near_duplicates: Literal["each", "once"] = "each"
    """How much rows count that are nearly the same, as `near_duplicates` under `curate` found: each
    for itself, or (`once`) all of a cluster together as much as one row."""
    monotone: dict[Text, Literal["increasing", "decreasing"]] = {}  # noqa: RUF012 - pydantic copies it
    """Of `trees`: number columns with which the answer may only rise, or only fall."""
    most_characters: Annotated[int, Field(ge=100_000)] = 100_000_000
    """So many characters of all training texts are read; rows beyond, drawn by the seed, are left
    out, counted and told. A hundred million need about two gigabytes of memory."""
    towards: Text | None = None
    """Of `binary`: the label that `monotone` speaks of."""
    budget: Budget = Budget()
    """What training may cost."""
    features: tuple[Literal["words", "characters", "embeddings"], ...] = ("words", "characters")
    """Of `linear`: what of texts is read; `embeddings` are vectors of the base model."""
    base: Text | None = None
    """A model trained elsewhere to start from: `minilm`, a folder, or `org/name` on the hub."""
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")] | None = None
    """Commit of a base on the hub."""
    licence: Text | None = None
    """Licence of the base (SPDX id); left out: what its own card says."""
    length: Annotated[int, Field(ge=4, le=8192)] = 256
    """Most tokens of a text that the base reads; longer texts are cut, for places (`spans`) read in
    windows of this length that overlap. Of `causal` most tokens of a row, 1024 when left out, and
    longer rows are not cut: see `causal: overlong`."""
    method: Literal["frozen", "lora", "qlora", "full"] | None = None
    """Of `encoder` and `causal`, what is trained: `frozen` (a head on the base as it is; `encoder`
    alone), `lora` (small matrices beside the frozen ones), `qlora` (the frozen ones in 4 bits, on
    a card; `causal` alone), `full`; left out: full, of `causal` lora."""
    epochs: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Of `encoder` and `causal`: passes over the rows, of `encoder` at most: validation rows stop
    sooner; left out: by method, of `causal` 1."""
    batch: Annotated[int, Field(ge=1, le=4096)] | None = None
    """Of `encoder` and `causal`: rows, or packed sequences, of one update; left out: 32, of
    `causal` 8."""
    learning_rate: Annotated[float, Field(gt=0, le=1)] | None = None
    """Of `encoder` and `causal`: at its highest; left out: by method, of `causal` 2e-4, of its
    `full` 2e-5."""
    processes: Annotated[int, Field(ge=1, le=1024)] = 1
    """Of `encoder` and `causal`: so many processes train together and share out each update, of
    `causal` one a card where there are cards. Part of what decides the model's bytes."""
    causal: Causal | None = None
    """Of `causal`: further settings; left out: their defaults."""
    elsewhere: tuple[Text, ...] = ()
    """Where training rows may be carried, to be trained on there: `pack` (an archive),
    `ssh:USER@HOST`, `sky:CLOUD`, or a service: `together`, `fireworks`; left out: nowhere."""

    elsewhere_place: Text | None = None
    """Where all of `elsewhere` stands, in the words of `residency` under `rights`; left out: nobody
    says, and no row of a source with a residency goes there."""

    @property
    def challenged(self) -> Literal["linear", "trees"] | None:
        """The cheaper tier that must be beaten; None where there is nothing to beat."""
        return None if self.challenge == self.tier else self.challenge

    @model_validator(mode="after")
    def _challenge_has_two(self) -> Self:
        if self.challenged is not None and self.tier in ("linear", "auto"):
            raise AdviceError(
                f"challenge: {self.challenge} needs a costlier tier, and tier is {self.tier!r}",
                "Take out `challenge`",
            )
        if self.auto is not None and self.tier != "auto" and self.challenge is None:
            raise AdviceError(
                "auto says when a costlier tier is kept, and nothing is compared",
                "Write under train: tier: auto",
            )
        return self

    @model_validator(mode="after")
    def _settings_have_a_tier(self) -> Self:
        if self.settings and self.tier in OUR_TIERS:
            raise AdviceError(
                f"settings are for a tier of another package, and tier is {self.tier!r}",
                "Take out `settings`: what this tier is told stands beside it under train",
            )
        return self

    @model_validator(mode="after")
    def _causal_has_a_base(self) -> Self:
        if self.tier == "causal" and self.base is None:
            raise AdviceError(
                "causal needs a base model",
                "Write under train: base: ./FOLDER, or base: org/name with its revision",
            )
        if self.causal is not None and self.tier != "causal":
            raise AdviceError(
                f"causal is for the tier 'causal', and tier is {self.tier!r}",
                "Take out `causal`, or write under train: tier: causal",
            )
        return self

    @model_validator(mode="after")
    def _class_weights_have_a_tier(self) -> Self:
        asked = "class_weights" in self.model_fields_set and self.class_weights == "balanced"
        if self.tier == "causal" and asked:
            raise AdviceError(
                "the tier 'causal' lets every answer weigh alike",
                "Take out `class_weights`, or write under train: tier: encoder",
            )
        return self

    @model_validator(mode="after")
    def _near_duplicates_are_learnt_from(self) -> Self:
        if self.near_duplicates == "each":
            return self
        if self.adopt is not None:
            raise AdviceError(
                "nothing is trained here, so that near duplicates cannot be counted once",
                "Take `near_duplicates` out of `train`",
            )
        if self.tier == "causal":
            raise AdviceError(
                "the tier 'causal' lets every answer count alike, near duplicates too",
                "Take `near_duplicates` out of `train`, or write under curate: "
                "near_duplicates: {action: drop}",
            )
        return self

    @model_validator(mode="after")
    def _processes_share_something(self) -> Self:
        if self.processes == 1:
            return self
        own = self.causal is None or self.causal.backend == "own"
        if self.tier not in ("encoder", "causal") or self.challenge is not None or not own:
            raise AdviceError(
                "processes are for our own loop of the tiers encoder and causal, not compared",
                "Take out `processes`",
            )
        if self.method in ("frozen", "qlora"):
            raise AdviceError(
                f"the method {self.method!r} trains in one process",
                "Take out `processes`, or write under train: method: lora",
            )
        batch = self.batch or (32 if self.tier == "encoder" else 8)
        if self.processes > batch:
            raise AdviceError(
                f"{self.processes} processes share a batch of {batch}: some would do nothing",
                f"Write under train: processes: {batch}, or a larger batch",
            )
        return self

    @model_validator(mode="after")
    def _monotone_has_trees(self) -> Self:
        if self.monotone and self.tier != "trees":
            raise AdviceError("monotone is for trees", "Write under train: tier: trees")
        return self

    @model_validator(mode="after")
    def _features_are_read_once(self) -> Self:
        if len(set(self.features)) != len(self.features) or not self.features:
            raise AdviceError(
                "features names each thing that is read once",
                "Write for example: features: [words, characters]",
            )
        return self

    @model_validator(mode="after")
    def _base_has_a_use(self) -> Self:
        if "embeddings" in self.features and self.base is None:
            raise AdviceError("embeddings need a base model", "Write under train: base: minilm")
        if self.tier == "encoder" and self.base is None:
            raise AdviceError(
                "the tier encoder needs a base model", "Write under train: base: minilm"
            )
        if self.base is None and (self.revision or self.licence):
            raise AdviceError(
                "revision and licence are of a base model", "Write under train: base: org/name"
            )
        return self

    @model_validator(mode="after")
    def _passes_have_a_tier(self) -> Self:
        loops = ("method", "epochs", "batch", "learning_rate")
        said = [name for name in loops if getattr(self, name) is not None]
        if said and self.tier not in TRAINED_IN_PASSES:
            raise AdviceError(
                f"{' and '.join(said)} {'is' if len(said) == 1 else 'are'} not for the tier "
                f"{self.tier!r}",
                f"Take out {' and '.join(said)}, or write under train: tier: encoder",
            )
        unfit = {"encoder": "qlora", "auto": "qlora", "causal": "frozen"}.get(self.tier)
        if self.method is not None and self.method == unfit:
            raise AdviceError(
                f"the tier {self.tier!r} has no method {unfit!r}", "Write under train: method: lora"
            )
        return self


Price = Annotated[float, Field(ge=0)]


class Costs(Part):
    """What errors cost, in money or points: thresholds are chosen on validation rows."""

    missed: dict[Text, Price] = {}  # noqa: RUF012 - pydantic copies it
    """By label: what a true label costs that is not answered; `default` is of all others."""
    false_alarm: Price = 0.0
    """What an answer costs that is not true."""
    ask: Price | None = None
    """What a person's look costs; where it is cheaper, the model abstains."""

    @model_validator(mode="after")
    def _has_a_price(self) -> Self:
        if not self.false_alarm and not any(self.missed.values()):
            raise AdviceError(
                "nothing costs anything",
                "Write for example: costs: {missed: {default: 50}, false_alarm: 5}",
            )
        return self
