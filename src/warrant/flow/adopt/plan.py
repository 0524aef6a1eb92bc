"""From recipe and declarations to the step that takes a model over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.flow.addition import model_name
from warrant.flow.adopt.declared import declared_of, read_declarations

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.addition import Addition
    from warrant.flow.recipe import Recipe


def adopt_config(recipe: Recipe, more: Addition) -> object:
    """Give the settings of an adoption.

    Args:
        recipe: what to do; `train: adopt:` names the declarations.
        more: where the recipe lies.

    Returns:
        An `AdoptConfig`.
    """
    from warrant.models import InputColumn
    from warrant.stages.adopt import AdoptConfig

    said = read_declarations(more.root / str(recipe.train.adopt))
    place = more.root / said.model
    return AdoptConfig(
        name=model_name(recipe, more.sample),
        task=recipe.task.kind,
        inputs=tuple(
            InputColumn(one.column, one.read_as, one.unit, one.decimal, one.day_first)
            for one in recipe.reads
        ),
        labels=said.labels,
        label=recipe.task.answer,
        label_separator=recipe.task.separator,
        seed=recipe.train.seed,
        digest=_digest(place),
        declared=declared_of(said),
        place=place,
    )


def _digest(place: Path) -> str:
    """Digest the files that are read, with their names."""
    from hashlib import sha256

    from warrant.kernel.digest import hash_file, u64
    from warrant.stages.adopt import recognise

    state = sha256()
    for one in recognise(place).files:
        name = one.name.encode()
        state.update(u64(len(name)) + name + hash_file(one).raw)
    return state.hexdigest()
