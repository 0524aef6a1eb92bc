"""Settings of training as plain JSON, and back into their dataclasses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")

_NAMES = {"Mapping": Mapping, "Sequence": Sequence}
"""What the modules of some of them import for type checkers only."""


def read_as(kind: type[T], value: Any) -> T:  # noqa: ANN401 - any JSON
    """Read a value.

    Args:
        kind: a dataclass, or a tuple of records.
        value: plain JSON, as `asdict` and `json` made it.

    Returns:
        The value in its own type.

    Raises:
        ValueError: if it does not fit.
    """
    adapter = TypeAdapter(kind)
    adapter.rebuild(_types_namespace=_NAMES)
    return adapter.validate_python(value)


def plain(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Give settings as plain JSON."""
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    return str(value)
