"""A small workspace over invented notes, and the people who work in it."""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from warrant.flow.acts import answer, make_exception
from warrant.flow.check import verify_path
from warrant.flow.commit import Pen
from warrant.flow.job import run_recipe
from warrant.flow.keys import add_person
from warrant.flow.recipe import parse_recipe
from warrant.flow.report import Reporter, RunReport
from warrant.flow.session import Desk, load_person, new_person, open_pen
from warrant.flow.workspace import Workspace
from warrant.kernel.statement import Role
from warrant.kernel.trust import TrustedSigner, add_signer
from warrant.kernel.verdict import Verdict

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
KINDS = {
    "lease": ["tenant", "rent", "premises", "landlord", "deposit", "months", "floor", "keys"],
    "loan": ["borrower", "interest", "principal", "lender", "repay", "instalment", "bank", "rate"],
    "supply": ["goods", "deliver", "warehouse", "buyer", "seller", "invoice", "price", "pallet"],
}
SHARED = [
    "this",
    "agreement",
    "between",
    "both",
    "parties",
    "is",
    "governed",
    "by",
    "law",
    "and",
    "may",
    "be",
    "ended",
]
SECRET = "the heron nests behind the {} mill"
"""A sentence of its own in every note."""

RECIPE = """\
warrant: 1
name: notes
use: {{stage: {stage}, team: {team}, impact: low}}
sources:
  - path: notes
    metadata: notes.csv
    licence: CC0-1.0
    origin: Invented for this test
    rights: {{train: {train}, commercial: true, expires: {expires}}}
    special_category: false
curate: [drop_exact_duplicates, {{min_words: {{words: 4}}}}]
task: {{kind: multiclass, label: kind}}
split: {{test: 0.3, validation: 0.1, seed: {seed}}}
train: {{seed: {train_seed}}}
evaluate: {{plan: [{{metric: macro_f1, at_least: {bound}}}], resamples: 100}}
guardrails: [core]
"""
DEFAULTS = {
    "stage": "explore",
    "team": "team",
    "train": "true",
    "expires": "2027-01-31",
    "seed": 7,
    "train_seed": 7,
    "bound": 0.05,
}


def recipe_text(**changes: object) -> str:
    """Write the recipe with some settings changed."""
    return RECIPE.format(**{**DEFAULTS, **changes})


