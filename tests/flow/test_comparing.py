"""Two releases side by side: the same rows, flips with tests, and how they were made."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.flow.bench import KINDS, NOON, Bench, Clock, copy_bench
from warrant.errors import InputError, PolicyRefusal
from warrant.flow.comparing import Compared, Comparison, compare, kinds
from warrant.flow.comparing.compare import _dependent, _require_alike
from warrant.flow.comparing.differences import other_settings
from warrant.flow.comparing.kinds import Said, is_right
from warrant.flow.comparing.lines import Line
from warrant.models.places import Span


@pytest.fixture(name="released", scope="module")
def _released(finished: Bench, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Two releases: the second learnt from fewer rows, with another rule and seed."""
    bench = copy_bench(finished, tmp_path_factory.mktemp("released") / "notes")
    (bench.root / "old.bundle").write_bytes((bench.root / "notes.bundle").read_bytes())
    for number in range(0, 20, 2):
        (bench.root / "notes" / f"note-{number:03}.txt").unlink()
    bench.run(train_seed=8)
    return bench


def look(bench: Bench, first: str, second: str, **more: object) -> Compared:
    order = Comparison(first, second, **more)  # type: ignore[arg-type]
    return compare(order, bench.desk)


def own_rows(path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("text", "kind"))
        for kind, words in KINDS.items():
            for at in range(8):
                writer.writerow((" ".join(words[at % 4 : at % 4 + 4]), kind))
    return path


def test_a_release_beside_itself_differs_in_nothing(finished: Bench) -> None:
    bundle = str(finished.root / "notes.bundle")
    found = look(finished, bundle, bundle, most_flips=0.0)
    assert found.changed == found.turned_right == found.turned_wrong == 0
    assert found.test.p == 1
    assert (found.accuracy.value, found.accuracy.low, found.accuracy.high) == (0, 0, 0)
    assert found.same_rows
    assert found.data == found.settings == found.libraries == found.flips == ()
    assert found.is_within_budget


def test_policy_is_asked_of_a_release_in_its_workspace_too(finished: Bench) -> None:
    """Rights that have run out since stop it, by whatever name the release is called."""
    late = Bench(finished.root, Clock(NOON + timedelta(days=900)))
    bundle = str(finished.root / "notes.bundle")
    with pytest.raises(PolicyRefusal, match="The step 'predict' may not run"):
        look(late, bundle, bundle)


def test_rows_settings_and_files_in_which_two_releases_differ_are_named(released: Bench) -> None:
    found = look(released, str(released.root / "old.bundle"), str(released.root))
    assert not found.same_rows
    assert found.data
    assert {one.change for one in found.data} <= {"added", "removed", "changed"}
    assert any(one.path == "note-000.txt" and one.change == "removed" for one in found.data) or any(
        one.change == "removed" for one in found.data
    )
    assert ("train", "seed", "7", "8") in [
        (one.stage, one.name, one.before, one.after) for one in found.settings
    ]
    assert "neither learnt from" in found.where


def test_releases_are_named_by_log_entry_and_by_digest(released: Bench) -> None:
    with released.open() as workspace:
        entries = [one for one in workspace.index.entries() if one.stage == "deploy"]
        first, second = entries[0], entries[-1]
        digest = workspace.index.links(second.position, "subject")["bundle"]
    home = {"workspace": released.root}
    found = look(released, str(first.position), digest[:12], **home)
    byfile = look(released, str(released.root / "old.bundle"), str(released.root))
    assert found == byfile
    with pytest.raises(InputError, match=r"'99999' is no bundle, no workspace and no release"):
        look(released, "99999", digest[:12], **home)


def test_flips_on_rows_of_ones_own_are_counted_and_named(released: Bench, tmp_path: Path) -> None:
    rows = own_rows(tmp_path / "rows.csv")
    old, new = str(released.root / "old.bundle"), str(released.root)
    found = look(released, old, new, rows=rows, most_flips=0.0)
    assert found.rows == 24
    assert found.where == "24 rows of 'rows.csv'"
    assert found.changed >= found.turned_right + found.turned_wrong
    assert len(found.flips) == min(found.changed, 10)
    weights = [one.weight for one in found.flips]
    assert weights == sorted(weights, reverse=True)
    assert all(one.before != one.after for one in found.flips)
    turned = look(released, new, old, rows=rows)
    assert (turned.turned_right, turned.turned_wrong) == (found.turned_wrong, found.turned_right)
    assert found.is_within_budget == (found.turned_wrong == 0)


