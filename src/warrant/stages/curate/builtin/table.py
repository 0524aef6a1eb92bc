"""Tables: columns made coarser as the recipe says, and rows taken out that too few others hide.

Identifiers become codes under a key of the vault, quasi-identifiers get coarser, and of the rows as
they then stand, joined with all that they are joined with, those in a class of fewer than `k` rows
or fewer than `l` sensitive values go out.

Law: after it every class has at least `k` rows; and where a column is sensitive, `l` values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from warrant.errors import InputError
from warrant.metrics.anonymity import Classes
from warrant.records.reason import Reason
from warrant.stages.curate.builtin.coarse import Level, coarser, is_level
from warrant.stages.curate.filter import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

VERSION = "1"
"""Raised whenever the same rows may be judged otherwise."""

NAME = "protect_table"
_EXAMPLE = (
    f"Write for example: - {NAME}: {{quasi: {{zip: 3, age: 10}}, sensitive: [diagnosis], k: 5}}"
)


def _reason(code: str, kind: Literal["change", "drop"], words: str) -> Reason:
    return Reason(code=code, kind=kind, rule=NAME, version=VERSION, words=words)


_CODED = _reason(
    "coded", "change", "Identifiers: replaced by codes under a key of the vault; value: how many."
)
_COARSE = _reason(
    "coarse",
    "change",
    "Quasi-identifiers: made coarser, the originals are in the vault; value: how many.",
)
_BELOW_K = _reason(
    "below_k", "drop", "Too few rows share its quasi-identifiers; value: how many do."
)
_BELOW_L = _reason(
    "below_l", "drop", "The rows that share its quasi-identifiers have too few sensitive values."
)


@dataclass(frozen=True)
class Roles:
    """What the columns of a table are."""

    quasi: Mapping[str, Level | None]
    """Columns that together may tell who a row is about, and how coarse they get."""
    sensitive: tuple[str, ...] = ()
    """What nobody shall learn of a person."""
    identifiers: tuple[str, ...] = ()
    """Columns that name a person by themselves."""
    top: Mapping[str, float] = field(default_factory=dict)
    """Of quasi-identifiers that are numbers: larger values become this one."""

    def coarse(self, row: Mapping[str, Any]) -> dict[str, object]:
        """Give a row's quasi-identifiers as they stand afterwards."""
        return {
            name: row.get(name)
            if level is None
            else coarser(row.get(name), level, self.top.get(name))
            for name, level in self.quasi.items()
        }

    def secrets(self, row: Mapping[str, Any]) -> tuple[Hashable, ...]:
        """Give a row's sensitive values."""
        return tuple(str(row.get(name)) for name in self.sensitive)


