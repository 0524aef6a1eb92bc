"""How far a run is, in words."""

from __future__ import annotations

import pytest

from warrant.cli.progress import counted, paced


@pytest.mark.parametrize(
    ("number", "unit", "words"),
    [
        (1, "fits", "1 fit"),
        (3, "fits", "3 fits"),
        (1, "vocabularies", "1 vocabulary"),
        (1200, "rows compared", "1,200 rows compared"),
    ],
)
def test_one_is_no_plural(number: int, unit: str, words: str) -> None:
    assert counted(number, unit) == words


def test_slow_work_says_how_long_each_takes() -> None:
    assert paced(0, 9.0, "now the tier encoder") == "now the tier encoder"
    assert paced(30, 2.0, "rows") == "15 rows/s"
    assert paced(2, 9.0, "updates") == "2 updates, 4.5 s each"
    assert paced(1, 9.0, "updates") == "1 update, 9.0 s each"
