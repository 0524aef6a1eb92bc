"""A reader who does literally what a message says, and knows nothing about Warrant.

She finds the act in the part behind "What to do:" by its form: a command to run, a word to write
in place of another, a line to add, a file to save. The place is the one that the message names.
Of several names offered she takes the one that looks like her own, else the one that she meant.
What a message leaves open in capitals she fills in from what she knows of her own work. Advice
without such an act leaves her where she was.
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests.mistakes.desk import Desk, Done, table, type_words, workbook

RECIPE = "toy/recipe.yaml"
OPEN = re.compile(r"…|\b(?:COLUMN|VALUE|PATH|FILE|NAME|WORKSPACE|KEY)\b")
NAMED = re.compile(r"'([^']+)'")


class StuckError(Exception):
    """The message spells out nothing that can be done."""


class Told(NamedTuple):
    """What a message says."""

    what: str
    do: str


def told_by(done: Done) -> Told:
    """Read a message: what is wrong, and what to do."""
    lines = [*done.out.splitlines(), *done.err.splitlines()]
    start = [
        at for at, line in enumerate(lines) if re.match(r"(Error|Refused|Does not hold):", line)
    ]
    text = "\n".join(lines[start[-1] :] if start else lines)
    what, _, do = text.partition("What to do: ")
    return Told(what.strip(), do.strip() or what.strip())


def follow(desk: Desk, typed: str, done: Done) -> str:
    """Do what a message says.

    Args:
        desk: where the mistake was made.
        typed: the command that failed.
        done: what it printed.

    Returns:
        The command to type again: the same one, or as the message corrects it.

    Raises:
        StuckError: when nothing is spelled out, or cannot be done.
    """
    told = told_by(done)
    if told.do.startswith("What each line says"):
        each = [line for line in told.what.splitlines() if line.startswith("  - ")]
        for line in each:
            act, _, _ = line.partition(" (Reference:")
            typed = follow_one(desk, typed, Told(told.what, act))
        return typed
    return follow_one(desk, typed, told)


def follow_one(desk: Desk, typed: str, told: Told) -> str:
    """Do the first act that is spelled out."""
    hand = Hand(desk, told, typed)
    for form, act in FORMS.items():
        found = re.search(form, told.do)
        if found:
            act(hand, found)
            return hand.again
    raise StuckError(told.do or "no advice")


@dataclass
class Hand:
    """The hand that follows: it edits files, types commands, and corrects the last command."""

    desk: Desk
    told: Told
    again: str

    # --- what the message speaks of ------------------------------------------

    @property
    def line(self) -> int | None:
        """The line of the recipe that the message names, counted from 0."""
        found = re.search(r"recipe\.yaml, line (\d+)", self.told.what)
        return int(found[1]) - 1 if found else None

    @property
    def column(self) -> int:
        found = re.search(r"recipe\.yaml, line \d+, column (\d+)", self.told.what)
        return int(found[1]) - 1 if found else 0

    def fill(self, text: str) -> str:
        """Fill in what the message leaves open."""
        for name, value in self.desk.knows.items():
            text = re.sub(rf"\b{name}\b", value, text) if name.isupper() else text
        if "name" in self.desk.knows:
            text = text.replace("Your Name", self.desk.knows["name"])
        text = text.replace("'…'", "'I know why'")
        if OPEN.search(text):
            raise StuckError(f"left open: {text}")
        return text

    def file(self) -> Path:
        """Give the file that the message names, as it stands or from the workspace on."""
        for name in NAMED.findall(self.told.what):
            for path in (self.desk.path(name), self.desk.path(f"toy/{name}")):
                if path.is_file():
                    return path
        raise StuckError("names no file")

    # --- acts ----------------------------------------------------------------

    def run(self, command: str) -> None:
        command = self.fill(command.strip().rstrip("."))
        if shlex.split(command)[:2] == shlex.split(self.again)[:2]:
            self.again = command
            return
        done = type_words(command)
        if done.code:
            raise StuckError(f"{command}: {done.err}")

    def put(self, new: str, old: str | None = None) -> None:
        """Write one word in place of the wrong one: in the recipe's line, the command, a file."""
        names = [old] if old else NAMED.findall(self.told.what)
        lines = self.desk.recipe().split("\n")
        for wrong in names:
            if self.line is not None and wrong in lines[self.line]:
                lines[self.line] = lines[self.line].replace(wrong, new, 1)
                self.desk.write(RECIPE, "\n".join(lines))
                return
            whole = rf"(?<![\w-]){re.escape(wrong)}(?![\w-])"
            if re.search(whole, self.again):
                self.again = re.sub(whole, lambda _: shlex.quote(new), self.again, count=1)
                return
            if re.search(whole, self.desk.recipe()):
                found = re.sub(whole, lambda _: new, self.desk.recipe(), count=1)
                self.desk.write(RECIPE, found)
                return
        raise StuckError(f"where is {new!r} to be written?")

    def put_pair(self, pair: str) -> None:
        """Write `key: value` over the pair of that key, in the line named or wherever it stands."""
        pair = self.fill(pair.strip().rstrip(".")).strip("`")
        lines = self.desk.recipe().split("\n")
        if pair.startswith("{"):
            if self.line is None:
                raise StuckError("where?")
            before, rest = lines[self.line][: self.column], lines[self.line][self.column :]
            lines[self.line] = before + re.sub(r"^\{[^}]*\}", pair, rest)
            self.desk.write(RECIPE, "\n".join(lines))
            return
        key = pair.partition(":")[0]
        places = [self.line] if self.line is not None else range(len(lines))
        for at in places:
            found = re.search(rf"(?<!\w){re.escape(key)}\s*:[^,}}]*", lines[at])
            if found:
                lines[at] = lines[at][: found.start()] + pair + lines[at][found.end() :]
                self.desk.write(RECIPE, "\n".join(lines))
                return
        raise StuckError(f"there is no {key!r} to be written over")

    def put_under(self, part: str, pair: str) -> None:
        """Add `key: value` under a part of the recipe, or write it over the one that is there."""
        pair = self.fill(pair.strip().rstrip("."))
        key = pair.partition(":")[0]
        text = self.desk.recipe()
        found = re.search(rf"^( *(?:- )?){part}:(.*)$", text, re.MULTILINE)
        if not found:
            self.desk.write(RECIPE, f"{text}{part}: {{{pair}}}\n")
            return
        inline = re.match(r" *\{(.*)\}", found[2])
        old = re.search(rf"(?<!\w){key}: *([^,}}\n]*)", text[found.end(1) :])
        if old:
            start = found.end(1)
            text = text[:start] + text[start:].replace(old[0], pair, 1)
        elif inline:
            text = text[: found.end() - 1] + f", {pair}}}" + text[found.end() :]
        else:
            text = (
                text[: found.end()] + f"\n{' ' * (len(found[1]) + 2)}{pair}" + text[found.end() :]
            )
        self.desk.write(RECIPE, text)

    def add_item(self, part: str, item: str) -> None:
        """Add an item to a list of the recipe."""
        text = self.desk.recipe()
        found = re.search(rf"^{part}: \[", text, re.MULTILINE)
        if found:
            text = text[: found.end()] + f"{item}, " + text[found.end() :]
        else:
            text += f"{part}:\n  - {item}\n"
        self.desk.write(RECIPE, text)

    def add_line(self, line: str) -> None:
        self.desk.write(RECIPE, f"{self.fill(line.strip().rstrip('.'))}\n{self.desk.recipe()}")

    def take_out_line(self) -> None:
        lines = self.desk.recipe().split("\n")
        if self.line is None:
            raise StuckError("which line?")
        del lines[self.line]
        self.desk.write(RECIPE, "\n".join(lines))

    def take_out_word(self) -> None:
        lines = self.desk.recipe().split("\n")
        if self.line is None:
            raise StuckError("which line?")
        line = lines[self.line]
        lines[self.line] = line[: self.column] + re.sub(r"^\S+ ?", "", line[self.column :])
        self.desk.write(RECIPE, "\n".join(lines))

    def choose(self, offered: str, wrong: str | None = None) -> None:
        """Take one of the names offered: the nearest to the wrong one, else the one meant."""
        names = [one.strip(" '`.") for one in re.split(r",| or ", offered)]
        quoted = [wrong] if wrong else NAMED.findall(self.told.what)
        meant = [one for one in names if one in self.desk.knows.values()]
        if meant or len(names) == 1:
            self.put((meant or names)[0], quoted[0])
            return
        for one in quoted:
            near = difflib.get_close_matches(one, names, n=1, cutoff=0.5)
            if near and near[0] != one:
                self.put(near[0], one)
                return
        raise StuckError(f"which of {offered}?")

    def edit_line(self, number: int, edit: Callable[[str], str]) -> None:
        lines = self.desk.recipe().split("\n")
        lines[number - 1] = edit(lines[number - 1])
        self.desk.write(RECIPE, "\n".join(lines))

    def move(self, key: str, part: str) -> None:
        """Take `key: value` out of the line that is named, and write it under another part."""
        if self.line is None:
            raise StuckError("from where?")
        line = self.desk.recipe().split("\n")[self.line]
        found = re.search(rf"(?<!\w){key}: [^,}}]*", line)
        if not found:
            raise StuckError(f"there is no {key!r}")
        self.edit_line(self.line + 1, lambda _: line.replace(f"{found[0]}, ", "", 1))
        self.put_under(part, found[0])

    def put_option(self, option: str, value: str = "") -> None:
        """Write an option of the last command, or add it."""
        value = self.fill(value) if value else ""
        words = shlex.split(self.again)
        if option in words:
            words[words.index(option) + 1] = value
        else:
            words += [option, value] if value else [option]
        self.again = shlex.join(words)

    def save_as_utf_8(self) -> None:
        path = self.file()
        if path.read_bytes().startswith(b"PK"):
            raise StuckError("an editor shows no text")
        kind = "utf-16" if path.read_bytes()[:2] in {b"\xff\xfe", b"\xfe\xff"} else "mac_roman"
        path.write_text(path.read_bytes().decode(kind), "utf-8")

    def save_as_workbook(self, name: str) -> None:
        """Open a file in a spreadsheet program and save it as a workbook, without a password."""
        path = self.file()
        data = path.read_bytes()
        if data.startswith((b"\xd0\xcf\x11\xe0", b"PK")):
            lines = self.desk.sheet()  # what its owner sees, who knows the password
        elif b"\0" in data:
            raise StuckError("the spreadsheet program cannot open it")
        else:
            import csv

            lines = list(csv.DictReader(data.decode().splitlines(keepends=True)))
        path.with_name(name if "." in name else path.name).write_bytes(workbook(lines))

    def put_documents(self, folder: str) -> None:
        source = self.desk.path(self.desk.knows["documents"])
        path = self.desk.path(folder) if self.desk.path(folder).exists() else self.file_of(folder)
        shutil.copytree(source, path, dirs_exist_ok=True)

    def file_of(self, path: str) -> Path:
        """Give the place of a path that the recipe names."""
        return self.desk.path("toy") / path

    def take_out_lines(self, name: str, number: int) -> None:
        path = self.desk.path(name)
        lines = path.read_text("utf-8").splitlines(keepends=True)
        del lines[number - 1]
        path.write_text("".join(lines), "utf-8")

    def rename_column(self, name: str, old: str, new: str) -> None:
        path = self.desk.path(name)
        head, _, rest = path.read_text("utf-8").partition("\n")
        at = head.rfind(old)
        path.write_text(f"{head[:at]}{new}{head[at + len(old) :]}\n{rest}", "utf-8")


