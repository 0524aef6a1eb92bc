"""Days of a subject, moved in texts and in columns of the sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from warrant.errors import InputError
from warrant.stages.curate.builtin.marks import DATE, SHIFTED, code_of
from warrant.stages.curate.builtin.shifting import WITHIN_DAYS, offset_of
from warrant.stages.curate.filter import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_KEYS = ("subject", "columns", "within_days", "day_first")
_EXAMPLE = "Write for example: shift_dates: {subject: patient, columns: [admitted]}"
_MOST_DAYS = 36_500


@dataclass
class Moving:
    """Moves days: all of one subject by the same number, in all files."""

    subject: str
    """The column that says whose row it is."""
    columns: tuple[str, ...] = ()
    """Columns of the sheet that hold days, moved like those in the texts."""
    within: int = WITHIN_DAYS
    """By at most so many days."""
    day_first: bool | None = None
    """Whether 03/04/2024 is 3 April; None: such a day is masked."""
    _keyed: Callable[[bytes], bytes] | None = None
    _days: list[int | None] = field(default_factory=list)

    @classmethod
    def read(cls, settings: object) -> Moving:
        """Read the setting `shift_dates`.

        Args:
            settings: as in the recipe.

        Returns:
            What it says.

        Raises:
            InputError: when it names no subject or does not fit.
        """
        said: dict[str, Any] = settings if isinstance(settings, dict) else {}
        columns, within = said.get("columns", ()), said.get("within_days", WITHIN_DAYS)
        sound = (
            set(said) <= set(_KEYS)
            and isinstance(said.get("subject"), str)
            and isinstance(columns, (list, tuple))
            and all(isinstance(one, str) for one in columns)
            and type(within) is int
            and 1 <= within <= _MOST_DAYS
            and said.get("day_first") in (None, True, False)
        )
        if not sound:
            raise InputError(
                "The setting 'shift_dates' of 'mask_personal_data' does not say whose days are "
                f"moved; it takes: {', '.join(_KEYS)}.",
                do=_EXAMPLE,
            )
        return cls(said["subject"], tuple(columns), within, said.get("day_first"))

    def unlock(self, keyed: Callable[[bytes], bytes]) -> None:
        """Receive the key from which the numbers of days come."""
        self._keyed = keyed

    def know(self, subjects: Sequence[object]) -> None:
        """Read the subjects of the next rows; empty ones have no number of days."""
        self._days = [self._offset(one) for one in subjects]

    def days(self, row: int) -> int | None:
        """Give the days by which those of a row are moved.

        Args:
            row: place in the batch, from 0.

        Returns:
            0 without a key, as for questions: they stay; None for a row without a subject.
        """
        if self._keyed is None:
            return 0
        return self._days[row] if row < len(self._days) else None

    def _offset(self, subject: object) -> int | None:
        if subject is None or not str(subject).strip():
            return None
        return 0 if self._keyed is None else offset_of(str(subject), self._keyed, self.within)

    def judge(self, cells: pa.Array) -> Judgement:
        """Move the days of a column.

        Args:
            cells: days or instants.

        Returns:
            The column anew; a day of a row without a subject is taken out.
        """
        verdicts: list[Verdict] = []
        originals: dict[int, Mapping[str, bytes]] = {}
        values: list[date | datetime | None] = cells.to_pylist()
        for row, value in enumerate(values):
            days = self.days(row)
            if value is None or days == 0:
                continue
            values[row] = moved = _moved(value, days)
            mark = DATE.upper() if moved is None else moved.isoformat()
            originals[row] = {mark: value.isoformat().encode()}
            verdicts.append(Verdict(row, code_of(DATE) if moved is None else SHIFTED, 1.0))
        return Judgement(verdicts, pa.array(values, cells.type), originals)


def _moved(value: date | datetime, days: int | None) -> date | datetime | None:
    try:
        return None if days is None else value + timedelta(days=days)
    except OverflowError:
        return None
