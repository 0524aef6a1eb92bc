"""Rights of single rows: those that may not be trained on, or no longer, go out.

A source that is forbidden as a whole is refused by the guardrails, whatever a sheet says. This
filter reads what columns of the sheet say of each row: its licence, what it may be used for, and
the last day. Whatever says no wins; a row of which nobody says yes is unknown.

Law: a row of which one column says no is dropped, whatever the others say.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from warrant.errors import InputError
from warrant.records.licence import combined, obligations_of
from warrant.records.reason import Reason
from warrant.stages.curate.filter import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

VERSION = "1"
"""Raised whenever the same rows may be judged otherwise."""

NAME = "row_rights"
_EXAMPLE = f"Write for example: - {NAME}: {{licence: LICENCE_COLUMN, expires: LAST_DAY_COLUMN}}"
_YES = frozenset({"train", "training", "ml", "all", "any", "yes", "true", "y", "1"})
_NO = frozenset({"none", "no", "false", "n", "0", "no train", "no training", "not for training"})
_PARTS = re.compile(r"\s*[;,|]\s*")


def _reason(code: str, kind: Literal["drop", "measure"], words: str) -> Reason:
    return Reason(code=code, kind=kind, rule=NAME, version=VERSION, words=words)


_DENIED = _reason(
    "right_denied", "drop", "What the row may be used for does not include training a model."
)
_EXPIRED = _reason("right_expired", "drop", "The right to use the row has expired.")
_COMMERCIAL = _reason(
    "right_not_commercial", "drop", "The row's licence allows no commercial use, and this use is."
)
_UNKNOWN_DROPPED = _reason(
    "right_unknown", "drop", "Nobody says whether a model may be trained on the row."
)
_UNKNOWN_KEPT = _reason(
    "right_unknown_kept",
    "measure",
    "Nobody says whether a model may be trained on the row; the recipe keeps such rows.",
)


class RowRights:
    """Drops rows whose right forbids training or has expired.

    Args:
        licence: column of SPDX identifiers; `NONE` says no, `NOASSERTION` nothing.
        uses: column of permitted uses, several divided by `;`, `,` or `|`: `train` among them, or
            yes or no.
        expires: column of last days (YYYY-MM-DD), or `never`.
        unknown: `drop` or `keep` rows of which no column says yes.
        commercial: whether the use is commercial; then licences that forbid it say no.
        as_of: day of the judgement, YYYY-MM-DD; a run gives today's.

    Raises:
        InputError: when no column is named or a setting does not fit.
    """

    def __init__(
        self,
        licence: str | None = None,
        uses: str | None = None,
        expires: str | None = None,
        unknown: str = "drop",
        *,
        commercial: bool = False,
        as_of: str | None = None,
    ) -> None:
        self.columns = tuple(dict.fromkeys(name for name in (licence, uses, expires) if name))
        if not self.columns:
            raise InputError(f"The filter {NAME!r} names no column.", do=_EXAMPLE)
        if unknown not in {"drop", "keep"}:
            raise InputError(
                f"The filter {NAME!r} knows unknown: drop and keep, got {unknown!r}.",
                do=f"Write for example: - {NAME}: {{licence: licence, unknown: keep}}",
            )
        today = day_of(as_of)
        if expires and today in {None, date.min, date.max}:
            raise InputError(
                f"The filter {NAME!r} judges last days as of a day, got {as_of!r}.",
                do=f"Write for example: - {NAME}: {{expires: {expires}, as_of: '2026-01-31'}}",
            )
        self._licence, self._uses, self._expires = licence, uses, expires
        self._today = today
        self._commercial = commercial
        self._unknown = _UNKNOWN_DROPPED if unknown == "drop" else _UNKNOWN_KEPT
        self._licences: dict[str, int] = {}
        self.reasons = (_DENIED, _EXPIRED, _COMMERCIAL, self._unknown)

    @property
    def measures(self) -> Mapping[str, str | int | float]:
        """Rows that stay by licence, and what is owed for all of them together."""
        if self._licence is None:
            return {}
        known = {name: self._licences[name] for name in sorted(self._licences)}
        return {
            **{f"rows_under_{name}": count for name, count in known.items()},
            "obligations_of_rows": ", ".join(combined(known)) or "none known",
        }

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: the named columns, one object a row.
            positions: not needed.

        Returns:
            A drop for each row that may not be used; a line for each that is unknown and stays.
        """
        verdicts = []
        for row, cell in enumerate(cells.to_pylist()):
            found = self._judge(cell)
            if found is not None:
                verdicts.append(Verdict(row, found.code))
            if found is None or found.kind != "drop":
                self._count(text_of(cell.get(self._licence)))
        return Judgement(verdicts)

    def _judge(self, cell: Mapping[str, Any]) -> Reason | None:
        allowed = [self._by_uses(cell.get(self._uses or "")), self._by_licence(cell)]
        if False in allowed:
            return _DENIED
        last = day_of(cell.get(self._expires or ""))
        if last is not None and self._today is not None and last < self._today:
            return _EXPIRED
        asked = obligations_of(text_of(cell.get(self._licence or ""))) or frozenset()
        if self._commercial and "no commercial use" in asked:
            return _COMMERCIAL
        only_days = self._licence is None and self._uses is None
        return None if True in allowed or (only_days and last is not None) else self._unknown

    def _by_licence(self, cell: Mapping[str, Any]) -> bool | None:
        name = text_of(cell.get(self._licence or ""))
        if name.upper() == "NONE":  # SPDX: the holder grants no licence
            return False
        return None if obligations_of(name) is None else True

    def _by_uses(self, cell: object) -> bool | None:
        if isinstance(cell, bool):
            return cell
        said = text_of(cell).lower()
        if not said:
            return None
        parts = set(_PARTS.split(said))
        return bool(parts & _YES) and not parts & _NO

    def _count(self, licence: str) -> None:
        if obligations_of(licence) is not None:  # free text of a sheet never enters a claim
            self._licences[licence] = self._licences.get(licence, 0) + 1


def text_of(cell: object) -> str:
    """Give a cell as text without white space around it, empty where there is none."""
    return "" if cell is None else str(cell).strip()


def day_of(cell: object) -> date | None:
    """Read a last day, `never` as the last of all; what cannot be read counts as long past."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(cell)
    if not text or text.lower() == "never":
        return date.max if text else None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
