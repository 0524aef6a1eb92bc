"""Cases from event logs: all events with one value become one row, as of the day of its answer.

A case knows what was known before its answer was: only events strictly before the instant in
`label_at` enter, and of these only those in the window. The answer is read from the events of
the case, the later ones too. Of every other column the row has the last value that was known; its
text is the events in order, a line each; `case_events` lists them. Of an event with a day and no
time nobody knows the hour: it enters only when its day was over before the answer.

Law: no event at or after `label_at` enters a case, and none from before its window.
Law: a case says the same in whatever order its events are read; only the record numbers that it
lists differ.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError
from warrant.kernel.canon import canonical
from warrant.kernel.digest import Digest
from warrant.records.dataset import Column
from warrant.records.reason import Reason
from warrant.stages.ingest.column import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from warrant.stages.ingest.config import RowsConfig
    from warrant.stages.ingest.intake import Columns
    from warrant.stages.ingest.reader import Raw
    from warrant.stages.ingest.reading import Item, Reading

VERSION = "2"
"""Raised whenever the same events may give other cases."""

EVENTS = Column(name="case_events", type="list")
"""Which events a case was made of, in order: FILE, record NUMBER."""


def _reason(code: str, words: str) -> Reason:
    return Reason(code=code, kind="drop", rule="cases", version=VERSION, words=words)


AFTER = _reason(
    "event_after_answer", "The event is not older than the answer of its case: it must not enter."
)
OUTSIDE = _reason("event_outside_window", "The event is older than the window before the answer.")
NO_CASE = _reason("event_without_case", "The event names no case.")
NO_TIME = _reason("event_without_time", "The event has no day or instant that can be read.")
NO_ANSWER_TIME = _reason(
    "case_without_answer_time",
    "No event of the case says when its answer was known, or two say different times.",
)
CASE_ERASED = _reason("case_erased", "The case of the event was erased before.")
REASONS = (CASE_ERASED, AFTER, OUTSIDE, NO_CASE, NO_TIME, NO_ANSWER_TIME)
"""What may become of an event that enters no case."""


class Event(NamedTuple):
    """One record of an event log."""

    at: datetime
    """When it happened; of a day its first instant."""
    until: datetime
    """When it had happened at the latest: `at`, or the end of the day."""
    number: int
    """Its place in its table, from 1."""
    item: Item


class Cases:
    """Gathers events by case; they are held in memory until all are read.

    Args:
        config: which columns name the case, the order and the instant of the answer.
        columns: of the events.
        sources: name of each source.

    Raises:
        InputError: when one of the named columns is not there.
    """

    def __init__(self, config: RowsConfig, columns: Columns, sources: Sequence[str]) -> None:
        self._config = config
        self._sources = sources
        self._events: dict[tuple[int, str], list[Event]] = {}
        names = [column.name for column in columns.schema()]
        for setting in ("one_per", "order_by", "label_at"):
            column = getattr(config, setting)
            if column not in names:
                raise InputError(
                    f"The events have no column {column!r}, which {setting!r} names; they have: "
                    f"{', '.join(names)}.",
                    do=f"Correct {setting!r} under 'rows:' in the recipe.",
                )
        self._happened = columns.converter(config.order_by or "")
        self._answered = columns.converter(config.label_at or "")
        self._own = {config.one_per, config.label_at, *config.labels}

    def add(self, items: Sequence[Item], reading: Reading) -> None:
        """Take events in.

        Args:
            items: as they were read.
            reading: is told of those that name no case or time.
        """
        for item in items:
            number = item.position - reading.starts[item.source, item.path] + 1
            case = item.cells.get(self._config.one_per or "")
            happened = self._happened(item.cells)
            at = instant_of(happened)
            if case is None or not as_text(case).strip():
                reading.leave_out(item, NO_CASE.code)
            elif at is None:
                reading.leave_out(item, NO_TIME.code)
            else:
                key = (item.source, as_text(case).strip())
                is_day = _is_day(happened) or _is_day(item.cells.get(self._config.order_by or ""))
                until = _later(at, timedelta(days=1)) if is_day else at
                self._events.setdefault(key, []).append(Event(at, until, number, item))

    def rows(self, reading: Reading) -> Iterator[Item]:
        """Give the cases, by source and then by the value that names them.

        Args:
            reading: is told of every event that enters none.

        Yields:
            One item a case; a case without an event before its answer gives none.
        """
        for source, case in sorted(self._events):
            events = sorted(self._events.pop((source, case)), key=_order)
            answered = self._answer_time(events)
            used = []
            for event in events:
                code = self._left_out(event, answered)
                if code:
                    reading.leave_out(event.item, code)
                else:
                    used.append(event)
            if not used or not answered:
                continue
            row = self._row(case, answered, used, events)
            if reading.is_erased(row.members[0]):
                for event in used:
                    reading.leave_out(event.item, CASE_ERASED.code)
            else:
                yield row

    def _left_out(self, event: Event, answered: datetime | None) -> str | None:
        if answered is None:
            return NO_ANSWER_TIME.code
        if event.at >= answered or event.until > answered:
            return AFTER.code
        hours = self._config.window_hours
        if hours is not None and answered - event.at > timedelta(hours=hours):
            return OUTSIDE.code
        return None

    def _answer_time(self, events: Sequence[Event]) -> datetime | None:
        """Give the one instant that the events name; None for none, and for several."""
        column = self._config.label_at
        said = {
            instant_of(self._answered(one.item.cells))
            for one in events
            if one.item.cells.get(column or "") is not None
        }
        return said.pop() if len(said) == 1 else None

    def _row(
        self,
        case: str,
        answered: datetime,
        used: Sequence[Event],
        every: Sequence[Event],
    ) -> Item:
        cells: dict[str, Raw] = {}
        for event in used:
            cells |= {name: cell for name, cell in event.item.cells.items() if cell is not None}
        for name in (*self._config.labels, self._config.label_at or ""):
            said = (event.item.cells.get(name) for event in every)
            cells[name] = next((one for one in reversed([*said]) if one is not None), None)
        first = used[0].item
        cells["path"] = f"{first.path}/{case}"
        cells[EVENTS.name] = [f"{one.item.path}, record {one.number}" for one in used]
        named = {
            "case": case,
            "label_at": answered.isoformat(),
            "source": self._sources[first.source],
        }
        leading = Digest.of(canonical(named)).raw
        members = (leading, *dict.fromkeys(one for event in used for one in event.item.members))
        return first._replace(
            text="\n".join(map(self._line, used)),
            cells=cells,
            members=members,
            original=None,
            is_verbatim=False,
        )

    def _line(self, event: Event) -> str:
        if event.item.text is not None:
            return event.item.text
        told = ((name, cell) for name, cell in event.item.cells.items() if name not in self._own)
        return "; ".join(f"{name}: {as_text(cell)}" for name, cell in told if cell is not None)


def instant_of(cell: object) -> datetime | None:
    """Read when something happened.

    Args:
        cell: a day or an instant, or a text of ISO 8601.

    Returns:
        In UTC; a day is its midnight, an instant without a zone is taken for UTC. None of
        anything else.
    """
    if isinstance(cell, str):
        try:
            cell = datetime.fromisoformat(cell.strip())
        except ValueError:
            return None
    if isinstance(cell, datetime):
        try:
            return cell.replace(tzinfo=UTC) if cell.tzinfo is None else cell.astimezone(UTC)
        except OverflowError:  # before the first day of all, or after the last
            return None
    return datetime.combine(cell, time(), UTC) if isinstance(cell, date) else None


def _is_day(cell: object) -> bool:
    """Say whether a cell that says when something happened has no time of day."""
    if isinstance(cell, str):
        return ":" not in cell and "T" not in cell.upper()
    return isinstance(cell, date) and not isinstance(cell, datetime)


def _later(at: datetime, by: timedelta) -> datetime:
    return at + by if at < datetime.max.replace(tzinfo=UTC) - by else at


def _order(event: Event) -> tuple[datetime, str, bytes]:
    """Order events by time, and those of one instant by what they say, not by where they stand."""
    return (event.at, event.item.path, canonical(_plain(event.item.cells)))


def _plain(cells: Mapping[str, Raw]) -> dict[str, str | None]:
    return {name: None if cell is None else as_text(cell) for name, cell in cells.items()}