@dataclass
class Clock:
    """A clock that is set by hand and ticks a second at each look."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Recorder:
    """A reporter that remembers."""

    steps: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    costs: list[tuple[float, float | None]] = field(default_factory=list)

    def step(self, stage: str, state: str) -> None:
        self.steps.append((stage, state))

    def progress(self, done: int, total: int | None, unit: str) -> None:
        pass

    def note(self, text: str) -> None:
        self.notes.append(text)

    def spent(self, usd: float, ceiling_usd: float | None) -> None:
        self.costs.append((usd, ceiling_usd))


@dataclass
class Bench:
    """One workspace and the desk of its author.

    Args:
        root: the workspace; the author's keys and trust lie in it under `reader`.
    """

    root: Path
    clock: Clock = field(default_factory=Clock)

    @property
    def desk(self) -> Desk:
        """The author's desk."""
        return Desk(self.root / "reader", clock=self.clock, unprotected=True, wait_s=0.2)

    @property
    def state(self) -> Path:
        """The `.warrant` folder."""
        return self.root / ".warrant"

    def desk_of(self, name: str) -> Desk:
        """Another person's desk, on another machine."""
        return replace(self.desk, folder=self.root / name)

    def run(self, reporter: Reporter | None = None, /, **changes: object) -> RunReport:
        """Run the recipe with some settings changed."""
        recipe = parse_recipe(recipe_text(**changes))
        return run_recipe(self.root, recipe, self.desk, reporter=reporter)

    def verify(self, path: Path | None = None, trust: Path | None = None) -> Verdict:
        """Verify the workspace or a bundle, as the author."""
        return verify_path(
            path or self.root, trust=trust or self.desk.trust, now=self.clock(), seen=None
        )

    def require_sound(self) -> None:
        """Assert that workspace and bundle hold."""
        for path in (self.root, self.root / "notes.bundle"):
            verdict = self.verify(path)
            assert (verdict.result, verdict.faults) == ("holds", ())

    @contextmanager
    def open(self) -> Iterator[Workspace]:
        """Open the workspace to read."""
        workspace = Workspace.open(self.root)
        try:
            yield workspace
        finally:
            workspace.close()

    @contextmanager
    def pen(self, role: Role = "author", desk: Desk | None = None) -> Iterator[Pen]:
        """Open the workspace to sign in it."""
        desk = desk or self.desk
        identity = load_person(desk, None, role)
        with self.open() as workspace, workspace.writing("test", wait_s=0.2):
            yield open_pen(workspace, desk, identity)

    def add(self, short: str, name: str, roles: list[Role]) -> Desk:
        """Let another person act here, and let the author trust her."""
        desk = self.desk_of(short)
        key = new_person(desk, short, name).person.public_key
        with self.pen() as pen:
            add_person(pen, name, key.text, roles)
        return desk

    def entries(self) -> list[str]:
        """List what the log holds: stages, and predicate types of what is no step."""
        with self.open() as workspace:
            return [entry.stage or entry.predicate for entry in workspace.index.entries()]

    def trust_too(self, name: str, desk: Desk) -> None:
        """Let the author's trust folder know another person."""
        key = load_person(desk, None, "approver").person.public_key
        add_signer(self.desk.trust, TrustedSigner(key, name, ("approver", "reviewer")))

    def settle(self, impact: str = "low", expires_at: str | None = None) -> None:
        """Have others answer what pilot use asks: impact, and personal data in the last rows."""
        eve = self.desk_of("eve")
        if not eve.folder.exists():
            self.add("eve", "Eve Eriksen", ["approver"])
        with self.pen() as pen:
            answer(pen, "impact", impact, "Nobody is judged by a note.")
        with self.pen("approver", eve) as pen:
            reason = "The notes are invented."
            make_exception(pen, "personal-data-resolved", reason, expires_at, "production")

    def files_with(self, text: str) -> list[str]:
        """List the files under `.warrant` whose bytes hold a text."""
        return [
            path.relative_to(self.state).as_posix()
            for path in sorted(self.state.rglob("*"))
            if path.is_file() and text.encode() in path.read_bytes()
        ]


def write_notes(root: Path, count: int = 36) -> None:
    """Write notes of three kinds and their sheet; four planted files are none of them."""
    folder = root / "notes"
    folder.mkdir(parents=True)
    rng = random.Random(5)
    lines = [("file", "kind", "day")]
    for number in range(count):
        kind = list(KINDS)[number % len(KINDS)]
        words = [rng.choice(KINDS[kind] + SHARED) for _ in range(30)]
        text = f"{' '.join(words)}. {SECRET.format(f'{number:03}')}.\n"
        name = f"note-{number:03}.txt"
        (folder / name).write_text(text, encoding="utf-8")
        if number % 6 == 5:  # so that no model is right about all of them
            kind = list(KINDS)[(number + 1) % len(KINDS)]
        lines.append((name, kind, f"2025-03-{1 + number % 28:02}"))
    (folder / "copy.txt").write_bytes((folder / "note-004.txt").read_bytes())
    (folder / "short.txt").write_text("Hello there.\n", encoding="utf-8")
    (folder / "broken.txt").write_bytes(b"\xff\xfe\x00\xd8\x00" * 40)
    (folder / "scan.tiff").write_bytes(b"II*\x00" * 8)
    (folder / "nolabel.txt").write_text("goods and goods and goods and goods\n", encoding="utf-8")
    lines += [("copy.txt", "loan", "2025-03-05"), ("short.txt", "lease", "2025-03-06")]
    lines += [("nolabel.txt", "", "2025-03-07")]
    with (root / "notes.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)


def make_bench(root: Path) -> Bench:
    """Make a workspace that nothing was run in yet."""
    write_notes(root)
    (root / "recipe.yaml").write_text(recipe_text(), encoding="utf-8")
    bench = Bench(root)
    new_person(bench.desk, "ann", "Ann Alvarez")
    return bench


def copy_bench(finished: Bench, root: Path) -> Bench:
    """Copy a workspace, so that a test may do with it what it likes."""
    shutil.copytree(finished.root, root)
    return Bench(root, Clock(finished.clock.now))
