"""One file that proves offline that an entry stands in a log: `.tlog-proof`.

Law: `LogProof.parse(proof.to_text()) == proof`, and `parse` takes no other spelling.
Law: a proof verifies for the leaf it was made for, and for no other.

Source: C2SP tlog-proof v1.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from warrant.errors import InputError
from warrant.kernel.checkpoint import read_number
from warrant.kernel.digest import SIZE
from warrant.kernel.envelope import decode_base64
from warrant.kernel.merkle import Leaf, verify_inclusion
from warrant.kernel.tlog_policy import Endorsed, TlogPolicy, endorse

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADER = "c2sp.org/tlog-proof@v1"
"""The first line of every proof."""

MAX_HASHES = 63
"""The longest proof of a tree that every C2SP tool can count."""


@dataclass(frozen=True, slots=True)
class LogProof:
    """An index, the hashes from its leaf to a root, and the checkpoint with that root.

    Args:
        index: position of the entry in the log.
        hashes: 32 bytes each, from the leaf's sibling up.
        checkpoint: the signed note, as the log wrote it.
        extra: what an application adds; nobody signs it.
    """

    index: int
    """Position of the entry in the log, from 0."""
    hashes: tuple[bytes, ...]
    """32 bytes each, from the leaf's sibling up to the root's child."""
    checkpoint: str
    """The signed note, as the log wrote it."""
    extra: bytes = b""
    """What an application adds; not authenticated. Empty: the line is left out."""

    def to_text(self) -> str:
        """Write the proof.

        Returns:
            Header, extra, index, hashes, an empty line and the checkpoint.
        """
        extra = [f"extra {_encode(self.extra)}"] if self.extra else []
        lines = [HEADER, *extra, f"index {self.index}", *map(_encode, self.hashes), ""]
        return "".join(f"{line}\n" for line in lines) + self.checkpoint

    @classmethod
    def parse(cls, text: str) -> LogProof:
        """Read a proof without believing it.

        Args:
            text: as `to_text` gives it.

        Returns:
            The proof; its checkpoint is not read yet.

        Raises:
            InputError: for another header, a missing part, or another spelling of one.

        Source: C2SP tlog-proof, "Format".
        """
        head, gap, checkpoint = text.partition("\n\n")
        if not gap:
            _refuse("no empty line parts it from its checkpoint")
        header, *lines = head.split("\n")
        if header != HEADER:
            _refuse(f"its first line is {header[:40]!r}, expected {HEADER!r}")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = decode_base64(lines.pop(0).removeprefix("extra "), "The extra data")
            if not extra:
                _refuse("its extra data is empty; the line should be left out")
        if not lines or not lines[0].startswith("index "):
            _refuse("it has no index")
        index = read_number(lines.pop(0).removeprefix("index "), "The index in the log proof")
        return cls(index, _read_hashes(lines), checkpoint, extra)


def verify_proof(proof: LogProof, leaf_hash: bytes, policy: TlogPolicy) -> Endorsed:
    """Check that an entry stands in a log that the reader believes.

    Args:
        proof: what the file says.
        leaf_hash: 32 bytes, `merkle.leaf_hash` of the entry.
        policy: the logs and witnesses believed.

    Returns:
        The checkpoint that holds the entry, with the signatures that made it acceptable.

    Raises:
        InputError: when the checkpoint cannot be read.
        IntegrityError: when the policy refuses the checkpoint, or the entry is not in its tree
            at the index.

    Source: C2SP tlog-proof; RFC 9162, section 2.1.3.2.
    """
    # (1) The checkpoint is signed by a known log and cosigned by the quorum.
    endorsed = endorse(policy, proof.checkpoint)
    # (2) The entry is in the tree of that checkpoint.
    verify_inclusion(Leaf(leaf_hash, proof.index), proof.hashes, endorsed.checkpoint.head)
    return endorsed


def _encode(data: bytes) -> str:
    return b64encode(data).decode()


def _read_hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > MAX_HASHES:
        _refuse(f"it holds {len(lines)} hashes, at most {MAX_HASHES} can be needed")
    hashes = tuple(decode_base64(line, "A hash in the log proof") for line in lines)
    for one in hashes:
        if len(one) != SIZE:
            _refuse(f"a hash has {len(one)} bytes, expected {SIZE}")
    return hashes


def _refuse(fault: str) -> NoReturn:
    raise InputError(
        f"Log proof cannot be read: {fault}.", do="Use the file as its maker wrote it."
    )
