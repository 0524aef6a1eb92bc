"""The commands of README and guide are run, in order, and print what the pages say."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.conftest import Type
from tests.outside import ROOT, shared_path

PAGES = ("first-model", "verify", "approvals")
"""Of docs/guide, each going on where the one before ended."""
ALONE = (
    "adopt",
    "adopt-network",
    "advise",
    "agreements",
    "answers",
    "card",
    "causal",
    "cost",
    "curate",
    "datasets",
    "domains",
    "encoder-tasks",
    "evaluate",
    "investigate",
    "lineage",
    "ocr",
    "privacy",
    "rows",
    "tables",
    "tasks",
    "trees",
)
"""Of docs/guide, each beginning with nothing."""
TORCH = {"adopt-network", "causal", "encoder-tasks"}
"""Those of them that need the extra `encoder` or `llm`."""
RECIPES = (
    "finance",
    "finance-transactions",
    "healthcare",
    "healthcare-operations",
    "legal",
    "lexglue",
)
"""Folders of ready recipes, each with a page of its own."""
FENCE = re.compile(r"^```(console|python|yaml)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INSTALLS = ("python3 -m venv", ". .venv", "pip install")
"""What a reader does once, and a test never."""
PORT = "8400"
"""Of a server on a page; a test takes any that is free."""
KEY = "ed25519:…"
"""Stands on a page for a key that differs for each reader."""


class Step(NamedTuple):
    """One command of a page and what the page says it prints."""

    command: str
    code: int
    printed: tuple[str, ...]


def steps(block: str) -> list[Step]:
    found: list[Step] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            said = re.search(r"# exit (\d+)$", line)
            found.append(Step(line[2:], int(said[1]) if said else 0, ()))
        else:
            found[-1] = found[-1]._replace(printed=(*found[-1].printed, line))
    return found


def fits(printed: str, expected: tuple[str, ...]) -> bool:
    """Say whether a command printed what a page says; `…` stands for anything, spaces for any."""
    pattern = r"\s+".join(
        ".*" if word == "…" else re.escape(word).replace("…", ".*")
        for line in expected
        for word in line.split()
    )
    return (
        re.fullmatch(r"\s*" + pattern.replace(r".*\s+", r".*\s*") + r"\s*", printed, re.DOTALL)
        is not None
    )


class Reader:
    """Somebody who follows a page to the letter, in an empty folder."""

    def __init__(self, typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
        self._typed = typed
        self._patch = monkeypatch
        self._newest_key = ""
        self._server: subprocess.Popen[str] | None = None
        self._port = PORT

    def leave(self) -> None:
        """End a server that a page began and did not stop."""
        if self._server and self._server.poll() is None:
            self._server.kill()
            self._server.communicate()

    def follow(self, page: str) -> None:
        for kind, block in FENCE.findall((ROOT / page).read_text("utf-8")):
            if kind == "yaml" or (kind == "python" and block.startswith("# ")):  # it has a name
                self.write(block)
            if kind != "console":
                continue
            for step in steps(block):
                self.do(step)

    def write(self, block: str) -> None:
        """Write a file that starts with its name, or replace one key of it."""
        head, _, rest = block.partition("\n")
        name, _, key = head.removeprefix("# ").partition(": ")
        path = Path(name)
        if key:
            rest = re.sub(rf"^{key}: .*\n", rest, path.read_text("utf-8"), flags=re.MULTILINE)
        path.write_text(rest, "utf-8")

    def do(self, step: Step) -> None:
        step = step._replace(
            command=step.command.replace(PORT, self._port),
            printed=tuple(line.replace(PORT, self._port) for line in step.printed),
        )
        words = shlex.split(step.command, comments=True)
        if step.command.startswith(INSTALLS):
            return
        if words[0] == "export":
            self._patch.setenv(*words[1].split("=", 1))
        elif words[0] == "unset":
            self._patch.delenv(words[1])
        elif words[-1] == "&":
            self.begin(step, words[1:-1])
        elif words[:2] == ["kill", "-INT"]:
            assert self._server
            self._server.send_signal(signal.SIGINT)
            assert fits(self._server.communicate(timeout=20)[0], step.printed), step
        elif words[0] != "warrant":
            done = subprocess.run(  # noqa: S602 - our own pages
                step.command,
                shell=True,
                check=True,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                # As where the page's environment was entered: its `python` first.
                env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            )
            assert not step.printed or fits(done.stdout, step.printed), (step, done.stdout)
        else:
            self.type(step, words[1:])

    def begin(self, step: Step, words: list[str]) -> None:
        """Begin a server beside the page; it has printed all that the page shows of it."""
        self._server = subprocess.Popen(
            [sys.executable, "-c", "from warrant.cli import main; main()", *words, "--port", "0"],
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        assert self._server.stdout
        told = list(iter(self._server.stdout.readline, step.printed[-1] + "\n"))
        self._port = re.findall(r":(\d+)/$", told[0])[0]
        printed = tuple(line.replace(PORT, self._port) for line in step.printed)
        assert fits("".join([*told, step.printed[-1]]), printed), (step, told)

    def type(self, step: Step, words: list[str]) -> None:
        words = [self._newest_key if word == KEY else word for word in words]
        done = self._typed(*words)
        assert done.code == step.code, (step, done)
        told = done.out if step.code in (0, 1, 3) else done.err[max(0, done.err.find("Refused")) :]
        assert not step.printed or fits(told, step.printed), (step, told)
        if words[:2] in (["key", "new"], ["key", "show"]):
            shown = self._typed("key", "show", words[2], "--json")
            self._newest_key = shown.json["key"]


def follows_a_page(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that types what a page says: seconds each, and for a POSIX shell."""
    posix = pytest.mark.skipif(os.name == "nt", reason="the pages are written for a POSIX shell")
    return pytest.mark.slow(posix(test))


