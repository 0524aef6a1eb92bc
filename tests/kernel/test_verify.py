"""Each sentence of verification comes when it should, in both verifiers."""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.attacks.build import (
    NOW,
    Lie,
    World,
    honest,
    honest_members,
    join,
    lie_in_bundle,
    lie_in_workspace,
    packed,
    person,
    train,
    until_train,
    write,
    write_shard,
)
from tests.attacks.forge import Forger
from tests.attacks.judge import by_kernel, judge
from warrant.errors import InputError
from warrant.kernel import absence_proof, wording
from warrant.kernel.digest import Digest
from warrant.kernel.draft import Person, keys_statement
from warrant.kernel.envelope import Envelope
from warrant.kernel.keys import Ed25519Signer
from warrant.kernel.note import KeyKind, Note, VerifierKey, cosign_note, sign_note
from warrant.kernel.predicates import KEYS
from warrant.kernel.statement import Actor, Leaf, leaf_of
from warrant.kernel.trust import Trust
from warrant.kernel.verdict import Verdict
from warrant.kernel.verify import open_evidence, verify
from warrant.kernel.workspace_contents import Rows, StoredRow

Change = Callable[[Path], Any]


def told(place: Path, world: World, *expect: str, result: str = "refused") -> None:
    judge(lie_in_bundle(place, world.members(), *expect, result=result))


def workspace(place: Path, change: Change, *expect: str, result: str = "refused") -> None:
    """Judge an honest workspace after a change to its files."""
    lie = lie_in_workspace(place, honest(), *expect, result=result)
    change(lie.path / ".warrant")
    judge(lie)


def rows_of(
    place: Path, world: World, *expect: str, result: str = "refused", reader: Rows | None = None
) -> None:
    reader = reader or world.reader()
    lie = lie_in_workspace(place, world, *expect, result=result, rows=reader)
    verdict = by_kernel(lie)
    assert verdict.result == result, verdict.lines
    for sentence in expect:
        assert any(sentence in line for line in verdict.lines), verdict.lines


