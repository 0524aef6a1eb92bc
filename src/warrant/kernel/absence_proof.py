"""Absence proofs: one small file that shows that a thing is in no row of a signed dataset.

The file holds the version's absence key, which was opened to somebody by a signed act; the path
in the keyed tree; the record of the trees; and the two statements with their places in the log.

Law: `check_absence` holds for what an honest maker wrote, and for no other path, key or digest.

Source: DESIGN, section 4, "Salts"; docs/reference/formats.md, section 4.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from warrant.errors import InputError, IntegrityError
from warrant.kernel import shape
from warrant.kernel.absence import PLANTED, Path, commit_key, follow, tokens_of
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.digest import SIZE, Digest
from warrant.kernel.envelope import Envelope, decode_base64
from warrant.kernel.log_view import parse_checkpoint
from warrant.kernel.merkle import Leaf as Placed
from warrant.kernel.merkle import leaf_hash, verify_inclusion
from warrant.kernel.opened import entry_name
from warrant.kernel.predicates import ACT
from warrant.kernel.proof import LogProof
from warrant.kernel.shape import exact, list_of, nullable, one_of, text
from warrant.kernel.statement import Leaf, Statement, leaf_of
from warrant.kernel.tlog_policy import endorse
from warrant.kernel.verdict import Verdict
from warrant.kernel.wording import fault, quote, say

if TYPE_CHECKING:
    from warrant.kernel.trust import Trust

FORMAT: Final = "warrant/absence-proof/1"
TREES: Final = "warrant/absence/1"
SUBJECT: Final = "absence"
"""Subject of a step that is the record of its trees."""
OPENED_TO: Final = "absence_key_opened_to"
"""The question that the act answers by which a key is opened."""
LIMITS: Final = ("absence-exact", "absence-tree", "absence-model", "proof-later")
"""What no such proof shows, by the code of its sentence."""

_SIGNED = exact({"log_proof": text, "statement": text})
_PROOF = exact(
    {
        "absence": exact(
            {
                "format": one_of(TREES),
                "trees": list_of(
                    exact(
                        {
                            "dataset": shape.hexdigest,
                            "key": shape.hexdigest,
                            "root": shape.hexdigest,
                            "tokens": shape.count,
                        }
                    )
                ),
            }
        ),
        "dataset": shape.hexdigest,
        "end": nullable(text),
        "format": one_of(FORMAT),
        "key": shape.hexdigest,
        "kind": one_of(*PLANTED),
        "made": _SIGNED,
        "opened": _SIGNED,
        "path": nullable(text),
        "sha256": shape.hexdigest,
    }
)


class Signed(NamedTuple):
    """A statement in a proof, with its place in the log."""

    envelope: Envelope
    """As it was signed."""
    statement: Statement
    """What it says."""
    proof: LogProof
    """Where it stands."""

    @property
    def name(self) -> str:
        """What sentences call it."""
        return entry_name(self.proof.index, self.leaf)

    @property
    def leaf(self) -> Leaf:
        """What stands for it in the log."""
        return Leaf.parse(leaf_of(self.envelope.to_bytes(), self.statement.recorded_at))


def check_absence(data: bytes, trust: Trust) -> Verdict:
    """Check an absence proof.

    Args:
        data: the file.
        trust: whom the reader knows.

    Returns:
        The verdict, whose lines say what is absent from what, who opened the key to whom, and
        what this does not show.
    """
    report = _Report([], [])
    try:
        proof = _read(data)
        made, opened = _signed(proof["made"]), _signed(proof["opened"])
        _check_path(proof, made, report)
        _check_opening(proof, opened, report)
        known = [_knows_signer(one, trust, report) for one in (made, opened)]
        origin, is_known = _check_places(made, opened, trust)
    except IntegrityError as error:
        return Verdict("refused", (*report.lines, str(error)), (str(error),))
    report.lines.append(say("log-known" if is_known else "log-unknown", origin=quote(origin)))
    report.lines.extend(say(code) for code in LIMITS)
    return Verdict(
        "holds" if all((is_known, *known)) else "consistent, signer unknown",
        tuple(dict.fromkeys(report.lines)),
        (),
        signers=tuple(dict.fromkeys(report.signers)),
        origin=origin,
    )


class _Report(NamedTuple):
    lines: list[str]
    signers: list[str]


def _read(data: bytes) -> dict[str, Any]:
    try:
        value: Any = parse_canonical(data)
        _PROOF(value, "proof")
    except InputError:
        raise fault("proof-form") from None
    proof: dict[str, Any] = value
    return proof


def _signed(value: dict[str, str]) -> Signed:
    try:
        envelope = Envelope.parse(value["statement"].encode())
        return Signed(envelope, Statement.open(envelope), LogProof.parse(value["log_proof"]))
    except InputError:
        raise fault("proof-form") from None


def _check_path(proof: dict[str, Any], made: Signed, report: _Report) -> None:
    """Follow the path from the thing's token to a root that the step signed."""
    statement, dataset = made.statement, Digest.from_hex(proof["dataset"])
    names = [one.name for one in statement.subjects if one.digest == dataset]
    trees = Digest.of(canonical(proof["absence"]))
    found = [one for one in proof["absence"]["trees"] if one["dataset"] == proof["dataset"]]
    if statement.stage is None or statement.subject(SUBJECT) != trees or not (names and found):
        raise fault("proof-statement", entry=made.name)
    key = bytes.fromhex(proof["key"])
    if commit_key(key).hex() != found[0]["key"]:
        raise fault("proof-key", entry=made.name)
    if (proof["kind"], proof["sha256"]) == ("text", Digest.of(b"").hex):
        raise fault("proof-form")  # no empty cell hangs in a tree
    token = tokens_of(key, proof["kind"], [bytes.fromhex(proof["sha256"])])[0]
    try:
        path = _path(proof)
        root = follow(token, path)
    except InputError:
        raise fault("proof-form") from None
    if root.hex() != found[0]["root"]:
        raise fault("proof-path", entry=made.name)
    told = {"kind": proof["kind"], "digest": proof["sha256"], "name": quote(names[0])}
    if path.end == token:
        raise fault("proof-present", **told)
    report.lines.append(say("proof-absent", **told, manifest=proof["dataset"]))
    report.lines.append(say("proof-made", entry=made.name, at=statement.recorded_at))


