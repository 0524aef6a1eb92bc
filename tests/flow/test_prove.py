"""Row proofs: the right row is accepted, any other is refused, a stranger is called one."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import verify as alone
from tests.flow.bench import SECRET, Bench
from warrant.errors import InputError, IntegrityError
from warrant.flow.prove import as_json, check_proof, check_row_proof, prove_row
from warrant.kernel.canon import canonical
from warrant.kernel.cells import Cell
from warrant.kernel.digest import Digest
from warrant.kernel.draft import Act
from warrant.kernel.rows import row_digest
from warrant.kernel.statement import Subject
from warrant.kernel.trust import Trust


@pytest.fixture(name="proof", scope="module")
def _proof(finished: Bench) -> dict[str, Any]:
    with finished.open() as workspace:
        found: dict[str, Any] = json.loads(prove_row(workspace, "note-001.txt", with_cells=True))
    return found


def check(bench: Bench, proof: dict[str, Any], cells: dict[str, Any] | None = None) -> list[str]:
    return check_row_proof(canonical(proof), Trust.load(bench.desk.trust), cells)


def test_the_right_row_is_accepted_and_its_signer_named(
    finished: Bench, proof: dict[str, Any]
) -> None:
    told = check(finished, proof)
    assert told[0].startswith(f"The row is row {proof['index']} of ")
    assert told[1].startswith("A 'split' statement of 2026-05-04T")
    assert told[2].startswith("Signed by Ann Alvarez, entry ")


def test_a_proof_without_cells_tells_nothing_of_the_row_and_asks_for_it(
    finished: Bench, proof: dict[str, Any]
) -> None:
    with finished.open() as workspace:
        bare = json.loads(prove_row(workspace, "note-001.txt"))
    assert SECRET.format("001") not in json.dumps(bare)
    assert bare == {name: value for name, value in proof.items() if name != "cells"}
    with pytest.raises(InputError, match=r"The proof holds no row, and none was given\."):
        check(finished, bare)
    assert check(finished, bare, proof["cells"]) == check(finished, proof)


@pytest.mark.parametrize("change", [{"text": "Something else."}, {"kind": None}, {"more": 1}])
def test_another_row_is_refused_without_being_quoted(
    finished: Bench, proof: dict[str, Any], change: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=r"This row is not row \d+ of the dataset") as error:
        check(finished, proof, {**proof["cells"], **change})
    assert SECRET.format("001") not in str(error.value)


def test_a_stranger_signer_is_called_unknown(proof: dict[str, Any], tmp_path: Path) -> None:
    told = check_row_proof(canonical(proof), Trust.load(tmp_path))
    assert told[2].startswith("Signer unknown: key ")


def test_a_known_signer_in_an_unknown_log_is_said_so(
    finished: Bench, proof: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "signers").write_bytes((finished.desk.trust / "signers").read_bytes())
    told = check_row_proof(canonical(proof), Trust.load(tmp_path))
    assert told[2].startswith("Signed by Ann Alvarez, but log 'warrant-log/")


@pytest.mark.parametrize("name", ["dataset", "index", "log_proof", "path", "salt", "statement"])
@pytest.mark.parametrize("value", [None, 7, "x", [], {}])
def test_a_changed_proof_is_refused_and_never_crashes(
    finished: Bench, proof: dict[str, Any], name: str, value: object
) -> None:
    with pytest.raises((InputError, IntegrityError)):
        check(finished, {**proof, name: value})
    with pytest.raises((InputError, IntegrityError)):
        check(finished, {key: part for key, part in proof.items() if key != name})


def test_the_lone_verifier_says_the_same(
    finished: Bench, proof: dict[str, Any], tmp_path: Path
) -> None:
    bare = {name: value for name, value in proof.items() if name != "cells"}
    for trust in (finished.desk.trust, tmp_path):
        ours = check_proof(canonical(proof), Trust.load(trust))
        lone = alone.check_row(canonical(bare), alone.load_trust(trust), proof["cells"])
        assert (list(ours.lines), ours.result) == (lone.lines, lone.result)
    known = alone.load_trust(finished.desk.trust)
    other = {**proof["cells"], "text": "Something else."}
    refused = alone.check_row(canonical(proof), known, other)
    assert refused.result == "refused"
    with pytest.raises(IntegrityError) as error:
        check(finished, proof, other)
    assert refused.faults == [str(error.value)]
    elsewhere = {**proof, "dataset": {**proof["dataset"], "name": "other"}}
    assert alone.check_row(canonical(elsewhere), known, None).result == "refused"
    moved = proof["log_proof"].replace("index ", "index 1", 1)
    assert alone.check_row(canonical({**proof, "log_proof": moved}), known, None).result == (
        "refused"
    )
    with pytest.raises(alone.MisuseError, match="give the row as JSON with --row FILE"):
        alone.check_row(canonical(bare), known, None)


def test_the_lone_verifiers_command_takes_proof_and_row(
    finished: Bench, proof: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = {name: value for name, value in proof.items() if name != "cells"}
    file, row = tmp_path / "proof.json", tmp_path / "row.json"
    file.write_bytes(canonical(bare))
    row.write_text(json.dumps(proof["cells"], indent=2), "utf-8")
    words = [str(file), "--row", str(row), "--trust", str(finished.desk.trust)]
    assert alone.main(words) == 0
    assert "Result: holds, signed by Ann Alvarez" in capsys.readouterr().out
    assert alone.main([str(file), "--trust", str(finished.desk.trust)]) == 2


def test_what_is_no_proof_is_refused(finished: Bench) -> None:
    values: list[Any] = [[], {}, {"format": "warrant/row-proof/2"}]
    for value in values:
        with pytest.raises(InputError, match=r"This file is no row proof\. Make one with: warrant"):
            check_row_proof(canonical(value), Trust.load(finished.desk.trust))


def test_a_duplicate_is_proved_where_it_stands(finished: Bench) -> None:
    with finished.open() as workspace:
        proof = json.loads(prove_row(workspace, "note-004.txt", with_cells=True))
    assert proof["dataset"]["name"] == "documents"
    assert check(finished, proof)


def test_an_act_about_a_dataset_vouches_for_none_of_its_rows(bench: Bench) -> None:
    with bench.open() as workspace:
        proof = json.loads(prove_row(workspace, "note-001.txt", with_cells=True))
    manifest = Digest.of(canonical(proof["dataset"]))
    with bench.pen() as pen:
        subject = Subject("dataset", manifest)
        rejected = pen.act(Act("reject", subject, "The rows are not ours.", {}))
        workspace = pen.workspace
        proof["statement"] = b64encode(workspace.store.get(rejected.envelope)).decode()
        proof["log_proof"] = workspace.log.tlog_proof(rejected.position).to_text()
    with pytest.raises(IntegrityError, match="The statement in this proof is about another"):
        check(bench, proof)
    lone = alone.check_row(canonical(proof), alone.load_trust(bench.desk.trust), None)
    assert (lone.result, len(lone.faults)) == ("refused", 1)


def test_role_and_place_are_checked_as_the_lone_verifier_does(
    finished: Bench, proof: dict[str, Any], tmp_path: Path
) -> None:
    signers = (finished.desk.trust / "signers").read_text()
    (tmp_path / "signers").write_text(signers.rsplit(" ", 1)[0] + " reviewer\n")
    moved = proof["log_proof"].replace("index ", "index 1", 1)
    for changed, trust, said in (
        (proof, tmp_path, "was signed as author, a role that you do not grant to"),
        ({**proof, "log_proof": moved}, tmp_path / "none", "The log proof does not lead from"),
    ):
        with pytest.raises(IntegrityError, match=said) as error:
            check_row_proof(canonical(changed), Trust.load(trust))
        lone = alone.check_row(canonical(changed), alone.load_trust(trust), None)
        assert lone.faults == [str(error.value)]


def test_the_lone_verifier_takes_no_other_format(finished: Bench, proof: dict[str, Any]) -> None:
    trust = alone.load_trust(finished.desk.trust)
    with pytest.raises(alone.MisuseError, match="This is no row proof"):
        alone.check_row(canonical({**proof, "format": "warrant/row-proof/2"}), trust, None)


@pytest.mark.parametrize(
    "cell",
    [
        2**53,
        -(2**60),
        2**53 - 1,
        True,
        1e300,
        date(2026, 5, 4),
        datetime(2026, 5, 4, 12, tzinfo=timezone(timedelta(hours=2))),
        datetime(2026, 5, 4, 12, 0, 0, 5, tzinfo=UTC),
        ["a" * 300, "b"],
        {"a": [2**60, None]},
    ],
)
def test_a_row_as_json_has_the_rows_digest_for_both_verifiers(cell: Cell) -> None:
    digest, written = row_digest({"a": cell}), as_json({"a": cell})
    assert row_digest(written) == digest
    assert alone.sha256(alone.canonical(alone._cell(written))) == digest


def test_a_row_by_hand_may_hold_large_integers_and_a_broken_one_is_no_crash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row, proof = tmp_path / "row.json", tmp_path / "proof.json"
    row.write_text('{"a": 1152921504606846976}')
    read = alone.canonical(alone._cell(alone._read_row(row)))
    assert alone.sha256(read) == row_digest({"a": 2**60})
    row.write_text("{no")
    proof.write_text('{"format":"warrant/row-proof/1"}')
    words = [str(proof), "--row", str(row), "--trust", str(tmp_path / "none")]
    assert alone.main(words) == 2
    assert capsys.readouterr().err == f"{str(row)!r} is not a row as JSON.\n"
