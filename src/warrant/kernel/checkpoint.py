"""Checkpoints: what a log says of itself at one size, as the text of a signed note.

Law: `Checkpoint.parse(checkpoint.to_text()) == checkpoint`.
Law: `Checkpoint.parse(text).to_text() == text` for every text it takes: one spelling only.

Source: C2SP tlog-checkpoint v1.0.0.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import NoReturn

from warrant.errors import InputError
from warrant.kernel.digest import SIZE
from warrant.kernel.envelope import decode_base64
from warrant.kernel.merkle import Head

MAX_SIZE = 2**63 - 1
"""The largest tree that every C2SP tool can count."""

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_FIXED_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's size and root.

    Args:
        origin: the log's name, not empty, one line.
        size: number of leaves.
        root: 32 bytes, as `merkle.tree_root` gives them.
        extensions: opaque lines of other logs; ours write none.
    """

    origin: str
    """The log's name; also the name of its key."""
    size: int
    """Number of leaves."""
    root: bytes
    """32 bytes."""
    extensions: tuple[str, ...] = ()
    """Lines that the log's signature covers and nobody audits."""

    @property
    def head(self) -> Head:
        """Size and root, for the proofs in `merkle`."""
        return Head(self.size, self.root)

    def to_text(self) -> str:
        """Write the text of the note.

        Returns:
            Origin, size, root in base64 and any extensions, one line each.
        """
        root = b64encode(self.root).decode()
        return "".join(f"{line}\n" for line in (self.origin, self.size, root, *self.extensions))

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of an opened note.

        Args:
            text: as `to_text` gives it.

        Returns:
            The checkpoint.

        Raises:
            InputError: for too few lines, an empty one, a size or root of another spelling.

        Source: C2SP tlog-checkpoint, "Note text".
        """
        lines = text.split("\n")
        if lines.pop():
            _refuse("its last line has no end")
        if len(lines) < _FIXED_LINES:
            _refuse(f"it has {len(lines)} lines, expected {_FIXED_LINES}")
        if not all(lines):
            _refuse("it holds an empty line")
        origin, size, root, *extensions = lines
        count = read_number(size, "The size in the checkpoint")
        raw = decode_base64(root, "The root in the checkpoint")
        if len(raw) != SIZE:
            _refuse(f"its root has {len(raw)} bytes, expected {SIZE}")
        return cls(origin, count, raw, tuple(extensions))


def read_number(text: str, place: str) -> int:
    """Read a number in its one spelling.

    Args:
        text: ASCII digits without leading zeros, at most `MAX_SIZE`.
        place: where it stands, for the message.

    Returns:
        The number.

    Raises:
        InputError: for any other spelling.

    Source: C2SP tlog-checkpoint, "Note text".
    """
    if not _NUMBER.fullmatch(text) or int(text) > MAX_SIZE:
        raise InputError(
            f"{place} is {text[:40]!r}, expected 0 to 2^63 − 1 without leading zeros.",
            do="Use the file as its maker wrote it.",
        )
    return int(text)


def _refuse(fault: str) -> NoReturn:
    raise InputError(
        f"Checkpoint cannot be read: {fault}.", do="Use the file as its maker wrote it."
    )
