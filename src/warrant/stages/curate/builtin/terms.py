"""Terms under which single rows are held: consent, how long they may be kept, where they may be.

Columns of the sheet say it. A row whose cell is empty or cannot be read has no such term in its
favour and goes out, unless the recipe keeps what is unknown; those rows are then noted.

Law: a row of which one column says no is dropped, whatever the others say.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from warrant.errors import InputError
from warrant.records.reason import Reason
from warrant.stages.curate.builtin.rights import day_of, text_of
from warrant.stages.curate.filter import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

VERSION = "1"
"""Raised whenever the same rows may be judged otherwise."""

NAME = "row_terms"
_EXAMPLE = (
    f"Write for example: - {NAME}: {{consent: CONSENT_COLUMN, keep_until: LAST_DAY_COLUMN, "
    "residency: {column: REGION_COLUMN, allowed: [EU]}}"
)
_YES = frozenset({"yes", "true", "y", "1", "given", "granted"})
_NO = frozenset({"no", "false", "n", "0", "refused", "withdrawn", "revoked"})


def _reason(code: str, kind: Literal["drop", "measure"], words: str) -> Reason:
    return Reason(code=code, kind=kind, rule=NAME, version=VERSION, words=words)


_REFUSED = _reason("consent_refused", "drop", "Consent was refused or withdrawn.")
_OVER = _reason(
    "kept_too_long",
    "drop",
    "The row may not be kept any longer. It is not learnt from; to delete it too: warrant erase.",
)
_ELSEWHERE = _reason(
    "residency_not_allowed", "drop", "The row belongs to a place that the recipe does not allow."
)
_UNKNOWN_DROPPED = _reason(
    "terms_unknown", "drop", "Nobody says whether the row may be held: a cell is empty or unclear."
)
_UNKNOWN_KEPT = _reason(
    "terms_unknown_kept",
    "measure",
    "Nobody says whether the row may be held; the recipe keeps such rows.",
)


class RowTerms:
    """Drops rows without consent, past their last day, or of a place that is not allowed.

    Args:
        consent: column of yes or no; `withdrawn` is a no.
        keep_until: column of last days (YYYY-MM-DD), or `never`: no end.
        residency: `column` of places, and those that are `allowed`; case makes no difference.
        unknown: `drop` or `keep` rows of which a named column does not say.
        as_of: day of the judgement, YYYY-MM-DD; a run gives today's.

    Raises:
        InputError: when no column is named or a setting does not fit.
    """

    def __init__(
        self,
        consent: str | None = None,
        keep_until: str | None = None,
        residency: Mapping[str, Any] | None = None,
        unknown: str = "drop",
        *,
        as_of: str | None = None,
    ) -> None:
        place, allowed = _places(residency)
        self._consent, self._until, self._place = consent, keep_until, place
        self.columns = tuple(dict.fromkeys(one for one in (consent, keep_until, place) if one))
        today = day_of(as_of)
        known = unknown in {"drop", "keep"}
        if not self.columns or not known or (keep_until and today in {None, date.min, date.max}):
            raise InputError(
                f"The filter {NAME!r} does not say which columns hold its terms, what to do with "
                "unknown ones (drop or keep), or as of which day it judges.",
                do=_EXAMPLE,
            )
        self._today = today
        self._allowed = allowed
        self._unknown = _UNKNOWN_DROPPED if unknown == "drop" else _UNKNOWN_KEPT
        self.reasons = (_REFUSED, _OVER, _ELSEWHERE, self._unknown)

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: the named columns, one object a row.
            positions: not needed.

        Returns:
            A drop for each row that may not be held; a line for each that is unknown and stays.
        """
        found = ((row, self._judge(cell or {})) for row, cell in enumerate(cells.to_pylist()))
        return Judgement([Verdict(row, one.code) for row, one in found if one is not None])

    def _judge(self, cell: Mapping[str, Any]) -> Reason | None:
        said = [
            (self._consent, _agreed(cell.get(self._consent or "")), _REFUSED),
            (self._until, self._lasts(cell.get(self._until or "")), _OVER),
            (self._place, self._lies(cell.get(self._place or "")), _ELSEWHERE),
        ]
        answers = [(answer, reason) for column, answer, reason in said if column]
        denied = next((reason for answer, reason in answers if answer is False), None)
        unclear = any(answer is None for answer, _ in answers)
        return denied or (self._unknown if unclear else None)

    def _lasts(self, cell: object) -> bool | None:
        last = day_of(cell)
        return None if last in {None, date.min} or self._today is None else last >= self._today

    def _lies(self, cell: object) -> bool | None:
        place = text_of(cell).casefold()
        return place in self._allowed if place else None


def _agreed(cell: object) -> bool | None:
    if isinstance(cell, bool):
        return cell
    said = text_of(cell).casefold()
    return True if said in _YES else False if said in _NO else None


def _places(residency: Mapping[str, Any] | None) -> tuple[str | None, frozenset[str]]:
    """Give the column of places, and those that are allowed."""
    if residency is None:
        return None, frozenset()
    is_sound = isinstance(residency, dict) and set(residency) == {"column", "allowed"}
    allowed = residency["allowed"] if is_sound else None
    if not isinstance(allowed, (list, tuple)) or not allowed:
        raise InputError(
            f"`residency` of the filter {NAME!r} names a column and the places that are allowed.",
            do=_EXAMPLE,
        )
    return str(residency["column"]), frozenset(text_of(one).casefold() for one in allowed)
