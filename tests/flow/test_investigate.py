"""One wrong answer looked into: reasons, rows, the smallest change, causes; text stays inert."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.flow.bench import Bench
from tests.flow.causes.looked import Looked, look_into, row_ids
from tests.flow.causes.planted import QUESTION, Planted
from tests.flow.causes.plants import PLANTS, corpus
from warrant.errors import InputError
from warrant.flow.answering import Wish
from warrant.flow.investigate import CAUSES, Inquiry, Investigated, investigate
from warrant.flow.investigate.page import render_page
from warrant.flow.investigate.rows import RowsRead
from warrant.flow.investigate.scene import Scene
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.flow.session import new_person
from warrant.models import InputColumn

COLUMNS = """\
warrant: 1
name: cells
use: {stage: explore, team: team, impact: low}
sources:
  - path: rows.csv
    licence: CC0-1.0
    origin: Invented for this test
    rights: {train: true, commercial: true, expires: never}
    special_category: false
inputs: [{column: n, as: number}, {column: c, as: category}]
task: {kind: multiclass, label: y}
train: {tier: trees}
evaluate: {resamples: 100}
"""
HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(2)>"


@dataclass(frozen=True)
class Case:
    """A workspace with rows of a wrong label."""

    root: Path
    planted: Planted
    looked: Looked

    def ask(self, inquiry: Inquiry, path: Path | None = None) -> Investigated:
        """Look into something."""
        return investigate(path or self.root, inquiry, self.planted.desk(self.root))


@pytest.fixture(name="case", scope="module")
def _case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    root = tmp_path_factory.mktemp("looked") / "planted"
    planted = PLANTS["wrong_label"](2, planted=True, held_back=False)
    return Case(root, planted, look_into(planted, root))


def test_a_wrong_label_is_named_with_the_rows_that_carry_it(case: Case) -> None:
    found = case.looked.found
    assert found.is_wrong
    assert found.expected == case.planted.expected
    assert case.looked.first == "wrong_label"
    assert found.causes[0].words == CAUSES["wrong_label"]
    assert "Fitted again without" in found.causes[0].evidence[0]
    assert case.looked.names_a_guilty_row
    assert len(found.pushers) == 10
    assert found.influence.startswith("one-step influence in closed form")
    guilty = next(one for one in found.pushers if one.row in case.looked.guilty)
    assert guilty.influence > 0
    assert guilty.label == found.given.answer
    assert guilty.path in ("train-1.csv", "train-2.csv")


def test_the_smallest_change_was_put_to_the_model(case: Case) -> None:
    flip = case.looked.found.flip
    assert flip is not None
    text = str(case.planted.question["text"])
    for change in flip.changes:
        text = " ".join(word for word in text.split() if word.lower() != change.before)
    again = case.ask(Inquiry(text=text))
    assert again.given.answer == flip.answer != case.looked.found.given.answer


def test_a_text_gets_the_same_answer_as_the_row_and_its_causes(case: Case) -> None:
    asked = case.ask(
        Inquiry(text=str(case.planted.question["text"]), expected=case.planted.expected)
    )
    assert asked.given == case.looked.found.given
    assert [one.code for one in asked.causes] == [one.code for one in case.looked.found.causes]


def test_without_an_expectation_the_second_likeliest_label_stands_for_it(case: Case) -> None:
    asked = case.ask(Inquiry(text=str(case.planted.question["text"])))
    assert asked.expected is None
    assert asked.is_wrong is None
    assert asked.compared_with in dict(asked.given.likeliest)
    assert asked.compared_with != asked.given.answer
    assert any("Nobody said what the right answer is" in line for line in asked.unknown)


def test_without_the_workspace_rows_are_left_out_and_it_is_said(case: Case, tmp_path: Path) -> None:
    alone = tmp_path / "alone.bundle"
    alone.write_bytes((case.root / "planted.bundle").read_bytes())
    asked = case.ask(Inquiry(text="tenant rent premises"), alone)
    assert asked.pushers == ()
    assert asked.influence == "not computed: the workspace of this bundle is not at hand"
    assert any("workspace is not at hand" in line for line in asked.unknown)
    with pytest.raises(InputError, match="looked up in the workspace, which is not at hand"):
        case.ask(Inquiry(row="abcdef0123456789"), alone)
    wish = Wish(workspace=case.root, neighbours=False)
    named = investigate(alone, Inquiry(text="tenant"), case.planted.desk(case.root), wish)
    assert named.pushers


@pytest.mark.parametrize(
    ("inquiry", "message"),
    [
        (Inquiry(), "Name one thing to look into"),
        (Inquiry(row="a", text="b"), "Name one thing to look into"),
        (Inquiry(cells={"other": "b"}), "What is asked has no column 'text'"),
        (Inquiry(text="rent", expected="nobody"), "The model has no label 'nobody'; it has: "),
        (Inquiry(row="nothing.txt"), "No file or row 'nothing.txt' was read"),
    ],
)
def test_what_does_not_fit_is_refused(case: Case, inquiry: Inquiry, message: str) -> None:
    with pytest.raises(InputError, match=message):
        case.ask(inquiry)


def test_a_line_of_a_table_is_asked_about(case: Case) -> None:
    lines = len(case.planted.test) + 1
    asked = case.ask(Inquiry(answers=case.root / "test.csv", line=lines))
    assert asked.given == case.looked.found.given
    assert asked.expected == case.planted.expected
    with pytest.raises(InputError, match=f"has {lines} lines of answers, and line 999"):
        case.ask(Inquiry(answers=case.root / "test.csv", line=999))
    with pytest.raises(InputError, match=r"There is no file of answers at 'nowhere\.csv'"):
        case.ask(Inquiry(answers=Path("nowhere.csv")))


def test_where_nothing_allows_it_no_text_of_a_row_is_shown(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a source holds special categories was not answered: rows are named, not shown."""
    monkeypatch.setattr(Scene, "is_withheld", True)
    found = case.ask(Inquiry(row=case.looked.found.pushers[0].row))
    assert {one.excerpt for one in found.pushers} == {"(not shown)"}
    assert set(found.asked.values()) == {"(not shown)"}
    assert any("nobody has answered whether it does" in line for line in found.unknown)
    given = case.ask(Inquiry(text="my own words"))
    assert given.asked == {"text": "my own words"}


