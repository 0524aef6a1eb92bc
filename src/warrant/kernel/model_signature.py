"""OpenSSF model signatures: one detached file that names every file of a model and its digest.

Others check it with `model_signing verify key`; we check it with less work. All files are
signed and none is passed over: what is in the folder and not in the signature is refused,
whatever paths the signature says were ignored.

Law: `verify_model(folder, sign_model(folder, signer).data, signer.public_key.pem)` returns.
Law: with a byte of a file changed, or a file added, removed or renamed, it raises.

Source: OpenSSF Model Signing 1.0 (ossf/model-signing-spec); Sigstore bundle v0.3; DSSE 1.0.2.
"""

from __future__ import annotations

import os
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final, NoReturn

from warrant.errors import InputError, IntegrityError
from warrant.kernel import shape
from warrant.kernel.canon import canonical, parse
from warrant.kernel.digest import Digest, hash_file
from warrant.kernel.envelope import PAYLOAD_TYPE, decode_base64, pae
from warrant.kernel.filetree import scan_files
from warrant.kernel.keys import ModelPublicKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from warrant.kernel.filetree import StatCache
    from warrant.kernel.keys import P256Signer

PREDICATE: Final = "https://model_signing/signature/v1.0"
"""The predicate type, with its odd host."""
MEDIA_TYPE: Final = "application/vnd.dev.sigstore.bundle.v0.3+json"
"""Of the bundles we write; any Sigstore bundle is read."""
NOT_HASHED: Final = "urn:x-warrant:not-hashed-now"
"""Annotation of a file whose digest came from a stat cache."""

_SIGSTORE = "application/vnd.dev.sigstore.bundle"
_STATEMENT = "https://in-toto.io/Statement/v1"
_GIT = (".git", ".gitattributes", ".github", ".gitignore")
_BLAME = "Keep the model and its signature as evidence, and get both again from their maker."


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model's files as found on disk.

    Args:
        digests: of each file, by name below the folder, with `/`.
        hashed: names of the files that were hashed now; the rest came from a stat cache.
    """

    digests: Mapping[str, Digest]
    """Of each file, by name."""
    hashed: tuple[str, ...]
    """Sorted names of the files that were hashed now."""


@dataclass(frozen=True, slots=True)
class SignedModel:
    """A model signature, just made.

    Args:
        data: the bundle's bytes.
        files: what was signed.
    """

    data: bytes
    """To be stored outside the model's folder."""
    files: ModelFiles
    """What was signed, and which files were hashed for it."""


@dataclass(frozen=True, slots=True)
class ModelSignature:
    """A bundle's content, nothing of it checked but its form.

    Args:
        hint: key id of the signer; None when it was signed by a certificate.
        payload: the signed bytes.
        signature: over `pae(payload)`.
        root: digest of the model: SHA-256 over the files' digests in listed order.
        resources: digest of each file, in listed order.
    """

    hint: str | None
    """Key id of the signer; None when it was signed by a certificate."""
    payload: bytes
    """The signed bytes."""
    signature: bytes
    """Over `pae(payload)`."""
    root: Digest
    """Digest of the model."""
    resources: Mapping[str, Digest]
    """Of each file, by name, in listed order."""

    @classmethod
    def parse(cls, data: bytes) -> ModelSignature:
        """Read a bundle.

        Args:
            data: JSON.

        Returns:
            Its content; signed by a key, a certificate or through Sigstore.

        Raises:
            InputError: naming the place that is not as the specification says, or a model
                that was not signed as whole files by SHA-256.

        Source: OpenSSF Model Signing 1.0, schemas bundle, envelope, statement and predicate.
        """
        value: Any = parse(data)
        _open_object(value, "bundle", {"mediaType", "verificationMaterial", "dsseEnvelope"})
        if not isinstance(value["mediaType"], str) or not value["mediaType"].startswith(_SIGSTORE):
            shape.misfit("bundle.mediaType", f"a type that starts with {_SIGSTORE}")
        envelope = value["dsseEnvelope"]
        _open_object(envelope, "bundle.dsseEnvelope", {"payload", "payloadType", "signatures"})
        shape.one_of(PAYLOAD_TYPE)(envelope["payloadType"], "bundle.dsseEnvelope.payloadType")
        shape.text(envelope["payload"], "bundle.dsseEnvelope.payload")
        shape.list_of(_signature, least=1, most=1)(
            envelope["signatures"], "bundle.dsseEnvelope.signatures"
        )
        payload = decode_base64(envelope["payload"], "bundle.dsseEnvelope.payload")
        root, resources = _read_statement(parse(payload))
        return cls(
            hint=_hint(value["verificationMaterial"]),
            payload=payload,
            signature=decode_base64(
                envelope["signatures"][0]["sig"], "bundle.dsseEnvelope.signatures[0].sig"
            ),
            root=root,
            resources=resources,
        )

    def check(self, key: ModelPublicKey) -> None:
        """Check that this key signed, and that the digest of the model is that of its files.

        Args:
            key: known from elsewhere.

        Raises:
            IntegrityError: when it did not, or the payload contradicts itself.
            InputError: when the bundle was not signed by a key.
        """
        if self.hint is None:
            raise InputError(
                "The model was signed by a certificate, not by a key.",
                do="Check it with: model_signing verify certificate",
            )
        if self.hint != key.key_id:
            raise IntegrityError(
                f"The model is signed by key {self.hint[:12]}, expected key {key.key_id[:12]}.",
                do="Ask the model's maker for the key that signed it.",
            )
        if not key.accepts(self.signature, pae(self.payload)):
            raise IntegrityError(
                f"The model signature by key {key.key_id[:12]} does not hold.", do=_BLAME
            )
        if self.root != _root(self.resources.values()):
            raise IntegrityError(
                "The model signature contradicts itself: its digest of the model is not that of "
                "the files it lists.",
                do=_BLAME,
            )


