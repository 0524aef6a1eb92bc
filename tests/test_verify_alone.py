"""The stand-alone verifier's parts against published vectors, and its words against the page."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

import verify as alone
from tests.attacks.build import NOW, honest, honest_members, model_key, packed, person, write
from tests.outside import ROOT, shared_path
from warrant.errors import InputError
from warrant.kernel import canon
from warrant.kernel.keys import ModelPublicKey, PublicKey
from warrant.kernel.model_signature import ModelSignature
from warrant.kernel.wording import WORDING


def test_it_imports_the_standard_library_alone() -> None:
    tree = ast.parse((ROOT / "verify.py").read_text("utf-8"))
    named = {
        (node.module or "" if isinstance(node, ast.ImportFrom) else name.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert named <= {*sys.stdlib_module_names}


def test_page_kernel_and_script_have_the_same_words() -> None:
    page = (ROOT / "docs/reference/verification.md").read_text("utf-8")
    rows = page.partition("| code | sentence | what to do |\n")[2].splitlines()[1:]
    listed = {}
    for row in rows:
        code, what, do = (cell.strip() for cell in row.strip("|").split(" |"))
        listed[code.strip("`")] = (what, do)
    assert listed == {code: tuple(words) for code, words in WORDING.items()}
    assert listed == alone.WORDS


def test_ed25519_answers_every_published_vector_as_openssl_does() -> None:
    vectors = json.loads(shared_path("vectors/ed25519/ed25519vectors.json").read_bytes())
    answers = set()
    for vector in vectors:
        key, signature = bytes.fromhex(vector["key"]), bytes.fromhex(vector["sig"])
        message = vector["msg"].encode()
        answer = alone.ed25519_accepts(key, signature, message)
        assert answer == PublicKey(key).accepts(signature, message), vector["number"]
        answers.add(answer)
    assert len(vectors) > 900
    assert answers == {True, False}


@given(st.binary(max_size=60), st.integers(0, 2047))
def test_ed25519_takes_true_signatures_and_no_flipped_one(message: bytes, bit: int) -> None:
    signer = person("any")
    public, signature = signer.public_key.raw, signer.sign(message)
    assert alone.ed25519_accepts(public, signature, message)
    forged = bytearray(signature)
    forged[bit // 8 % 64] ^= 1 << bit % 8
    answer = PublicKey(public).accepts(bytes(forged), message)
    assert alone.ed25519_accepts(public, bytes(forged), message) is answer is False
    assert not alone.ed25519_accepts(public[:-1], signature, message)
    assert not alone.ed25519_accepts(public, signature[:-1], message)


@given(st.binary(max_size=60), st.integers(0, 575))
def test_p256_takes_true_signatures_and_no_flipped_one(message: bytes, bit: int) -> None:
    signer = model_key("any")
    public = alone.parse_p256(signer.public_key.pem)
    signature = signer.sign(message)
    assert alone.p256_accepts(public, signature, message)
    forged = bytearray(signature)
    forged[bit // 8 % len(forged)] ^= 1 << bit % 8
    answer = signer.public_key.accepts(bytes(forged), message)
    assert alone.p256_accepts(public, bytes(forged), message) is answer is False


def test_p256_refuses_what_openssl_refuses() -> None:
    signer = model_key("any")
    public, signature = alone.parse_p256(signer.public_key.pem), signer.sign(b"m")
    length = signature[3]
    for forged in (
        b"",
        b"\x30",
        signature + b"\0",
        signature[:2] + b"\x02\x00" + signature[4 + length :],
        bytes([0x30, len(signature) - 1, 2, length + 1, 0]) + signature[4:],
        b"\x30\x06\x02\x01\x00\x02\x01\x01",
        b"\x30\x06\x02\x01\x01\x02\x01\x00",
        b"\x30\x06\x02\x01\x81\x02\x01\x01",
    ):
        assert not signer.public_key.accepts(forged, b"m")
        assert not alone.p256_accepts(public, forged, b"m")


def test_model_keys_are_read_alike() -> None:
    pem = model_key("any").public_key.pem
    lines = pem.splitlines(keepends=True)
    other = bytearray(b64decode("".join(lines[1:-1])))
    other[-1] ^= 1
    body = b64encode(bytes(other)).decode()
    off_curve = f"{lines[0]}{body[:64]}\n{body[64:]}\n{lines[-1]}"
    for text in (pem.strip(), pem + "\n", pem.replace("\n", "\r\n"), off_curve, "", "x\ny\nz\n"):
        with pytest.raises(ValueError, match=r"|"):
            alone.parse_p256(text)
        with pytest.raises(InputError):
            ModelPublicKey(text)
    larger = ec.generate_private_key(ec.SECP384R1()).public_key()
    assert not alone.is_model_key(str(larger))


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_json_is_written_as_the_published_bytes(name: str) -> None:
    folder = shared_path("vectors/rfc8785")
    value = alone.parse((folder / "input" / f"{name}.json").read_bytes())
    assert alone.canonical(value) == bytes.fromhex((folder / "outhex" / f"{name}.txt").read_text())


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_written_alike(number: float) -> None:
    assert alone.number_text(number) == canon.canonical(number).decode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON.map(lambda value: json.dumps(value).encode()) | st.binary())
def test_json_is_read_alike(data: bytes) -> None:
    for ours, theirs in (
        (canon.parse, alone.parse),
        (canon.parse_canonical, alone.parse_canonical),
    ):
        try:
            expected = canon.canonical(ours(data))
        except InputError:
            with pytest.raises(ValueError, match=r"|"):
                theirs(data)
        else:
            assert alone.canonical(theirs(data)) == expected


@pytest.mark.parametrize(
    "data",
    [b"[" * 65 + b"]" * 65, b'{"a":1,"a":2}', b'"\\ud800"', b"1e999", b"NaN", b"9007199254740993"],
)
def test_json_that_has_no_one_meaning_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"|"):
        alone.parse(data)


@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_each_published_proof_is_answered_as_published(kind: str) -> None:
    answers = []
    for path in sorted(shared_path(f"vectors/rfc6962/{kind}").rglob("*.json")):
        case = json.loads(path.read_bytes())
        proof = [b64decode(one) for one in case["proof"] or []]
        if kind == "inclusion":
            leaf, root = b64decode(case["leafHash"] or ""), b64decode(case["root"] or "")
            answer = alone.inclusion_holds(leaf, case["leafIdx"], case["treeSize"], proof, root)
        else:
            old, new = b64decode(case["root1"] or ""), b64decode(case["root2"] or "")
            answer = alone.consistency_holds((case["size1"], old), (case["size2"], new), proof)
        assert answer is not case["wantErr"], path
        answers.append(answer)
    assert answers.count(False) > 80


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9])
def test_its_own_proofs_hold(size: int) -> None:
    hashes = [alone.leaf_hash(bytes([number])) for number in range(size)]
    for index in range(size):
        proof = alone.inclusion_proof(index, alone.tree_levels(hashes))
        root = alone.tree_root(hashes)
        assert alone.inclusion_holds(hashes[index], index, size, proof, root)


def test_model_signatures_are_read_as_the_kernel_reads_them() -> None:
    folder = shared_path("vectors/model_signing/test-vectors/v1.0")
    for path in sorted(folder.rglob("*.json")):
        data = path.read_bytes()
        try:
            ModelSignature.parse(data)
        except InputError:
            assert path.parent.name.startswith("invalid")
        else:
            assert path.parent.name == "valid"
        with pytest.raises(ValueError, match=r"|"):
            alone.open_model_signature(data, [model_key("any").public_key.pem])
    hint, files = alone.open_model_signature(honest().sign_model(), [honest().model.public_key.pem])
    assert hint == honest().model.key_id
    assert sorted(files) == ["vocabulary.txt", "weights.json"]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(ROOT / "verify.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


def test_the_command_answers_with_sentences_and_exit_codes(tmp_path: Path) -> None:
    bundle = tmp_path / "toy.bundle"
    write(bundle, packed(honest_members()))
    trust = honest().trust(tmp_path / "trust")
    fixed = ("--now", NOW, "--seen", tmp_path / "seen")
    held = run(bundle, "--trust", trust, *fixed)
    assert (held.returncode, held.stderr) == (0, "")
    assert held.stdout.endswith("Result: holds, signed by Ann Alvarez\n")
    again = run(bundle, "--trust", trust, *fixed, "--json")
    answer = json.loads(again.stdout)
    assert answer["result"] == "holds"
    assert "continues the checkpoint of 10 entries seen before" in "".join(answer["lines"])
    assert run(bundle, "--trust", tmp_path / "none", *fixed).returncode == 3
    bundle.write_bytes(bundle.read_bytes()[:-1])
    assert run(bundle, "--trust", trust, *fixed).returncode == 1
    wrong = run(tmp_path / "absent", *fixed)
    assert wrong.returncode == 2
    assert "is neither a bundle nor a workspace" in wrong.stderr
    assert run(bundle, "--now", "today").returncode == 2
    write(trust / "signers", (trust / "signers").read_bytes() * 2)
    assert "this key stands on an earlier line" in run(bundle, "--trust", trust, *fixed).stderr
    write(trust / "signers", b"Ann\n")
    assert "'signers', line 1" in run(bundle, "--trust", trust, *fixed).stderr.replace(
        str(trust) + "/", "'"
    ).replace("''", "'")
