"""A beginner's desk: letters, a sheet, a key and a workspace, in which mistakes are made."""

from __future__ import annotations

import csv
import io
import os
import random
import shlex
import shutil
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from warrant.cli import main

AUTHOR = "Ann Alvarez"
WORDS = {
    "complaint": ["broken", "late", "refund", "angry", "damaged", "wrong", "missing"],
    "order": ["please", "send", "units", "price", "deliver", "quantity", "catalogue"],
}
HEADS = ("file", "kind", "customer", "number", "urgent", "received")
COUNT = 40


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


def type_words(line: str) -> Done:
    """Type a command, in the folder and environment of now.

    Args:
        line: from `warrant` on.
    """
    program, *words = shlex.split(line)
    assert program == "warrant", line
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main(words)
        except SystemExit as ended:
            code = ended.code
    assert "Traceback" not in err.getvalue() + out.getvalue()
    return Done(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())


@dataclass
class Desk:
    """A folder with letters, their sheet, a workspace `toy` and what its owner knows."""

    folder: Path
    knows: dict[str, str] = field(default_factory=dict)
    """What no message can know, by the word that stands for it: a path, a column, a licence."""

    def path(self, name: str) -> Path:
        return self.folder / name

    def write(self, name: str, data: str | bytes) -> None:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)

    def recipe(self) -> str:
        return self.path("toy/recipe.yaml").read_text("utf-8")

    def change(self, old: str, new: str) -> None:
        """Change the recipe where the mistake is made."""
        text = self.recipe()
        assert old in text, text
        self.write("toy/recipe.yaml", text.replace(old, new, 1))

    def add(self, lines: str) -> None:
        """Write more lines under the recipe."""
        self.write("toy/recipe.yaml", f"{self.recipe()}{lines}\n")

    def sheet(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.path("index.csv").read_text("utf-8"))))

    def change_sheet(self, change: Callable[[dict[str, str], int], dict[str, str]]) -> None:
        lines = [change(line, at) for at, line in enumerate(self.sheet())]
        self.write("index.csv", table(lines))


def table(lines: list[dict[str, str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(lines[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def workbook(lines: list[dict[str, str]], title: str = "Letters") -> bytes:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    page = book.add_worksheet(title)
    page.write_row(0, 0, list(lines[0]))
    for at, line in enumerate(lines, start=1):
        page.write_row(at, 0, list(line.values()))
    book.close()
    return out.getvalue()


RECIPE = """\
warrant: 1
name: toy
use: {stage: explore, team: solo, impact: low}
sources:
  - path: ../letters
    metadata: ../index.csv
    join: file
    licence: CC-BY-4.0
    origin: Invented letters, for a test.
    rights: {train: true, commercial: true, expires: never}
    special_category: false
task:
  kind: multiclass
  label: kind
split: {test: 0.2, validation: 0.1, seed: 7}
evaluate: {resamples: 100}
"""


def make_desk(folder: Path) -> None:
    """Lay out the desk and run the recipe once."""
    chance = random.Random(1)
    desk = Desk(folder)
    lines = []
    for number in range(COUNT):
        kind = sorted(WORDS)[number % 2]
        words = [chance.choice([*WORDS[kind], "the", "a", "we", "of"]) for _ in range(30)]
        name = f"l{number:02}.txt"
        desk.write(f"letters/{name}", f"{' '.join(words)} {number}\n")
        urgent = "yes" if number % 3 else "no"
        day = f"2025-03-{number % 28 + 1:02}"
        cells = (name, kind, f"c{number % 9}", str(number + 100), urgent, day)
        lines.append(dict(zip(HEADS, cells, strict=True)))
    desk.write("index.csv", table(lines))
    desk.write("toy/recipe.yaml", RECIPE)
    desk.write("passphrase.txt", "four words are enough\n")
    desk.path("passphrase.txt").chmod(0o600)
    shutil.copytree(desk.path("letters"), desk.path("new"))


def seated(folder: Path) -> dict[str, str]:
    """Give the environment of somebody at a desk."""
    return {
        "WARRANT_CONFIG_DIR": str(folder / "config"),
        "WARRANT_PASSPHRASE_FILE": str(folder / "passphrase.txt"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }


def make_template(folder: Path) -> None:
    """Lay out the desk with a key and a finished first run; the process must sit there."""
    make_desk(folder)
    for line in (f"warrant key new me --name '{AUTHOR}'", "warrant run toy"):
        done = type_words(line)
        assert done.code == 0, done.err


def sit_down(folder: Path) -> None:
    """Go to a desk, for programs; tests use monkeypatch."""
    os.chdir(folder)
    os.environ.update(seated(folder))
    sys.stdout.flush()
