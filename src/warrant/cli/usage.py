"""A command typed wrongly, answered like every other error: what is wrong, and what to write."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from typer._click import exceptions as typed

from warrant.errors import InputError

if TYPE_CHECKING:
    from typing import NoReturn

EXAMPLES = {"TEXT": "'…'"}
"""What stands for a value in advice, by the name that `--help` gives it."""


def refuse_usage(error: typed.ClickException) -> NoReturn:
    """Say what to write instead of words that no command takes.

    Args:
        error: of Typer.

    Raises:
        InputError: nearly always.
        SystemExit: when no word was given at all, after the help.
    """
    if isinstance(error, typed.NoArgsIsHelpError):
        error.show()
        raise SystemExit(error.exit_code)
    context = getattr(error, "ctx", None)
    more = f"{context.command_path} --help" if context else "warrant --help"
    what = error.message if isinstance(error, typed.NoSuchOption) else error.format_message()
    do = f"See what it takes: {more}"
    if isinstance(error, typed.NoSuchOption):
        near = difflib.get_close_matches(error.option_name, error.possibilities or (), n=1)
        do = f"Write {near[0]!r} in place of {error.option_name!r}." if near else do
    elif isinstance(error, typed.MissingParameter) and error.param is not None:
        name = error.param.metavar or str(error.param.name).upper()
        example = getattr(context.command, "epilog", None) if context else None
        if error.param.param_type_name == "option":
            do = f"Add: {max(error.param.opts, key=len)} {EXAMPLES.get(name, name)}"
        elif example:
            do = f"Write the whole, for example: {example.splitlines()[0].removeprefix('  $ ')}"
        else:
            do = f"Add: {name}"
    raise InputError(f"{what.rstrip('.')}.", do=do) from None
