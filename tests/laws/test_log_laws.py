"""Laws of the log and the vault, as their docstrings state them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from warrant.kernel.digest import Digest
from warrant.kernel.keys import Ed25519Signer
from warrant.kernel.log import Log
from warrant.kernel.merkle import (
    Head,
    Leaf,
    leaf_hash,
    leaf_hashes,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from warrant.kernel.vault import Vault

SIGNER = Ed25519Signer.generate()
STEPS = st.lists(st.integers(0, 300), min_size=1, max_size=5)


def leaves_of(count: int) -> list[bytes]:
    return [b'{"n":%d}' % number for number in range(count)]


def content_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@given(steps=STEPS)
def test_a_log_is_the_same_however_it_grew(steps: list[int]) -> None:
    """Law of `kernel.log`: after `append(a)` and `append(b)` the leaves, the root and every ..."""
    leaves = leaves_of(sum(steps))
    with tempfile.TemporaryDirectory() as folder:
        grown, once = Log(Path(folder) / "grown"), Log(Path(folder) / "once")
        for step in steps:
            first = grown.head().size
            position = grown.append(leaves[first : first + step], SIGNER)
            assert position == (first, first + step, tree_root(leaf_hashes(leaves[: first + step])))
        once.append(leaves, SIGNER)
        assert content_of(grown.path) == content_of(once.path)
        assert grown.all_leaves() == leaves
        assert grown.check() == []


@given(steps=STEPS, data=st.data())
def test_every_leaf_and_every_growth_is_proved(steps: list[int], data: st.DataObject) -> None:
    """Law of `kernel.log`: a log that has grown proves its consistency with every size it ..."""
    leaves = leaves_of(sum(steps) + 1)
    with tempfile.TemporaryDirectory() as folder:
        log = Log(Path(folder) / "log")
        log.append(leaves, SIGNER)
        head = log.head()
        old = data.draw(st.integers(1, head.size))
        index = data.draw(st.integers(0, old - 1))
        old_head = Head(old, tree_root(leaf_hashes(leaves[:old])))
        verify_consistency(old_head, head, log.consistency_proof(old))
        leaf = Leaf(leaf_hash(leaves[index]), index)
        verify_inclusion(leaf, log.inclusion_proof(index, old), old_head)
        proof = log.tlog_proof(index)
        verify_inclusion(leaf, proof.hashes, head)
        assert len(proof.hashes) <= head.size.bit_length()


@given(
    asked=st.lists(st.lists(st.integers(0, 9), max_size=6), max_size=5),
    gone=st.sets(st.integers(0, 9)),
)
def test_a_salt_never_changes_and_an_erased_one_never_returns(
    asked: list[list[int]], gone: set[int]
) -> None:
    """Law of `kernel.vault`: `salts_for(documents)` gives the same salts every time, in the ...

    Law of `kernel.vault`: after `erase`, no method gives the salt, and no file of the ...
    """
    documents = [Digest.of(b"%d" % number).raw for number in range(10)]
    seen: dict[bytes, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        Vault.create(Path(folder) / "vault").close()
        for numbers in asked:
            wanted = [documents[number] for number in numbers]
            with Vault(Path(folder) / "vault") as vault:
                salts = vault.salts_for(wanted)
            for document, salt in zip(wanted, salts, strict=True):
                assert seen.setdefault(document, salt) == salt
        assert len(set(seen.values())) == len(seen)
        erased = [documents[number] for number in sorted(gone)]
        with Vault(Path(folder) / "vault") as vault:
            vault.erase(erased)
            assert vault.is_erased(documents) == [number in gone for number in range(10)]
            assert vault.known_salts(erased) == [None] * len(erased)
        left = (Path(folder) / "vault" / "vault.db").read_bytes()
        assert not any(seen[document] in left for document in erased if document in seen)
