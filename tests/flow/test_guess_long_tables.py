"""`warrant new` takes a long table for what a short one of the same columns would be."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from warrant.flow.guess.columns import Guess, guess_columns

ROWS = 4_500
"""More than three and four times the different values that are counted."""
START = datetime(2024, 1, 1)  # noqa: DTZ001 - a table's instants that name no zone


@pytest.fixture(scope="module")
def guess() -> Guess:
    merchants = ("fuel", "travel", "utilities", "grocery", "gambling", "books")
    streets = ("north", "south", "east", "west", "hill")
    return guess_columns(
        {
            "transaction no": [100_000 + 3 * at for at in range(ROWS)],
            "query": [f"where is my card of day {at}, please tell me" for at in range(ROWS)],
            "narrative": [
                f"order {at % 260} from {streets[at % 5]} street urgent" for at in range(ROWS)
            ],
            "amount": [at * 1.37 + 0.5 for at in range(ROWS)],
            "merchant": [merchants[at % 6] for at in range(ROWS)],
            "booked_at": [
                f"{START + timedelta(minutes=97 * at):%Y-%m-%dT%H:%M}" for at in range(ROWS)
            ],
            "review": [("clear", "review")[at % 7 == 0] for at in range(ROWS)],
        }
    )


def role(guess: Guess, name: str) -> str:
    return next(one.role for one in guess.columns if one.profile.name == name)


def test_a_text_of_thousands_of_rows_is_read_and_not_taken_for_the_answer(guess: Guess) -> None:
    assert role(guess, "query") == "text"


def test_texts_that_repeat_are_text_where_they_are_too_many_for_a_category(guess: Guess) -> None:
    assert role(guess, "narrative") == "text"


def test_thousands_of_different_amounts_do_not_give_the_answer_away(guess: Guess) -> None:
    assert role(guess, "amount") == "number"


def test_running_numbers_of_thousands_of_rows_are_an_id(guess: Guess) -> None:
    assert role(guess, "transaction no") == "left out"


def test_a_time_that_names_no_zone_is_a_date_and_no_id(guess: Guess) -> None:
    assert role(guess, "booked_at") == "date"


def test_a_few_merchants_with_many_rows_each_are_a_category(guess: Guess) -> None:
    assert role(guess, "merchant") == "category"
    assert guess.label == "review"


def test_many_merchants_stay_groups_that_no_split_divides() -> None:
    found = guess_columns(
        {
            "merchant": [f"shop {at % 90}" for at in range(900)],
            "amount": [at / 7 for at in range(900)],
            "label": [("a", "b")[at % 2] for at in range(900)],
        }
    )
    assert role(found, "merchant") == "group"
