"""Questions about agreements: what is held under them, what is owed, what goes when one ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrant.engine import dataset_record, read_dataset
from warrant.engine.columns import MEMBERS
from warrant.errors import InputError
from warrant.flow.agreement import FOLDER, agreements_in, terms_in
from warrant.flow.clock import instant
from warrant.flow.erase import erase_all, last_erasure
from warrant.flow.licences import tell_terms
from warrant.flow.row_sources import row_sources
from warrant.kernel.digest import Digest
from warrant.kernel.durable import write_file
from warrant.records.claim import Claim
from warrant.records.source import Terms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warrant.flow.agreement import Agreement
    from warrant.flow.commit import Pen
    from warrant.flow.erase import ErasureReport
    from warrant.flow.index import Entry
    from warrant.flow.workspace import Workspace
    from warrant.records.source import AnySource

_PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Held:
    """What is held under one agreement."""

    name: str
    """Of its file."""
    agreement: Agreement
    """Its terms."""
    sources: tuple[str, ...]
    """That name it as their licence, in the latest run."""
    documents: int
    """That were read from them."""


@dataclass(frozen=True)
class Loss:
    """What would go without an agreement."""

    name: str
    """Of the agreement."""
    rows: dict[str, tuple[int, int]]
    """By part: rows that would go, of how many."""
    labels: dict[str, tuple[int, int]]
    """Of training, by label: rows that would go, of how many."""
    models: tuple[str, ...]
    """Digests of models that learned from one of these rows."""


def held(workspace: Workspace) -> list[Held]:
    """List the agreements and what is held under each.

    Args:
        workspace: its folder holds the agreements, its log what was read.

    Returns:
        By name.

    Raises:
        InputError: when a file of an agreement does not fit.
    """
    sources = _sources(workspace)
    return [
        Held(
            name,
            agreement,
            tuple(one.name for one in sources if one.licence == name),
            sum(one.documents for one in sources if one.licence == name),
        )
        for name, agreement in agreements_in(workspace.root).items()
    ]


def owed(workspace: Workspace) -> list[tuple[str, str]]:
    """Combine what all agreements with a source ask, and the terms of all sources.

    Args:
        workspace: as for `held`.

    Returns:
        Each obligation once, with every agreement and clause, or source, that asks it.
    """
    found: dict[str, list[str]] = {}
    bound = [one for one in held(workspace) if one.sources]
    for one in bound:
        asked = [(term.what, term.clause) for term in one.agreement.obligations]
        asked += [
            (what, one.agreement.clauses.get(name, "not named"))
            for name, terms in _each(terms_in(one.agreement.permits))
            for what in tell_terms(terms)
        ]
        for what, clause in asked:
            found.setdefault(what, []).append(f"{one.name}, clause {clause}")
    named = {one.name for one in bound}
    for source in _sources(workspace):
        for what in tell_terms(source.held_under):
            places = found.setdefault(what, [])
            if source.licence not in named or not places:  # the paper is named already
                places.append(source.name)
    return [(what, "; ".join(places)) for what, places in sorted(found.items())]


def _each(terms: Terms) -> list[tuple[str, Terms]]:
    """Give each of several terms alone, by its name."""
    return [(name, Terms(**{name: getattr(terms, name)})) for name in Terms.model_fields]


def without(workspace: Workspace, name: str, label: str) -> Loss:
    """Count what would go without an agreement; nothing is trained or changed.

    Args:
        workspace: in which rows were divided.
        name: of the agreement.
        label: column of the answer.

    Returns:
        Rows by part and label, and the models that learned from them.

    Raises:
        InputError: when there is no such agreement, or nothing was divided yet.
    """
    gone = _documents(workspace, name)
    split = workspace.index.latest("split")
    if split is None:
        raise InputError("No rows were divided yet.", do=f"Run: warrant run {workspace.root}")
    outputs = workspace.index.links(split.position, "subject")
    rows: dict[str, tuple[int, int]] = {}
    labels: dict[str, list[int]] = {}
    for part in _PARTS:
        counts = [0, 0]
        for members, answers in _answers(workspace, Digest.from_hex(outputs[part]), label):
            is_gone = not gone.isdisjoint(members)
            counts[0] += is_gone
            counts[1] += 1
            for answer in answers if part == "train" else ():
                counted = labels.setdefault(answer, [0, 0])
                counted[0] += is_gone
                counted[1] += 1
        rows[part] = (counts[0], counts[1])
    users = workspace.index.users(outputs["train"]) if rows["train"][0] else []
    models = [
        workspace.index.links(entry.position, "subject")["model"]
        for entry in users
        if entry.stage == "train"
    ]
    told = {answer: (one[0], one[1]) for answer, one in sorted(labels.items())}
    return Loss(name, rows, told, tuple(dict.fromkeys(models)))


def end(pen: Pen, name: str) -> tuple[ErasureReport, Path]:
    """End an agreement: erase all that only it allowed to hold, and certify the destruction.

    Args:
        pen: signs; the workspace's lock is held.
        name: of the agreement.

    Returns:
        What was erased, and the certificate, a page of Markdown beside the agreement.

    Raises:
        InputError: when there is no such agreement, or nothing is held under it.
    """
    workspace = pen.workspace
    documents = _documents(workspace, name)
    reason, page = f"The agreement {name} ended.", workspace.root / FOLDER / f"{name}.ended.md"
    if not documents:
        erased = last_erasure(workspace, reason)
        ended = agreements_in(workspace.root)[name] if erased else None
        if erased and ended and ended.ended and not page.exists():  # killed before it was written
            write_file(page, _certificate(name, ended, erased, ended.ended).encode())
            return erased, page
        raise InputError(
            f"Nothing is held under the agreement {name!r}.",
            do=f"See what is: warrant agreements {workspace.root}",
        )
    agreement = agreements_in(workspace.root)[name]
    day = instant(pen.clock())[:10]
    terms = workspace.root / FOLDER / f"{name}.yaml"
    if agreement.ended is None:  # first: killed later, nothing is trained on it all the same
        text = terms.read_text(encoding="utf-8").rstrip("\n")
        write_file(terms, f"{text}\nended: {day}\n".encode())
        agreement = agreements_in(workspace.root)[name]  # the certificate names the file as it lies
    report = erase_all(pen, sorted(documents), reason)
    write_file(page, _certificate(name, agreement, report, day).encode())
    return report, page


def _certificate(name: str, agreement: Agreement, report: ErasureReport, day: str) -> str:
    asked = [term for term in agreement.obligations if "delet" in term.what or "destr" in term.what]
    clauses = ", ".join(term.clause for term in asked) or "none names destruction"
    lines = [
        f"# Certificate of destruction: {name}",
        "",
        f"- Agreement: {agreement.title}, with {agreement.party} (terms {agreement.digest[:16]})",
        f"- Clauses that ask for it: {clauses}",
        f"- Destroyed on {day}: {report.rows:,} rows in {report.datasets} datasets, the "
        "originals in the store, and the salts that tied the rows to their proofs",
        f"- Signed as log entry {report.committed.position}, "
        f"statement {report.committed.envelope.hex}",
        "",
        "Not destroyed:",
        "",
        *(f"- {one}" for one in report.not_reached),
        "",
        f"{report.warning}",
        "",
        "This page is a copy for reading. What counts is the signed statement: warrant verify",
        "",
    ]
    return "\n".join(lines)


def _sources(workspace: Workspace) -> tuple[AnySource, ...]:
    entry = workspace.index.latest("ingest")
    return _sources_of(workspace, entry) if entry else ()


def _sources_of(workspace: Workspace, entry: Entry) -> tuple[AnySource, ...]:
    digest = workspace.index.links(entry.position, "subject")["claim"]
    return Claim.from_bytes(workspace.store.get(Digest.from_hex(digest))).sources


def _documents(workspace: Workspace, name: str) -> set[bytes]:
    """Give the documents that were read under an agreement and under nothing else.

    Of a document read more than once, the last time counts; of one that no longer lies in its
    source, the last time that it did.
    """
    known = agreements_in(workspace.root)
    if name not in known:
        raise InputError(
            f"There is no agreement {name!r} in {FOLDER!r}.",
            do=f"There are: {', '.join(known) or 'none'}.",
        )
    gone: set[bytes] = set()
    stays: set[bytes] = set()
    for entry in reversed(workspace.index.entries()):
        if entry.stage == "ingest":
            under, other = _read_under(workspace, entry, name)
            stays |= other - gone
            gone |= under - stays
    return gone


def _read_under(workspace: Workspace, entry: Entry, name: str) -> tuple[set[bytes], set[bytes]]:
    """Give the documents that one step read under an agreement alone, and its others."""
    sources = _sources_of(workspace, entry)
    under = [one.licence == name for one in sources]
    manifest = Digest.from_hex(workspace.index.links(entry.position, "subject")["documents"])
    of = row_sources(workspace.store, manifest, sources) if len(set(under)) > 1 else None
    if of is None and len(set(under)) > 1:
        raise InputError(
            "Cases of several sources cannot be told apart by agreement.",
            do="Keep sources under different agreements in workspaces of their own.",
        )
    gone: set[bytes] = set()
    stays: set[bytes] = set()
    at = 0
    for batch in read_dataset(workspace.store, manifest, []):
        for members in batch.column(MEMBERS).to_pylist():
            (gone if under[0 if of is None else of[at]] else stays).update(members or ())
            at += 1
    return gone - stays, stays


def _answers(
    workspace: Workspace, manifest: Digest, label: str
) -> Iterator[tuple[list[bytes], list[str]]]:
    columns = [one.name for one in dataset_record(workspace.store, manifest).columns]
    wanted = [label] if label in columns else []
    for batch in read_dataset(workspace.store, manifest, wanted):
        answers: list[Any] = batch.column(label).to_pylist() if wanted else [None] * batch.num_rows
        for members, answer in zip(batch.column(MEMBERS).to_pylist(), answers, strict=True):
            listed = answer if isinstance(answer, list) else [str(answer)]
            yield members or [], listed
