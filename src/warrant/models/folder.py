"""The folder of a model's files, looked at before one of them is read, and its tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from numpy.typing import NDArray


def check_folder(folder: Path, files: Collection[str], most_bytes: int, kind: str) -> None:
    """Look whether a folder holds the files of a model and nothing else.

    Args:
        folder: the model's.
        files: names of the files that it must hold.
        most_bytes: a larger file is refused.
        kind: of the model, for messages: "linear model".

    Raises:
        InputError: for a file that is missing, no plain file or too large, and for any other.
    """
    found = {path.name: path for path in folder.iterdir()} if folder.is_dir() else {}
    for name in files:
        if name not in found:
            refuse_model(kind, f"the file {name!r} is missing")
        if found[name].is_symlink() or not found[name].is_file():
            refuse_model(kind, f"{name!r} is not a plain file")
        if found[name].stat().st_size > most_bytes:
            refuse_model(kind, f"{name!r} is larger than {most_bytes} bytes")
    if extra := sorted(found.keys() - set(files)):
        refuse_model(kind, f"the folder holds {len(extra)} file(s) that no {kind} has")


def read_tensors(path: Path, needed: Collection[str], kind: str) -> dict[str, NDArray[Any]]:
    """Read the tensors of a model.

    Args:
        path: the safetensors file.
        needed: names of the tensors that it must hold, and no other.
        kind: of the model, for messages: "linear model".

    Returns:
        The tensors by name, their shapes and types unchecked.

    Raises:
        InputError: when it is no such file, or holds others.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        tensors: dict[str, NDArray[Any]] = load(path.read_bytes())
    except (SafetensorError, KeyError, ValueError):  # KeyError: a number type numpy does not have
        refuse_model(kind, f"{path.name!r} is not a readable safetensors file")
    if tensors.keys() != set(needed):
        refuse_model(kind, f"{path.name!r} holds {sorted(tensors)}, expected {sorted(needed)}")
    return tensors


def take_file(folder: Path, name: str, most_bytes: int) -> bytes | None:
    """Take a file out of a model's folder, which then holds what its format knows.

    Args:
        folder: of a model, laid out for loading.
        name: of the file.
        most_bytes: a larger one is refused.

    Returns:
        Its bytes; None when there is none.

    Raises:
        InputError: when the file is too large.
    """
    path = folder / name
    if not path.is_file():
        return None
    if path.stat().st_size > most_bytes:
        raise InputError(
            f"{name!r} is larger than {most_bytes} bytes.",
            do="Use the model's files as training wrote them.",
        )
    data = path.read_bytes()
    path.unlink()
    return data


def refuse_model(kind: str, fault: str) -> NoReturn:
    """Refuse a model.

    Args:
        kind: of the model: "linear model".
        fault: what is amiss, in plain words.

    Raises:
        InputError: always.
    """
    raise InputError(
        f"This is not a sound {kind}: {fault}.",
        do="Use the model's folder as training wrote it.",
    )
