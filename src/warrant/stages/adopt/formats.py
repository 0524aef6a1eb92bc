"""Which form a model comes in, found by looking at names and first bytes; nothing is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from warrant.errors import InputError
from warrant.kernel.canon import parse_canonical
from warrant.models import MODELS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Form = Literal["warrant", "lightgbm", "arrays", "transformers"]
"""`warrant`: a folder that Warrant wrote; `lightgbm`: a text file of LightGBM; `arrays`: a linear
model of scikit-learn as JSON and safetensors; `transformers`: a folder of that library, of
a network that classifies texts."""

ARRAYS, SETTINGS = "arrays.safetensors", "sklearn.json"
"""The two files of the form `arrays`."""

MOST_BYTES = 4 * 2**30
"""A larger model is refused before it is read."""

_TORCH = "save its weights: safetensors.torch.save_file(model.state_dict(), 'model.safetensors')"
_ARRAYS = "export its numbers as sklearn.json and arrays.safetensors (docs/guide/adopt.md)"
_OTHER = "save its weights as safetensors, or train it here"
_RUNS_CODE = {
    ".bin": "save it as safetensors: model.save_pretrained(FOLDER, safe_serialization=True)",
    ".ckpt": _TORCH,
    ".h5": _OTHER,
    ".joblib": _ARRAYS,
    ".keras": _OTHER,
    ".pickle": _ARRAYS,
    ".pkl": _ARRAYS,
    ".pt": _TORCH,
    ".pth": _TORCH,
}
"""Endings of files that can run code when they are loaded, and what to do instead."""


class Found(NamedTuple):
    """What lies there."""

    form: Form
    """How it is read."""
    files: tuple[Path, ...]
    """The files that are read, in order of their names."""


def recognise(place: Path) -> Found:
    """Say in which form a model comes.

    Args:
        place: a file or a folder.

    Returns:
        The form, and the files that are read.

    Raises:
        InputError: when there is nothing, a file could run code, it is too large, or the form is
            none that is read here.
    """
    if not place.exists():
        raise InputError(f"There is no model at {str(place)!r}.", do="Correct the path.")
    files = sorted(one for one in place.iterdir() if one.is_file()) if place.is_dir() else [place]
    _require_harmless(files)
    names = {one.name: one for one in files}
    if place.is_file():
        return Found("lightgbm", (place,)) if _is_lightgbm(place) else _refuse(place)
    if SETTINGS in names and ARRAYS in names:
        return Found("arrays", (names[ARRAYS], names[SETTINGS]))
    if "model.json" in names and _own_kind(names["model.json"]) in MODELS.names():
        return Found("warrant", tuple(files))
    texts = [one for one in files if _is_lightgbm(one)]
    if len(texts) == 1:
        return Found("lightgbm", (texts[0],))
    if "config.json" in names:
        from warrant.stages.adopt.builtin.classifier import network_files

        return Found("transformers", network_files(place))
    return _refuse(place)


def _require_harmless(files: Sequence[Path]) -> None:
    for one in files:
        instead = _RUNS_CODE.get(one.suffix.lower())
        if instead is not None:
            raise InputError(
                f"{one.name!r} can run code when it is loaded, and is never opened.",
                do=f"In the program that made it, {instead}. Take {one.name!r} out of the folder.",
            )
    size = sum(one.stat().st_size for one in files)
    if size > MOST_BYTES:
        raise InputError(
            f"The model has {size:,} bytes; at most {MOST_BYTES:,} are taken over.",
            do="Take files out of the folder that are no part of the model.",
        )


def _is_lightgbm(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(13).replace(b"\r\n", b"\n").startswith(b"tree\nversion")


def own_kind(path: Path) -> str:
    """Give the model format that a `model.json` of Warrant's names; empty where it is none."""
    return _own_kind(path)


def _own_kind(path: Path) -> str:
    try:
        value = parse_canonical(path.read_bytes())
    except InputError:
        return ""
    said = str(value.get("format", "")) if isinstance(value, dict) else ""
    parts = said.split("/")
    return parts[1] if parts[0] == "warrant" and len(parts) > 1 else ""


def _refuse(place: Path) -> Found:
    raise InputError(
        f"{place.name!r} is no model in a form that is read here.",
        do="Give a folder that Warrant wrote, a text file of LightGBM (save_model), a folder with "
        f"{SETTINGS} and {ARRAYS}, or a Hugging Face folder that classifies texts "
        "(docs/guide/adopt.md).",
    )
