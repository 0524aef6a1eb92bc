"""Bad input, end to end: a message that says what to do, nothing lost, no traceback."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

import pytest

from tests.mistakes.cases_after import a_bundle_is_of_another_version
from tests.mistakes.desk import Desk, type_words
from tests.mistakes.seat import desk_of_template as desk_of_template
from tests.mistakes.seat import template_of_module as template_of_module
from tests.stages.ingest.awkward import pdf
from tests.stages.ingest.test_awkward_files import squeezed

pytestmark = pytest.mark.slow  # each runs the whole road

RUN = "warrant run toy"
PREDICT = "warrant predict toy/toy.bundle new -o answers.csv"
FORMULA = "=cmd|' /C calc'!A0"
SCRIPT = "<script>alert(1)</script>"
DAYS = ("2025-03-{:02}", "{:02}.03.2025", "03/{:02}/2025", "{} March 2025", "{:02}-03-25")
Change = Callable[[Desk], object]


@dataclass(frozen=True)
class Case:
    """Something bad, and what is said of it."""

    change: Change
    code: int
    says: tuple[str, ...]
    """Each of them stands in what is printed, or in `unread.csv`."""
    typed: str = RUN


def large(name: str, head: bytes = b"", mega: int = 500) -> Change:
    """Write a file of one line; zeros cost no room on the disk."""

    def change(desk: Desk) -> None:
        with desk.path(name).open("wb") as file:
            file.write(head)
            file.truncate(mega << 20)

    return change


def labels(label: Callable[[int], str]) -> Change:
    return lambda desk: desk.change_sheet(lambda line, at: {**line, "kind": label(at)})


def day(at: int) -> str:
    return DAYS[at % len(DAYS)].format(at % 28 + 1)


def days(lines: str) -> Change:
    def change(desk: Desk) -> None:
        desk.change_sheet(lambda line, at: {**line, "received": day(at)})
        desk.change("split: {test: 0.2, validation: 0.1, seed: 7}", lines)

    return change


def emptied(desk: Desk) -> None:
    shutil.rmtree(desk.path("letters"))
    desk.path("letters").mkdir()


def old_office(desk: Desk) -> None:
    text = desk.path("index.csv").read_text("utf-8")
    desk.write("index.csv", text.replace(",c1,", ",Grün & Söhne,").encode("cp1252"))
    letter = desk.path("letters/l00.txt")
    desk.write("letters/l00.txt", f"Überfällig: {letter.read_text('utf-8')}".encode("utf-16"))


def hostile(desk: Desk) -> None:
    """Write markup and formulas wherever a stranger's words may stand."""
    letter = desk.path("letters/l00.txt")
    desk.write("letters/l00.txt", f"{SCRIPT} {letter.read_text('utf-8')}")
    desk.write("new/l00.txt", f"{SCRIPT} {letter.read_text('utf-8')}")
    desk.change_sheet(
        lambda line, at: {
            **line,
            "kind": SCRIPT if at % 2 else FORMULA,
            "customer": SCRIPT if at % 3 else FORMULA,
        }
    )
    desk.add("inputs: [{column: text, as: text}, {column: customer, as: category}]")
    desk.change("evaluate: {resamples: 100}", "evaluate: {resamples: 100, slices: [customer]}")


