"""What every model format must do."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from warrant.models import Loader, Predictions, TrainedModel
    from warrant.models.model import Columns


def check_model_format(load: Loader, folder: Path, columns: Columns, scratch: Path) -> None:
    """Check a model format by one of its models.

    Args:
        load: the loader that the catalog `warrant.models` names.
        folder: a sound model.
        columns: at least two rows that the model can read.
        scratch: an empty folder for broken copies.

    Raises:
        AssertionError: naming the first promise that does not hold.
    """
    model = load(folder)
    _check_answers(model, columns)
    _check_alone_or_among_others(model, columns)
    _check_explanations(model, columns)
    _check_missing_column(model, columns)
    for name in sorted(path.name for path in folder.iterdir()):
        _check_broken_file(load, folder, scratch / name, name)


def _check_answers(model: TrainedModel, columns: Columns) -> None:
    rows = len(next(iter(columns.values())))
    found = model.predict(columns)
    shape = (rows, len(model.labels))
    _promise(found.labels == model.labels, "predictions name the model's labels, in its order")
    _promise(found.probabilities.shape == shape, f"probabilities have the shape {shape}")
    _promise(found.chosen.shape == shape, f"chosen has the shape {shape}")
    _promise(
        bool(((found.probabilities >= 0) & (found.probabilities <= 1)).all()),
        "probabilities lie between 0 and 1",
    )
    if model.task == "regression":
        values = found.values
        _promise(
            values is not None and values.shape == (rows,) and bool(np.isfinite(values).all()),
            "a regression gives each row a number",
        )
    elif model.task == "spans":
        _check_places(found, columns[model.inputs[0]])
    elif model.task == "generation":
        written = found.texts or ()
        _promise(len(written) == rows, "each row has a text")
    elif model.task != "multilabel":
        _promise(bool((found.chosen.sum(axis=1) == 1).all()), "each row has exactly one answer")
        _promise(np.allclose(found.probabilities.sum(axis=1), 1), "probabilities of a row sum to 1")
    _promise(
        not found.abstentions or len(found.abstentions) == rows,
        "each row has its reasons to abstain, or none has",
    )
    empty = model.predict({name: [None] for name in model.inputs})
    answered = empty.probabilities if empty.values is None else empty.values
    _promise(bool(np.isfinite(answered).all()), "an empty cell has an answer too")
    names = tuple(one.column for one in model.reads)
    _promise(names == model.inputs, "the columns that are read are the inputs, in order")
    _promise(model.describe().parameters >= 0, "the description counts parameters")


def _check_places(found: Predictions, texts: Sequence[object]) -> None:
    _promise(found.spans is not None and len(found.spans) == len(texts), "each row has its places")
    for row, (text, spans) in enumerate(zip(texts, found.spans or (), strict=True)):
        edges = [edge for one in spans for edge in (one.start, one.end)]
        _promise(edges == sorted(edges), "places stand in order, none touching another")
        _promise(
            all(0 <= one.start < one.end <= len(str(text or "")) for one in spans),
            "places hold characters of the text",
        )
        told = {found.labels[place] for place in np.flatnonzero(found.chosen[row])}
        _promise(told == {one.label for one in spans}, "chosen are the labels of the places")


def _check_alone_or_among_others(model: TrainedModel, columns: Columns) -> None:
    whole = model.predict(columns)
    for row in range(len(whole.probabilities)):
        alone = model.predict({name: [cells[row]] for name, cells in columns.items()})
        _promise(
            bool((alone.probabilities[0] == whole.probabilities[row]).all()),
            "a row has the same probabilities alone and among others",
        )
        if whole.spans is not None and alone.spans is not None:
            _promise(
                alone.spans[0] == whole.spans[row],
                "a row has the same places alone and among others",
            )
        if whole.values is not None and alone.values is not None:
            _promise(
                bool(alone.values[0] == whole.values[row]),
                "a row has the same value alone and among others",
            )
        _promise(
            (alone.abstentions or ((),))[0]
            == (whole.abstentions[row] if whole.abstentions else ()),
            "a row has the same reasons to abstain alone and among others",
        )


def _check_explanations(model: TrainedModel, columns: Columns) -> None:
    found = model.predict(columns)
    explained = model.explain(columns, top=3)
    _promise(len(explained) == len(found.chosen), "each row is explained")
    for row, reasons in enumerate(explained):
        chosen = {model.labels[place] for place in np.flatnonzero(found.chosen[row])}
        _promise(not chosen or set(reasons) == chosen, "the chosen labels are explained")
        for contributions in reasons.values():
            sizes = [abs(one.value) for one in contributions]
            _promise(len(sizes) <= 3, "no more contributions than asked for")
            _promise(sizes == sorted(sizes, reverse=True), "the strongest contribution is first")
    if model.labels:
        last = np.zeros_like(found.chosen)
        last[:, -1] = True
        asked = model.explain(columns, 3, last)
        _promise(
            all(set(reasons) == {model.labels[-1]} for reasons in asked),
            "the answers that are asked for are explained",
        )


def _check_missing_column(model: TrainedModel, columns: Columns) -> None:
    missing = model.inputs[0]
    rest = {name: cells for name, cells in columns.items() if name != missing}
    _promise_refusal(lambda: model.predict(rest), "an input without a column is refused")


def _check_broken_file(load: Loader, folder: Path, copy: Path, name: str) -> None:
    shutil.copytree(folder, copy)
    sound = (copy / name).read_bytes()
    for what, data in (
        ("empty", b""),
        ("cut in half", sound[: len(sound) // 2]),
        ("followed by a byte", sound + b"\0"),
    ):
        (copy / name).write_bytes(data)
        _promise_refusal(lambda: load(copy), f"a folder whose {name!r} is {what} is refused")
    (copy / name).unlink()
    _promise_refusal(lambda: load(copy), f"a folder without {name!r} is refused")
    (copy / name).write_bytes(sound)
    (copy / "stranger").write_bytes(b"")
    _promise_refusal(lambda: load(copy), "a folder with an unknown file is refused")


def _promise(holds: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise AssertionError(f"This promise does not hold: {what}.")


def _promise_refusal(act: Callable[[], object], what: str) -> None:
    try:
        act()
    except InputError:
        return
    raise AssertionError(f"This promise does not hold: {what}, by InputError.")
