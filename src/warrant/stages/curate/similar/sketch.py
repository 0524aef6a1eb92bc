"""Signatures and sets of texts, by compiled loops where that pays.

The loops need numba, the extra `fast`, and most of a second to load. What they give is the same,
so they are loaded once so much text has gone by that they win more than that.

Law: it makes no difference whether loops are compiled.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from warrant.stages.curate.similar.minhash import bands_of, empty_bins, signatures
from warrant.stages.curate.similar.shingles import different, portions, prepare, shingle

if TYPE_CHECKING:
    from types import ModuleType

    import pyarrow as pa
    from numpy.typing import NDArray

PAYS_BYTES = 96 << 20
"""After so much text of one process the loops are loaded."""

_seen = 0


def sign(texts: pa.Array) -> NDArray[np.uint64]:
    """Make signatures of texts.

    Args:
        texts: strings; null counts as empty.

    Returns:
        Shape (texts, 32), as `minhash.signatures` of their `shingles`.
    """
    loops = _loops(texts.nbytes)
    if loops is None:
        return signatures(shingle(texts))
    found = [np.empty((0, 32), np.uint64)]
    for portion in portions(texts):
        ready = prepare(portion)
        bins = empty_bins(len(portion))
        loops.least_members(ready.eight, ready.offsets, ready.breaks, bins)
        found.append(bands_of(bins))
    return np.concatenate(found)


def sets_of(texts: pa.Array) -> list[NDArray[np.uint64]]:
    """Give the set of each text.

    Args:
        texts: strings; null counts as empty.

    Returns:
        Different members, rising, as `shingle(texts).sets()`.
    """
    loops = _loops(texts.nbytes)
    if loops is None:
        return shingle(texts).sets()
    sets: list[NDArray[np.uint64]] = []
    for portion in portions(texts):
        ready = prepare(portion)
        counts = np.empty(len(portion), np.int64)
        out = np.empty(len(ready.data), np.uint64)
        loops.all_members(ready.eight, ready.offsets, ready.breaks, out, counts)
        ends = [0, *np.cumsum(counts).tolist()]
        sets += [different(out[one:end]) for one, end in pairwise(ends)]
    return sets


def load_loops() -> bool:
    """Load the compiled loops now, to be used from here on.

    Returns:
        Whether there are any.
    """
    global _seen  # noqa: PLW0603 - what pays is a matter of the process
    _seen = PAYS_BYTES
    return _compiled() is not None


def _loops(size: int) -> ModuleType | None:
    global _seen  # noqa: PLW0603 - likewise
    _seen += size
    return _compiled() if _seen > PAYS_BYTES else None


@cache
def _compiled() -> ModuleType | None:
    from warrant.stages.curate.similar import compiled

    try:
        compiled.compile_loops()
    except ImportError:
        return None
    return compiled
