"""Mistakes in documents and sheets."""

from __future__ import annotations

import shutil

from tests.mistakes.case import mistake
from tests.mistakes.desk import Desk, table, workbook

RUN = "warrant run toy"


@mistake(RUN)
def the_column_of_answers_is_misspelt(desk: Desk) -> None:
    desk.change("label: kind", "label: knd")


@mistake(RUN)
def the_column_of_names_is_misspelt(desk: Desk) -> None:
    desk.change("join: file", "join: filename")


@mistake(RUN)
def the_column_of_groups_is_misspelt(desk: Desk) -> None:
    desk.change("seed: 7", "seed: 7, group: costumer")


@mistake(RUN)
def the_path_of_the_documents_is_misspelt(desk: Desk) -> None:
    desk.change("path: ../letters", "path: ../leters")


@mistake(RUN)
def the_path_starts_at_the_wrong_folder(desk: Desk) -> None:
    desk.change("path: ../letters", "path: letters")


@mistake(RUN)
def the_sheet_in_the_recipe_is_misspelt(desk: Desk) -> None:
    desk.change("../index.csv", "../idx.csv")


@mistake(RUN, documents="new")
def the_folder_in_the_recipe_is_empty(desk: Desk) -> None:
    shutil.rmtree(desk.path("letters"))
    desk.path("letters").mkdir()


@mistake(RUN, COLUMN="kind")
def every_answer_is_different(desk: Desk) -> None:
    desk.change("label: kind", "label: number")


@mistake(RUN, COLUMN="kind")
def there_is_one_answer_only(desk: Desk) -> None:
    desk.change_sheet(lambda line, _: {**line, "language": "en"})
    desk.change("label: kind", "label: language")


@mistake(RUN, documents="new")
def there_are_three_letters(desk: Desk) -> None:
    for path in sorted(desk.path("letters").iterdir())[3:]:
        path.unlink()


@mistake(RUN, COLUMN="kind")
def no_answer_is_filled_in(desk: Desk) -> None:
    desk.change_sheet(lambda line, _: {**line, "answer": ""})
    desk.change("label: kind", "label: answer")


@mistake(RUN)
def all_rows_are_one_group(desk: Desk) -> None:
    desk.change_sheet(lambda line, _: {**line, "team": "a"})
    desk.change("seed: 7", "seed: 7, group: team")


@mistake(RUN)
def three_answers_are_called_binary(desk: Desk) -> None:
    desk.change_sheet(
        lambda line, at: {**line, "kind": "question" if at % 3 == 0 else line["kind"]}
    )
    desk.change("kind: multiclass", "kind: binary")


@mistake(RUN)
def the_sheet_names_no_file(desk: Desk) -> None:
    desk.knows["sheet"] = table(desk.sheet())
    desk.change_sheet(lambda line, at: {**line, "file": f"letter number {at}"})


@mistake(RUN, sheet="index.csv")
def a_workbook_is_called_csv(desk: Desk) -> None:
    desk.write("index.csv", workbook(desk.sheet()))


@mistake(RUN)
def a_csv_is_called_xlsx(desk: Desk) -> None:
    shutil.copy(desk.path("index.csv"), desk.path("index.xlsx"))
    desk.change("../index.csv", "../index.xlsx")


@mistake(RUN)
def the_workbook_has_a_password(desk: Desk) -> None:
    desk.knows["open"] = "index.xlsx"
    desk.write("index.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2040))
    desk.change("../index.csv", "../index.xlsx")


@mistake(RUN)
def the_lock_file_of_an_open_workbook_is_named(desk: Desk) -> None:
    desk.write("index.xlsx", workbook(desk.sheet()))
    desk.write("~$index.xlsx", b"\x0bAnn Alvarez".ljust(165, b"\0"))
    desk.change("../index.csv", "../~$index.xlsx")


@mistake(RUN)
def the_sheet_is_divided_by_bars(desk: Desk) -> None:
    desk.write("index.csv", table(desk.sheet(), "~"))


@mistake(RUN)
def the_sheet_is_in_an_old_encoding(desk: Desk) -> None:
    desk.change_sheet(lambda line, _: {**line, "city": "Zürich – Genève “”"})
    desk.write("index.csv", desk.path("index.csv").read_text("utf-8").encode("mac_roman"))


@mistake(RUN)
def the_sheet_names_a_file_twice(desk: Desk) -> None:
    lines = desk.sheet()
    desk.write("index.csv", table([*lines, {**lines[0], "kind": "order"}]))


@mistake(RUN)
def two_columns_have_one_name(desk: Desk) -> None:
    text = desk.path("index.csv").read_text("utf-8")
    desk.write("index.csv", text.replace("customer,number", "kind,number", 1))


@mistake(RUN)
def days_are_divided_by_a_column_of_words(desk: Desk) -> None:
    desk.change("seed: 7", "seed: 7, time: kind")
    desk.knows["COLUMN"] = "received"
