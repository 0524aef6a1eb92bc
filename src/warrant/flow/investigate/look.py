"""The story of an investigation: open, ask, explain, look for rows, releases and causes."""

from __future__ import annotations

import shlex
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import InputError
from warrant.flow.answering import Wish, answering
from warrant.flow.investigate.asking import JOINT, Asking, shown_answer
from warrant.flow.investigate.causes import rank
from warrant.flow.investigate.causes.clues import Clues
from warrant.flow.investigate.flip import smallest_flip
from warrant.flow.investigate.found import Given, Investigated, Lying, Pusher
from warrant.flow.investigate.history import histories
from warrant.flow.investigate.inquiry import expected_labels, raw_cells
from warrant.flow.investigate.kinds import (
    AS_WRITTEN,
    NOTHING,
    OTHERWISE,
    PlaceModel,
    WrittenModel,
    expected_places,
    place_in_question,
)
from warrant.flow.investigate.pushing import influence, most_influential, suspects
from warrant.flow.investigate.releases import other_releases
from warrant.flow.investigate.scene import Scene
from warrant.flow.members import Members, require_bundle
from warrant.flow.workspace import RECIPE, STATE, Workspace
from warrant.metrics.texts import words_of
from warrant.models import Contribution
from warrant.records.model import Model
from warrant.serve.cells import plain_text, tidy
from warrant.serve.wording import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from warrant.flow.answering import Opened
    from warrant.flow.investigate.asking import Cells
    from warrant.flow.investigate.inquiry import Inquiry
    from warrant.flow.investigate.pushing import Influence
    from warrant.flow.session import Desk
    from warrant.models import TrainedModel
    from warrant.models.examples import LabelColumn

WITHHELD = "(not shown)"
"""Stands in place of a text that nothing allows to show."""
_EXCERPT = 240
"""Characters of a training row that are shown."""
_LIKELIEST = 3
_DECIDED = 12
_LOOKED_AT = 60
_LEAST = 0.005  # log-odds; less is shown as nothing


def investigate(path: Path, inquiry: Inquiry, desk: Desk, wish: Wish | None = None) -> Investigated:
    """Look into one answer.

    Args:
        path: a bundle, or a workspace with one.
        inquiry: what is asked.
        desk: the reader's trust and clock.
        wish: where trust and workspace lie.

    Returns:
        What was found; it holds text of rows. Nothing is written, logged or kept.

    Raises:
        InputError: when nothing fits what is asked.
        IntegrityError: when the bundle is refused.
        PolicyRefusal: when a guardrail stops it.
    """
    bundle = bundle_of(path)
    wanted = wish or Wish(neighbours=False)
    with answering(bundle, desk, wanted) as opened, _at_hand(opened.home) as workspace:
        members = Members(bundle, opened.answerer.served.digest)
        record = Model.from_bytes(members.read("model.json"))
        raw = raw_cells(inquiry, opened, workspace)
        return _look(_scene(inquiry, opened, record, raw, workspace))


def bundle_of(path: Path) -> Path:
    """Give the bundle that a path means: itself, or that of the workspace's recipe."""
    if not (path / STATE).is_dir():
        require_bundle(path)
        return path
    from warrant.flow.recipe import read_recipe

    bundle = path / f"{read_recipe(path / RECIPE).name}.bundle"
    require_bundle(bundle)
    return bundle


@contextmanager
def _at_hand(home: Path | None) -> Iterator[Workspace | None]:
    if home is None:
        yield None
        return
    workspace = Workspace.open(home)
    try:
        yield workspace
    finally:
        workspace.close()


def _scene(
    inquiry: Inquiry,
    opened: Opened,
    record: Model,
    raw: dict[str, object],
    workspace: Workspace | None,
) -> Scene:
    model = opened.answerer.model
    cells = {name: listed[0] for name, listed in opened.answerer.read([raw]).items()}  # type: ignore[list-item]  # tidy cells
    plain = Scene(opened, Asking(model, cells, None), raw, record, workspace)
    if model.task == "spans":
        asking = _about_place(inquiry, model, cells, raw, plain.label)
    else:
        asking = _about_answer(
            model, cells, expected_labels(inquiry, raw, plain.label, model.labels)
        )
    return Scene(opened, asking, raw, record, workspace)


