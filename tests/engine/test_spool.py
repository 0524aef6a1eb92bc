"""Cells in a file read as a list does, wherever they are asked for."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warrant.engine import CellFile

CELLS = st.lists(st.none() | st.text(max_size=5), max_size=700)


@given(st.lists(CELLS, max_size=3), st.integers(-800, 800), st.slices(1000))
def test_cells_in_a_file_are_those_of_a_list(
    parts: list[list[str | None]], at: int, some: slice
) -> None:
    told = [cell for part in parts for cell in part]
    with TemporaryDirectory() as folder:
        cells = CellFile(Path(folder) / "cells", pa.large_string())
        for part in parts:
            cells.write(pa.array(part, pa.large_string()))
        assert len(cells) == len(told)
        assert list(cells) == told
        assert cells[some] == told[some]
        if -len(told) <= at < len(told):
            assert cells[at] == told[at]
        else:
            with pytest.raises(IndexError):
                cells[at]
