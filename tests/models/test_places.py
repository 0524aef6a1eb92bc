"""Places in a text as rows hold them."""

from __future__ import annotations

import pytest

from warrant.errors import InputError
from warrant.models.places import Span, read_spans, write_spans

SPANS = (Span(0, 4, "Name"), Span(5, 9, "Größe"))


def test_places_are_read_as_they_were_written_and_sorted() -> None:
    assert read_spans(write_spans(reversed(SPANS)), "spans") == SPANS
    assert read_spans([{"start": 0, "end": 4, "label": "Name"}], "spans") == SPANS[:1]


@pytest.mark.parametrize(
    "cell", ["none", "{}", 7, '[{"start": 0}]', '[{"start":0,"end":1,"label":""}]']
)
def test_a_cell_that_holds_no_places_is_refused_and_not_quoted(cell: object) -> None:
    with pytest.raises(InputError) as caught:
        read_spans(cell, "spans")
    assert str(caught.value) == (
        "Column 'spans' holds a cell that is no list of places. Write each cell as "
        '[{"start": 0, "end": 5, "label": "name"}]; start and end count characters of the text '
        "from 0."
    )
