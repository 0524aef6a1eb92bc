"""Mistakes after the run: judging, checking, answering."""

from __future__ import annotations

from tests.mistakes.case import mistake
from tests.mistakes.desk import Desk, table, type_words
from warrant.kernel import bundle


@mistake("warrant verify toy/recipe.yaml")
def a_recipe_is_verified(desk: Desk) -> None:
    assert desk.path("toy/toy.bundle").is_file()


@mistake("warrant verify toy.bundle")
def the_bundle_lies_elsewhere(desk: Desk) -> None:
    assert desk.path("toy/toy.bundle").is_file()


@mistake("warrant verify toy/toy.bundle")
def a_bundle_came_half(desk: Desk) -> None:
    path = desk.path("toy/toy.bundle")
    desk.write("sound copy", path.read_bytes())
    path.write_bytes(path.read_bytes()[:-100])


@mistake("warrant predict toy/toy.bundl new -o answers.csv")
def the_bundle_is_misspelt(desk: Desk) -> None:
    assert desk.path("toy/toy.bundle").is_file()


@mistake("warrant predict toy new -o answers.csv")
def the_workspace_is_given_for_the_bundle(desk: Desk) -> None:
    assert desk.path("toy/toy.bundle").is_file()


@mistake("warrant predict toy/toy.bundle news -o answers.csv")
def the_new_documents_are_misspelt(desk: Desk) -> None:
    assert desk.path("new").is_dir()


@mistake("warrant predict toy/toy.bundle new -o answers.docx")
def the_answers_have_an_unknown_ending(desk: Desk) -> None:
    assert desk.path("new").is_dir()


@mistake("warrant predict toy/toy.bundle new -o answers.csv")
def the_answers_are_there_already(desk: Desk) -> None:
    desk.write("answers.csv", "mine\n")


@mistake("warrant predict toy/toy.bundle new -o out/answers.csv")
def the_folder_of_the_answers_is_not_there(desk: Desk) -> None:
    assert not desk.path("out").exists()


@mistake("warrant predict toy/toy.bundle new.csv -o answers.csv", column="body")
def a_column_is_missing_in_what_is_asked(desk: Desk) -> None:
    lines = [{"body": path.read_text("utf-8")} for path in sorted(desk.path("new").iterdir())]
    desk.write("new.csv", table(lines))


@mistake("warrant predict toy/toy.bundle new -o answers.csv --sheet new.xls")
def an_xls_is_a_csv(desk: Desk) -> None:
    desk.write("new.xls", table(desk.sheet()))


@mistake("warrant predict toy/toy.bundle empty -o answers.csv", documents="new")
def nothing_is_asked(desk: Desk) -> None:
    desk.path("empty").mkdir()


@mistake("warrant predict old.bundle new -o answers.csv", WORKSPACE="toy")
def a_bundle_is_of_another_version(desk: Desk) -> None:
    with bundle.Bundle.open(desk.path("toy/toy.bundle")) as opened:
        members = {name: opened.read(name) for name in opened.entries}
    content = members["content.json"].replace(b"warrant/bundle/1", b"warrant/bundle/2")
    listed = {**members, "content.json": content}
    with desk.path("old.bundle").open("wb") as out:
        bundle.write(out, [bundle.Member(*one) for one in listed.items()])


@mistake("warrant approve toy")
def no_reason_is_given(desk: Desk) -> None:
    assert desk.path("toy/toy.bundle").is_file()


@mistake("warrant run toy")
def production_is_approved_by_its_author_alone(desk: Desk) -> None:
    text = "curate: [{mask_personal_data: {recognisers: [patterns]}}]"
    desk.change("stage: explore", "stage: production")
    desk.add(text)
    type_words("warrant run toy")
    type_words("warrant approve toy --reason 'I read the card'")


@mistake("warrant why toy l99.txt")
def a_row_is_asked_for_that_is_not_there(desk: Desk) -> None:
    assert not desk.path("letters/l99.txt").exists()


@mistake("warrant status letters")
def the_documents_are_no_workspace(desk: Desk) -> None:
    desk.knows["PATH"] = "toy"


@mistake("warrant run toy")
def a_pilot_has_no_approval(desk: Desk) -> None:
    desk.change("stage: explore", "stage: pilot")


@mistake("warrant erase toy letter-1.txt --reason 'Asked by the customer'")
def a_document_to_erase_is_misspelt(desk: Desk) -> None:
    desk.knows["document"] = "l01.txt"