def test_a_path_without_evidence_is_the_callers_fault(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is neither a bundle nor a workspace"):
        open_evidence(tmp_path)
    (tmp_path / "recipe.yaml").touch()
    with pytest.raises(InputError, match=f"Run: warrant run {tmp_path}$"):
        open_evidence(tmp_path)


def test_a_verdict_says_what_was_found() -> None:
    verdict = Verdict("holds", (), (), ("Ann", "Ben"))
    assert (verdict.exit_code, verdict.headline) == (0, "holds, signed by Ann, Ben")
    assert Verdict("refused", (), ()).exit_code == 1
    assert Verdict("consistent, signer unknown", (), ()).exit_code == 3


def test_a_bundle_that_holds_has_all_its_particulars(tmp_path: Path) -> None:
    lie = lie_in_bundle(tmp_path, honest_members())
    verdict = by_kernel(lie)
    assert verdict.result == "holds"
    assert verdict.bundle == Digest.of(honest_members()["content.json"]).hex
    assert verdict.approval == "Approved for pilot by 'Ben Brown' (approver) at entry 9 (act)."
    assert (verdict.origin, verdict.size) == (honest().origin, 10)
    assert verdict.checkpoint == honest_members()["evidence/checkpoint"]


def test_an_unprotected_key_is_told(tmp_path: Path) -> None:
    world = World()
    world.author = replace(world.author, unprotected=True)
    world.keys([(world.author, "Ann", ("author",))])
    judge(
        lie_in_workspace(
            tmp_path,
            world,
            "(6) 1 statements were signed with a key that has no passphrase.",
            "(9) 1 blobs and 0 datasets are as signed.",
            result="holds",
            rows=world.reader(),
        )
    )


# --- freshness and trust ---------------------------------------------------


def test_a_log_that_grew_continues_what_was_seen(tmp_path: Path) -> None:
    old = until_train()
    old.plan()
    train(old)
    seen = tmp_path / "seen" / old.origin.replace("/", "_")
    sentence = "(4) As of entry 9: continues the checkpoint of 9 entries seen before"
    lie = lie_in_bundle(tmp_path, honest_members(), sentence, result="holds", seen=seen.parent)
    write(seen, old.checkpoint().encode())
    judge(lie)
    write(seen, b"garbage")
    lie.result, lie.expect = "refused", ["(4) The checkpoint kept in seen/ for log"]
    judge(lie)


def witnessed(place: Path, world: World) -> Lie:
    lie = lie_in_bundle(place, world.members())
    witness = person("witness").public_key
    key = VerifierKey("witness.example", KeyKind.COSIGNATURE, witness)
    policy = lie.trust / "log.policy"
    lines = policy.read_text().replace("quorum none\n", "")
    policy.write_text(f"{lines}witness w {key.text}\ngroup g 1 w\nquorum g\n")
    return lie


def test_a_quorum_is_asked_for_and_can_be_reached(tmp_path: Path) -> None:
    lie = witnessed(tmp_path / "a", honest())
    lie.expect = ["(12) Your log.policy does not accept the checkpoint of log"]
    judge(lie)
    world = honest()
    note = Note.parse(world.checkpoint())
    cosigned = cosign_note(note, "witness.example", person("witness"), 1_780_000_000).to_text()
    world.checkpoint = lambda: cosigned  # type: ignore[method-assign]
    lie = witnessed(tmp_path / "b", world)
    lie.result = "holds"
    judge(lie)


def test_nobody_is_known_without_a_trust_folder(tmp_path: Path) -> None:
    lie = lie_in_bundle(tmp_path, honest_members())
    lie.trust, lie.result = tmp_path / "absent", "consistent, signer unknown"
    lie.expect = ["does not count: you do not know the signer.", "(12) You do not know the signer"]
    judge(lie)


# --- checkpoint, leaves, keys, statements ----------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"evidence/checkpoint": None}, "(2) The log's checkpoint is absent."),
        ({"evidence/leaves": None}, "(2) The log's leaves are absent."),
        ({"evidence/leaves": b""}, "(2) The log's leaves are absent."),
        ({"evidence/leaves": b"\0\5a"}, "(2) The log's leaves cannot be told apart"),
        ({"evidence/leaves": b"\0\1a"}, "(2) Leaf 0 is not of its form."),
        ({"evidence/checkpoint": b"\xff"}, "(2) The checkpoint is not a signed note"),
    ],
)
def test_log_evidence_that_cannot_be_read(
    tmp_path: Path, changes: dict[str, bytes | None], sentence: str
) -> None:
    changed = {**honest_members(), **changes}
    judge(
        lie_in_bundle(
            tmp_path, {name: data for name, data in changed.items() if data is not None}, sentence
        )
    )


def test_checkpoints_of_another_form_or_log(tmp_path: Path) -> None:
    world = honest()
    text = Note.parse(world.checkpoint()).text
    for number, (changed, sentence) in enumerate(
        (
            (text + "extension\n", "(2) The checkpoint is not a signed note"),
            (text.replace("warrant-log", "other"), "(2) The checkpoint is of log 'other/"),
            (
                text.replace("\n10\n", "\n11\n"),
                "(3) The log has 10 leaves, its checkpoint says 11.",
            ),
            (text.replace("=", "A="), "(2) The checkpoint is not a signed note"),
        )
    ):
        note = sign_note(changed, changed.partition("\n")[0], world.log)
        members = {**honest_members(), "evidence/checkpoint": note.encode()}
        judge(lie_in_bundle(tmp_path / str(number), members, sentence))
    forged = sign_note(text, world.origin, person("other")).splitlines()[-1]
    line = world.checkpoint().splitlines()[-1]
    swapped = line[: len(line) - 20] + forged[-20:]
    note = world.checkpoint().replace(line, swapped)
    members = {**honest_members(), "evidence/checkpoint": note.encode()}
    judge(lie_in_bundle(tmp_path, members, "(2) The signature of log", "does not hold."))


def test_entry_0_must_be_there_and_be_of_keys(tmp_path: Path) -> None:
    world = honest()
    del world.leaves[0]
    told(tmp_path / "a", world, "(2) Entry 0 is not a statement of keys.")
    members = dict(honest_members())
    del members[f"evidence/statements/{Digest.of(honest().envelopes[0]).hex}.json"]
    judge(lie_in_bundle(tmp_path, members, "(2) The statement of entry 0 (keys) is absent"))


