"""One schema for several sources."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.desk import make_desk
from tests.stages.ingest.test_ingest import put
from warrant.engine import read_dataset, read_ledger
from warrant.engine.columns import MEMBERS
from warrant.errors import InputError
from warrant.stages import ingest
from warrant.stages.ingest import IngestConfig, MapConfig, SourceConfig
from warrant.stages.ingest.mapping import mapped
from warrant.stages.ingest.sheet import record_digest

NORTH = '{"ref": "N1", "fee": 12.5, "outcome": "late", "at": "2025-07-01T10:00:00Z", "text": "a"}\n'
SOUTH = (
    '{"Nr": "S1", "Cent": 1250, "Ergebnis": "V", "at": "2025-07-01T12:00:00", "Body": "b"}\n'
    '{"Nr": "S2", "Cent": null, "Ergebnis": "?", "at": "2025-01-01T12:00:00", "Body": null}\n'
)
MAP = MapConfig(
    columns={"Nr": "ref", "Cent": "fee", "Ergebnis": "outcome", "Body": "text"},
    codes={"outcome": {"V": "late"}},
    factors={"fee": 0.01},
    zones={"at": "Europe/Berlin"},
)


def config(folder: Path, chosen: MapConfig) -> IngestConfig:
    put(folder, {"north.jsonl": NORTH, "south.jsonl": SOUTH})
    return IngestConfig(
        (SourceConfig("north.jsonl"), SourceConfig("south.jsonl", map=chosen)), folder
    )


def test_two_sources_become_one_schema(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    result = ingest.run({}, config(tmp_path, MAP), desk)
    (batch,) = read_dataset(desk.store, result.outputs["documents"])
    rows = batch.to_pylist()
    ten = datetime(2025, 7, 1, 10, tzinfo=UTC)
    assert [(r["ref"], r["fee"], r["outcome"], r["at"], r["text"]) for r in rows] == [
        ("N1", 12.5, "late", ten, "a"),
        ("S1", 12.5, "late", ten, "b"),
        ("S2", None, "?", datetime(2025, 1, 1, 11, tzinfo=UTC), None),
    ]
    cells = {"Nr": "S2", "Cent": None, "Ergebnis": "?", "at": "2025-01-01T12:00:00", "Body": None}
    assert rows[2][MEMBERS] == [record_digest(cells)]
    lines = read_ledger(desk.store, result.outputs["ledger"]).decisions()
    assert [(one.position, one.code, one.value) for one in lines] == [(2, "code_unmapped", 1)]


def test_an_amount_without_an_end_stays_and_is_counted(tmp_path: Path) -> None:
    put(tmp_path, {"fees.csv": "ref,fee\na,1.5\nb,nan\nc,-inf\nd,1e308\n"})
    source = SourceConfig("fees.csv", map=MapConfig(factors={"fee": 100.0}))
    desk = make_desk(tmp_path)
    result = ingest.run({}, IngestConfig((source,), tmp_path), desk)
    (batch,) = read_dataset(desk.store, result.outputs["documents"], ["fee"])
    assert batch.column("fee").to_pylist() == ["150.0", "nan", "-inf", "1e308"]
    lines = read_ledger(desk.store, result.outputs["ledger"]).decisions()
    assert [(one.position, one.code) for one in lines] == [
        (1, "unit_unmapped"),
        (2, "unit_unmapped"),
        (3, "unit_unmapped"),
    ]


def test_codes_of_a_sheet_that_the_map_does_not_name_are_counted_too(tmp_path: Path) -> None:
    index = "file,code,fee\na.txt,ZZ,?\nb.txt,V,2\n"
    put(tmp_path, {"in/a.txt": "One.", "in/b.txt": "Two.", "index.csv": index})
    chosen = MapConfig(codes={"code": {"V": "late"}}, factors={"fee": 2.0})
    desk = make_desk(tmp_path)
    sources = (SourceConfig("in", metadata="index.csv", map=chosen),)
    result = ingest.run({}, IngestConfig(sources, tmp_path), desk)
    (batch,) = read_dataset(desk.store, result.outputs["documents"], ["code", "fee"])
    assert batch.column("code").to_pylist() == ["ZZ", "late"]
    assert batch.column("fee").to_pylist() == ["?", "4.0"]
    lines = read_ledger(desk.store, result.outputs["ledger"]).decisions()
    assert {(one.position, one.code, one.value) for one in lines} == {
        (0, "code_unmapped", 1),
        (0, "unit_unmapped", 1),
    }


@pytest.mark.parametrize(
    ("chosen", "what"),
    [
        (MapConfig(columns={"Nrr": "ref"}), "names a column 'Nrr' .* Write 'Nr' in place of 'Nrr'"),
        (MapConfig(codes={"outcom": {"V": "late"}}), "names a column 'outcom' that is not there"),
        (MapConfig(columns={"Nr": "Cent"}), "two columns 'Cent' after its map"),
        (MapConfig(zones={"at": "Berlin"}), "no time zone 'Berlin'. .* Europe/Berlin"),
    ],
)
def test_a_map_that_does_not_fit_is_refused(tmp_path: Path, chosen: MapConfig, what: str) -> None:
    with pytest.raises(InputError, match=what):
        ingest.run({}, config(tmp_path, chosen), make_desk(tmp_path))


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.none() | st.integers() | st.text()))
def test_what_a_map_does_not_speak_of_stays(cells: dict[str, str | int | None]) -> None:
    """Law of `stages.ingest.mapping`: a cell that the map does not speak of stays as it is."""
    chosen = MapConfig({"a": "x"}, {"x": {"1": "one"}}, {"x": 2.0}, {"x": "UTC"})
    found = mapped(chosen, cells, "The table")
    assert {name: found[name] for name in cells if name != "a"} == {
        name: cell for name, cell in cells.items() if name != "a"
    }
