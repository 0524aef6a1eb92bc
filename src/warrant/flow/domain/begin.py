"""A new domain: a commented folder whose examples come out as written, ready to be changed."""

from __future__ import annotations

import re
from pathlib import Path

from warrant.errors import InputError
from warrant.flow.domain.folder import DOMAINS

STARTER = Path(__file__).parent / "starter"
"""What is written; NAME stands for the domain's name."""

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def begin_domain(folder: Path) -> list[Path]:
    """Write a domain's folder.

    Args:
        folder: does not exist yet; its name becomes the domain's.

    Returns:
        The files written, in order of their names.

    Raises:
        InputError: the name is none, a domain of ours has it, or the folder is there.
    """
    name = folder.name
    if not _NAME.fullmatch(name):
        raise InputError(
            f"A domain cannot be called {name!r}.",
            do="Use small letters, digits and hyphens, beginning with a letter: insurance.",
        )
    if name in DOMAINS.names():
        raise InputError(
            f"There is a domain {name!r} already.",
            do=f"Use it with domain: {name}, or choose another name.",
        )
    if folder.exists():
        raise InputError(
            f"{str(folder)!r} is there already.",
            do=f"Check it with: warrant domain check {folder}, or choose another name.",
        )
    written = []
    for source in sorted(path for path in STARTER.rglob("*") if path.is_file()):
        place = folder / source.relative_to(STARTER)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(source.read_text("utf-8").replace("NAME", name), "utf-8", newline="\n")
        written.append(place)
    return written
