"""Absence proofs: two verifiers agree on honest and on changed ones; erasure ends them."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import verify as alone
from tests.flow.bench import Bench, copy_bench, make_bench
from warrant.engine import dataset_record, read_dataset
from warrant.engine.columns import arrow_schema
from warrant.errors import InputError, IntegrityError
from warrant.flow import absence, people
from warrant.flow.absence import Proved, prove_absence
from warrant.flow.acts import revoke
from warrant.flow.erase import erase
from warrant.flow.held import Thing, file_meant, things_in
from warrant.flow.trace import things_meant
from warrant.flow.workspace import Workspace
from warrant.kernel.absence import PLANTED, path_to, tokens_of
from warrant.kernel.absence_proof import check_absence
from warrant.kernel.canon import canonical
from warrant.kernel.digest import Digest
from warrant.kernel.draft import Act
from warrant.kernel.statement import Subject
from warrant.kernel.trust import Trust
from warrant.kernel.verdict import Verdict
from warrant.records.dataset import Column

NAME = "note-009.txt"  # one of the training rows
STRANGER = Thing("document", sha256(b"Never read by anybody.").digest())


def prove(bench: Bench, thing: Thing = STRANGER, dataset: str = "train") -> Proved:
    with bench.pen() as pen:
        return prove_absence(pen, thing, dataset, "Kim Kwon, auditor", "Audit of May.")


@pytest.fixture(name="audited", scope="module")
def _audited(finished: Bench, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Give a workspace in which one key was opened; it is only read."""
    bench = copy_bench(finished, tmp_path_factory.mktemp("audited") / "notes")
    (bench.root / "proof").write_bytes(prove(bench).data)
    return bench


@pytest.fixture(name="proof", scope="module")
def _proof(audited: Bench) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((audited.root / "proof").read_bytes())
    return found


def both(proof: object, trust: Path) -> Verdict:
    """Check with both verifiers, which must agree to the letter."""
    data = canonical(proof)
    verdict = check_absence(data, Trust.load(trust))
    other = alone.check_absence(data, alone.load_trust(trust))
    assert list(verdict.lines) == other.lines
    assert (verdict.result, verdict.exit_code) == (other.result, other.exit_code)
    assert verdict.headline == other.headline
    return verdict


def test_a_stranger_is_proved_absent_and_the_opening_is_told(
    audited: Bench, proof: dict[str, Any]
) -> None:
    verdict = both(proof, audited.desk.trust)
    assert verdict.headline == "holds, signed by Ann Alvarez"
    said = " ".join(verdict.lines)
    digest = STRANGER.digest.hex()
    assert f"The document with SHA-256 {digest} is not in dataset 'train', manifest " in said
    assert "opened to 'Kim Kwon, auditor' in entry 9 (act) at 2026-05-04T" in said
    assert said.count("Not shown: ") == 4
    assert "whether one of its statements was taken back after it was made" in said
    audited.require_sound()
    with audited.open() as workspace:
        opening = people.acts(workspace)[-1].act
        assert opening.detail == {
            "question": "absence_key_opened_to",
            "answer": "Kim Kwon, auditor",
        }


