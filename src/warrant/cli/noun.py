"""Commands and nouns: how their help looks, and what happens on Ctrl-C or a misspelt word."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from warrant.cli.words import lighten
from warrant.errors import InputError

Function = TypeVar("Function", bound=Callable[..., None])

STOPPED = 130
"""Exit code after Ctrl-C, as shells have it."""


def example(*lines: str) -> Callable[[Function], Function]:
    """Give a command its worked example, shown at the end of its help.

    Args:
        *lines: commands as they are typed.

    Returns:
        A decorator.
    """

    def mark(function: Function) -> Function:
        function.__dict__["example"] = lines
        return function

    return mark


def noun(line: str) -> typer.Typer:
    """Make a command that has commands of its own, such as `log`.

    Args:
        line: its help in one line.

    Returns:
        A group for `add`.
    """
    group = typer.Typer(
        cls=Noun,
        help=line,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    group.callback()(_nothing)
    return group


def _nothing() -> None:
    return None


def add(group: typer.Typer, name: str, function: Callable[..., None]) -> None:
    """Put a command into a group.

    Args:
        group: made by `noun`.
        name: of the command.
        function: its docstring is the help, its parameters are the options.
    """
    shown = "\n".join(f"  $ {line}" for line in getattr(function, "example", ()))
    group.command(name, cls=Page, epilog=shown)(_stoppable(function))


def _stoppable(function: Callable[..., None]) -> Callable[..., None]:
    """End a command quietly on Ctrl-C."""

    @functools.wraps(function)
    def run(*args: object, **options: object) -> None:
        try:
            function(*args, **options)
        except KeyboardInterrupt:
            typer.echo("\nStopped. What was finished is kept; nothing is half done.", err=True)
            raise typer.Exit(STOPPED) from None

    return run


def _light(option: Any) -> Any:  # noqa: ANN401 (of typer's own click)
    lighten(option)
    return option


def _headed(text: str) -> str:
    """Make headings bold; a pipe gets them plain, because `echo` strips what is no terminal's."""
    lines = text.splitlines()
    return "\n".join(
        typer.style(line, bold=True) if line.endswith(":") and line[:1].isalpha() else line
        for line in lines
    )


class Page(TyperCommand):
    """A command whose help ends in a worked example."""

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401 (typer's base: click's context)
        """Give the option `--help`."""
        return _light(super().get_help_option(ctx))

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 (as above)
        """Give the help text."""
        return _headed(super().get_help(ctx))

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002 (as above)
        """Write the example."""
        if self.epilog:
            formatter.write(f"\nExample:\n{self.epilog}\n")


class Noun(TyperGroup):
    """A group that names the nearest command when one is misspelt."""

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401 (as above)
        """Give the option `--help`."""
        return _light(super().get_help_option(ctx))

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 (as above)
        """Give the help text."""
        return _headed(super().get_help(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 (as above)
        """Find a command; a misspelt one gets the nearest."""
        if args[0] not in self.commands and not args[0].startswith("-"):
            raise _unknown(args[0], ctx.command_path, list(self.commands))
        return super().resolve_command(ctx, args)


def _unknown(word: str, path: str, names: list[str]) -> InputError:
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    advice = f"Did you mean: {path} {near[0]}" if near else f"See what there is: {path} --help"
    return InputError(f"{path!r} has no command {word!r}.", do=advice)