Act = Callable[[Hand, "re.Match[str]"], None]


def _say_the_passphrase(hand: Hand, _: re.Match[str]) -> None:
    os.environ["WARRANT_PASSPHRASE_FILE"] = str(hand.desk.path(hand.desk.knows["passphrase"]))


def _take_out_the_later(hand: Hand, _: re.Match[str]) -> None:
    found = re.search(r"'([^']+)' names .* lines \d+ and (\d+)", hand.told.what)
    if not found:
        raise StuckError("which line?")
    hand.take_out_lines(found[1], int(found[2]))


def _rename_the_later(hand: Hand, _: re.Match[str]) -> None:
    found = re.search(r"'([^']+)' names the column '([^']+)' twice", hand.told.what)
    if not found:
        raise StuckError("which column?")
    hand.rename_column(found[1], found[2], f"other {found[2]}")


def _save_with_commas(hand: Hand, _: re.Match[str]) -> None:
    import csv

    path = hand.file()
    text = path.read_text("utf-8")
    sniffed = csv.Sniffer().sniff(text.split("\n")[0], "~|^;\t").delimiter
    lines = list(csv.DictReader(text.splitlines(keepends=True), delimiter=sniffed))
    path.write_text(table(lines), "utf-8")


def _correct_in_recipe(hand: Hand, found: re.Match[str]) -> None:
    """Correct a key's value: from the names that are listed, else from what is known."""
    key = found["key"].rstrip(":")
    listed = re.search(r"(?:they have|it has|there are): (.+?)\.?$", hand.told.what, re.MULTILINE)
    if listed:
        before = hand.told.what[: listed.start()]
        hand.choose(listed[1], NAMED.findall(before)[-1])
    elif key in hand.desk.knows:
        hand.put_pair(f"{key}: {hand.desk.knows[key]}")
    elif "COLUMN" in hand.desk.knows:
        hand.put_pair(f"{key}: {hand.desk.knows['COLUMN']}")
    else:
        raise StuckError("correct to what?")


