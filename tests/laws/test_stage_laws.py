"""Laws of stages: what goes in comes out or is accounted for, wherever batches end."""

# ruff: noqa: E501 - a table of pieces
from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from functools import cache
from io import StringIO
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.stages.curate import test_curate as curating
from tests.stages.curate import test_inputs as reading_more
from tests.stages.curate.test_tagging import ROWS as LABELLED
from tests.stages.split import test_split as splitting
from warrant.engine import Decision, dataset_record, read_ledger
from warrant.errors import InputError
from warrant.records.reason import Reason
from warrant.stages.curate import FILTERS, RECOGNISERS, CurateConfig, FilterConfig
from warrant.stages.curate.builtin.coarse import coarser
from warrant.stages.curate.builtin.patterns import SafeHarborRecogniser, search
from warrant.stages.curate.builtin.shifting import shifted
from warrant.stages.curate.builtin.table import ProtectTable
from warrant.stages.curate.recogniser import Span, resolve, unite
from warrant.stages.curate.tagging import Tagger, fit
from warrant.stages.ingest.sheet import read_sheet
from warrant.stages.split import SplitConfig
from warrant.testing import check_filter, check_recogniser

FEW = settings(max_examples=max(6, settings.default.max_examples // 3))
"""For a law whose cases write datasets."""

PLANTED = "write to ann@example.org"
TEXTS = st.lists(
    st.none() | st.sampled_from(["", " ", "same", "two words", PLANTED]) | st.text(max_size=12),
    max_size=8,
)
LABELS = st.none() | st.sampled_from(["x", " x", "y", "z", " "])
SETTINGS: dict[str, dict[str, object]] = {
    "drop_empty": {},
    "drop_exact_duplicates": {},
    "keep_languages": {"values": ["en"], "least_letters": 5},
    "min_words": {"words": 2},
    "mask_personal_data": {"recognisers": ["patterns"]},
}


# --- curation ----------------------------------------------------------------


@pytest.mark.parametrize("name", SETTINGS)
@given(texts=TEXTS)
def test_a_verdict_does_not_depend_on_where_batches_end(name: str, texts: list[str | None]) -> None:
    """Law of `stages.curate.filter`: the verdict on a row does not depend on where batches end."""
    planted = ["", "same", "same", PLANTED]
    check_filter(lambda: FILTERS.load(name)(**SETTINGS[name]), [*texts, *planted])
    assert name in FILTERS.names()


@given(st.lists(st.sampled_from(["Der Vertrag endet.", "The lease ends.", PLANTED, "a", ""])))
def test_what_is_said_of_a_language_depends_on_its_text_alone(texts: list[str]) -> None:
    """Law of `stages.curate.builtin.language`: the value of a text depends on that text and ..."""
    make = FILTERS.load("keep_languages")
    together = make(values=["en"], least_letters=5)
    found = together.judge(pa.array(texts, pa.large_string()), range(len(texts))).verdicts
    alone = [
        one._replace(row=row)
        for row, text in enumerate(texts)
        for one in make(values=["en"], least_letters=5)
        .judge(pa.array([text], pa.large_string()), [0])
        .verdicts
    ]
    assert list(found) == alone


@given(st.lists(st.text(st.sampled_from("a1.@- +/:()\n") | st.characters(), max_size=30)))
def test_spans_depend_on_their_text_alone_and_lie_inside_it(texts: list[str]) -> None:
    """Law of `stages.curate.recogniser`: the spans of a text depend on that text alone, and ..."""
    check_recogniser(RECOGNISERS.load("patterns"), [*texts, PLANTED])
    assert "patterns" in RECOGNISERS.names()


@FEW
@given(
    st.lists(st.tuples(st.sampled_from(["same", "other", "", "third text"]), LABELS), max_size=10)
)
def test_rows_and_drops_add_up_and_nobody_is_dropped_for_another_label(
    rows: list[tuple[str, str | None]],
) -> None:
    """Law of `stages.curate.step`: rows out + decisions of kind `drop` = documents in.

    Law of `stages.curate.copies`: a row dropped for its peer has the peer's label or none.
    """
    assume(rows)
    texts, labels = [text for text, _ in rows], [label for _, label in rows]
    config = CurateConfig((FilterConfig("drop_exact_duplicates"),), label="label")
    with TemporaryDirectory() as folder:
        desk, result = curating.run(Path(folder), texts, config, labels)
        ledger = read_ledger(desk.store, result.outputs["ledger"])
        dropped = [
            one for one in ledger.decisions() if _kind(ledger.header.reasons, one.code) == "drop"
        ]
        kept = dataset_record(desk.store, result.outputs["rows"]).rows
    assert kept + len(dropped) == len(rows)
    for one in dropped:
        if one.peer is not None:
            label, peer = ((labels[at] or "").strip() for at in (one.position, one.peer))
            assert label in {"", peer}
            assert texts[one.position] == texts[one.peer]


@FEW
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from([None, 1.0, 2.5])), min_size=1, max_size=8
    )
)
def test_nobody_is_dropped_for_a_row_with_other_inputs(
    rows: list[tuple[int, float | None]],
) -> None:
    """Law of `stages.curate.copies`: a row dropped for a peer that it is similar to has ..."""
    text = "the parties keep what they learn about one another to themselves and to nobody else"
    cells = [(text.replace(" ", " " * (1 + wide)), amount) for wide, amount in rows]
    config = CurateConfig(
        (FilterConfig("near_duplicates", {"action": "drop"}),),
        text="note",
        alike=("note", "amount"),
    )
    with TemporaryDirectory() as folder:
        desk, result = reading_more.run(Path(folder), cells, config)
        ledger = read_ledger(desk.store, result.outputs["ledger"])
        found = list(ledger.decisions())
    dropped = [one for one in found if one.code == "near_duplicate_dropped"]
    assert len(dropped) >= len(rows) - len({amount for _, amount in rows}) - _others(found)
    for one in dropped:
        assert one.peer is not None
        assert cells[one.position][1] == cells[one.peer][1]


