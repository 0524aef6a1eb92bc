from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.engine.desk import make_desk
from warrant.engine import dataset_record, read_dataset, read_ledger
from warrant.errors import InputError
from warrant.records.interfaces import Desk, StageResult
from warrant.stages import ingest
from warrant.stages.ingest import IngestConfig, RightsConfig, SourceConfig
from warrant.stages.ingest.scan import scan
from warrant.stages.ingest.sheet import record_digest


def put(folder: Path, files: dict[str, bytes | str]) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)


class Run:
    def __init__(
        self, folder: Path, *sources: SourceConfig, erased: tuple[bytes, ...] = ()
    ) -> None:
        self.desk: Desk = make_desk(folder, erased)
        self.config = IngestConfig(sources or (SourceConfig("in"),), folder)
        self.result: StageResult = ingest.run({}, self.config, self.desk)
        self.claim = self.result.claim

    @property
    def rows(self) -> list[dict[str, Any]]:
        batches = read_dataset(self.desk.store, self.result.outputs["documents"])
        return [row for batch in batches for row in batch.to_pylist()]

    @property
    def decisions(self) -> list[tuple[int, str]]:
        lines = read_ledger(self.desk.store, self.result.outputs["ledger"]).decisions()
        return [(line.position, line.code) for line in lines]

    @property
    def unread(self) -> list[dict[str, Any]]:
        data: list[dict[str, Any]] = json.loads(self.desk.store.get(self.result.outputs["unread"]))
        return data

    @property
    def types(self) -> dict[str, str]:
        record = dataset_record(self.desk.store, self.result.outputs["documents"])
        return {column.name: column.type for column in record.columns}


def test_files_become_documents_in_the_order_of_their_names(tmp_path: Path) -> None:
    put(tmp_path / "in", {"b.txt": "two", "a/z.txt": "one", "c.TXT": "three"})
    run = Run(tmp_path)
    found = [(row["path"], row["text"]) for row in run.rows]
    assert found == [("a/z.txt", "one"), ("b.txt", "two"), ("c.TXT", "three")]
    assert run.rows[0]["_members"] == [sha256(b"one").digest()]
    assert run.claim.counts == {"found": 3, "kept": 3, "dropped": 0}


def test_originals_are_copied_or_only_referenced(tmp_path: Path) -> None:
    from warrant.kernel.digest import Digest

    put(tmp_path, {"in/a.txt": "copied", "ref/b.txt": "referenced"})
    run = Run(tmp_path, SourceConfig("in"), SourceConfig("ref", keep="reference"))
    assert run.desk.store.get(Digest.of(b"copied")) == b"copied"
    assert not run.desk.store.has(Digest.of(b"referenced"))


def test_what_cannot_be_read_is_a_decision(tmp_path: Path) -> None:
    put(tmp_path / "in", {"a.txt": "text", "b.bin": b"x", "c.txt": b"\x00\x01\x02\xff", "d": "x"})
    run = Run(tmp_path)
    assert run.decisions == [(1, "no_reader"), (2, "not_text"), (3, "no_reader")]
    assert [one["path"] for one in run.unread] == ["b.bin", "c.txt", "d"]
    assert run.claim.counts["kept"] + run.claim.counts["dropped"] == run.claim.counts["found"]
    assert run.claim.sources[0].unread == 3


def test_a_file_that_the_system_withholds_is_a_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "in", {"a.txt": "text", "b.txt": "more"})

    def withhold(path: str, size: int) -> bytes:
        if path.endswith("a.txt"):
            raise PermissionError
        return Path(path).read_bytes()[:size]

    monkeypatch.setattr("warrant.stages.ingest.intake.read_file", withhold)
    assert Run(tmp_path).decisions == [(0, "cannot_open")]


def test_another_encoding_is_a_decision_and_the_row_is_kept(tmp_path: Path) -> None:
    put(
        tmp_path / "in",
        {
            "a.txt": "caf\u00e9 \u20ac".encode("cp1252"),
            "b.txt": "caf\u00e9".encode("utf-16"),
            "c.txt": "plain letters".encode("utf-16-le"),
            "d.txt": b"\xef\xbb\xbfcaf\xc3\xa9",
        },
    )
    run = Run(tmp_path)
    assert [row["text"] for row in run.rows] == [
        "caf\u00e9 \u20ac",
        "caf\u00e9",
        "plain letters",
        "caf\u00e9",
    ]
    assert run.decisions == [(0, "text_was_cp1252"), (1, "text_was_utf_16"), (2, "text_was_utf_16")]


