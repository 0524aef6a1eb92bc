"""Rules over a row's columns, in CEL: rows for which the rule does not hold go out.

A rule names columns of the sheet: `year >= 2015 && court != "Tax Court"`. Only a plain yes keeps a
row: where a cell is empty and the other cells do not decide, nobody knows, and the row goes out
unless `unknown: keep`.

Law: a row stays without a line exactly when the rule gives the boolean true.

Source: CEL language definition, https://github.com/google/cel-spec.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from warrant.policy.expression import compile_over_columns, names_in
from warrant.records.reason import Reason
from warrant.stages.curate.builtin.setting import Settings
from warrant.stages.curate.filter import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.policy.expression import Expression
    from warrant.policy.facts import FactType

VERSION = "1"
"""Raised whenever the same rows may be judged otherwise."""

_NAME = "keep_where"


class KeepWhere:
    """Drops rows for which a rule over their columns does not hold.

    Args:
        rule: in CEL; it gives yes or no.
        columns: names in the rule of columns whose own names CEL cannot write, such as those
            with a space: `{filed: Filing Date}`.
        unknown: `drop` or `keep` rows of which the rule says neither yes nor no.

    Raises:
        InputError: when the rule names no column, or a setting does not fit.
    """

    def __init__(
        self, rule: str, columns: Mapping[str, str] | None = None, unknown: str = "drop"
    ) -> None:
        said = Settings(_NAME, f"{_NAME}: {{rule: 'year >= 2015'}}")
        if not str(rule).strip():
            raise said.refusal(f"wants a rule, got {rule!r}")
        self._rule = str(rule)
        self._columns = {name: (columns or {}).get(name, name) for name in names_in(str(rule))}
        if not self._columns:
            raise said.refusal("names no column in its rule")
        self.columns = tuple(dict.fromkeys(self._columns.values()))
        drops = said.choice("unknown", unknown, ("drop", "keep")) == "drop"
        self._unknown = "rule_not_known" if drops else "rule_not_known_kept"
        self._compiled: Expression | None = None
        self.reasons = (
            Reason(
                code="rule_says_no",
                kind="drop",
                rule=_NAME,
                version=VERSION,
                words=f"The rule of the recipe does not hold: {rule}",
            ),
            Reason(
                code=self._unknown,
                kind="drop" if drops else "measure",
                rule=_NAME,
                version=VERSION,
                words="A cell is empty, or no value of its kind: the rule of the recipe gives no "
                f"answer{'' if drops else ', and the row stays'}: {rule}",
            ),
        )

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: objects with the columns of the rule.
            positions: not needed.

        Returns:
            A drop for each row for which the rule says no; a line where it says nothing.
        """
        expression = self._expression(cells.type)
        verdicts = []
        for row, cell in enumerate(cells.to_pylist()):
            answer = expression.judge(self._values(cell))
            if answer is not True:
                verdicts.append(Verdict(row, self._unknown if answer is None else "rule_says_no"))
        return Judgement(verdicts)

    def _expression(self, kind: pa.StructType) -> Expression:
        if self._compiled is None:  # the types of the columns are known with the first batch
            types = {name: _type(kind.field(column)) for name, column in self._columns.items()}
            self._compiled = compile_over_columns(self._rule, types, f"The filter {_NAME!r}")
        return self._compiled

    def _values(self, cell: Mapping[str, Any]) -> dict[str, object]:
        values = {name: _value(cell[column]) for name, column in self._columns.items()}
        return {name: value for name, value in values.items() if value is not None}


def _type(field: pa.Field) -> FactType:
    if pa.types.is_boolean(field.type):
        return "BOOL"
    if pa.types.is_integer(field.type):
        return "INT"
    if pa.types.is_floating(field.type):
        return "DOUBLE"
    if pa.types.is_temporal(field.type):
        return "TIMESTAMP"
    return "STRING"


def _value(cell: object) -> object:
    if isinstance(cell, datetime):
        return cell.astimezone(UTC)
    if isinstance(cell, date):
        return datetime.combine(cell, time(), UTC)
    if isinstance(cell, list):
        return "; ".join(map(str, cell))
    return cell
