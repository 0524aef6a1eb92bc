"""`warrant new` proposes one set of names for tables that name their columns otherwise."""

from __future__ import annotations

from pathlib import Path

from warrant.flow.guess.schemas import propose_maps
from warrant.flow.new import new_recipe
from warrant.flow.recipe import read_recipe

NORTH = "claim_number,amount,department,outcome\n"
SOUTH = "Claim No.,Amount (USD),ward,outcome\n"


def lines(head: str, count: int, first: int) -> str:
    wards = ("cardiology", "surgery", "oncology")
    rows = (
        f"C{first + at},{first + at * 7}.5,{wards[at % 3]},{'paid' if at % 2 else 'denied'}\n"
        for at in range(count)
    )
    return head + "".join(rows)


def test_other_names_are_proposed_under_map_and_the_recipe_runs_on_one_schema(
    tmp_path: Path,
) -> None:
    (tmp_path / "claims").mkdir()
    (tmp_path / "claims" / "north.csv").write_text(lines(NORTH, 60, 100))
    (tmp_path / "claims" / "south.csv").write_text(lines(SOUTH, 40, 900))
    made = new_recipe(tmp_path / "model", tmp_path / "claims")
    recipe = read_recipe(made.path)
    assert [one.path for one in recipe.sources] == ["../claims/north.csv", "../claims/south.csv"]
    assert recipe.sources[0].map.columns == {}
    assert recipe.sources[1].map.columns == {
        "Claim No.": "claim_number",
        "Amount (USD)": "amount",
        "ward": "department",
    }
    assert recipe.task.label == "outcome"
    assert list(made.place.cells) == ["claim_number", "amount", "department", "outcome"]
    assert all(len(cells) == 100 for cells in made.place.cells.values())


def test_tables_with_the_same_names_stay_one_source(tmp_path: Path) -> None:
    (tmp_path / "claims").mkdir()
    for name, first in (("north", 100), ("south", 900)):
        (tmp_path / "claims" / f"{name}.csv").write_text(lines(NORTH, 40, first))
    made = new_recipe(tmp_path / "model", tmp_path / "claims")
    assert [one.path for one in read_recipe(made.path).sources] == ["../claims"]


def test_columns_that_nothing_shows_to_be_one_stay_two() -> None:
    model, maps = propose_maps(
        {
            "one": {"age": [1, 2, 3], "town": ["a", "b", "c"]},
            "two": {"height": [1.5, 2.5], "team": ["x", "y"]},
        }
    )
    assert (model, maps) == ("one", {})


def test_a_column_is_taken_for_one_other_alone() -> None:
    ours = {"due_date": ["2024-01-01"] * 3, "paid_date": ["2024-02-01"] * 3}
    theirs = {"date due": ["2024-03-01"] * 2, "due dates": ["2024-04-01"] * 2}
    assert propose_maps({"one": ours, "two": theirs}) == ("one", {"two": {"date due": "due_date"}})