def test_the_same_file_twice_is_two_rows_with_two_ids(tmp_path: Path) -> None:
    put(tmp_path / "in", {"a.txt": "same", "b.txt": "same", "c.txt": "same"})
    rows = Run(tmp_path).rows
    assert [row["_locator"] for row in rows] == [[], [1], [2]]
    assert len({row["_row_id"] for row in rows}) == 3
    assert len({row["_members"][0] for row in rows}) == 1


def test_an_erased_document_does_not_come_back(tmp_path: Path) -> None:
    from warrant.kernel.digest import Digest

    put(tmp_path / "in", {"a.txt": "gone", "b.txt": "stays"})
    run = Run(tmp_path, erased=(sha256(b"gone").digest(),))
    assert [row["text"] for row in run.rows] == ["stays"]
    assert run.decisions == [(0, "erased")]
    assert not run.desk.store.has(Digest.of(b"gone"))


def test_a_table_with_an_erased_record_is_not_copied(tmp_path: Path) -> None:
    from warrant.kernel.digest import Digest

    data = "text,n\ngone,1\nstays,2\n"
    put(tmp_path / "in", {"t.csv": data})
    run = Run(tmp_path, erased=(record_digest({"text": "gone", "n": "1"}),))
    assert [row["text"] for row in run.rows] == ["stays"]
    assert not run.desk.store.has(Digest.of(data.encode()))
    whole = Run(tmp_path)
    assert whole.desk.store.has(Digest.of(data.encode()))


def test_each_record_of_a_table_is_a_document(tmp_path: Path) -> None:
    put(tmp_path / "in", {"t.csv": "text,amount,label\nhello,1.5,x\nworld,2,y\nhello,1.5,x\n"})
    run = Run(tmp_path)
    assert [row["amount"] for row in run.rows] == [1.5, 2.0, 1.5]
    assert run.rows[0]["_members"] == [
        record_digest({"text": "hello", "amount": "1.5", "label": "x"})
    ]
    assert [row["_locator"] for row in run.rows] == [[], [], [1]]
    assert run.types == {"path": "text", "text": "text", "amount": "number", "label": "text"}


def test_a_line_added_to_a_table_changes_no_other_id(tmp_path: Path) -> None:
    put(tmp_path / "in", {"t.csv": "text,n\na,1\nb,2\n"})
    before = [row["_row_id"] for row in Run(tmp_path).rows]
    put(tmp_path / "in", {"t.csv": "text,n\nz,x\na,1\nb,2\n"})
    assert [row["_row_id"] for row in Run(tmp_path).rows][1:] == before


def test_a_key_names_the_records_of_a_table(tmp_path: Path) -> None:
    put(tmp_path / "in", {"t.csv": "id,text\n1,a\n2,b\n"})
    run = Run(tmp_path, SourceConfig("in", key=("id",)))
    assert run.rows[1]["_members"] == [record_digest({"id": "2"})]
    with pytest.raises(InputError, match="no column 'nr'"):
        Run(tmp_path, SourceConfig("in", key=("nr",)))


def test_a_broken_record_is_a_decision(tmp_path: Path) -> None:
    put(tmp_path / "in", {"t.csv": "text;n\na;1\nb\nc;3\n", "u.csv": "", "v.csv": b"\0\xff\1"})
    run = Run(tmp_path)
    assert [row["text"] for row in run.rows] == ["a", "c"]
    assert run.decisions == [(1, "wrong_width"), (3, "no_header"), (4, "not_table")]


def test_the_sources_stand_in_the_claim_with_their_rights(tmp_path: Path) -> None:
    put(tmp_path / "in", {"a.txt": "x"})
    rights = RightsConfig(train=True, expires="never")
    run = Run(tmp_path, SourceConfig("in", licence="CC0-1.0", rights=rights))
    (source,) = run.claim.sources
    assert (source.name, source.licence, source.documents) == ("in", "CC0-1.0", 1)
    assert (source.rights.train, source.rights.commercial) == (True, None)
    assert [plugin.name for plugin in run.claim.plugins] == ["warrant-ml:txt"]


def test_a_source_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Source 'nowhere' holds no file\."):
        Run(tmp_path, SourceConfig("nowhere"))


def test_a_pattern_and_a_single_file_are_sources(tmp_path: Path) -> None:
    put(tmp_path, {"in/a.txt": "1", "in/b.bin": "2", "in/deep/c.txt": "3", "one.txt": "4"})
    run = Run(tmp_path, SourceConfig("in/**/*.txt"), SourceConfig("one.txt"))
    assert [row["path"] for row in run.rows] == ["a.txt", "deep/c.txt", "one.txt"]


