"""Opening a workspace to write in it: the person's key, the log's key, entry 0."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import warrant
from warrant.errors import InputError, IntegrityError
from warrant.flow.clock import Clock, system_clock
from warrant.flow.commit import Pen
from warrant.flow.identity import Identity
from warrant.flow.people import persons
from warrant.kernel.key_file import (
    config_dir,
    key_names,
    key_path,
    load_ed25519,
    load_p256,
    save,
)
from warrant.kernel.keys import Ed25519Signer, P256Signer, log_origin
from warrant.kernel.lock import WAIT_S
from warrant.kernel.note import KeyKind, VerifierKey
from warrant.kernel.passphrase import Passphrases
from warrant.kernel.trust import Trust, TrustedSigner, add_log, add_signer

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.workspace import Workspace
    from warrant.kernel.statement import Role

ROLES: tuple[Role, ...] = ("author", "reviewer", "approver", "operator")


@dataclass(frozen=True)
class Desk:
    """Where a person's keys and trust lie, and how she is asked for a passphrase."""

    folder: Path = field(default_factory=config_dir)
    """Keys, trust and checkpoints seen."""
    passphrases: Passphrases = field(default_factory=Passphrases)
    """Sources of passphrases."""
    clock: Clock = system_clock
    """Gives the time that statements claim."""
    unprotected: bool = False
    """True lets keys without a passphrase pass; every statement then says so."""
    wait_s: float = WAIT_S
    """How long to wait for another writer, in seconds."""

    @property
    def trust(self) -> Path:
        """The person's own trust folder."""
        return self.folder / "trust"

    @property
    def seen(self) -> Path:
        """Checkpoints accepted before."""
        return self.folder / "seen"


def new_person(desk: Desk, key_name: str, name: str) -> Identity:
    """Make a person's two keys, and let her trust herself.

    Args:
        desk: where they go.
        key_name: short name of the key files.
        name: as she calls herself; stands in statements.

    Returns:
        The identity, ready to sign.

    Raises:
        InputError: if a key of that name exists, or no passphrase is found.
    """
    person = save(
        Ed25519Signer.generate(),
        key_path(key_name, "person", desk.folder),
        desk.passphrases,
        unprotected=desk.unprotected,
    )
    model = save(
        P256Signer.generate(),
        key_path(key_name, "model", desk.folder),
        desk.passphrases,
        unprotected=desk.unprotected,
    )
    add_signer(desk.trust, TrustedSigner(person.public_key, name, ROLES))
    return Identity(name, person, model)


def load_person(desk: Desk, key_name: str | None, role: Role = "author") -> Identity:
    """Load a person's keys.

    Args:
        desk: where they lie.
        key_name: short name of the key files; None when there is exactly one.
        role: in which she acts now.

    Returns:
        The identity.

    Raises:
        InputError: if there is no such key, or several and no name.
    """
    name = key_name or _only_key(desk)
    person = load_ed25519(
        key_path(name, "person", desk.folder), desk.passphrases, unprotected=desk.unprotected
    )
    model = load_p256(
        key_path(name, "model", desk.folder), desk.passphrases, unprotected=desk.unprotected
    )
    vouched = Trust.load(desk.trust).signer(person.key_id)
    return Identity(vouched.name if vouched else name, person, model, role)


def open_pen(workspace: Workspace, desk: Desk, identity: Identity) -> Pen:
    """Make ready to sign in a workspace; in an empty one, make the log's key and entry 0.

    Args:
        workspace: where to write; its lock is held.
        desk: where keys and trust lie.
        identity: who signs.

    Returns:
        The pen.

    Raises:
        IntegrityError: if there is a log whose key is lost.
        InputError: if the person's key is not in force here.
    """
    path = workspace.state / "vault" / "log.pem"
    has_log = workspace.log.head().size > 0
    if has_log and not path.exists():
        raise IntegrityError(
            "The log's key is not in the vault, so nothing can be added to this log.",
            do="Restore the vault from a backup, or start a new log that names this one: "
            "warrant key recover",
        )
    if path.exists():
        log_key = load_ed25519(path, desk.passphrases, unprotected=desk.unprotected)
    else:
        log_key = save(
            Ed25519Signer.generate(), path, desk.passphrases, unprotected=desk.unprotected
        )
    pen = Pen(workspace, identity, log_key, desk.clock, warrant.__version__)
    public = log_key.public_key
    add_log(desk.trust, VerifierKey(log_origin(public), KeyKind.ED25519, public))
    if not has_log:
        pen.open_log()
    known = persons(workspace)
    key = identity.person.key_id
    if key not in known:
        raise InputError(
            f"Key {key[:12]} of {identity.name!r} is not in force in this workspace.",
            do="Ask the author to run: warrant key add --name NAME --key "
            f"{identity.person.public_key.text} --role {identity.role}. If you are the author and "
            "your key is lost, bring it back from its sheet: warrant key restore FILE; without "
            f"one: warrant key recover {workspace.root} --own-key-lost",
        )
    if identity.role not in known[key][1]:
        raise InputError(
            f"{known[key][0]!r} has the roles {', '.join(known[key][1])} here, "
            f"not {identity.role!r}.",
            do=f"Ask the author to run: warrant key add --name NAME --key "
            f"{identity.person.public_key.text} --role {identity.role}",
        )
    return pen


def _only_key(desk: Desk) -> str:
    names = key_names("person", desk.folder)
    if not names:
        raise InputError(
            "There is no key to sign with yet.", do="Run: warrant key new me --name 'Your Name'"
        )
    if len(names) > 1:
        raise InputError(
            f"There are several keys: {', '.join(names)}.", do=f"Say which: --key {names[0]}"
        )
    return names[0]
