"""Who signed, in which role: stands in every statement."""

from typing import Literal

from warrant.records.base import Hex, Record

Role = Literal["author", "reviewer", "approver", "operator"]


class Actor(Record):
    """The signer of a statement, as the statement itself names it."""

    key: Hex
    """Key id: SHA-256 of the raw Ed25519 public key."""
    role: Role
    unprotected: bool
    """True when the key had no passphrase when it signed."""
