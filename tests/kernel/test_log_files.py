from __future__ import annotations

from pathlib import Path

import pytest

from warrant.errors import IntegrityError
from warrant.kernel.log_files import read_entries, read_tile
from warrant.kernel.tiles import Bundle, Tile, encode_bundle


def put(root: Path, name: str, data: bytes) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(data)


@pytest.mark.parametrize("wanted", [Tile(0, 0), Tile(0, 0, 3), Bundle(0, 3)])
def test_a_missing_file_is_named(tmp_path: Path, wanted: Tile | Bundle) -> None:
    read = (
        (lambda: read_tile(tmp_path, wanted))
        if isinstance(wanted, Tile)
        else (lambda: read_entries(tmp_path, wanted))
    )
    with pytest.raises(IntegrityError, match=f"'{wanted.path}' of the log is missing"):
        read()


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "tile/0/000").mkdir(parents=True)
    with pytest.raises(IntegrityError, match="'tile/0/000' of the log cannot be read"):
        read_tile(tmp_path, Tile(0, 0))


def test_a_narrower_tile_is_never_taken(tmp_path: Path) -> None:
    put(tmp_path, "tile/0/000.p/2", bytes(64))
    put(tmp_path, "tile/0/000.p/other", bytes(640))
    with pytest.raises(IntegrityError, match="is missing"):
        read_tile(tmp_path, Tile(0, 0, 3))


@pytest.mark.parametrize("name", ["tile/0/000.p/3", "tile/0/000.p/5", "tile/0/000"])
def test_the_tile_or_a_wider_one_is_cut_to_width(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, bytes(range(256)))
    assert read_tile(tmp_path, Tile(0, 0, 3)) == bytes(range(96))


def test_a_bundle_with_too_few_entries_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "tile/entries/000.p/3", encode_bundle([b"a", b"b"]))
    with pytest.raises(IntegrityError, match="holds 2 entries, expected 3"):
        read_entries(tmp_path, Bundle(0, 3))


def test_a_file_that_is_replaced_while_it_is_looked_for_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "tile/0/000.p/5", bytes(160))
    read, asked = Path.read_bytes, []

    def replaced(path: Path) -> bytes:
        asked.append(path.name)
        if path.name == "5":
            path.unlink(missing_ok=True)
            put(tmp_path, "tile/0/000.p/9", bytes(288))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", replaced)
    assert read_tile(tmp_path, Tile(0, 0, 3)) == bytes(96)
    assert asked == ["3", "5", "9"]
