"""The rows that two releases answer differently, the weightiest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from warrant.flow.comparing.found import Flipped
from warrant.flow.comparing.kinds import difference, shown
from warrant.flow.investigate.asking import JOINT
from warrant.serve.wording import shown as strongest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from warrant.flow.comparing.kinds import Said
    from warrant.flow.comparing.lines import Line
    from warrant.flow.comparing.side import Side

MOST_FLIPS = 10
"""Rows that are named."""

_WORDS = 3


class Answers(NamedTuple):
    """What one release says."""

    said: list[Said]
    """Of each row."""
    odds: NDArray[np.float64]
    """Shape (rows, labels of the model), 0 to 1."""
    right: NDArray[np.bool_]
    """Shape (rows,): whether it is the right answer, as the kind of task counts it."""


def name_flips(
    sides: tuple[Side, Side],
    lines: Sequence[Line],
    one: Answers,
    other: Answers,
    differ: Sequence[int],
) -> Iterator[Flipped]:
    """Name the weightiest flips.

    Args:
        sides: the two releases.
        lines: the rows both were asked about.
        one: what the first says.
        other: what the second says.
        differ: places of the rows that are answered differently.

    Yields:
        At most `MOST_FLIPS`, by what they cost where errors have prices.
    """
    task = sides[0].answerer.model.task
    weights = [_weight(sides, lines[at], one, other, at) for at in differ]
    order = sorted(range(len(differ)), key=lambda at: (-weights[at], differ[at]))[:MOST_FLIPS]
    chosen = [differ[at] for at in order]
    told = sides[1].answerer.answer([lines[at].cells for at in chosen])
    for place, at, answer in zip(order, chosen, told, strict=True):
        found = next(iter((answer.words or {}).values()), ())
        yield Flipped(
            row=lines[at].row,
            path=lines[at].path,
            true=shown(task, lines[at].true, lines[at].true, JOINT),
            before=shown(task, one.said[at], lines[at].true, JOINT),
            after=shown(task, other.said[at], lines[at].true, JOINT),
            weight=weights[place],
            words=tuple(part.term for part in strongest(found)[:_WORDS]),
        )


def _weight(sides: tuple[Side, Side], line: Line, one: Answers, other: Answers, at: int) -> float:
    if sides[0].answerer.model.task in ("spans", "generation"):
        return difference(line.true, one.said[at], other.said[at])
    prices = sides[1].settings("train").get("costs")
    if prices:
        return abs(
            _cost(prices, line.true.parts, other.said[at].parts)
            - _cost(prices, line.true.parts, one.said[at].parts)
        )
    moved = [
        abs(_odds(sides[1], other, at, label) - _odds(sides[0], one, at, label))
        for label in line.true.parts
    ]
    return max(moved, default=0.0)


def _cost(prices: Mapping[str, Any], true: Sequence[str], said: Sequence[str]) -> float:
    """Give what one answer costs by the prices of the second release."""
    missed = [
        prices["missed"].get(one, prices["missed_default"]) for one in true if one not in said
    ]
    return float(sum(missed) + prices["false_alarm"] * sum(one not in true for one in said))


def _odds(side: Side, found: Answers, at: int, label: str) -> float:
    known = side.answerer.model.labels
    return float(found.odds[at, known.index(label)]) if label in known else 0.0
