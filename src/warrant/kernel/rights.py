"""Rights to sources: nothing is trained or deployed on what may not be used.

A right belongs to documents, and the last ingest step that gave the same documents before a step
says what it was then: reading them again renews a right, or shortens it. The same rows under
another manifest are the same documents.

Law: more sources on the way to a step never make it pass.
Law: a step is never judged by an earlier day than what stands before it in the log.

Source: docs/reference/verification.md, step (8).
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from warrant.kernel.plans import fingerprint_of
from warrant.kernel.predicates import CLAIM
from warrant.kernel.wording import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from warrant.kernel.chain import Chain, Entry
    from warrant.kernel.verdict import Report

_USES_OF_RIGHTS = frozenset({"train", "deploy"})


class Rights(NamedTuple):
    """What an ingest step signed on its sources."""

    entry: Entry
    """The ingest step."""
    denied: Sequence[str]
    """Sources that may not be trained on, as the recipe writes them."""
    ends: Sequence[tuple[str, int, str]]
    """Last day `YYYY-MM-DD`, place in the claim and name of the other sources, the first to end
    first."""


class Documents:
    """Which documents each step stands on, and what was signed on them when.

    Args:
        chain: with the lineage read.
    """

    def __init__(self, chain: Chain) -> None:
        self._versions: list[list[Rights]] = []
        self._risky = 0
        # A set of documents is an integer with one bit for each: thousands of steps share them.
        self.below: dict[int, int] = {}
        numbers: dict[str, int] = {}
        for entry in chain.steps:
            if entry.stage == "ingest":
                self._read(chain, entry, numbers)
        for entry in chain.steps:
            found = 0
            for needed in entry.statement.dependencies:
                maker, _ = chain.lineage.makers[needed.digest]
                found |= self.below[maker.index]
                known = numbers.get(fingerprint_of(chain, needed.digest))
                if known is not None:
                    found |= 1 << known
            self.below[entry.index] = found

    def _read(self, chain: Chain, entry: Entry, numbers: dict[str, int]) -> None:
        rights = _rights_of(chain, entry)
        for subject in entry.statement.subjects:
            if subject.name == CLAIM:
                continue
            known_by = fingerprint_of(chain, subject.digest)
            number = numbers.setdefault(known_by, len(numbers))
            if number == len(self._versions):
                self._versions.append([])
            self._versions[number].append(rights)
            if rights.denied or rights.ends:
                self._risky |= 1 << number

    def rights(self, documents: int, before: int) -> list[Rights]:
        """Give what was last signed on documents.

        Args:
            documents: a set of them.
            before: index in the log.

        Returns:
            The ingest steps that count just before it, in log order, each once; those without
            any limit are left out.
        """
        found: dict[int, Rights] = {}
        for number, bit in enumerate(reversed(f"{documents & self._risky:b}")):
            if bit == "1":
                versions = self._versions[number]
                place = bisect_left(versions, before, key=lambda one: one.entry.index)
                found[versions[place - 1].entry.index] = versions[place - 1]
        return [found[index] for index in sorted(found)]


def check_rights(chain: Chain, judged: Iterable[Entry], now: str, report: Report) -> bool:
    """Check that each source was used within its right.

    Args:
        chain: the statements.
        judged: those whose train and deploy steps matter.
        now: instant, UTC.
        report: gains faults, and a note for each right that has ended since.

    Returns:
        True when each was.

    Source: docs/reference/verification.md, step (8).
    """
    documents, used = Documents(chain), 0
    before = report.refused
    # A clock that was set back makes no step earlier than what the log holds before it.
    latest = list(accumulate((leaf.recorded_at for leaf in chain.view.leaves), max))
    for entry in judged:
        if entry.stage is None:
            continue
        below = documents.below[entry.index]
        used |= below
        if entry.stage in _USES_OF_RIGHTS:
            for rights in documents.rights(below, entry.index):
                at = max(latest[entry.index], entry.statement.recorded_at)
                _check_use(entry, rights, at, report)
    for rights in documents.rights(used, len(chain.view.leaves)):
        for expires, _, name in sorted(rights.ends, key=lambda end: end[1]):
            if now[:10] > expires:
                fields = {"source": quote(name), "origin": rights.entry.name, "expires": expires}
                report.say("right-ended", **fields)
    return report.refused == before


def _check_use(entry: Entry, rights: Rights, at: str, report: Report) -> None:
    origin = rights.entry.name
    if rights.denied:
        fields = {"source": quote(rights.denied[0]), "count": len(rights.denied)}
        report.refuse("right-denied", entry=entry.name, origin=origin, **fields)
    count = bisect_left(rights.ends, (at[:10],))
    if count:
        expires, _, name = rights.ends[0]
        report.refuse(
            "right-expired",
            entry=entry.name,
            at=at,
            source=quote(name),
            origin=origin,
            expires=expires,
            count=count,
        )


def _rights_of(chain: Chain, entry: Entry) -> Rights:
    sources = chain.lineage.claims[entry.index]["sources"]
    ends = [
        (source["rights"]["expires"], place, source["name"])
        for place, source in enumerate(sources)
        if source["rights"].get("expires") not in {None, "never"}
    ]
    denied = [source["name"] for source in sources if source["rights"].get("train") is False]
    return Rights(entry, denied, sorted(ends))
