"""Model signatures: every file counts, and the first that does not match is named."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import referencing
from cryptography.hazmat.primitives.asymmetric import ec

from warrant.errors import InputError, IntegrityError
from warrant.kernel.canon import canonical
from warrant.kernel.digest import Digest
from warrant.kernel.envelope import pae
from warrant.kernel.filetree import RACY_NS, StatCache, scan_files
from warrant.kernel.keys import P256Signer
from warrant.kernel.model_signature import (
    NOT_HASHED,
    ModelSignature,
    sign_model,
    verify_model,
    verify_model_files,
)

SIGNER = P256Signer(ec.derive_private_key(7, ec.SECP256R1()))
PEM = SIGNER.public_key.pem
BLAME = "Keep the model and its signature as evidence, and get both again from their maker."
FILES = {"a.txt": b"1", "a/b.bin": b"2", "README.md": b"3"}
VECTORS = "vectors/model_signing"
VALID = ["key", "certificate", "sigstore"]
INVALID = {
    "invalid/empty": "JSON cannot be read",
    "invalid/missing-envelope": "bundle is not as the format says",
    "invalid/missing-tlog-entries": (
        "bundle.verificationMaterial is not as the format says: expected publicKey, "
        "x509CertificateChain, or certificate with tlogEntries"
    ),
    "invalid/missing-verification-material": "bundle is not as the format says",
    "invalid-payload/wrong-predicate": "statement.predicateType is not as the format says",
}


@pytest.fixture(name="model")
def _model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def _settled_cache(model: Path, place: Path) -> StatCache:
    """Give a cache that knows the model's files, written long enough ago to be trusted."""
    cache = StatCache(place / "index.db")
    scan_files(model, cache, now_ns=lambda: time.time_ns() + 2 * RACY_NS)
    return cache


def _payload(bundle: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        b64decode(json.loads(bundle)["dsseEnvelope"]["payload"], validate=True)
    )
    return found


def test_a_signed_model_verifies(model: Path) -> None:
    signed = sign_model(model, SIGNER)
    files = verify_model(model, signed.data, PEM)
    assert files == signed.files
    assert files.digests == {name: Digest.of(data) for name, data in FILES.items()}
    assert files.hashed == ("README.md", "a.txt", "a/b.bin")
    verify_model_files({name: found.hex for name, found in files.digests.items()}, signed.data, PEM)


def test_files_stand_in_the_order_of_the_reference(model: Path) -> None:
    names = [
        one["name"] for one in _payload(sign_model(model, SIGNER).data)["predicate"]["resources"]
    ]
    assert names == ["README.md", "a/b.bin", "a.txt"]


def test_a_changed_file_is_named(model: Path) -> None:
    signed = sign_model(model, SIGNER)
    (model / "a.txt").write_bytes(b"x")
    with pytest.raises(IntegrityError) as caught:
        verify_model(model, signed.data, PEM)
    assert str(caught.value) == (
        f"Model file 'a.txt' was changed: it is {Digest.of(b'x')}, "
        f"the signature says {Digest.of(b'1')}. {BLAME}"
    )


def test_an_extra_file_is_named(model: Path) -> None:
    signed = sign_model(model, SIGNER)
    (model / "a" / "extra.bin").write_bytes(b"x")
    with pytest.raises(IntegrityError) as caught:
        verify_model(model, signed.data, PEM)
    assert str(caught.value) == f"Model file 'a/extra.bin' is not signed. {BLAME}"


def test_absent_files_are_named_and_counted(model: Path) -> None:
    signed = sign_model(model, SIGNER)
    (model / "a" / "b.bin").unlink()
    (model / "a.txt").unlink()
    with pytest.raises(IntegrityError) as caught:
        verify_model(model, signed.data, PEM)
    assert str(caught.value) == (
        f"Model file 'a.txt' is signed and absent. Files that do not match besides: 1. {BLAME}"
    )


