"""Twenty honest tables that look like a leak at first sight."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.stages.train.leaks.case import (
    START,
    Maker,
    Rng,
    Table,
    claims,
    days_after,
    denied_in,
    flipped,
    plus,
    sigmoid,
    with_column,
)
from tests.stages.train.leaks.clean_several import CLEAN_SEVERAL
from tests.stages.train.leaks.clean_texts import CLEAN_TEXTS

FOR_AUC = {0.93: 2.09, 0.95: 2.33, 0.96: 2.48, 0.97: 2.66}
"""Distance of two normal distributions, in standard deviations, by the AUC it gives."""


def _strong(rng: Rng, table: Table, auc: float) -> Table:
    values = rng.normal(0, 1, len(table.labels)) + FOR_AUC[auc] * denied_in(table)
    return with_column(table, "risk", "number", np.round(values, 4).tolist(), is_leak=False)


def number_of_auc_97(rng: Rng) -> Table:
    return _strong(rng, claims(rng, 1200, 0.4), 0.97)


def number_of_auc_95_in_40_rows(rng: Rng) -> Table:
    return _strong(rng, claims(rng, 40, 0.5), 0.95)


def number_of_auc_96_for_three_in_a_hundred(rng: Rng) -> Table:
    return _strong(rng, claims(rng, 2000, 0.03), 0.96)


def number_of_auc_93_in_60_rows(rng: Rng) -> Table:
    return _strong(rng, claims(rng, 60, 0.3), 0.93)


def category_of_auc_95(rng: Rng) -> Table:
    table = claims(rng, 900, 0.35)
    marks = flipped(rng, denied_in(table), 0.05)
    cells = [str(rng.choice(["red", "black"] if one else ["green", "blue"])) for one in marks]
    return with_column(table, "band", "category", cells, is_leak=False)


def flag_that_errs_six_times_in_a_hundred_of_40(rng: Rng) -> Table:
    table = claims(rng, 40, 0.5)
    cells = ["yes" if one else "no" for one in flipped(rng, denied_in(table), 0.06)]
    return with_column(table, "authorised", "category", cells, is_leak=False)


def two_hundred_merchants(rng: Rng) -> Table:
    """Some merchants are nearly always denied, others nearly never."""
    count = 1500
    merchant = np.minimum(rng.zipf(1.4, count), 200)
    effect = rng.normal(0, 3.2, 201)
    denied = rng.random(count) < sigmoid(effect[merchant] - 0.5)
    labels = [("denied",) if one else ("paid",) for one in denied]
    table = replace(claims(rng, count), labels=labels)
    names = [f"merchant {one}" for one in merchant]
    return with_column(table, "merchant", "category", names, is_leak=False)


def customers_that_come_back(rng: Rng) -> Table:
    """An id of customers, four lines each, who are denied more or less often."""
    count = 1200
    customer = rng.integers(0, 300, count)
    habit = rng.normal(0, 1.5, 300)
    denied = rng.random(count) < sigmoid(habit[customer])
    labels = [("denied",) if one else ("paid",) for one in denied]
    table = replace(claims(rng, count), labels=labels)
    return with_column(
        table, "customer", "category", [f"C{one:05}" for one in customer], is_leak=False
    )


def empty_more_often_when_denied(rng: Rng) -> Table:
    table = claims(rng, 1500, 0.04)
    marks = denied_in(table)
    empty = rng.random(len(marks)) < np.where(marks, 0.7, 0.1)
    cells = [None if one else round(float(rng.normal(50, 9)), 1) for one in empty]
    return with_column(table, "income", "number", cells, is_leak=False)


def year_that_tells_by_trend(rng: Rng) -> Table:
    count = 1000
    day = rng.integers(0, 1400, count)
    denied = rng.random(count) < sigmoid((day - 700) / 230)
    labels = [("denied",) if one else ("paid",) for one in denied]
    table = replace(claims(rng, count), labels=labels)
    return with_column(table, "filed", "date", plus([START] * count, day), is_leak=False)


def days_before_the_outcome(rng: Rng) -> Table:
    """Everything was known before, but for two slips of the pen."""
    table = claims(rng, 1000)
    decided = plus(table.columns["served"], rng.integers(5, 60, 1000))
    received = plus(table.columns["served"], rng.integers(0, 5, 1000))
    received[17], received[403] = decided[17].replace(year=2031), decided[403].replace(year=2031)
    found = with_column(table, "received", "date", received, is_leak=False)
    return replace(found, columns={**found.columns, "decided_on": decided}, label_at="decided_on")


def random_reference_of_letters(rng: Rng) -> Table:
    """A short reference whose first letter is the office, which is honest."""
    table = claims(rng, 700)
    marks = flipped(rng, denied_in(table), 0.2)
    cells = [f"{'A' if one else 'B'}{int(rng.integers(40)):02}" for one in marks]
    return with_column(table, "office", "category", cells, is_leak=False)


def two_days_and_no_answer_between(rng: Rng) -> Table:
    table = claims(rng, 600)
    asked = days_after(rng, 600)
    lag = rng.integers(0, 30, 600) + 12 * denied_in(table)
    found = with_column(table, "asked", "date", asked, is_leak=False)
    return with_column(found, "scanned", "date", plus(asked, lag), is_leak=False)


CLEAN: dict[str, Maker] = {
    one.__name__: one
    for one in (
        number_of_auc_97,
        number_of_auc_95_in_40_rows,
        number_of_auc_96_for_three_in_a_hundred,
        number_of_auc_93_in_60_rows,
        category_of_auc_95,
        flag_that_errs_six_times_in_a_hundred_of_40,
        two_hundred_merchants,
        customers_that_come_back,
        empty_more_often_when_denied,
        year_that_tells_by_trend,
        days_before_the_outcome,
        random_reference_of_letters,
        two_days_and_no_answer_between,
        *CLEAN_SEVERAL,
        *CLEAN_TEXTS,
    )
}
"""Twenty makers by name."""
