"""Where verification reads from: a bundle or a workspace, behind one protocol.

Evidence is bytes and names, nothing believed yet. It does all the input of `verify`.

Source: docs/reference/verification.md, "Two kinds of evidence".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from warrant.errors import InputError, meant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warrant.errors import IntegrityError
    from warrant.kernel.approval import Release
    from warrant.kernel.chain import Chain
    from warrant.kernel.digest import Digest
    from warrant.kernel.log_view import LogView
    from warrant.kernel.verdict import Report


class File(NamedTuple):
    """Bytes and where they were found."""

    name: str
    """Quoted path inside the bundle or below `.warrant`."""
    data: bytes
    """The bytes as they are; empty where they cannot be read."""


class Evidence(Protocol):
    """What `verify` reads. Every fault is made by `wording.fault`."""

    is_whole: bool
    """True when the statement of every leaf must be present, as in a workspace."""

    def check_container(self, report: Report) -> None:
        """Check step (1): container and names."""

    def read_checkpoint(self) -> bytes | None:
        """Give the checkpoint; None when it is absent."""

    def read_entries(self) -> list[bytes]:
        """Give the log's leaves in order, up to the checkpoint's size where they reach it."""

    def check_log(self, view: LogView) -> Iterator[IntegrityError]:
        """Compare what else was derived from the leaves (tiles, proofs) with them."""

    def find_statement(self, digest: Digest) -> File | None:
        """Give an envelope by its digest; its bytes may be other ones. None when absent."""

    def find_record(self, digest: Digest) -> File | None:
        """Give a claim or manifest by its digest; as `find_statement`."""

    def check_names(self, chain: Chain) -> Iterator[IntegrityError]:
        """Find statements that no leaf, and records that no statement names."""

    def check_contents(self, report: Report, chain: Chain) -> None:
        """Check step (9): contents."""

    def check_model(self, report: Report, chain: Chain) -> None:
        """Check step (10): the model signature."""

    def read_outsides(self) -> Iterator[File]:
        """Give the evaluations by others; none of a workspace."""

    def release(self, chain: Chain) -> Release | None:
        """Give what approvals are judged by; None for a workspace, or without a deploy step."""

    def close(self) -> None:
        """Close what is open."""


def no_evidence(path: Path) -> InputError:
    """Say that a path holds nothing that could be verified.

    Args:
        path: as the reader gave it.

    Returns:
        The error, ready to be raised.
    """
    return InputError(
        f"{str(path)!r} is neither a bundle nor a workspace: expected a file, or a folder with "
        "'.warrant' in it.",
        do=f"Run: warrant run {path}"
        if (path / "recipe.yaml").is_file()
        else meant(path, "Give the path of a bundle or of a workspace."),
    )
