"""Erasing a document: gone from every file, and every other proof still holds."""

from __future__ import annotations

import shutil
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.flow.bench import SECRET, Bench, make_bench, recipe_text
from tests.stages.ingest.awkward import parquet
from warrant.errors import InputError, PolicyRefusal, WarrantError
from warrant.flow import erase as erasing
from warrant.flow import people
from warrant.flow.acts import make_exception
from warrant.flow.affected import RULE, affected, told
from warrant.flow.answering import Wish, answering
from warrant.flow.erase import erase
from warrant.flow.job import run_recipe
from warrant.flow.prove import prove_row
from warrant.flow.recipe import parse_recipe
from warrant.flow.story import status
from warrant.kernel.durable import write_file
from warrant.kernel.store import LocalStore
from warrant.kernel.vault import Vault

NAME = "note-009.txt"  # one of the training rows
TEXT = SECRET.format("009")


def erase_it(bench: Bench) -> erasing.ErasureReport:
    with bench.pen() as pen:
        return erase(pen, NAME, "Asked for on paper.")


def test_an_erased_document_is_in_no_file_and_all_else_holds(bench: Bench) -> None:
    assert bench.files_with(TEXT)
    old_bundle = bench.root / "old.bundle"
    shutil.copy(bench.root / "notes.bundle", old_bundle)
    report = erase_it(bench)
    assert report.rows == report.datasets == 3  # documents, rows, one of the three parts
    assert "the file in the source folder: remove it there" in report.not_reached
    assert bench.files_with(TEXT) == []
    assert bench.files_with(NAME) == []
    assert bench.verify().result == "holds"
    assert bench.verify(old_bundle).result == "holds"
    assert any("1 were erased" in line for line in bench.verify().lines)


def test_the_next_run_trains_without_it_and_says_so(bench: Bench) -> None:
    before = bench.run()
    with bench.open() as workspace:
        old = workspace.index.latest("train")
    erase_it(bench)
    after = bench.run()  # the file lies in the source folder still
    assert {"ingest", "curate", "split"} < set(after.computed)
    assert after.fingerprints["documents"] != before.fingerprints["documents"]
    assert sum(after.dropped.values()) == sum(before.dropped.values()) + 1
    assert "The document was erased before and must not come back." in after.dropped
    with bench.open() as workspace:
        erased = people.erased_positions(workspace)
        new = workspace.index.latest("train")
        assert old is not None
        assert new is not None
        assert new.position > old.position
        assert not set(workspace.index.links(new.position, "dependency").values()) & set(erased)
    bench.require_sound()
    assert bench.files_with(TEXT) == []
    assert bench.run().computed == ()


def test_what_cannot_be_erased_is_said(bench: Bench) -> None:
    name = next(name for name in files_in(bench, "train") if name.startswith("note-"))
    with bench.pen() as pen:
        report = erase(pen, name, "Asked for.")
    assert any("which learned from it: train again" in line for line in report.not_reached)
    assert "bundles, backups, branches and proofs already handed out" in report.not_reached


def test_model_and_bundle_are_marked_and_refused_until_a_named_person_excepts(
    bench: Bench,
) -> None:
    with bench.open() as workspace:
        assert affected(workspace) == []
    report = erase_it(bench)
    assert any("with that model: refused from now on" in line for line in report.not_reached)
    with bench.open() as workspace:
        marked = status(workspace).affected
    assert [one.what for one in marked] == ["model", "bundle"]
    assert [one.rows for one in marked] == [1, 1]
    assert marked[0].erased_at == (report.committed.position,)
    assert told(marked[1]).endswith(
        "was made with 1 row erased since (log entry 9): refused until it is trained again without "
        "them or an approver excepts it."
    )
    bundle = bench.root / "notes.bundle"
    with (
        pytest.raises(PolicyRefusal, match="1 guardrail stops it") as refused,
        answering(bundle, bench.desk, Wish("predict")),
    ):
        pass
    assert "Train again without the erased rows" in str(refused.value)
    eve = bench.add("eve", "Eve Eriksen", ["approver"])
    with bench.pen("approver", eve) as pen:
        make_exception(pen, RULE, "The row was a public notice.")
    bench.trust_too("Eve Eriksen", eve)
    with bench.open() as workspace:
        assert told(affected(workspace)[0]).endswith("(log entry 9): excepted by Eve Eriksen.")
    with answering(bundle, bench.desk, Wish("predict")) as opened:
        assert opened.answerer.served


