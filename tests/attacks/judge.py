"""Asking both verifiers, and comparing what they say."""

from __future__ import annotations

import verify as alone
from tests.attacks.build import NOW, Lie
from warrant.kernel.trust import Seen, Trust
from warrant.kernel.verdict import Verdict
from warrant.kernel.verify import open_evidence, verify


def by_kernel(lie: Lie, *, with_rows: bool = True) -> Verdict:
    evidence = open_evidence(lie.path, lie.rows if with_rows else None)
    seen = Seen(lie.seen) if lie.seen else None
    return verify(evidence, Trust.load(lie.trust), NOW, seen=seen)


def by_script(lie: Lie) -> alone.Verdict:
    seen = alone.Seen(lie.seen or lie.path.parent / "never")
    trust = alone.load_trust(lie.trust)
    return alone.verify(alone.open_evidence(lie.path), trust, NOW, seen.read)


def judge(lie: Lie) -> None:
    ours, theirs = by_kernel(lie), by_script(lie)
    assert ours.result == lie.result, ours.lines
    for sentence in lie.expect:
        assert any(sentence in line for line in ours.lines), (sentence, ours.lines)
    if lie.alone:
        assert any(lie.alone in line for line in theirs.lines), theirs.lines
    else:
        assert theirs.result == lie.result, theirs.lines
    plain = by_kernel(lie, with_rows=False)
    assert list(plain.lines) == theirs.lines
    assert (plain.headline, plain.exit_code) == (theirs.headline, theirs.exit_code)