def _about_answer(model: TrainedModel, cells: Cells, expected: tuple[str, ...] | None) -> Asking:
    if model.task != "generation":
        return Asking(model, cells, expected)
    written = (model.predict({name: [cell] for name, cell in cells.items()}).texts or ("",))[0]
    if expected is not None:
        is_same = words_of(expected[0] if expected else "") == words_of(written)
        expected = (AS_WRITTEN,) if is_same else (OTHERWISE,)
    return Asking(WrittenModel(model, written), cells, expected)


def _about_place(
    inquiry: Inquiry,
    model: TrainedModel,
    cells: Cells,
    raw: Mapping[str, object],
    label: LabelColumn,
) -> Asking:
    """Choose the place that is looked into, and say what is true of its words."""
    text = str(cells[model.inputs[0]] or "")
    true = expected_places(raw.get(label.name), label.name)
    found = (model.predict({name: [cell] for name, cell in cells.items()}).spans or ((),))[0]
    start, end = place_in_question(found, true, text, inquiry.place)
    asked = PlaceModel(model, text[start:end], start)
    if inquiry.expected is not None:
        if inquiry.expected not in asked.labels:
            raise InputError(
                f"A place has no label {inquiry.expected!r}; the model has: "
                f"{', '.join(model.labels)}.",
                do=f"Write --expected as one of them, or {NOTHING!r}.",
            )
        return Asking(asked, cells, (inquiry.expected,))
    expected = None if true is None else asked.truth(text, true)[:1]
    return Asking(asked, cells, expected)


def _look(scene: Scene) -> Investigated:
    asking, served = scene.asking, scene.opened.answerer.served
    pushed = influence(scene)
    found = [] if pushed.values is None else suspects(scene, pushed.values)
    releases = other_releases(scene)
    clues = Clues(scene, found, releases)
    return Investigated(
        name=served.name,
        bundle=served.digest,
        notice=served.notice,
        asked=_asked(scene),
        written=_written(scene),
        expected=None if asking.expected is None else JOINT.join(asking.expected),
        compared_with=asking.against or "",
        given=_given(scene),
        decided=_decided(clues),
        flip=smallest_flip(clues),
        pushers=_pushers(scene, pushed, found),
        influence=pushed.method,
        erased=scene.train.erased if scene.train else 0,
        slices=tuple(_slices(scene)),
        releases=releases,
        causes=rank(clues) if asking.model.task != "regression" else (),
        unknown=tuple(_unknown(scene)),
    )


def _asked(scene: Scene) -> dict[str, str]:
    """Give the cells; those of a row of the workspace only where its text may be shown."""
    is_hidden = scene.is_withheld and "_row_id" in scene.raw
    return {
        name: WITHHELD if is_hidden else plain_text(tidy(cell)) or ""
        for name, cell in scene.asking.cells.items()
    }


def _written(scene: Scene) -> str | None:
    """Give the text that was written, where it may be shown."""
    model = scene.asking.model
    if not isinstance(model, WrittenModel):
        return None
    return WITHHELD if scene.is_withheld and "_row_id" in scene.raw else model.text


def _given(scene: Scene) -> Given:
    asking = scene.asking
    found = asking.found
    answer, probability = shown_answer(found, 0)
    if isinstance(asking.model, WrittenModel):
        answer, probability = AS_WRITTEN, None
    odds = found.probabilities[0] if found.values is None else np.zeros(0)
    likeliest = tuple(
        (found.labels[at], float(odds[at])) for at in np.argsort(-odds)[:_LIKELIEST].tolist()
    )
    doubts = found.abstentions[0] if found.abstentions else ()
    return Given(answer, probability, likeliest, _rule(asking), tuple(map(phrase, doubts)))


