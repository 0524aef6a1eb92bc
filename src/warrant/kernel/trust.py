"""Whose keys count: said outside the thing that is checked.

A trust folder holds `log.policy` (which logs and witnesses) and `signers` (which persons, one
line each: key, name, roles). Beside it, `seen/` holds the highest checkpoint accepted of each
log, so that an old copy or a fork is noticed. Keys inside a bundle or workspace are claims.

Law: `Trust.load(folder)` after `add_signer(folder, one)` knows `one` and everyone it knew before.
Law: `Seen.check` refuses every checkpoint that is smaller than the one remembered, or does not
extend it.

Source: docs/reference/formats.md, section 8; C2SP tlog-policy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from warrant.errors import InputError, IntegrityError
from warrant.kernel.checkpoint import Checkpoint
from warrant.kernel.durable import write_file
from warrant.kernel.keys import PublicKey
from warrant.kernel.merkle import Head, verify_consistency
from warrant.kernel.note import Note, VerifierKey
from warrant.kernel.predicates import ROLES
from warrant.kernel.tlog_policy import TlogPolicy, parse_policy

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.kernel.statement import Role

POLICY_FILE: Final = "log.policy"
SIGNERS_FILE: Final = "signers"

Prove: TypeAlias = Callable[[Head, Head], Sequence[bytes]]
"""Gives the consistency proof from an older head to a newer one."""

_ORIGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,199}")
_LEAST_WORDS = 3
_KEEP = "Keep this copy and your seen folder as evidence, and ask its maker."
_FORM = "expected a key, a name and roles, such as 'ed25519:… Anna Alvarez author,approver'"


@dataclass(frozen=True, slots=True)
class TrustedSigner:
    """A person whose statements count for this reader.

    Args:
        key: public key.
        name: as the reader calls the person; one or more words, one space between them.
        roles: in which the person may act, at least one, each once.

    Raises:
        InputError: when it cannot be written as one line.
    """

    key: PublicKey
    """Public key."""
    name: str
    """As the reader calls the person."""
    roles: tuple[Role, ...]
    """In which the person may act."""

    def __post_init__(self) -> None:
        if self.name != " ".join(self.name.split()) or not self.name.isprintable() or not self.name:
            raise InputError(
                f"{self.name!r} is no name for a signer: expected words with one space between.",
                do="Write the name on one line, without tabs.",
            )
        if not self.roles or len(set(self.roles)) != len(self.roles) or set(self.roles) - {*ROLES}:
            raise InputError(
                f"{','.join(self.roles)!r} are no roles: expected some of {', '.join(ROLES)}.",
                do="Name each role once, with commas and without spaces between.",
            )

    @property
    def line(self) -> str:
        """The written line, without its newline."""
        return f"{self.key.text} {self.name} {','.join(self.roles)}"

    @classmethod
    def parse(cls, line: str) -> TrustedSigner:
        """Read a line.

        Args:
            line: first word the key, last word the roles, between them the name.

        Returns:
            The signer.

        Raises:
            InputError: for a line of another form.
        """
        words = line.split()
        if len(words) < _LEAST_WORDS:
            raise InputError(f"It has {len(words)} words, {_FORM}.", do="Write all three.")
        roles = tuple(words[-1].split(","))
        return cls(
            PublicKey.parse(words[0]), " ".join(words[1:-1]), cast("tuple[Role, ...]", roles)
        )


@dataclass(frozen=True, slots=True)
class Trust:
    """What a reader believes.

    Args:
        policy: of the logs; None when the folder has none.
        signers: persons, in the order of their lines.
    """

    policy: TlogPolicy | None = None
    """Which logs and witnesses count."""
    signers: tuple[TrustedSigner, ...] = ()
    """Which persons count."""

    @classmethod
    def load(cls, folder: Path) -> Trust:
        """Read a trust folder.

        Args:
            folder: of the form of formats.md, section 8; absent files say nothing.

        Returns:
            What the reader believes; nothing when the folder is absent.

        Raises:
            InputError: naming file and line of what cannot be read.
        """
        policy = _read(folder / POLICY_FILE)
        return cls(
            policy=None if policy is None else parse_policy(policy),
            signers=_parse_signers(folder / SIGNERS_FILE),
        )

    def signer(self, key_id: str) -> TrustedSigner | None:
        """Find a person by key.

        Args:
            key_id: 64 hex digits.

        Returns:
            The person; None when nobody vouched for the key.
        """
        return next((one for one in self.signers if one.key.key_id == key_id), None)


def add_signer(folder: Path, signer: TrustedSigner) -> None:
    """Believe a person from now on.

    Args:
        folder: the trust folder; made when absent.
        signer: the person. A line that is there already stays as it is.

    Raises:
        InputError: when the key stands there with another name or other roles, or the file
            cannot be read or written.
        OutsideError: when the disk fails.
    """
    path = folder / SIGNERS_FILE
    for known in _parse_signers(path):
        if known == signer:
            return
        if known.key == signer.key:
            raise InputError(
                f"Key {signer.key.key_id[:12]} is trusted already as {known.name!r} "
                f"({','.join(known.roles)}).",
                do=f"Edit its line in '{path}'.",
            )
    write_file(path, _extended(_read(path), signer.line))


def add_log(folder: Path, key: VerifierKey) -> None:
    """Believe a log from now on; a new policy asks for no witness.

    Args:
        folder: the trust folder; made when absent.
        key: the log's key, by the log's origin. One that is there already stays as it is.

    Raises:
        InputError: when the policy cannot be read or written.
        OutsideError: when the disk fails.
    """
    path = folder / POLICY_FILE
    written = _read(path)
    if written is None:
        written = b"quorum none\n"
    if key in parse_policy(written).logs:
        return
    extended = _extended(written, f"log {key.text}")
    parse_policy(extended)
    write_file(path, extended)


@dataclass(frozen=True, slots=True)
class Seen:
    """The highest checkpoint accepted of each log.

    Args:
        folder: the reader's `seen/`; made when first written.
    """

    folder: Path
    """One file per log."""

    def read(self, origin: str) -> Checkpoint | None:
        """Give the highest checkpoint accepted of a log.

        Args:
            origin: the log's name.

        Returns:
            The checkpoint; None when none was seen, so that freshness cannot be shown.

        Raises:
            InputError: when the origin is no file name, or the file cannot be read.
        """
        path = self._path(origin)
        written = _read(path)
        if written is None:
            return None
        found = Checkpoint.parse(Note.parse(written.decode(errors="replace")).text)
        if found.origin != origin:
            raise InputError(
                f"'{path}' holds a checkpoint of {found.origin!r}, expected one of {origin!r}.",
                do="Two logs cannot share a file: move it away and check both again.",
            )
        return found

    def check(self, checkpoint: Checkpoint, prove: Prove) -> Checkpoint | None:
        """Check that a checkpoint is not older than, nor beside, what was seen before.

        Args:
            checkpoint: its signatures hold.
            prove: asked only when the checkpoint is larger than the one seen.

        Returns:
            What was seen before; None when nothing was, so that freshness is not shown.

        Raises:
            IntegrityError: when it is smaller, or does not extend what was seen.
            InputError: when the file in `seen/` cannot be read.

        Source: RFC 6962, section 2.1.2; DESIGN, section 4, "Trust".
        """
        old = self.read(checkpoint.origin)
        if old is None:
            return None
        if checkpoint.size < old.size:
            raise IntegrityError(
                f"The checkpoint of {checkpoint.origin!r} has {checkpoint.size} entries; one with "
                f"{old.size} was seen before. This is an old copy, or entries were taken out.",
                do="Ask its maker for the newest copy, and keep this one as evidence.",
            )
        if old.size:
            _check_growth(old, checkpoint, prove)
        return old

    def remember(self, written: str, prove: Prove) -> None:
        """Keep a checkpoint as the highest one, durably.

        Args:
            written: the whole note, its signatures checked.
            prove: as in `check`, which runs again: another process may have seen more.

        Raises:
            IntegrityError: when it is smaller, or does not extend what was seen.
            InputError: when it is no checkpoint, or the folder cannot be written.
            OutsideError: when the disk fails.
        """
        checkpoint = Checkpoint.parse(Note.parse(written).text)
        old = self.check(checkpoint, prove)
        if old is None or old.size < checkpoint.size:
            write_file(self._path(checkpoint.origin), written.encode())

    def _path(self, origin: str) -> Path:
        if not _ORIGIN.fullmatch(origin):
            raise InputError(
                f"{origin[:80]!r} is no origin of a log that can be remembered.",
                do="Use a log whose origin has letters, digits, '.', '_', '-' and '/' only.",
            )
        return self.folder / origin.replace("/", "_")


def _check_growth(old: Checkpoint, new: Checkpoint, prove: Prove) -> None:
    proof = prove(old.head, new.head) if new.size > old.size else ()
    try:
        verify_consistency(old.head, new.head, proof)
    except IntegrityError as error:
        raise IntegrityError(
            f"The checkpoint of {new.origin!r} with {new.size} entries does not extend the one "
            f"with {old.size} that was seen before: the log was forked or rewritten.",
            do=_KEEP,
        ) from error


def _parse_signers(path: Path) -> tuple[TrustedSigner, ...]:
    found: dict[PublicKey, TrustedSigner] = {}
    for number, line in enumerate((_read(path) or b"").splitlines(), start=1):
        try:
            text = line.decode().strip()
            if not text or text.startswith("#"):
                continue
            signer = TrustedSigner.parse(text)
        except UnicodeDecodeError as error:
            raise InputError(
                f"'{path}', line {number}: it is not UTF-8.", do="Save the file as UTF-8."
            ) from error
        except InputError as error:
            raise InputError(f"'{path}', line {number}: {error.what}", do=error.do) from error
        if signer.key in found:
            raise InputError(
                f"'{path}', line {number}: this key stands on an earlier line.",
                do="Keep one of the two lines.",
            )
        found[signer.key] = signer
    return tuple(found.values())


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(
            f"'{path}' cannot be read: {error.strerror}.", do="Make it a file that you can read."
        ) from error


def _extended(written: bytes | None, line: str) -> bytes:
    before = written or b""
    if before and not before.endswith(b"\n"):
        before += b"\n"
    return before + line.encode() + b"\n"
