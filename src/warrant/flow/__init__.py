"""The room that commits: policy is asked, a stage runs, its claim is stored, signed, logged.

`Workspace`, `Bundle` and `verify` are its public face; what they need is imported when they are
first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warrant.flow.api import Bundle, Workspace, verify

__all__ = ["Bundle", "Workspace", "verify"]


def __getattr__(name: str) -> object:
    """Load a public name on first use (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from warrant.flow import api

    return getattr(api, name)
