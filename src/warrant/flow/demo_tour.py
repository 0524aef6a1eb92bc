"""The whole demo: two sources, a refusal, a pilot, a server, a spreadsheet of answers, a forgery.

Each command that the story shows is what the program does at that moment, in the demo's own folder.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.request import Request, urlopen

from warrant.errors import InputError, PolicyRefusal
from warrant.flow.acts import answer, approve
from warrant.flow.answering import Wish
from warrant.flow.check import verify_path
from warrant.flow.clock import instant
from warrant.flow.demo import AUTHOR, KEY_NAME, LABEL, Audience, change_one_byte
from warrant.flow.demo_folders import make_folders
from warrant.flow.job import run_recipe
from warrant.flow.predict import Order, predict
from warrant.flow.recipe import read_recipe
from warrant.flow.serving import Post, serving
from warrant.flow.session import Desk, load_person, new_person, open_pen
from warrant.flow.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from warrant.flow.commit import Pen
    from warrant.flow.predict import Predicted
    from warrant.flow.report import RunReport
    from warrant.kernel.statement import Role
    from warrant.kernel.verdict import Verdict

LENT = """\
  - path: lent/
    metadata: lent/index.xlsx
    licence: Loan agreement, reading only
    origin: Lent by a partner for review (invented)
    rights: {train: false, commercial: false, expires: 2031-12-31}
    special_category: false
"""
"""The source that may not be trained on."""

RECIPE = """\
# The whole job, on invented contracts. `warrant run DIR --explain` prints every setting in force.
warrant: 1
name: contracts-demo
use: {stage: explore, team: solo, impact: low}

sources:
  - path: contracts/                  # txt, docx, pdf, eml
    metadata: contracts/index.xlsx    # one line a file
    licence: CC0-1.0
    origin: Invented for this demo by a program; no contract is real
    rights: {train: true, commercial: true, expires: never}
    special_category: false
LENT
curate:
  - drop_exact_duplicates
  - near_duplicates: {similarity: 0.8, action: group}   # near copies never cross the split
  - mask_personal_data: {recognisers: [patterns]}       # originals stay in the vault

task: {kind: multiclass, label: contract_type}

split: {test: 0.2, validation: 0.1, seed: 7}

expect: {metric: macro_f1, value: 0.70, sure: 0.6}   # your guess, signed before the result

evaluate:
  plan: [{metric: macro_f1, at_least: 0.55}]         # what is good enough, signed before the result
  slices: [governing_law]

guardrails: [core]
"""


class TourAudience(Audience, Protocol):
    """To whom the whole demo is shown; made by `cli`."""

    def refused(self, refusal: PolicyRefusal) -> None:
        """Show what a guardrail stopped, and the remedy."""

    def answered(self, done: Predicted) -> None:
        """Show how a batch of answers ended."""


@dataclass(frozen=True)
class Tour:
    """What the whole demo made and found."""

    folder: Path
    """The workspace."""
    trust: Path
    """The trust folder that knows the demo's author."""
    stopped: tuple[str, ...]
    """What guardrails stopped, in the order of the story: reasons, a line each."""
    explored: RunReport
    """Of the run for oneself alone."""
    report: RunReport
    """Of the pilot."""
    answer: str
    """What the server answered."""
    card_bytes: int
    """Size of the card that it gave."""
    answers: Path
    """The spreadsheet."""
    verdicts: tuple[Verdict, ...]
    """Of workspace and bundle: both hold."""
    refused: Verdict
    """Of the bundle with one byte changed."""

    @property
    def is_as_told(self) -> bool:
        """Say whether the story ended as it should."""
        found = tuple(one.result for one in self.verdicts)
        return found == ("holds", "holds") and self.refused.result == "refused"


