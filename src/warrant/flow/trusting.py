"""Coming to believe a person and the log that she opened; the reader compared the key with her."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import InputError, IntegrityError
from warrant.kernel.chain import Chain, read_keys
from warrant.kernel.keys import PublicKey, log_origin
from warrant.kernel.log_view import open_checkpoint, view_log
from warrant.kernel.note import KeyKind, VerifierKey
from warrant.kernel.predicates import ROLES
from warrant.kernel.trust import Trust, TrustedSigner, add_log, add_signer
from warrant.kernel.verdict import Report
from warrant.kernel.verify import open_evidence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warrant.kernel.statement import Role


def believe(path: Path, key_text: str, name: str, roles: Sequence[Role], folder: Path) -> str:
    """Put a person and the log whose keys she listed into a trust folder.

    Args:
        path: a bundle or workspace whose log lists her key.
        key_text: `ed25519:…`, as she gave it by another way than the bundle.
        name: as the reader calls her.
        roles: in which she is believed; none given: all.
        folder: the trust folder.

    Returns:
        Origin of the log.

    Raises:
        IntegrityError: if log or keys do not hold.
        InputError: if the log does not list her key.
    """
    key = PublicKey.parse(key_text)
    log, listed = _keys_in(path)
    if key.key_id not in listed:
        raise InputError(
            f"{str(path)!r} does not list the key {key.key_id[:12]}.",
            do="Compare the whole key with its owner, as `warrant key show` prints it.",
        )
    if Trust.load(folder).signer(key.key_id) is None:
        add_signer(folder, TrustedSigner(key, name, tuple(roles) or ROLES))
    origin = log_origin(log)
    add_log(folder, VerifierKey(origin, KeyKind.ED25519, log))
    return origin


def _keys_in(path: Path) -> tuple[PublicKey, set[str]]:
    """Give the log's key and the ids of all persons ever listed; faults are refused."""
    evidence, report = open_evidence(path), Report()
    try:
        evidence.check_container(report)
        entries = evidence.read_entries()
        signed = open_checkpoint(evidence, entries)
        chain = Chain(view_log(signed, entries), Trust())
        report.add_all(read_keys(chain, evidence))
    finally:
        evidence.close()
    if report.faults:
        raise IntegrityError(report.faults[0], do=f"See all faults: warrant verify {path}")
    return signed.key, {person for keys in chain.keys for person in keys.persons}
