"""Disk: how much a run will need, and how much is free."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from warrant.errors import OutsideError
from warrant.flow.addition import Addition
from warrant.flow.plan import STEPS
from warrant.flow.words import shown_bytes
from warrant.stages.ingest import find_files

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.recipe import Recipe
    from warrant.stages.ingest import IngestConfig

_TEXT_ENDINGS = frozenset({"txt", "md", "csv", "tsv", "json", "jsonl", "html", "htm", "eml", "xml"})
_TEXT_SHARE = 0.15
"""Text in a file that holds pictures and layout beside it, per byte, 0 to 1."""
_ROWS_SHARE = 1.3
"""Rows of documents, curation and split, compressed, per byte of text."""
_LEAST_BYTES = 20 << 20
"""Log, look-ups, a model."""


@dataclass(frozen=True)
class Room:
    """Disk that a run needs, and what there is."""

    needed_bytes: int
    """About so much, when nothing was read before."""
    free_bytes: int
    """On the disk of the workspace."""
    originals_bytes: int
    """Of the needed, what the copies of the originals take."""


def measure_room(root: Path, config: IngestConfig) -> Room:
    """Say how much disk a run needs.

    Args:
        root: the workspace.
        config: of ingest; its files are found when they are not given.

    Returns:
        About how much, and what is free.
    """
    files = find_files(config, digests=False) if config.files is None else config.files
    originals = text = 0.0
    for source, found in zip(config.sources, files, strict=True):
        for file in found:
            if file.picked:
                originals += file.size if source.keep == "copy" else 0
                text += file.size * (1 if file.suffix in _TEXT_ENDINGS else _TEXT_SHARE)
    needed = int(originals + _ROWS_SHARE * text) + _LEAST_BYTES
    place = next(one for one in (root.absolute(), *root.absolute().parents) if one.exists())
    return Room(needed, shutil.disk_usage(place).free, int(originals))


def room_for(root: Path, recipe: Recipe, sample: int | None = None) -> Room:
    """Say how much disk a recipe needs before anything is run.

    Args:
        root: the workspace.
        recipe: what would be run.
        sample: so many documents only.

    Returns:
        About how much, and what is free.
    """
    config = cast("IngestConfig", STEPS[0].configure(recipe, Addition(root, sample=sample)))
    return measure_room(root, config)


def require_room(room: Room) -> str:
    """Refuse to begin what cannot be finished.

    Args:
        room: needed and free.

    Returns:
        A sentence for the start of the run.

    Raises:
        OutsideError: when the disk is too small.
    """
    if room.needed_bytes > room.free_bytes:
        less = (
            f" Or keep the originals where they are, which saves "
            f"{shown_bytes(room.originals_bytes)}: write under each source: keep: reference"
            if room.originals_bytes > room.needed_bytes - room.free_bytes
            else ""
        )
        raise OutsideError(
            f"The run needs about {shown_bytes(room.needed_bytes)} of disk, and "
            f"{shown_bytes(room.free_bytes)} are free.",
            do=f"Make room on this disk, and run it again.{less}",
        )
    return (
        f"Disk: about {shown_bytes(room.needed_bytes)} needed, {shown_bytes(room.free_bytes)} free."
    )
