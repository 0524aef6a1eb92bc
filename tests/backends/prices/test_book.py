from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from warrant.backends.prices import OURS, read_book
from warrant.errors import InputError

HEAD = (
    "cloud,machine,gpu,gpus,gpu_gib,vcpus,memory_gib,usd_per_hour,spot_usd_per_hour,region,"
    "noted_on,source"
)


def written(folder: Path, *lines: str) -> Path:
    path = folder / "prices.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_a_book_names_its_digest_and_its_days(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "# of a test",
        HEAD,
        "x,small,,0,,2,4,0.05,,here,2026-01-31,test",
        "x,large,A100,1,40,8,64,1.5,0.5,here,2026-02-28,test",
    )
    book = read_book(path)
    assert book.digest == sha256(path.read_bytes()).hexdigest()
    assert book.noted == ("2026-01-31", "2026-02-28")
    assert book.age_days(date(2026, 2, 2)) == 2
    assert book.offers[1].spot_usd_per_hour == 0.5


def test_a_file_that_was_changed_is_read_again(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD, "x,small,,0,,2,4,0.05,,here,2026-01-31,test")
    assert len(read_book(path).offers) == 1
    written(tmp_path, HEAD, *["x,small,,0,,2,4,0.05,,here,2026-01-31,test"] * 2)
    assert len(read_book(path).offers) == 2


@pytest.mark.parametrize(
    "line",
    [
        "x,small,,0,,2,4,cheap,,here,2026-01-31,test",
        "x,small,,0,,2,4,-1,,here,2026-01-31,test",
        "x,small,,0,,2,4,nan,,here,2026-01-31,test",
        "x,small,,0,,2,4,0.05,,here,soon,test",
        "x,small,,0",
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, HEAD, line)
    with pytest.raises(InputError, match="Row 1 of the price file") as caught:
        read_book(path)
    assert "warrant plan --refresh" in caught.value.do


def test_other_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has other columns than: cloud, machine"):
        read_book(written(tmp_path, "cloud,price", "x,1"))


def test_a_book_without_offers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no offer"):
        read_book(written(tmp_path, HEAD))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no price file") as caught:
        read_book(tmp_path / "nowhere.csv")
    assert "one travels with the program" in caught.value.do


def test_ours_is_read_in_place() -> None:
    assert read_book() == read_book(OURS)
