"""Dealing units out to training, validation and test, label by label.

A unit belongs to the rarest label of its rows, and each label is divided by itself, so that no
label is missing from the test by chance, and rows added to one label move rows of no other. Two
things cross labels: a group with rows of several labels, when another of them becomes the rarest,
and a part that would stay empty.

Law: no group, document or text stands in two parts.
Law: the parts are the same for every order of the rows.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.kernel.digest import tagged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from warrant.stages.split.config import SplitConfig
    from warrant.stages.split.unit import Unit

PARTS = ("train", "validation", "test")
"""Names of the outputs."""

_TAG = "warrant/split/1"
_FEWEST = 3  # units of a label from which one is kept for the test, whatever the share
_LEARNT = 2  # units of a label for training, where it has enough: of one alone nothing is learnt


def deal(
    units: Sequence[Unit], labels: Sequence[tuple[str, ...]], config: SplitConfig
) -> dict[str, list[Unit]]:
    """Deal units out to train, validation and test.

    Args:
        units: in order.
        labels: answers of each row.
        config: the shares.

    Returns:
        Units by part, in order. A part that would stay empty gets the smallest unit of the largest.

    Raises:
        InputError: when there are fewer units than parts.
    """
    shares = {"test": config.test, "validation": config.validation}
    shares = {part: share for part, share in shares.items() if share}
    if len(units) <= len(shares):
        raise _too_few(units, config)
    dealt: dict[str, list[Unit]] = {part: [] for part in PARTS}
    for stratum in _strata(units, labels):
        for unit, part in zip(stratum, _parts(stratum, shares), strict=True):
            dealt[part].append(unit)
    for part in ("train", *shares):
        if not dealt[part]:
            _move_smallest(dealt, part)
    return {part: sorted(found) for part, found in dealt.items()}


def _strata(units: Sequence[Unit], labels: Sequence[tuple[str, ...]]) -> Iterable[list[Unit]]:
    """Gather the units of each label; of rows without any label that holds, of none."""
    carried = [{label for row in unit.rows for label in labels[row]} for unit in units]
    counts = Counter(label for found in carried for label in found)
    strata: dict[str | None, list[Unit]] = {}
    for unit, found in zip(units, carried, strict=True):
        rarest = min(found, key=lambda label: (counts[label], label), default=None)
        strata.setdefault(rarest, []).append(unit)
    return strata.values()


def _parts(stratum: Sequence[Unit], shares: Mapping[str, float]) -> list[str]:
    """Give the part of each unit of one label.

    A unit goes to the test as long as that brings the test closer to its share, then to
    validation, else to training. Where large units fill training, small ones go there too.
    """
    if len(stratum) < _FEWEST:
        return _draw(stratum, shares)
    total = sum(len(unit.rows) for unit in stratum)
    sizes = dict.fromkeys(shares, 0)
    parts = []
    for unit in stratum:
        size = len(unit.rows)
        fitting = (part for part in shares if sizes[part] + size / 2 <= shares[part] * total)
        part = next(fitting, "train")
        parts.append(part)
        if part in sizes:
            sizes[part] += size
    if "test" in shares and "test" not in parts:
        parts[_smallest(stratum)] = "test"
    while parts.count("train") < _LEARNT:
        donor, units = Counter(part for part in parts if part != "train").most_common(1)[0]
        if units < 2:
            break
        parts[parts.index(donor)] = "train"
    return parts


def _draw(stratum: Sequence[Unit], shares: Mapping[str, float]) -> list[str]:
    """Divide a label of one or two units: the first by a keyed draw, the other to training.

    Rounded, such labels would never be tested; drawn, the rare labels together keep the shares.
    """
    drawn = int.from_bytes(tagged(_TAG, stratum[0].place).raw[:8]) / 2**64
    first, border = "train", 0.0
    for part, share in shares.items():
        border += share * len(stratum)
        if drawn < border:
            first = part
            break
    return [first, *("train" for _ in stratum[1:])]


def _smallest(units: Sequence[Unit]) -> int:
    return min(range(len(units)), key=lambda at: (len(units[at].rows), units[at].place))


def _move_smallest(dealt: dict[str, list[Unit]], part: str) -> None:
    donor = max(PARTS, key=lambda name: (len(dealt[name]), name == "train"))
    dealt[part].append(dealt[donor].pop(_smallest(dealt[donor])))


_FEW = 3
"""A group so large leaves nothing to divide."""


def _too_few(units: Sequence[Unit], config: SplitConfig) -> InputError:
    rows = sum(len(unit.rows) for unit in units)
    tied = f"the same {config.group!r}, document or text" if config.group else "a document or text"
    return InputError(
        f"{rows} labelled rows make {len(units)} groups that share {tied}: too few to be divided "
        "into train, validation and test.",
        do=f"Take 'group: {config.group}' out of 'split', name another column there, or add "
        "documents."
        if config.group and len(units) < _FEW
        else "Add documents.",
    )