def test_leaves_of_another_form_or_root(tmp_path: Path) -> None:
    world = honest()
    world.leaves[4] = b"{}"
    told(tmp_path / "a", world, "(3) Leaf 4 is not of its form.")
    leaves = honest().leaves
    members = {**honest_members(), "evidence/leaves": join([*leaves[:8], leaves[9], leaves[8]])}
    judge(lie_in_bundle(tmp_path, members, "(3) The 10 leaves give another root"))


def rekeyed(*, log: Ed25519Signer | None = None, signer: str = "author") -> World:
    """Give a world whose second statement of keys lists these persons."""
    world = World()
    world.keys([(world.author, "Ann Alvarez", ("author",))])
    by = getattr(world, signer)
    statement = keys_statement(
        Actor.of(by, "author"),
        (log or world.log).public_key,
        [Person(world.author.public_key, "Ann", ("author",))],
        recorded_at=world.now(),
        reason="rotated",
    )
    world.record(statement, by)
    return world


def test_keys_follow_from_entry_0(tmp_path: Path) -> None:
    world = World()
    world.keys([(world.approver, "Ben", ("approver",))])
    told(tmp_path / "a", world, "(5) Entry 0 is signed by a key that it does not list.")
    other = rekeyed(log=person("other"))
    told(tmp_path / "b", other, "(5) The keys of entry 1 (keys) are those of another log.")
    stranger = rekeyed(signer="approver")
    told(tmp_path / "c", stranger, "(5) Entry 1 (keys) is signed by key", "not among the keys")


def resigned(world: World, index: int, **changes: Any) -> None:  # noqa: ANN401 - fields
    """Replace the envelope of an entry and let its leaf stand for it."""
    envelope = replace(Envelope.parse(world.envelopes[index]), **changes)
    world.envelopes[index] = envelope.to_bytes()
    leaf = Leaf.parse(world.leaves[index])
    world.leaves[index] = replace(leaf, envelope=envelope.digest).to_bytes()


def test_signatures_must_hold(tmp_path: Path) -> None:
    for index, kind in ((0, "keys"), (5, "train")):
        world = honest()
        resigned(world, index, signature=bytes(64))
        told(tmp_path / kind, world, f"the signature on entry {index} ({kind}) does not hold.")


def test_a_leaf_says_what_its_statement_says(tmp_path: Path) -> None:
    changes: dict[str, Any] = {"key": "0" * 64, "pae": Digest.of(b""), "predicate": KEYS}
    for field, value in changes.items():
        world = honest()
        world.leaves[9] = replace(Leaf.parse(world.leaves[9]), **{field: value}).to_bytes()
        kind = "keys" if field == "predicate" else "act"
        told(
            tmp_path / field,
            world,
            f"The leaf of entry 9 ({kind}) has another {field} than its statement.",
        )


def test_envelopes_and_statements_have_one_form(tmp_path: Path) -> None:
    world = honest()
    world.envelopes[5] = b"{}"
    leaf = Leaf.parse(world.leaves[5])
    world.leaves[5] = replace(leaf, envelope=Digest.of(b"{}")).to_bytes()
    members = {**honest_members(), "evidence/leaves": join(world.leaves)}
    members["evidence/checkpoint"] = world.checkpoint().encode()
    members[f"evidence/statements/{Digest.of(b'{}').hex}.json"] = b"{}"
    kept = {name: data for name, data in members.items() if "/proofs/" not in name}
    judge(lie_in_bundle(tmp_path, kept, "the envelope of entry 5 (train) is not of its form."))
    world = honest()
    honest_envelope = Envelope.parse(world.envelopes[0])
    resigned(world, 0, payload=b"{}")
    members = dict(honest_members())
    data = world.envelopes[0]
    members[f"evidence/statements/{Digest.of(data).hex}.json"] = data
    members["evidence/leaves"] = join(world.leaves)
    judge(lie_in_bundle(tmp_path, members, "(2) ", "statement of entry 0 (keys) is not of its"))
    stranger = person("stranger")
    world = honest()
    signature = stranger.sign(b"")
    resigned(world, 0, key_id=stranger.key_id, signature=signature)
    world.leaves[0] = replace(Leaf.parse(world.leaves[0]), key=stranger.key_id).to_bytes()
    members[f"evidence/statements/{Digest.of(world.envelopes[0]).hex}.json"] = world.envelopes[0]
    members["evidence/leaves"] = join(world.leaves)
    judge(lie_in_bundle(tmp_path, members, "names another actor than its signer."))
    assert honest_envelope.key_id == honest().author.key_id


