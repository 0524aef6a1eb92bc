"""Look-ups over the log: which statement made what; a cache that can be made again.

Nothing is trusted because it stands here; what matters is read again from the statement itself.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.errors import OutsideError
from warrant.kernel.envelope import Envelope
from warrant.kernel.statement import Leaf, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from warrant.kernel.log import Log
    from warrant.kernel.store import Store

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
  position INTEGER PRIMARY KEY, predicate TEXT NOT NULL, envelope TEXT NOT NULL, key TEXT NOT NULL,
  recorded_at TEXT NOT NULL, stage TEXT, content_key TEXT);
CREATE TABLE IF NOT EXISTS links (
  position INTEGER NOT NULL, direction TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS by_key ON entries (content_key);
CREATE INDEX IF NOT EXISTS by_digest ON links (digest, direction);
CREATE TABLE IF NOT EXISTS head (size INTEGER NOT NULL, root TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Entry:
    """One statement of the log, as far as look-ups need it."""

    position: int
    """Index in the log."""
    predicate: str
    """Predicate type."""
    envelope: str
    """Envelope digest, hex."""
    key: str
    """Key id of the signer."""
    recorded_at: str
    """The signer's own time."""
    stage: str | None
    """Stage name; None for what is not a step."""
    content_key: str | None
    """Content key; None for what is not a step."""


class Index:
    """The look-up tables of one workspace.

    Args:
        path: the SQLite file; made when absent.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # Who may only read keeps the look-ups in memory.
        place = path if os.access(path.parent, os.W_OK) else ":memory:"
        with self._explained():
            self._db = sqlite3.connect(place, isolation_level=None)
        try:
            with self._explained():
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA synchronous=NORMAL")
                self._db.execute("PRAGMA secure_delete=ON")
                self._db.executescript(_SCHEMA)
        except OutsideError:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def catch_up(self, log: Log, store: Store) -> int:
        """Read the leaves that came since the last look.

        Args:
            log: the workspace's log.
            store: where the statements lie.

        Returns:
            How many entries the index now knows.
        """
        if self._is_current(log):
            return self._head()[0]
        with self._transaction():
            size, now = log.head()
            known, root = self._head()
            if known > size or (known and log.head_at(known).root.hex() != root):
                self._forget()
                known = 0
            for position, leaf in enumerate(log.leaves(known, size), start=known):
                self._add(position, Leaf.parse(leaf), store)
            self._set_head(size, now.hex())
        return size

    def read_anew(self, log: Log, store: Store) -> int:
        """Forget everything and read the whole log, whose leaves must give its root.

        Args:
            log: the workspace's log.
            store: where the statements lie.

        Returns:
            How many entries the index now knows.

        Raises:
            IntegrityError: if the log is damaged or a statement is missing.
        """
        with self._transaction():
            self._forget()
            leaves = log.all_leaves()
            for position, leaf in enumerate(leaves):
                self._add(position, Leaf.parse(leaf), store)
            self._set_head(len(leaves), log.head().root.hex())
        return len(leaves)

    def forget_files(self, digests: Sequence[bytes]) -> None:
        """Forget which files had these digests, so that no trace of an erased one stays here."""
        with self._transaction():
            found = self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'file_stat'")
            if found.fetchone():
                rows = [(digest,) for digest in digests]
                self._db.executemany("DELETE FROM file_stat WHERE digest = ?", rows)
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def entries(self) -> list[Entry]:
        """List all entries in log order."""
        return self._select("SELECT * FROM entries ORDER BY position", ())

    def with_content_key(self, content_key: str) -> list[Entry]:
        """List the steps with this content key, latest first."""
        return self._select(
            "SELECT * FROM entries WHERE content_key = ? ORDER BY position DESC", (content_key,)
        )

    def makers(self, digest: str) -> list[Entry]:
        """List the statements that have this digest as a subject, in log order."""
        return self._linked(digest, "subject")

    def users(self, digest: str) -> list[Entry]:
        """List the statements that depend on this digest, in log order."""
        return self._linked(digest, "dependency")

    def links(self, position: int, direction: str) -> dict[str, str]:
        """Give the `subject` or `dependency` digests (hex) of one entry, by name."""
        query = "SELECT name, digest FROM links WHERE position = ? AND direction = ?"
        return dict(self._db.execute(query, (position, direction)).fetchall())

    def digests(self) -> list[tuple[str, str]]:
        """List every digest that a statement names: its own envelope, subjects, dependencies."""
        return [("envelope", entry.envelope) for entry in self.entries()] + list(
            self._db.execute("SELECT DISTINCT name, digest FROM links")
        )

    def find_envelope(self, envelope: str) -> int | None:
        """Say where a statement stands, by its envelope digest in hex; None: nowhere."""
        row = self._db.execute("SELECT position FROM entries WHERE envelope = ?", (envelope,))
        found = row.fetchone()
        return int(found[0]) if found else None

    def newest_instant(self) -> str | None:
        """Give the latest time that a leaf of the log claims; None of an empty log."""
        found = self._db.execute("SELECT MAX(recorded_at) FROM entries").fetchone()[0]
        return None if found is None else str(found)

    def latest(self, stage: str) -> Entry | None:
        """Give the last step of a stage, or None."""
        query = "SELECT * FROM entries WHERE stage = ? ORDER BY position DESC LIMIT 1"
        return next(iter(self._select(query, (stage,))), None)

    def _linked(self, digest: str, direction: str) -> list[Entry]:
        query = (
            "SELECT DISTINCT entries.* FROM entries JOIN links USING (position) "
            "WHERE digest = ? AND direction = ? ORDER BY position"
        )
        return self._select(query, (digest, direction))

    def _select(self, query: str, values: tuple[str, ...]) -> list[Entry]:
        with self._explained(), closing(self._db.execute(query, values)) as rows:
            return [Entry(*row) for row in rows]

    def _is_current(self, log: Log) -> bool:
        size, root = log.head()
        return self._head() == (size, root.hex() if size else "")

    def _set_head(self, size: int, root: str) -> None:
        self._db.execute("DELETE FROM head")
        self._db.execute("INSERT INTO head VALUES (?, ?)", (size, root if size else ""))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Write alone: two readers may catch up at once."""
        with self._explained():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                self._db.rollback()  # does nothing after a commit

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.ProgrammingError:
            raise  # our own mistake, such as an index that is closed
        except sqlite3.Error as error:
            raise OutsideError(
                f"The index '{self._path}' cannot be used: {error}.",
                do="It holds look-ups only. Free some disk space, and run: warrant rebuild",
            ) from error

    def _head(self) -> tuple[int, str]:
        row = self._db.execute("SELECT size, root FROM head").fetchone()
        return (row[0], row[1]) if row else (0, "")

    def _forget(self) -> None:
        for table in ("entries", "links", "head"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)

    def _add(self, position: int, leaf: Leaf, store: Store) -> None:
        statement = Statement.open(Envelope.parse(store.get(leaf.envelope)))
        content_key = statement.content_key.hex if statement.content_key else None
        self._db.execute(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                position,
                statement.kind,
                leaf.envelope.hex,
                leaf.key,
                leaf.recorded_at,
                statement.stage,
                content_key,
            ),
        )
        links = [(position, "subject", link.name, link.digest.hex) for link in statement.subjects]
        links += [
            (position, "dependency", link.name, link.digest.hex) for link in statement.dependencies
        ]
        self._db.executemany("INSERT INTO links VALUES (?, ?, ?, ?)", links)
