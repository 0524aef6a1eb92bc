"""What a check found on disk: one fault, one sentence, one remedy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is not as promised."""

    file: str
    """Path below the checked folder, with `/`."""

    what: str
    """A sentence: what was expected, what was found."""

    do: str
    """The act that helps."""

    is_leftover: bool = False
    """True for what a killed writer left: nothing promised is missing, `sweep` removes it."""

    def __str__(self) -> str:
        return f"{self.what} {self.do}"


def leftover(file: str) -> Fault:
    """Name a file that belongs to nothing committed.

    Args:
        file: path below the checked folder, with `/`.

    Returns:
        the fault, marked as a leftover.
    """
    return Fault(
        file,
        f"'{file}' was left by a writer that did not finish.",
        "Nothing is lost; the next run sweeps it.",
        is_leftover=True,
    )