def test_a_statement_with_other_bytes_is_named(tmp_path: Path) -> None:
    name = f"evidence/statements/{Digest.of(honest().envelopes[5]).hex}.json"
    judge(
        lie_in_bundle(
            tmp_path,
            {**honest_members(), name: b"{}"},
            f"(6) '{name}"[:40],
            "the statement of entry 5 (train) has other bytes.",
        )
    )


def test_a_role_must_be_listed(tmp_path: Path) -> None:
    world = honest()
    bundle = ("bundle", world.digests["bundle"])
    world.act("approve", bundle, world.author, "approver")
    told(
        tmp_path, world, "(6) Entry 10 (act) was signed as approver, a role that the keys in force"
    )


# --- order, records, rights ------------------------------------------------


def test_claims_and_manifests_are_read(tmp_path: Path) -> None:
    members = honest_members()
    records = [name for name in members if name.startswith("evidence/records/")]
    found = set()
    for number, name in enumerate(records):
        kept = {one: data for one, data in members.items() if one != name}
        lie = lie_in_bundle(tmp_path / str(number), kept)
        judge(lie)
        found |= {line.split(" of entry")[0] for line in by_kernel(lie).faults}
    assert "(7) The claim" in found
    assert "(7) The manifest 'train'" in found


def test_a_dependency_has_an_earlier_maker(tmp_path: Path) -> None:
    world = until_train()
    world.plan()
    world.digests["train"] = Digest.of(b"elsewhere")
    train(world)
    told(tmp_path, world, "(7) Entry 5 (train) depends on 'train', sha256", "no earlier statement")


def test_a_manifest_has_the_fingerprint_that_was_signed(tmp_path: Path) -> None:
    world = World()
    world.keys([(world.author, "Ann Alvarez", ("author",))])
    digest = world.dataset("documents", ["a", "b"])
    world.fingerprints[digest] = "0" * 64
    world.step("ingest", [], {"documents": digest})
    told(tmp_path, world, "the manifest 'documents' has another fingerprint than entry 1 (ingest)")


@pytest.mark.parametrize(
    ("value", "what"),
    [(b"[]", "claim"), (b"{ }", "claim"), (b"{}", "claim"), (b"{}", "manifest 'documents'")],
)
def test_a_record_has_its_form(tmp_path: Path, value: bytes, what: str) -> None:
    world = World()
    world.keys([(world.author, "Ann Alvarez", ("author",))])
    put = world.put
    digest = world.dataset("documents", ["a", "b"])
    if what == "claim":
        world.put = lambda data: put(value if b'"warrant/claim/1"' in data else data)  # type: ignore[method-assign]
    else:
        world.fingerprints[put(value)] = world.fingerprints[digest]
        digest = put(value)
    world.step("ingest", [], {"documents": digest})
    told(tmp_path, world, f"the {what} of entry 1 (ingest) is not of its form.")


@pytest.mark.parametrize("rights", [[], {"expires": 5}, {"expires": "soon"}, {"expires": []}])
def test_rights_have_their_form(tmp_path: Path, rights: object) -> None:
    world = until_train(sources=[{"name": "a", "rights": rights}])
    told(tmp_path, world, "the claim of entry 1 (ingest) is not of its form.")


def test_rights_that_end_later_or_never_are_kept(tmp_path: Path) -> None:
    ends = [{"name": str(one), "rights": {"expires": one}} for one in ("never", None, "2026-05-01")]
    world = until_train(sources=[*ends, {"name": "b", "rights": {}}])
    train(world)
    told(
        tmp_path,
        world,
        "(7) Entry 5 (evaluate) had no plan"[:4],
        "had no plan: what was to be reached is not known.",
        "(8) The right to source '2026-05-01' of entry 1 (ingest) ended on 2026-05-01",
        "(8) Each source was used within its right.",
        result="holds",
    )


