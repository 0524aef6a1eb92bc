"""Laws of the chain: what of a log is believed, and what follows from what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha512
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.attacks.build import World, join, person
from tests.laws.reading import members_of, opened, reading
from warrant.errors import IntegrityError
from warrant.kernel import merkle
from warrant.kernel.chain import Chain
from warrant.kernel.checkpoint import Checkpoint
from warrant.kernel.digest import Digest
from warrant.kernel.draft import Person, keys_statement
from warrant.kernel.envelope import Envelope, pae
from warrant.kernel.evidence import Evidence
from warrant.kernel.keys import Ed25519Signer
from warrant.kernel.lineage import check_dependencies, read_makers
from warrant.kernel.log_view import LogView, open_checkpoint, view_log
from warrant.kernel.note import sign_note
from warrant.kernel.statement import Actor, Leaf, Role
from warrant.kernel.trust import Trust, TrustedSigner

ROLES: tuple[Role, ...] = ("author", "reviewer", "approver", "operator")
PEOPLE = {name: person(name) for name in ("ann", "ben", "cleo", "stranger")}
SOME_ROLES = st.sets(st.sampled_from(ROLES), min_size=2).map(lambda roles: tuple(sorted(roles)))
LISTED = st.fixed_dictionaries(
    {"ann": SOME_ROLES.map(lambda roles: ("author", *(set(roles) - {"author"})))},
    optional={"ben": SOME_ROLES, "cleo": SOME_ROLES},
)
ORDER = 2**252 + 27742317777372353535851937790883648493
Listed = dict[str, tuple[Role, ...]]

MANY = settings(max_examples=min(300, 4 * settings.default.max_examples))
"""For a law whose cases are many."""


# --- the log as a verifier sees it -------------------------------------------


def _bent(leaf: bytes) -> bytes:
    return leaf.replace(b'"recorded_at":"2026', b'"recorded_at":"2027')


CHANGES: dict[str, Callable[[list[bytes], int], list[bytes]]] = {
    "none": lambda leaves, _: leaves,
    "drop": lambda leaves, at: leaves[:at] + leaves[at + 1 :],
    "repeat": lambda leaves, at: [*leaves[: at + 1], *leaves[at:]],
    "move": lambda leaves, at: leaves[at:] + leaves[:at],
    "bend": lambda leaves, at: [*leaves[:at], _bent(leaves[at]), *leaves[at + 1 :]],
    "more": lambda leaves, at: [*leaves, _bent(leaves[at])],
}


@given(
    acts=st.integers(0, 6),
    change=st.sampled_from(sorted(CHANGES)),
    place=st.integers(0, 6),
    key=st.sampled_from(["log", "log", "log", "stranger"]),
    covers=st.booleans(),
    excess=st.sampled_from([0, 0, 0, 1]),
)
def test_a_view_is_made_only_of_leaves_under_the_root_that_the_log_key_signed(
    acts: int, change: str, place: int, key: str, *, covers: bool, excess: int
) -> None:
    """Law of `kernel.log_view`: a view is made only of leaves that give the root which the ...

    `covers`: whether the signed root is that of the changed leaves, or of the first ones.
    """
    world = World()
    world.author = PEOPLE["ann"]
    world.keys([(world.author, "Ann", ("author",))])
    for number in range(acts):
        world.act("revoke", ("x", Digest.of(b"%d" % number)), world.author, "author")
    shown = CHANGES[change](world.leaves, place % len(world.leaves))
    signed = shown if covers else world.leaves
    root = merkle.tree_root(merkle.leaf_hashes(signed))
    text = Checkpoint(world.origin, len(signed) + excess, root).to_text()
    note = sign_note(text, world.origin, world.log if key == "log" else PEOPLE["stranger"])
    members = members_of(world)
    members |= {"evidence/checkpoint": note.encode(), "evidence/leaves": join(shown)}
    opens_with_keys = bool(shown) and shown[0] in {world.leaves[0], _bent(world.leaves[0])}
    if (key, shown, excess) == ("log", signed, 0) and opens_with_keys:
        with opened(members) as evidence:
            view = _view(evidence)
        assert view.entries == shown
        assert [leaf.to_bytes() for leaf in view.leaves] == shown
        assert view.signed.key == world.log.public_key
        return
    with opened(members) as evidence, pytest.raises(IntegrityError):
        _view(evidence)


def _view(evidence: Evidence) -> LogView:
    entries = evidence.read_entries()
    return view_log(open_checkpoint(evidence, entries), entries)


# --- who signed what ---------------------------------------------------------


class Signed(NamedTuple):
    """One statement to be made: what it is, who signs it in which role, and what is forged."""

    kind: str
    who: str
    role: Role
    forged: str


MAY: dict[str, tuple[Role, ...]] = {
    "step": ("author", "operator"),
    "plan": ("author",),
    "keys": ("author",),
    "except": ("approver",),
    "revoke": ROLES,
    "approve": ("author", "approver"),
    "approve rows": ("author", "approver", "reviewer"),
}
FORGERIES = ("bytes", "again", "signature", "leaf key", "leaf pae", "leaf predicate")
SIGNED = st.builds(
    Signed,
    st.sampled_from(sorted(MAY)),
    st.sampled_from([*PEOPLE, "ann", "ann"]),
    st.sampled_from(ROLES),
    st.sampled_from(["", "", "", "", *FORGERIES]),
)


def _likely(one: Signed) -> Signed:
    """Let none but Ann or a stranger rotate keys: by others it is refused, though it is read."""
    if one.kind != "keys":
        return one
    forged = one.forged.replace("leaf predicate", "")
    return Signed("keys", "stranger" if one.who == "stranger" else "ann", "author", forged)


def _sign(world: World, one: Signed, listed: Listed) -> None:
    """Sign and log a statement, unless a forgery, as its signer would."""
    signer, some = PEOPLE[one.who], Digest.of(b"some")
    if one.kind == "step":
        world.step("ingest", [], {"documents": some}, signer=signer, role=one.role)
    elif one.kind == "plan":
        world.digests["test"] = some
        world.plan(signer=signer)
    elif one.kind == "keys":
        statement = keys_statement(
            Actor.of(signer, one.role),
            world.log.public_key,
            [Person(PEOPLE[name].public_key, name, roles) for name, roles in listed.items()],
            recorded_at=world.now(),
            reason="rotated",
        )
        world.record(statement, signer)
    else:
        detail = {"rule": "r"} if one.kind == "except" else {}
        subject = ("bundle" if one.kind == "approve" else "rows", some)
        world.act(one.kind.partition(" ")[0], subject, signer, one.role, detail=detail)


def _forge(world: World, one: Signed) -> dict[str, bytes]:
    """Change the last statement or its leaf; gives the members of the bundle that it changes."""
    data, leaf = world.envelopes[-1], Leaf.parse(world.leaves[-1])
    name = f"evidence/statements/{Digest.of(data).hex}.json"
    if one.forged == "bytes":
        return {name: data.replace(b"A", b"B", 1)}
    if one.forged == "again":
        envelope = Envelope.parse(data)
        signature = _sign_otherwise(PEOPLE[one.who], pae(envelope.payload))
        return {name: replace(envelope, signature=signature).to_bytes()}
    if one.forged == "signature":
        other = next(signer for name, signer in PEOPLE.items() if name != one.who)
        envelope = Envelope.parse(data)
        envelope = replace(envelope, signature=other.sign(b"something else"))
        world.envelopes[-1] = envelope.to_bytes()
        leaf = replace(leaf, envelope=Digest.of(world.envelopes[-1]))
    elif one.forged == "leaf key":
        leaf = replace(leaf, key=next(x.key_id for x in PEOPLE.values() if x.key_id != leaf.key))
    elif one.forged == "leaf pae":
        leaf = replace(leaf, pae=Digest.of(b"another payload"))
    else:
        leaf = replace(leaf, predicate=Leaf.parse(world.leaves[0]).predicate)
    world.leaves[-1] = leaf.to_bytes()
    return {}


def _sign_otherwise(signer: Ed25519Signer, message: bytes) -> bytes:
    """Make a second true signature of a message: with another nonce, that of a fresh key."""
    private = signer.private.private_bytes_raw()
    nonce = person("nonce")
    at = nonce.public_key.raw
    challenge = sha512(at + signer.public_key.raw + message).digest()
    scalar = _scalar(nonce.private.private_bytes_raw())
    scalar += int.from_bytes(challenge, "little") * _scalar(private)
    signature = at + (scalar % ORDER).to_bytes(32, "little")
    assert signer.public_key.accepts(signature, message)
    return signature


def _scalar(seed: bytes) -> int:
    """Source: RFC 8032, section 5.1.5."""
    number = int.from_bytes(sha512(seed).digest()[:32], "little")
    return number & ~(7 | 1 << 255) & ((1 << 255) - 1) | 1 << 254


def _is_in_force(one: Signed, listed: Listed) -> bool:
    role: Role = "author" if one.kind == "plan" else one.role
    return role in listed.get(one.who, ()) and role in MAY[one.kind]


@MANY
@given(
    first=LISTED,
    steps=st.lists(st.tuples(SIGNED, LISTED), min_size=2, max_size=8),
    denied=st.sets(st.tuples(st.sampled_from(sorted(PEOPLE)), st.sampled_from(ROLES)), max_size=3),
)
def test_a_statement_is_in_the_chain_exactly_when_leaf_and_keys_in_force_say_so(
    first: Listed, steps: list[tuple[Signed, Listed]], denied: set[tuple[str, Role]]
) -> None:
    """Law of `kernel.chain`: a statement is in the chain only if its bytes, its signature, ...

    `denied`: roles which the reader grants to none of the persons whom he knows.
    """
    world = World()
    world.author = PEOPLE["ann"]
    world.keys([(PEOPLE[name], name, roles) for name, roles in first.items()])
    granted = {
        name: tuple(role for role in ROLES if (name, role) not in denied)
        for name in {name for name, _ in denied}
    }
    trust = Trust(
        signers=tuple(
            TrustedSigner(PEOPLE[name].public_key, name, roles) for name, roles in granted.items()
        )
    )
    sound, in_force, changed = {0}, first, {}
    if "author" not in granted.get("ann", ("author",)):
        sound = set()
    for index, (drawn, listed) in enumerate(steps, start=1):
        one = _likely(drawn)
        _sign(world, one, listed)
        if one.forged:
            changed |= _forge(world, one)
            continue
        role: Role = "author" if one.kind == "plan" else one.role
        if _is_in_force(one, in_force):
            if role in granted.get(one.who, (role,)):
                sound.add(index)
            if one.kind == "keys":
                in_force = listed
    with reading(world, trust, changed) as found:
        assert {entry.index for entry in found.chain.entries} == sound
        assert len(found.faults) >= len(steps) + 1 - len(sound)
        for entry in found.chain.entries:
            _check_by_hand(world, entry.index, found.chain)


def _check_by_hand(world: World, index: int, chain: Chain) -> None:
    """Check digest and signature of a statement without the chain."""
    leaf = Leaf.parse(world.leaves[index])
    data = next(one for one in world.envelopes if Digest.of(one) == leaf.envelope)
    envelope = Envelope.parse(data)
    signer: Ed25519Signer = next(one for one in PEOPLE.values() if one.key_id == leaf.key)
    assert signer.public_key.accepts(envelope.signature, pae(envelope.payload))
    assert chain.keys_at(index).persons[leaf.key].key == signer.public_key


# --- what follows from what --------------------------------------------------

Making = tuple[list[int], list[int]]
"""Numbers of the blobs that a step reads and makes."""


@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(0, 5), max_size=3, unique=True),
            st.lists(st.integers(0, 5), min_size=1, max_size=2, unique=True),
        ),
        max_size=6,
    )
)
def test_a_step_is_accepted_exactly_after_every_step_whose_outputs_it_read(
    steps: list[Making],
) -> None:
    """Law of `kernel.lineage`: a step is accepted only after every step whose outputs it read."""
    world = World()
    world.author = PEOPLE["ann"]
    world.keys([(world.author, "Ann", ("author",))])
    blobs = [Digest.of(b"blob %d" % number) for number in range(6)]
    world.digests = {f"blob{number}": digest for number, digest in enumerate(blobs)}
    made: set[int] = set()
    expected: list[tuple[str, str]] = []
    for index, (read, makes) in enumerate(steps, start=1):
        inputs = [f"blob{number}" for number in sorted(read)]
        stage = "curate" if read else "ingest"
        world.step(stage, inputs, {f"blob{number}": blobs[number] for number in makes})
        expected += [
            (f"ntry {index} ({stage})", f"'blob{n}'") for n in sorted(read) if n not in made
        ]
        made |= set(makes)
    with reading(world) as found:
        read_makers(found.chain)
        faults = [str(one) for one in check_dependencies(found.chain)]
    assert len(faults) == len(expected)
    for fault, (entry, name) in zip(faults, expected, strict=True):
        assert entry in fault
        assert name in fault
