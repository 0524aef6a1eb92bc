"""Verification: twelve numbered steps from bytes to one of three results.

The steps, their sentences and their results are described in docs/reference/verification.md,
from which the stand-alone `verify.py` was written too: neither imports the other, and a
differential test compares them.

Law: `verify` returns a verdict for every file and folder, however hostile.
Law: more trust or an earlier `now` never turns *holds* into *refused*, except by a role that
the reader denies.

Source: docs/reference/verification.md; DESIGN, section 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import InputError, IntegrityError
from warrant.kernel import approval, lineage
from warrant.kernel.bundle_evidence import BundleEvidence
from warrant.kernel.chain import Chain, count_unprotected, read_keys, read_statements
from warrant.kernel.evidence import no_evidence
from warrant.kernel.log_view import check_once, check_seen, open_checkpoint, view_log
from warrant.kernel.outside import note_outsides
from warrant.kernel.plans import check_plans, check_tests
from warrant.kernel.predicates import ACT
from warrant.kernel.rights import check_rights
from warrant.kernel.tlog_policy import endorse
from warrant.kernel.verdict import Report, StoppedError, Verdict
from warrant.kernel.wording import fault, quote
from warrant.kernel.workspace_evidence import WorkspaceEvidence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warrant.kernel.chain import Entry
    from warrant.kernel.evidence import Evidence
    from warrant.kernel.log_view import LogView
    from warrant.kernel.trust import Seen, Trust
    from warrant.kernel.verdict import Result
    from warrant.kernel.workspace_contents import Rows

WORKSPACE_FOLDER = ".warrant"
"""What makes a folder a workspace."""


def open_evidence(path: Path, rows: Rows | None = None) -> Evidence:
    """Take a file as a bundle, a folder as a workspace.

    Args:
        path: as the reader gave it.
        rows: how the rows of a workspace are read; None when nobody can.

    Returns:
        The evidence, nothing of it read.

    Raises:
        InputError: when it is neither a file nor a folder with `.warrant` in it.
    """
    if path.is_file():
        return BundleEvidence(path)
    if (path / WORKSPACE_FOLDER).is_dir():
        return WorkspaceEvidence(path / WORKSPACE_FOLDER, rows)
    raise no_evidence(path)


def verify(evidence: Evidence, trust: Trust, now: str, *, seen: Seen | None = None) -> Verdict:
    """Check a bundle or a workspace from the first byte to the last signature.

    Args:
        evidence: what is checked; closed at the end.
        trust: whom the reader knows.
        now: instant, UTC, whole seconds.
        seen: the checkpoints that the reader has seen before; None when nobody kept them.

    Returns:
        The result with a sentence for every step reached and every fault found. Keeping the
        checkpoint in `seen/` is for the caller, when the result is not *refused*.

    Raises:
        OSError: when a file cannot be read that the system says is there.

    Source: docs/reference/verification.md.
    """
    case = _Case(evidence, trust, now, seen)
    try:
        case.run()
    except StoppedError:
        pass
    finally:
        evidence.close()
    return case.verdict()


class _Case:
    """One verification: what is given, and what the steps have found so far."""

    def __init__(self, evidence: Evidence, trust: Trust, now: str, seen: Seen | None) -> None:
        self.evidence = evidence
        self.trust = trust
        self.now = now
        self.seen = seen
        self.report = Report()
        self.chain: Chain | None = None
        self.approval = ""
        self.bundle = ""
        self.is_known = False
        self.signers: list[str] = []

    def run(self) -> None:
        """Run the steps in order; a fault in (1) to (7) takes the ground from what follows."""
        report, evidence = self.report, self.evidence
        with report.at(1, is_ground=True):  # container and names
            evidence.check_container(report)
        with report.at(2, is_ground=True):  # the log's signature on its checkpoint
            entries = evidence.read_entries()
            signed = open_checkpoint(evidence, entries)
            size, origin = signed.checkpoint.size, quote(signed.checkpoint.origin)
            report.say("checkpoint-sound", size=size, origin=origin)
        with report.at(3, is_ground=True):  # leaves and root
            view = view_log(signed, entries)
            is_sound = report.add_all(check_once(view))
            if report.add_all(evidence.check_log(view)) and is_sound:
                report.say("leaves-sound", size=size)
        with report.at(4, is_ground=True):  # freshness
            self.check_freshness(view)
        chain = self.chain = Chain(view, self.trust)
        with report.at(5, is_ground=True):  # keys
            if report.add_all(read_keys(chain, evidence)):
                keys = chain.keys[-1]
                report.say("keys-sound", persons=len(keys.persons), models=len(keys.models))
        with report.at(6, is_ground=True):  # statements
            self.check_statements(chain)
        with report.at(7, is_ground=True):  # order
            self.check_order(chain)
        with report.at(8):  # rights
            if check_rights(chain, self.judged(chain), self.now, report):
                report.say("rights-sound")
        with report.at(9):  # contents
            evidence.check_contents(report, chain)
        with report.at(10):  # model signature
            evidence.check_model(report, chain)
        with report.at(11):  # acts
            self.check_acts(chain)
        with report.at(12):  # trust
            self.check_trust(chain)

    def check_freshness(self, view: LogView) -> None:
        """Step (4): compare with the highest checkpoint seen before."""
        report, size = self.report, len(view.leaves)
        origin = view.signed.checkpoint.origin
        known = None
        if self.seen is not None:
            try:
                known = self.seen.read(origin)
            except InputError:
                raise fault("seen-form", origin=quote(origin)) from None
        if not report.add_all(check_seen(view, known)):
            return
        if known is None:
            report.say("fresh-unknown", last=size - 1)
        else:
            report.say("fresh", last=size - 1, seen=known.size)

    def check_statements(self, chain: Chain) -> None:
        """Step (6): every statement that is present or must be."""
        report = self.report
        is_sound = report.add_all(read_statements(chain, self.evidence))
        if is_sound and report.add_all(self.evidence.check_names(chain)):
            size = len(chain.view.leaves)
            report.say("statements-sound", count=len(chain.entries), size=size)
        if unprotected := count_unprotected(chain):
            report.say("unprotected", count=unprotected)

    def check_order(self, chain: Chain) -> None:
        """Step (7): dependencies, claims and manifests, content keys, plans."""
        report = self.report
        lineage.read_makers(chain)
        is_sound = report.add_all(lineage.check_dependencies(chain))
        is_sound &= report.add_all(lineage.read_records(chain, self.evidence))
        if is_sound:
            is_sound = report.add_all(lineage.check_content_keys(chain))
            is_sound &= report.add_all(check_tests(chain, self.judged(chain)))
        if is_sound and check_plans(chain, self.judged(chain), report):
            report.say("order-sound", count=len(chain.steps))

    def judged(self, chain: Chain) -> Sequence[Entry]:
        """Give the statements that the evidence is judged by: of a bundle those on its way."""
        if self.evidence.is_whole:
            return chain.entries
        release = self.evidence.release(chain)
        return release.way if release else ()

    def check_acts(self, chain: Chain) -> None:
        """Step (11): revocations, approvals, rejections."""
        approval.count_acts(chain, self.report)
        release = self.evidence.release(chain)
        if release is None:
            approval.note_revocations(chain, self.report)
            note_outsides(self.evidence.read_outsides(), None, self.trust, self.report)
            return
        self.bundle = release.bundle.hex
        approval.check_revocations(chain, release, self.report)
        approval.note_exceptions(chain, release, self.report)
        self.approval = approval.check_approval(chain, release, self.now, self.report)
        approval.note_decisions(chain, release, self.report)
        steps = [entry for entry in release.way if entry.stage is not None]
        authors = {entry.leaf.key for entry in (*chain.entries[:1], *steps)}
        outsides = self.evidence.read_outsides()
        note_outsides(outsides, release.bundle, self.trust, self.report, authors)

    def check_trust(self, chain: Chain) -> None:
        """Step (12): what the reader knows of the log and of the signers."""
        self.is_known = self.check_log_policy(chain)
        release = self.evidence.release(chain)
        entries = release.way if release else chain.entries
        for key in dict.fromkeys(
            entry.leaf.key for entry in entries if entry.leaf.predicate != ACT
        ):
            known = self.trust.signer(key)
            if known is None:
                self.is_known = False
                self.report.say("signer-unknown", key=key)
            else:
                self.signers.append(known.name)
                self.report.say("signer-known", name=quote(known.name), key=key)

    def check_log_policy(self, chain: Chain) -> bool:
        """Say whether the reader's log policy names the log; refuse where its quorum fails."""
        signed, policy = chain.view.signed, self.trust.policy
        origin = signed.checkpoint.origin
        if policy is None or (origin, signed.key) not in {
            (log.name, log.public) for log in policy.logs
        }:
            self.report.say("log-unknown", origin=quote(origin))
            return False
        try:
            endorse(policy, signed.written)
        except IntegrityError:
            raise fault("quorum", origin=quote(origin)) from None
        self.report.say("log-known", origin=quote(origin))
        return True

    def verdict(self) -> Verdict:
        """Sum up what the steps have found."""
        report, chain = self.report, self.chain
        lines, faults = tuple(report.lines), tuple(report.faults)
        result: Result = "holds" if self.is_known else "consistent, signer unknown"
        if faults or chain is None:
            result = "refused"
        if chain is None:
            return Verdict(result, lines, faults)
        signed = chain.view.signed
        return Verdict(
            result=result,
            lines=lines,
            faults=faults,
            signers=tuple(dict.fromkeys(self.signers)),
            origin=signed.checkpoint.origin,
            size=signed.checkpoint.size,
            checkpoint=signed.written.encode(),
            bundle=self.bundle,
            approval=self.approval,
        )