def test_the_budget_counts_right_answers_that_turned_wrong(released: Bench) -> None:
    found = look(released, str(released.root / "old.bundle"), str(released.root))
    over = replace(found, budget=0.1, share=0.2)
    assert not over.is_within_budget
    assert replace(over, budget=0.2).is_within_budget
    assert replace(over, budget=None).is_within_budget


def test_rows_that_are_not_at_hand_are_asked_for(finished: Bench, tmp_path: Path) -> None:
    alone = tmp_path / "alone.bundle"
    alone.write_bytes((finished.root / "notes.bundle").read_bytes())
    with pytest.raises(InputError, match="The test rows of the second release are not at hand"):
        look(finished, str(alone), str(alone))
    found = look(finished, str(alone), str(alone), rows=own_rows(tmp_path / "rows.csv"))
    assert found.rows == 24
    assert found.data is None
    empty = tmp_path / "empty.csv"
    empty.write_text("text,kind\nhello there,\n", encoding="utf-8")
    with pytest.raises(InputError, match="There is no row with a label that both could be asked"):
        look(finished, str(alone), str(alone), rows=empty)


@pytest.mark.parametrize(("one", "other"), [("regression", "regression"), ("spans", "pairs")])
def test_numbers_and_answers_of_two_kinds_are_not_compared(one: str, other: str) -> None:
    sides: list[Any] = [
        SimpleNamespace(answerer=SimpleNamespace(model=SimpleNamespace(task=task)))
        for task in (one, other)
    ]
    with pytest.raises(InputError) as told:
        _require_alike(*sides)
    assert str(told.value) == (
        "Flips are counted of labels, places, options and texts, of one kind on both sides; these "
        f"models have the tasks {one!r} and {other!r}. Name two models of the same task, other "
        "than regression."
    )


def test_an_answer_of_places_is_right_where_all_ends_and_labels_are() -> None:
    true = Said((), (Span(0, 3, "name"), Span(7, 9, "town")))
    assert is_right("spans", true, Said((), (Span(0, 3, "name"), Span(7, 9, "town"))))
    for wrong in ((Span(0, 3, "name"),), (Span(0, 3, "name"), Span(7, 9, "name"))):
        assert not is_right("spans", true, Said((), wrong))
    assert kinds.difference(true, Said((), (Span(0, 3, "name"),)), true) == 1
    assert kinds.shown("spans", true, true, "; ") == "name 0-3; town 7-9"
    found = kinds.family("spans", [true], [Said((), (Span(0, 3, "name"),))], ["name", "town"])
    values = found.finish(found.parts @ np.ones((1, 1)))[:, 0]
    figures = {one.metric: float(value) for one, value in zip(found.figures, values, strict=True)}
    assert figures["micro_f1"] == pytest.approx(2 / 3)


def test_a_text_is_right_by_its_words_and_shown_without_them() -> None:
    true = Said(("The lease ends in May.",))
    assert is_right("generation", true, Said(("the lease ends in may",)))
    other = Said(("The lease ends.",))
    assert not is_right("generation", true, other)
    assert kinds.shown("generation", true, true, "; ") == "5 words"
    assert kinds.shown("generation", other, true, "; ") == "3 words, token F1 0.75"
    assert kinds.difference(true, true, other) == pytest.approx(0.25)
    found = kinds.family("generation", [true], [other], [])
    assert found.finish(found.parts @ np.ones((1, 1)))[1, 0] == pytest.approx(0.75)


def test_rows_of_one_document_are_told_since_the_test_takes_them_as_independent() -> None:
    lines = [Line({}, Said(("a",)), str(at), "f", "d" if at < 3 else str(at)) for at in range(5)]
    (note,) = _dependent(lines)
    assert note == (
        "The 5 rows are of 3 documents. Intervals draw whole documents; McNemar's test takes rows "
        "as independent, and its p-values are too small."
    )
    assert list(_dependent(lines[2:])) == []


def test_a_setting_without_a_value_is_no_other_than_one_left_out() -> None:
    before = SimpleNamespace(settings=lambda _: {"base": None, "seed": 7})
    after = SimpleNamespace(settings=lambda _: {"base": {"name": "minilm", "revision": None}})
    found = {(one.name, one.before, one.after) for one in other_settings(before, after)}
    assert found == {("seed", "7", "left out"), ("base.name", "left out", "minilm")}
