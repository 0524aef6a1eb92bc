"""Reading the files of a log, also while a writer grows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import InputError, IntegrityError
from warrant.kernel.checkpoint import Checkpoint
from warrant.kernel.digest import SIZE
from warrant.kernel.note import Note
from warrant.kernel.tiles import WIDTH, Bundle, Tile, decode_bundle

if TYPE_CHECKING:
    from pathlib import Path

DAMAGED = "Keep it as evidence and restore the log from a backup."
"""What to do about a log that is not as its checkpoint says."""


def read_checkpoint(note: bytes) -> Checkpoint:
    """Read what a signed checkpoint says, without believing it.

    Args:
        note: the signed note.

    Returns:
        the checkpoint.

    Raises:
        IntegrityError: when it is not one of ours: unreadable, or with extension lines.
    """
    fault = "it has extension lines, which ours never have"
    try:
        checkpoint = Checkpoint.parse(Note.parse(note.decode()).text)
    except UnicodeDecodeError:
        fault = "it is not text"
    except InputError as error:
        fault = error.what
    else:
        if not checkpoint.extensions:
            return checkpoint
    raise IntegrityError(f"'checkpoint' of the log is damaged: {fault.rstrip('.')}.", do=DAMAGED)


def read_tile(root: Path, tile: Tile) -> bytes:
    """Read a tile.

    Args:
        root: the log's folder.
        tile: which one, as wide as it is at the size that the reader goes by.

    Returns:
        `tile.width` hashes, 32 bytes each; fewer when the file is cut short.

    Raises:
        IntegrityError: when it is missing.
    """
    return _read(root, tile)[: tile.width * SIZE]


def read_entries(root: Path, bundle: Bundle) -> list[bytes]:
    """Read the entries of a bundle.

    Args:
        root: the log's folder.
        bundle: which one, as wide as it is at the size that the reader goes by.

    Returns:
        `bundle.width` entries.

    Raises:
        IntegrityError: when it is missing, cut short, or holds fewer entries.
    """
    entries = decode_bundle(_read(root, bundle))
    if len(entries) < bundle.width:
        raise IntegrityError(
            f"'{bundle.path}' holds {len(entries)} entries, expected {bundle.width}.", do=DAMAGED
        )
    return entries[: bundle.width]


def _read(root: Path, wanted: Tile | Bundle) -> bytes:
    """Read a file, or the wider one that has replaced it since the checkpoint was read."""
    paths = [wanted.path]
    while paths:
        for path in paths:
            try:
                return (root / path).read_bytes()
            except FileNotFoundError:
                continue
            except OSError as error:
                raise IntegrityError(
                    f"'{path}' of the log cannot be read: {error.strerror}.", do=DAMAGED
                ) from error
        paths = _wider(root, wanted)  # again, when a writer has replaced these too meanwhile
    raise IntegrityError(f"'{wanted.path}' of the log is missing.", do=DAMAGED)


def _wider(root: Path, wanted: Tile | Bundle) -> list[str]:
    if wanted.width == WIDTH:
        return []
    full, _, _ = wanted.path.rpartition(".p/")
    names = [path.name for path in (root / f"{full}.p").glob("*") if path.name.isdecimal()]
    widths = sorted(width for width in map(int, names) if width > wanted.width)
    paths = [f"{full}.p/{width}" for width in widths]
    return [*paths, full] if (root / full).exists() else paths
