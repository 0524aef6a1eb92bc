"""Reading the words of a command line without loading pydantic.

Typer 0.29 checks every word with pydantic, plain text and paths too; loading it takes a quarter of
the time in which `warrant verify` starts. Words that need no check are read here. When Typer does
so by itself, this module can go; a Typer that asks otherwise is only slower, and a test notices.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

READ_AS: tuple[tuple[object, Callable[[Any], object]], ...] = (
    (bool, bool),
    (str, str),
    (str | None, str),
    (Path, Path),
    (Path | None, Path),
)
"""What a parameter is annotated with, and how its word is read."""


class _Plain:
    """How one parameter's word is read; stands where Typer keeps its own."""

    def __init__(self, read: Callable[[Any], object]) -> None:
        self._read = read

    def coerce(self, value: object, **_: object) -> object:
        """Read a word; what was not given stays None."""
        return None if value is None else self._read(value)


def lighten(*parameters: Any) -> None:  # noqa: ANN401 (of Typer's own click)
    """Let parameters read flags, text and paths without pydantic.

    Args:
        *parameters: made by Typer; changed in place.
    """
    for parameter in parameters:
        wanted = getattr(getattr(parameter, "type_descriptor", None), "annotation", None)
        several = getattr(parameter, "nargs", 1) != 1 or getattr(parameter, "multiple", False)
        read = next((read for kind, read in READ_AS if kind == wanted), None)
        if read is not None and not several:
            parameter.get_runtime_param = _given(_Plain(read))


def _given(plain: _Plain) -> Callable[[], _Plain]:
    return lambda: plain