def make_tour(folder: Path, audience: TourAudience) -> Tour:
    """Walk the whole road on invented contracts.

    Args:
        folder: is created.
        audience: told each part as it happens.

    Returns:
        What was made and found.

    Raises:
        InputError: if the folder holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{str(folder)!r} exists already.", do="Name a folder that does not.")
    walk = _Walk(folder, Desk(folder / "reader", unprotected=True), audience)
    walk.prepare()
    forbidden = walk.stopped("2. One source may not be trained on", "explore", LENT)
    explored = walk.explore()
    unready = walk.stopped("4. Production asks for more", "production")
    report, unapproved = walk.pilot()
    said, card_bytes = walk.ask(report)
    done = walk.predict(report)
    verdicts = walk.verify(report)
    refused = walk.forge(report)
    stopped = (*forbidden.reasons, *unready.reasons, *unapproved.reasons)
    return Tour(
        folder,
        walk.desk.trust,
        stopped,
        explored,
        report,
        said,
        card_bytes,
        done.output,
        verdicts,
        refused,
    )


@dataclass(frozen=True)
class _Walk:
    """The folder, who works in it, and who looks on."""

    folder: Path
    desk: Desk
    audience: TourAudience

    @property
    def known(self) -> str:
        """The words that say whom to believe."""
        return f"--trust {self.desk.trust}"

    def prepare(self) -> None:
        made = make_folders(self.folder)
        (self.folder / "FICTIONAL.txt").write_text(LABEL, encoding="utf-8")
        new_person(self.desk, KEY_NAME, AUTHOR)
        kinds = ", ".join(f"{count} {ending}" for ending, count in made.formats.items())
        self.audience.scene(
            "1. Invented contracts",
            f"{made.files} files ({kinds}), two sheets of which type each is.",
            "Planted: copies, near copies, personal data, scans, damaged files.",
            f"The author is {AUTHOR}. All of it is fictional.",
        )

    def run(self, stage: str, lent: str = "") -> RunReport:
        """Run the recipe for a stage of use, with the second source or without."""
        path = self.folder / "recipe.yaml"
        text = RECIPE.replace("LENT\n", lent).replace("stage: explore", f"stage: {stage}")
        path.write_text(text, encoding="utf-8")
        reporter = self.audience.reporter
        return run_recipe(self.folder, read_recipe(path), self.desk, KEY_NAME, reporter)

    def stopped(self, title: str, stage: str, lent: str = "") -> PolicyRefusal:
        """Run into a guardrail, and show what it says."""
        change = "" if lent else f"In recipe.yaml, use: {{stage: {stage}}}"
        self.audience.scene(title, *filter(None, [change]), f"warrant run {self.folder}")
        try:
            self.run(stage, lent)
        except PolicyRefusal as refusal:
            self.audience.refused(refusal)
            return refusal
        raise AssertionError(stage)  # the demo's own recipe is refused there

    def explore(self) -> RunReport:
        self.audience.scene(
            "3. Without it, an exploration", "The source lent/ is taken out of recipe.yaml.",
            f"warrant run {self.folder}",
        )  # fmt: skip
        report = self.run("explore")
        self.audience.ran(report)
        return report

    def pilot(self) -> tuple[RunReport, PolicyRefusal]:
        """Answer, run, approve, run: one person alone, where little is at stake."""
        reason = "A person reads every contract anyway"
        where = str(self.folder)
        self.audience.scene(
            "5. A pilot by one person",
            "Little is at stake here, so its author may approve alone, and each answer says so.",
            f'warrant card {where} --answer impact=low --reason "{reason}"',
        )
        self._sign("author", lambda pen: answer(pen, "impact", "low", reason))
        refusal = self.stopped("", "pilot")
        read = "Read the card and compared 20 answers"
        self.audience.scene("", f'warrant approve {where} --stage pilot --reason "{read}"')
        self._sign("approver", lambda pen: approve(pen, read, "pilot"))
        self.audience.scene("", f"warrant run {where}")
        report = self.run("pilot")
        self.audience.ran(report)
        return report, refusal

    def _sign(self, role: Role, act: Callable[[Pen], object]) -> None:
        identity = load_person(self.desk, KEY_NAME, role)
        workspace = Workspace.open(self.folder)
        try:
            with workspace.writing("warrant demo", instant(self.desk.clock())):
                act(open_pen(workspace, self.desk, identity))
        finally:
            workspace.close()

    def ask(self, report: RunReport) -> tuple[str, int]:
        """Let the server answer one question and show its card."""
        text = "The Landlord lets the premises to the Tenant for a monthly rent."
        self.audience.scene(
            "6. A server on this machine", f"warrant serve {report.bundle} {self.known}"
        )
        with serving(report.bundle, self.desk, Post(port=0)) as told:
            rows = json.dumps({"rows": [{"text": text}]}).encode()
            headers = {"content-type": "application/json"}
            asked = Request(f"{told.url}v1/predict", rows, headers)  # noqa: S310 (http, loopback)
            with urlopen(asked) as reply:  # noqa: S310
                answered = json.load(reply)
            with urlopen(f"{told.url}card") as reply:  # noqa: S310
                size = len(reply.read())
        first = answered["answers"][0]
        self.audience.scene(
            "",
            f'POST /v1/predict "{text}"',
            f"answer: {first['answer']}, probability {first['probability']:.2f}; "
            f"{answered['model']['notice']}",
            f"GET /card: {size:,} bytes",
        )
        return str(first["answer"]), size

    def predict(self, report: RunReport) -> Predicted:
        new, answers = self.folder / "new", self.folder / "answers.xlsx"
        sheet = new / "questions.xlsx"
        self.audience.scene(
            "7. New contracts, answered in a spreadsheet",
            f"warrant predict {report.bundle} {new} --sheet {sheet} -o {answers} {self.known}",
        )
        order = Order(report.bundle, str(new), answers, sheet)
        done = predict(order, self.desk, Wish(), self.audience.reporter)
        self.audience.answered(done)
        return done

    def verify(self, report: RunReport) -> tuple[Verdict, ...]:
        self.audience.scene("8. Does every claim hold?")
        found = []
        for path in (self.folder, report.bundle):
            self.audience.scene("", f"warrant verify {path} {self.known}")
            found.append(self._verdict(path))
        return tuple(found)

    def forge(self, report: RunReport) -> Verdict:
        changed, story = change_one_byte(report, self.folder / "changed" / report.bundle.name)
        self.audience.scene("9. One byte is changed", story)
        self.audience.scene("", f"warrant verify {changed} {self.known}")
        return self._verdict(changed)

    def _verdict(self, path: Path) -> Verdict:
        verdict = verify_path(
            path, trust=self.desk.trust, now=self.desk.clock(), seen=self.desk.seen
        )
        self.audience.checked(path, verdict)
        return verdict