# --- contents, model, acts -------------------------------------------------


def test_a_checksum_alone_may_not_lie(tmp_path: Path) -> None:
    data = bytearray(packed(honest_members()))
    for header, offset in ((b"PK\3\4", 14), (b"PK\1\2", 16)):
        place = data.rindex(b"card.md", 0, data.index(b"PK\1\2") if offset == 14 else None)
        start = data.rindex(header, 0, place)
        struct.pack_into("<I", data, start + offset, 7)
    sentence = "(9) Member 'card.md' does not have the checksum that the ZIP states."
    judge(lie_in_bundle(tmp_path, bytes(data), sentence))


def test_a_model_signature_may_be_absent(tmp_path: Path) -> None:
    members = dict(honest_members())
    del members["evidence/model.sig"]
    sentence = "(10) The model has no model signature."
    judge(lie_in_bundle(tmp_path, members, sentence, result="holds"))
    members["evidence/model.sig"] = b"{"
    judge(lie_in_bundle(tmp_path, members, "(10) 'evidence/model.sig': no model key in force"))


def test_an_exploration_says_so(tmp_path: Path) -> None:
    world = until_train()
    write_content = world.content_member
    world.content_member = lambda: write_content().replace(b"pilot", b"explore")  # type: ignore[method-assign]
    train(world)
    told(tmp_path, world, "(9) Stage of use: explore. Exploration: not for", result="holds")


def test_what_people_did_is_told(tmp_path: Path) -> None:
    world = honest()
    bundle = ("bundle", world.digests["bundle"])
    approval = Digest.of(world.envelopes[9])
    world.act("revoke", ("statement", approval), world.approver, "approver")
    world.act("approve", ("what I read", bundle[1]), world.approver, "reviewer")
    world.act("approve", bundle, world.approver, "approver", expires_at="2026-05-01T00:00:00Z")
    world.act("approve", bundle, world.author, "author", conditions=("for 'tests' only",))
    told(
        tmp_path / "a",
        world,
        "(11) The approval of entry 9 (act) by 'Ben Brown' does not count: it was revoked at entry",
        "(11) The approval of entry 11 (act) by 'Ben Brown' does not count: its role is reviewer.",
        "does not count: it expired at 2026-05-01T00:00:00Z.",
        "no independent review: entry 13 (act), on condition: \"for 'tests' only\".",
        "(11) Acts in the log: 4 approve, 1 revoke.",
        result="holds",
    )
    world.act("reject", bundle, world.approver, "approver")
    rejected = "(11) Rejected by 'Ben Brown' (approver) at entry 14 (act)."
    told(tmp_path / "b", world, rejected, result="holds")
    lie = lie_in_bundle(tmp_path / "c", world.members())
    assert by_kernel(lie).approval == rejected.removeprefix("(11) ")


def test_a_workspace_tells_what_was_revoked(tmp_path: Path) -> None:
    world = honest()
    world.act("revoke", ("card", world.digests["card"]), world.approver, "approver")
    sentence = "(11) Entry 7 (report) was revoked by 'Ben Brown' at entry 10 (act)."
    judge(lie_in_workspace(tmp_path, world, sentence, result="holds"))


# --- files of a workspace --------------------------------------------------


def first(folder: Path, pattern: str) -> Path:
    return min(folder.glob(pattern))


