"""What to get next, in plain sentences, in the order of what it is expected to bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warrant.flow.advise.advice import Advice, LabelAdvice, ValueAdvice
    from warrant.metrics.growth import Gain

MOST_LABELS = 3
"""Labels that are named one by one."""
_LEAST = 0.002  # of macro-F1: less is not worth a sentence


class Step(NamedTuple):
    """One thing to do."""

    gain: float | None
    """Of macro-F1, expected; None: not known."""
    text: str
    """What, and what it would bring."""


def next_steps(advice: Advice, root: Path) -> list[Step]:
    """Say what to do next.

    Args:
        advice: what was found.
        root: the workspace, for commands.

    Returns:
        The most helpful first; what is not known stands at the end.
    """
    found = [*_suspects(advice, root), *_labels(advice), *_whole(advice), *_values(advice)]
    known = [one for one in found if one.gain is not None]
    unknown = [one for one in found if one.gain is None]
    ordered = sorted(known, key=lambda one: -(one.gain or 0.0))
    return [*ordered, *unknown, *_silent(advice)]


def told(gain: Gain) -> str:
    """Write a gain with its interval.

    Args:
        gain: of F1.

    Returns:
        For example `+0.02 [0.01, 0.04]`.
    """
    return f"{_zero(gain.expected):+.3f} [{_zero(gain.low):.3f}, {_zero(gain.high):.3f}]"


def _zero(value: float) -> float:
    return round(value, 3) + 0.0  # no minus before a zero


def _suspects(advice: Advice, root: Path) -> Iterator[Step]:
    count = len(advice.suspects)
    if not count:
        return
    gain = advice.cleaned
    many = "1 label, which is" if count == 1 else f"{count:,} labels, which are"
    text = f"Judge {many} probably wrong: warrant advise {root} --suspects suspects.xlsx."
    if gain is None:
        yield Step(None, text)
        return
    yield Step(
        gain.expected,
        f"{text} Without them {advice.figure} on the other rows changes by {told(gain)}; "
        "corrected, they may bring more.",
    )


def _labels(advice: Advice) -> Iterator[Step]:
    many = max(len(advice.labels), 1)
    for one in advice.labels[:MOST_LABELS]:
        gain = one.doubled
        if gain is not None and gain.expected / many >= _LEAST:
            yield Step(gain.expected / many, _label(one, gain))


def _label(one: LabelAdvice, gain: Gain) -> str:
    return (
        f"Get more rows of {one.label!r}: it has {one.rows:,}, its F1 is {one.f1:.3f}, and twice "
        f"as many rows of all labels are expected to bring {told(gain)}."
    )


def _whole(advice: Advice) -> Iterator[Step]:
    gain = advice.whole.doubled
    if gain is None:
        return
    now = f"{advice.figure} is {advice.whole.f1:.3f} with {advice.rows:,} rows"
    if gain.low <= 0:
        yield Step(
            None,
            f"Whether more rows of the same kind help is not known: {now}, and twice as many bring "
            f"{told(gain)}.",
        )
    elif gain.high < _LEAST:
        yield Step(0.0, f"More rows of the same kind bring next to nothing: {now}.")
    else:
        yield Step(
            gain.expected, f"Double the rows, of the same kind: {now}, expected {told(gain)}."
        )


def _values(advice: Advice) -> Iterator[Step]:
    for one in advice.values:
        if one.worth is not None and one.worth.high < 0:
            yield Step(-one.worth.expected, _harmful(one, one.worth, advice.figure))
    best = [one for one in advice.values if one.worth is not None and one.worth.low > 0]
    for one in sorted(best, key=_worth_of_a_row)[-1:]:
        if one.worth is not None:
            yield Step(None, _best(one, one.worth))


def _worth_of_a_row(one: ValueAdvice) -> float:
    return one.worth.expected / one.rows if one.worth else 0.0


def _harmful(one: ValueAdvice, worth: Gain, figure: str) -> str:
    return (
        f"Look at the {one.rows:,} rows of {_named(one)}: with them {figure} changes by "
        f"{told(worth)}, so it is better to leave them out, or to correct them."
    )


def _best(one: ValueAdvice, worth: Gain) -> str:
    return (
        f"Row for row those of {_named(one)} are worth most: {one.rows:,} of them bring "
        f"{told(worth)}. What more of them bring is not known."
    )


def _named(one: ValueAdvice) -> str:
    return f"the source {one.value!r}" if one.by == "source" else f"{one.by} {one.value!r}"


def _silent(advice: Advice) -> Iterator[Step]:
    """Say what nothing is claimed about."""
    labels = sum(one.doubled is None for one in advice.labels)
    if labels:
        yield Step(None, f"What more rows bring is not known of {labels:,} labels.")
    slices = sum(one.f1 is None for one in advice.values)
    if slices:
        yield Step(None, f"Nothing is claimed about {slices:,} slices: too few rows.")
    if advice.left_out:
        yield Step(
            None,
            f"Time was up before {advice.left_out:,} sources and slices were valued: give more "
            "with --time.",
        )