def test_the_fingerprint_of_the_inputs_is_the_same_scanned_or_read(tmp_path: Path) -> None:
    put(tmp_path, {"in/a.txt": "1", "in/b.bin": "2", "s.csv": "file,label\na,x\n"})
    run = Run(tmp_path, SourceConfig("in", metadata="s.csv"))
    found = scan(run.config)

    def keyed() -> str:
        return run.desk.salts.keyed(ingest.inputs_fingerprint(run.config, found).raw).hex()

    assert run.claim.inputs[0].digest == keyed()
    put(tmp_path, {"s.csv": "file,label\na,y\n"})
    assert run.claim.inputs[0].digest != keyed()


def test_a_file_changed_between_scan_and_reading_stops_the_run(tmp_path: Path) -> None:
    from dataclasses import replace

    put(tmp_path, {"in/a.txt": "1"})
    config = IngestConfig((SourceConfig("in"),), tmp_path)
    config = replace(config, files=scan(config))
    put(tmp_path, {"in/a.txt": "2"})
    with pytest.raises(InputError, match=r"'a\.txt' was changed while it was being read"):
        ingest.run({}, config, make_desk(tmp_path))
    assert config.portable() == IngestConfig((SourceConfig("in"),))


def test_the_outputs_of_this_version_are_these(tmp_path: Path) -> None:
    """Raise VERSION when this fails on purpose."""
    put(
        tmp_path,
        {
            "in/a.txt": "one two three " * 40,
            "in/b.txt": "caf\u00e9".encode("cp1252"),
            "in/c.bin": "x",
            "tables/t.csv": "text,on,amount\nx,2024-02-29,1\ny,2024-03-01,2.5\n",
            "s.csv": "file,label,signed\na.txt,lease,31/12/2023\nb,loan,01/02/2024\nz,none,\n",
        },
    )
    run = Run(tmp_path, SourceConfig("in", metadata="s.csv"), SourceConfig("tables"))
    record = dataset_record(run.desk.store, run.result.outputs["documents"])
    assert (ingest.VERSION, record.fingerprint[:16]) == (9, "572156a1880e027c")
    assert run.types["signed"] == "date"
    assert record.counts == {"kept": 4, "no_reader": 1, "sheet_row_unmatched": 1}


def test_real_contracts_and_their_sheet(shared_path: Callable[[str], Path], tmp_path: Path) -> None:
    raw = shared_path("data/cuad/raw")
    desk = make_desk(tmp_path)
    source = SourceConfig("txt", metadata="metadata.csv", join_column="txt_path")
    result = ingest.run({}, IngestConfig((source,), raw), desk)
    assert result.claim.counts == {"found": 60, "kept": 60, "dropped": 0}
    (found,) = result.claim.sources
    assert (found.files_unmatched, found.sheet_rows_unmatched) == (0, 0)
    batches = read_dataset(desk.store, result.outputs["documents"], ["contract_type"])
    assert None not in [one for batch in batches for one in batch.column(3).to_pylist()]


def test_a_table_beside_documents_with_a_sheet_is_noted_once(tmp_path: Path) -> None:
    index = "file,kind\na.txt,x\nb.txt,y\n"
    put(tmp_path / "in", {"a.txt": "one", "b.txt": "two", "index.csv": index, "old.csv": index})
    run = Run(tmp_path, SourceConfig("in", metadata="in/index.csv"))
    assert run.decisions == [(2, "table_beside_documents")]
    assert run.claim.counts["table_beside_documents"] == 1
    assert run.claim.counts["kept"] == 4


def test_tables_without_a_sheet_are_what_was_meant(tmp_path: Path) -> None:
    put(tmp_path / "in", {"a.txt": "one", "t.csv": "text,kind\na,b\n"})
    assert Run(tmp_path).decisions == []


def test_a_source_given_for_one_part_says_so_in_each_of_its_rows(tmp_path: Path) -> None:
    put(tmp_path, {"in/a.txt": "drawn", "held/b.txt": "kept apart"})
    run = Run(tmp_path, SourceConfig("in"), SourceConfig("held", part="test"))
    assert [(row["text"], row["source_part"]) for row in run.rows] == [
        ("drawn", None),
        ("kept apart", "test"),
    ]


def test_a_column_that_bears_the_name_of_the_part_is_refused(tmp_path: Path) -> None:
    put(tmp_path, {"in/a.csv": "text,source_part\nsome words,7\n"})
    with pytest.raises(InputError, match="column 'source_part' of its own") as refused:
        Run(tmp_path, SourceConfig("in", part="test"))
    assert refused.value.do == "Rename the column in the source."
    (tmp_path / "again").mkdir()
    put(tmp_path / "again", {"in/a.csv": "text,source_part\nsome words,7\n"})
    assert Run(tmp_path / "again").rows[0]["source_part"] == 7