def test_files_of_a_workspace_have_their_places(tmp_path: Path) -> None:
    cases: dict[str, tuple[Change, str]] = {
        "a": (lambda at: (at / "log/checkpoint").unlink(), "(2) The log's checkpoint is absent."),
        "b": (
            lambda at: (at / "log/tile/0/000.p/10").unlink(),
            "(3) File 'log/tile/0/000.p/10' of the log is absent.",
        ),
        "c": (
            lambda at: write(at / "store/notes.txt", b""),
            "(1) File 'store/notes.txt' does not belong to a workspace.",
        ),
        "d": (
            lambda at: write(at / "log/tile/0/0.p/10", b""),
            "(1) File 'log/tile/0/0.p/10' does not belong to a workspace.",
        ),
        "e": (
            lambda at: first(at, "store/packs/*.idx").write_bytes(b"x"),
            "is not the index of its pack.",
        ),
        "f": (
            lambda at: (at / "store/packs/link").symlink_to(at / "log"),
            "(1) File 'store/packs/link' does not belong to a workspace.",
        ),
        "k": (
            lambda at: os.mkfifo(at / "store/layouts" / f"{'0' * 64}.json"),
            "does not belong to a workspace.",
        ),
        "g": (
            lambda at: first(at, "store/layouts/*").unlink(),
            "has no layout.",
        ),
        "h": (lambda at: first(at, "store/layouts/*").write_bytes(b"{}"), "is not a layout of its"),
        "i": (lambda at: first(at, "store/blobs/*/*").write_bytes(b"x"), "It is shard 0 of "),
        "j": (lambda at: first(at, "store/blobs/*/*").unlink(), "(9) Blob "),
    }
    if not hasattr(os, "mkfifo"):  # Windows has neither pipes of this sort nor links for all
        del cases["f"], cases["k"]
    for name, (change, sentence) in cases.items():
        workspace(tmp_path / name, change, sentence)


def test_leftovers_of_a_killed_writer_are_passed_over(tmp_path: Path) -> None:
    def leave(at: Path) -> None:
        write(at / "store/packs/tmp-1", b"x")
        write(at / "log/tile/0/000.p/200", b"x")
        write(at / "log/tile/entries/000.p/200", b"x")
        write(at / "log/tile/5/001", b"x")

    workspace(tmp_path, leave, result="holds")


def test_packs_hold_their_blobs_and_nothing_else(tmp_path: Path) -> None:
    world = World()
    world.keys([(world.author, "Ann Alvarez", ("author",))])
    for _ in range(3):
        world.put(bytes(world.minute))
        world.minute += 1
    for number, (change, sentence) in enumerate(
        (
            (lambda pack: pack.write_bytes(pack.read_bytes() + b"x"), "bytes that belong to no"),
            (lambda pack: pack.unlink(), "is absent."),
            (lambda pack: pack.write_bytes(b""), "It is named by no statement."),
        )
    ):
        lie = lie_in_workspace(tmp_path / str(number), world, sentence)
        packs = sorted((lie.path / ".warrant/store/packs").glob("*.pack"))
        kept = [one for one in packs if b"payloadType" not in one.read_bytes()]
        change(kept[0])
        judge(lie)


def with_layout(change: Callable[[World, Digest], None]) -> World:
    world = honest()
    change(world, world.digests["train"])
    return world


def change_rows(world: World, digest: Digest) -> None:
    layout = world.layouts[digest]
    shards = (replace(layout.shards[0], rows=9), layout.shards[1])
    world.layouts[digest] = replace(layout, shards=shards)


def change_size(world: World, digest: Digest) -> None:
    layout = world.layouts[digest]
    shards = (replace(layout.shards[0], size=9), layout.shards[1])
    world.layouts[digest] = replace(layout, shards=shards)


def change_commitments(world: World, digest: Digest) -> None:
    data = world.blobs[world.layouts[digest].commitments]
    changed = world.put(data[32:] + data[:32])
    world.layouts[digest] = replace(world.layouts[digest], commitments=changed)


def cut_commitments(world: World, digest: Digest) -> None:
    changed = world.put(world.blobs[world.layouts[digest].commitments][32:])
    world.layouts[digest] = replace(world.layouts[digest], commitments=changed)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (change_rows, "has 11 rows, 'train' of entry 3 (split) has 3."),
        (change_size, "has 9 bytes, it has "),
        (change_commitments, "(9) The row commitments give another root than 'train' of entry 3"),
        (cut_commitments, "has 96 bytes, it has 64."),
    ],
)
def test_layouts_say_what_manifests_say(
    tmp_path: Path, change: Callable[[World, Digest], None], sentence: str
) -> None:
    judge(lie_in_workspace(tmp_path, with_layout(change), sentence))


def test_rows_need_their_salts(tmp_path: Path) -> None:
    world = honest()
    without = replace(world.reader(), salt=None)
    rows_of(tmp_path, world, "(9) Rows not checked: salts absent.", result="holds", reader=without)
    gone = next(iter(world.salts))

    def salt(members: Sequence[bytes]) -> list[bytes | None]:
        return [None if one == gone else world.salts[one] for one in members]

    sentence = "(9) Row 0 of 'documents' of entry 1 (ingest) cannot be checked: the salt of its"
    rows_of(tmp_path, world, sentence, reader=replace(world.reader(), salt=salt))


