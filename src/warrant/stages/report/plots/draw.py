"""Which plots a card has: each from one part of the evaluation record, none when it is absent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from warrant.records.metric import METRICS, leading
from warrant.stages.report.plots.canvas import (
    EXPECTED,
    FLOOR,
    INK,
    MODEL,
    MUTED,
    WRONG,
    new_axes,
    settings,
    to_svg,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.axes import Axes

    from warrant.records.evaluation import Curve, Evaluation, Score

MOST_LABELS = 30
"""Labels that a plot shows, the most frequent first."""

MOST_CELLS = 12
"""Of more labels the most frequent mistakes are shown instead of a table of colours."""

_LONGEST = 34  # characters of a name beside a plot
_PAIRS = 12


class Plot(NamedTuple):
    """One drawing."""

    name: str
    """Of the part of the page that it stands in, for example `labels`."""
    svg: str
    """An `svg` element."""
    words: str
    """How to read it, in a sentence."""


def draw_all(evaluation: Evaluation, trained: Mapping[str, int]) -> dict[str, Plot]:
    """Draw what the record holds.

    Args:
        evaluation: all figures.
        trained: training rows of each label; empty when nobody counted.

    Returns:
        Plots by name, in the order of the page; those without data are left out.
    """
    drawings: tuple[Callable[[], Plot | None], ...] = (
        lambda: _scores(evaluation),
        lambda: _labels(evaluation, trained),
        lambda: _confusion(evaluation),
        lambda: _mistakes(evaluation),
        lambda: _slices(evaluation),
        lambda: _reliability(evaluation),
        lambda: _histogram(evaluation),
        lambda: _curves(evaluation, "roc"),
        lambda: _curves(evaluation, "pr"),
        lambda: _risk(evaluation),
        lambda: _cost(evaluation),
    )
    with settings():
        found = [plot for drawing in drawings if (plot := drawing())]
    return {plot.name: plot for plot in found}


def _scores(evaluation: Evaluation) -> Plot | None:
    """Draw the figures between 0 and 1, with intervals, beside the floor and the prediction."""
    shown = [one for one in evaluation.scores if METRICS[one.metric].most == 1 and one.value >= 0]
    shown = [one for one in shown if METRICS[one.metric].better == "higher"]
    if not shown:
        return None
    figure, axes = new_axes(7, 0.62 + 0.36 * len(shown))
    floors = {one.metric: one.value for one in evaluation.floor}
    for at, score in enumerate(shown):
        _interval(axes, at, score)
        if score.metric in floors:
            _mark(axes, floors[score.metric], at, FLOOR, "|")
        expected = evaluation.expected
        if expected and expected.metric == score.metric:
            _mark(axes, expected.value, at, EXPECTED, "D")
    _name_lines(axes, [METRICS[one.metric].words for one in shown])
    axes.set_xlim(0, 1)
    axes.grid(visible=True, axis="x")
    words = "Dot: result; bar: its interval; red tick: without a model" + (
        "; diamond: what the author expected." if evaluation.expected else "."
    )
    said = "; ".join(
        f"{METRICS[one.metric].words} {one.value:.2f}, between {one.low:.2f} and {one.high:.2f}"
        for one in shown
    )
    return Plot("scores", to_svg(figure, "scores", said), words)


def _labels(evaluation: Evaluation, trained: Mapping[str, int]) -> Plot | None:
    labels = sorted(evaluation.labels, key=lambda one: -one.support)[:MOST_LABELS]
    if not labels:
        return None
    figure, axes = new_axes(7, 0.75 + 0.27 * len(labels))
    for at, one in enumerate(labels):
        if one.f1 is not None:
            low, high = one.f1_low, one.f1_high
            if low is not None and high is not None:
                axes.plot([low, high], [at, at], color=MODEL, alpha=0.45, linewidth=5)
            _mark(axes, one.f1, at, MODEL, "o")
        rows = f"{one.support:,} tested"
        if one.label in trained:
            rows = f"{trained[one.label]:,} learnt · {rows}"
        axes.text(1.02, at, rows, va="center", color=MUTED, fontsize=8.5)
    _name_lines(axes, [one.label for one in labels])
    axes.set_xlim(0, 1)
    axes.set_xlabel("F1")
    axes.grid(visible=True, axis="x")
    more = len(evaluation.labels) - len(labels)
    words = "Dot: F1 of each label; bar: its interval. Few rows make wide bars."
    if more:
        words += f" The {more} rarer labels stand in the table."
    measured = [one for one in labels if one.f1 is not None]
    best = max(measured, key=lambda one: one.f1 or 0, default=None)
    worst = min(measured, key=lambda one: one.f1 or 0, default=None)
    said = "F1 of each label"
    if best and worst:
        said += f": from {worst.f1:.2f} ({worst.label}) to {best.f1:.2f} ({best.label})"
    return Plot("labels", to_svg(figure, "labels", said), words)


def _confusion(evaluation: Evaluation) -> Plot | None:
    counts = evaluation.confusion
    if not counts or len(counts) > MOST_CELLS:
        return None
    from matplotlib.patches import Rectangle

    names = [_short(one.label, 18) for one in evaluation.labels]
    size = len(counts)
    figure, axes = new_axes(min(7.0, max(5.0, 2.2 + 0.55 * size)), 1.3 + 0.42 * size)
    for line, row in enumerate(counts):
        total = sum(row) or 1
        for column, count in enumerate(row):
            colour = MODEL if line == column else WRONG
            axes.add_patch(
                Rectangle(
                    (column - 0.5, line - 0.5), 1, 1, facecolor=colour, alpha=0.75 * count / total
                )
            )
            if count:
                axes.text(column, line, f"{count:,}", ha="center", va="center", fontsize=8.5)
    axes.set_xlim(-0.5, size - 0.5)
    axes.set_ylim(size - 0.5, -0.5)
    axes.set_xticks(range(size), names, rotation=35, ha="right", color=INK)
    axes.set_yticks(range(size), names)
    axes.tick_params(length=0)
    axes.set_xlabel("answered")
    axes.set_ylabel("true")
    right = sum(row[at] for at, row in enumerate(counts))
    said = f"{right:,} of {sum(map(sum, counts)):,} rows answered right"
    words = "Each line is a true label: how its rows were answered. Right answers on the diagonal."
    return Plot("confusion", to_svg(figure, "confusion", said), words)


def _mistakes(evaluation: Evaluation) -> Plot | None:
    """Draw the most frequent mistakes where there are too many labels for a table of colours."""
    counts = evaluation.confusion
    if len(counts) <= MOST_CELLS:
        return None
    names = [one.label for one in evaluation.labels]
    pairs = [
        (count, names[line], names[column])
        for line, row in enumerate(counts)
        for column, count in enumerate(row)
        if count and line != column
    ]
    pairs = sorted(pairs, key=lambda one: (-one[0], one[1], one[2]))[:_PAIRS]
    if not pairs:
        return None
    figure, axes = new_axes(7, 0.6 + 0.27 * len(pairs))
    axes.barh(range(len(pairs)), [one[0] for one in pairs], color=WRONG, alpha=0.7, height=0.6)
    _name_lines(axes, [f"{_short(true, 24)} → {_short(said, 24)}" for _, true, said in pairs], 60)
    axes.set_xlabel("rows")
    _whole_numbers(axes)
    said = f"The most frequent mistake: {pairs[0][1]} answered as {pairs[0][2]}, {pairs[0][0]} rows"
    return Plot("mistakes", to_svg(figure, "mistakes", said), "True label → what was answered.")


def _slices(evaluation: Evaluation) -> Plot | None:
    metric = leading(evaluation.task)
    found = [
        (part, score) for part in evaluation.slices for score in part.scores
        if score.metric == metric
    ][:MOST_LABELS]  # fmt: skip
    if not found:
        return None
    whole = next((one for one in evaluation.scores if one.metric == metric), None)
    figure, axes = new_axes(7, 0.75 + 0.3 * len(found))
    for at, (part, score) in enumerate(found):
        _interval(axes, at, score, WRONG if part.is_worst else MODEL)
        axes.annotate(
            f"{part.rows:,} rows", (1.02, at), xycoords=("axes fraction", "data"),
            va="center", color=MUTED, fontsize=8.5,
        )  # fmt: skip
    if whole:
        axes.axvline(whole.value, color=MUTED, linewidth=1, linestyle=(0, (3, 3)))
    _name_lines(axes, [f"{part.column} = {part.value}" for part, _ in found])
    if METRICS[metric].most == 1:
        axes.set_xlim(0, 1)
    axes.set_xlabel(METRICS[metric].words)
    axes.grid(visible=True, axis="x")
    worst = next(((part, score) for part, score in found if part.is_worst), found[0])
    said = f"The worst slice is {worst[0].column} = {worst[0].value}: {worst[1].value:.2f}"
    return Plot("slices", to_svg(figure, "slices", said), "Dashed: all rows. Red: the worst slice.")


def _reliability(evaluation: Evaluation) -> Plot | None:
    pooled = next((one for one in evaluation.reliability if one.label is None), None)
    if pooled is None or not pooled.bins:
        return None
    is_number = evaluation.task == "regression"
    figure, axes = new_axes(3.7, 3.3)
    ends = [0.0, 1.0]
    if is_number:
        every = [value for one in pooled.bins for value in (one.predicted, one.true)]
        ends = [min(every), max(every)]
    axes.plot(ends, ends, color=MUTED, linewidth=1, linestyle=(0, (3, 3)))
    most = max(one.rows for one in pooled.bins)
    axes.plot([one.predicted for one in pooled.bins], [one.true for one in pooled.bins],
              color=MODEL, linewidth=1.2)  # fmt: skip
    axes.scatter(
        [one.predicted for one in pooled.bins],
        [one.true for one in pooled.bins],
        s=[18 + 120 * one.rows / most for one in pooled.bins],
        color=MODEL,
    )
    axes.set_xlabel("predicted" if is_number else "probability given")
    axes.set_ylabel("true" if is_number else "share that was right")
    if not is_number:
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.03)
    axes.grid(visible=True)
    last = pooled.bins[-1]
    said = f"In the surest of {len(pooled.bins)} bins {last.predicted:.2f} was predicted, " + (
        f"{last.true:.2f} was true"
    )
    words = "On the dashed line a prediction means what it says; below it " + (
        "values are too high." if is_number else "the model is too sure."
    )
    return Plot("reliability", to_svg(figure, "reliability", said), words)


_LINE = 0.01
"""Width of a bin that has none."""


def _histogram(evaluation: Evaluation) -> Plot | None:
    bins = evaluation.histogram
    if not bins:
        return None
    figure, axes = new_axes(3.7, 3.3)
    # Where all rows have the same number, their one bin has no width, and is drawn as a line.
    widths = [one.high - one.low or _LINE for one in bins]
    starts = [one.low if one.low < one.high else one.low - _LINE / 2 for one in bins]
    # Bins are of different width: what is seen must be rows, so heights are rows per width.
    right = [one.right / width for one, width in zip(bins, widths, strict=True)]
    wrong = [one.wrong / width for one, width in zip(bins, widths, strict=True)]
    axes.bar(starts, right, widths, align="edge", color=MODEL, alpha=0.7, label="right")
    if any(wrong):
        axes.bar(starts, wrong, widths, bottom=right, align="edge", color=WRONG, alpha=0.7,
                 label="wrong")  # fmt: skip
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, fontsize=8.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    is_number = evaluation.task == "regression"
    axes.set_xlabel("error" if is_number else "probability of the answer")
    if not is_number:
        axes.set_xlim(0, 1)  # where all are as sure, marks of their own would cover each other
    axes.set_ylabel("rows (area)")
    total = sum(one.right + one.wrong for one in bins)
    said = f"{total:,} rows by " + ("error" if is_number else "how sure the model was")
    words = "How many rows lie where."
    if not is_number:
        words = "How often the model is right, by how sure it is."
    return Plot("histogram", to_svg(figure, "histogram", said), words)


_AXES = {
    "roc": ("false alarms among rows without", "found among rows with", "ROC"),
    "pr": ("found (recall)", "right among answered (precision)", "Precision and recall"),
}
_WORDS = {
    "roc": "Further up and to the left is better; the dashed line is chance.",
    "pr": "Further up and to the right is better.",
}
_CURVES = 4


def _curves(evaluation: Evaluation, kind: str) -> Plot | None:
    curves = [one for one in evaluation.curves if one.kind == kind and len(one.points) > 1]
    pooled = next((one for one in curves if one.label is None), None)
    labelled = [one for one in curves if one.label is not None][:_CURVES]
    if not curves:
        return None
    across, up, words = _AXES[kind]
    figure, axes = new_axes(3.7, 3.3)
    if kind == "roc":
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=(0, (3, 3)))
    for at, one in enumerate(labelled):
        style = (0, (1 + at, 1 + at / 2)) if at else "solid"
        _line(axes, one, INK, 0.9, _short(str(one.label), 18), alpha=0.55, linestyle=style)
    if pooled:
        _line(axes, pooled, MODEL, 2.2, "all together" if labelled else "")
    axes.set_xlim(0, 1.005)
    axes.set_ylim(0, 1.03)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(visible=True)
    if labelled:
        axes.legend(fontsize=8, loc="lower right" if kind == "roc" else "lower left")
    said = f"{words}: {len(curves)} curve" + ("s" if len(curves) > 1 else "")
    return Plot(kind, to_svg(figure, kind, said), _WORDS[kind])


def _risk(evaluation: Evaluation) -> Plot | None:
    """Draw the share of wrong answers when only the surest rows are answered."""
    curve = next((one for one in evaluation.curves if one.kind == "coverage"), None)
    if curve is None or len(curve.points) < 2:
        return None
    figure, axes = new_axes(3.7, 3.3)
    across = [point.x for point in curve.points]
    risks = [1 - point.y for point in curve.points]
    axes.plot(across, risks, color=MODEL, linewidth=2.2)
    axes.fill_between(across, risks, color=MODEL, alpha=0.12, linewidth=0)
    found = evaluation.selective
    words = "What share of answers is wrong when only the surest rows are answered."
    if found is not None:
        axes.axhline(found.stated, color=MUTED, linewidth=1, linestyle=(0, (3, 3)))
        words += " Dashed: the stated risk"
        if found.answered:
            reached = (found.answered / found.rows, found.wrong / found.answered)
            axes.plot([reached[0]], [reached[1]], color=EXPECTED, marker="D", markersize=5.5)
            words += "; diamond: where the threshold stops"
        words += "."
    axes.set_xlim(0, 1.005)
    axes.set_ylim(0, max(0.05, 1.1 * max(risks)))
    axes.set_xlabel("share of rows answered, surest first")
    axes.set_ylabel("share of wrong answers (risk)")
    axes.grid(visible=True)
    said = f"Risk by coverage: {risks[-1]:.2f} of all answers are wrong"
    if evaluation.risk_area is not None:
        said += f"; area {evaluation.risk_area:.3f}"
    return Plot("coverage", to_svg(figure, "coverage", said), words)


def _line(
    axes: Axes,
    curve: Curve,
    colour: str,
    width: float,
    label: str,
    **more: Any,  # noqa: ANN401 - matplotlib's own
) -> None:
    across = [point.x for point in curve.points]
    up = [point.y for point in curve.points]
    axes.plot(across, up, color=colour, linewidth=width, label=label or None, **more)


def _cost(evaluation: Evaluation) -> Plot | None:
    cost = evaluation.cost
    if cost is None:
        return None
    plain = cost.without_thresholds
    bars = [
        ("this model", cost.model.value, MODEL),
        *([("without thresholds", plain.value, MUTED)] if plain else []),
        ("always the cheapest answer", cost.no_model, FLOOR),
    ]
    if cost.all_reviewed is not None:
        bars.append(("everything reviewed by hand", cost.all_reviewed, MUTED))
    figure, axes = new_axes(7, 0.7 + 0.34 * len(bars))
    measured = (cost.model, *([plain] if plain else []))
    ends = [score.high for score in measured]  # what follows has no interval
    for at, (_, value, colour) in enumerate(bars):
        axes.barh(at, value, color=colour, alpha=0.75, height=0.55)
        end = max(value, ends[at]) if at < len(ends) else value
        axes.text(end, at, f" {value:,.0f}", va="center", fontsize=8.5)
    for at, score in enumerate(measured):
        axes.plot([score.low, score.high], [at, at], color=INK, linewidth=1.4)
    _name_lines(axes, [name for name, _, _ in bars])
    axes.set_xlim(left=0)
    axes.margins(x=0.12)
    said = f"Per 1,000 items: {cost.model.value:,.0f} with this model, {cost.no_model:,.0f} without"
    if plain:
        said += f", {plain.value:,.0f} with it but without thresholds"
    words = "What errors cost per 1,000 items, in the recipe's own unit; lines: intervals."
    return Plot("cost", to_svg(figure, "cost", said), words)


def _interval(axes: Axes, at: int, score: Score, colour: str = MODEL) -> None:
    axes.plot([score.low, score.high], [at, at], color=colour, alpha=0.45, linewidth=6)
    _mark(axes, score.value, at, colour, "o")


def _mark(axes: Axes, value: float, at: int, colour: str, marker: str) -> None:
    size = {"o": 6.5, "|": 15, "D": 5.5}[marker]
    axes.plot(
        [value],
        [at],
        color=colour,
        marker=marker,
        markersize=size,
        markeredgewidth=2,
        clip_on=False,
    )


def _name_lines(axes: Axes, names: Sequence[str], longest: int = _LONGEST) -> None:
    axes.set_yticks(range(len(names)), [_short(name, longest) for name in names])
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.tick_params(axis="y", length=0, pad=8)
    axes.spines["left"].set_visible(False)


def _whole_numbers(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))


def _short(name: str, longest: int = _LONGEST) -> str:
    plain = " ".join("".join(one if one.isprintable() else " " for one in name).split())
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"
