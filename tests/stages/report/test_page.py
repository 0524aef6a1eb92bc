"""The card as a page: complete in itself, inert, every figure marked, plots where there is data."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.stages.bench import Whole, fresh
from tests.stages.report.golden_card import evaluation, label, score, written
from warrant.records.evaluation import (
    Bin,
    Cost,
    Curve,
    Evaluation,
    Expected,
    HistogramBin,
    Point,
    Reliability,
    Slice,
)
from warrant.records.model import Model
from warrant.stages.report import ReportConfig, run
from warrant.stages.report.markdown import number
from warrant.stages.report.plots import draw_all
from warrant.stages.report.relied import relied

VOID = {"meta", "link", "br", "img", "hr", "input"}
PLOTS = ("scores", "labels", "confusion", "reliability", "histogram", "roc", "coverage")


class Page(HTMLParser):
    """Reads a page, and insists that every tag is closed where it was opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.rows: list[tuple[str, bool]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.ids += [str(value) for name, value in attrs if name == "id"]
        if tag == "tr":
            self.rows.append(("", False))
        if dict(attrs).get("class") == "mark" and self.rows:
            self.rows[-1] = (self.rows[-1][0], True)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.ids += [str(value) for name, value in attrs if name == "id"]

    def handle_data(self, data: str) -> None:
        if "tr" in self.open and "td" in self.open:
            self.rows[-1] = (self.rows[-1][0] + data, self.rows[-1][1])


def model_of(whole: Whole) -> Model:
    return Model.from_bytes(whole.blob("train", "model"))


def whole_page(whole: Whole) -> str:
    return whole.blob("report", "page").decode()


def rich(**changes: object) -> Evaluation:
    """Give an evaluation that holds something of everything."""
    points = tuple(Point(x=at / 4, y=(at / 4) ** 0.5, threshold=1 - at / 4) for at in range(5))
    made = {
        "curves": (
            Curve(kind="roc", label=None, points=points),
            Curve(kind="roc", label="Lease", points=points),
            Curve(kind="pr", label=None, points=points),
            Curve(kind="coverage", label=None, points=points),
        ),
        "reliability": (
            Reliability(
                label=None,
                bins=(
                    Bin(low=0, high=0.5, rows=20, predicted=0.4, true=0.5),
                    Bin(low=0.5, high=1, rows=30, predicted=0.8, true=0.7),
                ),
            ),
        ),
        "histogram": (
            HistogramBin(low=0, high=0.5, right=8, wrong=12),
            HistogramBin(low=0.5, high=1, right=30, wrong=0),
        ),
        "slices": (
            Slice(
                column="law", value="A|B", rows=20, scores=(score("macro_f1", 0.7),), is_worst=True
            ),
        ),
        "cost": Cost(
            model=score("cost_per_1000", 300.0),
            without_thresholds=score("cost_per_1000", 420.0),
            no_model=900.0,
            all_reviewed=500.0,
        ),
        "expected": Expected(metric="macro_f1", value=0.8, sure=0.7, found=0.79, met=False),
        "floor": (score("accuracy", 0.6), score("macro_f1", 0.375)),
    }
    return evaluation("77" * 32).model_copy(update={**made, **changes})


FEW: dict[str, object] = {
    "curves": (),
    "reliability": (),
    "histogram": (),
    "cost": None,
    "slices": (),
}
"""With so little measured, few plots are drawn."""


def test_the_page_fetches_and_runs_nothing(whole: Whole) -> None:
    text = whole_page(whole)
    page = Page(text)
    policy = next(a["content"] for tag, a in page.tags if a.get("http-equiv"))
    assert str(policy).startswith("default-src 'none'; ")
    assert not {"script", "iframe", "link", "object", "img", "form"} & {tag for tag, _ in page.tags}
    for _, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("href", "src", "xlink:href"):
            assert str(attributes.get(name) or "#").startswith("#")
    assert "url(http" not in text
    assert "@import" not in text


def test_every_mark_leads_to_its_evidence_and_every_line_of_figures_has_one(whole: Whole) -> None:
    page = Page(whole_page(whole))
    marks = [str(a["href"])[1:] for tag, a in page.tags if a.get("class") == "mark"]
    assert set(marks) == {name for name in page.ids if name.startswith("evidence-")}
    lines = [line for line in page.rows if re.search(r"\d", line[0])]
    assert len(lines) > 10
    assert all(marked for _, marked in lines)
    assert len(page.ids) == len(set(page.ids))


def test_the_page_says_what_the_card_says(whole: Whole) -> None:
    card = whole.blob("report", "card").decode()
    page = whole_page(whole)
    digests = re.findall(r"sha256:([0-9a-f]{64})", card.split("## Evidence")[1])
    for digest in digests:
        assert f"sha256:{digest}" in page
    for record in Evaluation.from_bytes(whole.blob("evaluate", "evaluation")).scores:
        assert number(record.value) in page
    assert "exploration: not for decisions" in page


def test_the_same_records_give_the_same_page() -> None:
    assert written("page") == written("page")


def test_foreign_text_is_inert(whole: Whole) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=1>\u202e$x$'
    model = model_of(whole).model_copy(update={"labels": (evil, "b"), "inputs": (evil,)})
    store = whole.desk.store
    digest = store.put(model.to_bytes())
    measured = evaluation(digest.hex).model_copy(
        update={
            "labels": (
                label(evil, 0.9, 0.8, 0.85, support=40, predicted=36),
                label("b", 0.5, 0.5, 0.5, support=10, predicted=14),
            )
        }
    )
    inputs = {"model": digest, "evaluation": store.put(measured.to_bytes())}
    config = ReportConfig(name="contracts", licence=evil)
    text = store.get(run(inputs, config, whole.desk).outputs["page"]).decode()
    page = Page(text)
    assert not {"script", "img"} & {tag for tag, _ in page.tags}
    assert "&lt;script&gt;alert(1)" in text
    assert "\u202e" not in text


def test_there_is_a_plot_of_everything_that_was_measured() -> None:
    plots = draw_all(rich(), {"Lease": 100})
    assert list(plots) == [
        "scores", "labels", "confusion", "slices", "reliability", "histogram", "roc", "pr",
        "coverage", "cost",
    ]  # fmt: skip
    for name, plot in plots.items():
        assert plot.svg.startswith("<svg ")
        assert f'<title id="{name}-title">' in plot.svg
        assert "#0" not in plot.svg.replace("xlink:href", "")
        assert plot.words.endswith(".")
    assert "100 learnt · 40 tested" in plots["labels"].svg
    assert "Macro-F1 0.79, between 0.69 and 0.89" in plots["scores"].svg
    assert "what the author expected" in plots["scores"].words


def test_what_was_not_measured_has_no_plot() -> None:
    assert list(draw_all(rich(**FEW, confusion=()), {})) == ["scores", "labels"]
    assert draw_all(rich(**FEW, confusion=(), scores=(), labels=()), {}) == {}


def test_a_curve_of_one_point_is_no_curve() -> None:
    point = Point(x=1, y=0.5, threshold=0)
    alone = rich(**{**FEW, "curves": (Curve(kind="coverage", label=None, points=(point,)),)})
    assert "coverage" not in draw_all(alone, {})


def test_each_kind_of_plot_has_the_width_that_the_sheet_gives_it(whole: Whole) -> None:
    sheet = whole_page(whole).split("<style>")[1].split("</style>")[0]
    rules = dict(re.findall(r"^([^@{}]*svg) \{ ([^}]*) \}", sheet, re.MULTILINE))
    assert "max-width: 44rem" in rules[".canvas svg"]
    assert rules[".plot-confusion .canvas svg"] == "max-width: 34rem;"
    assert rules[".pair .canvas svg"] == "max-width: 24rem;"


def test_of_many_labels_the_most_frequent_mistakes_are_drawn() -> None:
    names = [f"label {at}" for at in range(13)]
    counts = [[5 if line == column else 0 for column in range(13)] for line in range(13)]
    labels = tuple(label(name, 1.0, 1.0, 1.0, support=5, predicted=5) for name in names)
    right = rich(**FEW, labels=labels, confusion=tuple(map(tuple, counts)))
    assert "mistakes" not in draw_all(right, {})
    counts[2][7] = 4
    wrong = rich(**FEW, labels=labels, confusion=tuple(map(tuple, counts)))
    plot = draw_all(wrong, {})["mistakes"]
    assert "label 2 answered as label 7, 4 rows" in plot.svg


def test_a_number_as_an_answer_is_drawn_in_its_own_unit() -> None:
    found = rich(
        task="regression",
        labels=(),
        confusion=(),
        curves=(),
        slices=(),
        cost=None,
        scores=(score("mae", 12.5), score("r2", 0.5)),
        reliability=(
            Reliability(
                label=None,
                bins=(
                    Bin(low=0, high=50, rows=20, predicted=40.0, true=45.0),
                    Bin(low=50, high=100, rows=30, predicted=80.0, true=75.0),
                ),
            ),
        ),
        histogram=(HistogramBin(low=-9, high=9, right=50, wrong=0),),
    )
    plots = draw_all(found, {})
    assert list(plots) == ["scores", "reliability", "histogram"]
    assert "80.00 was predicted, 75.00 was true" in plots["reliability"].svg
    exact = found.model_copy(
        update={"histogram": (HistogramBin(low=0, high=0, right=50, wrong=0),)}
    )
    assert "50 rows by error" in draw_all(exact, {})["histogram"].svg


def test_probabilities_that_are_all_the_same_are_drawn() -> None:
    same = rich(histogram=(HistogramBin(low=0.5, high=0.5, right=7, wrong=8),))
    assert "15 rows by how sure the model was" in draw_all(same, {})["histogram"].svg


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.12345, "0.123"), (12.34, "12.3"), (-0.5, "-0.500"), (-0.0002, "0.000")],
)
def test_figures_are_short(value: float, words: str) -> None:
    assert number(value) == words