def test_the_command_of_the_lone_verifier_takes_the_file(
    audited: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    code = alone.main([str(audited.root / "proof"), "--trust", str(audited.desk.trust)])
    assert code == 0
    assert capsys.readouterr().out.endswith("Result: holds, signed by Ann Alvarez\n")


def test_the_proof_is_small(proof: dict[str, Any]) -> None:
    own = {name: proof[name] for name in ("end", "key", "kind", "path", "sha256", "dataset")}
    assert len(canonical(own)) < 1_000


def test_a_stranger_of_signer_or_log_is_called_unknown(
    audited: Bench, proof: dict[str, Any], tmp_path: Path
) -> None:
    assert both(proof, tmp_path).result == "consistent, signer unknown"
    (tmp_path / "signers").write_bytes((audited.desk.trust / "signers").read_bytes())
    verdict = both(proof, tmp_path)
    assert verdict.result == "consistent, signer unknown"
    assert "does not stand in your log.policy." in " ".join(verdict.lines)


def test_a_role_that_the_reader_denies_is_refused(
    audited: Bench, proof: dict[str, Any], tmp_path: Path
) -> None:
    text = (audited.desk.trust / "signers").read_text("utf-8")
    (tmp_path / "signers").write_text(
        text.replace("author,reviewer,approver,operator", "reviewer"), "utf-8"
    )
    assert "a role that you do not grant to 'Ann Alvarez'" in both(proof, tmp_path).faults[0]


def test_a_forged_signature_or_another_logs_policy_is_refused(
    audited: Bench, proof: dict[str, Any], tmp_path: Path
) -> None:
    envelope = json.loads(proof["opened"]["statement"])
    signature = bytearray(b64decode(envelope["signatures"][0]["sig"]))
    signature[3] ^= 1
    envelope["signatures"][0]["sig"] = b64encode(bytes(signature)).decode()
    forged = {**proof, "opened": {**proof["opened"], "statement": canonical(envelope).decode()}}
    assert (
        "The proof: the signature on entry 9 (act) does not hold."
        in both(forged, audited.desk.trust).faults[0]
    )
    moved = proof["opened"]["log_proof"].replace("index 9", "index 8")
    elsewhere = {**proof, "opened": {**proof["opened"], "log_proof": moved}}
    assert (
        "does not lead from entry 8 (act) to the checkpoint of one log"
        in (both(elsewhere, audited.desk.trust).faults[0])
    )
    note = proof["made"]["log_proof"]
    broken = note[:-6] + ("A" if note[-6] != "A" else "B") + note[-5:]
    changed = {**proof, "made": {**proof["made"], "log_proof": broken}}
    assert both(changed, audited.desk.trust).result == "refused"
    policy = (audited.desk.trust / "log.policy").read_text("utf-8")
    (tmp_path / "signers").write_bytes((audited.desk.trust / "signers").read_bytes())
    lines = [line for line in policy.splitlines() if not line.startswith("quorum")]
    (tmp_path / "log.policy").write_text("\n".join([*lines, "quorum none"]) + "\n", "utf-8")
    assert both(proof, tmp_path).result == "holds"


FLIPS = st.tuples(st.sampled_from(["path", "key", "dataset", "end"]), st.integers(0, 10_000))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(FLIPS)
def test_no_other_path_key_or_dataset_holds(
    audited: Bench, proof: dict[str, Any], flip: tuple[str, int]
) -> None:
    """Law of `kernel.absence_proof`: `check_absence` holds for what an honest maker wrote, ..."""
    name, place = flip
    value = proof[name]
    if value is None:
        return
    if name in ("path", "end"):
        data = bytearray(b64decode(value))
        data[place % len(data)] ^= 1 << place % 8
        other = b64encode(bytes(data)).decode()
    else:
        at = place % 64
        other = value[:at] + "0123456789abcdef"[int(value[at], 16) ^ 1] + value[at + 1 :]
    assert both({**proof, name: other}, audited.desk.trust).result == "refused"


def test_a_strangers_path_holds_for_no_row_of_the_dataset(
    audited: Bench, proof: dict[str, Any]
) -> None:
    """It may hold for another stranger, whose token falls into the same gap: that is true."""
    data = (audited.root / "notes" / NAME).read_bytes()
    moved = {**proof, "sha256": sha256(data).hexdigest()}
    assert both(moved, audited.desk.trust).result == "refused"


@pytest.mark.parametrize("value", [None, "", "é", {}, b64encode(bytes(31)).decode()])
def test_what_is_not_of_its_form_is_refused_by_both(
    audited: Bench, proof: dict[str, Any], value: object
) -> None:
    for name in proof:
        changed = {**proof, name: value}
        if changed != proof:
            assert both(changed, audited.desk.trust).result == "refused"
        less = {key: part for key, part in proof.items() if key != name}
        assert "The proof is not of its form." in both(less, audited.desk.trust).faults[0]
    for part in ("made", "opened"):
        for name in ("log_proof", "statement"):
            changed = {**proof, part: {**proof[part], name: value}}
            assert both(changed, audited.desk.trust).result == "refused"
    assert alone.check_absence(b"{", alone.load_trust(audited.desk.trust)).result == "refused"
    assert check_absence(b"{", Trust()).result == "refused"


def test_each_part_must_be_about_this_dataset(audited: Bench, proof: dict[str, Any]) -> None:
    trees = [{**tree, "root": "0" * 64} for tree in proof["absence"]["trees"]]
    other = {**proof, "absence": {**proof["absence"], "trees": trees}}
    assert "does not name this tree of this dataset" in both(other, audited.desk.trust).faults[0]
    assert (
        "does not open the key of this dataset"
        in (both({**proof, "opened": proof["made"]}, audited.desk.trust).faults[0])
    )
    assert (
        "does not name this tree of this dataset"
        in (both({**proof, "made": proof["opened"]}, audited.desk.trust).faults[0])
    )


def test_two_logs_do_not_make_one_proof(
    audited: Bench, proof: dict[str, Any], tmp_path: Path
) -> None:
    stranger = make_bench(tmp_path / "notes")
    Workspace.open(stranger.root, create=True).close()
    with stranger.pen() as pen:
        subject = Subject("dataset", Digest.from_hex(proof["dataset"]))
        detail = {"question": "absence_key_opened_to", "answer": "Kim"}
        placed = pen.act(Act("answer", subject, "Why not.", detail))
        opened = {
            "log_proof": pen.workspace.log.tlog_proof(placed.position).to_text(),
            "statement": pen.workspace.store.get(placed.envelope).decode(),
        }
    mixed = both({**proof, "opened": opened}, audited.desk.trust)
    assert "to the checkpoint of one log" in mixed.faults[0]


def test_a_text_is_absent_or_present(bench: Bench) -> None:
    absent = Thing("text", sha256(b"nobody wrote this").digest())
    assert both(json.loads(prove(bench, absent, "test").data), bench.desk.trust).result == "holds"
    present = Thing("text", sha256(b"lease").digest())
    with pytest.raises(InputError, match=r"holds this text, so its absence cannot be proved"):
        prove(bench, present, "train")


def test_the_tree_is_planted_again_where_its_file_is_lost(bench: Bench) -> None:
    for file in (bench.state / "held").glob("*.tree"):
        file.unlink()
    assert both(json.loads(prove(bench).data), bench.desk.trust).result == "holds"


def test_a_dataset_without_a_tree_says_so(bench: Bench) -> None:
    with pytest.raises(InputError, match=r"No tree was signed for rows@2, so nothing can be"):
        prove(bench, dataset="rows")


def test_an_erasure_takes_the_key_and_the_next_run_has_another(bench: Bench) -> None:
    before = prove(bench)
    with bench.pen() as pen:
        erase(pen, NAME, "Asked for on paper.")
    with pytest.raises(IntegrityError, match=r"The absence key of train@3 is not in the vault"):
        prove(bench)
    assert both(json.loads(before.data), bench.desk.trust).result == "holds"
    bench.run()
    after = prove(bench)
    assert after.version.entry > before.version.entry
    data = (bench.root / "notes" / NAME).read_bytes()
    gone = Thing("document", sha256(data).digest())
    assert both(json.loads(prove(bench, gone).data), bench.desk.trust).result == "holds"
    bench.require_sound()


def test_rows_that_were_changed_give_no_proof(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in (bench.state / "held").glob("*.tree"):
        file.unlink()
    monkeypatch.setattr(absence, "PLANTED", ("document",))
    with pytest.raises(IntegrityError, match=r"give another tree than the one that was signed"):
        prove(bench)


def test_a_path_that_ends_in_the_thing_itself_is_refused(
    audited: Bench, proof: dict[str, Any]
) -> None:
    key = bytes.fromhex(proof["key"])
    manifest = Digest.from_hex(proof["dataset"])
    with audited.open() as workspace:
        columns = [one.name for one in dataset_record(workspace.store, manifest).columns]
        tokens = sorted(
            {
                token
                for batch in read_dataset(workspace.store, manifest, columns)
                for kind, digests, _ in things_in(batch)
                if kind in PLANTED
                for token in tokens_of(key, kind, digests)
            }
        )
    present = sha256(b"lease").digest()
    (token,) = tokens_of(key, "text", [present])
    way = path_to(tokens, token)
    assert way.end == token
    forged = {
        **proof,
        "end": b64encode(token).decode(),
        "kind": "text",
        "path": b64encode(b"".join(way.siblings)).decode(),
        "sha256": present.hex(),
    }
    verdict = both(forged, audited.desk.trust)
    assert "is in dataset 'train': the path ends in it." in verdict.faults[0]


def test_nothing_is_said_of_the_empty_text_since_empty_cells_hang_in_no_tree(
    audited: Bench, proof: dict[str, Any]
) -> None:
    empty = Thing("text", sha256(b"").digest())
    with pytest.raises(InputError, match=r"The text is empty, .* Give the text of a cell\."):
        prove(audited, empty)
    verdict = both({**proof, "kind": "text", "sha256": empty.digest.hex()}, audited.desk.trust)
    assert verdict.faults[0].startswith("The proof is not of its form.")


@pytest.mark.parametrize(("name", "what"), [("a.CSV", "a table"), ("a.zip", "an archive")])
def test_a_file_that_is_no_document_is_not_taken_for_one(
    tmp_path: Path, name: str, what: str
) -> None:
    (tmp_path / name).write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match=f"'{name}' is {what}: each"):
        file_meant(str(tmp_path / name))
    with pytest.raises(InputError, match=f"'{name}' is {what}: each"):
        things_meant(str(tmp_path / name))


def test_texts_in_lists_are_texts_of_their_row() -> None:
    schema = arrow_schema((Column(name="tags", type="list"),))
    values: dict[str, list[Any]] = {name: [None] * 3 for name in schema.names}
    values |= {"tags": [["a", ""], None, ["b", "a"]]}
    batch = pa.RecordBatch.from_arrays(
        [pa.array(values[field.name], field.type) for field in schema], schema=schema
    )
    found = [one[1:] for one in things_in(batch) if one[0] == "text"]
    assert found == [([sha256(text).digest() for text in (b"a", b"b", b"a")], [0, 2, 2])]


def test_an_erasure_names_the_openings_of_its_keys_and_revoking_one_changes_nothing(
    bench: Bench,
) -> None:
    opened = prove(bench).committed
    with bench.pen() as pen:
        revoke(pen, opened.envelope.hex, "Not needed.")
        report = erase(pen, NAME, "Asked for on paper.")
    told = f"the absence key opened in log entry {opened.position}: whoever has that proof keeps it"
    assert told in report.not_reached