def test_a_model_made_anew_is_not_marked(bench: Bench) -> None:
    erase_it(bench)
    bench.run()
    with bench.open() as workspace:
        trained = [one.position for one in workspace.index.entries() if one.stage == "train"]
        assert {one.entry for one in affected(workspace) if one.what == "model"} == {trained[0]}
    with answering(bench.root / "notes.bundle", bench.desk, Wish("predict")) as opened:
        assert opened.answerer.served


def files_in(bench: Bench, part: str) -> list[str]:
    from warrant.engine import read_dataset
    from warrant.kernel.digest import Digest

    with bench.open() as workspace:
        entry = workspace.index.latest("split")
        assert entry is not None
        manifest = Digest.from_hex(workspace.index.links(entry.position, "subject")[part])
        batches = read_dataset(workspace.store, manifest, ["path"])
        return [name for batch in batches for name in batch.column("path").to_pylist()]


def test_neither_statement_nor_error_tells_what_stood_in_it(bench: Bench) -> None:
    with bench.open() as workspace:
        from warrant.engine import read_dataset
        from warrant.engine.columns import MEMBERS
        from warrant.kernel.digest import Digest

        entry = workspace.index.latest("ingest")
        assert entry is not None
        manifest = Digest.from_hex(workspace.index.links(entry.position, "subject")["documents"])
        rows = [
            m for b in read_dataset(workspace.store, manifest, ()) for m in b[MEMBERS].to_pylist()
        ]
    report = erase_it(bench)
    with bench.open() as workspace:
        said = workspace.store.get(report.committed.envelope).decode()
    import base64
    import json

    payload = base64.b64decode(json.loads(said)["payload"]).decode()
    assert not any(member.hex() in payload for members in rows for member in members)
    assert "heron" not in payload


def test_a_row_of_it_can_no_longer_be_proved_and_others_can(bench: Bench) -> None:
    erase_it(bench)
    with bench.open() as workspace:
        with pytest.raises(InputError, match=r"No file or row 'note-009\.txt' was read, or it was"):
            prove_row(workspace, NAME)
        assert prove_row(workspace, "note-008.txt")


def test_a_file_that_was_never_read_or_twice_erased_is_named(bench: Bench) -> None:
    with bench.pen() as pen, pytest.raises(InputError, match=r"No file 'no\.txt' was read, or it"):
        erase(pen, "no.txt", "Asked for.")
    erase_it(bench)
    with pytest.raises(InputError, match=r"was erased already"):
        erase_it(bench)


