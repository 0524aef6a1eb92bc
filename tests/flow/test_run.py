"""Running: what is done is kept, what changed is done again, policy is asked every time."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.flow.bench import Bench, Recorder, make_bench, recipe_text
from warrant.errors import InputError, PolicyRefusal
from warrant.flow.plan import STEPS
from warrant.flow.report import RunReport
from warrant.kernel.digest import Digest
from warrant.kernel.draft import Run as Drafted
from warrant.kernel.draft import step_statement
from warrant.kernel.keys import Ed25519Signer
from warrant.kernel.statement import KEYS, PLAN, Actor, leaf_of

ALL = tuple(step.stage for step in STEPS)


def positions(bench: Bench) -> list[tuple[int, str]]:
    with bench.open() as workspace:
        return [(e.position, e.stage or e.predicate) for e in workspace.index.entries()]


def test_the_first_run_does_every_step_in_order_and_all_holds(finished: Bench) -> None:
    kinds = [name for _, name in positions(finished)]
    assert kinds == [KEYS, *ALL[:4], PLAN, *ALL[4:]]
    finished.require_sound()
    assert (finished.root / "card.md").is_file()


def test_the_second_run_keeps_every_step_and_adds_nothing_to_the_log(bench: Bench) -> None:
    before, told = positions(bench), Recorder()
    report = bench.run(told)
    assert report.computed == ()
    assert positions(bench) == before
    kept = [stage for stage, state in told.steps if state == "kept"]
    assert kept == list(ALL)


@pytest.mark.parametrize(
    ("change", "computed"),
    [
        ({"train_seed": 8}, ("train", "evaluate", "report", "deploy")),
        ({"team": "solo"}, ()),
        ({"seed": 8}, ALL[2:]),
    ],
)
def test_a_changed_setting_recomputes_only_what_depends_on_it(
    bench: Bench, change: dict[str, object], computed: tuple[str, ...]
) -> None:
    told = Recorder()
    bench.run(told, **change)
    assert tuple(stage for stage, state in told.steps if state == "done") == computed


def test_a_touched_but_equal_file_changes_nothing(bench: Bench) -> None:
    note = bench.root / "notes" / "note-000.txt"
    note.write_bytes(note.read_bytes())
    os.utime(note, (1, 1))
    assert bench.run().computed == ()


def test_a_changed_file_makes_everything_new_and_only_its_own_row_id(bench: Bench) -> None:
    before = bench.run().fingerprints
    note = bench.root / "notes" / "note-000.txt"
    note.write_text(note.read_text() + "One more line.\n")
    after = bench.run()
    assert after.computed == ALL
    assert after.fingerprints["documents"] != before["documents"]
    bench.require_sound()


def test_an_expired_right_refuses_though_the_content_key_is_known(bench: Bench) -> None:
    bench.clock.now = bench.clock.now.replace(year=2028)
    with pytest.raises(PolicyRefusal, match=r"'train' may not run") as refused:
        bench.run()
    assert "rights-not-expired" in refused.value.reasons[0]
    assert "'notes'" in refused.value.reasons[0]
    assert "Renew the agreement" in refused.value.do


def test_a_renewed_right_lets_the_work_go_on_and_all_holds(bench: Bench) -> None:
    bench.clock.now = bench.clock.now.replace(year=2028)
    assert bench.run(expires="2030-01-31").computed == ("ingest", "report", "deploy")
    bench.require_sound()


def test_a_forbidden_right_stops_training_before_anything_is_learned(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    with pytest.raises(PolicyRefusal, match=r"'train' may not run in explore use"):
        bench.run(train="false")
    assert [name for _, name in positions(bench)] == [KEYS, *ALL[:3]]
    assert bench.run(train="true").computed == ("ingest", *ALL[3:])


def test_a_content_key_planted_by_a_foreign_signer_is_not_used(bench: Bench) -> None:
    foreign = Ed25519Signer.generate()
    with bench.open() as workspace:
        mine = workspace.index.latest("curate")
        assert mine is not None
        assert mine.content_key is not None
        subjects = workspace.index.links(mine.position, "subject")
        needed = workspace.index.links(mine.position, "dependency")
        planted = step_statement(
            Drafted(
                stage="curate",
                content_key=Digest.from_hex(mine.content_key),
                outputs={name: Digest.from_hex(value) for name, value in subjects.items()},
                inputs={name: Digest.from_hex(value) for name, value in needed.items()},
                configuration={},
                fingerprints={},
                started_at="2026-05-04T12:00:00Z",
                finished_at="2026-05-04T12:00:00Z",
                versions={},
            ),
            Actor.of(foreign, "author"),
        )
        envelope = planted.sign(foreign).to_bytes()
        workspace.store.put(envelope)
    with bench.pen() as pen:
        pen.workspace.log.append([leaf_of(envelope, planted.recorded_at)], pen.log_key)
        (pen.workspace.state / "store" / "layouts" / f"{subjects['rows']}.json").unlink()
    # Its own step has lost its rows, and the foreigner's claims that all is done.
    report = bench.run()
    assert report.computed == ("curate",)
    assert any(note.startswith("chain-verified") and "no" in note for note in report.notes)
    assert bench.verify().result == "refused"


def test_a_look_up_planted_in_the_index_is_not_believed(bench: Bench) -> None:
    import sqlite3

    with sqlite3.connect(bench.state / "index.db") as index:
        index.execute("UPDATE links SET digest = ? WHERE name = 'model'", ("0" * 64,))
        index.execute("DELETE FROM entries WHERE predicate = ?", (PLAN,))
    index.close()
    assert bench.run().computed == ()
    bench.require_sound()


def test_a_revoked_step_is_not_kept(bench: Bench) -> None:
    from warrant.flow.acts import revoke

    with bench.pen() as pen:
        entry = pen.workspace.index.latest("train")
        assert entry is not None
        revoke(pen, entry.envelope, "wrong labels")
    with pytest.raises(PolicyRefusal, match=r"'train' gives 'model' of log entry 4 again, which"):
        bench.run()
    assert bench.run(train_seed=8).computed[0] == "train"


def test_outputs_missing_from_the_store_are_made_again(bench: Bench) -> None:
    before = bench.run().fingerprints
    for what in ("manifest", "shard", "commitments", "model file", "claim"):
        with bench.open() as workspace:
            split = workspace.index.latest("split")
            train = workspace.index.latest("train")
            assert split is not None
            assert train is not None
            outputs = workspace.index.links(split.position, "subject")
            manifest = Digest.from_hex(outputs["test"])
            layout = workspace.store.layout(manifest)
            files = workspace.store.get(
                Digest.from_hex(workspace.index.links(train.position, "subject")["model"])
            )
            gone = {
                "manifest": manifest,
                "shard": layout.shards[0].sha256,
                "commitments": layout.commitments,
                "claim": Digest.from_hex(outputs["claim"]),
                "model file": _first_file(files),
            }[what]
            workspace.store.delete(gone)
        report = bench.run()
        assert report.computed == (("train",) if what == "model file" else ("split",)), what
        assert report.fingerprints == before
    bench.require_sound()


def _first_file(record: bytes) -> Digest:
    from warrant.records.model import Model

    return Digest.from_hex(Model.from_bytes(record).files[0].sha256)


def test_fingerprints_are_equal_in_two_workspaces_and_roots_are_not(
    finished: Bench, tmp_path: Path
) -> None:
    other = make_bench(tmp_path / "other")
    assert other.run().fingerprints == finished_report(finished, tmp_path).fingerprints
    with other.open() as one, finished.open() as two:
        assert not set(one.store.layouts()) & set(two.store.layouts())


def finished_report(finished: Bench, tmp_path: Path) -> RunReport:
    shutil.copytree(finished.root, tmp_path / "again")
    return Bench(tmp_path / "again").run()


def test_a_source_written_while_it_is_read_is_not_signed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warrant.flow import run

    note = bench.root / "notes" / "note-001.txt"
    note.write_text("Another text of its own, with enough words in it.\n")
    compute = run.Run._compute

    def and_then_change(self: object, *given: object) -> object:
        result = compute(self, *given)  # type: ignore[arg-type]
        (bench.root / "notes.csv").write_text((bench.root / "notes.csv").read_text() + "\n")
        return result

    monkeypatch.setattr(run.Run, "_compute", and_then_change)
    before = positions(bench)
    with pytest.raises(InputError, match=r"changed while it was being read\. Run again"):
        bench.run()
    assert positions(bench) == before


def test_the_card_is_there_though_the_plan_was_not_met(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    bench.run(bound=1.0)
    bench.settle()
    (bench.root / "card.md").unlink()
    (bench.root / "notes.bundle").unlink()
    with pytest.raises(PolicyRefusal, match=r"'deploy' may not run in pilot use") as refused:
        bench.run(stage="pilot", bound=1.0)
    assert any(reason.startswith("plan-met") for reason in refused.value.reasons)
    assert "macro" in (bench.root / "card.md").read_text().lower()
    assert not (bench.root / "notes.bundle").exists()
    assert [name for _, name in positions(bench)][-1] == "report"


def test_a_recipe_is_not_written_into_the_log_with_machine_paths(finished: Bench) -> None:
    with finished.open() as workspace:
        blobs = [
            workspace.store.get(Digest.from_hex(e.envelope)) for e in workspace.index.entries()
        ]
    assert blobs
    assert not any(str(finished.root).encode() in blob for blob in blobs)
    assert recipe_text() == (finished.root / "recipe.yaml").read_text()


def test_a_second_sheet_and_a_copy_labelled_otherwise_are_told_at_the_end(bench: Bench) -> None:
    folder = bench.root / "notes"
    (folder / "old.csv").write_text("file,kind\nnote-000.txt,lease\nnote-001.txt,loan\n")
    (folder / "twin.txt").write_bytes((folder / "note-001.txt").read_bytes())
    sheet = bench.root / "notes.csv"
    sheet.write_text(sheet.read_text() + "twin.txt,another,2025-03-01\n")
    report = bench.run()
    assert report.tables_beside_documents == 1
    assert report.without_text == 2
    assert report.copies_with_another_label == 1
    bench.require_sound()


@pytest.mark.parametrize("folder", ["held", "vault", "runs", "store", "log"])
def test_the_next_run_sweeps_what_a_killed_one_left(bench: Bench, folder: str) -> None:
    left = bench.state / folder / "tmp-ca362509a842ea55"
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"half")
    bench.run()
    assert not left.exists()
    bench.require_sound()
