"""The demo: invented contracts, the main job on them, and one changed byte that is refused.

Everything lies in the demo's own folder, its key and trust too: the reader's own stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from warrant.errors import InputError
from warrant.flow.check import verify_path
from warrant.flow.demo_data import make_contracts
from warrant.flow.job import run_recipe
from warrant.flow.recipe import read_recipe
from warrant.flow.session import Desk, new_person
from warrant.kernel import bundle
from warrant.kernel.bundle import Member

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.report import Reporter, RunReport
    from warrant.kernel.verdict import Verdict

KEY_NAME = "demo"
AUTHOR = "Dana Demo (fictional)"
LABEL = """\
Everything in this folder is invented: contracts, companies, names, the author and her key.
The key has no passphrase; no one should believe what it signs. Delete the folder at any time.
"""
RECIPE = """\
# The whole job, on invented contracts. `warrant run DIR --explain` prints every setting in force.
warrant: 1
name: contracts-demo
use: {stage: explore, team: solo, impact: low}   # explore: nothing here is for decisions

sources:
  - path: contracts/                  # text files
    metadata: contracts/index.csv     # one line per file; joined by the column that names the file
    licence: CC0-1.0
    origin: Invented for this demo by a program; no contract is real
    rights: {train: true, commercial: true, expires: never}
    special_category: false

curate:
  - drop_exact_duplicates             # copies would be counted twice

task: {kind: multiclass, label: contract_type}

split: {test: 0.2, validation: 0.1, seed: 7}     # test rows are used once, for the result

expect: {metric: macro_f1, value: 0.70, sure: 0.6}   # your own guess, signed before the result

evaluate:
  plan: [{metric: macro_f1, at_least: 0.55}]     # what is good enough, signed before the result
  slices: [governing_law]

guardrails: [core]
"""


class Audience(Protocol):
    """To whom the demo is shown; made by `cli`."""

    @property
    def reporter(self) -> Reporter:
        """Told how far the run is."""

    def scene(self, title: str, *lines: str) -> None:
        """Begin a part of the story."""

    def ran(self, report: RunReport) -> None:
        """Show how the run ended."""

    def checked(self, path: Path, verdict: Verdict) -> None:
        """Show a verdict."""


@dataclass(frozen=True)
class Demo:
    """What the demo made and found."""

    folder: Path
    """The workspace."""
    trust: Path
    """The trust folder that knows the demo's author."""
    report: RunReport
    """Of the run."""
    workspace: Verdict
    """Of the workspace: holds."""
    bundle: Verdict
    """Of the bundle: holds."""
    changed: Path
    """A copy of the bundle with one byte changed."""
    refused: Verdict
    """Of that copy: refused."""

    @property
    def is_as_told(self) -> bool:
        """Say whether the story ended as it should."""
        found = (self.workspace.result, self.bundle.result, self.refused.result)
        return found == ("holds", "holds", "refused")


def make_demo(folder: Path, audience: Audience, count: int = 300) -> Demo:
    """Make a demo workspace, verify it, and show that a changed byte is refused.

    Args:
        folder: is created.
        audience: told each part as it happens.
        count: contracts to invent.

    Returns:
        What was made and found.

    Raises:
        InputError: if the folder holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{str(folder)!r} exists already.", do="Name a folder that does not.")
    desk = Desk(folder / "reader", unprotected=True)
    _prepare(folder, desk, count, audience)
    audience.scene("2. The job", f"warrant run {folder}")
    recipe = read_recipe(folder / "recipe.yaml")
    report = run_recipe(folder, recipe, desk, KEY_NAME, audience.reporter)
    audience.ran(report)
    known = f"--trust {desk.trust}"
    audience.scene("3. Does every claim hold?", f"warrant verify {folder} {known}")
    sound = _verify(folder, desk)
    audience.checked(folder, sound)
    audience.scene("", f"warrant verify {report.bundle} {known}")
    packed = _verify(report.bundle, desk)
    audience.checked(report.bundle, packed)
    changed, story = change_one_byte(report, folder / "changed" / report.bundle.name)
    audience.scene("4. One byte is changed", story, f"warrant verify {changed} {known}")
    refused = _verify(changed, desk)
    audience.checked(changed, refused)
    return Demo(folder, desk.trust, report, sound, packed, changed, refused)


def _prepare(folder: Path, desk: Desk, count: int, audience: Audience) -> None:
    made = make_contracts(folder / "contracts", count=count)
    (folder / "FICTIONAL.txt").write_text(LABEL, encoding="utf-8")
    (folder / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
    new_person(desk, KEY_NAME, AUTHOR)
    audience.scene(
        "1. Invented contracts",
        f"{made.files} text files in {made.folder}, {made.duplicates} of them copies and "
        f"{made.unreadable} without text; a sheet, {made.sheet.name}, says of which type each is.",
        f"The recipe: {folder / 'recipe.yaml'}. The author: {AUTHOR}, with a key of her own in "
        f"{desk.folder}.",
        "All of it is fictional.",
    )


def _verify(path: Path, desk: Desk) -> Verdict:
    return verify_path(path, trust=desk.trust, now=desk.clock(), seen=desk.seen)


def change_one_byte(report: RunReport, target: Path) -> tuple[Path, str]:
    """Copy a bundle and make its card look better by one digit, as a forger would.

    The ZIP is written anew, so that its checksums are right and only the signed digest tells.

    Args:
        report: of the run that made the bundle.
        target: the copy; its folder is created.

    Returns:
        The copy, and a sentence on what was changed.
    """
    with report.bundle.open("rb") as file:
        members = bundle.read(file)
    score = next(one for one in report.evaluation.scores if one.metric == "macro_f1")
    honest = f"{score.value:.3f}"
    better = honest[:2] + ("9" if honest[2] != "9" else "8") + honest[3:]
    members["card.md"] = members["card.md"].replace(honest.encode(), better.encode(), 1)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w+b") as file:
        bundle.write(file, [Member(name, data) for name, data in members.items()])
    return target, f"In a copy of the bundle the card now says {better} where it said {honest}."