def test_a_model_record_and_its_page_name_the_same_libraries(whole: Whole) -> None:
    model = model_of(whole)
    text = whole_page(whole)
    assert all(f"{one.name} {one.version}" in text for one in model.libraries)
    assert {plugin.name for plugin in whole.report.claim.plugins} == {"Jinja2", "matplotlib"}


def test_the_page_says_what_errors_cost_with_and_without_thresholds(whole: Whole) -> None:
    found = Evaluation.from_bytes(whole.desk.store.get(whole.evaluate.outputs["evaluation"]))
    cost = rich().cost
    changed = found.model_copy(update={"cost": cost})
    evaluation = whole.desk.store.put(changed.to_bytes())
    records = {"model": whole.train.outputs["model"], "evaluation": evaluation}
    desk = fresh(whole.desk, "page-costs")
    page = desk.store.get(run(records, ReportConfig("contracts"), desk).outputs["page"]).decode()
    told = page.split("<h3>What errors cost</h3>")[1].split("</section>")[0]
    for name, value in (
        ("this model, with thresholds", "300.0"),
        ("this model, without thresholds", "420.0"),
        ("always the cheapest answer, no model", "900.0"),
        ("a person looks at every row", "500.0"),
    ):
        assert re.search(rf'{name}<a [^\n]*?<td class="n strong">{value}</td>', told), name


