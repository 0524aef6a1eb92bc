"""Every error a user can meet, one tree, by what the reader must do.

```text
WarrantError
├── InputError        fix what you gave us                    exit 2
├── IntegrityError    stop, keep the evidence                 exit 1
├── PolicyRefusal     read the reasons, change the facts      exit 4
├── MissingExtra      install something                       exit 5
├── CeilingReached    raise the ceiling, or take what is there  exit 7
└── OutsideError      a retry may help                        exit 6
    └── Busy          somebody else is writing                exit 75
```

Exit 3 belongs to no error: it is the answer "consistent, signer unknown" of `verify`.
A message never holds personal data: it names files, digests, rules and positions.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


class WarrantError(Exception):
    """What went wrong, and what to do about it.

    Args:
        what: one or more sentences: the thing in quotes, what was expected, what was found.
        do: the act that helps when followed to the letter, as a sentence or a command.
    """

    exit_code: ClassVar[int] = 1
    """What the command line returns for this branch."""

    what: str
    """What went wrong."""

    do: str
    """The act that helps."""

    def __init__(self, what: str, do: str) -> None:
        super().__init__(what, do)  # both in `args`, so that the error survives a process border
        self.what = what
        self.do = do

    def __str__(self) -> str:
        return f"{self.what} {self.do}"


class InputError(WarrantError):
    """Something the caller gave is wrong: fix it and run again."""

    exit_code = 2


class IntegrityError(WarrantError):
    """Bytes, a signature or a proof are not what was promised: stop and keep the evidence."""

    exit_code = 1


class PolicyRefusal(WarrantError):
    """A guardrail said no.

    Args:
        what: the step that was refused.
        do: the first thing that would change the answer.
        reasons: one line per rule that said no: rule, offenders, remedy.
    """

    exit_code = 4

    reasons: tuple[str, ...]
    """One line per rule that said no."""

    def __init__(self, what: str, do: str, reasons: Iterable[str] = ()) -> None:
        super().__init__(what, do)
        self.reasons = tuple(reasons)
        self.args = (what, do, self.reasons)


class MissingExtra(WarrantError):
    """A library that this part needs is not installed."""

    exit_code = 5

    @classmethod
    def named(cls, extra: str, purpose: str) -> MissingExtra:
        """Say which extra is missing and how to install it from a checkout.

        Args:
            extra: name of the extra in pyproject.toml, for example `encoder`.
            purpose: what needs it, as the start of a sentence: "Reading scans".

        Returns:
            the error, ready to be raised.
        """
        return cls(
            f"{purpose} needs the extra {extra!r}, which is not installed.",
            f"Run in the checkout: pip install '.[{extra}]'",
        )


class CeilingReached(WarrantError):
    """Going on would cost more than was allowed: what was done is kept."""

    exit_code = 7


class OutsideError(WarrantError):
    """Something outside this program failed (disk, network, service): a retry may help."""

    exit_code = 6


_NO_MEMORY = ("cannot allocate memory", "can't allocate memory", "failed to map segment")
"""How the system, torch and the loader of libraries say that memory ran out."""


def lacks_memory(error: Exception) -> bool:
    """Say whether an error is the machine's memory running out.

    Args:
        error: whatever was raised: a library that finds no room to be loaded raises ImportError.

    Returns:
        True for MemoryError and for errors that say so in words.
    """
    return isinstance(error, MemoryError) or any(one in str(error).lower() for one in _NO_MEMORY)


class Busy(OutsideError):
    """Another process holds the lock of this workspace."""

    exit_code = 75
    """EX_TEMPFAIL of sysexits.h, so that a script knows that waiting is enough."""


NEIGHBOURS = 10_000
"""So many names of a folder are looked at for the one that was meant."""


def nearest_path(written: str | PurePath, folder: Path | None = None) -> str:
    """Find the path that was probably meant by one where nothing is.

    Args:
        written: as the reader wrote it.
        folder: where it starts; None is the current folder.

    Returns:
        A name that looks alike; the same path from the folder above; or the same name one folder
        deeper. Empty when there is none.
    """
    path = (folder or Path()) / written
    parent, shown = path.parent, PurePath(written).parent
    names = [one.name for one in islice(parent.iterdir(), NEIGHBOURS)] if parent.is_dir() else []
    names = [name for name in names if name != path.name]  # there is something, of another kind
    import difflib  # not needed by a program that makes no mistake

    if near := difflib.get_close_matches(path.name, sorted(names), n=1, cutoff=0.6):
        return str(shown / near[0])
    if not PurePath(written).is_absolute() and ((folder or Path()) / ".." / written).exists():
        return str(PurePath("..") / written)
    deeper = sorted(one for one in names if (parent / one / path.name).exists())
    return str(shown / deeper[0] / path.name) if deeper else ""


def meant(written: str | PurePath, otherwise: str, folder: Path | None = None) -> str:
    """Say what to do about a path where nothing is.

    Args:
        written: as the reader wrote it.
        otherwise: the act when nothing looks alike.
        folder: where it starts; None is the current folder.

    Returns:
        The nearest path as a question, or the other act.
    """
    near = nearest_path(written, folder)
    return f"Did you mean {near!r}?" if near else otherwise
