"""Opening a bundle to answer with it: verified, asked of policy, loaded.

In this order: (1) verification, with the reader's own trust; (2) policy, with today's facts from
the bundle's evidence or its workspace's log; (3) the model, from the bytes that were verified.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from warrant.errors import InputError, IntegrityError, PolicyRefusal
from warrant.flow.check import find_grown, verify_path
from warrant.flow.masking import masking_of
from warrant.flow.members import Members, require_bundle
from warrant.flow.nearest import read_neighbours
from warrant.flow.released import facts_of, notice_of, read_released, use_of
from warrant.kernel.digest import Digest
from warrant.kernel.trust import Trust
from warrant.kernel.verify import WORKSPACE_FOLDER, open_evidence
from warrant.policy import decide, explain, refusal
from warrant.serve.answer import Answerer, Served, input_columns
from warrant.stages.ingest.config import OcrConfig, RowsConfig

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warrant.flow.released import Released
    from warrant.flow.session import Desk
    from warrant.kernel.verdict import Verdict
    from warrant.policy import Rule, Use

_CARD, _CARD_PAGE = "card.md", "card.html"


@dataclass(frozen=True)
class Wish:
    """How a bundle shall answer."""

    step: Literal["predict", "serve"] = "predict"
    """What policy is asked about."""

    trust: Path | None = None
    """Another trust folder than the reader's own."""

    workspace: Path | None = None
    """Where nearest training rows are looked for; None: where the bundle lies, if that is its
    workspace."""

    words: bool = True
    """Say what decided."""

    neighbours: bool = True
    """Look for nearest training rows, where the workspace is at hand."""


@dataclass(frozen=True)
class Opened:
    """A bundle that may answer."""

    answerer: Answerer
    """Answers."""

    verdict: Verdict
    """What verification said."""

    notes: tuple[str, ...]
    """What a reader must be told: rules that were no yes and stop nothing, a log that has grown."""

    card: str
    """The card, Markdown."""

    released: Released
    """What it stands on."""

    home: Path | None = None
    """Its workspace, where that is at hand."""

    card_page: str | None = None
    """The card as a page of HTML, where the bundle has one."""

    rows: RowsConfig = field(default_factory=RowsConfig)
    """What was one row in training, and is one question now."""

    ocr: OcrConfig | None = None
    """How text was recognised on scans in training; None: it was not."""


@contextmanager
def answering(path: Path, desk: Desk, wish: Wish) -> Iterator[Opened]:
    """Open a bundle to answer with it.

    Args:
        path: the bundle file.
        desk: where trust and checkpoints seen lie.
        wish: how it shall answer.

    Yields:
        The bundle, ready to answer.

    Raises:
        InputError: when it is no bundle, or one of another version.
        IntegrityError: when verification refuses it.
        PolicyRefusal: when a guardrail stops it.
    """
    require_bundle(path)
    trust, now = wish.trust or desk.trust, desk.clock()
    verdict = verify_path(path, trust=trust, now=now, seen=desk.seen)
    if verdict.exit_code == 1:
        raise IntegrityError(
            f"{path.name!r} is refused: {verdict.faults[0]}",
            do=f"Do not use it; keep it as evidence. See all: warrant verify {path}",
        )
    members = Members(path, verdict.bundle)
    home = _home(path, wish, verdict)
    released = read_released(
        open_evidence(home or path),
        Trust.load(trust),
        Digest.from_hex(verdict.bundle),
        members.content.stage_of_use,
        members.read("evaluation.json"),
    )
    notes = _ask(released, verdict, desk, wish, path)
    if find_grown(path) is not None:
        notes.append("The workspace's log has grown since this bundle was written.")
    with TemporaryDirectory(prefix="warrant-") as scratch:
        model = members.open_model(Path(scratch) / "model")
        columns = input_columns(model)
        near = read_neighbours(home, released, columns) if home and wish.neighbours else None
        if isinstance(near, str):
            notes.append(near)
        served = Served(
            name=members.content.name,
            digest=verdict.bundle,
            stage_of_use=members.content.stage_of_use,
            notice=notice_of(released, now),
            approval=verdict.approval,
            verified=verdict.headline,
        )
        texts = [one.column for one in columns if one.read_as == "text"]
        answerer = Answerer(
            model,
            served,
            words=wish.words,
            neighbours=None if isinstance(near, str) else near,
            change=masking_of(released.curation, texts, released.types),
        )
        card = members.read(_CARD).decode()
        page = members.read(_CARD_PAGE).decode() if members.has(_CARD_PAGE) else None
        yield Opened(answerer, verdict, tuple(notes), card, released, home, page, *_read(released))


def _read(released: Released) -> tuple[RowsConfig, OcrConfig | None]:
    """Read how documents were divided and scans read; earlier bundles did neither."""
    ocr = released.reading.get("ocr")
    rows = RowsConfig(**released.reading.get("rows", {}))
    return rows, OcrConfig(**ocr) if ocr else None


def _ask(released: Released, verdict: Verdict, desk: Desk, wish: Wish, path: Path) -> list[str]:
    """Ask policy; a stricter stage needs a signer whom the reader knows."""
    use, rules = use_of(released)
    if use.stage != "explore" and verdict.exit_code != 0:
        raise PolicyRefusal(
            f"You do not know who signed {path.name!r}, and in {use.stage} use only people whom "
            "you know can vouch for it.",
            do="Ask the author for her key by telephone or on paper (warrant key show), then run: "
            f"warrant key trust {path} --key KEY --name NAME",
        )
    return _decided(released, desk, wish.step, use, rules)


def require_allowed(released: Released, desk: Desk) -> list[str]:
    """Ask policy whether a release may answer, with the facts of its workspace's log.

    Args:
        released: the release, and what it stands on.
        desk: gives the time of asking.

    Returns:
        What a reader must be told: rules that were no yes and stop nothing.

    Raises:
        PolicyRefusal: when a guardrail stops it.
    """
    use, rules = use_of(released)
    return _decided(released, desk, "predict", use, rules)


def _decided(
    released: Released,
    desk: Desk,
    step: Literal["predict", "serve"],
    use: Use,
    rules: Sequence[Rule],
) -> list[str]:
    decision = decide(rules, facts_of(released, desk.clock(), use), step, use)
    if not decision.allowed:
        raise refusal(decision)
    if use.stage != "explore" or not decision.notes:
        return [explain(outcome) for outcome in decision.notes]
    names = ", ".join(outcome.rule.id for outcome in decision.notes)
    return [f"Guardrails without a yes: {names}. In an exploration they stop nothing."]


def _home(path: Path, wish: Wish, verdict: Verdict) -> Path | None:
    """Find the workspace at hand."""
    if wish.workspace is not None:
        if not (wish.workspace / WORKSPACE_FOLDER).is_dir():
            raise InputError(
                f"{str(wish.workspace)!r} is not a workspace: it has no {WORKSPACE_FOLDER!r} "
                "folder.",
                do="Name the folder with the recipe, or leave --workspace out.",
            )
        return wish.workspace
    folder = path.absolute().parent
    note = folder / WORKSPACE_FOLDER / "log" / "checkpoint"
    is_own = note.is_file() and note.read_text("utf-8").startswith(f"{verdict.origin}\n")
    return folder if is_own else None
