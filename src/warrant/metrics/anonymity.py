"""How well rows of a table hide one another: k-anonymity, l-diversity, small cells.

A class is all rows that share the values of the quasi-identifiers. Nothing here says that a table
is anonymous: somebody may know more than these columns.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence


@dataclass(frozen=True)
class Anonymity:
    """What a table shows of its rows."""

    rows: int
    """Rows looked at."""
    classes: int
    """Different combinations of the quasi-identifiers."""
    smallest: int
    """k: rows of the smallest class; 0 without rows. Source: Sweeney 2002."""
    diversity: int | None
    """l: the fewest different sensitive values in one class; None where no column is sensitive.
    Source: Machanavajjhala et al. 2007, distinct l-diversity."""
    alone: int
    """Rows that are a class by themselves."""
    in_small_classes: int
    """Rows in classes of fewer than `k` rows."""
    small_cells: int
    """Values of one quasi-identifier that fewer than `k` rows share, over all columns."""


@dataclass
class Classes:
    """Counts rows by class, batch by batch."""

    sizes: Counter[Hashable] = field(default_factory=Counter)
    """Rows by class."""
    values: dict[Hashable, set[Hashable]] = field(default_factory=dict)
    """Different sensitive combinations by class."""
    cells: dict[int, Counter[Hashable]] = field(default_factory=dict)
    """Rows by value, by number of the column."""

    def add(
        self, quasi: Iterable[Sequence[Hashable]], sensitive: Iterable[Sequence[Hashable]] | None
    ) -> None:
        """Count rows.

        Args:
            quasi: of each row the values of its quasi-identifiers, always in one order.
            sensitive: of each row its sensitive values; None: no column is sensitive.
        """
        keys = [tuple(row) for row in quasi]
        self.sizes.update(keys)
        for number, column in enumerate(zip(*keys, strict=True)):
            self.cells.setdefault(number, Counter()).update(column)
        for key, row in zip(keys, sensitive or (), strict=sensitive is not None):
            self.values.setdefault(key, set()).add(tuple(row))

    def size(self, quasi: Sequence[Hashable]) -> int:
        """Count the rows of a class."""
        return self.sizes[tuple(quasi)]

    def diversity(self, quasi: Sequence[Hashable]) -> int:
        """Count the different sensitive combinations of a class."""
        return len(self.values.get(tuple(quasi), ()))

    def told(self, k: int) -> Anonymity:
        """Sum up.

        Args:
            k: classes and cells of fewer rows are small.

        Returns:
            The figures.
        """
        sizes = self.sizes.values()
        return Anonymity(
            rows=sum(sizes),
            classes=len(sizes),
            smallest=min(sizes, default=0),
            diversity=min(map(len, self.values.values())) if self.values else None,
            alone=sum(size == 1 for size in sizes),
            in_small_classes=sum(size for size in sizes if size < k),
            small_cells=sum(n < k for column in self.cells.values() for n in column.values()),
        )