def _others(found: list[Decision]) -> int:
    return sum(one.code == "near_duplicate_with_other_inputs" for one in found)


def _kind(reasons: tuple[Reason, ...], code: str) -> str:
    return next(reason.kind for reason in reasons if reason.code == code)


# --- splits ------------------------------------------------------------------


@FEW
@given(
    st.lists(st.tuples(st.integers(0, 12), LABELS, st.integers(0, 6)), min_size=6, max_size=30),
    st.booleans(),
)
def test_parts_and_drops_add_up_to_the_rows(
    drawn: list[tuple[int, str | None, int]], is_grouped: bool
) -> None:
    """Law of `stages.split.step`: train + validation + test + decisions of kind `drop` = ..."""
    rows: list[splitting.Row] = [
        (f"text {text}", label, f"c{customer}") for text, label, customer in drawn
    ]
    config = SplitConfig("label", group="customer" if is_grouped else None)
    with TemporaryDirectory() as folder:
        try:
            desk, result = splitting.run(Path(folder) / "desk", rows, config)
        except InputError:
            assume(False)
            raise
        ledger = read_ledger(desk.store, result.outputs["ledger"])
        dropped = [
            one for one in ledger.decisions() if _kind(ledger.header.reasons, one.code) == "drop"
        ]
        counts = [
            dataset_record(desk.store, result.outputs[part]).rows
            for part in ("train", "validation", "test")
        ]
    assert sum(counts) + len(dropped) == len(rows)
    assert all(
        rows[one.position][1] is None or not str(rows[one.position][1]).strip() for one in dropped
    )


# --- sheets ------------------------------------------------------------------

CELLS = st.text(st.sampled_from('ab1é" -.'), max_size=5)
LINES = st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6)


def _digests(folder: Path, lines: list[tuple[str, str]]) -> list[bytes]:
    out = StringIO()
    csv.writer(out).writerows([("file", "kind"), *lines])
    path = folder / "index.csv"
    path.write_text(out.getvalue(), "utf-8", newline="")
    return [line.digest for line in read_sheet(path, header=(1,)).lines]


@given(lines=LINES, more=st.tuples(CELLS, CELLS), data=st.data())
def test_a_line_added_to_a_sheet_changes_no_other(
    lines: list[tuple[str, str]], more: tuple[str, str], data: st.DataObject
) -> None:
    """Law of `stages.ingest.sheet`: a line's digest depends on its own cells and the column ..."""
    written = [line for line in lines if any(cell.strip() for cell in line)]
    added = [("x" + more[0], more[1])]
    place = data.draw(st.integers(0, len(written)))
    with TemporaryDirectory() as folder:
        before = _digests(Path(folder), written) if written else []
        after = _digests(Path(folder), [*written[:place], *added, *written[place:]])
        alone = _digests(Path(folder), added)
    assert after == [*before[:place], *alone, *before[place:]]


PIECES = st.sampled_from(
    ("7", "19", "2024", "03", "-", ".", "/", " ", " ", "\n", ":", "::", "@", "ab", "Ö", "MRN ", "March ", "DE89",
     "370400440532013000", "a@x.example", "https://", "www.x", "4111 1111 1111 1111", "+1 212 555 0143", "aged ",
     "93", "TX 78701", "\0", "x" * 60, " of the agreement between the parties " * 3, "(", ")", "Policy no. ", "fe80::1",
     "1M8GDM9AXKP042788")
)  # fmt: skip