def test_rows_are_counted(tmp_path: Path) -> None:
    world = honest()
    read = world.reader().read

    def twice(manifest: bytes, shards: Sequence[BinaryIO]) -> Iterator[StoredRow | None]:
        yield from [row for row in read(manifest, shards) for _ in range(2)]

    reader = replace(world.reader(), read=twice)
    rows_of(tmp_path, world, "(9) 12 rows were read of 'documents' of entry 1", reader=reader)


def test_a_row_that_was_erased_may_not_stay(tmp_path: Path) -> None:
    world = honest()
    world.erase("train", [1])
    sentence = "(9) Row 1 of 'train' of entry 3 (split) is still here, though a logged erasure"
    rows_of(tmp_path, world, sentence)
    assert write_shard([None]) == b"null"


def test_verification_starts_light(tmp_path: Path) -> None:
    from subprocess import run
    from sys import executable

    code = "import sys, warrant.kernel.verify; print(*sorted(sys.modules))"
    loaded = run([executable, "-c", code], capture_output=True, text=True).stdout.split()
    heavy = {"numpy", "pydantic", "pyarrow", "yaml", "typer", "rich", "sqlite3", "concurrent"}
    assert not heavy.intersection(loaded)
    lie = lie_in_bundle(tmp_path, honest_members())
    assert verify(open_evidence(lie.path), Trust.load(lie.trust), NOW).result == "holds"
    assert leaf_of(honest().envelopes[0], NOW)


# --- laws ------------------------------------------------------------------


def test_each_sentence_is_used_and_each_used_one_is_listed() -> None:
    used: set[str] = set()
    for path in Path(wording.__file__).parent.glob("*.py"):
        found = re.findall(r"\b(?:say|refuse|fault)\(\s*\"([a-z0-9-]+)\"", path.read_text("utf-8"))
        used |= set(found)
    indirect = {
        "use-explore",
        "use",
        "approved",
        "approved-author",
        "approval-none",
        "rejected",
        "end-record",
        "directory-entry",
    }
    rows = {code for code in wording.WORDING if code.startswith("rows-")}
    assert used <= wording.WORDING.keys()
    assert wording.WORDING.keys() - used <= indirect | rows | set(absence_proof.LIMITS)


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), day=st.dates(date(2025, 1, 1), date(2035, 1, 1)))
def test_neither_trust_nor_time_turns_a_no_into_a_yes(seed: int, day: date) -> None:
    """Law of `kernel.verdict`: `refused` exactly when there is a fault; what is unknown ...

    Law of `kernel.verify`: more trust or an earlier `now` never turns *holds* into ...
    """
    with TemporaryDirectory() as folder:
        place = Path(folder)
        path = place / "forged.bundle"
        path.write_bytes(Forger(seed).forge())
        known = Trust.load(World().trust(place / "trust"))
        alone = verify(open_evidence(path), Trust(), NOW)
        trusted = verify(open_evidence(path), known, NOW)
        later = verify(open_evidence(path), known, f"{day}T00:00:00Z")
    for verdict in (alone, trusted, later):
        assert (verdict.result == "refused") is bool(verdict.faults)
    assert alone.result != "holds"
    assert trusted.result == later.result
    if alone.faults:
        assert trusted.faults
    elif trusted.faults:
        assert "a role that you do not grant to" in "".join(trusted.faults)


def test_a_revocation_stays_and_counts_from_whomever(tmp_path: Path) -> None:
    world = until_train()
    stranger = person("stranger")
    world.keys(
        [(world.author, "Ann Alvarez", ("author",)), (stranger, "Cy", ("operator",))],
    )
    train(world)
    bundle = ("bundle", world.digests["bundle"])
    taken = world.act("revoke", bundle, stranger, "operator")
    sentence = "(11) The bundle was revoked by key"
    told(tmp_path / "a", world, sentence, "which you do not know at entry 9 (act).")
    world.act("revoke", ("statement", taken.digest), world.author, "author")
    told(tmp_path / "b", world, sentence)
