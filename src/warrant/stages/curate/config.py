"""What may be chosen about curation."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class FilterConfig:
    """One filter of the list, in order."""

    name: str
    """In the catalog `warrant.filters`."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    """What the filter's factory takes, by name."""


@dataclass(frozen=True)
class CurateConfig:
    """All settings of one curation."""

    filters: tuple[FilterConfig, ...] = (FilterConfig("drop_exact_duplicates"),)
    """Each sees the rows that those before it kept."""

    text: str | None = "text"
    """The column that filters read; None: the model reads no text, and no filter judges."""

    more_texts: tuple[str, ...] = ()
    """Further columns of text that the model reads: masking reads them too."""

    alike: tuple[str, ...] = ()
    """Columns that are equal in a copy; none: the text alone."""

    label: str | None = None
    """The column of the answer: a copy with another answer is never dropped. None: no answers."""

    folder: Path | None = None
    """What paths in settings start from; None: the working folder. No part of the content key."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The columns of text that filters and masking read; none when the model reads no text."""
        return () if self.text is None else (self.text, *self.more_texts)

    def portable(self) -> "CurateConfig":
        """Give the settings without what belongs to this machine: for content key and statement."""
        return replace(self, folder=None)
