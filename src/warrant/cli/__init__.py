"""The room that shows: one file per noun, no rule. `warrant --help` lists what there is.

A command parses words, calls one function of `flow`, and prints what comes back: a table and
colour on a terminal, plain text through a pipe, JSON with `--json`. Its module is loaded when it is
called.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from warrant import __version__
from warrant.cli.front import Front
from warrant.cli.words import lighten
from warrant.errors import InputError, OutsideError, WarrantError, lacks_memory
from warrant.flow.stopping import stopped_by_termination

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["app", "main"]

app = typer.Typer(
    cls=Front,
    rich_markup_mode=None,
    no_args_is_help=True,
    # A trace with local variables would print rows.
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"warrant {__version__}")
        raise typer.Exit


@app.callback()
def front(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Train small models on your own data, and prove what they were trained on."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line.

    Args:
        arguments: words after `warrant`; None takes those of the process.

    Raises:
        SystemExit: always, with the exit code of `warrant.errors`.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        command = typer.main.get_command(app)
        lighten(*command.params)
        with stopped_by_termination():
            code = _ask(command, words)
    except WarrantError as error:
        fault = error
    except OSError as error:
        fault = _without_memory() if lacks_memory(error) else _outside(error)
    except (MemoryError, ImportError, RuntimeError) as error:
        if not lacks_memory(error):
            raise
        fault = _without_memory()
    else:
        sys.exit(code)
    from warrant.cli.screen import show_error

    show_error(fault, as_json="--json" in words)
    sys.exit(fault.exit_code)


def _ask(command: Any, words: list[str]) -> int:  # noqa: ANN401 (typer's own click)
    """Run a command; words that it does not take become an error of ours."""
    from typer._click.exceptions import ClickException

    try:
        return int(command(words, prog_name="warrant", standalone_mode=False) or 0)
    except ClickException as error:
        from warrant.cli.usage import refuse_usage

        refuse_usage(error)
    except typer.Abort:
        typer.echo("Stopped.", err=True)
        return 1


def _without_memory() -> WarrantError:
    return OutsideError(
        "This machine has no memory left for that.",
        do="Close other programs, or take a machine with more, and run it again: what is done is "
        "kept. What training takes: warrant plan PATH --cost",
    )


def _outside(error: OSError) -> WarrantError:
    """Say what the system refused; a file that is not there is the caller's to mend."""
    place = f"{str(error.filename)!r}: " if error.filename else ""
    what = f"{place}{error.strerror or error}."
    if isinstance(error, FileNotFoundError | IsADirectoryError | NotADirectoryError):
        return InputError(what, do="Check the path and run the command again.")
    if isinstance(error, PermissionError):
        return OutsideError(what, do="Make it readable and writable for you, and run it again.")
    return OutsideError(what, do="See that the disk has room and is sound, and run it again.")
