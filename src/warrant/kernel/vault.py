"""The vault: salts, originals of masked values, and what was erased. Never shown, never logged.

A salt is drawn once per document and is durable before anyone sees it, because a row commitment
signed over a lost salt could never be checked again. Deleting a document's salt erases its
rows in every version of every dataset.

Law: `salts_for(documents)` gives the same salts every time, in the order asked.
Law: after `erase`, no method gives the salt, and no file of the vault holds it.

Source: DESIGN, section 4, "Salts"; SQLite, "PRAGMA secure_delete".
"""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import contextmanager
from hashlib import sha256
from hmac import digest as hmac_digest
from typing import TYPE_CHECKING

from warrant.errors import InputError, IntegrityError, OutsideError
from warrant.kernel.disk import LOCAL, Disk
from warrant.kernel.durable import ensure_folder, explained, write_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

SALT_BYTES = 32
"""Length of a salt."""

_FILE = "vault.db"
_KEYED = b"warrant/keyed/1\0"
_FORMAT = 1
_APPLICATION = 0x57524E54  # "WRNT"
_MARK_BYTES = 8
_AT_ONCE = 500
_RESTORE = (
    "Restore .warrant/vault from a backup. Without one, rows can no longer be proved, and a new "
    "log has to continue this one."
)
_SCHEMA = f"""
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_FORMAT};
CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE salt (document BLOB PRIMARY KEY, salt BLOB NOT NULL, mark BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE erased (keyed BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE original (
    document BLOB, name TEXT, value BLOB NOT NULL, PRIMARY KEY (document, name)
) WITHOUT ROWID;
"""


