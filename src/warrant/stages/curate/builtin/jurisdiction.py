"""Jurisdictions: rows under a law that the recipe does not name go out.

The law is what a column says, or, without a column, what the text names where it says under which
law it stands ("governed by and construed in accordance with the laws of the State of Delaware").
A text that names several stays when one of them is kept.

Law: a row that names a kept jurisdiction in its clause stays, whatever its case and white space.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from warrant.records.reason import Reason
from warrant.stages.curate.builtin.setting import Settings
from warrant.stages.curate.filter import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

VERSION = "1"
"""Raised whenever the same rows may be judged otherwise."""

_NAME = "keep_jurisdictions"
_CLAUSE = (
    r"(?i:\b(?:laws?|legislation)\s+of\s+(?:the\s+)?"
    r"(?:(?:state|commonwealth|province|republic|kingdom|federation|canton)\s+of\s+(?:the\s+)?)?)"
    r"(\pL[^\s,.;:()]*(?:\s+(?:of\s+|and\s+|the\s+)*\p{Lu}[^\s,.;:()]*)*)"
)
_CONTEXT = r"(?i)\b(?:govern|constru|interpret|subject\s+to|under\s+the\s+laws?\s+of)"
_CONTEXT_CHARACTERS = 300


class KeepJurisdictions:
    """Drops rows under another law than those named.

    Args:
        values: names as they stand in the rows, at least one, such as `Delaware`.
        column: column of the sheet that names the law; None: the text is read.
        unknown: `keep` or `drop` rows that name none.

    Raises:
        InputError: when a setting does not fit.
    """

    def __init__(
        self, values: Sequence[str], column: str | None = None, unknown: str = "keep"
    ) -> None:
        said = Settings(_NAME, f"{_NAME}: [Delaware, New York]")
        self._wanted = tuple(_folded(one) for one in said.texts("values", values))
        if column is not None:
            self.columns = (column,)
        self._column = column
        drops = said.choice("unknown", unknown, ("drop", "keep")) == "drop"
        self._unknown = "jurisdiction_unknown" if drops else "jurisdiction_unknown_kept"
        where = "The text" if column is None else f"The row's {column!r}"
        named = ", ".join(values)
        self.reasons = (
            Reason(
                code="other_jurisdiction",
                kind="drop",
                rule=_NAME,
                version=VERSION,
                words=f"{where} names a law that the recipe does not keep ({named}).",
            ),
            Reason(
                code=self._unknown,
                kind="drop" if drops else "measure",
                rule=_NAME,
                version=VERSION,
                words=f"{where} names no law{'.' if drops else '; the row stays.'}",
            ),
        )

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: texts, or objects with the column.
            positions: not needed.

        Returns:
            A drop for each row under another law; a line for each that names none.
        """
        verdicts = []
        for row, cell in enumerate(cells.to_pylist()):
            found = self._found(cell)
            if not found:
                verdicts.append(Verdict(row, self._unknown))
            elif not any(self._is_wanted(one) for one in found):
                verdicts.append(Verdict(row, "other_jurisdiction"))
        return Judgement(verdicts)

    def _found(self, cell: Any) -> list[str]:  # noqa: ANN401 (a text or an object)
        if self._column is not None:
            said = _folded(str(cell[self._column] or ""))
            return [said] if said else []
        return [_folded(one) for one in named_laws(cell or "")]

    def _is_wanted(self, found: str) -> bool:
        return any(found == one or found.startswith(f"{one} ") for one in self._wanted)


def named_laws(text: str) -> Iterable[str]:
    """Find the jurisdictions under whose law a text puts itself.

    Args:
        text: any text.

    Yields:
        Names as they stand there, in order.
    """
    clause, context = _patterns()
    for match in clause.finditer(text):
        before = text[max(0, match.start() - _CONTEXT_CHARACTERS) : match.start(1)]
        if context.search(before):
            yield match.group(1)


@cache
def _patterns() -> tuple[Any, Any]:
    import re2

    return re2.compile(_CLAUSE), re2.compile(_CONTEXT)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
