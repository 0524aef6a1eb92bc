"""DSSE envelopes: a payload, its type, and exactly one signature over both.

Law: `Envelope.parse(envelope.to_bytes()) == envelope`, and the bytes have no other spelling.
Law: `sign_statement(payload, signer).check(signer.public_key)` returns; with a byte of payload,
type or signature changed it raises.

Source: DSSE 1.0.2, protocol.md and envelope.md; docs/reference/formats.md, section 3.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrant.errors import InputError, IntegrityError
from warrant.kernel import shape
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.digest import Digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from warrant.kernel.keys import ModelPublicKey, PublicKey, Signer

PAYLOAD_TYPE = "application/vnd.in-toto+json"
"""The one type of payload we sign."""

_SHAPE = shape.exact(
    {
        "payload": shape.text,
        "payloadType": shape.one_of(PAYLOAD_TYPE),
        "signatures": shape.list_of(
            shape.exact({"keyid": shape.hexdigest, "sig": shape.text}), least=1, most=1
        ),
    }
)


def pae(payload: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """Join type and payload into the bytes that are signed.

    Args:
        payload: any bytes.
        payload_type: a media type.

    Returns:
        `DSSEv1 SP len(type) SP type SP len(payload) SP payload`, lengths in decimal bytes.

    Source: DSSE 1.0.2, protocol.md, "PAE".
    """
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A signed payload of type `PAYLOAD_TYPE`.

    Args:
        payload: the statement's canonical JSON; `warrant.kernel.statement` reads it.
        key_id: of the signer, as the envelope claims.
        signature: over `pae(payload)`.
    """

    payload: bytes
    """What is signed."""
    key_id: str
    """Who claims to have signed, 64 hex digits."""
    signature: bytes
    """The signature's bytes; `check` says whether they hold."""

    @classmethod
    def parse(cls, data: bytes) -> Envelope:
        """Read an envelope; no signature is checked.

        Args:
            data: canonical JSON.

        Returns:
            The envelope whose `to_bytes` gives `data`.

        Raises:
            InputError: for bytes that are not the one spelling of an envelope.
        """
        value: Any = parse_canonical(data)
        _SHAPE(value, "envelope")
        (signature,) = value["signatures"]
        return cls(
            payload=decode_base64(value["payload"], "envelope.payload"),
            key_id=signature["keyid"],
            signature=decode_base64(signature["sig"], "envelope.signatures[0].sig"),
        )

    def to_bytes(self) -> bytes:
        """Write the envelope: canonical JSON, the only spelling."""
        return canonical(
            {
                "payload": b64encode(self.payload).decode(),
                "payloadType": PAYLOAD_TYPE,
                "signatures": [
                    {"keyid": self.key_id, "sig": b64encode(self.signature).decode()},
                ],
            }
        )

    @property
    def digest(self) -> Digest:
        """The envelope digest: SHA-256 of the envelope's bytes."""
        return Digest.of(self.to_bytes())

    @property
    def pae_digest(self) -> Digest:
        """SHA-256 of what is signed."""
        return Digest.of(pae(self.payload))

    def check(self, key: PublicKey | ModelPublicKey) -> None:
        """Check that this key made the signature.

        Args:
            key: a key known from elsewhere.

        Raises:
            IntegrityError: when the envelope names another key, or the signature does not hold.
        """
        if key.key_id != self.key_id:
            raise IntegrityError(
                f"Envelope {self.digest.short} is signed by key {self.key_id[:12]}, "
                f"expected key {key.key_id[:12]}.",
                do="Keep the file, and ask its sender which key signed it.",
            )
        if not key.accepts(self.signature, pae(self.payload)):
            raise IntegrityError(
                f"The signature of envelope {self.digest.short} by key {self.key_id[:12]} "
                "does not hold: payload or signature was changed.",
                do="Keep the file, and get the original again.",
            )

    def verify(self, keys: Iterable[PublicKey]) -> PublicKey:
        """Find the key that made the signature.

        Args:
            keys: keys known from elsewhere, in any order.

        Returns:
            The one that signed.

        Raises:
            IntegrityError: when none of them has the envelope's key id, or the signature
                does not hold.
        """
        for key in keys:
            if key.key_id == self.key_id:
                self.check(key)
                return key
        raise IntegrityError(
            f"Envelope {self.digest.short} is signed by key {self.key_id[:12]}, "
            "which is none of the keys in force.",
            do="Keep the file, and ask its sender which key signed it.",
        )


def sign_statement(payload: bytes, signer: Signer) -> Envelope:
    """Sign a payload.

    `Statement.sign` calls this after it has checked that the statement names this signer.

    Args:
        payload: a statement's canonical JSON.
        signer: whose key id the envelope will name.

    Returns:
        The envelope.
    """
    return Envelope(payload, signer.key_id, signer.sign(pae(payload)))


def decode_base64(text: str, place: str) -> bytes:
    """Read base64 in its one spelling: standard alphabet, padded, no spare bits.

    Args:
        text: the text.
        place: where it stands, for the message.

    Returns:
        The bytes, of which base64 gives the text again.

    Raises:
        InputError: for any other spelling.

    Source: RFC 4648, sections 3.5 and 4.
    """
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if b64encode(data).decode() != text:
        raise InputError(
            f"{place} is not base64 in its one spelling.", do="Use the file as Warrant wrote it."
        )
    return data
