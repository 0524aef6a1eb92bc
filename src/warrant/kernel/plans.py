"""Plans and openings of test sets: what was to be reached, and how often somebody looked.

A test set is known by the fingerprint of its rows: the same rows under another manifest are the
same test set.

Law: a plan signed after the first opening of its test set never counts, and is refused.
Law: rows that a model learned from never are its test set.

Source: docs/reference/verification.md, steps (7) and (9); formats.md, section 3.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warrant.kernel.predicates import PLANS
from warrant.kernel.wording import fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from warrant.errors import IntegrityError
    from warrant.kernel.chain import Chain, Entry
    from warrant.kernel.digest import Digest
    from warrant.kernel.verdict import Report


class History(NamedTuple):
    """What happened to one test set, in log order."""

    plans: list[Entry]
    """Plans for it."""
    openings: dict[int, Entry]
    """Evaluate steps that read it, by index."""

    @property
    def opened(self) -> int | None:
        """Index of the first opening; None before it."""
        return next(iter(self.openings), None)

    @property
    def counting(self) -> Entry | None:
        """The last plan before the first opening; None without one."""
        before = [plan for plan in self.plans if self.opened is None or plan.index < self.opened]
        return before[-1] if before else None


def fingerprint_of(chain: Chain, digest: Digest) -> str:
    """Give what a dataset is known by.

    Args:
        chain: with the lineage read.
        digest: of a manifest, or of anything else.

    Returns:
        The fingerprint that a statement signs for it, hex; else the digest itself.
    """
    manifest = chain.lineage.manifests.get(digest)
    return manifest.fingerprint if manifest else digest.hex


def read_histories(chain: Chain) -> dict[str, History]:
    """Gather plans and openings by test set.

    Args:
        chain: with the lineage read.

    Returns:
        By fingerprint.
    """
    found: dict[str, History] = {}
    for entry in chain.of_kind(*PLANS):
        test = fingerprint_of(chain, entry.statement.subjects[0].digest)
        found.setdefault(test, History([], {})).plans.append(entry)
    for entry in chain.steps:
        if entry.stage == "evaluate":
            for test in _read(chain, entry):
                found.setdefault(test, History([], {})).openings[entry.index] = entry
    return found


def check_tests(chain: Chain, judged: Iterable[Entry]) -> Iterator[IntegrityError]:
    """Check that a test set is a dataset whose fingerprint was signed, and no training rows.

    Args:
        chain: the statements.
        judged: those whose evaluate steps matter.

    Yields:
        A fault for each evaluate step whose `test` is something else, or rows that the step that
        made its `model` read.

    Source: docs/reference/verification.md, step (7).
    """
    manifests, makers = chain.lineage.manifests, chain.lineage.makers
    for entry in judged:
        read = {one.name: one.digest for one in entry.statement.dependencies}
        if entry.stage != "evaluate" or "test" not in read:
            continue
        test = manifests.get(read["test"])
        if test is None:
            yield fault("test-undeclared", entry=entry.name)
        elif "model" in read and test.rows:
            maker, _ = makers[read["model"]]
            learned = {fingerprint_of(chain, one.digest) for one in maker.statement.dependencies}
            if test.fingerprint in learned:
                yield fault("test-learned", entry=entry.name, maker=maker.name)


def check_plans(chain: Chain, judged: Iterable[Entry], report: Report) -> bool:
    """Check that no plan comes after its test set was opened, and count the openings.

    Args:
        chain: the statements.
        judged: those whose evaluate steps matter.
        report: gains a fault for each late plan, a note for none, and the openings.

    Returns:
        True when none is late.

    Source: docs/reference/formats.md, section 3.4.
    """
    histories = read_histories(chain)
    numbers = {
        (test, index): number
        for test, history in histories.items()
        for number, index in enumerate(history.openings, start=1)
    }
    told: dict[str, History] = {}
    for entry in judged:
        if entry.stage != "evaluate":
            continue
        tests = _read(chain, entry)
        if not any(histories[test].plans for test in tests):
            report.say("plan-none", entry=entry.name)
        for test, is_dataset in tests.items():
            told[test] = histories[test]
            if is_dataset:
                report.say("opening", entry=entry.name, number=numbers[test, entry.index])
    is_sound = True
    for history in told.values():
        first = next(iter(history.openings.values()))
        for plan in history.plans:
            if plan.index > first.index:
                report.refuse("plan-late", entry=first.name, plan=plan.name)
                is_sound = False
    return is_sound


def _read(chain: Chain, entry: Entry) -> dict[str, bool]:
    """Give what a step read by fingerprint, and whether it is a dataset."""
    return {
        fingerprint_of(chain, one.digest): one.digest in chain.lineage.manifests
        for one in entry.statement.dependencies
    }
