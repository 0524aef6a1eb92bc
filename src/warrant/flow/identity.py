"""Whose keys act here: the person's, the log's, the model's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warrant.kernel.keys import Ed25519Signer, P256Signer
    from warrant.kernel.statement import Role


@dataclass(frozen=True)
class Identity:
    """A person at work: her own key, and the model key that signs what she trains."""

    name: str
    """As she calls herself; stands in the keys statement."""
    person: Ed25519Signer
    """Signs statements."""
    model: P256Signer
    """Signs model files (OpenSSF model signing)."""
    role: Role = "author"
    """In which she acts now."""
