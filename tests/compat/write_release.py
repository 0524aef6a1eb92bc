"""Write what this release writes, once: python -m tests.compat.write_release v0.1.

The folder is never written again: a later release gets its own, and reads all before it.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

from tests.records.examples import ANNA, AT, EXAMPLES, LOG, MODEL, STATEMENTS
from warrant.kernel.checkpoint import Checkpoint
from warrant.kernel.key_file import save
from warrant.kernel.keys import log_origin
from warrant.kernel.merkle import leaf_hash, tree_root
from warrant.kernel.model_signature import sign_model
from warrant.kernel.note import KeyKind, VerifierKey, sign_note
from warrant.kernel.passphrase import Passphrases
from warrant.kernel.recovery import recovery_sheet
from warrant.kernel.statement import leaf_of
from warrant.kernel.trust import Seen, TrustedSigner, add_log, add_signer

HERE = Path(__file__).parent
PASSPHRASE = "four quiet words"
SUMS = "SHA256SUMS"


def write(folder: Path) -> None:
    """Write one of everything that must be readable for ever."""
    folder.mkdir()
    leaves = []
    for part in ("records", "statements", "leaves", "model"):
        (folder / part).mkdir()
    for name, record in EXAMPLES.items():
        (folder / "records" / f"{name}.json").write_bytes(record.to_bytes())
    for name, statement in sorted(STATEMENTS.items()):
        envelope = statement.sign(ANNA).to_bytes()
        (folder / "statements" / f"{name}.json").write_bytes(envelope)
        leaves.append(leaf_of(envelope, AT))
        (folder / "leaves" / f"{name}.json").write_bytes(leaves[-1])
    _write_keys(folder / "keys")
    _write_trust(folder, leaves)
    (folder / "model" / "weights.txt").write_bytes(b"1 2 3\n")
    (folder / "model" / "labels.json").write_bytes(b'["no","yes"]')
    (folder / "model.sig").write_bytes(sign_model(folder / "model", MODEL).data)
    (folder / SUMS).write_text(sums(folder), "ascii", newline="\n")


def _write_keys(folder: Path) -> None:
    passphrases = Passphrases({}, lambda _: PASSPHRASE)
    save(ANNA, folder / "anna.person.pem", passphrases)
    save(MODEL, folder / "anna.model.pem", passphrases)
    (folder / "anna.sheet.txt").write_text(recovery_sheet(ANNA), "ascii", newline="\n")
    (folder / "model.sheet.txt").write_text(recovery_sheet(MODEL), "ascii", newline="\n")
    (folder / "anna.pub").write_text(ANNA.public_key.text + "\n", "ascii", newline="\n")
    (folder / "model.pub.pem").write_text(MODEL.public_key.pem, "ascii", newline="\n")


def _write_trust(folder: Path, leaves: list[bytes]) -> None:
    origin = log_origin(LOG.public_key)
    root = tree_root([leaf_hash(leaf) for leaf in leaves])
    checkpoint = Checkpoint(origin, len(leaves), root)
    note = sign_note(checkpoint.to_text(), origin, LOG)
    add_signer(folder / "trust", TrustedSigner(ANNA.public_key, "Anna M. Alvarez", ("author",)))
    add_log(folder / "trust", VerifierKey(origin, KeyKind.ED25519, LOG.public_key))
    Seen(folder / "seen").remember(note, lambda _old, _new: ())


def sums(folder: Path) -> str:
    """Give a line per file: its digest and its name."""
    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != SUMS
    )
    digests = {name: sha256((folder / name).read_bytes()).hexdigest() for name in names}
    return "".join(f"{digests[name]}  {name}\n" for name in names)


if __name__ == "__main__":
    write(HERE / sys.argv[1])
