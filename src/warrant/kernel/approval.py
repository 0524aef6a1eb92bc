"""What people did after the steps: approvals, rejections, decisions, revocations.

Law: whatever takes something back counts even from a signer whom the reader does not know;
whatever allows something counts only from one whom the reader knows.
Law: what was revoked stays revoked: revoking a revocation changes nothing, and making the same
bytes again does not bring them back.
Law: nobody but the person who rejected takes her rejection back.

Source: docs/reference/verification.md, step (11); formats.md, section 3.3.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from warrant.kernel.plans import fingerprint_of, read_histories
from warrant.kernel.predicates import ACT
from warrant.kernel.wording import quote, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from warrant.kernel.chain import Chain, Entry
    from warrant.kernel.digest import Digest
    from warrant.kernel.verdict import Report


class Release(NamedTuple):
    """What approvals of a bundle are judged by."""

    bundle: Digest
    """The bundle digest."""
    stage_of_use: str
    """As `content.json` says."""
    way: tuple[Entry, ...]
    """What it stands on: all statements of keys, and the steps on the way to its deploy steps."""


def check_revocations(chain: Chain, release: Release, report: Report) -> None:
    """Refuse what was revoked or withdrawn and lies on the way to a bundle.

    Args:
        chain: the statements.
        release: the bundle.
        report: gains a fault for each statement that was revoked, each digest that a revoked
            step made too, and for the bundle itself.
    """
    revoked = _revocations(chain)
    for entry, act in _revoked(revoked, release.way):
        report.refuse("revoked", entry=entry.name, revoker=chain.signer(act), act=act.name)
    way = {entry.index for entry in release.way}
    withdrawn: dict[str, tuple[Entry, Entry]] = {}
    for step in chain.steps:
        if step.leaf.envelope in revoked and step.index not in way:
            for subject in step.statement.subjects:
                known_by = fingerprint_of(chain, subject.digest)
                withdrawn.setdefault(known_by, (step, revoked[step.leaf.envelope]))
    used = {
        fingerprint_of(chain, needed.digest): needed.digest
        for entry in reversed(release.way)
        for needed in reversed(entry.statement.dependencies)
    }
    for known_by, (step, act) in withdrawn.items():
        if known_by in used:
            maker, name = chain.lineage.makers[used[known_by]]
            report.refuse(
                "withdrawn",
                name=quote(name),
                entry=maker.name,
                step=step.name,
                revoker=chain.signer(act),
                act=act.name,
            )
    if release.bundle in revoked:
        act = revoked[release.bundle]
        report.refuse("bundle-revoked", revoker=chain.signer(act), act=act.name)


def note_revocations(chain: Chain, report: Report) -> None:
    """Say what was revoked in a workspace.

    Args:
        chain: the statements.
        report: gains a sentence for each statement that was revoked.
    """
    for entry, act in _revoked(_revocations(chain), chain.entries):
        report.say("revoked-note", entry=entry.name, revoker=chain.signer(act), act=act.name)


def count_acts(chain: Chain, report: Report) -> None:
    """Say how many acts of each sort the log holds.

    Args:
        chain: the statements.
        report: gains a sentence, unless there is none.
    """
    counts = Counter(entry.statement.predicate["act"] for entry in chain.of_kind(ACT))
    if counts:
        report.say("acts", acts=", ".join(f"{counts[act]} {act}" for act in sorted(counts)))


def note_exceptions(chain: Chain, release: Release, report: Report) -> None:
    """Say which rules were excepted for what a bundle stands on, even where that was revoked.

    Args:
        chain: the statements.
        release: the bundle.
        report: gains a sentence for each exception.
    """
    made = {subject.digest for entry in release.way for subject in entry.statement.subjects}
    for entry in _acts(chain, "except"):
        if any(subject.digest in made for subject in entry.statement.subjects):
            predicate = entry.statement.predicate
            report.say(
                "excepted",
                rule=quote(predicate["detail"]["rule"]),
                signer=chain.signer(entry),
                until=predicate["expires_at"] or "it is revoked",
                entry=entry.name,
            )


class Standing(NamedTuple):
    """Whose judgements of a bundle stand: of each person the last one."""

    rejected: tuple[Entry, ...]
    """Rejections that nobody took back."""
    independent: tuple[Entry, ...]
    """Approvals of approvers who have no part in it."""
    dependent: tuple[Entry, ...]
    """Approvals of those who have."""


def read_standing(chain: Chain, release: Release, now: str, report: Report) -> Standing:
    """Read who approved or rejected a bundle.

    Args:
        chain: the statements.
        release: the bundle.
        now: instant, UTC.
        report: gains a sentence for each approval that does not count.

    Returns:
        Of each person the last judgement that stands.
    """
    revoked, taken_back = _revocations(chain), _taken_back(chain)
    standing: dict[str, Entry] = {}
    for entry in _acts(chain, "approve", "reject"):
        if all(subject.digest != release.bundle for subject in entry.statement.subjects):
            continue
        person = _person(chain, entry)
        if entry.statement.predicate["act"] == "reject":
            stands = (entry.leaf.envelope, person) not in taken_back
        else:
            stands = _counts(chain, entry, revoked, now, report)
        if stands:
            standing.pop(person, None)
            standing[person] = entry
    authors = Authors(chain, release)
    rejected = [one for one in standing.values() if one.statement.predicate["act"] == "reject"]
    approved = [one for one in standing.values() if one.statement.predicate["act"] == "approve"]
    independent = [entry for entry in approved if authors.is_independent(entry)]
    dependent = [entry for entry in approved if entry not in independent]
    return Standing(tuple(rejected), tuple(independent), tuple(dependent))


def check_approval(chain: Chain, release: Release, now: str, report: Report) -> str:
    """Say who approved a bundle.

    Args:
        chain: the statements.
        release: the bundle.
        now: instant, UTC.
        report: gains sentences; of each person, the last judgement that stands counts.

    Returns:
        The sentence that sums it up.
    """
    standing = read_standing(chain, release, now, report)
    told: list[tuple[str, dict[str, object]]] = []
    for entry in standing.rejected:
        role = entry.statement.actor.role
        told.append(
            ("rejected", {"signer": chain.signer(entry), "role": role, "entry": entry.name})
        )
    for entry in standing.independent or standing.dependent:
        fields = {
            "stage": entry.statement.predicate["stage_of_use"] or release.stage_of_use,
            "signer": chain.signer(entry),
            "conditions": _conditions(entry),
            "entry": entry.name,
        }
        told.append(("approved" if standing.independent else "approved-author", fields))
    told = told or [("approval-none", {})]
    for code, fields in told:
        report.say(code, **fields)
    return say(told[0][0], **told[0][1])


def read_decisions(chain: Chain, release: Release) -> tuple[Entry, ...]:
    """Read who decided that a bundle may be used or not; it stands beside approvals.

    A no go stands unless the same person decides anew or revokes it; a go stands unless anybody
    revoked it, and only from a signer whom the reader knows.

    Args:
        chain: the statements.
        release: the bundle.

    Returns:
        Of each person the last decision that stands, in log order.
    """
    revoked, taken_back = _revocations(chain), _taken_back(chain)
    standing: dict[str, Entry] = {}
    for entry in _acts(chain, "decide"):
        if all(subject.digest != release.bundle for subject in entry.statement.subjects):
            continue
        person = _person(chain, entry)
        if is_go(entry):
            stands = entry.leaf.envelope not in revoked
            stands &= chain.trust.signer(entry.leaf.key) is not None
        else:
            stands = (entry.leaf.envelope, person) not in taken_back
        if stands:
            standing.pop(person, None)
            standing[person] = entry
    return tuple(standing.values())


def is_go(decision: Entry) -> bool:
    """Say whether a decision lets the bundle be used."""
    return bool(decision.statement.predicate["detail"]["go"])


def note_decisions(chain: Chain, release: Release, report: Report) -> None:
    """Say who decided that a bundle may be used or not.

    Args:
        chain: the statements.
        release: the bundle.
        report: gains a sentence for the last decision of each person.
    """
    for entry in read_decisions(chain, release):
        report.say(
            "decided",
            word="go" if is_go(entry) else "no go",
            signer=chain.signer(entry),
            role=entry.statement.actor.role,
            entry=entry.name,
            conditions=_conditions(entry),
        )


class Authors:
    """Whose work a bundle is: keys, and every name that goes with one of them.

    Args:
        chain: the statements.
        release: the bundle.
    """

    def __init__(self, chain: Chain, release: Release) -> None:
        self._names: dict[str, set[str]] = {}
        for keys in chain.keys:
            for key, person in keys.persons.items():
                self._names.setdefault(key, set()).add(_folded(person.name))
        for one in chain.trust.signers:
            self._names.setdefault(one.key.key_id, set()).add(_folded(one.name))
        way = {entry.index for entry in release.way}
        plans = [
            plan
            for history in read_histories(chain).values()
            if not way.isdisjoint(history.openings)
            for plan in history.plans
        ]
        steps = [entry for entry in release.way if entry.stage is not None]
        self._keys = {entry.leaf.key for entry in (chain.entries[0], *plans, *steps)}
        self._known = {name for key in self._keys for name in self._names[key]}

    def is_independent(self, entry: Entry) -> bool:
        """Say whether an approver has no part in what she approves."""
        return entry.statement.actor.role == "approver" and not self.include(entry)

    def include(self, entry: Entry) -> bool:
        """Say whether the signer of an entry has a part in the bundle."""
        key = entry.leaf.key
        return key in self._keys or not self._known.isdisjoint(self._names[key])


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _person(chain: Chain, entry: Entry) -> str:
    """Tell persons apart: by the reader's name, else by key; what a workspace says is a claim."""
    known = chain.trust.signer(entry.leaf.key)
    return _folded(known.name) if known else entry.leaf.key


