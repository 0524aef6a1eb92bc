"""An evaluation by somebody else: her own rows, her own key, a file that anyone can check.

The rows stay with her. What she signs holds figures and a salted digest of the rows: she can show
later which they were, and nobody can test guesses before.
"""

from __future__ import annotations

import json
import secrets
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from warrant.engine import write_dataset
from warrant.engine.columns import OWN, make_batch
from warrant.errors import InputError, IntegrityError
from warrant.flow.answering import Wish, answering
from warrant.flow.asked import Question, Source
from warrant.flow.check import verify_path
from warrant.flow.clock import instant
from warrant.flow.members import Members, require_bundle
from warrant.kernel import bundle as container
from warrant.kernel.bundle import Member
from warrant.kernel.digest import Digest
from warrant.kernel.durable import write_file
from warrant.kernel.outside import read_outside, sign_outside
from warrant.kernel.statement import Actor
from warrant.kernel.store import LocalStore
from warrant.kernel.trust import Trust
from warrant.kernel.vault import Vault
from warrant.kernel.verdict import Verdict
from warrant.kernel.wording import quote
from warrant.records.dataset import Column
from warrant.records.evaluation import Evaluation
from warrant.records.interfaces import Desk as StageDesk
from warrant.records.model import Model
from warrant.serve.cells import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from warrant.flow.answering import Opened
    from warrant.flow.session import Desk
    from warrant.kernel.keys import Ed25519Signer
    from warrant.serve.cells import Cell
    from warrant.stages.evaluate import EvaluateConfig

SUFFIX = ".evaluation.json"
"""How the name of the signed file ends."""

_AT_A_TIME = 1000
_SCORES = 12
_SHOWN = 5
"""So many labels of the model are named."""


@dataclass(frozen=True)
class Order:
    """What is evaluated, on what, and by whom."""

    bundle: Path
    """The bundle."""
    rows: Path
    """A table or folder with the column of the answer."""
    output: Path
    """The signed file; ends in `SUFFIX`."""
    name: str
    """As the evaluator calls herself."""
    trust: Path | None = None
    """Another trust folder than her own."""


@dataclass(frozen=True)
class Evaluated:
    """An evaluation that was signed."""

    output: Path
    """The signed file."""
    figures: Path
    """The whole evaluation beside it."""
    evaluation: Evaluation
    """The same, read."""
    bundle: str
    """Bundle digest, hex."""
    salt: str
    """Hex: with it and the file of rows anyone can make the commitment again."""
    notes: tuple[str, ...]
    """What a reader must be told about the bundle."""


def evaluate_on(order: Order, desk: Desk, signer: Ed25519Signer) -> Evaluated:
    """Evaluate a bundle on rows of one's own, and sign what came out.

    Args:
        order: bundle, rows, output.
        desk: the evaluator's trust and clock.
        signer: her key.

    Returns:
        The evaluation and where it lies.

    Raises:
        InputError: when rows or output do not fit.
        IntegrityError: when the bundle is refused.
        PolicyRefusal: when a guardrail stops it.
    """
    if not order.output.name.endswith(SUFFIX):
        raise InputError(
            f"The signed file ends in {SUFFIX!r}, got {order.output.name!r}.",
            do=f"Write for example: -o mine{SUFFIX}",
        )
    wish = Wish("predict", order.trust, words=False, neighbours=False)
    with (
        answering(order.bundle, desk, wish) as opened,
        TemporaryDirectory(prefix="warrant-") as scratch,
    ):
        data = _measure(order, opened, Path(scratch))
        evaluation = Evaluation.from_bytes(data)
        notes = (*_unknown(order, opened, evaluation), *opened.notes)
        salt = secrets.token_bytes(32)
        bundle = Digest.from_hex(opened.answerer.served.digest)
        said = {
            "actor": Actor.of(signer, "reviewer").to_json(),
            "commitment": sha256(salt + _digest_of(order.rows)).hexdigest(),
            "evaluation": sha256(data).hexdigest(),
            "key": signer.public_key.text,
            "level": evaluation.scores[0].level if evaluation.scores else 0.95,
            "name": order.name,
            "recorded_at": instant(desk.clock()),
            "rows": evaluation.rows,
            "scores": [
                {"metric": one.metric, "value": one.value, "low": one.low, "high": one.high}
                for one in evaluation.scores[:_SCORES]
            ],
            "task": evaluation.task,
        }
        figures = order.output.with_name(order.output.name.removesuffix(SUFFIX) + ".figures.json")
        write_file(figures, data)
        write_file(order.output, sign_outside(bundle, said, signer))
        return Evaluated(order.output, figures, evaluation, bundle.hex, salt.hex(), notes)


