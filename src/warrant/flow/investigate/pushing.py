"""Which training rows pushed an answer, and the least of them without which it is another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.flow.adopt.declared import is_adopted
from warrant.flow.investigate.asking import bare
from warrant.flow.investigate.kinds import NOTHING, OTHER_ENDS, PlaceModel, WrittenModel
from warrant.models.encoder.chooser import EncoderChooser
from warrant.models.encoder.influence import influence_on_choice
from warrant.models.encoder.model import EncoderModel
from warrant.models.encoder.tagger import EncoderTagger
from warrant.models.linear.influence import Lesson, influence_of
from warrant.models.linear.model import LinearModel
from warrant.models.matching.influence import influence_of_options
from warrant.models.matching.model import MatchingModel
from warrant.models.tagger.influence import influence_of_place
from warrant.models.tagger.model import TaggerModel
from warrant.models.trees.influence import influence_of as shared_leaves
from warrant.models.trees.model import TreesModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.flow.investigate.refit import Refit
    from warrant.flow.investigate.rows import RowsRead
    from warrant.flow.investigate.scene import Scene
    from warrant.models.model import TrainedModel

SHOWN = 10
"""Rows that are named."""

MOST_SUSPECTS = 80
"""So many rows are tried as those that made the answer."""

_TRIES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, MOST_SUSPECTS)

CLOSED = (
    "one-step influence in closed form: by about so much log-odds the answer would lose without "
    "the row alone; rows that together turn the answer come first"
)
"""How it is computed for linear models."""

HEAD = (
    "approximate: one-step influence on the head alone, as if the network stood still, by about so "
    "much log-odds"
)
"""How it is computed for encoders."""

LEAVES = (
    "approximate: shares of the values of the leaves that a row has in common with this one; rows "
    "with the label push for it"
)
"""How it is computed for trees."""

GRADIENTS = (
    "approximate: how alike the gradients of a row and of the place are, at the last weights; an "
    "order, without a unit"
)
"""How it is computed for places in a text."""

HEAD_GRADIENTS = (
    "approximate: how alike the gradients of a row and of the place are, of the head alone, as if "
    "the network stood still; an order, without a unit"
)
"""How it is computed for places that an encoder finds."""

MOST_ENCODED = 5_000
"""More training rows are not encoded again for a question."""


class Influence(NamedTuple):
    """How far each training row pushed."""

    values: NDArray[np.float64] | None
    """Shape (training rows,); None where nobody can say."""
    method: str
    """How, or why not."""


_TOO_MANY = Influence(None, f"not computed: more than {MOST_ENCODED:,} rows to read again")


def _unknown(scene: Scene) -> Influence:
    return Influence(None, f"not computed: nobody knows how for {scene.record.kind!r} models")


def influence(scene: Scene) -> Influence:
    """Say how far each training row pushed the answer.

    Args:
        scene: what is at hand.

    Returns:
        One number a row, or the reason why there is none.
    """
    if scene.workspace is None:
        return Influence(None, "not computed: the workspace of this bundle is not at hand")
    if is_adopted(scene.opened.released.claims.get("train")):
        return Influence(None, "not computed: the model was trained elsewhere, on unknown rows")
    if scene.train is None:
        return Influence(None, "not computed: there are too many training rows")
    model, asking = scene.asking.plain, scene.asking
    if isinstance(model, PlaceModel):
        return _of_place(scene, model, scene.train)
    if isinstance(model, WrittenModel):
        return Influence(None, "not computed: nobody knows how for models that write texts")
    if model.task == "choice":
        return _of_options(scene, model, scene.train)
    if isinstance(model, TreesModel):
        values = shared_leaves(
            model,
            asking.columns,
            scene.train.cells,
            scene.train.labels,
            asking.towards,
            asking.against,
        )
        weights = scene.train.weights()
        return Influence(values if weights is None else values * weights, LEAVES)
    if isinstance(model, EncoderModel) and len(scene.train) > MOST_ENCODED:
        return _TOO_MANY
    if not isinstance(model, LinearModel | EncoderModel | MatchingModel):
        return _unknown(scene)
    lesson = Lesson(
        scene.train.cells,
        scene.train.labels,
        scene.strength,
        scene.settings["class_weights"] == "balanced",
        scene.train.weights(),
    )
    values = influence_of(model, asking.columns, lesson, asking.towards, asking.against)
    return Influence(values, HEAD if isinstance(model, EncoderModel) else CLOSED)


def _of_options(scene: Scene, model: TrainedModel, train: RowsRead) -> Influence:
    asking = scene.asking
    letters = (asking.towards, asking.against or asking.towards)
    slope = float(scene.record.settings.get("slope") or 1.0)
    if isinstance(model, EncoderChooser):
        if len(train) > MOST_ENCODED:
            return _TOO_MANY
        values = influence_on_choice(
            model, asking.columns, train.cells, train.labels, slope, letters
        )
        return Influence(values, HEAD)
    if not isinstance(model, MatchingModel):
        return _unknown(scene)
    settings = (scene.strength, slope)
    values = influence_of_options(
        model, asking.columns, train.cells, train.labels, settings, letters
    )
    return Influence(values, CLOSED)


def _of_place(scene: Scene, place: PlaceModel, train: RowsRead) -> Influence:
    model = bare(place.plain)
    if not isinstance(model, TaggerModel | EncoderTagger):
        return _unknown(scene)
    if len(train) > MOST_ENCODED:
        return _TOO_MANY
    labels = tuple(
        None if one in (None, NOTHING) else str(one).removesuffix(OTHER_ENDS)
        for one in (scene.asking.towards, scene.asking.against)
    )
    texts = train.texts(scene.asking.texts)
    values = influence_of_place(
        model, scene.text, (place.start, place.end), (labels[0], labels[1]), (texts, train.spans)
    )
    return Influence(values, GRADIENTS if isinstance(model, TaggerModel) else HEAD_GRADIENTS)


def suspects(scene: Scene, values: NDArray[np.float64]) -> list[int]:
    """Find the least number of training rows without which the answer is another.

    Args:
        scene: what is at hand.
        values: influence of each training row.

    Returns:
        Places of the rows, the strongest first; none where no such set was found. The model was
        fitted again without them.
    """
    refit = scene.refit
    if refit is None or scene.train is None:
        return []
    train, towards = scene.train, scene.asking.towards
    is_letter = scene.asking.is_letter
    mine = [at for at in range(len(train)) if is_letter or towards in train.labels[at]]
    pushing = sorted((at for at in mine if values[at] > 0), key=lambda at: -values[at])
    found = _least(refit, pushing)
    if found or scene.likeness is None:
        return found
    # Of many copies of one text each alone pushes next to nothing: the others stand in for it.
    alike = scene.likeness.to(scene.text)
    return _least(refit, sorted(mine, key=lambda at: -alike[at]))


def _least(refit: Refit, order: Sequence[int]) -> list[int]:
    for count in _TRIES:
        if count > len(order):
            break
        if refit.answer(order[:count]) == refit.turned:
            return list(order[:count])
    return []


def most_influential(values: NDArray[np.float64], first: Sequence[int]) -> list[int]:
    """Choose the training rows that are named: half of them for the answer, half against it.

    Args:
        values: influence of each training row.
        first: places of rows without which the answer is known to be another.

    Returns:
        At most `SHOWN` places: those for the answer, `first` before others, then those against.
    """
    order = np.argsort(-np.abs(values), kind="stable").tolist()
    pushing = [at for at in dict.fromkeys([*first, *order]) if at in first or values[at] > 0]
    holding = [at for at in order if values[at] < 0 and at not in first]
    half = SHOWN // 2
    return [
        *pushing[: max(half, SHOWN - len(holding))],
        *holding[: max(half, SHOWN - len(pushing))],
    ]