def test_a_search_that_tested_nothing_is_a_gap_and_nobody_expects_what_nobody_said() -> None:
    searched = rich().weak
    assert searched is not None
    assert relied(rich()).search
    nothing = searched.model_copy(update={"tested": 0, "found": ()})
    assert relied(rich(weak=nothing)).search is None
    page = written("page")
    line = next(one for one in page.splitlines() if "nobody said what should come of it" in one)
    assert "<td>not said</td><td>nobody</td>" in line


def test_how_far_a_number_moves_is_told_in_its_own_unit() -> None:
    said = relied(rich()).faithful
    number = relied(rich(task="regression")).faithful
    assert said is not None
    assert number is not None
    assert "the answer's probability falls by" in said
    assert "the answer's value (in standard deviations) falls by" in number


def test_no_sentence_is_so_long_that_a_page_cuts_it() -> None:
    many = {"rows": 10**7, "chosen_on": 10**7, "method": "clopper-pearson-by-group"}
    found = rich()
    assert found.covered is not None
    assert found.selective is not None
    wide = rich(
        task="regression",
        covered=found.covered.model_copy(update={**many, "mean_size": 123456.78}),
        selective=found.selective.model_copy(update={**many, "answered": 10**7, "wrong": 10**6}),
    )
    told = relied(wide)
    assert len(told.promises) == 4
    assert max(map(len, (*told.promises, told.faithful or "", told.search or ""))) <= 300
