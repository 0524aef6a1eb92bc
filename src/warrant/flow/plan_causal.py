"""From the recipe to the settings of models that write text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import InputError, meant

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.addition import Addition
    from warrant.flow.recipe_train import Train
    from warrant.stages.train import BaseConfig, CausalConfig

MOST_TEMPLATE_BYTES = 1 << 20


def causal_config(said: Train, more: Addition) -> CausalConfig | None:
    """Give the settings of the tier.

    Args:
        said: the recipe's part.
        more: knows the folder of the recipe.

    Returns:
        The settings; None where another tier trains.

    Raises:
        InputError: when the file of the template is not there.
    """
    from warrant.flow.recipe_causal import Causal
    from warrant.stages.train import CausalConfig

    if said.tier != "causal":
        return None
    own = said.causal or Causal()
    method = said.method if said.method in ("qlora", "full") else "lora"
    usual = CausalConfig()
    return CausalConfig(
        method=method,
        backend=own.backend,
        length=said.length if "length" in said.model_fields_set else usual.length,
        overlong=own.overlong,
        epochs=said.epochs or usual.epochs,
        batch=said.batch or usual.batch,
        micro_batch=own.micro_batch,
        learning_rate=said.learning_rate or (2e-5 if method == "full" else 2e-4),
        rank=own.rank,
        alpha=own.alpha,
        packing=own.packing,
        train_embeddings=own.train_embeddings,
        save=own.save,
        precision=own.precision,
        recompute=own.recompute,
        shard=own.shard,
        template=_template(own.template, more.root),
        answer=own.answer,
        keep_every=own.keep_every,
    )


def causal_base(said: Train, more: Addition) -> BaseConfig:
    """Give the base model; one that lies on this machine is pinned by its bytes now.

    Args:
        said: the recipe's part, with a base.
        more: knows the folder of the recipe.

    Returns:
        The base, with the licence that the recipe names; None: its card says.

    Raises:
        InputError: when there is none.
    """
    from warrant.models.causal.base import find_causal_base
    from warrant.stages.train import BaseConfig

    name = said.base or ""
    if said.revision is not None and not (more.root / name).is_dir():
        # a commit pins what is fetched when training begins
        return BaseConfig(name, said.revision, said.licence, None, more.root)
    found = find_causal_base(name, more.root, licence=said.licence)
    return BaseConfig(name, None, said.licence, found.digest, more.root)


def _template(name: str | None, root: Path) -> str | None:
    if name is None:
        return None
    path = root / name
    if not path.is_file() or path.stat().st_size > MOST_TEMPLATE_BYTES:
        raise InputError(
            f"There is no chat template {name!r} beside the recipe, or it is over "
            f"{MOST_TEMPLATE_BYTES} bytes.",
            do=meant(name, "Correct template: under train: causal: in the recipe.", root),
        )
    return path.read_text("utf-8", "replace")
