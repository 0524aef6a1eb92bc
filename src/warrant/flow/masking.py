"""What curation did to texts is done to questions too: a model learnt from texts with marks."""

from __future__ import annotations

from datetime import UTC, datetime
from math import floor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.stages.curate.filter import Filter


class Masking:
    """Changes texts as curation changed those that the model learnt from.

    Args:
        rules: filters that change texts.
        text: the column that every filter reads.
        texts: columns of text that the model reads.
        types: of the columns of rows, by name, where they are known.
    """

    beside: tuple[str, ...]
    """Columns that tell what to mask; the model need not read them."""

    def __init__(
        self,
        rules: Sequence[Filter],
        text: str,
        texts: Sequence[str],
        types: Mapping[str, str] | None = None,
    ) -> None:
        self._rules = rules
        self._text = text
        self._texts = texts
        self._types = types or {}
        wanted = (getattr(rule, "beside", ()) for rule in rules)
        self.beside = tuple(dict.fromkeys(name for names in wanted for name in names))

    def __call__(self, columns: Mapping[str, Sequence[object]]) -> dict[str, Sequence[object]]:
        """Give the columns as the model shall read them; those that only tell are masked too."""
        import pyarrow as pa

        changed = dict(columns)
        for rule in self._rules:
            if hasattr(rule, "change"):
                alike = {name: self._alike(name, cells) for name, cells in changed.items()}
                changed |= rule.change(alike)
                continue
            _tell(rule, columns)
            for name in self._texts:
                if name == self._text or getattr(rule, "every_text", False):
                    cells = pa.array(changed[name], pa.large_string())
                    found = rule.judge(cells, range(len(cells))).changed
                    if found is not None:
                        changed[name] = found.to_pylist()
        return changed

    def _alike(self, name: str, cells: Sequence[object]) -> Sequence[object]:
        """Give cells the type of the rows' column: a sheet writes 37 where another says "37"."""
        kind = self._types.get(name)
        return cells if kind is None else [_typed(cell, kind) for cell in cells]


def _tell(rule: Filter, columns: Mapping[str, Sequence[object]]) -> None:
    """Give a filter the columns that it reads beside the texts; one that is not there is empty."""
    import pyarrow as pa

    from warrant.serve.cells import plain_text, tidy
    from warrant.stages.curate.filter import Knowing

    if not isinstance(rule, Knowing) or not rule.beside:
        return
    count = len(next(iter(columns.values()), ()))
    told = {
        name: [plain_text(tidy(cell)) for cell in columns.get(name, [None] * count)]
        for name in rule.beside
    }
    rule.know({name: pa.array(cells, pa.large_string()) for name, cells in told.items()})


def _typed(cell: object, kind: str) -> object:
    """Read a cell of a question as one of the type that the rows have; None where it is none."""
    from warrant.serve.cells import plain_text, tidy

    try:
        if kind in ("integer", "number") and isinstance(cell, (str, int, float)):
            number = float(cell)
            return floor(number) if kind == "integer" else number
        if kind in ("date", "instant") and isinstance(cell, str):
            read = datetime.fromisoformat(cell.strip())
            return read.date() if kind == "date" else _in_utc(read)
    except (OverflowError, ValueError):
        return None
    return plain_text(tidy(cell)) if kind == "text" else cell


def _in_utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def masking_of(
    settings: Mapping[str, Any], texts: Sequence[str], types: Mapping[str, str] | None = None
) -> Masking | None:
    """Read from curation's signed settings how it changed texts.

    Args:
        settings: of the curate step, as its statement has them.
        texts: columns of text that the model reads.
        types: of the columns of rows, by name, where they are known.

    Returns:
        None when it changed none.

    Raises:
        InputError: when a filter is not installed here.
    """
    from warrant.stages.curate.filter import FILTERS, Identified

    made = [FILTERS.load(one["name"])(**one["settings"]) for one in settings["filters"]]
    rules = [
        one
        for one in made
        if any(reason.kind == "change" for reason in one.reasons)
        and not isinstance(one, Identified)  # it changes the answers of rows that it knows
    ]
    reads = bool(texts) or any(hasattr(one, "change") for one in rules)
    return Masking(rules, settings["text"], texts, types) if rules and reads else None
