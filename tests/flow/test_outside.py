"""A bundle measured by somebody else: her rows stay with her, her key signs, anyone checks."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.flow.bench import Bench
from tests.flow.test_comparing import own_rows
from tests.kernel.test_outside import predicate
from tests.outside import ROOT
from tests.records.examples import ANNA
from warrant.errors import InputError, IntegrityError
from warrant.flow.outside import Evaluated, Order, attach_outside, check_outside, evaluate_on
from warrant.flow.reproducing import check_reproduction
from warrant.flow.session import load_person, new_person
from warrant.kernel import bundle as container
from warrant.kernel.digest import Digest
from warrant.kernel.outside import REPRODUCTION, sign_outside
from warrant.kernel.trust import TrustedSigner, add_signer
from warrant.records.evaluation import Evaluation


def measured(bench: Bench, rows: Path, folder: Path) -> Evaluated:
    """Let Vera, who knows nobody here, measure the bundle."""
    desk = bench.desk_of("vera")
    if not desk.folder.exists():
        new_person(desk, "vera", "Vera Voss")
    identity = load_person(desk, "vera", "reviewer")
    order = Order(bench.root / "notes.bundle", rows, folder / "mine.evaluation.json", identity.name)
    return evaluate_on(order, desk, identity.person)


def test_figures_are_signed_and_rows_stay_where_they_are(bench: Bench, tmp_path: Path) -> None:
    rows = own_rows(tmp_path / "mine.csv")
    done = measured(bench, rows, tmp_path)
    assert done.evaluation.rows == 24
    assert {one.metric for one in done.evaluation.scores} >= {"accuracy", "macro_f1"}
    assert Evaluation.from_bytes(done.figures.read_bytes()) == done.evaluation
    signed = done.output.read_text("utf-8") + done.figures.read_text("utf-8")
    assert "tenant rent premises" not in signed
    commitment = sha256(bytes.fromhex(done.salt) + sha256(rows.read_bytes()).digest()).hexdigest()
    verdict = check_outside(done.output, bench.desk_of("vera").trust)
    assert verdict.result == "holds"
    assert verdict.signers == ("Vera Voss",)
    assert any("24 rows of her own" in line for line in verdict.lines)
    from warrant.kernel.outside import read_outside

    assert read_outside(done.output.read_bytes()).predicate["commitment"] == commitment


def test_a_reader_who_does_not_know_the_key_is_told_so(bench: Bench, tmp_path: Path) -> None:
    done = measured(bench, own_rows(tmp_path / "mine.csv"), tmp_path)
    verdict = check_outside(done.output, bench.desk.trust, bench.root / "notes.bundle")
    assert verdict.result == "consistent, signer unknown"
    assert "It is of 'notes.bundle'." in verdict.lines
    assert verdict.lines[-1] == "You do not know this key."
    key = load_person(bench.desk_of("vera"), "vera").person.public_key
    add_signer(bench.desk.trust, TrustedSigner(key, "Vera from the bank", ("reviewer",)))
    known = check_outside(done.output, bench.desk.trust)
    assert known.lines[-1] == "You know this key as 'Vera from the bank'."


def test_an_evaluation_of_another_bundle_is_refused(bench: Bench, tmp_path: Path) -> None:
    done = measured(bench, own_rows(tmp_path / "mine.csv"), tmp_path)
    bench.run(train_seed=8)
    verdict = check_outside(done.output, bench.desk.trust, bench.root / "notes.bundle")
    assert verdict.result == "refused"
    assert "not of 'notes.bundle'" in verdict.faults[0]


def test_what_cannot_be_measured_is_refused(finished: Bench, tmp_path: Path) -> None:
    bare = tmp_path / "bare.csv"
    bare.write_text("text\nthe tenant pays the rent\n", encoding="utf-8")
    desk = finished.desk
    signer = load_person(desk, None).person
    bundle = finished.root / "notes.bundle"
    with pytest.raises(InputError, match=r"No row of 'bare\.csv' has a label: the column 'kind'"):
        evaluate_on(Order(bundle, bare, tmp_path / "a.evaluation.json", "Ann"), desk, signer)
    with pytest.raises(InputError, match=r"The signed file ends in '\.evaluation\.json'"):
        evaluate_on(Order(bundle, bare, tmp_path / "a.json", "Ann"), desk, signer)


def test_labels_that_the_model_cannot_give_are_told_or_refused(
    bench: Bench, tmp_path: Path
) -> None:
    """Somebody who writes 'Lease' for 'lease' would sign that every answer is wrong."""
    mine = tmp_path / "mine.csv"
    mine.write_text("text,kind\nthe tenant pays rent,Lease\nthe lender repaid,lease\n", "utf-8")
    done = measured(bench, mine, tmp_path)
    assert done.notes[0] == (
        "Right answers with a label that the model cannot give: 1 (labels: 1). They count as "
        "wrong. Write labels as the model does: 'lease', 'loan', 'supply'."
    )
    done.output.unlink()
    mine.write_text("text,kind\nthe tenant pays rent,Lease\n", "utf-8")
    with pytest.raises(InputError, match=r"No row of 'mine\.csv' has a label that the model knows"):
        measured(bench, mine, tmp_path)
    assert not done.output.exists()


def alone(bundle: Path, trust: Path) -> list[str]:
    """What the stand-alone verifier says."""
    words = [sys.executable, "-I", str(ROOT / "verify.py"), str(bundle), "--trust", str(trust)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return [line.strip() for line in done.stdout.splitlines()]


def test_a_bundle_shows_what_others_measured_and_keeps_its_digest(
    bench: Bench, tmp_path: Path
) -> None:
    bundle, trust = bench.root / "notes.bundle", bench.desk.trust
    before = bench.verify(bundle)
    done = measured(bench, own_rows(tmp_path / "mine.csv"), tmp_path)
    attach_outside(bundle, done.output, bench.desk)
    attach_outside(bundle, done.output, bench.desk)  # once more changes nothing
    after = bench.verify(bundle)
    assert (after.result, after.bundle) == (before.result, before.bundle)
    told = [line for line in after.lines if "Evaluated from outside" in line]
    assert len(told) == 1
    assert "somebody who says to be 'Vera Voss', on 24 rows" in told[0]
    assert told[0].strip() in alone(bundle, trust)
    key = load_person(bench.desk_of("vera"), "vera").person.public_key
    add_signer(trust, TrustedSigner(key, "Vera from the bank", ("reviewer",)))
    (known,) = [line for line in bench.verify(bundle).lines if "from outside" in line]
    assert "by 'Vera from the bank', whom you know" in known
    assert known.strip() in alone(bundle, trust)


def test_what_the_author_measures_is_not_from_outside(bench: Bench, tmp_path: Path) -> None:
    bundle = bench.root / "notes.bundle"
    signer = load_person(bench.desk, None).person
    order = Order(bundle, own_rows(tmp_path / "a.csv"), tmp_path / "a.evaluation.json", "A Bank")
    attach_outside(bundle, evaluate_on(order, bench.desk, signer).output, bench.desk)
    for trust in (bench.desk.trust, bench.desk_of("nobody").trust):
        lines = [line.strip() for line in bench.verify(bundle, trust).lines]
        assert not any("from outside" in line for line in lines)
        (own,) = [line for line in lines if "who signed steps of this bundle" in line]
        trust.mkdir(parents=True, exist_ok=True)
        assert own in alone(bundle, trust)


def test_an_evaluation_that_was_changed_or_is_of_another_bundle_is_refused(
    bench: Bench, tmp_path: Path
) -> None:
    bundle = bench.root / "notes.bundle"
    done = measured(bench, own_rows(tmp_path / "mine.csv"), tmp_path)
    other = sign_outside(Digest.of(b"other"), predicate(), ANNA)
    (tmp_path / "other.evaluation.json").write_bytes(other)
    with pytest.raises(InputError, match=r"'other\.evaluation\.json' is not of 'notes\.bundle'"):
        attach_outside(bundle, tmp_path / "other.evaluation.json", bench.desk)
    sound = done.output.read_bytes()
    for name, data in (
        (Digest.of(other).hex, other),
        (Digest.of(b"x").hex, sound),
        (Digest.of(b"{}").hex, b"{}"),
    ):
        forged = tmp_path / "forged.bundle"
        with container.Bundle.open(bundle) as opened, forged.open("w+b") as file:
            members = [
                container.Member(one, b"".join(opened.chunks(one))) for one in opened.entries
            ]
            container.write(
                file, [*members, container.Member(f"evidence/outside/{name}.json", data)]
            )
        verdict = bench.verify(forged)
        assert verdict.result == "refused"
        assert "is no evaluation of this bundle whose signature holds" in verdict.faults[0]
        assert any(
            verdict.faults[0].split(". ")[0] in line for line in alone(forged, bench.desk.trust)
        )


def test_words_of_a_stranger_are_quoted_and_cannot_pass_for_a_verdict(tmp_path: Path) -> None:
    evil = "macro_f1 0.99.\nYou know this key as 'Ann Alvarez'.\x1b[2J"
    score = {"metric": evil, "value": 0.1, "low": 0.0, "high": 0.2}
    path = tmp_path / "mine.evaluation.json"
    path.write_bytes(sign_outside(Digest.of(b"x"), predicate(scores=[score]), ANNA))
    lines = check_outside(path, tmp_path / "trust").lines
    assert not any("\n" in line or "\x1b" in line for line in lines)
    names = ("actor", "key", "name", "recorded_at")
    said = {name: value for name, value in predicate().items() if name in names}
    steps = [{"stage": evil, "outcome": "equal bytes"}]
    more = {"outcome": "equal bytes", "steps": steps, "versions": {"warrant": "1"}}
    path.write_bytes(sign_outside(Digest.of(b"x"), {**said, **more}, ANNA, REPRODUCTION))
    lines = check_reproduction(path, tmp_path / "trust").lines
    assert not any("\n" in line or "\x1b" in line for line in lines)


@pytest.mark.parametrize(
    ("outcome", "steps", "worst"),
    [
        ("equal bytes", ["equal bytes", "differs"], "differs"),
        ("equal figures", ["equal bytes"], "equal bytes"),
        ("differs", ["equal bytes", "not run"], "not run"),
    ],
)
def test_an_outcome_that_is_not_that_of_its_steps_is_refused(
    tmp_path: Path, outcome: str, steps: list[str], worst: str
) -> None:
    path = tmp_path / "mine.reproduction.json"
    names = ("actor", "key", "name", "recorded_at")
    said = {name: value for name, value in predicate().items() if name in names}
    listed = [{"stage": "train", "outcome": one} for one in steps]
    more = {"outcome": outcome, "steps": listed, "versions": {"warrant": "1"}}
    path.write_bytes(sign_outside(Digest.of(b"x"), {**said, **more}, ANNA, REPRODUCTION))
    with pytest.raises(IntegrityError) as told:
        check_reproduction(path, tmp_path / "trust")
    assert str(told.value) == (
        f"'mine.reproduction.json' says {outcome!r}, and the worst of its steps is {worst!r}. Do "
        "not rely on it; make the bundle again yourself: warrant reproduce BUNDLE"
    )


def test_a_named_trust_folder_judges_what_is_attached(bench: Bench, tmp_path: Path) -> None:
    bundle = bench.root / "notes.bundle"
    done = measured(bench, own_rows(tmp_path / "mine.csv"), tmp_path)
    broken = tmp_path / "trust"
    broken.mkdir()
    (broken / "signers").write_text("no signer\n", "utf-8")
    with pytest.raises(InputError):
        attach_outside(bundle, done.output, bench.desk, broken)
    assert attach_outside(bundle, done.output, bench.desk, bench.desk.trust) == bundle
