"""Why an archive, a file in it, or an attachment gave no document, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from warrant.records.reason import Reason
from warrant.stages.ingest.apart import CRASHED, TOO_SLOW
from warrant.stages.ingest.builtin import archive, mail
from warrant.stages.ingest.opening import TOO_LARGE, TOO_MANY
from warrant.stages.ingest.unpack import EMPTY, RENAMED, TOO_DEEP

if TYPE_CHECKING:
    from collections.abc import Iterable

    from warrant.stages.ingest.files import FoundFile

VERSION = "1"
"""Raised whenever a limit of `unpack.py` changes."""


def _reason(code: str, words: str, kind: Literal["drop", "change"] = "drop") -> Reason:
    return Reason(code=code, kind=kind, rule="unpack", version=VERSION, words=words)


UNPACKING = (
    CRASHED,
    TOO_SLOW,
    _reason(archive.NO_ARCHIVE, "The file is no .zip archive, or is damaged. Make it again."),
    _reason(
        archive.ENCRYPTED,
        "The file is locked in its archive by a password. Unpack it into the source folder.",
    ),
    _reason(
        archive.DAMAGED,
        "The file is damaged in its archive, or packed in a way that is not read. Unpack it into "
        "the source folder.",
    ),
    _reason(archive.LINK, "A link in an archive is not followed. Put the file itself in."),
    _reason(archive.MACOS, "The file is a note of macOS about another one and holds no text."),
    _reason(
        mail.INNER,
        "A message within the message was not opened. Save it beside the message.",
    ),
    _reason(
        TOO_LARGE,
        "The archive has more than 512 MB, or what is in it is more than 64 MB and a hundred times "
        "as large as itself. Unpack it into the source folder.",
    ),
    _reason(TOO_MANY, "The archive holds more than 100,000 files. Divide it."),
    _reason(
        TOO_DEEP,
        "The archive lies in an archive in an archive in an archive. Unpack the outer one into "
        "the source folder.",
    ),
    _reason(EMPTY, "The archive holds no file."),
    _reason(
        RENAMED,
        "The name in the archive leads out of it, or is there twice; it was changed.",
        kind="change",
    ),
)
"""Every reason that `unpack` may give."""


def refusal_words(code: str) -> str:
    """Say why a file in another cannot be had.

    Args:
        code: one of `UNPACKING`.

    Returns:
        A sentence or two.
    """
    return next(one.words for one in UNPACKING if one.code == code)


def unpacking_reasons(files: Iterable[FoundFile]) -> tuple[Reason, ...]:
    """List what may be said of files in files; nothing where there are none.

    Args:
        files: of all sources.

    Returns:
        The reasons, for the head of the ledger.
    """
    return UNPACKING if any(file.refused or file.shelter for file in files) else ()
