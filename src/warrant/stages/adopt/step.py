"""The story of adoption: look at files, write the model anew, say what was declared about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.models import MODELS
from warrant.models.files import open_model
from warrant.records.claim import Claim, Link, Plugin
from warrant.records.interfaces import Desk, StageResult
from warrant.records.model import Model, ModelFile
from warrant.stages.adopt.formats import own_kind, recognise

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warrant.kernel.digest import Digest
    from warrant.stages.adopt.config import AdoptConfig
    from warrant.stages.adopt.formats import Found

NAME = "train"
"""It stands where training would: what follows asks for its model."""
VERSION = 1
"""Raised whenever the same inputs and settings may give other bytes."""

INPUTS = ("claim-ingest",)
"""The claim of ingest; no dataset, since nobody saw what it learnt from."""

_ADOPTION = "adopt"


def plugins(config: AdoptConfig) -> tuple[Plugin, ...]:
    """Name what decides the result besides inputs and settings.

    Args:
        config: the settings of the adoption.

    Returns:
        This stage, by its version.
    """
    del config
    return (Plugin(name=f"warrant-ml:{_ADOPTION}", version=str(VERSION)),)


def run(inputs: Mapping[str, Digest], config: AdoptConfig, desk: Desk) -> StageResult:
    """Take over one model.

    Args:
        inputs: digest of the claim of ingest.
        config: the settings of the adoption.
        desk: the store and its like.

    Returns:
        Output `model`: digest of the model record, whose files lie in the store too.

    Raises:
        InputError: when a file could run code, is malformed, or does not fit the recipe.
    """
    if config.place is None:
        raise TypeError("an adoption without a place")
    kind, files = _read(recognise(config.place), config)
    record = _keep(kind, files, config, desk)
    model = open_model(record, desk.store, desk.scratch / "model")  # it loads, or is refused now
    record = record.model_copy(update={"parameters": model.describe().parameters})
    digest = desk.store.put(record.to_bytes())
    declared = config.declared
    claim = Claim(
        stage=NAME,
        version=VERSION,
        inputs=tuple(Link(name=name, digest=inputs[name].hex) for name in INPUTS),
        outputs=(Link(name="model", digest=digest.hex),),
        counts={"rows": 0, "validation_rows": 0, "without_label": 0},
        plugins=plugins(config),
        sources=(declared.data,),
        measures={
            "adopted": True,
            "declared_by": declared.by,
            "files_as_they_came": config.digest,
            **{f"declared: {name}": value for name, value in declared.facts.items()},
        },
    )
    return StageResult({"model": digest}, claim)


def _read(found: Found, config: AdoptConfig) -> tuple[str, dict[str, bytes]]:
    """Give the model format and its files."""
    from warrant.stages.adopt.builtin.arrays import adopt_arrays
    from warrant.stages.adopt.builtin.classifier import adopt_network
    from warrant.stages.adopt.builtin.lightgbm import adopt_lightgbm

    if found.form == "lightgbm":
        return "trees", adopt_lightgbm(found.files[0], config)
    if found.form == "arrays":
        return "linear", adopt_arrays(found.files[1], found.files[0], config)
    if found.form == "transformers":
        return "classifier", adopt_network(found.files, config)
    named = {one.name: one for one in found.files}
    return own_kind(named["model.json"]), {name: _bytes(one) for name, one in named.items()}


def _bytes(path: Path) -> bytes:
    return path.read_bytes()


def _keep(kind: str, files: Mapping[str, bytes], config: AdoptConfig, desk: Desk) -> Model:
    """Put the files into the store, load them once to learn labels and columns, and name them."""
    folder = desk.scratch / "files"
    folder.mkdir()
    listed = []
    for name, data in sorted(files.items()):
        (folder / name).write_bytes(data)
        digest = desk.store.put(data)
        listed.append(ModelFile(name=name, sha256=digest.hex, size=len(data)))
    model = MODELS.load(kind)(folder)
    read = tuple(one.column for one in config.inputs)
    if (model.task, model.inputs) != (config.task, read):
        raise InputError(
            f"The model answers {model.task!r} and reads {', '.join(model.inputs)}; the recipe "
            f"asks {config.task!r} and reads {', '.join(read)}.",
            do="Correct `task` and `inputs` in the recipe, or write it anew: warrant adopt",
        )
    return Model(
        name=config.name,
        kind=kind,
        task=model.task,
        labels=model.labels,
        inputs=model.inputs,
        files=tuple(listed),
        seed=0,
        deterministic=False,
        libraries=plugins(config),
        parameters=0,
        settings={"adopted": True},
    )
