"""Why a rule dropped, changed or measured rows: a line of a ledger's header.

A plain dataclass, so that a process that reads hostile files does not load what checks records; it
is checked where it enters a `LedgerHeader`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Short:
    """A group of bounds, which pydantic asks for when it checks: it is not imported before."""

    __is_annotated_types_grouped_metadata__ = True

    def __iter__(self) -> Iterator[object]:
        from pydantic import Field

        yield from Field(min_length=1, max_length=200).metadata


Name: TypeAlias = Annotated[str, _Short()]
Kind: TypeAlias = Literal["drop", "change", "measure"]
"""What becomes of the rows."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why rows were dropped, changed or measured by one rule."""

    # Read by pydantic: a reason made by hand is checked too.
    __pydantic_config__: ClassVar[Any] = {
        "allow_inf_nan": False,
        "extra": "forbid",
        "revalidate_instances": "always",
        "strict": True,
    }

    code: Name
    """Short and stable, for example `exact_duplicate`."""
    kind: Kind
    rule: Name
    """The plug-in that judged."""
    version: Name
    threshold: float | None = None
    words: Name
    """The reason in a plain sentence."""

    @property
    def told(self) -> str:
        """The words, with the figure where they speak of the threshold."""
        if self.threshold is None:
            return self.words
        whole = self.threshold.is_integer()
        figure = f"{self.threshold:,.0f}" if whole else f"{self.threshold:g}"
        return self.words.replace("the threshold", f"the threshold ({figure})", 1)
