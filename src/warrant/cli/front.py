"""The program itself: its commands stand in a table and are loaded when they are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import typer

from warrant.cli.noun import Noun, add
from warrant.cli.table import COMMANDS, SECTIONS, Loaded
from warrant.cli.words import lighten


class Front(Noun):
    """The group of all commands."""

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
