"""From the recipe to the settings of training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.flow.addition import Addition, model_name
from warrant.flow.plan_causal import causal_base, causal_config

if TYPE_CHECKING:
    from warrant.flow.recipe import Recipe
    from warrant.metrics import Prices
    from warrant.models import InputColumn
    from warrant.stages.train import AutoConfig, BaseConfig
    from warrant.stages.train.encoder.config import EncoderConfig


def train_config(recipe: Recipe, more: Addition) -> object:
    """Give the settings of training.

    Args:
        recipe: what to do.
        more: what log and machine add.

    Returns:
        A `TrainConfig`.

    Raises:
        InputError: when the recipe names a scorer that nobody offers.
    """
    from warrant.metrics import SCORERS
    from warrant.stages.train import TrainConfig

    for name in recipe.evaluate.scorers:
        SCORERS.place(name)  # known before anything is trained

    return TrainConfig(
        name=model_name(recipe, more.sample),
        label=recipe.task.answer,
        task=recipe.task.kind,
        inputs=_inputs(recipe),
        label_separator=recipe.task.separator,
        tier=recipe.train.tier,
        settings=dict(recipe.train.settings),
        seed=recipe.train.seed,
        class_weights=recipe.train.class_weights,
        near_duplicates=recipe.train.near_duplicates,
        monotone=dict(recipe.train.monotone),
        towards=recipe.train.towards,
        costs=prices_of(recipe),
        auto=_auto(recipe),
        coverage=recipe.evaluate.conformal,
        risk=recipe.evaluate.risk,
        group=_group(recipe),
        label_at=recipe.rows.label_at,
        accepted_leaks={one.column: one.leak_accepted for one in recipe.reads if one.leak_accepted},
        most_characters=recipe.train.most_characters,
        features=recipe.train.features,
        base=_base(recipe, more),
        encoder=_encoder(recipe),
        length=recipe.train.length,
        causal=causal_config(recipe.train, more),
        processes=recipe.train.processes,
    )


def _group(recipe: Recipe) -> str | None:
    """Name the column of the split's groups, where validation rows are resampled or promise."""
    evaluate, train = recipe.evaluate, recipe.train
    is_used = train.tier == "auto" or train.challenged or evaluate.conformal or evaluate.risk
    return recipe.split.group if is_used else None


def _auto(recipe: Recipe) -> AutoConfig | None:
    """Say when a costlier tier is kept; None where tiers are not compared."""
    from warrant.flow.recipe_train import Auto
    from warrant.stages.train import AutoConfig

    train = recipe.train
    if train.tier != "auto" and train.challenged is None:
        return None
    said = train.auto or Auto()
    return AutoConfig(said.margin, said.level, train.challenged)


def _encoder(recipe: Recipe) -> EncoderConfig | None:
    """Give the settings of the tier `encoder`; None where it is not tried."""
    from warrant.stages.train.encoder.config import EncoderConfig

    said = recipe.train
    if said.tier not in ("encoder", "auto") or said.base is None or said.method == "qlora":
        return None
    return EncoderConfig(
        method=said.method or "full",
        epochs=said.epochs,
        batch=said.batch or 32,
        learning_rate=said.learning_rate,
    )


def _base(recipe: Recipe, more: Addition) -> BaseConfig | None:
    """Give the base model; one that lies on this machine is found and pinned by its bytes now."""
    from warrant.models.base import find_base
    from warrant.stages.train import BaseConfig

    said = recipe.train
    if said.base is None:
        return None
    if said.tier == "causal":
        return causal_base(said, more)
    if said.revision is not None and not (more.root / said.base).is_dir():
        # a commit pins what is fetched when training begins
        return BaseConfig(said.base, said.revision, said.licence, None, more.root)
    digest = find_base(said.base, more.root, licence=said.licence).record.digest
    return BaseConfig(said.base, None, said.licence, digest, more.root)


def _inputs(recipe: Recipe) -> tuple[InputColumn, ...]:
    """Give the columns that the model reads, the options of a choice last."""
    from warrant.models import InputColumn

    columns = [
        InputColumn(one.column, one.read_as, one.unit, one.decimal, one.day_first)
        for one in recipe.reads
    ]
    if recipe.task.options is not None:
        columns.append(InputColumn(recipe.task.options, "options"))
    return tuple(columns)


def prices_of(recipe: Recipe) -> Prices | None:
    """Give what errors cost; None where nobody says."""
    from warrant.metrics import Prices

    costs = recipe.costs
    if costs is None:
        return None
    missed = {label: price for label, price in costs.missed.items() if label != "default"}
    return Prices(missed, costs.missed.get("default", 0.0), costs.false_alarm, costs.ask)