def _acts(chain: Chain, *kinds: str) -> Iterator[Entry]:
    for entry in chain.of_kind(ACT):
        if entry.statement.predicate["act"] in kinds:
            yield entry


def _taken_back(chain: Chain) -> set[tuple[Digest, str]]:
    """Give what was revoked, and by whom."""
    return {
        (subject.digest, _person(chain, entry))
        for entry in _acts(chain, "revoke")
        for subject in entry.statement.subjects
    }


def _counts(
    chain: Chain, entry: Entry, revoked: dict[Digest, Entry], now: str, report: Report
) -> bool:
    expires = entry.statement.predicate["expires_at"]
    role = entry.statement.actor.role
    reason = ""
    if entry.leaf.envelope in revoked:
        reason = f"it was revoked at {revoked[entry.leaf.envelope].name}"
    elif expires is not None and expires <= now:
        reason = f"it expired at {expires}"
    elif role not in {"approver", "author"}:
        reason = f"its role is {role}"
    elif chain.trust.signer(entry.leaf.key) is None:
        reason = "you do not know the signer"
    if reason:
        signer = chain.signer(entry)
        report.say("approval-void", entry=entry.name, signer=signer, reason=reason)
    return not reason


def _conditions(entry: Entry) -> str:
    conditions = entry.statement.predicate["conditions"]
    return f", on condition: {'; '.join(map(quote, conditions))}" if conditions else ""


def _revocations(chain: Chain) -> dict[Digest, Entry]:
    revoked: dict[Digest, Entry] = {}
    for entry in _acts(chain, "revoke"):
        for subject in entry.statement.subjects:
            revoked.setdefault(subject.digest, entry)
    return revoked


def _revoked(
    revoked: dict[Digest, Entry], entries: Iterable[Entry]
) -> Iterator[tuple[Entry, Entry]]:
    for entry in entries:
        digests = [entry.leaf.envelope]
        if entry.stage is not None:
            digests += [subject.digest for subject in entry.statement.subjects]
        act = next((revoked[digest] for digest in digests if digest in revoked), None)
        if act is not None:
            yield entry, act
