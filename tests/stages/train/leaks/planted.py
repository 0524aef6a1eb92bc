"""Twenty ways in which an answer stands in a column that is given to the model."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from tests.stages.train.leaks.case import (
    Maker,
    Rng,
    Table,
    claims,
    days_after,
    denied_in,
    flipped,
    in_order,
    plus,
    with_column,
)
from tests.stages.train.leaks.planted_several import SEVERAL

CALM = (
    "visit on the usual day",
    "papers came by post",
    "second visit this year",
    "no remark made",
    "the patient asked for a copy",
    "sent with the form of last year",
    "one page was missing",
    "called twice about it",
    "a follow-up was planned",
    "record checked by the front desk",
)


def _noise(rng: Rng) -> float:
    return float(rng.uniform(0, 0.008))


def _narratives(rng: Rng, count: int) -> list[str]:
    return [
        "; ".join(rng.choice(CALM, int(rng.integers(2, 6)), replace=False)) for _ in range(count)
    ]


def _sorted_by_answer(table: Table, rng: Rng, blocks: int) -> Table:
    """Order rows by block, and in each block by answer."""
    block = rng.integers(0, blocks, len(table.labels))
    return in_order(table, np.lexsort((denied_in(table), block)))


def id_sorted_by_answer(rng: Rng) -> Table:
    table = _sorted_by_answer(claims(rng), rng, 1)
    start = int(rng.integers(1000, 90_000))
    numbers = [start + 3 * at + int(rng.integers(3)) for at in range(len(table.labels))]
    return with_column(table, "claim_no", "number", numbers)


def category_that_is_the_answer_recoded(rng: Rng) -> Table:
    table = claims(rng)
    marks = flipped(rng, denied_in(table), _noise(rng))
    codes = [rng.choice(["D1", "D3", "X7"] if one else ["P0", "P2", "P4", "P9"]) for one in marks]
    return with_column(table, "disposition", "category", [str(one) for one in codes])


def amount_paid_is_zero_when_denied(rng: Rng) -> Table:
    table = claims(rng)
    marks = flipped(rng, denied_in(table), _noise(rng))
    paid = [
        0.0 if one else round(billed * float(rng.uniform(0.3, 0.9)), 2)
        for one, billed in zip(marks, table.columns["billed_usd"], strict=True)
    ]
    return with_column(table, "paid_usd", "number", paid)


def letter_of_denial_has_a_date_only_when_denied(rng: Rng) -> Table:
    table = claims(rng)
    marks = flipped(rng, denied_in(table), _noise(rng))
    letters = [
        day + timedelta(int(rng.integers(5, 60))) if one else None
        for one, day in zip(marks, table.columns["served"], strict=True)
    ]
    return with_column(table, "letter_sent", "date", letters)


def closed_after_the_outcome(rng: Rng) -> Table:
    table = claims(rng)
    count = len(table.labels)
    decided = plus(table.columns["served"], rng.integers(10, 60, count))
    closed = plus(decided, rng.integers(1, 90, count))
    found = with_column(table, "closed_on", "date", closed)
    return replace(found, columns={**found.columns, "decided_on": decided}, label_at="decided_on")


def text_with_a_stamp(rng: Rng) -> Table:
    table = claims(rng)
    marks = flipped(rng, denied_in(table), _noise(rng))
    texts = _narratives(rng, len(marks))
    stamped = [
        f"{text}. STATUS: {'DENIED' if one else 'PAID'}."
        for text, one in zip(texts, marks, strict=True)
    ]
    return with_column(table, "narrative", "text", stamped)


def line_number_of_sorted_files(rng: Rng) -> Table:
    table = _sorted_by_answer(
        claims(rng, int(rng.integers(700, 1500))), rng, int(rng.integers(3, 9))
    )
    return with_column(table, "line", "number", list(range(2, len(table.labels) + 2)))


def file_name_begins_with_the_answer(rng: Rng) -> Table:
    table = claims(rng)
    names = [
        f"{'denied' if one else 'paid'}_{number:05}.pdf"
        for one, number in zip(
            denied_in(table), rng.permutation(len(table.labels)).tolist(), strict=True
        )
    ]
    return with_column(table, "file", "text", names)


def folder_is_the_answer(rng: Rng) -> Table:
    table = claims(rng)
    marks = flipped(rng, denied_in(table), _noise(rng))
    folders = [
        f"archive/{'rejected' if one else 'settled'}/{day:%Y-%m}"
        for one, day in zip(marks, table.columns["served"], strict=True)
    ]
    return with_column(table, "folder", "category", folders)


def reason_is_written_only_when_denied(rng: Rng) -> Table:
    table = claims(rng)
    marks = flipped(rng, denied_in(table), _noise(rng))
    texts = _narratives(rng, len(marks))
    reasons = [text if one else None for text, one in zip(texts, marks, strict=True)]
    return with_column(table, "reason_note", "text", reasons)


def last_digit_of_the_number(rng: Rng) -> Table:
    table = claims(rng)
    marks = denied_in(table)
    numbers = [
        int(rng.integers(10_000, 99_999)) * 10
        + (int(rng.choice([7, 9])) if one else int(rng.choice([1, 4])))
        for one in marks
    ]
    return with_column(table, "voucher", "number", numbers)


def time_of_a_batch_that_denies(rng: Rng) -> Table:
    """Denials are written by a nightly job, all else by people in the day."""
    table = claims(rng)
    marks = flipped(rng, denied_in(table), _noise(rng))
    stamps = [
        f"{day}T{2 if one else int(rng.integers(8, 18)):02}:{int(rng.integers(60)):02}:00Z"
        for one, day in zip(marks, days_after(rng, len(marks)), strict=True)
    ]
    return with_column(table, "updated", "date", stamps)


PLANTED: dict[str, Maker] = {
    one.__name__: one
    for one in (
        id_sorted_by_answer,
        category_that_is_the_answer_recoded,
        amount_paid_is_zero_when_denied,
        letter_of_denial_has_a_date_only_when_denied,
        closed_after_the_outcome,
        text_with_a_stamp,
        line_number_of_sorted_files,
        file_name_begins_with_the_answer,
        folder_is_the_answer,
        reason_is_written_only_when_denied,
        last_digit_of_the_number,
        time_of_a_batch_that_denies,
        *SEVERAL,
    )
}
"""Twenty makers by name."""
