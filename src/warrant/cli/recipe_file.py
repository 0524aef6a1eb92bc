"""The recipe, as a person's editor may have saved it."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from warrant.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.recipe import Recipe

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_recipe_file(path: Path) -> Recipe:
    """Read and check a recipe file; of one in UTF-16, say how to save it.

    Args:
        path: the YAML file.

    Returns:
        The recipe with all defaults filled in.

    Raises:
        InputError: with line, column and what to write instead.
    """
    from warrant.flow.recipe import read_recipe

    if path.is_file() and _start_of(path) in _UTF_16:
        raise InputError(
            f"{path.name!r} is saved as UTF-16; expected UTF-8.",
            do=f"Save it again as UTF-8: in Notepad by Save as, Encoding: UTF-8; "
            f"elsewhere: iconv -f UTF-16 -t UTF-8 {path} > new.yaml",
        )
    return read_recipe(path)


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(2)
