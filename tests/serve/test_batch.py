from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.serve.bench import AWKWARD, LEASE, SERVED, answerer, asked, asking
from warrant.errors import Busy, InputError
from warrant.kernel.digest import hash_file
from warrant.kernel.lock import FileLock
from warrant.records.batch_receipt import BatchReceipt
from warrant.serve.answer import Answerer, Nearest
from warrant.serve.batch import Job, run_batch
from warrant.serve.outputs import SUFFIXES, Leaves, read_lines
from warrant.serve.sheet import Asked

ROWS = asked(AWKWARD)
BROKEN = Asked("b.bin", None, {}, {}, "The bytes are no text.")


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warrant.serve.batch.PORTION_LINES", 4)


def job(tmp_path: Path, name: str = "out.csv", **changes: object) -> Job:
    return replace(Job(tmp_path / name, "in.csv", "f1"), **changes)  # type: ignore[arg-type]


class StoppedHereError(Exception):
    """Stands for a kill."""


def failing(after: int) -> Callable[[int], Iterator[Asked]]:
    """Give rows until so many were given, then stop."""

    def ask(start: int) -> Iterator[Asked]:
        for number, row in enumerate(ROWS[start:]):
            if number == after:
                raise StoppedHereError
            yield row

    return ask


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_stopped_batch_goes_on_and_gives_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    for name in ("whole", "stopped"):
        (tmp_path / name).mkdir()
    whole = job(tmp_path / "whole", f"out{suffix}")
    run_batch(whole, asking(ROWS), answerer())
    stopped = job(tmp_path / "stopped", f"out{suffix}")
    for after in (5, 9):
        with pytest.raises(StoppedHereError):
            run_batch(stopped, failing(after), answerer())
        assert not stopped.output.exists()
    done = run_batch(stopped, asking(ROWS), answerer())
    assert done.resumed == 12
    assert stopped.output.read_bytes() == whole.output.read_bytes()
    assert not stopped.parts.exists()
    left = sorted(path.name for path in stopped.output.parent.iterdir())
    assert left == [f"out{suffix}", f"out{suffix}.receipt.json"]


def test_the_receipt_has_the_root_the_counts_and_the_digest_of_the_output(tmp_path: Path) -> None:
    one = job(tmp_path, "out.jsonl")
    receipt = run_batch(one, asking([*ROWS, BROKEN]), answerer()).receipt
    assert BatchReceipt.from_bytes(one.receipt.read_bytes()) == receipt
    leaves = Leaves()
    for line in read_lines(one.output):
        leaves.add(line)
    assert receipt.root == leaves.root().hex()
    assert receipt.sha256 == hash_file(one.output).hex
    assert receipt.lines == len(ROWS) + 1
    assert receipt.counts == {"answered": 15, "abstained": 4, "unread": 1}
    assert receipt.logged is False
    assert receipt.bundle == SERVED.digest


def test_her_own_columns_stay_first_and_ours_step_aside(tmp_path: Path) -> None:
    cells = {"answer": "mine", "text": LEASE, "place": 3}
    one = job(tmp_path, "out.jsonl")
    run_batch(one, asking([Asked("in.csv", "record 1", cells, cells), BROKEN]), answerer())
    lease, broken = (json.loads(line) for line in one.output.read_text("utf-8").splitlines())
    assert list(lease) == [
        *("answer", "text", "place", "file", "place (warrant)", "answer (warrant)", "leans to"),
        *("probability", "abstained", "why", "deciding words", "out of range", "model", "notice"),
    ]
    assert (lease["answer"], lease["answer (warrant)"], lease["place"]) == ("mine", "Lease", 3)
    assert (lease["model"], lease["notice"]) == (SERVED.digest[:12], SERVED.notice)
    assert (broken["abstained"], broken["why"]) == ("unread", "The bytes are no text.")
    assert broken["answer (warrant)"] is None


def test_words_and_neighbours_have_columns_only_where_somebody_asked(tmp_path: Path) -> None:
    class Always:
        def nearest(self, columns):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            return [Nearest("a.txt", 0.25) for _ in columns["text"]]

    one = job(tmp_path, "out.jsonl")
    run_batch(one, asking(ROWS), answerer(words=False, neighbours=Always()))
    row = json.loads(one.output.read_text("utf-8").splitlines()[0])
    assert "deciding words" not in row
    assert (row["nearest training row"], row["similarity"]) == ("a.txt", 0.25)


def test_what_is_in_the_way_is_named(tmp_path: Path) -> None:
    one = job(tmp_path)
    one.output.write_text("mine", "utf-8")
    with pytest.raises(InputError, match=r"is there already\. Name another one, or replace it"):
        run_batch(one, asking(ROWS), answerer())
    assert one.output.read_text("utf-8") == "mine"
    with pytest.raises(InputError, match="lies in a folder that is not there"):
        run_batch(job(tmp_path, "no/out.csv"), asking(ROWS), answerer())
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        run_batch(job(tmp_path, "folder.csv"), asking(ROWS), answerer())
    with pytest.raises(InputError, match=r"ends in '\.doc'.*-o out\.xlsx"):
        run_batch(job(tmp_path, "out.doc"), asking(ROWS), answerer())
    assert run_batch(replace(one, force=True), asking(ROWS), answerer()).receipt.lines == len(ROWS)


def test_parts_of_another_batch_are_no_parts_of_this_one(tmp_path: Path) -> None:
    with pytest.raises(StoppedHereError):
        run_batch(job(tmp_path), failing(9), answerer())
    other: Answerer = answerer(words=False)
    for changed, who in ((job(tmp_path, fingerprint="f2"), answerer()), (job(tmp_path), other)):
        with pytest.raises(InputError, match=r"'out\.csv\.parts' holds parts of another batch"):
            run_batch(changed, asking(ROWS), who)
    fresh = job(tmp_path, fingerprint="f2", force=True)
    assert run_batch(fresh, asking(ROWS), answerer()).resumed == 0


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    one = job(tmp_path, force=True)
    one.parts.mkdir()
    (one.parts / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(InputError, match="is there already, and not from a stopped batch"):
        run_batch(one, asking(ROWS), answerer())
    assert (one.parts / "mine.txt").read_text("utf-8") == "mine"


def test_two_processes_do_not_write_one_output(tmp_path: Path) -> None:
    one = job(tmp_path)
    one.parts.mkdir()
    with FileLock(one.parts / "lock"), pytest.raises(Busy):
        run_batch(one, asking(ROWS), answerer())


def test_no_row_is_no_batch_and_leaves_nothing(tmp_path: Path) -> None:
    one = job(tmp_path)
    with pytest.raises(InputError, match=r"'in\.csv' holds no row to answer"):
        run_batch(one, asking([]), answerer())
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StoppedHereError):
        run_batch(one, failing(0), answerer())
    assert list(tmp_path.iterdir()) == []


def test_a_sheet_that_is_too_long_is_refused_before_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warrant.serve.outputs.workbook.MOST_LINES", 10)
    with pytest.raises(InputError, match="all that an xlsx sheet holds"):
        run_batch(job(tmp_path, "out.xlsx"), asking(ROWS), answerer())
    assert run_batch(job(tmp_path, "out.csv"), asking(ROWS), answerer()).receipt.lines == len(ROWS)
