"""Mistakes with keys and with `warrant new`."""

from __future__ import annotations

import os
import shutil

from tests.mistakes.case import mistake
from tests.mistakes.desk import Desk, table


@mistake("warrant new mine --from leters --sheet index.csv")
def the_folder_is_misspelt(desk: Desk) -> None:
    assert desk.path("letters").is_dir()


@mistake("warrant new mine --from letters --sheet indx.csv")
def the_sheet_is_misspelt(desk: Desk) -> None:
    assert desk.path("index.csv").is_file()


@mistake("warrant new toy --from letters --sheet index.csv")
def the_name_is_taken(desk: Desk) -> None:
    assert desk.path("toy/recipe.yaml").is_file()


@mistake("warrant new mine --from empty", documents="new")
def the_folder_is_empty(desk: Desk) -> None:
    desk.path("empty").mkdir()


@mistake("warrant new mine --from pictures", documents="new")
def there_are_only_pictures(desk: Desk) -> None:
    for number in range(3):
        desk.write(f"pictures/{number}.png", b"\x89PNG\r\n\x1a\n")


@mistake("warrant new mine --from letters --sheet index.csv --label kinds")
def the_answer_is_a_column_that_is_not_there(desk: Desk) -> None:
    assert "kinds" not in desk.sheet()[0]


@mistake("warrant new mine --sheet index.csv", PATH="letters")
def it_is_not_said_from_where(desk: Desk) -> None:
    assert desk.path("letters").is_dir()


@mistake("warrant nwe mine --from letters --sheet index.csv")
def a_command_is_misspelt(desk: Desk) -> None:
    assert not desk.path("mine").exists()


@mistake("warrant new mine --from letters --shet index.csv")
def an_option_is_misspelt(desk: Desk) -> None:
    assert not desk.path("mine").exists()


@mistake("warrant explain finger print")
def a_word_is_misspelt(desk: Desk) -> None:
    assert desk.folder.is_dir()


@mistake("warrant run toy", name="Ann Alvarez")
def there_is_no_key_yet(desk: Desk) -> None:
    shutil.rmtree(desk.path("config"))
    shutil.rmtree(desk.path("toy/.warrant"))


@mistake("warrant run toy", passphrase="passphrase.txt")
def nobody_says_the_passphrase(desk: Desk) -> None:
    del os.environ["WARRANT_PASSPHRASE_FILE"]
    desk.change("seed: 7", "seed: 8")


@mistake("warrant key new me --name 'Ann Alvarez'")
def a_key_is_made_twice(desk: Desk) -> None:
    assert list(desk.path("config/keys").iterdir())


@mistake("warrant run toy --key ann")
def the_key_is_called_otherwise(desk: Desk) -> None:
    desk.change("seed: 7", "seed: 8")


@mistake("warrant new mine --from sheets/index.csv")
def a_table_has_a_heading_and_no_line(desk: Desk) -> None:
    desk.knows["table"] = "index.csv"
    desk.write("sheets/index.csv", table(desk.sheet()[:1]).splitlines()[0] + "\n")