def _path(proof: dict[str, Any]) -> Path:
    hashes = decode_base64(proof["path"] or "", "The path")
    end = None if proof["end"] is None else decode_base64(proof["end"], "The end of the path")
    siblings = [hashes[at : at + SIZE] for at in range(0, len(hashes), SIZE)]
    return Path(tuple(siblings), end)


def _check_opening(proof: dict[str, Any], opened: Signed, report: _Report) -> None:
    """Check that somebody said to whom she opened this version's key."""
    statement = opened.statement
    detail = statement.predicate["detail"] if statement.kind == ACT else {}
    about = [one.digest.hex for one in statement.subjects]
    if detail.get("question") != OPENED_TO or about != [proof["dataset"]]:
        raise fault("proof-opening", entry=opened.name)
    told = {"to": quote(detail["answer"]), "entry": opened.name, "at": statement.recorded_at}
    report.lines.append(say("proof-opened", **told))


def _check_places(made: Signed, opened: Signed, trust: Trust) -> tuple[str, bool]:
    log, other = _check_place(made, trust), _check_place(opened, trust)
    if log != other:
        raise fault("proof-place", entry=opened.name)
    return log


def _check_place(signed: Signed, trust: Trust) -> tuple[str, bool]:
    """Check that a statement stands in the log of its proof; give the log, and whether known."""
    written, checkpoint = parse_checkpoint(signed.proof.checkpoint.encode())
    place = Placed(leaf_hash(signed.leaf.to_bytes()), signed.proof.index)
    try:
        verify_inclusion(place, signed.proof.hashes, checkpoint.head)
    except IntegrityError:
        raise fault("proof-place", entry=signed.name) from None
    origin = checkpoint.origin
    if trust.policy is None or origin not in [log.name for log in trust.policy.logs]:
        return origin, False
    try:
        endorse(trust.policy, written)
    except IntegrityError:
        raise fault("quorum", origin=quote(origin)) from None
    return origin, True


def _knows_signer(signed: Signed, trust: Trust, report: _Report) -> bool:
    actor = signed.statement.actor
    signer = trust.signer(actor.key)
    if signer is None:
        report.lines.append(say("signer-unknown", key=actor.key))
        return False
    try:
        signed.envelope.check(signer.key)
    except IntegrityError:
        raise fault("signature", file="The proof", entry=signed.name) from None
    if actor.role not in signer.roles:
        name = quote(signer.name)
        raise fault("role-denied", entry=signed.name, role=actor.role, name=name)
    report.lines.append(say("signer-known", name=quote(signer.name), key=actor.key))
    report.signers.append(signer.name)
    return True