CASES: dict[str, Case] = {
    "the sheet is missing": Case(
        lambda desk: desk.path("index.csv").unlink(),
        2,
        (
            "The sheet '../index.csv' of source '../letters' is not there.",
            "Correct 'metadata:' in the recipe, or put the file there.",
        ),
    ),
    "two lines name one file": Case(
        lambda desk: desk.write(
            "index.csv",
            desk.path("index.csv").read_text("utf-8") + "l00.txt,order,c1,5,no,2025-03-01\n",
        ),
        2,
        (
            "Column 'file' of 'index.csv' names one file on lines 2 and 42, and the two lines",
            "Delete one of the lines",
        ),
    ),
    "a key stands twice in the recipe": Case(
        lambda desk: desk.add("name: again"), 2, ("recipe.yaml, line 17", "'name'", "What to do:")
    ),
    "other encodings": Case(old_office, 0, ("Trained toy on",)),
    "no encoding at all": Case(
        lambda desk: desk.write("letters/l00.txt", bytes(range(256)) * 9),
        0,
        ("l00.txt,no,", "Open it where it was made, and save it as .txt in UTF-8."),
    ),
    "a locked pdf": Case(
        lambda desk: desk.write("letters/locked.pdf", pdf("x", encrypt=True)),
        0,
        ("1 is encrypted", "locked.pdf,no,", "Open it with its password, and save it without."),
    ),
    "a word file that unpacks to gigabytes": Case(
        lambda desk: desk.write("letters/bomb.docx", squeezed(word__document_xml=bytes(70 << 20))),
        0,
        ("1 unpacks to too much", "bomb.docx,no,", "Divide it, or save it without its pictures."),
    ),
    "a text of 500 MB on one line": Case(
        large("letters/big.txt"),
        0,
        ("1 holds more than 64 MB of text", "big.txt,no,The text has more than 64 MB. Divide it."),
    ),
    "a table of 500 MB on one line": Case(
        large("letters/big.csv", b"file,kind\n"),
        0,
        ("1 has a line of more than 64 MB", "Save it with a line for each record."),
    ),
    "a sheet of 500 MB on one line": Case(
        large("index.csv", b"file,kind\n"),
        2,
        ("The sheet 'index.csv' has a line of more than 64 MB.", "Save it with one line per file."),
    ),
    "an empty folder": Case(
        emptied,
        2,
        (
            "Source '../letters' holds no file.",
            "Put documents into '../letters', or correct 'path:' in the recipe.",
        ),
    ),
    "one label only": Case(
        labels(lambda _: "order"),
        2,
        ("Column 'kind' holds one label in 28 rows", "add documents with another label."),
    ),
    "each label once": Case(
        labels(lambda at: f"k{at}"),
        2,
        ("31 of the 31 labels in column 'kind'", "Write under task: label: COLUMN"),
    ),
    "days in five forms order the rows": Case(
        days("split: {test: 0.2, validation: 0.1, time: received}"),
        2,
        (
            "Rows cannot be put in order by the column 'received': it holds text",
            "or write each cell of this one as YYYY-MM-DD.",
        ),
    ),
    "days in five forms are an input": Case(
        days("inputs: [{column: text, as: text}, {column: received, as: date}]"),
        0,
        (
            "13 of 28 cells of 'received' could not be read as a date and count as unknown: "
            "write YYYY-MM-DD in each.",
        ),
    ),
    "an unknown key": Case(
        lambda desk: desk.add("spilt: {test: 0.2}"),
        2,
        ("recipe.yaml, line 17, column 1: unknown key 'spilt'.", "Write 'split'?"),
    ),
    "a bundle of another version": Case(
        a_bundle_is_of_another_version,
        2,
        ("'old.bundle' is of another version: 'warrant/bundle/2'", "warrant run WORKSPACE"),
        PREDICT.replace("toy/toy.bundle", "old.bundle"),
    ),
    "markup and formulas everywhere": Case(hostile, 0, ("Trained toy on",)),
}


def kept(desk: Desk) -> dict[str, str]:
    """Digest what a refused command must leave as it was."""
    state = desk.path("toy/.warrant")
    paths = [desk.path("toy/toy.bundle"), desk.path("toy/card.html"), *state.glob("log/**/*")]
    return {str(one): sha256(one.read_bytes()).hexdigest() for one in paths if one.is_file()}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_told_and_nothing_is_lost(desk: Desk, name: str) -> None:
    case = CASES[name]
    case.change(desk)
    before = kept(desk)
    done = type_words(case.typed)
    unread = desk.path("toy/unread.csv")
    told = done.out + done.err + (unread.read_text("utf-8-sig") if unread.exists() else "")
    told = " ".join(told.split())
    assert done.code == case.code, told
    for words in case.says:
        assert words in told
    if case.code:
        assert "What to do:" in done.err
        after = kept(desk)
        assert {one: after.get(one) for one in before} == before or "ingest" in done.err
    assert type_words("warrant verify toy/toy.bundle").code == 0
    assert type_words("warrant status toy").code == 0


def test_markup_and_formulas_are_inert_wherever_they_are_shown(desk: Desk) -> None:
    hostile(desk)
    assert type_words(RUN).code == 0
    page = desk.path("toy/card.html").read_text("utf-8")
    assert "alert(1)" in page
    assert SCRIPT not in page
    assert SCRIPT not in desk.path("toy/card.md").read_text("utf-8")
    asked = "warrant predict toy/toy.bundle new --sheet index.csv -o answers.csv"
    done = type_words(asked)
    assert done.code == 0, done.err
    answers = desk.path("answers.csv").read_text("utf-8-sig")
    assert f",'{FORMULA}" in answers or f",\"'{FORMULA}" in answers
    assert f",{FORMULA}" not in answers
