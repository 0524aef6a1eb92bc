"""Commands loaded when they are called, and how their help looks."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from warrant.cli.table import COMMANDS, SECTIONS, Loaded
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
        """Find a command.

        Raises:
            InputError: naming the nearest one.
        """
        if args[0] not in self.commands and not args[0].startswith("-"):
            raise _unknown(args[0], ctx.command_path, list(self.commands))
        return super().resolve_command(ctx, args)


class Front(Noun):
    """The program itself: its commands stand in a table and are loaded when they are called."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 (typer's own)
        super().__init__(**settings)
        self.commands = _Shelf()  # type: ignore[assignment]

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 (as above)
        """List the names, in the order of the table."""
        return list(COMMANDS)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002 (as above)
        """Write the table, section by section; no command is loaded for it."""
        width = max(map(len, COMMANDS)) + 2
        for section in SECTIONS:
            formatter.write(f"\n{section}:\n")
            for name, command in COMMANDS.items():
                if command.section == section:
                    formatter.write(f"  {name:{width}}{command.line}\n")

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002 (as above)
        """Write how to begin."""
        formatter.write("\nExample:\n  $ warrant demo ./demo\n")


class _Shelf(Mapping[str, Any]):
    """Commands by name, made on first use."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 (a command of typer's own click)
        if name not in self._made:
            self._made[name] = _make(name, COMMANDS[name].load())
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)

    def __contains__(self, name: object) -> bool:
        return name in COMMANDS


def _make(name: str, loaded: Loaded) -> Any:  # noqa: ANN401 (as above)
    if isinstance(loaded, typer.Typer):
        made = typer.main.get_command(loaded)
    else:
        alone = typer.Typer(
            add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
        )
        add(alone, name, loaded)
        made = typer.main.get_command(alone)
    made.name = name
    for command in (made, *getattr(made, "commands", {}).values()):
        lighten(*command.params)
    return made


def _unknown(word: str, path: str, names: list[str]) -> InputError:
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    advice = f"Did you mean: {path} {near[0]}" if near else f"See what there is: {path} --help"
    return InputError(f"{path!r} has no command {word!r}.", do=advice)
