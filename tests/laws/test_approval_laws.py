"""Laws of what people did with a bundle: approvals, rejections, revocations."""

from __future__ import annotations

import re
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.attacks.build import NOW, World, person, train, until_train
from tests.laws.reading import reading
from warrant.kernel.approval import check_approval, check_revocations, note_decisions
from warrant.kernel.digest import Digest
from warrant.kernel.envelope import Envelope
from warrant.kernel.lineage import read_makers
from warrant.kernel.statement import Role, Statement
from warrant.kernel.trust import Trust, TrustedSigner
from warrant.kernel.verdict import Report

MANY = settings(max_examples=min(100, 2 * settings.default.max_examples))
"""For a law whose cases are many, and whose examples sign a dozen statements each."""

PEOPLE = {name: person(name) for name in ("ben", "ben too", "cleo", "dan", "eve")}
NAMES = {"ann": "Ann Alvarez", "ben": "Ben Brown", "ben too": "Ben Brown", "dan": "Dan Dale"}
"""As the reader calls those whom he knows."""


class Did(NamedTuple):
    """What somebody did: a judgement on the bundle, a revocation, or a step run again."""

    kind: str
    who: str
    target: int


ROLE_OF: dict[str, Role] = {"ann": "author", "eve": "operator"}
WHO = st.sampled_from(["ann", "ben", "ben too", "cleo", "dan"])
JUDGED = st.builds(Did, st.sampled_from(["approve", "reject"]), WHO, st.just(0))
REVOKED = st.builds(Did, st.just("revoke"), WHO | st.just("eve"), st.just(0) | st.integers(1, 15))
AGAIN = st.builds(Did, st.sampled_from(["train", "deploy"]), st.just("ann"), st.just(0))
DEEDS = st.lists(st.one_of(JUDGED, REVOKED, AGAIN), max_size=6)


def released() -> World:
    """Give a world with a bundle and six persons, and nothing done about it."""
    world = until_train()
    listed = [(world.author, "Ann Alvarez", ("author", "operator"))]
    listed += [(PEOPLE[name], name, ("approver",)) for name in PEOPLE if name != "eve"]
    world.keys([*listed, (PEOPLE["eve"], "eve", ("operator",))])
    return train(world)


def do(world: World, deed: Did) -> None:
    signer = PEOPLE.get(deed.who, world.author)
    role = ROLE_OF.get(deed.who, "approver")
    bundle = Digest.of(world.content_member())
    if deed.kind == "train":
        world.step("train", ["train"], {"model": world.digests["model"]})
    elif deed.kind == "deploy":
        world.deploy()
    elif deed.kind == "revoke":
        # 0 is the bundle; then come the statements, the newest first.
        subject = ("bundle", bundle)
        if deed.target:
            place = max(len(world.envelopes) - deed.target, 1)
            subject = ("statement", Digest.of(world.envelopes[place]))
        world.act("revoke", subject, signer, role)
    else:
        world.act(deed.kind, ("bundle", bundle), signer, role)


def trusting(*names: str) -> Trust:
    """Give the trust of a reader who knows some persons, in every role."""
    keys = {**PEOPLE, "ann": World().author}
    roles: tuple[Role, ...] = ("author", "approver", "operator")
    return Trust(
        signers=tuple(TrustedSigner(keys[name].public_key, NAMES[name], roles) for name in names)
    )


class Judged(NamedTuple):
    """What a reader is told of a bundle."""

    faults: set[str]
    approved: set[int]
    rejected: set[int]


def judged(world: World, trust: Trust) -> Judged:
    with reading(world, trust) as found:
        assert found.faults == []
        read_makers(found.chain)
        release = found.evidence.release(found.chain)
        assert release is not None
        report = Report()
        check_revocations(found.chain, release, report)
        faults = set(report.faults)
        check_approval(found.chain, release, NOW, report)
        assert set(report.faults) == faults

    def entries(word: str) -> set[int]:
        return {
            int(re.findall(r"entry (\d+) \(act\)", line)[-1])
            for line in report.lines
            if line.startswith(f"(0) {word} ")
        }

    return Judged(faults, entries("Approved"), entries("Rejected"))


def revoked_in(world: World) -> set[Digest]:
    """List what was ever revoked."""
    said = [Statement.open(Envelope.parse(data)) for data in world.envelopes]
    acts = [one for one in said if one.predicate.get("act") == "revoke"]
    return {subject.digest for one in acts for subject in one.subjects}


def _unnamed(faults: set[str]) -> set[str]:
    return {re.sub(r"revoked by .* at entry", "revoked at entry", one) for one in faults}