def _unknown(order: Order, opened: Opened, evaluation: Evaluation) -> Iterator[str]:
    """Tell of labels that the model cannot answer; refuse rows that have no other."""
    members = Members(order.bundle, opened.answerer.served.digest)
    known = Model.from_bytes(members.read("model.json")).labels
    asked = {one.label: one.support for one in evaluation.labels if one.support}
    other = {label: count for label, count in asked.items() if label not in known}
    if not known or not other:
        return
    some = ", ".join(map(repr, known[:_SHOWN])) + (", …" if len(known) > _SHOWN else "")
    do = f"Write labels as the model does: {some}."
    if len(other) == len(asked):
        raise InputError(f"No row of {order.rows.name!r} has a label that the model knows.", do=do)
    yield (
        f"Right answers with a label that the model cannot give: {sum(other.values()):,} (labels: "
        f"{len(other)}). They count as wrong. {do}"
    )


def check_outside(path: Path, trust: Path, bundle: Path | None = None) -> Verdict:
    """Check a signed evaluation of somebody else.

    Args:
        path: the file.
        trust: the reader's trust folder.
        bundle: the bundle it should be of; None: its digest is only told.

    Returns:
        `holds` when the reader knows the key; `consistent, signer unknown` else. Of another
        bundle: `refused`.

    Raises:
        InputError: when it is no such file.
        IntegrityError: when its signature does not hold.
    """
    found = read_outside(path.read_bytes())
    said, known = found.predicate, Trust.load(trust).signer(found.key.key_id)
    figures = ", ".join(
        f"{quote(one['metric'])} {one['value']:.3f} [{one['low']:.3f}, {one['high']:.3f}]"
        for one in said["scores"]
    )
    lines = [
        f"Somebody who calls herself {quote(said['name'])} evaluated the bundle "
        f"{found.bundle.hex} on {said['rows']:,} rows of her own, "
        f"{said['recorded_at']}: {figures}.",
        f"Signed by the key {found.key.key_id}; the signature holds.",
        "The rows are hers: nothing here says what they are or whether the figures are true.",
    ]
    if bundle is not None:
        with_digest = _bundle_digest(bundle)
        if with_digest != found.bundle.hex:
            fault = (
                f"It is of the bundle {found.bundle.hex}, not of {bundle.name!r} ({with_digest})."
            )
            return Verdict("refused", (*lines, fault), (fault,))
        lines.append(f"It is of {bundle.name!r}.")
    if known is None:
        lines.append("You do not know this key.")
        return Verdict("consistent, signer unknown", tuple(lines), (), bundle=found.bundle.hex)
    lines.append(f"You know this key as {known.name!r}.")
    return Verdict("holds", tuple(lines), (), signers=(known.name,), bundle=found.bundle.hex)


def attach_outside(bundle: Path, signed: Path, desk: Desk, trust: Path | None = None) -> Path:
    """Add a signed evaluation to a bundle's evidence; the bundle digest stays.

    Args:
        bundle: the file; replaced as a whole.
        signed: what `evaluate_on` wrote, of this bundle.
        desk: the reader's trust and clock.
        trust: whom to believe; None: the reader's own trust folder.

    Returns:
        The bundle.

    Raises:
        InputError: when the evaluation is of another bundle.
        IntegrityError: when bundle or evaluation do not hold.
    """
    data = signed.read_bytes()
    if read_outside(data).bundle.hex != _bundle_digest(bundle):
        raise InputError(
            f"{signed.name!r} is not of {bundle.name!r}.",
            do="Name the bundle that was evaluated, or evaluate this one.",
        )
    name = f"{container.EVIDENCE}outside/{Digest.of(data).hex}.json"
    with TemporaryDirectory(prefix="warrant-", dir=bundle.absolute().parent) as folder:
        target = Path(folder) / bundle.name
        with container.Bundle.open(bundle) as opened:
            members = [Member(one, _laid(opened, one, folder)) for one in opened.entries]
        kept = [one for one in members if one.name != name]
        with target.open("w+b") as file:
            container.write(file, [*kept, Member(name, data)])
        verdict = verify_path(target, trust=trust or desk.trust, now=desk.clock())
        if verdict.exit_code == 1:
            raise IntegrityError(
                f"{bundle.name!r} is refused: {verdict.faults[0]}",
                do=f"Do not use it; keep it as evidence. See all: warrant verify {bundle}",
            )
        target.replace(bundle)
    return bundle


def _laid(opened: container.Bundle, name: str, folder: str) -> Path:
    """Lay a member out as a file, so that a large model is never held in memory."""
    path = Path(folder) / "members" / Digest.of(name.encode()).hex
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        for chunk in opened.chunks(name):
            file.write(chunk)
    return path


def _bundle_digest(path: Path) -> str:
    require_bundle(path)
    with container.Bundle.open(path) as opened:
        return Digest.of(opened.read(container.CONTENT)).hex


