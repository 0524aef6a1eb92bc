"""Keys that change, a log key or a vault that is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.flow.bench import Bench, make_bench
from warrant.errors import InputError, IntegrityError
from warrant.flow import people
from warrant.flow.care import doctor
from warrant.flow.job import run_recipe
from warrant.flow.keys import recover, rotate
from warrant.flow.recipe import read_recipe
from warrant.flow.session import load_person, new_person
from warrant.kernel.log import Log
from warrant.kernel.statement import KEYS


def first_statement(bench: Bench) -> dict[str, object]:
    with bench.open() as workspace:
        entry = workspace.index.entries()[0]
        assert entry.predicate == KEYS
        return dict(people.statement_of(workspace, entry).predicate)


def test_statements_of_a_rotated_key_stay_valid_and_their_steps_are_kept(bench: Bench) -> None:
    second = bench.desk_of("ann-2")
    new = new_person(second, "ann-2", "Ann Alvarez")
    with bench.pen() as pen:
        rotate(pen, new.person.public_key.text, new.model.public_key.pem)
        with pytest.raises(InputError, match=r"This key is in force already\. Make a new one"):
            rotate(pen, new.person.public_key.text)
    with (
        pytest.raises(InputError, match=r"Key .* of 'Ann Alvarez' is not in force"),
        bench.pen(),
    ):
        pytest.fail("the old key still signs")
    old_trust = bench.desk.trust
    (old_trust / "signers").write_bytes(
        (old_trust / "signers").read_bytes() + (second.trust / "signers").read_bytes()
    )
    for kind in ("person", "model"):
        shutil.copy(second.folder / "keys" / f"ann-2.{kind}.pem", bench.desk.folder / "keys")
        (bench.desk.folder / "keys" / f"ann.{kind}.pem").unlink()
    assert bench.run().computed == ("deploy",)  # signed with the new model key
    bench.require_sound()
    assert bench.run().computed == ()


def test_a_second_author_goes_on_where_the_first_one_stopped(bench: Bench) -> None:
    ben = bench.add("ben", "Ben Okoro", ["author"])
    signers = bench.desk.trust / "signers"
    signers.write_bytes(signers.read_bytes() + (ben.trust / "signers").read_bytes())
    recipe = read_recipe(bench.root / "recipe.yaml")
    assert run_recipe(bench.root, recipe, ben).computed == ("deploy",)
    bench.require_sound()
    assert bench.run().computed == ()
    bench.require_sound()


def test_a_lost_log_key_says_what_to_do_and_the_log_goes_on_after_it(bench: Bench) -> None:
    before = bench.run().fingerprints
    old = Log(bench.state / "log").checkpoint()
    assert old is not None
    (bench.state / "vault" / "log.pem").unlink()
    with pytest.raises(IntegrityError, match=r"The log's key is not in the vault.*key recover"):
        bench.run()
    assert bench.verify().result == "holds"
    assert any("no 'log.pem'" in found.text for found in doctor(bench.root))
    done = recover(bench.root, bench.desk)
    assert done.old_log == bench.state / "log-old-1"
    assert not done.lost_salts
    first = first_statement(bench)
    assert first["reason"] == "recovered"
    assert first["previous"] == {
        "origin": old.origin,
        "checkpoint": (done.old_log / "checkpoint").read_text(),
    }
    report = bench.run()
    assert report.computed[0] == "ingest"
    assert report.fingerprints == before
    bench.require_sound()
    assert Log(done.old_log).check() == []


def test_a_lost_vault_says_what_to_do_and_the_old_log_stays_verifiable(bench: Bench) -> None:
    before = bench.run().fingerprints
    ben = bench.add("ben", "Ben Okoro", ["approver"])
    shutil.rmtree(bench.state / "vault")
    with pytest.raises(IntegrityError, match=r"is lost: salts .* Restore .* warrant key recover"):
        bench.run()
    verdict = bench.verify()
    assert verdict.result == "holds"
    assert any("Rows not checked: salts absent." in line for line in verdict.lines)
    assert {found.level for found in doctor(bench.root) if "The vault has no" in found.text} == {
        "error"
    }
    done = recover(bench.root, bench.desk)
    assert done.lost_salts
    with bench.open() as workspace:  # who was listed before is listed again
        assert load_person(ben, None).person.key_id in people.persons(workspace)
    assert bench.run().fingerprints == before
    bench.require_sound()
    old = bench.root.with_name("old")
    shutil.copytree(bench.root, old)
    shutil.rmtree(old / ".warrant" / "log")
    shutil.rmtree(old / ".warrant" / "vault")
    shutil.move(old / ".warrant" / "log-old-1", old / ".warrant" / "log")
    assert bench.verify(old).result == "holds"


@pytest.mark.faults
def test_killed_after_the_log_was_moved_the_next_run_still_names_it(bench: Bench) -> None:
    (bench.state / "vault" / "log.pem").unlink()
    (bench.state / "log").rename(bench.state / "log-old-1")
    bench.run()
    assert first_statement(bench)["reason"] == "recovered"
    bench.require_sound()


@pytest.mark.faults
def test_a_second_loss_names_the_second_log(bench: Bench) -> None:
    for number in (1, 2):
        (bench.state / "vault" / "log.pem").unlink()
        done = recover(bench.root, bench.desk)
        assert done.old_log.name == f"log-old-{number}"
        old = Log(done.old_log).checkpoint()
        assert old is not None
        previous = first_statement(bench)["previous"]
        assert isinstance(previous, dict)
        assert previous["origin"] == old.origin
    bench.run()
    bench.require_sound()


def test_who_is_not_listed_goes_on_alone(bench: Bench) -> None:
    bench.add("ben", "Ben Okoro", ["approver"])
    (bench.state / "vault" / "log.pem").unlink()
    shutil.rmtree(bench.desk.folder)
    new_person(bench.desk, "zoe", "Zoe Zander")
    recover(bench.root, bench.desk)
    with bench.open() as workspace:
        assert [name for name, _ in people.persons(workspace).values()] == ["Zoe Zander"]


def test_an_author_who_lost_her_key_goes_on_in_a_new_log(bench: Bench) -> None:
    before = bench.run().fingerprints
    shutil.rmtree(bench.desk.folder / "keys")
    new_person(bench.desk, "ann", "Ann Alvarez")
    told = r"not in force in this workspace.*warrant key add .*key recover .* --own-key-lost"
    with pytest.raises(InputError, match=told):
        bench.run()
    done = recover(bench.root, bench.desk, person_lost=True)
    assert not done.lost_salts
    assert first_statement(bench)["reason"] == "recovered"
    assert bench.run().fingerprints == before
    bench.require_sound()
    assert Log(done.old_log).check() == []


def test_nothing_is_recovered_where_nothing_is_lost(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Nothing is lost: .* Go on with: warrant run"):
        recover(bench.root, bench.desk)
    other = make_bench(tmp_path / "other")
    with pytest.raises(InputError, match=r"There is no log in '.*other'\. Run: warrant run"):
        recover(other.root, other.desk)


def test_which_key_signs_must_be_clear(bench: Bench) -> None:
    new_person(bench.desk, "second", "Ann Alvarez")
    with pytest.raises(InputError, match=r"There are several keys: ann, second\. Say which: --key"):
        bench.run()
    empty = bench.desk_of("nobody")
    with pytest.raises(
        InputError, match=r"There is no key to sign with yet\. Run: warrant key new"
    ):
        load_person(empty, None)