@pytest.fixture
def reader(typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WARRANT_CONFIG_DIR", "unset below")
    monkeypatch.delenv("WARRANT_CONFIG_DIR")
    made = Reader(typed, monkeypatch)
    yield made
    made.leave()


@follows_a_page
def test_the_readme_does_what_it_says(reader: Reader) -> None:
    reader.follow("README.md")
    assert Path("demo/contracts-demo.bundle").is_file()


@follows_a_page
def test_the_guide_does_what_it_says(reader: Reader) -> None:
    for page in PAGES:
        reader.follow(f"docs/guide/{page}.md")
    assert Path("my-model/contract-types.bundle").is_file()


@follows_a_page
@pytest.mark.parametrize(
    "page", [pytest.param(one, marks=pytest.mark.torch) if one in TORCH else one for one in ALONE]
)
def test_a_page_that_stands_alone_does_what_it_says(reader: Reader, page: str) -> None:
    if page == "ocr":
        pytest.importorskip("rapidocr", reason="the page needs the extra ocr")
    reader.follow(f"docs/guide/{page}.md")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the pages are written for a POSIX shell")
@pytest.mark.parametrize("folder", RECIPES)
def test_the_page_of_a_recipe_folder_does_what_it_says(
    reader: Reader, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "data/" in (ROOT / "recipes" / folder / "README.md").read_text("utf-8"):
        Path("data").symlink_to(shared_path("data"))
    Path("warrant").symlink_to(ROOT)
    Path("passphrase").write_text("four words that part\n", "utf-8")
    monkeypatch.setenv("WARRANT_PASSPHRASE_FILE", "passphrase")
    reader.do(Step('warrant key new ada --name "Ada Alvarez"', 0, ()))
    reader.follow(f"recipes/{folder}/README.md")


def test_every_folder_of_recipes_has_a_page_that_the_list_leads_to() -> None:
    listed = (ROOT / "recipes" / "README.md").read_text("utf-8")
    folders = sorted(path.parent.name for path in (ROOT / "recipes").glob("*/README.md"))
    assert folders == sorted({path.parent.name for path in (ROOT / "recipes").glob("*/*.yaml")})
    assert folders == sorted(RECIPES)
    assert all(f"({name}/README.md)" in listed for name in folders)


def test_every_page_of_the_guide_is_followed_or_has_no_command() -> None:
    followed = {*PAGES, *ALONE}
    for path in (ROOT / "docs" / "guide").glob("*.md"):
        assert path.stem in followed or "$ warrant" not in path.read_text("utf-8"), path.name


def test_an_ellipsis_stands_for_anything() -> None:
    assert fits("a\nb c\nd\n", ("a", "…", "d"))
    assert fits("one  two\n", ("one two",))
    assert fits("at 12 of 30\n", ("at … of …",))
    assert not fits("a\nb\n", ("a", "c"))
