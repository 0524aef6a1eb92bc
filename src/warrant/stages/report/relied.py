"""How far answers may be relied on, in sentences and lines that both forms of a card show."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warrant.stages.report.markdown import number

if TYPE_CHECKING:
    from warrant.records.evaluation import Evaluation
    from warrant.records.reliance import Covered, Faithful, Openings, Selective, SliceTest

NAMED_METHODS = {
    "bootstrap-percentile": "percentiles of bootstrap resamples",
    "bootstrap-bca": "bootstrap resamples, corrected for bias and acceleration (BCa)",
    "bootstrap-percentile-by-group": "bootstrap of whole groups",
    "bootstrap-bca-by-group": "BCa bootstrap of whole groups",
    "clopper-pearson": "exact (Clopper and Pearson)",
    "clopper-pearson-by-group": "exact, each group counted once",
}


class WeakLine(NamedTuple):
    """One part of the rows on which the model does worse."""

    where: str
    rows: int
    loss: float
    rest: float
    corrected: str


class Relied(NamedTuple):
    """Sentences of our own words and figures, and lines of a table."""

    openings: tuple[str, ...]
    promises: tuple[str, ...]
    """What came of a stated coverage and a stated risk."""
    risk: str | None
    """The area under risk by coverage."""
    faithful: str | None
    search: str | None
    """What the search for weak parts did; None: no part was large enough, or nothing searched."""
    weak: tuple[WeakLine, ...]
    loss: str
    """What is lost in a row, in words."""
    slices: dict[tuple[str, str], SliceTest]
    """Tests of slices, by column and value."""


def relied(evaluation: Evaluation) -> Relied:
    """Say how far answers may be relied on.

    Args:
        evaluation: the record.

    Returns:
        What a card shows.
    """
    search = evaluation.weak
    area = evaluation.risk_area
    return Relied(
        openings=_openings(evaluation.openings),
        promises=(*_covered(evaluation.covered), *_selective(evaluation.selective)),
        risk=None if area is None else (
            f"Area under risk by coverage: {number(area)}; answering the surest rows first, that "
            "is the mean share of wrong answers."
        ),
        faithful=_faithful(evaluation.faithful, is_number=evaluation.task == "regression"),
        search=None if search is None or not search.tested else (
            f"Parts of at least {search.fewest_rows} rows, by columns, lengths and labels and by "
            f"two of them together, were tested against all other rows: {search.tested:,} tests, "
            f"{len(search.found)} below {search.level:g} after Holm's correction. Rows count as "
            "independent of each other."
        ),
        weak=tuple(
            WeakLine(
                " and ".join(f"{one.column} = {one.value}" for one in found.parts),
                found.rows,
                found.loss,
                found.rest,
                p_value(found.corrected),
            )
            for found in (search.found if search else ())
        ),
        loss=search.loss if search else "",
        slices={(one.column, one.value): one for one in evaluation.slice_tests},
    )  # fmt: skip


def _openings(found: Openings | None) -> tuple[str, ...]:
    if found is None:
        return ()
    said = ["No other test set in the log shares a document with it."]
    if found.others:
        said = [
            f"{found.rows:,} of these rows are of documents that stood in another test set, "
            f"looked at in {_count(found.others, 'earlier evaluation')}."
        ]
    if found.unknown:
        said.append(
            f"{_count(found.unknown, 'earlier evaluation')} in the log had rows that are no "
            "longer there to compare."
        )
    return tuple(said)


def _covered(found: Covered | None) -> tuple[str, ...]:
    if found is None:
        return ()
    how = NAMED_METHODS.get(found.method, found.method)
    return (
        f"Sets chosen on {found.chosen_on:,} validation rows, which chose settings too, "
        f"shall hold the truth {found.stated:.0%} of the time.",
        f"On {found.rows:,} test rows these sets hold it {found.share:.1%} of the time, between "
        f"{found.low:.1%} and {found.high:.1%} ({found.level:.0%}, {how}); "
        f"mean size {found.mean_size:,.2f}.",
    )


def _selective(found: Selective | None) -> tuple[str, ...]:
    if found is None:
        return ()
    stated = f"At most {found.stated:.1%} of the answers given shall be wrong"
    if found.threshold is None:
        return (
            f"{stated}: no threshold on {found.chosen_on:,} validation rows promises that with "
            f"{found.sure:.0%} confidence, and every row is left to a person.",
        )
    wrong, how = "none is answered", NAMED_METHODS.get(found.method, found.method)
    if found.low is not None and found.high is not None:
        wrong = (
            f"{found.answered:,} are answered ({found.answered / found.rows:.1%}), "
            f"{found.wrong:,} of them wrong: {found.wrong / found.answered:.1%}, between "
            f"{found.low:.1%} and {found.high:.1%} ({found.level:.0%}, {how})"
        )
    return (
        f"{stated} ({found.sure:.0%} sure, where rows are independent). "
        f"{found.chosen_on:,} validation rows chose the least probability "
        f"{found.threshold:.3f}; below it a person decides.",
        f"Of {found.rows:,} test rows {wrong}.",
    )


def _faithful(found: Faithful | None, *, is_number: bool) -> str | None:
    if found is None:
        return None
    what = "value (in standard deviations)" if is_number else "probability"
    return (
        f"On {found.rows:,} test rows the words and cells that explanations name (at most "
        f"{found.words} a row) were taken out: the answer's {what} falls by "
        f"{number(found.without_named)}, by {number(found.without_random)} when as many random "
        f"words are taken out (p {p_value(found.p)}). Left alone, they let it fall by "
        f"{number(found.only_named)}, random ones by {number(found.only_random)}."
    )


def p_value(value: float) -> str:
    """Write a p-value: three decimals, or one digit of a smaller one; of none at all, words."""
    if value >= 0.001:
        return f"{value:.3f}"
    digits = 1
    while digits < 7 and round(value, digits) == 0:
        digits += 1
    return f"{value:.{digits}f}" if round(value, digits) else "next to none"


def _count(many: int, word: str) -> str:
    return f"{many:,} {word}{'' if many == 1 else 's'}"
