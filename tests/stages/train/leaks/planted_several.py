"""Planted leaks where there are many labels, several a row, or a number to answer."""

from __future__ import annotations

import numpy as np

from tests.stages.train.leaks.case import Maker, Rng, Table, days_after, plus, with_column

DESKS = ("billing", "cards", "loans", "fraud")
CLAUSES = ("renewal", "liability", "audit", "exclusivity", "warranty")
PLAIN = ("the parties agree as follows", "notice is given in writing", "this section survives",
         "as set out in the schedule", "subject to what is said above", "in good faith",
         "either party may ask for it", "within a fair time", "by a signed paper")  # fmt: skip


def requests(rng: Rng) -> Table:
    """Invent requests for four desks, guessed right by their columns for about two thirds."""
    count = int(rng.integers(400, 1500))
    desk = rng.choice(4, count, p=[0.4, 0.3, 0.2, 0.1])
    channel = np.where(rng.random(count) < 0.6, desk % 3, rng.integers(0, 3, count))
    return Table(
        "multiclass",
        [(DESKS[one],) for one in desk],
        {"channel": "category", "amount": "number", "opened": "date"},
        {
            "channel": [("web", "phone", "branch")[one] for one in channel],
            "amount": np.round(rng.lognormal(3 + desk, 1.0), 2).tolist(),
            "opened": days_after(rng, count),
        },
    )


def _desk(table: Table) -> list[int]:
    return [DESKS.index(row[0]) for row in table.labels]


def code_of_the_answer(rng: Rng) -> Table:
    table = requests(rng)
    codes = [100 * (7, 2, 9, 4)[one] + int(rng.integers(30)) for one in _desk(table)]
    return with_column(table, "route_code", "number", codes)


def team_that_worked_on_it(rng: Rng) -> Table:
    table = requests(rng)
    share = rng.uniform(0, 0.006)
    teams = [f"team {'NESW'[one]}" if rng.random() > share else "team N" for one in _desk(table)]
    return with_column(table, "assigned_team", "category", teams)


def date_of_one_answer_only(rng: Rng) -> Table:
    table = requests(rng)
    lags = rng.integers(1, 20, len(table.labels))
    days = plus(table.columns["opened"], lags)
    reported = [day if one == 3 else None for day, one in zip(days, _desk(table), strict=True)]
    return with_column(table, "police_report", "date", reported)


def end_of_a_reference(rng: Rng) -> Table:
    table = requests(rng)
    names = [
        f"R-{number:06}-{'BKLF'[one]}"
        for number, one in zip(
            rng.choice(900_000, len(table.labels), replace=False).tolist(),
            _desk(table),
            strict=True,
        )
    ]
    return with_column(table, "reference", "category", names)


def contracts(rng: Rng) -> Table:
    """Invent contracts with any of five clauses."""
    count = int(rng.integers(300, 900))
    has = rng.random((count, 5)) < rng.uniform(0.15, 0.5, 5)
    pages = (3 + has.sum(axis=1) * 2 + rng.poisson(4, count)).astype(int)
    law = np.where(
        has[:, 1] & (rng.random(count) < 0.6), "Farland", rng.choice(["Home", "Far"], count)
    )
    return Table(
        "multilabel",
        [tuple(sorted(name for name, one in zip(CLAUSES, row, strict=True) if one)) for row in has],
        {"pages": "number", "law": "category"},
        {"pages": pages.tolist(), "law": law.tolist()},
    )


def flag_of_one_label(rng: Rng) -> Table:
    table = contracts(rng)
    name = str(rng.choice(CLAUSES))
    flags = ["Y" if name in row else "N" for row in table.labels]
    return with_column(table, f"{name}_found", "category", flags)


def text_that_ends_with_tags(rng: Rng) -> Table:
    table = contracts(rng)
    texts = [
        ". ".join(rng.choice(PLAIN, int(rng.integers(3, 8))))
        + f". [tags: {', '.join(row) or 'none'}]"
        for row in table.labels
    ]
    return with_column(table, "text", "text", texts)


def invoices(rng: Rng) -> Table:
    """Invent invoices whose costs are partly told by weight and country."""
    count = int(rng.integers(200, 1200))
    weight = rng.lognormal(2, 0.7, count)
    country = rng.choice(["Home", "Nearby", "Farland"], count)
    cost = 20 + 4 * weight + 60 * (country == "Farland") + rng.lognormal(3, 0.6, count)
    return Table(
        "regression",
        [(f"{one:.2f}",) for one in cost],
        {"weight": "number", "country": "category", "sent": "date"},
        {
            "weight": np.round(weight, 2).tolist(),
            "country": country.tolist(),
            "sent": days_after(rng, count),
        },
    )


def _costs(table: Table) -> np.ndarray:
    return np.array([float(row[0]) for row in table.labels])


def amount_in_another_currency(rng: Rng) -> Table:
    table = invoices(rng)
    rate = rng.uniform(0.7, 1.4) * (1 + rng.normal(0, 0.005, len(table.labels)))
    return with_column(table, "booked_usd", "number", np.round(_costs(table) * rate, 2).tolist())


def days_between_two_dates(rng: Rng) -> Table:
    """The answer is how long a case was open, and both days are given."""
    count = int(rng.integers(200, 1200))
    size = rng.lognormal(2, 0.7, count)
    days = np.round(5 + 3 * size + rng.gamma(2, 8, count)).astype(int)
    opened = days_after(rng, count, 900)
    return Table(
        "regression",
        [(str(one),) for one in days.tolist()],
        {"size": "number", "opened": "date", "closed": "date"},
        {"size": np.round(size, 2).tolist(), "opened": opened, "closed": plus(opened, days)},
        frozenset({"closed"}),
        frozenset({"opened"}),
    )


SEVERAL: tuple[Maker, ...] = (
    code_of_the_answer,
    team_that_worked_on_it,
    date_of_one_answer_only,
    end_of_a_reference,
    flag_of_one_label,
    text_that_ends_with_tags,
    amount_in_another_currency,
    days_between_two_dates,
)
