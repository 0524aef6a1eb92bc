"""Causes that lie in training rows: the fewest without which the answer is another are looked at.

The model was fitted again without them, so that they did it is no guess; what is wrong with them
is judged by what the other rows say of them, by near copies, and by where they come from.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from warrant.flow.investigate.causes.made import cause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.flow.investigate.causes.clues import Clues
    from warrant.flow.investigate.found import Cause
    from warrant.flow.investigate.kinds import PlaceModel

COPY = 0.8
"""From this share of common words on, two texts are near copies."""

_FEWEST_COPIES = 5
_ONE_SIDED = 0.85
"""Share of a group from which its label counts as its own."""
_SHOWN = 5


class _Sides(NamedTuple):
    """A column whose values part rows of two labels."""

    column: str
    mine: str
    theirs: str
    ours: list[int]
    others: list[int]


def wrong_label(clues: Clues) -> Cause | None:
    """The rows that did it would be labelled otherwise by all other rows."""
    if clues.scene.asking.place is not None:
        return _same_words(clues, clues.scene.asking.place)
    refit, suspects = clues.scene.refit, list(clues.suspects)
    if refit is None or not suspects or clues.wanted is None:
        return None
    said = refit.says(suspects, suspects)
    is_letter = clues.scene.asking.is_letter
    agree = _other_letters(clues, said) if is_letter else sum(one == clues.wanted for one in said)
    if agree * 2 < len(suspects):
        return None
    evidence = [
        _without(clues, suspects),
        f"All other rows taken together would choose another option in {agree} of these "
        f"{len(suspects)}."
        if is_letter
        else f"All other rows taken together would label {agree} of these {len(suspects)} "
        f"{clues.wanted!r}, not {clues.got!r}.",
    ]
    if is_letter:
        told = ["Nobody has looked at these labels again."]
        return cause("wrong_label", 0.85, evidence, told, _positions(clues, suspects))
    against = []
    if _conflicts(clues, suspects):
        against.append("Near copies of them carry the expected label: the labels conflict.")
    if _sides(clues):
        against.append("The labels part by where rows come from.")
    against.append("Nobody has looked at these labels again.")
    return cause("wrong_label", 0.85, evidence, against, _positions(clues, suspects))


def _other_letters(clues: Clues, said: Sequence[str]) -> int:
    """Count suspects of which the other rows say another option than their own label."""
    train = clues.scene.train
    assert train is not None  # noqa: S101 - suspects are of its rows
    pairs = zip(clues.suspects, said, strict=True)
    return sum(letter not in train.labels[at] for at, letter in pairs)


def _same_words(clues: Clues, place: PlaceModel) -> Cause | None:
    """Training rows with the same words give them the label that was answered here."""
    train = clues.scene.train
    if train is None or clues.wanted is None:
        return None
    texts = train.texts(clues.scene.asking.texts)
    truth = [place.truth(*pair) for pair in zip(texts, train.spans, strict=True)]
    mine = [at for at, found in enumerate(truth) if clues.got in found]
    others = [at for at, found in enumerate(truth) if clues.wanted in found and at not in mine]
    if not mine or not others:
        return None
    evidence = [
        f"Of the training rows with the same words, {len(mine)} give them {clues.got!r} and "
        f"{len(others)} {clues.wanted!r}."
    ]
    told = ["Nobody has looked at these labels again."]
    weight = 0.85 if len(mine) < len(others) else 0.3
    if len(mine) >= len(others):
        told.insert(
            0, "Most of them agree with the answer: the expected label may be the wrong one."
        )
    return cause("wrong_label", weight, evidence, told, _positions(clues, mine))


def conflicting_copies(clues: Clues) -> Cause | None:
    """The rows that did it have near copies with the expected label."""
    suspects = list(clues.suspects)
    twins = _conflicts(clues, suspects)
    if not twins or len(twins) * 2 < len(suspects):
        return None
    partners = sorted({twin for _, twin in twins})
    evidence = [
        _without(clues, suspects),
        f"{len(twins)} of them share {COPY:.0%} of their words or more with {len(partners)} "
        f"training rows that have the label {clues.wanted!r}.",
    ]
    rows = _positions(clues, [*suspects, *partners])
    return cause("conflicting_copies", 0.95, evidence, [], rows)


def sources_disagree(clues: Clues) -> Cause | None:
    """Rows like this one are labelled one way by one source, and otherwise by another."""
    sides = _sides(clues)
    if sides is None or not clues.suspects:
        return None
    train = clues.scene.train
    assert train is not None  # noqa: S101 - sides are of its rows
    evidence = [
        _without(clues, list(clues.suspects)),
        f"Of the training rows most like this one, the {len(sides.ours)} labelled {clues.got!r} "
        f"have {sides.column} {sides.mine!r}, and the {len(sides.others)} labelled "
        f"{clues.wanted!r} have {sides.column} {sides.theirs!r}.",
    ]
    return cause("sources_disagree", 0.92, evidence, [], _positions(clues, sides.ours))


def copies_outweigh(clues: Clues) -> Cause | None:
    """One text stands many times among the rows that did it."""
    scene = clues.scene
    if scene.refit is None or scene.likeness is None or scene.train is None or not clues.suspects:
        return None
    labels = scene.train.labels
    mine = [at for at in range(len(labels)) if clues.got in labels[at]]
    alike = scene.likeness.copies([clues.suspects[0]], mine)[0]
    copies = [at for at, value in zip(mine, alike, strict=True) if value >= COPY]
    if len(copies) < _FEWEST_COPIES:
        return None
    is_enough = scene.refit.answer(copies[1:]) == scene.refit.turned
    evidence = [f"{len(copies)} training rows labelled {clues.got!r} are near copies of one text."]
    against = []
    if is_enough:
        evidence.append(
            f"Fitted again with one of them in place of all, it answers {_turn(clues)}."
        )
    else:
        against.append("With one of them in place of all, the answer stays.")
    return cause(
        "copies_outweigh", 0.9 if is_enough else 0.3, evidence, against, _positions(clues, copies)
    )


def _conflicts(clues: Clues, suspects: Sequence[int]) -> list[tuple[int, int]]:
    """Pair suspects with near copies of the wanted label."""
    scene = clues.scene
    if scene.likeness is None or scene.train is None or clues.wanted is None or not suspects:
        return []
    labels = scene.train.labels
    right = [at for at in range(len(labels)) if clues.wanted in labels[at]]
    right = [at for at in right if clues.got not in labels[at]]
    if not right:
        return []
    alike = scene.likeness.copies(suspects, right)
    best = alike.argmax(axis=1)
    return [
        (at, right[int(best[row])])
        for row, at in enumerate(suspects)
        if alike[row, best[row]] >= COPY
    ]


def _sides(clues: Clues) -> _Sides | None:
    """Find a column that parts the nearest rows of the two labels."""
    train = clues.scene.train
    if train is None or clues.wanted is None:
        return None
    near = clues.nearest
    if clues.scene.likeness is not None and near:
        alike = clues.scene.likeness.to(clues.scene.text)
        near = [at for at in near if alike[at] >= alike[near[0]] / 2]
    ours = [at for at in near if clues.got in train.labels[at]]
    others = [at for at in near if clues.wanted in train.labels[at] and at not in ours]
    if len(ours) < 3 or len(others) < 2:
        return None
    for column, values in train.grouping().items():
        mine, count = Counter(values[at] for at in ours).most_common(1)[0]
        theirs, other_count = Counter(values[at] for at in others).most_common(1)[0]
        is_parted = mine != theirs and count >= _ONE_SIDED * len(ours)
        if is_parted and other_count >= _ONE_SIDED * len(others):
            return _Sides(column, mine, theirs, ours, others)
    return None


def _without(clues: Clues, suspects: Sequence[int]) -> str:
    rows = "this training row" if len(suspects) == 1 else f"these {len(suspects)} training rows"
    shown = ", ".join(str(at) for at in _positions(clues, suspects)[:_SHOWN])
    more = f" and {len(suspects) - _SHOWN} more" if len(suspects) > _SHOWN else ""
    return f"Fitted again without {rows} ({shown}{more}), the model answers {_turn(clues)}."


def _turn(clues: Clues) -> str:
    refit = clues.scene.refit
    turned = refit.turned if refit else None
    if turned == "no":
        return f"without {clues.got!r}"
    return f"with {clues.got!r}" if turned == "yes" else repr(turned)


def _positions(clues: Clues, places: Sequence[int]) -> list[int]:
    train = clues.scene.train
    return [] if train is None else [train.positions[at] for at in dict.fromkeys(places)]