def sign_model(folder: Path, signer: P256Signer, cache: StatCache | None = None) -> SignedModel:
    """Sign all files of a model.

    Args:
        folder: the model's folder; the signature is to be stored elsewhere.
        signer: the model key.
        cache: digests of unchanged files; None hashes everything.

    Returns:
        The bundle, and which files were hashed now; the others are marked in the payload by
        the annotation `NOT_HASHED`.

    Raises:
        InputError: for a folder without files, a link, something that is no plain file, or a
            name that other verifiers pass over.

    Source: OpenSSF Model Signing 1.0.
    """
    files = read_model(folder, cache)
    for name in files.digests:
        if PurePosixPath(name).parts[0] in _GIT:
            raise InputError(
                f"Model file {name!r} would not be protected: other verifiers pass over git's own "
                "files.",
                do="Move it out of the model's folder.",
            )
    payload = canonical(_statement(folder.resolve().name, files))
    bundle = {
        "mediaType": MEDIA_TYPE,
        "verificationMaterial": {"publicKey": {"hint": signer.key_id}, "tlogEntries": []},
        "dsseEnvelope": {
            "payload": b64encode(payload).decode(),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"keyid": "", "sig": b64encode(signer.sign(pae(payload))).decode()}],
        },
    }
    return SignedModel(canonical(bundle), files)


def verify_model(
    folder: Path, bundle: bytes, pem: str, cache: StatCache | None = None
) -> ModelFiles:
    """Check a model's folder against its signature.

    Args:
        folder: the model's folder.
        bundle: the signature's bytes.
        pem: the model key, known from elsewhere.
        cache: digests of unchanged files; None hashes everything.

    Returns:
        The files, and which were hashed now.

    Raises:
        IntegrityError: for a changed, unsigned or absent file, naming it, or a signature that
            does not hold.
        InputError: for a bundle, key or folder that cannot be read.

    Source: OpenSSF Model Signing 1.0.
    """
    signature = ModelSignature.parse(bundle)
    signature.check(ModelPublicKey(pem))
    files = read_model(folder, cache)
    _compare(files.digests, signature.resources)
    return files


def verify_model_files(files: Mapping[str, str], bundle: bytes, pem: str) -> None:
    """Check digests that are at hand, such as those of a bundle's members.

    Args:
        files: hex SHA-256 of each file, by name below the model's folder.
        bundle: the signature's bytes.
        pem: the model key, known from elsewhere.

    Raises:
        IntegrityError: as `verify_model` does.
        InputError: for a bundle or key that cannot be read.
    """
    signature = ModelSignature.parse(bundle)
    signature.check(ModelPublicKey(pem))
    _compare({name: Digest.from_hex(text) for name, text in files.items()}, signature.resources)


def read_model(folder: Path, cache: StatCache | None = None) -> ModelFiles:
    """Hash a model's files.

    Args:
        folder: the model's folder.
        cache: digests of unchanged files; None hashes everything.

    Returns:
        Digests by name, in the order in which they are signed, and which were hashed now.

    Raises:
        InputError: for a folder that cannot be read or holds no file, a link, or something that
            is no plain file.
    """
    root = os.path.realpath(folder)
    hashed: list[str] = []

    def read(path: str) -> Digest:
        hashed.append(Path(path).relative_to(root).as_posix())
        return hash_file(path)

    found = {one.path: one.digest for one in scan_files(folder, cache, read=read, skip=())}
    for name in found:
        if (folder / name).is_symlink():
            raise InputError(
                f"Model file {name!r} is a link, and other verifiers follow none.",
                do="Put the file itself into the model's folder.",
            )
    if not found:
        raise InputError(f"Model folder '{folder}' holds no file.", do="Name the model's folder.")
    # The order of model_signing: part by part, so that "a/b" comes before "a.txt".
    names = sorted(found, key=PurePosixPath)
    return ModelFiles({name: found[name] for name in names}, tuple(sorted(hashed)))