def _write_anew(hand: Hand, found: re.Match[str]) -> None:
    hand.run(found["command"])
    hand.put("toy/toy.bundle", NAMED.findall(hand.told.what)[0])


def _learn_the_lines(hand: Hand, _: re.Match[str]) -> None:
    """Write the records that a table lacks."""
    shutil.copy(hand.desk.path(hand.desk.knows["table"]), hand.file())


def _write_the_names(hand: Hand, _: re.Match[str]) -> None:
    hand.file().write_text(hand.desk.knows["sheet"], "utf-8")


def _rename_the_file(hand: Hand, found: re.Match[str]) -> None:
    hand.file().rename(hand.file().with_name(found["new"]))
    hand.put(found["new"], found["old"])


def _take_out(hand: Hand, found: re.Match[str]) -> None:
    text = hand.desk.recipe()
    lines = [line for line in text.split("\n") if re.match(rf" *{found['part']}:", line)]
    for line in lines:
        for word in (f", {found['old']}", f"{found['old']}, ", found["old"]):
            if word in line:
                hand.desk.change(line, line.replace(word, "", 1))
                return
    raise StuckError("it is not there")


def _rename_what_holds_it(hand: Hand, found: re.Match[str]) -> None:
    name = next(one for one in NAMED.findall(hand.told.what) if hand.desk.path(one).is_file())
    hand.rename_column(name, hand.desk.knows["column"], found["new"])


