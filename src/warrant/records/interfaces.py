"""What a stage receives and gives back. A stage computes; flow commits."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from warrant.errors import WarrantError
from warrant.kernel.digest import Digest
from warrant.kernel.store import Store
from warrant.records.claim import Claim

Item = TypeVar("Item")
Made = TypeVar("Made")


class Salts(Protocol):
    """Where a stage gets document salts; the vault behind it is flow's."""

    def salts_for(self, documents: Sequence[bytes]) -> list[bytes]:
        """Give the 32-byte salt of each document digest (raw, 32 bytes).

        Drawn and made durable when first seen.
        """
        ...

    def is_erased(self, documents: Sequence[bytes]) -> list[bool]:
        """Say for each document digest whether it was erased before and must not come back."""
        ...

    def keep_originals(self, document: bytes, originals: Mapping[str, bytes]) -> None:
        """Keep what masking has taken out of a document, by the mark that stands there now."""
        ...

    def keyed(self, digest: bytes) -> bytes:
        """Give 32 bytes that stand for a digest and let nobody without the vault test a guess."""
        ...


class Progress(Protocol):
    """How a stage reports how far it is."""

    def __call__(self, done: int, total: int | None, unit: str) -> None:
        """Report.

        Args:
            done: units finished so far.
            total: units in all; None while unknown.
            unit: what is counted, in the plural, for example `files`.
        """
        ...


class Engine(Protocol):
    """Where a stage has work done that depends on nothing but what it is given."""

    def stream(self, work: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
        """Do the work on each item, on several at a time, and give the results in order.

        Args:
            work: knows nothing but its argument, and can be sent to another process.
            items: read a little ahead of the results.

        Returns:
            One result an item.
        """
        ...


def go_on() -> WarrantError | None:
    """Never stop."""
    return None


class Elsewhere(Protocol):
    """Has a job done on another machine."""

    def __call__(self, job: Any) -> Any:  # noqa: ANN401 - each stage its own job
        """Do a job.

        Args:
            job: of the stage; what is made goes into its folder.

        Returns:
            What the stage knows of work done elsewhere.
        """
        ...


class Trial(Protocol):
    """Says what a change of rows costs in score."""

    columns: Sequence[str]
    """What it reads of a row."""

    def __call__(
        self,
        plain: Mapping[str, Sequence[object]],
        coarse: Mapping[str, Sequence[object]],
        out: Sequence[bool],
    ) -> Mapping[str, str | int | float]:
        """Train on rows as they were and as they are, and compare.

        Args:
            plain: cells of the columns before the change.
            coarse: cells of the same rows after it.
            out: of each row, whether it goes out.

        Returns:
            Measures by name, for the claim; why there are none, where there are too few rows.
        """
        ...


@dataclass(frozen=True)
class Desk:
    """What a stage works with: the store, salts, a scratch folder, a way to report.

    Never keys or the log.
    """

    store: Store
    """Bytes by digest."""
    salts: Salts
    """Salts of documents."""
    scratch: Path
    """A folder of its own, removed after the step."""
    progress: Progress
    """Called at least once a second in long work."""
    kept: Path | None = None
    """A folder that outlives a stop or a kill of this very work, and goes once it is committed;
    None: nothing is kept."""
    stop: Callable[[], WarrantError | None] = go_on
    """Asked now and then in long work; when it gives an error, keep what is done and raise it."""
    elsewhere: Elsewhere | None = None
    """Has the heavy part of training done on another machine; None: it is done here."""
    engine: Engine | None = None
    """Does work on several batches at a time; None: this process, one after another."""
    trial: Trial | None = None
    """Says what a change of rows costs in score; None: nobody does."""


@dataclass(frozen=True)
class StageResult:
    """What a stage gives back: the named outputs and the claim; flow signs both."""

    outputs: Mapping[str, Digest]
    """Manifests and blobs by subject name, without the claim."""
    claim: Claim
    """What the stage says it did."""
