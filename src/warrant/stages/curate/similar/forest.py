"""Clusters: texts that are tied by similar pairs, directly or through others.

Law: two texts are in one cluster exactly when a chain of pairs leads from one to the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Tie(NamedTuple):
    """A similar pair."""

    first: int
    """Place of the earlier text."""
    second: int
    """Place of the later one."""
    similarity: float
    """0 to 1."""


class Forest(NamedTuple):
    """The clusters of some ties."""

    ties: tuple[Tie, ...]
    """As few as hold each cluster together, the strongest; sorted by the later text."""
    sizes: tuple[int, ...]
    """Texts of each cluster, the largest first."""


def grow(ties: Iterable[Tie]) -> Forest:
    """Find clusters, and keep of each the strongest ties that hold it together.

    Args:
        ties: similar pairs, in any order.

    Returns:
        The clusters; of n texts n - 1 ties stay.
    """
    parent: dict[int, int] = {}
    sizes: dict[int, int] = {}
    kept = []
    for tie in sorted(ties, key=lambda one: (-one.similarity, one.second, one.first)):
        roots = sorted((_root(parent, tie.first), _root(parent, tie.second)))
        if roots[0] != roots[1]:
            parent[roots[1]] = roots[0]
            sizes[roots[0]] = sizes.get(roots[0], 1) + sizes.pop(roots[1], 1)
            kept.append(tie)
    kept.sort(key=lambda one: (one.second, one.first))
    return Forest(tuple(kept), tuple(sorted(sizes.values(), reverse=True)))


def _root(parent: dict[int, int], text: int) -> int:
    while (above := parent.setdefault(text, text)) != text:
        parent[text] = parent.get(above, above)
        text = above
    return text
