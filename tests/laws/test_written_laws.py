"""Laws of what is written once and read by strangers: bundles, drafts, model signatures."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import assume, given
from hypothesis import strategies as st

from warrant.errors import InputError, IntegrityError
from warrant.kernel import bundle, draft
from warrant.kernel.digest import Digest
from warrant.kernel.keys import Ed25519Signer, ModelPublicKey, P256Signer, PublicKey
from warrant.kernel.model_signature import sign_model, verify_model
from warrant.kernel.statement import Actor, Statement, Subject

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
SAFE = st.text("abc/._- ~!", min_size=1, max_size=12).filter(bundle.is_safe_name)
MEMBERS = st.dictionaries(SAFE, st.binary(max_size=40), max_size=4)
DIGESTS = st.binary(max_size=4).map(Digest.of)
RATES = st.floats(0, 1)
SIGNER = Ed25519Signer.generate()
NOW = "2026-03-02T09:00:00Z"


@given(MEMBERS, st.integers(0, 2**20), st.integers(1, 255))
def test_a_bundle_with_one_byte_changed_is_refused(
    members: dict[str, bytes], place: int, flip: int
) -> None:
    """Law of `kernel.bundle`: `read` refuses every file that differs from a written one in ..."""
    out = BytesIO()
    content = bundle.write_content(
        "toy", "explore", [bundle.Member(*one) for one in members.items()]
    )
    bundle.write(
        out, [bundle.Member("content.json", content), *(bundle.Member(*x) for x in members.items())]
    )
    damaged = bytearray(out.getvalue())
    damaged[place % len(damaged)] ^= flip
    with pytest.raises(IntegrityError):
        bundle.read(BytesIO(bytes(damaged)))


# --- drafts ------------------------------------------------------------------

ACTORS = st.sampled_from(["author", "reviewer", "approver", "operator"]).map(
    lambda role: Actor.of(SIGNER, role)
)
PERSONS = st.builds(
    draft.Person,
    st.binary(min_size=32, max_size=32).map(PublicKey),
    TEXT,
    st.lists(
        st.sampled_from(["author", "reviewer", "approver", "operator"]), min_size=1, unique=True
    )
    .map(sorted)
    .map(tuple),
)


@st.composite
def drafts(draw: st.DrawFn) -> Statement:
    """Draft any statement; what the format does not take is left out."""
    actor, kind = draw(ACTORS), draw(st.sampled_from(["step", "keys", "act", "plan", "erasure"]))
    try:
        return _draft(draw, kind, actor)
    except InputError:
        assume(False)
        raise


def _draft(draw: st.DrawFn, kind: str, actor: Actor) -> Statement:
    named = st.dictionaries(TEXT, DIGESTS, min_size=1, max_size=3)
    if kind == "step":
        run = draft.Run(
            stage=draw(st.sampled_from(["ingest", "train", "deploy"])),
            content_key=draw(DIGESTS),
            outputs={**draw(named), "claim": draw(DIGESTS)},
            inputs=draw(named),
            configuration=draw(st.dictionaries(TEXT, TEXT | RATES | st.none(), max_size=3)),
            fingerprints=draw(named),
            started_at=NOW,
            finished_at=NOW,
            versions=draw(st.dictionaries(TEXT, TEXT, max_size=2)),
        )
        return draft.step_statement(run, actor)
    if kind == "keys":
        models = draw(st.lists(st.just(MODEL.public_key), max_size=1))
        persons = draw(st.lists(PERSONS, min_size=1, max_size=2))
        return draft.keys_statement(
            actor,
            SIGNER.public_key,
            persons,
            recorded_at=NOW,
            models=models,
            reason=draw(st.sampled_from(["opened", "rotated", "recovered", "joined"])),
        )
    if kind == "act":
        act = draft.Act(
            draw(st.sampled_from(["approve", "reject", "revoke"])),
            Subject(draw(TEXT), draw(DIGESTS)),
            draw(TEXT),
            conditions=tuple(draw(st.lists(TEXT, max_size=2))),
            expires_at=draw(st.none() | st.just(NOW)),
            stage_of_use=draw(st.sampled_from([None, "explore", "pilot", "production"])),
        )
        return draft.act_statement(act, actor, recorded_at=NOW)
    if kind == "plan":
        return draft.plan_statement(
            draw(DIGESTS),
            actor,
            bounds=draw(st.dictionaries(st.sampled_from(["accuracy", "macro_f1"]), RATES)),
            ceilings=draw(st.none() | st.dictionaries(st.just("log_loss"), RATES)),
            slices=draw(st.lists(TEXT, max_size=2, unique=True)),
            expect=draw(st.none() | st.tuples(st.just("macro_f1"), RATES, RATES)),
            recorded_at=NOW,
        )
    positions = st.lists(st.integers(0, 99), min_size=1, max_size=3, unique=True)
    return draft.erasure_statement(
        draw(st.dictionaries(DIGESTS, positions, min_size=1, max_size=2)),
        actor,
        reason=draw(TEXT),
        not_reached=draw(st.lists(TEXT, max_size=2)),
        warning=draw(TEXT),
        recorded_at=NOW,
    )


@given(drafts())
def test_every_draft_is_read_back(statement: Statement) -> None:
    """Law of `kernel.draft`: every draft is read back equal by `Statement.parse`."""
    assert Statement.parse(statement.to_bytes()) == statement
    assert Statement.open(statement.sign(SIGNER)) == statement


@given(drafts(), st.integers(0, 2**20), st.binary(max_size=2), st.integers(0, 2))
def test_a_statement_has_one_spelling(
    statement: Statement, place: int, put: bytes, gone: int
) -> None:
    """Law of `kernel.statement`: `Statement.parse(data).to_bytes() == data` for whatever ..."""
    data = statement.to_bytes()
    at = place % len(data)
    changed = data[:at] + put + data[at + gone :]
    try:
        read = Statement.parse(changed)
    except InputError:
        return
    assert read.to_bytes() == changed


# --- model signatures --------------------------------------------------------

MODEL = P256Signer(ec.derive_private_key(7, ec.SECP256R1()))
FILES = st.dictionaries(
    st.sampled_from(["a", "b.bin", "c d", "e/f", "e/g.json"]), st.binary(max_size=8), min_size=1
)


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


@given(FILES, FILES)
def test_a_signed_model_verifies_with_its_files_and_no_others(
    files: dict[str, bytes], others: dict[str, bytes]
) -> None:
    """Law of `kernel.model_signature`: `verify_model(folder, sign_model(folder, signer).data, ...

    Law of `kernel.model_signature`: with a byte of a file changed, or a file added, ...
    """
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        signed, other = Path(one) / "model", Path(two) / "model"
        _write(signed, files)
        _write(other, others)
        signature = sign_model(signed, MODEL).data
        verify_model(signed, signature, MODEL.public_key.pem)
        if files == others:
            verify_model(other, signature, MODEL.public_key.pem)
        else:
            with pytest.raises(IntegrityError):
                verify_model(other, signature, MODEL.public_key.pem)


@given(FILES, st.data())
def test_one_byte_or_name_of_a_signed_model_changed_is_refused(
    files: dict[str, bytes], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(files)))
    with TemporaryDirectory() as folder:
        model = Path(folder) / "model"
        _write(model, files)
        signature = sign_model(model, MODEL).data
        if data.draw(st.booleans()):
            (model / name).rename(model / "another")
        else:
            (model / name).write_bytes(files[name] + b"\0")
        with pytest.raises(IntegrityError):
            verify_model(model, signature, MODEL.public_key.pem)


@given(st.integers(1, 2**255))
def test_a_model_key_is_read_back(secret: int) -> None:
    key = P256Signer(ec.derive_private_key(secret, ec.SECP256R1())).public_key
    assert ModelPublicKey.parse(key.text) == key