@pytest.mark.faults
@pytest.mark.parametrize(("step", "by_run"), [(step, bool(step % 2)) for step in range(8)])
def test_killed_between_its_steps_it_is_finished_when_repeated_or_by_the_next_run(
    bench: Bench, step: int, by_run: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = [0]

    def killed_at(step: int, function: object) -> object:
        def act(*args: object, **options: object) -> object:
            calls[0] += 1
            if calls[0] == step + 1:
                raise KeyboardInterrupt
            return function(*args, **options)  # type: ignore[operator]

        return act

    with monkeypatch.context() as patched:
        patched.setattr(erasing, "write_file", killed_at(step, write_file))
        patched.setattr(Vault, "erase", killed_at(step, Vault.erase))
        patched.setattr(LocalStore, "delete", killed_at(step, LocalStore.delete))
        patched.setattr(LocalStore, "set_layout", killed_at(step, LocalStore.set_layout))
        with pytest.raises(KeyboardInterrupt):
            erase_it(bench)
    said = "is still here, though a logged erasure names it"
    assert all(said in fault for fault in bench.verify().faults)
    if step and by_run:
        bench.run()
        with pytest.raises(InputError, match="erased already"):
            erase_it(bench)
    else:
        assert erase_it(bench).rows == 3
    assert not (bench.state / "vault" / "erasing").exists()
    assert bench.files_with(TEXT) == []
    bench.run()
    bench.require_sound()
    assert bench.files_with(TEXT) == []


def test_a_table_whose_record_is_erased_goes_and_other_tables_stay(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    for name, word in (("a.csv", "apple"), ("b.csv", "banana")):
        lines = [f"{word} number {n} and some words,lease" for n in range(6)]
        (bench.root / "notes" / name).write_text("\n".join(["text,kind", *lines]) + "\n")
    recipe = parse_recipe(recipe_text().replace("    metadata: notes.csv\n", ""))
    try:
        run_recipe(bench.root, recipe, bench.desk)
    except WarrantError as error:  # one label only: nothing to learn, and all the rows are there
        assert "label" in error.what  # noqa: PT017
    assert bench.files_with("apple number 3")
    with bench.pen() as pen:
        erase(pen, "a.csv", "Asked for.")
    assert bench.files_with("apple number 3") == []
    assert bench.files_with("banana number 3")


def test_an_orphan_of_a_killed_run_does_not_keep_the_text(bench: Bench) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = bench.root / "orphan"
    pq.write_table(pa.table({"_row_id": [b"r"], "text": [TEXT]}), path, compression="none")
    with bench.open() as workspace:
        orphan = workspace.store.put(path.read_bytes())
        other = workspace.store.put(b"left by somebody else")
    assert bench.files_with(TEXT)
    erase_it(bench)
    with bench.open() as workspace:
        assert not workspace.store.has(orphan)
        assert workspace.store.has(other)
    assert bench.files_with(TEXT) == []


def test_a_parquet_table_is_no_orphan_and_a_broken_shard_is_one(bench: Bench) -> None:
    with bench.open() as workspace:
        table = workspace.store.put(parquet({"text": ["of somebody else"]}))
        broken = workspace.store.put(b"PAR1 half a shard")
    erase_it(bench)
    with bench.open() as workspace:
        assert workspace.store.has(table)
        assert not workspace.store.has(broken)


def test_an_erased_attachment_names_the_message_that_still_holds_it(bench: Bench) -> None:
    message = EmailMessage()
    message["Subject"] = "The paper that we spoke of"
    message.set_content("You find it attached to this message.")
    message.add_attachment("The otter sleeps under the bridge.", filename="paper.txt")
    (bench.root / "notes" / "mail.eml").write_bytes(message.as_bytes())
    bench.run()
    told = "the message that it was attached to, whose original holds it: erase the message too"
    with bench.pen() as pen:
        assert told in erase(pen, "mail.eml/paper.txt", "Asked for on paper.").not_reached
        assert bench.files_with("The otter sleeps")
        assert told not in erase(pen, "mail.eml", "Asked for on paper.").not_reached
    assert not bench.files_with("otter")


def test_erasing_a_message_erases_what_was_attached_to_it(bench: Bench) -> None:
    message = EmailMessage()
    message["Subject"] = "The paper that we spoke of"
    message.set_content("You find it attached to this message.")
    message.add_attachment("The otter sleeps under the bridge.", filename="paper.txt")
    (bench.root / "notes" / "mail.eml").write_bytes(message.as_bytes())
    (bench.root / "notes" / "mail.eml.txt").write_text("The badger has nothing to do with it.")
    bench.run()
    with bench.pen() as pen:
        erase(pen, "mail.eml", "Asked for on paper.")
    assert not bench.files_with("otter")
    assert bench.files_with("badger")
