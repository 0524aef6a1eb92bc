"""What a base model must be before it is loaded: weights without code, settings without code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError, safe_open

from warrant.errors import InputError
from warrant.models.base.record import CONFIG, TOKENIZER, WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib", ".h5", ".msgpack")
"""Endings of files that run code when they are read, or that are not read here."""

MOST_JSON_BYTES = 64 * 2**20
"""A larger settings or tokenizer file is refused before it is read."""

MOST_LAYERS = 200
"""More than any published encoder has."""

ADAPTER = "adapter_config.json"
"""Beside a network the transformers library puts an adapter on it: weights that nobody pins."""

_CONVERT = (
    "Convert it once, in an environment you trust: "
    "AutoModel.from_pretrained(FOLDER).save_pretrained(NEW, safe_serialization=True), "
    "and name the new folder under train: base:."
)


def check_base(folder: Path, name: str) -> None:
    """Look at a base model's folder; nothing of it is loaded.

    Args:
        folder: holds the files.
        name: as the recipe names it, for messages.

    Raises:
        InputError: when weights are pickles or missing, when settings or tokenizer want code of
            their own, or when a file cannot be read; one message per fault.
    """
    _check_weights(folder, name)
    check_whole(folder, name)
    for path in sorted(folder.glob("*.json")):
        if path.stat().st_size > MOST_JSON_BYTES:
            raise InputError(
                f"The base model {name!r} has a file {path.name!r} larger than "
                f"{MOST_JSON_BYTES} bytes.",
                do="Use another base, for example minilm.",
            )
    if not (folder / CONFIG).is_file():
        raise InputError(
            f"The base model {name!r} has no {CONFIG!r}.",
            do="Name a folder that save_pretrained wrote, under train: base:.",
        )
    check_config(read_json(folder / CONFIG, name), name)
    _check_tokenizer(folder, name)


def check_whole(folder: Path, name: str) -> None:
    """Refuse an adapter beside a network: it would change weights without being named.

    Args:
        folder: holds the files.
        name: of the base, for messages.

    Raises:
        InputError: when there is one.
    """
    if (folder / ADAPTER).exists():
        raise InputError(
            f"The base model {name!r} brings an adapter ({ADAPTER!r}) that would change its "
            "weights.",
            do="Merge it once, in an environment you trust: merge_and_unload() and "
            "save_pretrained(NEW), and name the new folder under train: base:; or take the file "
            "out of the folder.",
        )


def check_config(config: Mapping[str, Any], name: str) -> None:
    """Look at the settings of a network.

    Args:
        config: `config.json`, parsed.
        name: of the base, for messages.

    Raises:
        InputError: when they want code of their own, or describe no encoder in plain numbers.
    """
    if config.get("auto_map") or config.get("trust_remote_code"):
        raise InputError(
            f"The base model {name!r} wants to run code of its own (auto_map in {CONFIG!r}).",
            do="Use a base whose architecture is part of the transformers library, for example "
            "minilm: code from a model is never run.",
        )
    if config.get("quantization_config"):
        raise InputError(
            f"The weights of the base model {name!r} are quantised (quantization_config in "
            f"{CONFIG!r}), which this tier does not train.",
            do="Use the same model in float32 or bfloat16, or minilm.",
        )
    layers = config.get("num_hidden_layers", 1)
    if not isinstance(layers, int) or not 0 < layers <= MOST_LAYERS:
        raise InputError(
            f"The base model {name!r} says a number of layers that no encoder has.",
            do="Use another base, for example minilm.",
        )
    built = config.get("architectures")
    heads = [one for one in built if isinstance(one, str)] if isinstance(built, list) else []
    generates = any(one.endswith(("ForCausalLM", "LMHeadModel")) for one in heads)
    if config.get("is_decoder") or config.get("is_encoder_decoder") or generates:
        raise InputError(
            f"The base model {name!r} writes text; here a model that reads it is needed.",
            do="Use an encoder, for example minilm, or write under train: tier: causal.",
        )


def _check_weights(folder: Path, name: str) -> None:
    if (folder / WEIGHTS).is_file():
        _check_readable(folder / WEIGHTS, name)
        return
    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    pickled = [one for one in names if one.endswith(PICKLES)]
    if pickled:
        raise InputError(
            f"The weights of the base model {name!r} are no safetensors file ({pickled[0]!r}): "
            "such a file can run code when it is read.",
            do=_CONVERT,
        )
    if any(one.endswith(".safetensors") for one in names):
        raise InputError(
            f"The weights of the base model {name!r} are not in one file {WEIGHTS!r}.",
            do=_CONVERT.replace("safe_serialization=True", 'max_shard_size="50GB"'),
        )
    raise InputError(
        f"The base model {name!r} has no {WEIGHTS!r}.",
        do="Name a folder that save_pretrained wrote, under train: base:.",
    )


def _check_readable(path: Path, name: str) -> None:
    try:
        with safe_open(path, framework="numpy") as tensors:
            names = list(tensors.keys())
    except (SafetensorError, OSError):
        names = []
    if not names:
        raise InputError(
            f"The file {WEIGHTS!r} of the base model {name!r} cannot be read.",
            do="Fetch it again: a download may have been cut short.",
        )


def _check_tokenizer(folder: Path, name: str) -> None:
    said = folder / "tokenizer_config.json"
    settings = read_json(said, name) if said.is_file() else {}
    if settings.get("auto_map") or any(folder.glob("tokeniz*.py")):
        raise InputError(
            f"The tokenizer of the base model {name!r} wants to run code of its own.",
            do="Use a base whose tokenizer is a tokenizer.json, for example minilm: code from a "
            "model is never run.",
        )
    if not (folder / TOKENIZER).is_file():
        raise InputError(
            f"The base model {name!r} has no {TOKENIZER!r}.",
            do="Write one, in an environment you trust: "
            "AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER).",
        )


def read_json(path: Path, name: str) -> dict[str, Any]:
    """Read a settings file as others write them.

    Args:
        path: the file.
        name: of the base, for messages.

    Returns:
        The object.

    Raises:
        InputError: when it is no JSON object.
    """
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InputError(
            f"The file {path.name!r} of the base model {name!r} is no JSON object.",
            do="Fetch it again: a download may have been cut short.",
        )
    return found