def test_an_ignored_path_hides_nothing(model: Path) -> None:
    """Git's files are passed over by others; here they are extra files."""
    signed = sign_model(model, SIGNER)
    (model / ".gitignore").write_text("*")
    with pytest.raises(IntegrityError, match=r"Model file '.gitignore' is not signed\."):
        verify_model(model, signed.data, PEM)
    with pytest.raises(InputError) as caught:
        sign_model(model, SIGNER)
    assert str(caught.value) == (
        "Model file '.gitignore' would not be protected: other verifiers pass over git's own "
        "files. Move it out of the model's folder."
    )


def test_a_link_is_refused(model: Path) -> None:
    (model / "link").symlink_to(model / "a.txt")
    with pytest.raises(InputError) as caught:
        sign_model(model, SIGNER)
    assert str(caught.value) == (
        "Model file 'link' is a link, and other verifiers follow none. "
        "Put the file itself into the model's folder."
    )


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        sign_model(tmp_path, SIGNER)
    assert str(caught.value) == f"Model folder '{tmp_path}' holds no file. Name the model's folder."


def test_an_absent_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        sign_model(tmp_path / "absent", SIGNER)
    assert str(caught.value) == (
        f"'{tmp_path / 'absent'}' cannot be read: No such file or directory. "
        "Give this account the right to read it, or take it out of the sources."
    )


def test_only_the_edited_file_is_hashed_again_and_the_rest_is_marked(
    model: Path, tmp_path: Path
) -> None:
    cache = _settled_cache(model, tmp_path)
    (model / "README.md").write_bytes(b"edited")
    signed = sign_model(model, SIGNER, cache)
    assert signed.files.hashed == ("README.md",)
    assert verify_model(model, signed.data, PEM, cache).hashed == ("README.md",)
    marks = {
        one["name"]: one.get("annotations")
        for one in _payload(signed.data)["predicate"]["resources"]
    }
    assert marks == {"README.md": None, "a.txt": {NOT_HASHED: True}, "a/b.bin": {NOT_HASHED: True}}


def test_another_key_is_refused(model: Path) -> None:
    other = P256Signer(ec.derive_private_key(8, ec.SECP256R1()))
    with pytest.raises(IntegrityError) as caught:
        verify_model(model, sign_model(model, SIGNER).data, other.public_key.pem)
    assert str(caught.value) == (
        f"The model is signed by key {SIGNER.key_id[:12]}, expected key {other.key_id[:12]}. "
        "Ask the model's maker for the key that signed it."
    )


def _bundle(statement: dict[str, Any], signer: P256Signer = SIGNER, **changes: Any) -> bytes:  # noqa: ANN401 - any JSON
    data = canonical(statement)
    envelope = {
        "payload": b64encode(data).decode(),
        "payloadType": "application/vnd.in-toto+json",
        "signatures": [{"sig": b64encode(signer.sign(pae(data))).decode()}],
    }
    return canonical(
        {
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": {"publicKey": {"hint": SIGNER.key_id}},
            "dsseEnvelope": {**envelope, **changes},
        }
    )


def test_a_signature_of_another_payload_is_refused(model: Path) -> None:
    payload = _payload(sign_model(model, SIGNER).data)
    forged = _bundle(payload, P256Signer(ec.derive_private_key(8, ec.SECP256R1())))
    with pytest.raises(IntegrityError) as caught:
        verify_model(model, forged, PEM)
    assert str(caught.value) == (
        f"The model signature by key {SIGNER.key_id[:12]} does not hold. {BLAME}"
    )