class Vault:
    """An open vault. Used as a context manager, it is closed at the end.

    One thread uses it; whoever changes it holds the workspace's lock.

    Args:
        path: the folder, such as `.warrant/vault`; it was made by `Vault.create`.
        draw: gives random bytes.
        disk: through which everything is committed.

    Raises:
        IntegrityError: when the vault is missing or damaged: that is never mended in silence,
            since new salts would contradict every signed root.
        InputError: when it may not be read.
    """

    def __init__(
        self,
        path: Path,
        *,
        draw: Callable[[int], bytes] = secrets.token_bytes,
        disk: Disk = LOCAL,
    ) -> None:
        self._path = path
        self._draw = draw
        self._disk = disk
        file = path / _FILE
        with explained(file):
            if not file.is_file():
                raise IntegrityError(f"The vault '{path}' is missing.", do=_RESTORE)
        with self._explained():
            self._database = _connect(file)
        try:
            with self._explained():
                self._key = self._load_key()
        except BaseException:
            self._database.close()
            raise

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        draw: Callable[[int], bytes] = secrets.token_bytes,
        disk: Disk = LOCAL,
    ) -> Vault:
        """Make a new vault.

        Args:
            path: the folder, made for its owner alone.
            draw: gives random bytes.
            disk: through which everything is written.

        Returns:
            the vault, open and empty.

        Raises:
            InputError: when there is a vault already, or the folder cannot be written.
            OutsideError: when the disk is full or fails.
        """
        file = path / _FILE
        if file.exists():
            raise InputError(f"There is a vault in '{path}' already.", do="Open it instead.")
        with explained(path):
            ensure_folder(path.parent, disk)
            ensure_folder(path, disk, private=True)
            path.chmod(0o700)  # it may have been made by something less careful
        write_file(file, _new_database(draw(SALT_BYTES)), disk, private=True)
        return cls(path, draw=draw, disk=disk)

    def salts_for(self, documents: Sequence[bytes]) -> list[bytes]:
        """Give the salt of each document, drawing those that are missing.

        Args:
            documents: digests, 32 bytes each; one may stand there more than once.

        Returns:
            32 bytes for each, in the order asked, durable.

        Raises:
            InputError: when one of them was erased: it must not come back.
            IntegrityError: when the vault is damaged.
            OutsideError: when the disk is full or fails; some salts may have been drawn.
        """
        self._refuse_erased(documents)
        known = self._salts(documents)
        missing = [one for one in dict.fromkeys(documents) if one not in known]
        if missing:
            drawn = [(document, self._draw(SALT_BYTES)) for document in missing]
            rows = [(document, salt, _mark(document, salt)) for document, salt in drawn]
            with self._transaction() as database:
                database.executemany("INSERT OR IGNORE INTO salt VALUES (?, ?, ?)", rows)
            known |= self._salts(missing)  # what is there now, whoever drew it first
        return [known[document] for document in documents]

    def known_salts(self, documents: Sequence[bytes]) -> list[bytes | None]:
        """Give the salt of each document, drawing none.

        Args:
            documents: digests, 32 bytes each.

        Returns:
            32 bytes for each, in the order asked; None where it is erased or was never drawn.

        Raises:
            IntegrityError: when the vault is damaged.
        """
        known = self._salts(documents)
        return [known.get(document) for document in documents]

    def erase(self, documents: Iterable[bytes]) -> None:
        """Delete salts and originals for good, and remember never to take the documents again.

        What is remembered is keyed: who has the vault can test a document that he holds, nobody
        can list them. What a disk keeps beneath its files (flash cells, snapshots, backups) is
        out of reach.

        Args:
            documents: digests, 32 bytes each; those erased before are passed over.

        Raises:
            OutsideError: when the disk is full or fails; repeat it then.
        """
        rows = [(document,) for document in documents]
        with self._transaction() as database:
            database.executemany("DELETE FROM salt WHERE document = ?", rows)
            database.executemany("DELETE FROM original WHERE document = ?", rows)
            database.executemany(
                "INSERT OR IGNORE INTO erased VALUES (?)", [(self._keyed(*row),) for row in rows]
            )

    def is_erased(self, documents: Sequence[bytes]) -> list[bool]:
        """Say which documents were erased and may not be taken in again.

        Args:
            documents: digests, 32 bytes each.

        Returns:
            one answer each, in the order asked.

        Raises:
            IntegrityError: when the vault is damaged.
        """
        with self._explained():
            if not self._database.execute("SELECT EXISTS (SELECT 1 FROM erased)").fetchone()[0]:
                return [False] * len(documents)
        keyed = [self._keyed(document) for document in documents]
        found = {row[0] for row in self._select("SELECT keyed FROM erased WHERE keyed IN", keyed)}
        return [one in found for one in keyed]

    def keyed(self, digest: bytes) -> bytes:
        """Hide a digest that would let somebody test a guess of what was read.

        Args:
            digest: of what must be told apart but not told.

        Returns:
            32 bytes: HMAC-SHA256 under this vault's own key; the same digest gives the same bytes.
        """
        return hmac_digest(self._key, _KEYED + digest, "sha256")

    def keep_originals(self, document: bytes, originals: Mapping[str, bytes]) -> None:
        """Keep what masking has taken out of a document.

        Args:
            document: digest, 32 bytes.
            originals: value by name; the names are the caller's, the last value counts.

        Raises:
            InputError: when the document was erased.
            OutsideError: when the disk is full or fails.
        """
        self._refuse_erased([document])
        rows = [(document, name, value) for name, value in originals.items()]
        with self._transaction() as database:
            database.executemany("INSERT OR REPLACE INTO original VALUES (?, ?, ?)", rows)

    def original(self, document: bytes, name: str) -> bytes | None:
        """Give what masking has taken out.

        Args:
            document: digest, 32 bytes.
            name: as it was kept.

        Returns:
            the value; None when it was deleted or never kept.

        Raises:
            IntegrityError: when the vault is damaged.
        """
        with self._explained():
            row = self._database.execute(
                "SELECT value FROM original WHERE document = ? AND name = ?", (document, name)
            ).fetchone()
        return None if row is None else bytes(row[0])

    def drop_original(self, document: bytes, name: str) -> None:
        """Delete one original for good.

        Args:
            document: digest, 32 bytes.
            name: as it was kept; an absent one is passed over.

        Raises:
            OutsideError: when the disk is full or fails; repeat it then.
        """
        with self._transaction() as database:
            database.execute(
                "DELETE FROM original WHERE document = ? AND name = ?", (document, name)
            )

    def absence_key(self, manifest: bytes) -> bytes:
        """Give the absence key of a dataset version, drawing it when it is first asked for.

        Args:
            manifest: digest of the version's manifest, 32 bytes.

        Returns:
            32 secret bytes, durable.

        Raises:
            OutsideError: when the disk is full or fails.
        """
        known = self.known_absence_key(manifest)
        if known is not None:
            return known
        with self._transaction() as database:
            database.execute(
                "INSERT OR IGNORE INTO secret VALUES (?, ?)",
                (_absence(manifest), self._draw(SALT_BYTES)),
            )
        return self.absence_key(manifest)

    def known_absence_key(self, manifest: bytes) -> bytes | None:
        """Give the absence key of a dataset version, drawing none.

        Args:
            manifest: digest of the version's manifest, 32 bytes.

        Returns:
            32 bytes; None where it was deleted or never drawn.

        Raises:
            IntegrityError: when the vault is damaged.
        """
        with self._explained():
            row = self._database.execute(
                "SELECT value FROM secret WHERE name = ?", (_absence(manifest),)
            ).fetchone()
        return None if row is None else bytes(row[0])

    def drop_absence_keys(self, manifests: Iterable[bytes]) -> None:
        """Delete absence keys for good: with one, a guess of an erased row could be tested.

        Args:
            manifests: digests, 32 bytes each; one without a key is passed over.

        Raises:
            OutsideError: when the disk is full or fails; repeat it then.
        """
        with self._transaction() as database:
            database.executemany(
                "DELETE FROM secret WHERE name = ?", [(_absence(one),) for one in manifests]
            )

    def check(self) -> None:
        """Read all of the vault.

        Raises:
            IntegrityError: when it or one of its salts is damaged.
        """
        with self._explained():
            said = [row[0] for row in self._database.execute("PRAGMA integrity_check")]
            if said != ["ok"]:
                raise self._damage("its database is not sound")
            rows = self._database.execute("SELECT document, salt, mark FROM salt")
            self._collect(rows)

    def close(self) -> None:
        """Close the vault."""
        self._database.close()

    def __enter__(self) -> Vault:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Vault({str(self._path)!r})"

    def _refuse_erased(self, documents: Sequence[bytes]) -> None:
        erased = sum(self.is_erased(documents))
        if erased:
            raise InputError(
                f"{erased} of {len(documents)} documents were erased and may not come back.",
                do="Take the file out of the sources; the erasure was asked for.",
            )

    def _salts(self, documents: Sequence[bytes]) -> dict[bytes, bytes]:
        query = "SELECT document, salt, mark FROM salt WHERE document IN"
        return self._collect(self._select(query, list(dict.fromkeys(documents))))

    def _collect(self, rows: Iterable[tuple[bytes, ...]]) -> dict[bytes, bytes]:
        found = {}
        for document, salt, mark in rows:
            if mark != _mark(document, salt):
                raise self._damage("a salt is not the one that was drawn")
            found[document] = salt
        return found

    def _select(self, query: str, keys: Sequence[bytes]) -> Iterator[tuple[bytes, ...]]:
        with self._explained():
            for start in range(0, len(keys), _AT_ONCE):
                some = keys[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                yield from self._database.execute(f"{query} ({marks})", some)

    def _keyed(self, document: bytes) -> bytes:
        return hmac_digest(self._key, document, "sha256")

    def _load_key(self) -> bytes:
        version = self._database.execute("PRAGMA user_version").fetchone()[0]
        if version != _FORMAT:
            raise self._damage(f"its format is {version}, expected {_FORMAT}")
        row = self._database.execute("SELECT value FROM secret WHERE name = 'erased'").fetchone()
        if row is None or len(row[0]) != SALT_BYTES:
            raise self._damage("its own key is missing")
        return bytes(row[0])

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._explained():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._disk.commit(self._database)
            finally:
                self._database.rollback()  # does nothing after a commit

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn SQLite's errors into ours, without their text: it may quote a value."""
        try:
            with explained(self._path):
                yield
        except sqlite3.OperationalError as error:
            raise self._failure(error) from None
        except sqlite3.ProgrammingError:
            raise  # our own mistake, such as a vault that is closed
        except sqlite3.DatabaseError:
            raise self._damage("it is not a sound database") from None

    def _failure(self, error: sqlite3.Error) -> InputError | OutsideError:
        name = error.sqlite_errorname
        if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
            return InputError(
                f"The vault '{self._path}' cannot be opened or written.",
                do="Give this account the right to read and write there.",
            )
        if name.startswith("SQLITE_FULL"):
            return OutsideError(
                f"The disk is full: the vault '{self._path}' could not be written.",
                do="Free some disk space and run the same command again.",
            )
        return OutsideError(
            f"The vault '{self._path}' could not be used ({name}).",
            do="Check the disk, wait for other commands to end, and run the same command again.",
        )

    def _damage(self, fault: str) -> IntegrityError:
        return IntegrityError(f"The vault '{self._path}' is damaged: {fault}.", do=_RESTORE)


def _absence(manifest: bytes) -> str:
    return f"absence {manifest.hex()}"


def _connect(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = DELETE")
        database.execute("PRAGMA secure_delete = ON")
        # FULL, and the folder is synced too after the journal has gone.
        database.execute("PRAGMA synchronous = EXTRA")
    except BaseException:
        database.close()
        raise
    return database


def _new_database(key: bytes) -> bytes:
    """Make an empty vault in memory, so that it appears on disk whole or not at all."""
    database = sqlite3.connect(":memory:")
    try:
        database.executescript(_SCHEMA)
        database.execute("INSERT INTO secret VALUES ('erased', ?)", (key,))
        database.commit()
        return database.serialize()
    finally:
        database.close()


def _mark(document: bytes, salt: bytes) -> bytes:
    """Tell a damaged salt from a changed row: a wrong salt would accuse the row."""
    return sha256(b"warrant/salt-mark/1\0" + document + salt).digest()[:_MARK_BYTES]
