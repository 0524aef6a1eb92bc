from __future__ import annotations

import itertools
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.faulty_disk import FaultyDisk
from warrant.errors import InputError, IntegrityError, OutsideError
from warrant.kernel.digest import Digest
from warrant.kernel.vault import Vault

DOCUMENTS = [Digest.of(b"%d" % number).raw for number in range(1_200)]


def counting() -> Callable[[int], bytes]:
    numbers = itertools.count(1)
    return lambda size: next(numbers).to_bytes(size, "big")


@pytest.fixture(name="vault")
def _vault(tmp_path: Path) -> Iterator[Vault]:
    with Vault.create(tmp_path / "vault", draw=counting()) as vault:
        yield vault


def file_of(folder: Path) -> Path:
    return folder / "vault" / "vault.db"


def test_a_salt_is_drawn_once_for_each_document(vault: Vault, tmp_path: Path) -> None:
    salts = vault.salts_for([*DOCUMENTS, DOCUMENTS[0]])
    assert len(set(salts)) == len(DOCUMENTS)
    assert salts[-1] == salts[0]
    with Vault(tmp_path / "vault") as again:
        assert again.salts_for(DOCUMENTS[::-1]) == salts[-2::-1]
    assert vault.known_salts(DOCUMENTS) == salts[:-1]
    vault.check()


def test_nothing_is_asked_of_nothing(vault: Vault) -> None:
    assert vault.salts_for([]) == []
    assert vault.known_salts([]) == []
    assert vault.is_erased([]) == []


def test_an_unknown_document_has_no_salt(vault: Vault) -> None:
    vault.salts_for(DOCUMENTS[:1])
    found = vault.known_salts(DOCUMENTS[:2])
    assert found[0] is not None
    assert found[1] is None


def test_salts_of_two_writers_are_the_same(vault: Vault, tmp_path: Path) -> None:
    first: list[bytes] = []

    def draw(size: int) -> bytes:
        if not first:
            first.extend(vault.salts_for(DOCUMENTS[:1]))
        return bytes(size)

    with Vault(tmp_path / "vault", draw=draw) as other:
        assert other.salts_for(DOCUMENTS[:1]) == first


def test_an_erased_document_leaves_nothing_and_may_not_come_back(
    vault: Vault, tmp_path: Path
) -> None:
    salts = vault.salts_for(DOCUMENTS[:20])
    vault.keep_originals(DOCUMENTS[3], {"name": b"Jane Roe of Springfield"})
    vault.erase([DOCUMENTS[3], DOCUMENTS[5]])
    vault.erase([DOCUMENTS[3]])
    assert vault.is_erased(DOCUMENTS[2:6]) == [False, True, False, True]
    assert vault.known_salts(DOCUMENTS[2:5]) == [salts[2], None, salts[4]]
    assert vault.original(DOCUMENTS[3], "name") is None
    bytes_left = file_of(tmp_path).read_bytes()
    for gone in (salts[3], salts[5], DOCUMENTS[3], b"Springfield"):
        assert gone not in bytes_left
    assert salts[4] in bytes_left
    assert [path.name for path in (tmp_path / "vault").iterdir()] == ["vault.db"]
    with pytest.raises(InputError, match="1 of 2 documents were erased and may not come back"):
        vault.salts_for(DOCUMENTS[3:5])
    with pytest.raises(InputError, match="Take the file out of the sources"):
        vault.keep_originals(DOCUMENTS[3], {"name": b"x"})


def test_an_absence_key_is_drawn_once_and_deleted_for_good(vault: Vault, tmp_path: Path) -> None:
    first, second = DOCUMENTS[:2]
    assert vault.known_absence_key(first) is None
    key = vault.absence_key(first)
    assert vault.absence_key(first) == key == vault.known_absence_key(first)
    assert vault.absence_key(second) != key
    assert key in file_of(tmp_path).read_bytes()
    vault.drop_absence_keys([first, DOCUMENTS[2]])
    assert vault.known_absence_key(first) is None
    assert vault.known_absence_key(second) is not None
    assert key not in file_of(tmp_path).read_bytes()
    assert vault.absence_key(first) != key


def test_an_original_is_kept_given_and_deleted(vault: Vault) -> None:
    vault.keep_originals(DOCUMENTS[0], {"a": b"1", "b": b"2"})
    vault.keep_originals(DOCUMENTS[0], {"a": b"3"})
    assert vault.original(DOCUMENTS[0], "a") == b"3"
    vault.drop_original(DOCUMENTS[0], "a")
    vault.drop_original(DOCUMENTS[0], "a")
    assert vault.original(DOCUMENTS[0], "a") is None
    assert vault.original(DOCUMENTS[0], "b") == b"2"


def test_a_lost_vault_is_never_mended_in_silence(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError) as raised:
        Vault(tmp_path / "vault")
    assert str(raised.value) == (
        f"The vault '{tmp_path / 'vault'}' is missing. Restore .warrant/vault from a backup. "
        "Without one, rows can no longer be proved, and a new log has to continue this one."
    )


