"""The program itself: help, names, exit codes, and how fast it starts."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import warrant
from tests.cli.conftest import Type
from warrant import cli
from warrant.cli.screen import say_table
from warrant.cli.table import COMMANDS, SECTIONS
from warrant.flow.demo import Demo

HEAVY = ("pydantic", "numpy", "pyarrow", "sklearn", "scipy", "rich", "yaml")
PROBE = """
import sys
from warrant.cli import main
try:
    main(sys.argv[2:])
except SystemExit as ended:
    code = ended.code or 0
sys.stderr.write("LOADED " + " ".join({name.split(".")[0] for name in sys.modules}))
sys.exit(code != int(sys.argv[1]))
"""


def loaded(code: int, *words: object) -> set[str]:
    """Run a command in a new process and list the packages it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(code), *map(str, words)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return set(done.stderr.partition("LOADED ")[2].split())


def every_command() -> list[tuple[str, ...]]:
    group = typer.main.get_command(cli.app)
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [(name, other) for other in inner] if inner else [(name,)]
    return found


def test_help_lists_every_command_by_section(typed: Type) -> None:
    done = typed("--help")
    assert done.code == 0
    for section in SECTIONS:
        assert f"\n{section}:\n" in done.out
    width = max(map(len, COMMANDS)) + 2
    for name, command in COMMANDS.items():
        assert f"  {name:{width}}{command.line}\n" in done.out
    assert "$ warrant demo ./demo" in done.out


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_help_has_a_worked_example_and_fits_a_page(
    typed: Type, words: tuple[str, ...]
) -> None:
    done = typed(*words, "--help")
    assert done.code == 0
    assert f"\nExample:\n  $ warrant {' '.join(words)}" in done.out.replace("prove proof", "prove")
    assert max(map(len, done.out.splitlines())) <= 100


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_what_the_command_says(name: str) -> None:
    loaded_now = COMMANDS[name].load()
    if isinstance(loaded_now, typer.Typer):
        assert COMMANDS[name].line in str(loaded_now.info.help)
    else:
        doc = inspect.getdoc(loaded_now) or ""
        assert doc.splitlines()[0] == f"{COMMANDS[name].line}."


def test_the_version_is_the_code_s(typed: Type) -> None:
    assert typed("--version").out == f"warrant {warrant.__version__}\n"


def test_without_words_it_shows_its_help(typed: Type) -> None:
    assert "Usage: warrant" in "".join((typed().out, typed().err))


@pytest.mark.parametrize(
    ("words", "what", "advice"),
    [
        (("verfy",), "'warrant' has no command 'verfy'.", "Did you mean: warrant verify"),
        (("log", "shw"), "'warrant log' has no command 'shw'.", "Did you mean: warrant log show"),
        (("xyzzy",), "'warrant' has no command 'xyzzy'.", "See what there is: warrant --help"),
    ],
)
def test_a_misspelt_command_gets_the_nearest(
    typed: Type, words: tuple[str, ...], what: str, advice: str
) -> None:
    done = typed(*words)
    assert done.code == 2
    assert done.err == f"Error: {what}\nWhat to do: {advice}\n"


def test_a_missing_argument_is_named(typed: Type) -> None:
    done = typed("why")
    assert done.code == 2
    assert "Missing argument 'PATH'" in done.err
    assert "Write the whole, for example: warrant why my-model contract-0007.txt" in done.err


def test_a_word_of_several_words_is_explained(typed: Type) -> None:
    for words in (("bundle",), ("content", "key"), ("stage", "of", "use"), ("stage of use",)):
        done = typed("explain", *words)
        assert done.code == 0, done.err
        assert done.out.startswith(f"{' '.join(words)}: ")


def test_an_error_is_json_when_json_was_asked(typed: Type) -> None:
    done = typed("explain", "bundl", "--json")
    assert done.code == 2
    assert json.loads(done.err)["error"] == {
        "what": "'bundl' is not one of our words.",
        "do": "Run: warrant explain 'bundle'",
        "reasons": [],
        "exit": 2,
    }


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (FileNotFoundError(2, "No such file or directory", "x"), 2, "Check the path"),
        (PermissionError(13, "Permission denied", "x"), 6, "Make it readable and writable"),
        (OSError(28, "No space left on device", "x"), 6, "See that the disk has room"),
    ],
)
def test_what_the_system_refuses_is_no_traceback(
    typed: Type, monkeypatch: pytest.MonkeyPatch, error: OSError, code: int, text: str
) -> None:
    def refuse(_: str) -> str:
        raise error

    monkeypatch.setattr("warrant.flow.words.explain", refuse)
    done = typed("explain", "bundle")
    assert done.code == code
    assert done.err.startswith(f"Error: 'x': {error.strerror}.\nWhat to do: {text}")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(12, "Cannot allocate memory"),
        ImportError("libtorch_cpu.so: failed to map segment from shared object"),
        RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
    ],
)
def test_memory_that_runs_out_is_no_traceback(
    typed: Type, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(_: str) -> str:
        raise error

    monkeypatch.setattr("warrant.flow.words.explain", refuse)
    done = typed("explain", "bundle")
    assert done.code == 6
    assert done.err.startswith("Error: This machine has no memory left for that.\nWhat to do: ")


def test_other_faults_of_libraries_stay_what_they_are(
    typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> str:
        raise RuntimeError("shapes differ")

    monkeypatch.setattr("warrant.flow.words.explain", refuse)
    with pytest.raises(RuntimeError, match="shapes differ"):
        typed("explain", "bundle")


def test_ctrl_c_ends_quietly(typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("warrant.flow.words.explain", stop)
    done = typed("explain", "bundle")
    assert done.code == 130
    assert "Stopped. What was finished is kept; nothing is half done." in done.err


def test_colour_is_for_terminals_only(typed: Type, author: Demo) -> None:
    assert "\x1b" not in typed("verify", author.folder).out + typed("verify", "--help").out


def test_little_is_loaded_to_help_and_to_verify_a_bundle(author: Demo) -> None:
    for code, words in (
        (0, ("--help",)),
        (0, ("verify", author.report.bundle)),
        (1, ("verify", author.changed)),
        (0, ("explain", "content", "key")),
        (0, ("log", "show", author.folder)),
    ):
        assert sorted(loaded(code, *words) & set(HEAVY)) == [], words


def test_completion_can_be_installed(typed: Type) -> None:
    assert "--install-completion" in typed("--help").out


def test_no_command_meets_a_stage() -> None:
    folder = Path(cli.__file__).parent
    assert not [path for path in folder.glob("*.py") if "warrant.stages" in path.read_text("utf-8")]


def test_a_table_on_a_terminal_keeps_names_whole_and_folds_the_rest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warrant.cli.screen.is_terminal", lambda _stream=None: True)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    name, words = "sources[0].rights.commercial", "answer of somebody with a name " * 3
    say_table(("setting", "value", "from"), [(name, words, words), ("x" * 40, "1", "set")])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("setting ")
    assert any(line.startswith(f"{name} ") for line in lines)
    assert all(len(line) <= 60 for line in lines)
    assert "".join("".join(lines).split()).count("x") == 40
    assert sum(line.count("somebody") for line in lines) == 6
