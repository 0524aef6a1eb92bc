"""Two releases side by side: the same rows, flips with tests, and how they were made."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.flow.bench import KINDS, NOON, Bench, Clock, copy_bench
from warrant.errors import InputError, PolicyRefusal
from warrant.flow.comparing import Compared, Comparison, compare
from warrant.flow.comparing.differences import other_settings


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


def test_answers_that_are_places_are_not_compared() -> None:
    from types import SimpleNamespace

    from warrant.flow.comparing.compare import _require_alike

    model = SimpleNamespace(task="spans")
    side: Any = SimpleNamespace(answerer=SimpleNamespace(model=model))
    with pytest.raises(InputError) as told:
        _require_alike(side, side)
    assert str(told.value) == (
        "Answers that flip are counted for labels; these models have the tasks 'spans' and "
        "'spans'. Name two models that answer with labels, of the same task."
    )


def test_a_setting_without_a_value_is_no_other_than_one_left_out() -> None:
    before = SimpleNamespace(settings=lambda _: {"base": None, "seed": 7})
    after = SimpleNamespace(settings=lambda _: {"base": {"name": "minilm", "revision": None}})
    found = {(one.name, one.before, one.after) for one in other_settings(before, after)}
    assert found == {("seed", "7", "left out"), ("base.name", "left out", "minilm")}
