"""`model_signing` (OpenSSF) accepts our model signatures and refuses what was tampered with."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from warrant.kernel.keys import P256Signer
from warrant.kernel.model_signature import sign_model, verify_model

SIGNER = P256Signer.generate()


@pytest.fixture(name="model")
def _model(tmp_path: Path, peer: Callable[[str], Any]) -> Path:
    peer("model_signing")
    peer("OpenSSL")  # it imports this and does not declare it
    folder = tmp_path / "model"
    for name in ("weights.safetensors", "a/b.json", "a.txt", "README.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (tmp_path / "key.pem").write_text(SIGNER.public_key.pem)
    (tmp_path / "model.sig").write_bytes(sign_model(folder, SIGNER).data)
    return folder


def _verify(model: Path) -> subprocess.CompletedProcess[str]:
    here = model.parent
    command = [sys.executable, "-m", "model_signing", "verify", "key", str(model)]
    command += ["--signature", str(here / "model.sig"), "--public_key", str(here / "key.pem")]
    return subprocess.run(command, capture_output=True, text=True)


def test_our_signature_is_accepted(model: Path) -> None:
    done = _verify(model)
    assert done.returncode == 0, done.stderr
    assert "Verification succeeded" in done.stdout


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (lambda model: (model / "a.txt").write_text("A.txt"), "a.txt"),
        (lambda model: (model / "more.bin").write_text("x"), "more.bin"),
        (lambda model: (model / "a" / "b.json").unlink(), "a/b.json"),
    ],
    ids=["changed", "extra", "absent"],
)
def test_a_tampered_model_is_refused_by_name(
    model: Path, tamper: Callable[[Path], object], named: str
) -> None:
    tamper(model)
    done = _verify(model)
    assert done.returncode != 0
    assert named in done.stderr


def test_another_key_is_refused(model: Path) -> None:
    (model.parent / "key.pem").write_text(P256Signer.generate().public_key.pem)
    assert _verify(model).returncode != 0


def test_its_signature_is_accepted_here(model: Path, peer: Callable[[str], Any]) -> None:
    """The other way round: what it signs, we verify."""
    signing = peer("model_signing.signing")
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = model.parent / "private.pem"
    key.write_bytes(SIGNER.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    theirs = model.parent / "theirs.sig"
    signing.Config().use_elliptic_key_signer(private_key=key).sign(model, theirs)
    files = verify_model(model, theirs.read_bytes(), SIGNER.public_key.pem)
    assert sorted(files.digests) == ["README.md", "a.txt", "a/b.json", "weights.safetensors"]