def _ask_for_a_sound_copy(hand: Hand, _: re.Match[str]) -> None:
    shutil.copy(hand.desk.path("sound copy"), hand.desk.path(shlex.split(hand.again)[-1]))


def _plan_or_deal_again(hand: Hand, found: re.Match[str]) -> None:
    if "plan:" in hand.desk.recipe():
        hand.put_under(found["part"], found["pair"])
    else:
        first = re.search(r"for example (?P<pair>plan: .+?), and run", hand.told.do)
        assert first, hand.told.do
        hand.put_under("evaluate", first["pair"])


FORMS: dict[str, Act] = {
    r"Write '(?P<new>[^']+)' in place of '(?P<old>[^']+)'": lambda hand, found: hand.put(
        found["new"], found["old"]
    ),
    r"Rename it to '[^']+', and write '(?P<new>[^']+)' in place of '(?P<old>[^']+)'": (
        _rename_the_file
    ),
    r"Rename (?:that column|the column that holds it) '(?P<new>[^']+)'": _rename_what_holds_it,
    r"Take '(?P<old>[^']+)' out of '(?P<part>[^']+)'": _take_out,
    r"^Add documents\b": lambda hand, _: hand.put_documents("letters"),
    r"Write the file's name in that column": _write_the_names,
    r"write a line for each record": _learn_the_lines,
    r"ask its maker for a sound copy": _ask_for_a_sound_copy,
    r"Write under (?P<part>\w+) in the recipe - (?P<item>.+?) and run again": (
        lambda hand, found: hand.add_item(found["part"], found["item"])
    ),
    r"If a plan stands there already, .* under (?P<part>\w+), for example (?P<pair>.+?), and": (
        _plan_or_deal_again
    ),
    r"Write under (?P<part>\w+) in the recipe .*for example (?P<pair>.+?), and run": (
        lambda hand, found: hand.put_under(found["part"], found["pair"])
    ),
    r"Write two blanks in place of each tab": lambda hand, _: hand.desk.write(
        RECIPE, hand.desk.recipe().replace("\t", "  ")
    ),
    r"Put a (?P<sign>\S) at the end of line (?P<line>\d+)": lambda hand, found: hand.edit_line(
        int(found["line"]), lambda line: line.rstrip() + found["sign"]
    ),
    r"Start line (?P<line>\d+) with (?P<count>\d+) blanks": lambda hand, found: hand.edit_line(
        int(found["line"]), lambda line: " " * int(found["count"]) + line.strip()
    ),
    r"Move it: '(?P<key>\w+)' stands under '(?P<part>\w+)'": lambda hand, found: hand.move(
        found["key"], found["part"]
    ),
    r"export WARRANT_PASSPHRASE_FILE=FILE": _say_the_passphrase,
    r"Put documents into '(?P<folder>[^']+)'": lambda hand, found: hand.put_documents(
        found["folder"]
    ),
    r"name the bundle that this writes: (?P<command>warrant .+)": _write_anew,
    r"[Dd]id you mean '(?P<new>[^']+)'": lambda hand, found: hand.put(found["new"]),
    r"Did you mean: warrant (?:\w+ )*(?P<new>[\w-]+)$": lambda hand, found: hand.put(
        found["new"], NAMED.findall(hand.told.what)[-1]
    ),
    r"Write '(?P<new>[^']+)'\?": lambda hand, found: hand.put(found["new"]),
    r"Write under `?(?P<part>\w+)`?: (?P<pair>\w+: [^,;]+)": lambda hand, found: hand.put_under(
        found["part"], found["pair"]
    ),
    r"Write `(?P<pair>[^`]+)` under `(?P<part>\w+):?`": lambda hand, found: hand.put_under(
        found["part"], found["pair"]
    ),
    r"Write: (?P<pair>.+?)(?:$|\. |, or )": lambda hand, found: hand.put_pair(found["pair"]),
    r"Add under (?P<part>\w+): (?P<pair>.+)": lambda hand, found: hand.put_under(
        found["part"], found["pair"]
    ),
    r"Add the line: (?P<line>.+)": lambda hand, found: hand.add_line(found["line"]),
    r"^Keep one\b": lambda hand, _: hand.take_out_line(),
    r"^Remove it\b": lambda hand, _: hand.take_out_word(),
    r"Take one of these[^:]*: (?P<names>.+)": lambda hand, found: hand.choose(found["names"]),
    r"(?:Known here|There are): (?P<names>.+)": lambda hand, found: hand.choose(found["names"]),
    r"Correct [`'](?P<key>\w+:?)[`'](?: under `\w+`)? in the recipe": _correct_in_recipe,
    r"Correct the name: (?P<option>--\w+)": lambda hand, _: hand.choose(
        hand.told.what.rpartition("there are: ")[2]
    ),
    r"replace it: (?P<option>--\w+)": lambda hand, found: hand.put_option(found["option"]),
    r"(?:Name it|that is there|Add)[^:]*: (?P<option>--?\w+) (?P<value>\S+)$": (
        lambda hand, found: hand.put_option(found["option"], found["value"])
    ),
    r"Name the bundle in it: (?P<new>\S+)": lambda hand, found: hand.put(
        found["new"], NAMED.findall(hand.told.what)[0]
    ),
    r"[Ss]ave it (?:again )?as UTF-8": lambda hand, _: hand.save_as_utf_8(),
    r"[Ss]ave it again(?: without .*?)? as (?P<name>\S+?)[.,]?(?: |$)": (
        lambda hand, found: hand.save_as_workbook(found["name"].lstrip("."))
    ),
    r"[Ss]ave it with commas": _save_with_commas,
    r"Delete one of the lines": _take_out_the_later,
    r"Rename all but one": _rename_the_later,
    r"[Rr]un(?: in the checkout)?: (?P<command>warrant .+)": lambda hand, found: hand.run(
        found["command"]
    ),
    r"(?:\b|: )(?P<command>warrant [a-z]+ [^-].*)": lambda hand, found: hand.run(found["command"]),
}
"""What an act looks like, and how it is done; the first that fits."""