def test_a_second_vault_never_replaces_the_first(vault: Vault, tmp_path: Path) -> None:
    salts = vault.salts_for(DOCUMENTS[:1])
    with pytest.raises(InputError, match=r"There is a vault in .* already"):
        Vault.create(tmp_path / "vault")
    assert vault.known_salts(DOCUMENTS[:1]) == salts


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")
def test_a_vault_is_for_its_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir(mode=0o755)
    Vault.create(tmp_path / "vault").close()
    assert (tmp_path / "vault").stat().st_mode & 0o777 == 0o700
    assert file_of(tmp_path).stat().st_mode & 0o777 == 0o600


def test_a_changed_salt_is_not_believed(vault: Vault, tmp_path: Path) -> None:
    (salt,) = vault.salts_for(DOCUMENTS[:1])
    vault.close()
    data = file_of(tmp_path).read_bytes()
    file_of(tmp_path).write_bytes(data.replace(salt, salt[:-1] + b"x"))
    with Vault(tmp_path / "vault") as damaged:
        for act in (damaged.check, lambda: damaged.salts_for(DOCUMENTS[:1])):
            with pytest.raises(IntegrityError, match="a salt is not the one that was drawn"):
                act()


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"not a database at all" * 99, "it is not a sound database"), (b"", "its format is 0")],
)
def test_a_damaged_vault_says_so(vault: Vault, tmp_path: Path, data: bytes, words: str) -> None:
    vault.close()
    file_of(tmp_path).write_bytes(data)
    with pytest.raises(IntegrityError, match=f"is damaged: {words}.*Restore .warrant/vault"):
        Vault(tmp_path / "vault")


def test_a_vault_with_broken_pages_fails_its_check(vault: Vault, tmp_path: Path) -> None:
    vault.salts_for(DOCUMENTS)
    vault.close()
    data = bytearray(file_of(tmp_path).read_bytes())
    for at in range(3 * 4096, len(data), 4096):
        data[at + 3 : at + 5] = b"\xff\xff"
    file_of(tmp_path).write_bytes(data)
    with (
        Vault(tmp_path / "vault") as damaged,
        pytest.raises(IntegrityError, match=r"not a? ?sound"),
    ):
        damaged.check()


def test_a_vault_whose_bookkeeping_is_wrong_fails_its_check(vault: Vault, tmp_path: Path) -> None:
    vault.close()
    data = bytearray(file_of(tmp_path).read_bytes())
    data[36:40] = (5).to_bytes(4, "big")  # pages said to be free
    file_of(tmp_path).write_bytes(data)
    with (
        Vault(tmp_path / "vault") as damaged,
        pytest.raises(IntegrityError, match="its database is not sound"),
    ):
        damaged.check()


def test_a_vault_without_its_key_says_so(vault: Vault, tmp_path: Path) -> None:
    vault.close()
    database = sqlite3.connect(file_of(tmp_path))
    database.execute("DELETE FROM secret")
    database.commit()
    database.close()
    with pytest.raises(IntegrityError, match="its own key is missing"):
        Vault(tmp_path / "vault")


def test_a_salt_whose_commit_failed_is_not_given(vault: Vault, tmp_path: Path) -> None:
    with (
        Vault(tmp_path / "vault", disk=FaultyDisk(at=0)) as failing,
        pytest.raises(OutsideError, match="could not be written: made to fail"),
    ):
        failing.salts_for(DOCUMENTS[:1])
    assert vault.known_salts(DOCUMENTS[:1]) == [None]


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("SQLITE_FULL", OutsideError, r"The disk is full: the vault .* Free some disk space"),
        ("SQLITE_READONLY", InputError, r"cannot be opened or written. Give this account"),
        ("SQLITE_BUSY", OutsideError, r"could not be used \(SQLITE_BUSY\). Check the disk"),
    ],
)
def test_an_error_of_the_database_says_what_to_do_and_quotes_nothing(
    tmp_path: Path, code: str, kind: type[Exception], words: str
) -> None:
    class Failing(FaultyDisk):
        def commit(self, connection: sqlite3.Connection) -> None:  # noqa: ARG002
            error = sqlite3.OperationalError("Jane Roe")
            error.sqlite_errorname = code
            raise error

    Vault.create(tmp_path / "vault").close()
    with Vault(tmp_path / "vault", disk=Failing()) as vault:
        with pytest.raises(kind, match=words) as raised:
            vault.salts_for(DOCUMENTS[:1])
        assert "Jane" not in str(raised.value)
        assert raised.value.__cause__ is None


def test_a_closed_vault_is_our_own_mistake(vault: Vault) -> None:
    vault.close()
    with pytest.raises(sqlite3.ProgrammingError):
        vault.salts_for(DOCUMENTS[:1])


def test_a_vault_shows_its_place_and_no_more(vault: Vault, tmp_path: Path) -> None:
    assert repr(vault) == f"Vault({str(tmp_path / 'vault')!r})"


def test_a_vault_that_is_no_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "vault").write_bytes(b"")
    with pytest.raises((InputError, IntegrityError, OutsideError), match="vault"):
        Vault(tmp_path / "vault")


def test_a_keyed_digest_is_the_same_in_one_vault_and_another_elsewhere(
    vault: Vault, tmp_path: Path
) -> None:
    keyed = vault.keyed(DOCUMENTS[0])
    assert keyed == vault.keyed(DOCUMENTS[0])
    assert keyed != vault.keyed(DOCUMENTS[1])
    with Vault.create(tmp_path / "elsewhere") as other:
        assert keyed != other.keyed(DOCUMENTS[0])
