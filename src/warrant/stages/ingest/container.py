"""A file that holds others: an archive, or a message with attachments.

What stands in it is given member by member, by a process that writes nothing (`opener.py`); the
name that a member bears is a label and leads nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from warrant.catalog import Catalog


class Refused(Exception):  # noqa: N818 - what becomes of the file, not an error of ours
    """A file, or one member of it, cannot be had.

    Args:
        code: of the reason.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Member:
    """A file in another."""

    name: str
    """As the outer file writes it: any text."""

    chunks: Iterable[bytes] = ()
    """Its bytes; reading them may raise `Refused`, and the next member is not touched by that."""


Opening: TypeAlias = Callable[[bytes], Iterable[Member]]
"""From the bytes of a file to its members in order; raises `Refused` for the whole file."""

CONTAINERS = Catalog[Opening](
    kind="container",
    group="warrant.containers",
    builtin={
        "eml": "warrant.stages.ingest.builtin.mail:members",
        "msg": "warrant.stages.ingest.builtin.outlook:members",
        "zip": "warrant.stages.ingest.builtin.archive:members",
    },
)
"""Every kind of file that holds others; its name is the suffix of the files that it opens."""
