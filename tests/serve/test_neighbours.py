from __future__ import annotations

import pytest

from warrant.models import InputColumn
from warrant.serve.neighbours import FIRST_CHARACTERS, NearestRows

TEXTS = ["the lease of a house", "a loan at interest", "the lease of a garden", ""]
PATHS = ["house.txt", "loan.txt", "garden.txt", "empty.txt"]
COLUMNS = (
    InputColumn("text"),
    InputColumn("branch", "category"),
    InputColumn("amount", "number"),
)


def nearest(text: object, branch: object = None, amount: object = None) -> tuple[str, float] | None:
    rows = NearestRows(
        COLUMNS,
        {
            "text": TEXTS,
            "branch": ["North", "South", "South", None],
            "amount": [0, 50, 100, None],
        },
        PATHS,
    )
    (found,) = rows.nearest({"text": [text], "branch": [branch], "amount": [amount]})
    return (found.path, found.similarity) if found else None


@pytest.mark.parametrize(("text", "path"), list(zip(TEXTS, PATHS, strict=True))[:3])
def test_a_training_row_is_nearest_to_itself(text: str, path: str) -> None:
    assert nearest(text) == (path, 1.0)


def test_columns_count_alike_and_empty_ones_not_at_all() -> None:
    assert nearest(None, "South", 90) == ("garden.txt", 0.95)
    assert nearest(None, "North") == ("house.txt", 1.0)
    assert nearest("the lease", None, "no number") is not None
    assert nearest(None, "Mars") is None
    assert nearest(None) is None


def test_of_a_long_text_its_beginning_is_compared() -> None:
    long = "the lease of a house ".ljust(FIRST_CHARACTERS) + " loan interest" * 1000
    assert nearest(long) == ("house.txt", 1.0)


def test_many_rows_are_compared_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warrant.serve.neighbours._CELLS_AT_ONCE", 5)
    rows = NearestRows(COLUMNS[:1], {"text": TEXTS}, PATHS)
    found = rows.nearest({"text": TEXTS * 3})
    assert [one.path if one else None for one in found] == [*PATHS[:3], None] * 3
    assert NearestRows(COLUMNS[:1], {"text": []}, []).nearest({"text": ["a"]}) == [None]
