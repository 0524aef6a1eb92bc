"""Small datasets in a real store, and a whole run over invented contracts."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.engine.desk import make_desk
from warrant.engine import make_batch, write_dataset
from warrant.flow.demo_data import make_contracts
from warrant.kernel.digest import Digest
from warrant.records.claim import Claim
from warrant.records.dataset import Column
from warrant.records.interfaces import Desk, StageResult
from warrant.records.source import Rights, Source
from warrant.stages import deploy, evaluate, report, train

TEXT = Column(name="text", type="text")
KIND = Column(name="contract_type", type="text")
LAW = Column(name="governing_law", type="text")


def write_rows(
    desk: Desk,
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    documents: Sequence[bytes] | None = None,
    counts: Mapping[str, int] | None = None,
) -> Digest:
    """Write rows, each its own document unless `documents` says otherwise."""
    own = documents or [sha256(f"{name}{place}".encode()).digest() for place in range(len(rows))]
    cells = {column.name: [row.get(column.name) for row in rows] for column in columns}
    batch = make_batch(
        columns, [[one] for one in own], [[place] for place in range(len(own))], cells
    )
    return write_dataset(desk, name, columns, [batch], counts or {"kept": len(rows)}).manifest


def fresh(desk: Desk, name: str) -> Desk:
    """Give the desk of the next step: the same store, a scratch folder of its own."""
    scratch = desk.scratch.parent / f"scratch-{name}"
    scratch.mkdir()
    return replace(desk, scratch=scratch)


def contract_rows(folder: Path, count: int = 160) -> list[dict[str, str]]:
    """Read invented contracts as curation would leave them: no copies, nothing unreadable."""
    made = make_contracts(folder, count=count)
    rows, seen = [], set()
    with made.sheet.open(newline="", encoding="utf-8") as sheet:
        for line in csv.DictReader(sheet):
            data = (folder / line["file"]).read_bytes()
            if data and not data.startswith(b"\xff") and data not in seen:
                seen.add(data)
                rows.append({**line, "text": data.decode()})
    return rows


@dataclass(frozen=True)
class Whole:
    """Everything that a run over contracts left."""

    desk: Desk
    inputs: dict[str, Digest]
    train: StageResult
    evaluate: StageResult
    report: StageResult
    deploy: StageResult
    texts: list[str]

    def blob(self, stage: str, name: str) -> bytes:
        """Give an output of a stage."""
        result: StageResult = getattr(self, stage)
        return self.desk.store.get(result.outputs[name])


def run_whole(folder: Path) -> Whole:
    """Train, evaluate, report and deploy on invented contracts."""
    desk = make_desk(folder)
    columns = (TEXT, KIND, LAW)
    rows = contract_rows(folder / "contracts")
    random.Random(3).shuffle(rows)
    cut = {"test": rows[:50], "validation": rows[50:70], "train": rows[70:]}
    inputs = {name: write_rows(desk, name, columns, part) for name, part in cut.items()}
    trained = train.run(
        inputs,
        train.TrainConfig(name="contracts", label="contract_type"),
        fresh(desk, "train"),
    )
    model = trained.outputs["model"]
    plan = "ab" * 32
    measured = evaluate.run(
        {"model": model, "test": inputs["test"]},
        evaluate.EvaluateConfig(
            label="contract_type",
            plan=plan,
            bounds=(
                evaluate.PlannedBound("macro_f1", 0.5),
                evaluate.PlannedBound("accuracy", 0.999),
            ),
            slices=("governing_law",),
        ),
        fresh(desk, "evaluate"),
    )
    source = Source(
        name="contracts/",
        licence="CC-BY-4.0",
        rights=Rights(train=True, expires="2030-01-01"),
        documents=143,
        unread=5,
    )
    ingest = Claim(stage="ingest", version=1, inputs=(), outputs=(), counts={}, sources=(source,))
    claims = {
        "claim-ingest": desk.store.put(ingest.to_bytes()),
        "claim-train": desk.store.put(trained.claim.to_bytes()),
        "claim-evaluate": desk.store.put(measured.claim.to_bytes()),
    }
    records = {"model": model, "evaluation": measured.outputs["evaluation"]}
    reported = report.run(
        {**inputs, **claims, **records},
        report.ReportConfig(
            name="contracts",
            licence="CC-BY-4.0",
            plan=plan,
            expected=report.Expected("macro_f1", 0.8, 0.7),
            answers=(
                report.Answer("intended_use", "Sorting new contracts.", "Ada Example", "cd" * 32),
                report.Answer("oversight", "not answered", "Ada Example", "ef" * 32),
            ),
        ),
        fresh(desk, "report"),
    )
    deployed = deploy.run(
        {**records, **reported.outputs},
        deploy.DeployConfig("contracts"),
        fresh(desk, "deploy"),
    )
    texts = [row["text"] for row in rows]
    return Whole(desk, inputs, trained, measured, reported, deployed, texts)