def _rule(asking: Asking) -> str:
    task = asking.model.task
    if asking.place is not None:
        return (
            f"The label of characters {asking.place.start} to {asking.place.end}, in the likeliest "
            "way to mark the whole text."
        )
    if asking.is_written:
        return "A text, word by word the likeliest."
    if task == "choice":
        return "The option with the highest probability among those of the row."
    if task == "regression":
        return "The number that the model gives."
    if asking.priced is not None:
        least = {one.label: one.threshold for one in asking.priced.thresholds.labels}
        told = ", ".join(f"{one} {least[one]:.2g}" for one in sorted(least)[:8])
        what = "reaches its" if task == "multilabel" else "is the largest multiple of its"
        return f"The label whose probability {what} threshold, chosen by what errors cost: {told}."
    if task == "multilabel":
        return "Every label whose probability reaches its threshold."
    return "The label with the highest probability."


def _decided(clues: Clues) -> list[Contribution]:
    """Say what decided: words by what the answer loses without each, cells as the model says."""
    asking = clues.scene.asking
    text = "+".join(one.column for one in asking.texts)
    words = [
        Contribution(text, "word", one.word, one.loss)
        for one in sorted(clues.without_words, key=lambda one: -abs(one.loss))
        if abs(one.loss) >= _LEAST
    ]
    told = asking.plain.explain(asking.columns, _LOOKED_AT, _picked(asking))[0]
    cells = [
        one
        for one in told.get(asking.towards, [])
        if one.kind not in ("word", "characters", "pair") and abs(one.value) >= _LEAST
    ]
    return sorted([*words, *cells], key=lambda one: -abs(one.value))[:_DECIDED]


def _picked(asking: Asking) -> NDArray[np.bool_] | None:
    if asking.found.values is not None:
        return None
    picked = np.zeros_like(asking.found.chosen)
    picked[0, asking.model.labels.index(asking.towards)] = True
    return picked


def _pushers(scene: Scene, pushed: Influence, first: Sequence[int]) -> tuple[Pusher, ...]:
    train, workspace = scene.train, scene.workspace
    if pushed.values is None or train is None or workspace is None:
        return ()
    order = most_influential(pushed.values, first)
    told = histories(workspace, scene.opened.released, [train.ids[at] for at in order])
    alike = scene.likeness.to(scene.text) if scene.likeness else np.zeros(len(train), np.float32)
    return tuple(
        Pusher(
            position=train.positions[at],
            row=train.ids[at],
            path=train.paths[at],
            label=JOINT.join(train.labels[at]),
            influence=float(pushed.values[at]),
            similarity=round(float(alike[at]), 3),
            excerpt=WITHHELD if scene.is_withheld else train.excerpt(at)[:_EXCERPT],
            history=told[train.ids[at]],
        )
        for at in order
    )


def _slices(scene: Scene) -> Iterator[Lying]:
    evaluation = scene.opened.released.evaluation
    for part in evaluation.slices:
        cell = plain_text(tidy(scene.raw.get(part.column)))
        if part.column in scene.raw and (cell or "(empty)")[:200] == part.value:
            names = {one.metric for one in part.scores}
            overall = tuple(one for one in evaluation.scores if one.metric in names)
            yield Lying(part.column, part.value, part.rows, part.scores, overall)


def _unknown(scene: Scene) -> Iterator[str]:
    if scene.asking.expected is None and scene.asking.model.task != "regression":
        yield (
            "Nobody said what the right answer is: causes are judged against the second likeliest "
            "label. Say it with --expected."
        )
    asking, workspace = scene.asking, scene.workspace
    is_wrong = asking.expected and set(asking.answer) != set(asking.expected)
    if workspace is not None and is_wrong and not asking.is_written:
        listed = shlex.join(["warrant", "advise", str(workspace.root), "--suspects"])
        yield f"Whether the expected label is right. Labels that look wrong: {listed} suspects.csv"
    if scene.workspace is None:
        yield "The workspace is not at hand: training rows and other releases were not looked at."
    if scene.is_withheld:
        yield (
            "No text of a row is shown: a source holds special categories of personal data, or "
            "nobody has answered whether it does."
        )
    if scene.train is not None and scene.train.erased:
        yield (
            f"{scene.train.erased:,} training rows were erased since; how far they pushed cannot "
            "be said."
        )
    if scene.refit is None and scene.workspace is not None:
        yield "Nothing was fitted again: that is done for linear models with labels only."
    yield "Influence and refitting say what the model does, not what is true of the matter."