def test_a_payload_that_contradicts_itself_is_refused(model: Path) -> None:
    payload = _payload(sign_model(model, SIGNER).data)
    payload["subject"][0]["digest"]["sha256"] = "0" * 64
    with pytest.raises(IntegrityError) as caught:
        verify_model(model, _bundle(payload), PEM)
    assert str(caught.value) == (
        "The model signature contradicts itself: its digest of the model is not that of the files "
        f"it lists. {BLAME}"
    )


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda p: p["predicate"]["resources"].append(p["predicate"]["resources"][0]),
            "statement.predicate.resources is not as the format says: expected each name once",
        ),
        (
            lambda p: p["predicate"]["resources"][0].update(algorithm="blake3"),
            r"resources\[0\].algorithm is not as the format says: expected 'sha256'",
        ),
        (
            lambda p: p["predicate"]["resources"][0].pop("name"),
            "expected an object with algorithm, digest, name",
        ),
        (
            lambda p: p["predicate"]["serialization"].update(method="shards"),
            "serialization.method is not as the format says: expected 'files'",
        ),
        (
            lambda p: p["subject"].clear(),
            "statement.subject is not as the format says: expected exactly 1",
        ),
    ],
)
def test_a_payload_of_another_form_is_refused(model: Path, change: Change, words: str) -> None:
    payload = _payload(sign_model(model, SIGNER).data)
    change(payload)
    with pytest.raises(InputError, match=words):
        verify_model(model, _bundle(payload), PEM)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"payloadType": "text/plain"}, "bundle.dsseEnvelope.payloadType is not as"),
        ({"payload": ""}, "bundle.dsseEnvelope.payload is not as"),
        ({"signatures": [{"sig": ""}]}, r"bundle.dsseEnvelope.signatures\[0\].sig is not as"),
        ({"signatures": [{}]}, "expected an object with sig"),
    ],
)
def test_an_envelope_of_another_form_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        ModelSignature.parse(_bundle({}, **changes))


def test_another_media_type_is_refused(model: Path) -> None:
    value = json.loads(sign_model(model, SIGNER).data)
    with pytest.raises(InputError, match=r"bundle\.mediaType is not as the format"):
        ModelSignature.parse(canonical({**value, "mediaType": "application/json"}))
    with pytest.raises(InputError, match=r"bundle\.mediaType is not as the format"):
        ModelSignature.parse(canonical({**value, "mediaType": 7}))
    with pytest.raises(InputError, match="expected an object with fields"):
        ModelSignature.parse(canonical({**value, "verificationMaterial": []}))


@pytest.mark.parametrize("name", VALID)
def test_published_valid_bundles_are_read(shared_path: Callable[[str], Path], name: str) -> None:
    path = shared_path(f"{VECTORS}/test-vectors/v1.0/valid/{name}.bundle.json")
    signature = ModelSignature.parse(path.read_bytes())
    assert sorted(signature.resources) == ["signme-1", "signme-2"]
    assert (signature.hint is not None) == (name == "key")


@pytest.mark.parametrize("name", INVALID)
def test_published_invalid_bundles_are_refused(
    shared_path: Callable[[str], Path], name: str
) -> None:
    path = shared_path(f"{VECTORS}/test-vectors/v1.0/{name}.bundle.json")
    with pytest.raises(InputError) as caught:
        ModelSignature.parse(path.read_bytes())
    assert str(caught.value).startswith(INVALID[name])


def test_a_model_signed_by_a_certificate_is_not_checked_here(
    shared_path: Callable[[str], Path],
) -> None:
    path = shared_path(f"{VECTORS}/test-vectors/v1.0/valid/certificate.bundle.json")
    with pytest.raises(InputError) as caught:
        verify_model_files({}, path.read_bytes(), PEM)
    assert str(caught.value) == (
        "The model was signed by a certificate, not by a key. "
        "Check it with: model_signing verify certificate"
    )


def test_what_we_write_fits_the_published_schemas(
    shared_path: Callable[[str], Path], model: Path, tmp_path: Path
) -> None:
    folder = shared_path(f"{VECTORS}/schemas/v1.0")
    schemas = {path.name.split(".")[0]: json.loads(path.read_text()) for path in folder.iterdir()}
    registry: Any = referencing.Registry()
    for schema in schemas.values():
        registry = registry.with_resource(schema["$id"], referencing.Resource.from_contents(schema))

    def fits(name: str, value: object) -> bool:
        return jsonschema.Draft202012Validator(schemas[name], registry=registry).is_valid(value)

    for cache in (None, _settled_cache(model, tmp_path)):  # the second time with annotations
        data = sign_model(model, SIGNER, cache).data
        assert fits("bundle", json.loads(data))
        assert fits("statement", _payload(data))
    assert not fits("bundle", {**json.loads(data), "more": 1})
    assert not fits("statement", {**_payload(data), "predicateType": "x"})
