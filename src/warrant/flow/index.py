"""Look-ups over the log: which statement made what; a cache that can be made again.

Nothing is trusted because it stands here; what matters is read again from the statement itself.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.kernel.envelope import Envelope
from warrant.kernel.statement import Leaf, Statement

if TYPE_CHECKING:
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
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA secure_delete=ON")
        self._db.executescript(_SCHEMA)

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
        size = log.head().size
        known, root = self._head()
        if known > size or (known and log.head_at(known).root.hex() != root):
            self._forget()
            known = 0
        if known == size:
            return size
        self._db.execute("BEGIN")
        for position, leaf in enumerate(log.leaves(known, size), start=known):
            self._add(position, Leaf.parse(leaf), store)
        self._db.execute("DELETE FROM head")
        self._db.execute("INSERT INTO head VALUES (?, ?)", (size, log.head_at(size).root.hex()))
        self._db.execute("COMMIT")
        return size

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
        with closing(self._db.execute(query, values)) as rows:
            return [Entry(*row) for row in rows]

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
                leaf.predicate,
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
