"""The data report: what it tells, what it must not show, and that nothing in it runs."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.flow.bench import SECRET, Bench, copy_bench, make_bench, recipe_text
from warrant.errors import InputError
from warrant.flow.data_report import render_report
from warrant.flow.data_report.bars import Bar, draw
from warrant.flow.data_report.pairs import Piece
from warrant.flow.dropped import drops
from warrant.flow.erase import erase
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.flow.workspace import Workspace

SECTIONS = ["rules", "drops", "lengths", "labels", "duplicates", "personal-data"]
SECTIONS += ["rights", "leakage", "versions"]
ODD = "<script>alert(1)</script>"


class Reader(HTMLParser):
    """Notes elements, their attributes, and what lies under a heading."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sections: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        if tag == "section":
            self.sections.append(str(named["id"]))
        self.links += [str(named[name]) for name in ("href", "src", "xlink:href") if name in named]
        assert not any(name.startswith("on") for name in named)


def page_of(bench: Bench, *, with_text: bool = True) -> str:
    with bench.open() as workspace:
        return render_report(workspace, with_text=with_text)


@pytest.fixture(name="alike", scope="module")
def _alike(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Give a workspace with rows that are nearly the same, e-mail addresses and odd words."""
    bench = make_bench(tmp_path_factory.mktemp("alike") / "notes")
    text = (bench.root / "notes" / "note-004.txt").read_text("utf-8")
    changed = f"{text.rstrip()} {ODD} Write to kim@example.com\n"
    (bench.root / "notes" / "near.txt").write_text(changed, "utf-8")
    with (bench.root / "notes.csv").open("a", encoding="utf-8") as sheet:
        sheet.write("near.txt,lease,2025-03-05\r\n")
    filters = "curate: [drop_exact_duplicates, {near_duplicates: {similarity: 0.6}}, "
    filters += "{mask_personal_data: "
    filters += "{recognisers: [patterns]}}, "
    recipe = parse_recipe(recipe_text().replace("curate: [drop_exact_duplicates, ", filters))
    run_recipe(bench.root, recipe, bench.desk)
    return bench


def test_it_has_every_section_and_nothing_that_runs_or_is_fetched(finished: Bench) -> None:
    page = page_of(finished)
    read = Reader(page)
    assert read.sections == SECTIONS
    assert not {"script", "iframe", "object", "embed", "form", "link", "img"} & set(read.tags)
    assert read.links == []
    assert "default-src 'none'" in page
    assert "url(" not in page
    assert read.tags.count("svg") == 2


def test_it_counts_as_the_ledgers_do(finished: Bench) -> None:
    page = page_of(finished)
    with finished.open() as workspace:
        for one in drops(workspace).reasons:
            assert escape(one.words, quote=False) in page or one.words.split(";")[0] in page
    for name in ("documents read", "rows kept by curation", "rows for training"):
        assert name in page
    assert "Rows that stand in both training and test" in page
    assert "Nobody has looked for personal data" in page
    assert "CC0-1.0" in page
    assert "train@3" in page
    assert SECRET.format("004") not in page  # a dropped copy was never masked
    assert "Of a row that was dropped no text is shown: it was never masked." in page


def test_it_says_what_was_done_to_the_rows_and_what_its_words_mean(
    alike: Bench, finished: Bench
) -> None:
    page = page_of(alike)
    rules = page.split('id="rules"')[1].split("</section>")[0]
    assert re.findall(r"<tr><td><code>(\w+)", rules)[:3] == [
        "drop_exact_duplicates",
        "near_duplicates",
        "mask_personal_data",
    ]
    assert "Ties rows with nearly the same text, or drops all but the first of them." in rules
    assert "similarity: 0.6" in rules
    assert "A row is what the model learns from or is asked about" in page
    assert re.search(r"The rows were made on \d+ [A-Z][a-z]+ 20\d\d, \d\d:\d\d UTC", page)
    assert "value:" not in page
    assert "1 row is the same as an earlier row, or nearly" in page_of(finished)


def test_documents_are_not_counted_as_their_parts_and_one_file_is_named_once(
    tmp_path: Path,
) -> None:
    bench = make_bench(tmp_path / "notes")
    part = "2. The tenant pays on the first day of each month to the landlord the rent of 800.\n"
    with (bench.root / "notes" / "note-001.txt").open("a", encoding="utf-8") as file:
        file.write(f"1. {part[3:]}{part.replace('800', '900')}")
    filters = "curate: [drop_exact_duplicates, {near_duplicates: {similarity: 0.6}}, "
    text = recipe_text().replace("curate: [drop_exact_duplicates, ", filters)
    recipe = parse_recipe(f"{text}rows: {{segment: clauses}}\n")
    run_recipe(bench.root, recipe, bench.desk)
    page = page_of(bench)
    tiles = re.findall(r'tile-name">([^<]+)</p><p class="tile-value">([\d,]+)', page)
    assert [name for name, _ in tiles][:2] == ["documents read", "rows made of them"]
    assert int(tiles[1][1]) == int(tiles[0][1]) + 2
    assert "fewer words than the threshold (4)" in page
    assert "<h3>Two rows of note-001.txt, similarity 0." in page


def test_white_space_beside_differing_words_is_kept() -> None:
    for piece, shown in (
        (Piece("a minimum of ", differs=False), "a minimum of "),
        (Piece("\n 935,000 ", differs=True), " 935,000 "),
        (Piece(" \n ", differs=True), " "),
        (Piece("", differs=True), ""),
        (Piece("<b>", differs=False), "&lt;b&gt;"),
    ):
        assert piece.written == shown


def test_copies_stand_side_by_side_with_their_differing_words_marked(alike: Bench) -> None:
    page = page_of(alike)
    assert "near.txt" in page
    assert SECRET.format("004")[:20] in page
    assert re.search(r"<mark>[^<]*&lt;", page)
    assert ODD not in page
    assert "kim@example.com" not in page
    assert "E-mail addresses" in page
    assert "Looked for with:" in page
    assert "script" not in Reader(page).tags


def test_where_room_is_short_what_differs_is_shown_before_copies(
    alike: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warrant.flow.data_report.pairs.SHOWN", 1)
    section = page_of(alike).split('id="duplicates"')[1].split("</section>")[0]
    (heading,) = re.findall("<h3>(.*?)</h3>", section)
    assert "near.txt, similarity" in heading


def test_no_row_is_shown_where_it_was_not_asked_for_or_is_forbidden(
    alike: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(alike, with_text=False)
    assert "No text of a row is shown: the page was asked for without." in page
    assert SECRET.format("004")[:20] not in page
    monkeypatch.setattr("warrant.flow.data_report.page.is_forbidden", lambda _: True, raising=True)
    page = page_of(alike)
    assert "a source holds special categories of personal data, or nobody has answered" in page
    assert SECRET.format("004")[:20] not in page


def test_an_erased_row_is_not_shown(alike: Bench, tmp_path: Path) -> None:
    bench = copy_bench(alike, tmp_path / "notes")
    with bench.pen() as pen:
        erase(pen, "near.txt", "Asked for.")
    page = page_of(bench)
    assert "near.txt" not in page
    assert "&lt;" not in page


def test_without_rows_it_says_what_to_run(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    workspace = Workspace.open(bench.root, create=True)
    with pytest.raises(InputError, match=r"This workspace has no rows yet\. Run: warrant run"):
        render_report(workspace)
    workspace.close()


def test_bars_escape_names_and_keep_their_order() -> None:
    svg = draw([Bar("<b>", (3, 1)), Bar("x" * 50, (0, 2))], "Rows", ("train", "test"))
    assert "&lt;b&gt;: 4" in svg
    assert "x" * 33 + "…" in svg
    assert "<b>" not in svg
    assert svg.count("<rect") == 4 + 2
    assert draw([], "Nothing").startswith("<svg")