def _statement(name: str, files: ModelFiles) -> dict[str, Any]:
    hashed = set(files.hashed)
    resources = [
        {
            "name": file,
            "algorithm": "sha256",
            "digest": digest.hex,
            **({} if file in hashed else {"annotations": {NOT_HASHED: True}}),
        }
        for file, digest in files.digests.items()
    ]
    return {
        "_type": _STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": _root(files.digests.values()).hex}}],
        "predicateType": PREDICATE,
        "predicate": {
            "resources": resources,
            "serialization": {
                "method": "files",
                "hash_type": "sha256",
                "allow_symlinks": False,
                "ignore_paths": [],
            },
        },
    }


def _read_statement(value: Any) -> tuple[Digest, dict[str, Digest]]:  # noqa: ANN401 - any JSON
    _open_object(value, "statement", {"_type", "subject", "predicateType", "predicate"})
    shape.one_of(_STATEMENT)(value["_type"], "statement._type")
    shape.one_of(PREDICATE)(value["predicateType"], "statement.predicateType")
    shape.list_of(_subject, least=1, most=1)(value["subject"], "statement.subject")
    predicate = value["predicate"]
    _open_object(predicate, "statement.predicate", {"resources", "serialization"})
    how = predicate["serialization"]
    _open_object(how, "statement.predicate.serialization", {"method", "hash_type"})
    shape.one_of("files")(how["method"], "statement.predicate.serialization.method")
    shape.one_of("sha256")(how["hash_type"], "statement.predicate.serialization.hash_type")
    place = "statement.predicate.resources"
    shape.list_of(_resource)(predicate["resources"], place)
    resources = {one["name"]: Digest.from_hex(one["digest"]) for one in predicate["resources"]}
    if len(resources) != len(predicate["resources"]):
        shape.misfit(place, "each name once")
    return Digest.from_hex(value["subject"][0]["digest"]["sha256"]), resources


def _hint(material: Any) -> str | None:  # noqa: ANN401 - any JSON
    place = "bundle.verificationMaterial"
    _open_object(material, place, set())
    if "publicKey" in material:
        _open_object(material["publicKey"], f"{place}.publicKey", {"hint"})
        shape.hexdigest(material["publicKey"]["hint"], f"{place}.publicKey.hint")
        return str(material["publicKey"]["hint"])
    if "x509CertificateChain" not in material and not (
        "certificate" in material and material.get("tlogEntries")
    ):
        shape.misfit(place, "publicKey, x509CertificateChain, or certificate with tlogEntries")
    return None


def _signature(value: object, place: str) -> None:
    _open_object(value, place, {"sig"})
    shape.text(value["sig"], f"{place}.sig")  # type: ignore[index]


def _subject(value: object, place: str) -> None:
    shape.exact({"name": shape.text, "digest": shape.exact({"sha256": shape.hexdigest})})(
        value, place
    )


def _resource(value: object, place: str) -> None:
    _open_object(value, place, {"name", "digest", "algorithm"})
    fields: dict[str, object] = value  # type: ignore[assignment]
    shape.text(fields["name"], f"{place}.name")
    shape.one_of("sha256")(fields["algorithm"], f"{place}.algorithm")
    shape.hexdigest(fields["digest"], f"{place}.digest")


def _open_object(value: object, place: str, needed: set[str]) -> None:
    if not isinstance(value, dict) or not value.keys() >= needed:
        shape.misfit(place, "an object with " + (", ".join(sorted(needed)) or "fields"))


def _root(digests: Iterable[Digest]) -> Digest:
    return Digest(sha256(b"".join(digest.raw for digest in digests)).digest())


def _compare(found: Mapping[str, Digest], signed: Mapping[str, Digest]) -> None:
    wrong = sorted(
        name for name in found.keys() | signed.keys() if found.get(name) != signed.get(name)
    )
    if wrong:
        _blame(wrong, found, signed)


def _blame(wrong: list[str], found: Mapping[str, Digest], signed: Mapping[str, Digest]) -> NoReturn:
    name, *others = wrong
    if name not in signed:
        fault = "is not signed"
    elif name not in found:
        fault = "is signed and absent"
    else:
        fault = f"was changed: it is {found[name]}, the signature says {signed[name]}"
    more = f" Files that do not match besides: {len(others)}." if others else ""
    raise IntegrityError(f"Model file {name!r} {fault}.{more}", do=_BLAME)
