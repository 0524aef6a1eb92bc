"""What a file in another is called: a path below the outer file, whatever its name tries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

NAMELESS = "unnamed"
"""What a member without a name is called."""

_PART_LENGTH = 200  # characters of one part of a path
_UNSHOWN = re.compile(r"[\0-\x1f\x7f]")
_DRIVE = re.compile(r"^[A-Za-z]:")


def clean_name(name: str) -> str:
    """Make a path below its file of what an archive or a message calls a member.

    Args:
        name: any text.

    Returns:
        Parts divided by `/`, none of them empty, `.` or `..`; at least one part. A long part
        loses its middle, so that its ending stays.
    """
    visible = _UNSHOWN.sub("", name.encode("utf-8", "replace").decode()).replace("\\", "/")
    parts = (_short(_DRIVE.sub("", part).strip()) for part in visible.split("/"))
    return "/".join(part for part in parts if part not in {"", ".", ".."}) or NAMELESS


def unique_name(name: str, taken: Container[str]) -> str:
    """Give a name that is not taken yet, with its ending kept.

    Args:
        name: as cleaned.
        taken: names of other members.

    Returns:
        The name, or with ` (2)`, ` (3)` and so on before its ending.
    """
    stem, dot, ending = name.rpartition(".")
    if not dot or "/" in ending:
        stem, dot, ending = name, "", ""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{stem} ({number}){dot}{ending}"
    return found


def is_renamed(name: str, given: str) -> bool:
    """Say whether a member is called otherwise than its file says, dividers aside."""
    return name.replace("\\", "/").removeprefix("./") != given


def _short(part: str) -> str:
    if len(part) <= _PART_LENGTH:
        return part
    return f"{part[: _PART_LENGTH - 40].strip()}…{part[-38:].strip()}"
