"""What is compared, and on which rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Comparison:
    """Two releases and the rows they answer."""

    first: str
    """A bundle, a workspace with one, or of `workspace` a log entry or a bundle's digits."""
    second: str
    """As `first`; the newer one."""
    workspace: Path | None = None
    """Where releases and rows are looked up; None: where the second bundle was made, if at hand."""
    rows: Path | None = None
    """A table or folder with labels to ask both about; None: test rows of the second release."""
    most_flips: float | None = None
    """The largest share of right answers that may turn wrong, 0 to 1; None: no budget."""
    trust: Path | None = None
    """Another trust folder than the reader's own."""
