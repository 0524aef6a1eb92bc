"""Whatever an earlier release wrote is read by this one, with the same meaning."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.compat.write_release import HERE, PASSPHRASE, SUMS, sums
from warrant.kernel.envelope import Envelope
from warrant.kernel.key_file import load_ed25519, load_p256
from warrant.kernel.keys import PublicKey
from warrant.kernel.merkle import leaf_hash, tree_root
from warrant.kernel.model_signature import verify_model
from warrant.kernel.passphrase import Passphrases
from warrant.kernel.recovery import restore_from_sheet
from warrant.kernel.statement import Leaf, Statement
from warrant.kernel.tlog_policy import endorse
from warrant.kernel.trust import Seen, Trust
from warrant.records.schemas import FORMATS, RECORDS

RELEASES = sorted(path for path in HERE.iterdir() if (path / SUMS).is_file())
EACH = pytest.mark.parametrize("release", RELEASES, ids=[path.name for path in RELEASES])
WORDS = Passphrases({}, lambda _: PASSPHRASE)


def test_there_is_a_release() -> None:
    assert [path.name for path in RELEASES][:1] == ["v0.1"]


@EACH
def test_nobody_wrote_an_old_release_again(release: Path) -> None:
    """Its files are what that release wrote; a new shape is a new folder."""
    assert (release / SUMS).read_text() == sums(release)


@EACH
def test_its_records_are_read(release: Path) -> None:
    for path in (release / "records").iterdir():
        data = path.read_bytes()
        kind = FORMATS.get(json.loads(data).get("format"), RECORDS[path.stem])
        assert kind.from_bytes(data).to_bytes() == data


@EACH
def test_its_statements_and_leaves_hold(release: Path) -> None:
    key = PublicKey.parse((release / "keys" / "anna.pub").read_text().strip())
    for path in (release / "statements").iterdir():
        envelope = Envelope.parse(path.read_bytes())
        assert envelope.verify([key]) == key
        leaf = Leaf.parse((release / "leaves" / path.name).read_bytes())
        assert (leaf.envelope, leaf.pae) == (envelope.digest, envelope.pae_digest)
        assert leaf.predicate == Statement.open(envelope).leaf_type


@EACH
def test_its_keys_open_and_its_sheets_bring_them_back(release: Path) -> None:
    keys = release / "keys"
    person = load_ed25519(keys / "anna.person.pem", WORDS)
    model = load_p256(keys / "anna.model.pem", WORDS)
    assert person.public_key.text == (keys / "anna.pub").read_text().strip()
    assert model.public_key.pem == (keys / "model.pub.pem").read_text()
    for signer, name in ((person, "anna"), (model, "model")):
        sheet = (keys / f"{name}.sheet.txt").read_text()
        assert restore_from_sheet(sheet).key_id == signer.key_id


@EACH
def test_its_trust_and_checkpoint_hold(release: Path) -> None:
    trust = Trust.load(release / "trust")
    assert [one.name for one in trust.signers] == ["Anna M. Alvarez"]
    assert trust.policy is not None
    (path,) = (release / "seen").iterdir()
    checkpoint = endorse(trust.policy, path.read_text()).checkpoint
    leaves = [one.read_bytes() for one in sorted((release / "leaves").iterdir())]
    assert checkpoint.root == tree_root([leaf_hash(leaf) for leaf in leaves])
    assert Seen(release / "seen").read(checkpoint.origin) == checkpoint


@EACH
def test_its_model_signature_holds(release: Path) -> None:
    pem = (release / "keys" / "model.pub.pem").read_text()
    files = verify_model(release / "model", (release / "model.sig").read_bytes(), pem)
    assert sorted(files.digests) == ["labels.json", "weights.txt"]
