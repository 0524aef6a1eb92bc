"""Keys: a person or a log signs with Ed25519, a model with P-256.

Law: `public.accepts(signer.sign(message), message)` for every message, and for no other message.
Law: `PublicKey.parse(key.text) == key` and `ModelPublicKey.parse(key.text) == key`.
Law: two keys have the same key id only if they are the same key.

Source: docs/reference/formats.md, section 2; RFC 8032; FIPS 186-5.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from warrant.errors import InputError
from warrant.kernel.digest import Digest

SECRET_SIZE = 32
"""Bytes in the secret of either kind: Ed25519's seed, P-256's number."""

_TEXT = re.compile(r"ed25519:([A-Za-z0-9+/]{43}=)")
_ECDSA = ec.ECDSA(SHA256())
_P = 2**255 - 19
_Y_MASK = 2**255 - 1
_EIGHTH = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
_SMALL_ORDER = frozenset({0, 1, _P - 1, _P, _P + 1, _EIGHTH, _P - _EIGHTH})
"""The y of every encoding, whatever its sign, of the eight points whose order is 1, 2, 4 or 8."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The Ed25519 public key of a person or a log.

    Args:
        raw: 32 bytes.

    Raises:
        InputError: when `raw` has another length.

    Source: RFC 8032, section 5.1.5.
    """

    raw: bytes
    """The encoded point."""

    def __post_init__(self) -> None:
        if len(self.raw) != SECRET_SIZE:
            raise InputError(
                f"An Ed25519 public key has 32 bytes, got {len(self.raw)}.", do="Use the whole key."
            )

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """Read a written key.

        Args:
            text: `ed25519:` and 44 characters of base64.

        Returns:
            The key whose `text` is the text.

        Raises:
            InputError: for any other spelling, and for a point of small order: anybody can sign
                for such a key, without a secret.

        Source: docs/reference/formats.md, section 2.
        """
        found = _TEXT.fullmatch(text)
        raw = b64decode(found.group(1)) if found else b""
        if not found or b64encode(raw).decode() != found.group(1):
            raise InputError(
                f"{text[:80]!r} is not a public key: expected 'ed25519:' and 44 base64 characters.",
                do="Copy the whole key, as `warrant key show` prints it.",
            )
        if int.from_bytes(raw, "little") & _Y_MASK in _SMALL_ORDER:
            raise InputError(
                f"{text!r} is nobody's key: anybody can sign for a point of small order.",
                do="Ask its holder for the key that `warrant key show` prints.",
            )
        return cls(raw)

    @property
    def text(self) -> str:
        """The written key: `ed25519:` and base64 of the 32 bytes."""
        return "ed25519:" + b64encode(self.raw).decode()

    @property
    def digest(self) -> Digest:
        """SHA-256 of the 32 bytes."""
        return Digest.of(self.raw)

    @property
    def key_id(self) -> str:
        """Hex SHA-256 of the 32 bytes."""
        return sha256(self.raw).hexdigest()

    def accepts(self, signature: bytes, message: bytes) -> bool:
        """Check a signature.

        The rule is RFC 8032's without the cofactor, as OpenSSL computes it. Signature R ‖ S over
        message M under key A holds exactly when all of these do:
        (1) R ‖ S has 64 bytes, and S as a little-endian number is below the group order L;
        (2) A is the encoding of a point on the curve. Its y may be p or more (it is taken modulo
        p), the sign bit may be set where x is 0, and the point may have small order;
        (3) with k = SHA-512(R ‖ A ‖ M) modulo L, over R and A as they are given and not encoded
        again, the encoding of [S]B − [k]A is R byte for byte. So R may have small order, but an R
        that is not spelt canonically never holds, nor does one that differs by a small-order point.

        In the flags of the published vectors: a signature is refused if and only if it has
        `low_order_residue` or `non_canonical_R`. (3) is what makes it one rule for all verifiers:
        nothing depends on whether they are batched or multiply by the cofactor.

        Args:
            signature: any bytes.
            message: any bytes.

        Returns:
            True when the signature holds; never raises for bad bytes.

        Source: RFC 8032, section 5.1.7; C2SP/CCTV ed25519vectors, measured with OpenSSL 4.0.
        """
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class ModelPublicKey:
    """The P-256 public key that a model signature is checked with.

    Args:
        pem: a PEM `SubjectPublicKeyInfo` exactly as OpenSSL writes it, final newline included.

    Raises:
        InputError: for another curve, another kind of key, or another spelling.

    Source: docs/reference/formats.md, section 2; OpenSSF Model Signing 1.0, section 4.1.
    """

    pem: str
    """The key as text."""

    def __post_init__(self) -> None:
        try:
            key = load_pem_public_key(self.pem.encode())
        except (ValueError, UnsupportedAlgorithm):
            key = None
        if (
            not isinstance(key, ec.EllipticCurvePublicKey)
            or not isinstance(key.curve, ec.SECP256R1)
            or _spki(key) != self.pem
        ):
            raise InputError(
                "The text is not a model key: expected a P-256 public key as OpenSSL writes PEM.",
                do="Use the file that `warrant key show --model` writes.",
            )

    @classmethod
    def parse(cls, text: str) -> ModelPublicKey:
        """Read a written key.

        Args:
            text: PEM.

        Returns:
            The key whose `text` is the text.

        Raises:
            InputError: for any other spelling.
        """
        return cls(text)

    @property
    def text(self) -> str:
        """The written key: PEM."""
        return self.pem

    @property
    def key_id(self) -> str:
        """Hex SHA-256 of the PEM, which is also the hint in a model signature."""
        return sha256(self.pem.encode()).hexdigest()

    def accepts(self, signature: bytes, message: bytes) -> bool:
        """Check an ECDSA signature over SHA-256.

        Args:
            signature: any bytes; a valid one is a DER pair (r, s).
            message: any bytes.

        Returns:
            True when the signature holds; never raises for bad bytes.

        Source: FIPS 186-5, section 6.4.2.
        """
        key = load_pem_public_key(self.pem.encode())
        assert isinstance(key, ec.EllipticCurvePublicKey)  # noqa: S101 - checked when constructed
        try:
            key.verify(signature, message, _ECDSA)
        except InvalidSignature:
            return False
        return True


class Signer(Protocol):
    """What can sign: a key in memory here, a hardware key or a key service in `backends`."""

    @property
    def public_key(self) -> PublicKey | ModelPublicKey:
        """The key that others check with."""
        ...

    @property
    def key_id(self) -> str:
        """The public key's key id."""
        ...

    @property
    def unprotected(self) -> bool:
        """True when the private key lies somewhere without a passphrase."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign a message.

        Args:
            message: any bytes.

        Returns:
            A signature that `public_key` accepts.
        """
        ...


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """The private key of a person or a log, in memory.

    Args:
        private: the key.
        unprotected: True when its file has no passphrase; stands in every statement it signs.
    """

    private: Ed25519PrivateKey
    """Never printed, never part of a record."""
    unprotected: bool = False
    """True when its file has no passphrase."""

    @classmethod
    def generate(cls, *, unprotected: bool = False) -> Ed25519Signer:
        """Draw a new key from the system's randomness.

        Args:
            unprotected: True when its file will have no passphrase.

        Returns:
            The key, nowhere stored yet.
        """
        return cls(Ed25519PrivateKey.generate(), unprotected)

    @property
    def public_key(self) -> PublicKey:
        """The key that others check with."""
        return PublicKey(self.private.public_key().public_bytes_raw())

    @property
    def key_id(self) -> str:
        """The public key's key id."""
        return self.public_key.key_id

    @property
    def secret(self) -> bytes:
        """The 32-byte seed; whoever has it can sign."""
        return self.private.private_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Sign a message.

        Args:
            message: any bytes.

        Returns:
            64 bytes, the same every time.

        Source: RFC 8032, section 5.1.6.
        """
        return self.private.sign(message)


@dataclass(frozen=True, slots=True)
class P256Signer:
    """The private key that signs models, in memory.

    Args:
        private: a key on P-256.
        unprotected: True when its file has no passphrase.
    """

    private: ec.EllipticCurvePrivateKey
    """Never printed, never part of a record."""
    unprotected: bool = False
    """True when its file has no passphrase."""

    @classmethod
    def generate(cls, *, unprotected: bool = False) -> P256Signer:
        """Draw a new key from the system's randomness.

        Args:
            unprotected: True when its file will have no passphrase.

        Returns:
            The key, nowhere stored yet.
        """
        return cls(ec.generate_private_key(ec.SECP256R1()), unprotected)

    @property
    def public_key(self) -> ModelPublicKey:
        """The key that others check with."""
        return ModelPublicKey(_spki(self.private.public_key()))

    @property
    def key_id(self) -> str:
        """The public key's key id."""
        return self.public_key.key_id

    @property
    def secret(self) -> bytes:
        """The secret number, 32 bytes big-endian; whoever has it can sign."""
        return self.private.private_numbers().private_value.to_bytes(SECRET_SIZE, "big")

    def sign(self, message: bytes) -> bytes:
        """Sign a message.

        Args:
            message: any bytes.

        Returns:
            A DER pair (r, s), another one every time.

        Source: FIPS 186-5, section 6.4.1.
        """
        return self.private.sign(message, _ECDSA)


def log_origin(key: PublicKey) -> str:
    """Name the log that a key signs.

    Args:
        key: the log's key.

    Returns:
        `warrant-log/` and the first 20 hex digits of SHA-256 over the raw key.

    Source: docs/reference/formats.md, section 6.
    """
    return f"warrant-log/{key.key_id[:20]}"


def _spki(key: ec.EllipticCurvePublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
