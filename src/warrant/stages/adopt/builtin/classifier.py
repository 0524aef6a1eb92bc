"""A network that classifies texts, in a folder of the transformers library.

`config.json`, `model.safetensors` and `tokenizer.json` are taken as they came; everything else in
the folder is left where it is. Code of the model's own is never run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from warrant.errors import InputError
from warrant.models.base.check import ADAPTER, MOST_JSON_BYTES, read_json
from warrant.models.base.record import CONFIG, TOKENIZER, WEIGHTS
from warrant.models.classifier import ClassifierSettings, Heads, read_heads
from warrant.models.linear.settings import Input

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warrant.stages.adopt.config import AdoptConfig

_FIRST_CHARACTERS = 1_000_000
_SETTINGS = (CONFIG, TOKENIZER, "tokenizer_config.json")


def network_files(folder: Path) -> tuple[Path, ...]:
    """Look at the folder of a network; nothing of it is loaded.

    Args:
        folder: holds `config.json`.

    Returns:
        The three files that are read, in order of their names.

    Raises:
        InputError: when it wants code of its own, a file is missing, or it does not classify
            texts.
    """
    for path in (folder / name for name in _SETTINGS):
        if path.is_file() and path.stat().st_size > MOST_JSON_BYTES:
            _refuse(folder, f"{path.name!r} is larger than {MOST_JSON_BYTES} bytes")
        if path.name != TOKENIZER and path.is_file() and "auto_map" in read_json(path, folder.name):
            _refuse(
                folder,
                f"it wants to run code of its own (auto_map in {path.name!r})",
                "Use a model whose architecture is part of the transformers library: code from a "
                "model is never run.",
            )
    if (folder / ADAPTER).exists():
        _refuse(
            folder,
            f"an adapter ({ADAPTER!r}) would change its weights",
            "Merge it once, in an environment you trust: merge_and_unload() and "
            "save_pretrained(NEW), and adopt that folder.",
        )
    if not (folder / WEIGHTS).is_file():
        _refuse(
            folder,
            f"its weights are not in one file {WEIGHTS!r}",
            'Write them so: model.save_pretrained(NEW, max_shard_size="50GB").',
        )
    if not (folder / TOKENIZER).is_file():
        _refuse(
            folder,
            f"it has no {TOKENIZER!r}",
            "Write one, in an environment you trust: "
            "AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER).",
        )
    files = tuple(sorted(folder / name for name in (CONFIG, WEIGHTS, TOKENIZER)))
    heads_of(files)
    return files


def heads_of(files: Sequence[Path]) -> Heads:
    """Say what a network answers.

    Args:
        files: as `network_files` gives them.

    Returns:
        Task and labels.

    Raises:
        InputError: when it does not classify texts, or its settings contradict each other.
    """
    config = next(one for one in files if one.name == CONFIG)
    try:
        return read_heads(read_json(config, config.parent.name))
    except InputError as error:
        raise InputError(
            error.what,
            do="Give a folder that AutoModelForSequenceClassification loads and save_pretrained "
            "wrote; or train here with this model as `base` under train.",
        ) from None


def adopt_network(files: Sequence[Path], config: AdoptConfig) -> dict[str, bytes]:
    """Give the files of the format `classifier`.

    Args:
        files: as `network_files` gives them.
        config: columns of the recipe, and what its labels are called.

    Returns:
        The bytes of each file, by name.

    Raises:
        InputError: when recipe or declarations do not fit the network.
    """
    heads, folder = heads_of(files), files[0].parent
    labels = config.labels or heads.labels
    if len(labels) != len(heads.labels) or len(set(labels)) != len(labels):
        _refuse(
            folder,
            f"it gives {len(heads.labels)} answers, and {len(labels)} labels are declared",
            "Correct labels: in adopted.yaml: one name for each, all different, in its order.",
        )
    if any(one.read_as != "text" for one in config.inputs):
        _refuse(folder, "it reads texts alone", "Write under inputs: columns of text (as: text).")
    settings = ClassifierSettings(
        task=heads.task,
        labels=labels,
        inputs=tuple(Input(column=one.column, read_as="text") for one in config.inputs),
        thresholds=(0.5,) * len(labels),
        first_characters=_FIRST_CHARACTERS,
    )
    return {one.name: one.read_bytes() for one in files} | {"model.json": settings.to_bytes()}


def _refuse(folder: Path, fault: str, instead: str = "Use another model.") -> NoReturn:
    raise InputError(f"The model {folder.name!r} cannot be taken over: {fault}.", do=instead)
