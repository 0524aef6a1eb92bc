"""One of the two releases: its model, what it stands on, and how it reads rows."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from warrant.errors import InputError
from warrant.flow.answering import Wish, answering, require_allowed
from warrant.flow.comparing.kinds import said_of
from warrant.flow.investigate.look import bundle_of
from warrant.flow.masking import masking_of
from warrant.flow.members import Members
from warrant.flow.released import notice_of, read_released
from warrant.kernel import bundle as container
from warrant.kernel.bundle import Bundle
from warrant.kernel.digest import Digest
from warrant.kernel.envelope import Envelope
from warrant.kernel.statement import Statement
from warrant.kernel.trust import Trust
from warrant.kernel.verify import open_evidence
from warrant.models.examples import LabelColumn
from warrant.models.files import open_model
from warrant.records.model import Model
from warrant.serve.answer import Answerer, Served
from warrant.stages.ingest.config import RowsConfig

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from warrant.flow.comparing.kinds import Said
    from warrant.flow.comparing.order import Comparison
    from warrant.flow.index import Entry
    from warrant.flow.released import Released
    from warrant.flow.session import Desk
    from warrant.flow.workspace import Workspace
    from warrant.serve.cells import Cell

_AT_A_TIME = 1000
_LEAST_DIGITS = 8


@dataclass(frozen=True)
class Side:
    """One release, ready to answer."""

    answerer: Answerer
    """Answers, and reads rows as its curation changed them."""
    released: Released
    """What it stands on."""
    record: Model
    """Of its model."""
    rows: RowsConfig
    """What one row is."""
    home: Path | None
    """Its workspace, where that is at hand."""

    @property
    def name(self) -> str:
        """Of the bundle."""
        return self.answerer.served.name

    @property
    def digest(self) -> str:
        """Of the bundle, hex."""
        return self.answerer.served.digest

    def settings(self, stage: str) -> Mapping[str, Any]:
        """Give the signed settings of a step."""
        found: Mapping[str, Any] = self._parameters(stage)["configuration"]
        return found

    def fingerprint(self, name: str) -> str | None:
        """Give the fingerprint of a dataset that the division made."""
        found: str | None = self._parameters("split")["fingerprints"].get(name)
        return found

    def manifest(self, stage: str, name: str) -> Digest:
        """Give the manifest of a dataset that a step read."""
        step = self.released.step(stage).statement
        return next(one.digest for one in step.dependencies if one.name == name)

    def learnt(self, name: str) -> Digest | None:
        """Give the manifest of rows that were learnt from; None of a model trained elsewhere."""
        step = self.released.step("train").statement
        return next((one.digest for one in step.dependencies if one.name == name), None)

    @property
    def label(self) -> LabelColumn:
        """How answers are written."""
        found = self.settings("train")
        return LabelColumn(found["label"], found["task"], found["label_separator"])

    def answer(self, rows: Sequence[Mapping[str, Cell]]) -> tuple[list[Said], NDArray[np.float64]]:
        """Answer rows, a portion at a time.

        Args:
            rows: tidy cells by column.

        Returns:
            What it says of each row; and probabilities, shape (rows, labels of the model).
        """
        said: list[Said] = []
        odds = []
        for start in range(0, len(rows), _AT_A_TIME):
            found = self.answerer.model.predict(
                self.answerer.read(rows[start : start + _AT_A_TIME])
            )
            said += [said_of(found, row) for row in range(len(found.chosen))]
            odds.append(found.probabilities)
        return said, np.vstack(odds)

    def _parameters(self, stage: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.released.step(stage).statement.predicate["buildDefinition"][
            "externalParameters"
        ]
        return found


@contextmanager
def open_side(
    word: str, order: Comparison, desk: Desk, workspace: Workspace | None
) -> Iterator[Side]:
    """Open one of the two.

    Args:
        word: as the order has it.
        order: where trust and workspace lie.
        desk: the reader's.
        workspace: opened; None: releases are not looked up.

    Yields:
        The release, ready to answer.

    Raises:
        InputError: when the word means no release.
        IntegrityError: when it is refused or revoked.
        PolicyRefusal: when a guardrail stops it.
    """
    path = Path(word)
    known = _known(path, workspace) if path.exists() else word
    if known is None or workspace is None:
        wish = Wish(trust=order.trust, workspace=order.workspace, words=True, neighbours=False)
        bundle = bundle_of(path)
        with answering(bundle, desk, wish) as opened:
            members = Members(bundle, opened.answerer.served.digest)
            record = Model.from_bytes(members.read("model.json"))
            yield Side(opened.answerer, opened.released, record, opened.rows, opened.home)
        return
    with TemporaryDirectory(prefix="warrant-") as scratch:
        yield _release(known, order, desk, workspace, Path(scratch))


def _known(path: Path, workspace: Workspace | None) -> str | None:
    """Give the digest of a bundle that the workspace at hand deployed.

    It is then read from the workspace, whose log has all that came later: a bundle that was
    written before that is an old copy of the log, and refused as such.
    """
    if workspace is None:
        return None
    with Bundle.open(bundle_of(path)) as opened:
        digest = Digest.of(opened.read(container.CONTENT)).hex
    is_own = any(one.stage == "deploy" for one in workspace.index.makers(digest))
    return digest if is_own else None


def _release(word: str, order: Comparison, desk: Desk, workspace: Workspace, scratch: Path) -> Side:
    entry = _entry(word, workspace)
    made = workspace.index.links(entry.position, "subject")
    read = workspace.index.links(entry.position, "dependency")
    store = workspace.store
    signed = Statement.open(Envelope.parse(store.get(Digest.from_hex(entry.envelope))))
    settings = signed.predicate["buildDefinition"]["externalParameters"]["configuration"]
    digest = Digest.from_hex(made["bundle"])
    released = read_released(
        open_evidence(workspace.root),
        Trust.load(order.trust or desk.trust),
        digest,
        settings["stage_of_use"],
        store.get(Digest.from_hex(read["evaluation"])),
    )
    require_allowed(released, desk)
    record = Model.from_bytes(store.get(Digest.from_hex(read["model"])))
    model = open_model(record, store, scratch / "model")
    served = Served(
        name=settings["name"],
        digest=digest.hex,
        stage_of_use=settings["stage_of_use"],
        notice=notice_of(released, desk.clock()),
        approval="",
        verified="read from the workspace's log",
    )
    texts = [one.column for one in model.reads if one.read_as == "text"]
    answerer = Answerer(model, served, change=masking_of(released.curation, texts, released.types))
    rows = RowsConfig(**released.reading.get("rows", {}))
    return Side(answerer, released, record, rows, workspace.root)


def _entry(word: str, workspace: Workspace) -> Entry:
    deploys = [one for one in workspace.index.entries() if one.stage == "deploy"]
    bundles = [workspace.index.links(one.position, "subject")["bundle"] for one in deploys]
    is_digest = re.fullmatch(rf"[0-9a-f]{{{_LEAST_DIGITS},64}}", word.lower()) is not None
    for entry, bundle in zip(reversed(deploys), reversed(bundles), strict=True):
        if word == str(entry.position) or (is_digest and bundle.startswith(word.lower())):
            return entry
    listed = ", ".join(
        f"{one.position} ({bundle[:12]})"
        for one, bundle in list(zip(deploys, bundles, strict=True))[-5:]
    )
    raise InputError(
        f"{word!r} is no bundle, no workspace and no release of {str(workspace.root)!r}.",
        do=f"Name a bundle file, or a log entry that deployed one: {listed or 'there is none'}.",
    )
