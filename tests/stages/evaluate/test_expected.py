"""What is expected of places, options, pairs and written answers after a change."""

from __future__ import annotations

import pytest

from warrant.models.places import Span
from warrant.stages.evaluate.expected import Answer, Read, follows, invented, meets
from warrant.stages.evaluate.moving import moved, parts_of


def placed(*places: tuple[int, int, str]) -> Answer:
    spans = tuple(Span(*one) for one in places)
    return Answer(tuple(sorted({one.label for one in spans})), {}, spans=spans)


def read(before: str, after: str) -> Read:
    return Read({"text": before}, {"text": after})


def test_a_place_moves_along_with_its_text() -> None:
    change = read("Signed by Ada Takar.", "Page 1 of 1. Signed by Ada Takar.")
    first, second = placed((10, 19, "name")), placed((23, 32, "name"))
    assert meets("same", first, second, read=change)
    assert not meets("same", first, first, read=change)
    assert not meets("same", first, placed((23, 32, "town")), read=change)
    assert not meets("same", first, placed((0, 4, "name"), (23, 32, "name")), read=change)
    assert meets("changes", first, placed(), read=change)


def test_a_place_covers_the_words_that_took_its_own_words_place() -> None:
    change = read("Signed by Ada Takar in Norhaven.", "Signed by Hana van Quade in Norhaven.")
    first = placed((10, 19, "name"), (23, 31, "town"))
    assert meets("same", first, placed((10, 24, "name"), (28, 36, "town")), read=change)


def test_a_place_that_was_taken_out_is_no_longer_expected() -> None:
    change = read("Ada Takar signs. Rent is due.", "Rent is due.")
    assert meets("same", placed((0, 9, "name")), placed(), read=change)


def test_words_in_capitals_stand_where_they_stood() -> None:
    before = "Ada, and Ben, and Cem: all of them."
    parts = parts_of(before, before.upper())
    assert [moved(parts, at, at + 3) for at in (0, 9, 18)] == [(0, 3), (9, 12), (18, 21)]


def test_an_option_is_the_same_by_what_it_says_and_not_by_its_letter() -> None:
    first = Answer(("A",), {"A": 0.9, "B": 0.1}, "7 days")
    assert meets("same", first, Answer(("B",), {"A": 0.1, "B": 0.9}, "7 days"))
    assert not meets("same", first, Answer(("A",), {"A": 0.9, "B": 0.1}, "8 keys"))


SOURCE = "A fee of $1,200.00 is due on March 5, 2024 under Art. 6(1); 3 rooms."


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ("1200 dollars on 2024-03-05.", set()),
        ("$1,200 on 5 March 2024, by Art. 6(1).", set()),
        ("1. It is 1,200.\n2) There are 3 rooms.", set()),
        ("$1,300 is due.", {"1,300"}),
        ("It is due on 2024-03-06.", {"2024-03-06"}),
        ("By Art. 9 it is due.", {"9", "art.9"}),
        ("A fee is due.", set()),
    ],
)
def test_numbers_dates_and_citations_that_stand_nowhere_are_invented(
    answer: str, wrong: set[str]
) -> None:
    assert invented(answer, SOURCE) == wrong
    said = Answer((), {}, answer)
    assert meets("invents nothing", said, said, read=read("", SOURCE)) is not bool(wrong)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("The fee is $12,000.", True),
        ("The fee is $1,200.", False),
        ("The fee is large.", False),
    ],
)
def test_an_answer_follows_an_amount_that_changed(second: str, expected: bool) -> None:
    change = read("A fee of $1,200 is due.", "A fee of $12,000 is due.")
    assert follows("The fee is $1,200.", second, change) is expected


def test_an_answer_follows_dates_that_changed_places() -> None:
    change = read("From 2024-01-01 to 2024-06-30.", "From 2024-06-30 to 2024-01-01.")
    assert follows("It ends on 2024-06-30.", "It ends on 2024-01-01.", change)
    assert not follows("It ends on 2024-06-30.", "It ends on 2024-06-30.", change)


def test_an_answer_without_what_changed_is_not_judged() -> None:
    change = read("A fee of $1,200 is due.", "A fee of $12,000 is due.")
    assert follows("A fee is due.", "Nothing is due.", change) is None
    assert meets("follows", Answer((), {}, "A fee."), Answer((), {}, "A fee."), read=change) is None
