"""How far a run is, in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Type
from warrant.cli.progress import Lines, counted, paced
from warrant.flow.demo import Demo


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


class Watched(Lines):
    """Notes what a bar would be told, in order."""

    told: list[str]

    def __init__(self) -> None:
        super().__init__(quiet=True)
        self.told = []

    def step(self, stage: str, state: str) -> None:
        self.told.append(f"{stage} {state}")

    def progress(self, done: int, total: int | None, unit: str) -> None:
        self.told.append(f"{done} of {total} {unit}")

    def close(self) -> None:
        self.told.append("closed")


def test_a_bar_is_open_while_predict_answers(
    demo: Demo, typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched()
    monkeypatch.setattr("warrant.cli.progress.reporter", lambda **_: watched)
    table = tmp_path / "in.csv"
    table.write_text("id,text\n1,the tenant pays rent\n", "utf-8")
    words = (demo.report.bundle, table, "-o", tmp_path / "o.csv", "--trust", demo.trust)
    assert typed("predict", *words).code == 0
    assert watched.told == ["predict started", "1 of None rows", "closed"]
