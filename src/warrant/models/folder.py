"""The folder of a model's files, looked at before one of them is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


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
