"""Laws of comparing two versions of a dataset."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from warrant.flow import dataset_diff
from warrant.flow.dataset_diff import compare

ROWS = st.dictionaries(
    st.binary(min_size=1, max_size=1), st.binary(min_size=1, max_size=1), max_size=12
)


@given(ROWS, ROWS)
def test_added_and_removed_rows_lead_from_one_to_the_other(
    before: dict[bytes, bytes], after: dict[bytes, bytes]
) -> None:
    """Law of `flow.dataset_diff`: rows of B = rows of A - removed + added, erased ..."""
    one, other = (cast("Any", SimpleNamespace(rows=rows)) for rows in (before, after))

    def told(_: object, *rest: Iterable[bytes], head: str = "") -> dict[bytes, str]:
        return dict.fromkeys(rest[-1], f"{head}why")

    with (
        patch.object(dataset_diff, "_digests", lambda _, version: version.rows),
        patch.object(dataset_diff, "_whereabouts", told),
        patch.object(dataset_diff, "_columns", told),
    ):
        found = compare(cast("Any", None), one, other)
    rows = {name: {bytes.fromhex(row.row) for row in found.rows if row.change == name}
            for name in ("added", "removed", "changed")}  # fmt: skip
    assert set(after) == (set(before) - rows["removed"]) | rows["added"]
    assert rows["removed"] <= set(before)
    assert not rows["added"] & set(before)
    assert rows["changed"] == {
        row for row in before.keys() & after.keys() if before[row] != after[row]
    }
    assert found.same == sum(before.get(row) == cell for row, cell in after.items())
    assert [row.row for row in found.rows] == sorted(row.row for row in found.rows)
    assert sum(count for _, _, count in found.counts()) == len(found.rows)
