"""Laws of trust: whom a reader knows, what she has seen, and that she always has an answer."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from tests.attacks.build import NOW, honest
from tests.attacks.forge import Forger
from warrant.errors import InputError, IntegrityError
from warrant.kernel.checkpoint import Checkpoint
from warrant.kernel.keys import Ed25519Signer, PublicKey
from warrant.kernel.merkle import Head, leaf_hash, prove_consistency, tree_root
from warrant.kernel.note import sign_note
from warrant.kernel.statement import Role
from warrant.kernel.tree import RowTree
from warrant.kernel.trust import Seen, Trust, TrustedSigner, add_signer
from warrant.kernel.verdict import EXIT_CODES
from warrant.kernel.verify import open_evidence, verify

ROLES: tuple[Role, ...] = ("author", "reviewer", "approver", "operator")
KEYS = st.integers(2, 7).map(lambda number: PublicKey(bytes([number]) * 32))
NAMES = st.lists(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=5),
    min_size=1,
    max_size=3,
).map(" ".join)


@st.composite
def _persons(draw: st.DrawFn) -> TrustedSigner:
    roles = draw(st.lists(st.sampled_from(ROLES), min_size=1, unique=True))
    return TrustedSigner(draw(KEYS), draw(NAMES), tuple(roles))


@given(st.lists(_persons(), max_size=8))
def test_who_is_added_is_known_with_everyone_known_before(persons: list[TrustedSigner]) -> None:
    """Law of `kernel.trust`: `Trust.load(folder)` after `add_signer(folder, one)` knows ..."""
    known: dict[PublicKey, TrustedSigner] = {}
    with TemporaryDirectory() as folder:
        for one in persons:
            before = known.get(one.key)
            try:
                add_signer(Path(folder), one)
                known[one.key] = one
                assert before in {None, one}
            except InputError:
                assert before not in {None, one}
            assert Trust.load(Path(folder)).signers == tuple(known.values())


SIGNER = Ed25519Signer.generate()
HISTORIES = [
    [b"%d" % number if number < fork else b"%d of %d" % (number, fork) for number in range(9)]
    for fork in (9, 4, 1)
]
"""One log, and two that were forked from it after 4 entries and after 1."""


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9)), min_size=1, max_size=6))
def test_what_is_smaller_or_beside_what_was_seen_is_refused(steps: list[tuple[int, int]]) -> None:
    """Law of `kernel.trust`: `Seen.check` refuses every checkpoint that is smaller than ..."""
    best: list[bytes] = []
    with TemporaryDirectory() as folder:
        seen = Seen(Path(folder) / "seen")
        for history, size in steps:
            entries = HISTORIES[history][:size]
            leaves = [leaf_hash(entry) for entry in entries]

            def prove(old: Head, _: Head, leaves: list[bytes] = leaves) -> list[bytes]:
                return prove_consistency(old.size, len(leaves), RowTree.over(leaves).read)

            checkpoint = Checkpoint("log", size, tree_root(leaves))
            written = sign_note(checkpoint.to_text(), "log", SIGNER)
            try:
                seen.remember(written, prove)
                is_taken = True
            except IntegrityError:
                is_taken = False
            assert is_taken is (entries[: len(best)] == best)
            best = entries if is_taken else best
            found = seen.read("log")
            assert (found and found.size) == (len(best) or None)


@given(KEYS, KEYS)
def test_two_keys_have_one_id_only_if_they_are_one(one: PublicKey, other: PublicKey) -> None:
    """Law of `kernel.keys`: two keys have the same key id only if they are the same key."""
    assert (one.key_id == other.key_id) is (one == other)


def _bend(data: bytes, bends: list[tuple[int, bytes]]) -> bytes:
    for place, put in bends:
        at = place % (len(data) + 1)
        data = data[:at] + put + data[at + len(put) :]
    return data


BENDS = st.lists(st.tuples(st.integers(0, 2**20), st.binary(max_size=4)), max_size=3)


@given(st.binary(max_size=200) | BENDS, st.integers(0, 10**6))
def test_every_file_and_folder_has_a_verdict(
    how: bytes | list[tuple[int, bytes]], seed: int
) -> None:
    """Law of `kernel.verify`: `verify` returns a verdict for every file and folder, ..."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        path = place / "hostile.bundle"
        path.write_bytes(how if isinstance(how, bytes) else _bend(Forger(seed).forge(), how))
        workspace = honest().write_workspace(place / "workspace")
        files = sorted(one for one in workspace.rglob("*") if one.is_file())
        changed = files[seed % len(files)]
        with suppress(FileNotFoundError):
            changed.write_bytes(how if isinstance(how, bytes) else _bend(changed.read_bytes(), how))
        for one in (path, workspace):
            verdict = verify(open_evidence(one), Trust(), NOW)
            assert verdict.exit_code == EXIT_CODES[verdict.result]
            assert (verdict.result == "refused") is bool(verdict.faults)
            assert set(verdict.faults) <= set(verdict.lines)