def _digest_of(rows: Path) -> bytes:
    """Digest a file, or the names and bytes of a folder's files."""
    from warrant.kernel.digest import hash_file

    if rows.is_file():
        return hash_file(rows).raw
    files = sorted(one for one in rows.rglob("*") if one.is_file())
    listed = [[one.relative_to(rows).as_posix(), hash_file(one).hex] for one in files]
    return sha256(json.dumps(listed).encode()).digest()


def _measure(order: Order, opened: Opened, scratch: Path) -> bytes:
    """Run the stage of evaluation on rows that only this machine has seen."""
    from warrant.stages.evaluate import step

    members = Members(order.bundle, opened.answerer.served.digest)
    record = members.read("model.json")
    store = LocalStore(scratch / "store")
    for one in Model.from_bytes(record).files:
        with members.open(Digest.from_hex(one.sha256)) as blob:
            store.put(blob.read())
    (scratch / "vault").parent.mkdir(exist_ok=True)
    Vault.create(scratch / "vault").close()
    with closing(Vault(scratch / "vault")) as vault:
        work = scratch / "work"
        work.mkdir()
        desk = StageDesk(store, vault, work, _silent)
        config, columns, rows = _rows(order, opened)
        members_of = [[Digest.of(f"{at}".encode()).raw] for at in range(len(rows))]
        batch = make_batch(
            columns,
            members_of,
            [[0]] * len(rows),
            {one.name: [row.get(one.name) for row in rows] for one in columns},
        )
        test = write_dataset(desk, "test", columns, [batch], {"kept": len(rows)})
        result = step.run({"model": store.put(record), "test": test.manifest}, config, desk)
        return store.get(result.outputs["evaluation"])


def _rows(
    order: Order, opened: Opened
) -> tuple[EvaluateConfig, list[Column], list[dict[str, Any]]]:
    """Read the rows as the model reads them, beside the cells of label and slices."""
    settings = _settings(opened)
    label = settings["label"]
    source = Source(Question(order.rows, str(order.rows)), opened.answerer, opened.rows, opened.ocr)
    asked = [one.cells for one in source.ask(0) if not one.unread]
    if not any(row.get(label) is not None for row in asked):
        raise InputError(
            f"No row of {order.rows.name!r} has a label: the column {label!r} is missing or empty.",
            do=f"Write the right answers into a column {label!r}.",
        )
    slices = tuple(
        name for name in settings.get("slices") or () if any(row.get(name) for row in asked)
    )
    reads = [one.column for one in opened.answerer.columns]
    rows: list[dict[str, Any]] = []
    for start in range(0, len(asked), _AT_A_TIME):
        part = asked[start : start + _AT_A_TIME]
        cells = opened.answerer.read(part)
        for at, row in enumerate(part):
            beside = {name: _plain(row.get(name)) for name in (label, *slices)}
            rows.append(beside | {name: listed[at] for name, listed in cells.items()})
    columns = [
        Column(name=name, type=_type([row.get(name) for row in rows]))
        for name in dict.fromkeys((*reads, label, *slices))
        if name not in OWN
    ]
    return _config(settings, slices), columns, _typed(rows, columns)


def _settings(opened: Opened) -> Mapping[str, Any]:
    step = opened.released.step("evaluate").statement
    found: Mapping[str, Any] = step.predicate["buildDefinition"]["externalParameters"]
    return dict(found["configuration"])


def _config(settings: Mapping[str, Any], slices: tuple[str, ...]) -> EvaluateConfig:
    """Measure as the author did; plan, bounds and failure tests are hers alone."""
    from warrant.metrics import Prices
    from warrant.stages.evaluate import EvaluateConfig

    costs = settings.get("costs")
    return EvaluateConfig(
        label=settings["label"],
        label_separator=settings["label_separator"],
        convention=settings["convention"],
        costs=Prices(**costs) if costs else None,
        slices=slices,
        resamples=settings["resamples"],
        seed=settings["seed"],
    )


def _type(cells: Sequence[object]) -> Any:  # noqa: ANN401 - a literal
    there = [cell for cell in cells if cell is not None]
    if there and all(isinstance(cell, list) for cell in there):
        return "list"
    numbers = all(isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in there)
    return "number" if there and numbers else "text"


def _typed(rows: list[dict[str, Any]], columns: Sequence[Column]) -> list[dict[str, Any]]:
    texts = {one.name for one in columns if one.type == "text"}
    numbers = {one.name for one in columns if one.type == "number"}
    for row in rows:
        for name in texts & row.keys():
            row[name] = plain_text(row[name])
        for name in numbers & row.keys():
            row[name] = None if row[name] is None else float(row[name])
    return rows


def _plain(cell: Cell) -> object:
    return cell if isinstance(cell, (list, int, float)) else plain_text(cell)


def _silent(done: int, total: int | None, unit: str) -> None:
    del done, total, unit
