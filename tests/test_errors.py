from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from warrant import errors


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.WarrantError, 1),
        (errors.InputError, 2),
        (errors.IntegrityError, 1),
        (errors.PolicyRefusal, 4),
        (errors.MissingExtra, 5),
        (errors.OutsideError, 6),
        (errors.CeilingReached, 7),
        (errors.Busy, 75),
    ],
)
def test_each_branch_has_its_exit_code(kind: type[errors.WarrantError], code: int) -> None:
    error = kind("'a.txt' is empty.", "Remove it.")
    assert error.exit_code == code
    assert (error.what, error.do) == ("'a.txt' is empty.", "Remove it.")
    assert str(error) == "'a.txt' is empty. Remove it."


def test_no_error_uses_the_exit_code_of_an_unknown_signer() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    codes = {kind.exit_code for kind in kinds if issubclass(kind, errors.WarrantError)}
    assert codes == {1, 2, 4, 5, 6, 7, 75}


def test_busy_is_an_outside_error_because_waiting_helps() -> None:
    assert issubclass(errors.Busy, errors.OutsideError)


def test_a_refusal_carries_its_reasons_apart_from_its_message() -> None:
    refusal = errors.PolicyRefusal(
        "No training.", "Run: warrant status", iter(["r1: 3 rows", "r2"])
    )
    assert refusal.reasons == ("r1: 3 rows", "r2")
    assert str(refusal) == "No training. Run: warrant status"


def test_a_missing_extra_names_the_command_that_installs_it() -> None:
    error = errors.MissingExtra.named("ocr", "Reading scans")
    assert str(error) == (
        "Reading scans needs the extra 'ocr', which is not installed. "
        "Run in the checkout: pip install '.[ocr]'"
    )


@pytest.mark.parametrize(
    "error",
    [
        errors.InputError("a", "b"),
        errors.PolicyRefusal("a", "b", ["c"]),
        errors.MissingExtra.named("ocr", "Reading scans"),
    ],
)
def test_an_error_survives_a_process_border(error: errors.WarrantError) -> None:
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(twin) is type(error)
    assert vars(twin) == vars(error)
    assert str(twin) == str(error)


def test_a_path_where_nothing_is_reminds_of_one_where_something_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letters").mkdir()
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy/toy.bundle").write_bytes(b"")
    assert errors.nearest_path("leters") == "letters"
    assert errors.nearest_path("../leters", tmp_path / "toy") == "../letters"
    assert errors.nearest_path("letters", tmp_path / "toy") == "../letters"
    assert errors.nearest_path("toy.bundle") == "toy/toy.bundle"
    assert errors.nearest_path(tmp_path / "toy" / "tox.bundle") == str(tmp_path / "toy/toy.bundle")
    assert errors.nearest_path(tmp_path / "nothing") == ""
    assert errors.nearest_path("no/such/folder") == ""
    assert errors.nearest_path("letters") == ""  # it is there, and is not what was wanted
    assert errors.meant("leters", "Look.") == "Did you mean 'letters'?"
    assert errors.meant("quite", "Look.") == "Look."
