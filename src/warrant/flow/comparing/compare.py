"""The story of a comparison: open both, ask both the same rows, count, test, and look at making."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import InputError
from warrant.flow.comparing.differences import moved_rows, other_libraries, other_settings
from warrant.flow.comparing.flips import Answers, name_flips
from warrant.flow.comparing.found import Compared, Named, Part
from warrant.flow.comparing.kinds import COMPARED, FIGURES, family, labels_in, right_of, sharing
from warrant.flow.comparing.lines import read_lines
from warrant.flow.comparing.side import open_side
from warrant.flow.workspace import STATE, Workspace
from warrant.metrics import Comparison as Compare
from warrant.metrics import (
    Difference,
    Figure,
    Resampling,
    holm,
    mcnemar,
    paired_bootstrap,
)
from warrant.serve.cells import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warrant.flow.comparing.lines import Line
    from warrant.flow.comparing.order import Comparison
    from warrant.flow.comparing.side import Side
    from warrant.flow.session import Desk
    from warrant.records.task import TaskKind

_FEWEST_ROWS = 10
_MOST_PARTS = 20
_RESAMPLES, _SEED = 2000, 7


def compare(order: Comparison, desk: Desk) -> Compared:
    """Compare two releases on the same rows.

    Args:
        order: what is compared, and on what.
        desk: the reader's trust and clock.

    Returns:
        What was found. Nothing is written or logged.

    Raises:
        InputError: when a release or rows are not found, or their tasks differ.
        IntegrityError: when one of them is refused.
        PolicyRefusal: when a guardrail stops one of them.
    """
    with (
        _at_hand(order) as workspace,
        open_side(order.first, order, desk, workspace) as first,
        open_side(order.second, order, desk, workspace) as second,
    ):
        _require_alike(first, second)
        lines, where = read_lines(first, second, order.rows, workspace)
        return _compared(order, first, second, lines, where, workspace)


@contextmanager
def _at_hand(order: Comparison) -> Iterator[Workspace | None]:
    home = order.workspace or _home(order.second) or _home(order.first)
    if home is None:
        yield None
        return
    workspace = Workspace.open(home)
    try:
        yield workspace
    finally:
        workspace.close()


def _home(word: str) -> Path | None:
    path = Path(word)
    folder = path if path.is_dir() else path.absolute().parent
    return folder if path.exists() and (folder / STATE).is_dir() else None


def _require_alike(first: Side, second: Side) -> None:
    tasks = [side.answerer.model.task for side in (first, second)]
    if tasks[0] not in COMPARED or tasks[0] != tasks[1]:
        raise InputError(
            "Flips are counted of labels, places, options and texts, of one kind on both sides; "
            f"these models have the tasks {tasks[0]!r} and {tasks[1]!r}.",
            do="Name two models of the same task, other than regression.",
        )
    names = [side.label.name for side in (first, second)]
    if names[0] != names[1]:
        raise InputError(
            f"The first answers {names[0]!r}, the second {names[1]!r}.",
            do="Name two models that answer the same column.",
        )


def _compared(
    order: Comparison,
    first: Side,
    second: Side,
    lines: Sequence[Line],
    where: str,
    workspace: Workspace | None,
) -> Compared:
    one, other = _answers(first, lines), _answers(second, lines)
    test = mcnemar(one.right, other.right)
    differ = [at for at in range(len(lines)) if one.said[at] != other.said[at]]
    right = int(one.right.sum())
    figures = _differences(first.answerer.model.task, lines, one, other)
    return Compared(
        first=Named(first.name, first.digest, right / len(lines)),
        second=Named(second.name, second.digest, int(other.right.sum()) / len(lines)),
        rows=len(lines),
        where=where,
        test=test,
        accuracy=figures.pop("accuracy"),
        macro_f1=figures.pop("macro_f1", None),
        more=figures,
        turned_right=test.only_second,
        turned_wrong=test.only_first,
        changed=len(differ),
        flips=tuple(name_flips((first, second), lines, one, other, differ)),
        parts=tuple(_parts(second, lines, one, other)),
        data=moved_rows(first, second, workspace),
        same_rows=first.fingerprint("train") == second.fingerprint("train"),
        settings=other_settings(first, second),
        libraries=other_libraries(first, second),
        budget=order.most_flips,
        share=test.only_first / right if right else 0.0,
        notes=(*_dependent(lines), "Nothing of this comparison is logged or kept."),
    )


def _dependent(lines: Sequence[Line]) -> Iterator[str]:
    """Say where rows are not independent, as McNemar's test has them."""
    documents = len({line.document for line in lines})
    if documents < len(lines):
        yield (
            f"The {len(lines):,} rows are of {documents:,} documents. Intervals draw whole "
            "documents; McNemar's test takes rows as independent, and its p-values are too small."
        )


def _answers(side: Side, lines: Sequence[Line]) -> Answers:
    said, odds = side.answer([one.cells for one in lines])
    return Answers(
        said, odds, right_of(side.answerer.model.task, [one.true for one in lines], said)
    )


def _differences(
    task: TaskKind, lines: Sequence[Line], one: Answers, other: Answers
) -> dict[str, Difference]:
    """Compare the share of right answers and the kind's figures, where they are defined."""
    truth = [line.true for line in lines]
    names = sorted(set().union(*map(labels_in, (truth, one.said, other.said))))
    groups = [line.document for line in lines]
    how = Resampling(resamples=_RESAMPLES, seed=_SEED, groups=groups)
    right = [sharing(found.right) for found in (one, other)]
    pairs = {"accuracy": (right[0], right[1])}
    for metric in FIGURES.get(task, ("macro_f1",)):
        before, after = (family(task, truth, found.said, names) for found in (one, other))
        pairs[metric] = (before, after)
    return {
        metric: found
        for metric, (before, after) in pairs.items()
        if (found := paired_bootstrap(before, after, Compare(Figure(metric)), how)).is_defined
    }


def _parts(side: Side, lines: Sequence[Line], one: Answers, other: Answers) -> Iterator[Part]:
    """Test each slice of the evaluation; p-values are corrected by Holm over all of them."""
    tested = []
    for column in side.settings("evaluate").get("slices") or ():
        values = [plain_text(line.cells.get(column)) or "(empty)" for line in lines]
        for value, count in Counter(values).most_common(_MOST_PARTS):
            if count >= _FEWEST_ROWS:
                here = np.array([found == value for found in values])
                tested.append((column, value, count, mcnemar(one.right[here], other.right[here])))
    corrected = holm([test.p for *_, test in tested])
    for (column, value, count, test), p in zip(tested, corrected, strict=True):
        yield Part(column, value, count, test, p)
