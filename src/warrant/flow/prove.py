"""Row proofs: one small file that lets a stranger check that a row stood in a signed dataset.

The file holds the row's salt but no cell and no digest of the row: who checks it brings the row.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, cast

from warrant.engine import dataset_record, read_dataset
from warrant.engine.columns import MEMBERS, ROW_ID, cell_rows
from warrant.errors import InputError, IntegrityError
from warrant.flow.story import find_row
from warrant.kernel.absence_proof import FORMAT as ABSENCE
from warrant.kernel.absence_proof import Signed, check_absence
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.digest import Digest
from warrant.kernel.envelope import Envelope
from warrant.kernel.log_view import parse_checkpoint
from warrant.kernel.merkle import Head, Leaf, leaf_hash, split_hashes, verify_inclusion
from warrant.kernel.proof import LogProof, verify_proof
from warrant.kernel.rows import RowId, Salt, commitment, row_digest, row_salt
from warrant.kernel.statement import Statement, leaf_of
from warrant.kernel.tree import RowTree
from warrant.kernel.verdict import Verdict
from warrant.kernel.wording import fault, quote
from warrant.records.dataset import Dataset

if TYPE_CHECKING:
    from warrant.flow.story import Place
    from warrant.flow.workspace import Workspace
    from warrant.kernel.trust import Trust

FORMAT = "warrant/row-proof/1"
LIMITS = (
    "Not shown: what a model learned from; that is what the statement of its training says.",
    "Not shown: whether one of its statements was taken back after it was made; the log says.",
    "Not shown: that no other row, dataset or copy holds the same.",
)
"""What no such proof shows."""
_MAX_INTEGER = 2**53 - 1
_SIGNED = re.compile(r"Signed by (.*), entry \d+ of a log that you trust\.")


def prove_row(workspace: Workspace, needle: str, *, with_cells: bool = False) -> bytes:
    """Prove that a row stands in a dataset.

    Args:
        workspace: that holds it.
        needle: a file's name, or the first digits of a row id.
        with_cells: put the row's cells in, so that the file can be checked alone.

    Returns:
        Canonical JSON.

    Raises:
        InputError: if there is no such row.
        IntegrityError: if its salt was erased.
    """
    place = find_row(workspace, needle)
    members, cells = _row(workspace, place)
    salts = workspace.vault.known_salts(members)
    if None in salts:
        raise IntegrityError(
            f"The salt of {place.path!r} was erased, so its rows can no longer be proved.",
            do="Nothing can bring it back; proofs made before still hold.",
        )
    salt = row_salt(cast("list[Salt]", salts), RowId(bytes.fromhex(place.row)))
    layout = workspace.store.layout(place.manifest)
    commitments = split_hashes(workspace.store.get(layout.commitments))
    tree = RowTree.over([leaf_hash(one) for one in commitments])
    maker = workspace.index.makers(place.manifest.hex)[0]
    envelope = workspace.store.get(Digest.from_hex(maker.envelope))
    proof: dict[str, Any] = {
        "dataset": Dataset.from_bytes(workspace.store.get(place.manifest)).model_dump(mode="json"),
        "format": FORMAT,
        "index": place.position,
        "log_proof": workspace.log.tlog_proof(maker.position).to_text(),
        "path": [b64encode(one).decode() for one in tree.prove(place.position)],
        "salt": b64encode(salt).decode(),
        "statement": b64encode(envelope).decode(),
    }
    if with_cells:
        proof["cells"] = cells
    return canonical(proof)


def read_cells(workspace: Workspace, needle: str) -> dict[str, Any]:
    """Read the cells of a row, as whoever checks its proof must bring them.

    Args:
        workspace: that holds it.
        needle: as in `prove_row`.

    Returns:
        Values of JSON by column.

    Raises:
        InputError: if there is no such row, or it was erased.
    """
    return _row(workspace, find_row(workspace, needle))[1]


def as_json(value: Any) -> Any:  # noqa: ANN401 (a cell, or cells by column)
    """Write cells as JSON that has the digest of the row.

    Args:
        value: a cell, or cells.

    Returns:
        Instants with a Z, days as text, integers beyond ±(2^53−1) as decimal strings.
    """
    if isinstance(value, dict):
        return {name: as_json(part) for name, part in value.items()}
    if isinstance(value, list):
        return [as_json(part) for part in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, date):
        return value.isoformat()
    is_large = type(value) is int and abs(value) > _MAX_INTEGER
    return str(value) if is_large else value


def check_proof(data: bytes, trust: Trust, cells: dict[str, Any] | None = None) -> Verdict:
    """Check a row proof or an absence proof.

    Args:
        data: the file.
        trust: whom the reader knows.
        cells: of a row proof: the row; None: the cells inside the file.

    Returns:
        The verdict; of a row that is not as it was signed, an error is raised instead.

    Raises:
        InputError: if the file is no proof, or there is no row to check.
        IntegrityError: if the row was not in the dataset as signed.
    """
    if f'"{ABSENCE}"'.encode() in data:
        return check_absence(data, trust)
    lines = check_row_proof(data, trust, cells)
    signer = _SIGNED.fullmatch(lines[-1])
    lines += LIMITS
    if signer is None:
        return Verdict("consistent, signer unknown", tuple(lines), ())
    return Verdict("holds", tuple(lines), (), signers=(signer[1],))


def check_row_proof(data: bytes, trust: Trust, cells: dict[str, Any] | None = None) -> list[str]:
    """Check a row proof against a row.

    Args:
        data: the file.
        trust: whom the reader knows.
        cells: the row as its owner knows it; None: the cells inside the file.

    Returns:
        Sentences on what was found; the last says whose signature it is, as far as the reader
        knows.

    Raises:
        InputError: if the file is no row proof, or there is no row to check.
        IntegrityError: if the row was not in the dataset as signed.
    """
    proof: Any = parse_canonical(data)
    if not isinstance(proof, dict) or proof.get("format") != FORMAT:
        raise InputError("This file is no row proof.", do="Make one with: warrant prove member")
    row = cells if cells is not None else proof.get("cells")
    if row is None:
        raise InputError(
            "The proof holds no row, and none was given.",
            do="Give the row as JSON: warrant verify PROOF --row row.json; whoever has the "
            "workspace writes it: warrant prove member WORKSPACE ROW --row-only -o row.json",
        )
    try:
        return _check(proof, row, trust)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"The row proof is not of its form ({type(error).__name__}).",
            do="Use the file as its maker wrote it.",
        ) from None


def _check(proof: dict[str, Any], row: dict[str, Any], trust: Trust) -> list[str]:
    dataset = Dataset.from_bytes(canonical(proof["dataset"]))
    manifest = Digest.of(dataset.to_bytes())
    leaf = Leaf(
        leaf_hash(commitment(Salt(b64decode(proof["salt"])), row_digest(row))), proof["index"]
    )
    path = [b64decode(one) for one in proof["path"]]
    try:
        verify_inclusion(leaf, path, Head(dataset.rows, bytes.fromhex(dataset.root)))
    except IntegrityError:
        raise IntegrityError(
            f"This row is not row {proof['index']} of the dataset {dataset.name!r} as it was "
            "signed, or the proof was changed.",
            do="Compare the row, cell by cell, with what its owner has.",
        ) from None
    envelope = Envelope.parse(b64decode(proof["statement"]))
    statement = Statement.open(envelope)
    if statement.stage is None or manifest not in [one.digest for one in statement.subjects]:
        raise IntegrityError(
            "The statement in this proof is about another dataset.",
            do="Ask for a proof made by: warrant prove member",
        )
    return [
        f"The row is row {proof['index']} of {dataset.rows} in the dataset {dataset.name!r}.",
        f"A {statement.stage!r} statement of {statement.recorded_at} names its manifest "
        f"{manifest}.",
        _signed_by(envelope, statement, LogProof.parse(proof["log_proof"]), trust),
    ]


def _signed_by(envelope: Envelope, statement: Statement, proof: LogProof, trust: Trust) -> str:
    entry = Signed(envelope, statement, proof).name
    checkpoint = parse_checkpoint(proof.checkpoint.encode())[1]
    logged = leaf_hash(leaf_of(envelope.to_bytes(), statement.recorded_at))
    try:
        verify_inclusion(Leaf(logged, proof.index), proof.hashes, checkpoint.head)
    except IntegrityError:
        raise fault("proof-place", entry=entry) from None
    signer = trust.signer(envelope.key_id)
    if signer is None:
        return f"Signer unknown: key {envelope.key_id[:12]} is not in your trust folder."
    envelope.check(signer.key)
    role, origin = statement.actor.role, checkpoint.origin
    if role not in signer.roles:
        raise fault("role-denied", entry=entry, role=role, name=quote(signer.name))
    logs = [log.name for log in trust.policy.logs] if trust.policy else []
    if trust.policy is None or origin not in logs:
        return f"Signed by {signer.name}, but log {origin[:60]!r} is not in your trust folder."
    verify_proof(proof, logged, trust.policy)
    return f"Signed by {signer.name}, entry {proof.index} of a log that you trust."


def _row(workspace: Workspace, place: Place) -> tuple[list[bytes], dict[str, Any]]:
    columns = dataset_record(workspace.store, place.manifest).columns
    for batch in read_dataset(workspace.store, place.manifest):
        ids = batch.column(ROW_ID).to_pylist()
        row = bytes.fromhex(place.row)
        if row in ids:
            at = ids.index(row)
            one = batch.slice(at, 1)
            cells = next(iter(cell_rows(columns, one)))
            return one.column(MEMBERS).to_pylist()[0], as_json(cells)
    raise InputError(f"Row {place.row[:16]} was erased.", do="Erased rows cannot be proved.")