def test_the_page_is_complete_and_text_in_it_is_inert(case: Case) -> None:
    asked = case.ask(Inquiry(text=f"{case.planted.question['text']} {HOSTILE}"))
    hostile = replace(asked.pushers[0], excerpt=HOSTILE, path=HOSTILE, history=(HOSTILE,))
    page = render_page(replace(asked, pushers=(hostile,), expected=HOSTILE))
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert "http://" not in page.replace("http-equiv", "")
    assert "default-src 'none'" in page
    assert "This page holds text of rows" in page


def test_a_word_against_the_answer_has_a_bar_of_its_own_colour(case: Case) -> None:
    found = case.looked.found
    word = found.decided[0]
    against, speaks = replace(word, value=-1.0), replace(word, value=1.0)
    page = render_page(replace(found, decided=(against, speaks)))
    assert page.count('class="bar less"') == page.count('class="bar more"') == 1


def test_nothing_of_a_row_is_logged_or_kept(
    case: Case, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.stat().st_mtime_ns for path in case.root.rglob("*") if path.is_file()}
    with caplog.at_level(logging.DEBUG):
        case.ask(Inquiry(row=row_ids(case.root)[QUESTION]))
    word = str(case.planted.question["text"]).split()[0].lower()
    assert word not in caplog.text.lower()
    assert capfd.readouterr() == ("", "")
    after = {path: path.stat().st_mtime_ns for path in case.root.rglob("*") if path.is_file()}
    assert {one.suffix for one in after.keys() ^ before.keys()} <= {".db-wal", ".db-shm"}


def test_rows_without_a_text_are_shown_by_their_cells() -> None:
    columns = [InputColumn("amount", "number"), InputColumn("branch", "category")]
    found = RowsRead({"amount": [2.0, None], "branch": ["north", "south"]}, [("yes",), ("no",)])
    assert found.texts(columns) == ["", ""]
    assert [found.excerpt(at) for at in range(2)] == [
        "amount: 2\nbranch: north",
        "amount: \nbranch: south",
    ]
    assert RowsRead({"text": ["rent"]}, [("yes",)]).excerpt(0) == "rent"


@pytest.mark.slow
def test_an_answer_of_a_model_that_reads_no_text_is_looked_into(tmp_path: Path) -> None:
    root = tmp_path / "cells"
    root.mkdir()
    lines = [
        f"{at % 3 + at % 7 / 7},{'ab'[at % 2]},{'xyz'[at % 3 if at % 4 else 0]}" for at in range(90)
    ]
    (root / "rows.csv").write_text("\n".join(["n,c,y", *lines]), "utf-8")
    (root / "recipe.yaml").write_text(COLUMNS, "utf-8")
    bench = Bench(root)
    new_person(bench.desk, "ann", "Ann Alvarez")
    run_recipe(root, parse_recipe(COLUMNS), bench.desk)
    found = investigate(root, Inquiry(cells={"n": "1.2", "c": "a"}), bench.desk)
    assert found.pushers[0].excerpt.startswith("n: ")
    assert "n: " in render_page(found)


@pytest.mark.slow
def test_rows_behind_an_answer_of_trees_are_named(tmp_path: Path) -> None:
    planted = PLANTS["units_differ"](3, planted=True, held_back=False)
    table = [row for rows in planted.train.values() for row in rows]
    wrong = [row for row in table if row["label"] != planted.expected][:12]
    for at, row in enumerate(wrong):  # ordinary amounts of the expected label, labelled otherwise
        row |= {"amount": 100 + at, "days": 40 + at, "label": wrong[0]["label"]}
    planted.guilty = [str(row["id"]) for row in wrong]
    planted.question |= {"amount": 105, "days": 45}
    planted.recipe |= {"train": {"tier": "trees"}}
    looked = look_into(planted, tmp_path / "trees")
    assert looked.found.influence.startswith("approximate: shares of the values of the leaves")
    assert looked.found.given.answer == wrong[0]["label"]
    assert looked.names_a_guilty_row


@pytest.mark.slow
@pytest.mark.parametrize("held_back", [False, True])
def test_at_least_45_of_fifty_planted_causes_are_named_first(
    held_back: bool, tmp_path: Path
) -> None:
    right, with_rows, named = [], 0, 0
    for cause, seed in corpus(held_back=held_back):
        planted = PLANTS[cause](seed, planted=True, held_back=held_back)
        looked = look_into(planted, tmp_path / planted.name)
        right += [planted.name] if looked.first == cause else []
        with_rows += bool(looked.guilty)
        named += bool(looked.guilty) and looked.names_a_guilty_row
    assert len(right) >= 45, right
    assert named >= 0.9 * with_rows