def _refused(faults: set[str]) -> set[str]:
    """Give what was taken back, whichever of its revocations is named."""
    return {re.sub(r"revoked by .*", "revoked", one) for one in faults}


EVERYONE = trusting(*NAMES)


@MANY
@given(deeds=DEEDS, known=st.sets(st.sampled_from(sorted(NAMES))))
def test_taking_back_counts_from_anyone_and_allowing_only_from_the_known(
    deeds: list[Did], known: set[str]
) -> None:
    """Law of `kernel.approval`: whatever takes something back counts even from a signer whom ..."""
    world = released()
    signers: dict[int, str] = {}
    for deed in deeds:
        signers[len(world.leaves)] = deed.who
        do(world, deed)
    all_known, some_known = judged(world, EVERYONE), judged(world, trusting(*sorted(known)))
    assert _unnamed(some_known.faults) == _unnamed(all_known.faults)
    assert all(signers[index] in known for index in some_known.approved)
    assert all_known.rejected <= some_known.rejected
    # The way to the bundle is all there was before anybody did anything.
    way = [*map(Digest.of, world.envelopes[:9]), Digest.of(world.content_member())]
    assert all_known.faults or revoked_in(world).isdisjoint(way)


@MANY
@given(deeds=DEEDS, later=DEEDS)
def test_what_was_revoked_stays_revoked(deeds: list[Did], later: list[Did]) -> None:
    """Law of `kernel.approval`: what was revoked stays revoked: revoking a revocation ..."""
    world = released()
    for deed in deeds:
        do(world, deed)
    before = judged(world, EVERYONE)
    for deed in later:
        do(world, deed)
    after = judged(world, EVERYONE)
    assert _refused(before.faults) <= _refused(after.faults)
    approvals = {Digest.of(world.envelopes[index]) for index in after.approved}
    assert approvals.isdisjoint(revoked_in(world))


@MANY
@given(who=WHO, before=DEEDS, after=DEEDS)
def test_only_who_rejected_takes_a_rejection_back(
    who: str, before: list[Did], after: list[Did]
) -> None:
    """Law of `kernel.approval`: nobody but the person who rejected takes her rejection back.

    Ben has two keys, and the reader knows that both are his.
    """
    world = released()
    for deed in before:
        do(world, deed)
    index = len(world.leaves)
    do(world, Did("reject", who, 0))
    for deed in after:
        if NAMES.get(deed.who, deed.who) != NAMES.get(who, who):
            do(world, deed)
    world.act("revoke", ("statement", Digest.of(world.envelopes[index])), PEOPLE["eve"], "operator")
    assert index in judged(world, EVERYONE).rejected
    other_key = {"ben": "ben too", "ben too": "ben"}.get(who, who)
    do(world, Did("revoke", other_key, len(world.envelopes) - index))
    assert index not in judged(world, EVERYONE).rejected


def decided(world: World, trust: Trust) -> list[str]:
    """Give the decisions that a reader is told of."""
    with reading(world, trust) as found:
        read_makers(found.chain)
        release = found.evidence.release(found.chain)
        assert release is not None
        report = Report()
        note_decisions(found.chain, release, report)
    return [line.split("Decision: ")[1].split(",")[0] for line in report.lines]


def test_nobody_but_who_said_no_go_takes_it_back() -> None:
    world = released()
    bundle = ("bundle", Digest.of(world.content_member()))
    world.act("decide", bundle, PEOPLE["ben"], "approver", detail={"go": False})
    refused = ("statement", Digest.of(world.envelopes[-1]))
    assert decided(world, EVERYONE) == ["no go"]
    assert decided(world, trusting()) == ["no go"]
    world.act("revoke", refused, PEOPLE["dan"], "approver")
    assert decided(world, EVERYONE) == ["no go"]
    world.act("revoke", refused, PEOPLE["ben too"], "approver")
    assert decided(world, EVERYONE) == []
    world.act("decide", bundle, PEOPLE["dan"], "approver", detail={"go": True})
    assert decided(world, EVERYONE) == ["go"]
    assert decided(world, trusting("ben", "ben too")) == []
    world.act("decide", bundle, PEOPLE["dan"], "approver", detail={"go": False})
    assert decided(world, EVERYONE) == ["no go"]


def test_a_decision_about_another_bundle_says_nothing_of_this_one() -> None:
    world = released()
    other = ("bundle", Digest.of(b"another bundle"))
    world.act("decide", other, PEOPLE["ben"], "approver", detail={"go": True})
    assert decided(world, EVERYONE) == []
