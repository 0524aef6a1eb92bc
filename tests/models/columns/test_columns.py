"""Columns that are no text: what they give, what they doubt, and what their files may hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256

import numpy as np
import pytest

from warrant.errors import InputError
from warrant.models import Abstention, InputColumn
from warrant.models.columns import (
    ColumnEncoder,
    encoder_numbers,
    encoder_settings,
    make_encoder,
)
from warrant.models.columns.cells import read_date, read_number
from warrant.models.examples import Examples
from warrant.stages.train.columns import column_findings, count_states, learn_columns

AMOUNT = InputColumn("amount", "number", "USD")
KIND = InputColumn("kind", "category")
FILED = InputColumn("filed", "date")
INPUTS = (InputColumn("text"), AMOUNT, KIND, FILED)


def examples(**columns: Sequence[object]) -> Examples:
    rows = len(next(iter(columns.values())))
    documents = [sha256(str(row).encode()).digest() for row in range(rows)]
    return Examples(
        {name: list(cells) for name, cells in columns.items()},
        [("yes",)] * rows,
        list(range(rows)),
        documents,
    )


def many(rows: int = 40) -> Examples:
    return examples(
        amount=[100.0 + row for row in range(rows)],
        kind=[("Lease", "Loan", "Sale", "Gift")[row % 4] for row in range(rows)],
        filed=[date(2024, 1 + row % 12, 1 + row % 28) for row in range(rows)],
    )


@pytest.fixture(scope="module", name="encoder")
def _encoder() -> ColumnEncoder:
    return learn_columns(many(), INPUTS, 3)


def doubts(encoder: ColumnEncoder, **cells: object) -> list[tuple[str, str | None]]:
    row = {"amount": 120.0, "kind": "Loan", "filed": date(2024, 5, 3)} | cells
    found = encoder.encode({name: [cell] for name, cell in row.items()})
    reasons = found.abstentions[0] if found.abstentions else ()
    assert all(isinstance(one, Abstention) for one in reasons)
    return [(one.doubt, one.column) for one in reasons]


def test_a_row_like_those_learnt_from_raises_no_doubt(encoder: ColumnEncoder) -> None:
    assert doubts(encoder) == []
    assert doubts(encoder, amount="USD 120.00", filed="3 May 2024") == []


@pytest.mark.parametrize(
    ("cells", "doubt"),
    [
        ({"amount": None}, ("missing", "amount")),
        ({"amount": " "}, ("missing", "amount")),
        ({"amount": 1e6}, ("out_of_range", "amount")),
        ({"amount": "-3"}, ("out_of_range", "amount")),
        ({"amount": "about a hundred"}, ("unreadable", "amount")),
        ({"amount": "EUR 120"}, ("unreadable", "amount")),
        ({"amount": [1]}, ("unreadable", "amount")),
        ({"kind": ""}, ("missing", "kind")),
        ({"kind": "Franchise"}, ("unseen", "kind")),
        ({"kind": ["Loan"]}, ("unreadable", "kind")),
        ({"filed": None}, ("missing", "filed")),
        ({"filed": "2031-01-01"}, ("out_of_range", "filed")),
        ({"filed": "04/05/2024"}, ("unreadable", "filed")),
    ],
)
def test_what_training_did_not_have_is_a_doubt(
    encoder: ColumnEncoder, cells: dict[str, object], doubt: tuple[str, str]
) -> None:
    assert doubts(encoder, **cells) == [doubt]


def test_what_training_rows_missed_may_be_missed() -> None:
    rows = many()
    for row in (3, 9, 21):
        rows.columns["amount"][row] = None
        rows.columns["kind"][row] = ""
        rows.columns["filed"][row] = "n/a"
    encoder = learn_columns(rows, INPUTS, 3)
    assert doubts(encoder, amount=None, kind=None, filed=None) == []
    assert count_states(encoder, rows, "train") == {
        "train_missing: amount": 3,
        "train_missing: kind": 3,
        "train_missing: filed": 3,
    }


def test_a_category_of_two_documents_has_no_name() -> None:
    rows = many()
    rows.columns["kind"][:6] = ["Will", "Will", "Deed", "Deed", "Oath", "Oath"]
    encoder = learn_columns(rows, (KIND,), 3)
    (settings,) = encoder_settings(encoder)
    assert "Will" not in settings.to_bytes().decode()
    assert "Lease" in settings.to_bytes().decode()
    assert count_states(encoder, rows, "train") == {"train_rare: kind": 6}
    assert doubts(encoder, kind="Will") == [("unseen", "kind")]
    found = encoder.encode({"kind": ["Will", "Lease"]}).numbers[:, 0].tolist()
    assert found == [4.0, 1.0]


def test_where_new_categories_are_everyday_one_is_no_doubt() -> None:
    rows = many()
    rows.columns["kind"][:10] = [f"shop {place}" for place in range(10)]
    encoder = learn_columns(rows, (KIND,), 3)
    assert doubts(encoder, kind="a shop of tomorrow") == []


def test_a_range_is_no_single_documents_value() -> None:
    rows = many()
    rows.columns["amount"][5] = 98_765_432.0
    encoder = learn_columns(rows, (AMOUNT,), 3)
    low, high, mean, spread = encoder_numbers(encoder).tolist()
    assert 90 < low < 103
    assert 135 < high < 145
    assert mean < high
    assert spread < 20
    assert count_states(encoder, rows, "train") == {"train_out_of_range: amount": 1}


def test_numbers_of_a_row_are_the_plain_ones(encoder: ColumnEncoder) -> None:
    found = encoder.encode(
        {"amount": [120], "kind": ["Loan"], "filed": [datetime(2024, 3, 5, 12, tzinfo=UTC)]}
    )
    assert found.numbers.tolist() == [[120.0, 2.0, 2024.0, 2.0, 1.0, 65.0, 429.5]]
    assert [(one.column, one.kind, one.part) for one in encoder.features] == [
        ("amount", "number", ""),
        ("kind", "category", ""),
        ("filed", "date", "year"),
        ("filed", "date", "month"),
        ("filed", "date", "weekday"),
        ("filed", "date", "day_of_year"),
        ("filed", "date", "days"),
    ]
    told = encoder.contributions(found.numbers[0], range(7))
    assert [one.term for one in told] == [
        "120 USD",
        "Loan",
        "year 2024",
        "month 3",
        "Tuesday",
        "day 65 of the year",
        "2024-03-05",
    ]
    assert [one.value for one in told] == list(range(7))


def test_a_linear_model_reads_standardised_numbers_and_steps(encoder: ColumnEncoder) -> None:
    rows = many()
    found = encoder.expand(encoder.encode(rows.columns).numbers).toarray()
    assert found.shape == (40, encoder.width)
    assert abs(found[:, 0].mean()) < 1e-9
    assert abs(found[:, 0].std() - 1) < 1e-9
    assert (found[:, 2:6].sum(axis=1) == 1).all()
    assert found.shape[1] == 2 + 5 + 2 + 13 + 8 + 2 + 2
    missing = encoder.encode({"amount": [None], "kind": [None], "filed": [None]})
    assert encoder.expand(missing.numbers).toarray().sum() == 7
    assert encoder.contributions(missing.numbers[0], [0] * 7)[0].term == "(empty)"


def test_an_encoder_comes_back_from_its_file(encoder: ColumnEncoder) -> None:
    assert make_encoder(encoder_settings(encoder), encoder_numbers(encoder)) == encoder


@pytest.mark.parametrize(
    ("place", "number", "fault"),
    [
        (0, np.nan, "a number of a column is not finite"),
        (0, 1e9, "the range of the column 'amount' ends before it begins"),
        (3, 0.0, "a standard deviation of the column 'amount' is not above 0"),
        (5, 1e9, "the range of the column 'filed' holds days that no calendar has"),
        (11, -1.0, "a standard deviation of the column 'filed' is not above 0"),
    ],
)
def test_an_unsound_number_is_refused(
    encoder: ColumnEncoder, place: int, number: float, fault: str
) -> None:
    numbers = encoder_numbers(encoder)
    numbers[place] = number
    with pytest.raises(InputError, match=f"This is not a sound model: {fault}"):
        make_encoder(encoder_settings(encoder), numbers)


def test_settings_that_do_not_fit_are_refused(encoder: ColumnEncoder) -> None:
    numbers, settings = encoder_numbers(encoder), encoder_settings(encoder)
    with pytest.raises(InputError, match="its columns need 12 numbers"):
        make_encoder(settings, numbers[:-1])
    with pytest.raises(InputError, match="a column stands twice"):
        make_encoder((*settings, settings[1]), numbers)
    twice = settings[1].model_copy(update={"terms": ("Loan", "Loan")})
    with pytest.raises(InputError, match="a category of the column 'kind' stands twice"):
        make_encoder((settings[0], twice, settings[2]), numbers)


def test_a_column_that_is_not_there_is_named(encoder: ColumnEncoder) -> None:
    with pytest.raises(InputError, match="reads a column 'kind', which is not in the input"):
        encoder.encode({"amount": [1.0], "filed": [None]})
    with pytest.raises(InputError, match="The input's columns differ in length"):
        encoder.encode({"amount": [1.0], "filed": [None], "kind": []})


def test_a_column_that_does_not_hold_what_the_recipe_says_is_an_error() -> None:
    rows = many()
    rows.columns["amount"] = ["words of hers"] * 40
    rows.columns["kind"] = [f"person {row}" for row in range(40)]
    amount, kind = column_findings(rows, INPUTS)
    assert amount.what == (
        "Column 'amount' is read as a number, and 0 of the documents of 40 training rows have one "
        "there; a model needs 3 at least."
    )
    assert amount.do == "Take 'amount' out of `inputs` in the recipe, or correct its `as`."
    assert kind.what == (
        "Column 'kind' is read as a category, and none of its values stands in 3 of the training "
        "documents."
    )
    assert kind.do == "Take 'kind' out of `inputs` in the recipe, or read it `as: text`."
    assert column_findings(many(), INPUTS) == []


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,234.50", 1234.5),
        ("1.234,50", 1234.5),
        ("(12)", -12.0),
        ("12 %", 0.12),
        ("$1,200", 1200.0),
        ("USD 5", 5.0),
        ("-3e2", -300.0),
        (True, 1.0),
        (7, 7.0),
        (None, None),
        ("n/a", None),
        (float("nan"), None),
    ],
)
def test_a_number_is_read_as_people_write_it(cell: object, number: float | None) -> None:
    assert read_number(cell, "USD") == number


@pytest.mark.parametrize("cell", ["€5", "5 to 6", "1,2,3", "12a", float("inf"), 10**400, b"1", [1]])
def test_what_is_no_number_is_unreadable(cell: object) -> None:
    found = read_number(cell, "USD")
    assert found is not None
    assert np.isnan(found)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (date(2024, 2, 29), date(2024, 2, 29)),
        ("2024-02-29", date(2024, 2, 29)),
        ("29/02/2024", date(2024, 2, 29)),
        ("February 29, 2024", date(2024, 2, 29)),
        ("29 Feb 2024", date(2024, 2, 29)),
        (20240229, date(2024, 2, 29)),
    ],
)
def test_a_date_is_read_as_people_write_it(cell: object, day: date) -> None:
    assert read_date(cell) == (day - date(1970, 1, 1)).days


def test_what_the_recipe_says_of_a_column_tells_one_reading_from_the_other() -> None:
    assert read_number("1,234") == read_number("1.234", decimal=",") == 1234
    assert read_number("1.234") == read_number("1,234", decimal=",") == 1.234
    april, march = (float((date(2024, *day) - date(1970, 1, 1)).days) for day in ((4, 3), (3, 4)))
    assert read_date("03/04/2024", day_first=True) == april
    assert read_date("03/04/2024", day_first=False) == march
    assert read_date("13/04/2024", day_first=False) == april + 10


def test_an_hour_is_a_part_where_training_rows_had_times() -> None:
    rows = many()
    rows.columns["filed"] = [
        datetime(2024, 1 + row % 12, 1 + row % 28, row % 24, 30, tzinfo=UTC) for row in range(40)
    ]
    encoder = learn_columns(rows, (FILED,), 3)
    assert encoder.features[-1].part == "hour"
    found = encoder.encode({"filed": ["2024-05-03 14:59:59", "2024-05-03"]}).numbers
    assert found[:, -1].tolist() == [14.0, 0.0]
    assert encoder.contributions(found[0], [0.0] * 6)[-1].term == "hour 14"
    assert make_encoder(encoder_settings(encoder), encoder_numbers(encoder)) == encoder


@pytest.mark.parametrize(
    "cell", ["30 February 2024", "2024-13-01", "soon", 3, 1.5, True, "Q1 2024"]
)
def test_what_is_no_date_is_unreadable(cell: object) -> None:
    found = read_date(cell)
    assert found is not None
    assert np.isnan(found)
