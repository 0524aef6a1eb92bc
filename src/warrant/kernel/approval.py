"""What people did after the steps: approvals, rejections, revocations.

Law: whatever takes something back counts even from a signer whom the reader does not know;
whatever allows something counts only from one whom the reader knows.
Law: what was revoked stays revoked: revoking a revocation changes nothing.

Source: docs/reference/verification.md, step (11); formats.md, section 3.3.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from warrant.kernel.predicates import ACT
from warrant.kernel.wording import quote, say

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    """What it stands on: all statements of keys, and the steps on the way to it."""

    @property
    def authors(self) -> frozenset[str]:
        """Key ids of those who signed a step on the way."""
        return frozenset(entry.leaf.key for entry in self.way if entry.stage is not None)


def check_revocations(chain: Chain, way: Iterable[Entry], report: Report) -> None:
    """Refuse what was revoked and lies on the way to a bundle.

    Args:
        chain: the statements.
        way: the statements that the bundle stands on.
        report: gains a fault for each that was revoked.
    """
    for entry, act in _revoked(chain, way):
        report.refuse("revoked", entry=entry.name, revoker=chain.signer(act), act=act.name)


def note_revocations(chain: Chain, report: Report) -> None:
    """Say what was revoked in a workspace.

    Args:
        chain: the statements.
        report: gains a sentence for each statement that was revoked.
    """
    for entry, act in _revoked(chain, chain.entries):
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


def check_approval(chain: Chain, release: Release, now: str, report: Report) -> str:
    """Say who approved a bundle.

    Args:
        chain: the statements.
        release: the bundle.
        now: instant, UTC.
        report: gains sentences, and a fault when the bundle was revoked.

    Returns:
        The sentence that sums it up.
    """
    revoked = _revocations(chain)
    if release.bundle in revoked:
        act = revoked[release.bundle]
        report.refuse("bundle-revoked", revoker=chain.signer(act), act=act.name)
    about = [
        entry
        for entry in chain.of_kind(ACT)
        if any(subject.digest == release.bundle for subject in entry.statement.subjects)
    ]
    summary = ""
    for entry in about:
        if entry.statement.predicate["act"] == "reject" and entry.leaf.envelope not in revoked:
            fields = {"signer": chain.signer(entry), "role": entry.statement.actor.role}
            report.say("rejected", entry=entry.name, **fields)
            summary = summary or say("rejected", entry=entry.name, **fields)
    approvals = [entry for entry in about if entry.statement.predicate["act"] == "approve"]
    counted = [entry for entry in approvals if _counts(chain, entry, revoked, now, report)]
    independent = [entry for entry in counted if _is_independent(entry, release)]
    for entry in independent or counted:
        code = "approved" if independent else "approved-author"
        fields = {
            "stage": entry.statement.predicate["stage_of_use"] or release.stage_of_use,
            "signer": chain.signer(entry),
            "conditions": _conditions(entry),
        }
        report.say(code, entry=entry.name, **fields)
        summary = summary or say(code, entry=entry.name, **fields)
    if not summary:
        report.say("approval-none")
    return summary or say("approval-none")


def _is_independent(entry: Entry, release: Release) -> bool:
    return entry.statement.actor.role == "approver" and entry.leaf.key not in release.authors


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
    for entry in chain.of_kind(ACT):
        if entry.statement.predicate["act"] == "revoke":
            for subject in entry.statement.subjects:
                revoked.setdefault(subject.digest, entry)
    return revoked


def _revoked(chain: Chain, entries: Iterable[Entry]) -> list[tuple[Entry, Entry]]:
    revoked = _revocations(chain)
    found = []
    for entry in entries:
        digests = [entry.leaf.envelope]
        if entry.stage is not None:
            digests += [subject.digest for subject in entry.statement.subjects]
        act = next((revoked[digest] for digest in digests if digest in revoked), None)
        if act is not None:
            found.append((entry, act))
    return found