@given(st.lists(st.lists(PIECES, max_size=14).map("".join), min_size=1, max_size=4))
def test_searching_together_finds_what_separate_searches_find(texts: list[str]) -> None:
    """Law of `stages.curate.builtin.patterns`: `find_all` gives for each text what every rule, ..."""
    together = SafeHarborRecogniser().find_all(texts)
    for text, found in zip(texts, together, strict=True):
        data = text.encode()
        alone = resolve(
            [span for rule in SafeHarborRecogniser.rules for span in search(rule, data)]
        )
        assert [(s.kind, text[s.start : s.end].encode()) for s in found] == [
            (s.kind, data[s.start : s.end]) for s in alone
        ]
        assert [len(text[: s.start].encode()) for s in found] == [s.start for s in alone]


DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2150, 1, 1))
FORMS_OF_DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%B %d, %Y")


@given(first=DAYS, second=DAYS, days=st.integers(-400, 400), form=st.sampled_from(FORMS_OF_DAYS))
def test_days_of_a_subject_keep_their_distance(
    first: date, second: date, days: int, form: str
) -> None:
    """Law of `stages.curate.builtin.shifting`: two days of one subject are as far apart after ..."""
    moved = [shifted(day.strftime(form), days) for day in (first, second)]
    read = [datetime.strptime(day or "", form).replace(tzinfo=UTC).date() for day in moved]
    assert read[1] - read[0] == second - first


@given(text=st.text(max_size=20), cuts=st.lists(st.tuples(st.integers(0, 19), st.integers(1, 9))))
def test_uniting_leaves_no_letter_out(text: str, cuts: list[tuple[int, int]]) -> None:
    """Law of `stages.curate.recogniser`: each letter and digit that a given span covers is ..."""
    spans = [Span(at, min(at + long, len(text)), "x") for at, long in cuts if at < len(text)]
    united = unite(text, spans)
    assert all(one.end <= other.start for one, other in pairwise(united))
    covered = {at for one in united for at in range(one.start, one.end)}
    wanted = {at for one in spans for at in range(one.start, one.end) if text[at].isalnum()}
    assert wanted <= covered


@cache
def _tagger() -> Tagger:
    return fit(LABELLED[:40])


@given(texts=st.lists(st.text(max_size=30), max_size=5))
def test_a_tagger_judges_a_text_by_itself(texts: list[str]) -> None:
    """Law of `stages.curate.tagging.tagger`: the spans of a text depend on that text alone, ..."""
    tagger = _tagger()
    found = tagger.find_all(texts)
    assert found == [list(tagger.find(text)) for text in texts]
    for text, spans in zip(texts, found, strict=True):
        assert all(0 <= one.start < one.end <= len(text) for one in spans)


LEVELS = st.sampled_from(["year", "month", "none", "3 digits", 3, 10])


@given(
    value=st.none() | st.text(max_size=8) | st.integers(-(10**6), 10**6) | st.dates().map(str),
    level=LEVELS,
)
@example(value="00 0", level="3 digits")
def test_making_a_value_coarser_twice_is_making_it_so_once(
    value: str | int | None, level: str | int
) -> None:
    """Law of `stages.curate.builtin.coarse`: making a value coarser twice at one level gives ..."""
    assume(not (isinstance(value, int) and level in ("year", "month")))
    once = coarser(value, level)
    assert coarser(once, level) == once


@given(
    rows=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 30), st.sampled_from("xy"))),
    k=st.integers(1, 4),
)
def test_after_protection_every_class_has_its_rows(
    rows: list[tuple[str, int, str]], k: int
) -> None:
    """Law of `stages.curate.builtin.table`: after it every class has at least `k` rows; and ..."""
    rule = ProtectTable({"town": 1, "age": 10}, ["what"], k=k, l=min(2, k))
    names = ("town", "age", "what")
    kinds = pa.struct([("town", pa.string()), ("age", pa.int64()), ("what", pa.string())])
    cells = pa.array([dict(zip(names, row, strict=True)) for row in rows], kinds)
    rule.look(cells, range(len(rows)))
    judged = rule.judge(cells, range(len(rows)))
    gone = {one.row for one in judged.verdicts if one.code.startswith("below")}
    columns = judged.columns or {}
    left: dict[tuple[str, int], list[str]] = {}
    for at, row in enumerate(rows):
        if at not in gone:
            key = (columns["town"][at].as_py(), columns["age"][at].as_py())
            left.setdefault(key, []).append(row[2])
    assert all(len(one) >= k and len(set(one)) >= min(2, k) for one in left.values())