class ProtectTable:
    """Makes columns coarser and takes out rows that stand out; see `Filter` for the method.

    Args:
        quasi: columns that together may tell who a row is about; a list, or how coarse by column:
            so many characters of a text, steps so wide of a number, `month` or `year` of a day,
            `none` takes the column out.
        sensitive: columns of what nobody shall learn of a person.
        identifiers: columns that name a person; their cells become codes, of text.
        top: of a number, by column: larger values become this one.
        k: so many rows share all quasi-identifiers.
        l: so many different sensitive values they have.
        cost: say in the claim what all of it costs in score: a cheap model is trained twice.

    Raises:
        InputError: when a setting does not fit.
    """

    comes_last = True
    """No later filter may take out rows or change these columns: its classes would shrink."""

    def __init__(
        self,
        quasi: Sequence[str] | Mapping[str, Level],
        sensitive: Sequence[str] = (),
        identifiers: Sequence[str] = (),
        top: Mapping[str, float] | None = None,
        k: int = 5,
        l: int = 1,  # noqa: E741 - the field's own name
        cost: bool = False,  # noqa: FBT001, FBT002 - by name, as all settings are
    ) -> None:
        levels = quasi if isinstance(quasi, dict) else dict.fromkeys(quasi)
        _require(levels, sensitive, identifiers, top or {}, (k, l))
        self._roles = Roles(levels, tuple(sensitive), tuple(identifiers), top or {})
        self._k, self._l = k, l
        self.has_cost = cost
        self._keyed: Callable[[bytes], bytes] | None = None
        self._before, self._after = Classes(), Classes()
        self.columns = tuple(dict.fromkeys((*levels, *sensitive, *identifiers)))
        self.reasons = (_CODED, _COARSE, _BELOW_K, _BELOW_L)

    @property
    def measures(self) -> Mapping[str, str | int | float]:
        """What the table showed before and shows now."""
        before, after = self._before.told(self._k), self._after.told(self._k)
        kept = [size for key, size in self._after.sizes.items() if self._is_hidden(key)]
        kept_values = [
            len(values) for key, values in self._after.values.items() if self._is_hidden(key)
        ]
        return {
            "table_quasi_identifiers": ", ".join(self._roles.quasi),
            "table_k_wanted": self._k,
            "table_l_wanted": self._l,
            "table_k_before": before.smallest,
            "table_k": min(kept, default=0),
            **({"table_l": min(kept_values, default=0)} if self._roles.sensitive else {}),
            "table_rows_alone_before": before.alone,
            "table_small_cells_before": before.small_cells,
            "table_small_cells": after.small_cells,
            "table_rows_taken_out": after.rows - sum(kept),
        }

    def unlock(self, keyed: Callable[[bytes], bytes]) -> None:
        """Receive the key of codes; without it, as for questions, identifiers are taken out."""
        self._keyed = keyed

    def look(self, cells: pa.Array, positions: Sequence[int]) -> None:  # noqa: ARG002
        """Count the rows of each class.

        Args:
            cells: the named columns, one object a row.
            positions: not needed.
        """
        rows = [row or {} for row in cells.to_pylist()]
        secrets = [self._roles.secrets(row) for row in rows] if self._roles.sensitive else None
        names = list(self._roles.quasi)
        self._before.add([[str(row.get(name)) for name in names] for row in rows], secrets)
        self._after.add([_key(self._roles.coarse(row)) for row in rows], secrets)

    def settle(self, cells_at: Callable[[NDArray[np.int64]], pa.Array], scratch: Path) -> None:
        """Need nothing more than the counts.

        Args:
            cells_at: not needed.
            scratch: not needed.
        """

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: the named columns, one object a row.
            positions: not needed.

        Returns:
            Lines for what was changed, drops of rows that stand out, and the columns anew.
        """
        rows = [row or {} for row in cells.to_pylist()]
        verdicts: list[Verdict] = []
        originals: dict[int, Mapping[str, bytes]] = {}
        changed: list[dict[str, object]] = []
        for number, row in enumerate(rows):
            coarse = self._roles.coarse(row)
            new = coarse | {
                name: self._code(name, row.get(name)) for name in self._roles.identifiers
            }
            changed.append(new)
            found = self._stands_out(number, _key(coarse))
            if found is not None:
                verdicts.append(found)
                continue
            verdicts += _lines(number, row, new, self._roles)
            kept = {
                f"{name}:{value}": str(row[name]).encode("utf-8", "surrogatepass")
                for name, value in new.items()
                if row.get(name) is not None and value != row[name]
            }
            originals |= {number: kept} if kept else {}
        columns = {
            name: pa.array([row[name] for row in changed], cells.type.field(name).type)
            for name in (*self._roles.quasi, *self._roles.identifiers)
        }
        return Judgement(verdicts, None, originals, columns)

    def change(self, columns: Mapping[str, Sequence[object]]) -> dict[str, Sequence[object]]:
        """Make the columns of questions as coarse as those of rows.

        Args:
            columns: by name; those that are not there are passed over.

        Returns:
            The columns that change.
        """
        made: dict[str, Sequence[object]] = {
            name: [coarser(value, level, self._roles.top.get(name)) for value in columns[name]]
            for name, level in self._roles.quasi.items()
            if level is not None and name in columns
        }
        coded = [name for name in self._roles.identifiers if name in columns]
        return made | {name: [None] * len(columns[name]) for name in coded}

    def _stands_out(self, number: int, key: tuple[str, ...]) -> Verdict | None:
        if self._after.size(key) < self._k:
            return Verdict(number, _BELOW_K.code, float(self._after.size(key)))
        return None if self._is_hidden(key) else Verdict(number, _BELOW_L.code)

    def _is_hidden(self, key: Any) -> bool:  # noqa: ANN401 - a class
        if self._after.size(key) < self._k:
            return False
        return not self._roles.sensitive or self._after.diversity(key) >= self._l

    def _code(self, name: str, value: object) -> object:
        if value is None or self._keyed is None:
            return None
        same = " ".join(str(value).casefold().split())
        digest = sha256(f"warrant/table-code/1\0{name}\0{same}".encode("utf-8", "surrogatepass"))
        code = self._keyed(digest.digest())
        return code.hex()[:12] if isinstance(value, str) else int.from_bytes(code[:6], "big")


def _key(coarse: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(str(value) for value in coarse.values())


def _lines(
    number: int, row: Mapping[str, Any], new: Mapping[str, object], roles: Roles
) -> list[Verdict]:
    coarse = sum(row.get(name) != new[name] for name in roles.quasi)
    coded = sum(row.get(name) is not None for name in roles.identifiers)
    counts = ((_COARSE.code, coarse), (_CODED.code, coded))
    return [Verdict(number, code, float(count)) for code, count in counts if count]


def _require(
    levels: Mapping[str, object],
    sensitive: object,
    identifiers: object,
    top: Mapping[str, object],
    least: tuple[object, object],
) -> None:
    lists = all(isinstance(one, (list, tuple)) for one in (sensitive, identifiers))
    counts = all(type(one) is int and one >= 1 for one in least)
    sound = all(level is None or is_level(level) for level in levels.values())
    if not (levels and lists and counts and sound and set(top) <= set(levels)):
        raise InputError(
            f"The filter {NAME!r} does not say what its columns are, how coarse they get, or of "
            "how many rows a class shall be.",
            do=_EXAMPLE,
        )
    roles = [*levels, *sensitive, *identifiers]  # type: ignore[misc]
    for name in roles:
        if roles.count(name) > 1:
            raise InputError(
                f"The column {name!r} has two roles under {NAME!r}.", do="Keep one of them."
            )
