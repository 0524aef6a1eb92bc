"""What a base model's own card says of its licence and its limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from warrant.models.base.check import read_json

if TYPE_CHECKING:
    from pathlib import Path

CARD = "README.md"
MOST_BYTES = 1 << 20
"""Of a card, read from its beginning."""

MOST_LIMITS, LONGEST_LIMIT = 10, 200
"""Sentences kept, and characters of each."""

_SPDX = {
    "apache-2.0": "Apache-2.0",
    "mit": "MIT",
    "bsd-3-clause": "BSD-3-Clause",
    "cc-by-4.0": "CC-BY-4.0",
    "cc-by-sa-4.0": "CC-BY-SA-4.0",
    "cc-by-nc-4.0": "CC-BY-NC-4.0",
    "cc-by-nc-sa-4.0": "CC-BY-NC-SA-4.0",
    "cc0-1.0": "CC0-1.0",
    "gpl-3.0": "GPL-3.0-only",
    "agpl-3.0": "AGPL-3.0-only",
    "openrail": "OpenRAIL",
}
"""How the hub writes licences, to SPDX; others stay as they are written."""

_UNSAID = {"other", "unknown", ""}
_FRONT = re.compile(r"\A---\n(.*?)\n---", re.DOTALL)
_LIMIT = re.compile(
    r"^#+[^\n]*(?:out[- ]of[- ]scope|limitations|misuse|not intended)[^\n]*\n(.*?)(?=^#|\Z)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)


class Said(NamedTuple):
    """What a card says."""

    licence: str | None
    use_limits: tuple[str, ...]


def read_card(folder: Path) -> Said:
    """Read licence and limits out of a base model's card, or its settings.

    Args:
        folder: the base model's.

    Returns:
        What is said; nothing where there is no card.
    """
    path = folder / CARD
    text = ""
    if path.is_file():
        with path.open("rb") as card:
            text = card.read(MOST_BYTES).decode("utf-8", "replace")
    licence = _front_licence(text)
    if licence is None and (folder / "config.json").is_file():
        licence = _plain(read_json(folder / "config.json", folder.name).get("license"))
    return Said(licence, _limits(text))


def _front_licence(text: str) -> str | None:
    front = _FRONT.match(text.replace("\r\n", "\n"))
    if not front:
        return None
    line = re.search(r"^license:[ \t]*['\"]?([\w.+-]+)['\"]?[ \t]*$", front[1], re.MULTILINE)
    return _plain(line[1]) if line else None


def _plain(said: object) -> str | None:
    if not isinstance(said, str) or said.strip().lower() in _UNSAID or len(said) > LONGEST_LIMIT:
        return None
    return _SPDX.get(said.strip().lower(), said.strip())


def _limits(text: str) -> tuple[str, ...]:
    found = [
        " ".join(line.strip(" -*\t").split())[:LONGEST_LIMIT]
        for section in _LIMIT.findall(text)
        for line in section.split("\n")
    ]
    return tuple([line for line in found if line][:MOST_LIMITS])
