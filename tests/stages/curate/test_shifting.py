"""Days of one subject move together, in texts and columns, and the vault has what stood there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.engine.desk import FixedSalts, make_desk
from warrant.engine import make_batch, read_dataset, read_ledger, write_dataset
from warrant.errors import InputError
from warrant.records.dataset import Column
from warrant.stages import curate
from warrant.stages.curate import CurateConfig, FilterConfig
from warrant.stages.curate.builtin.masking import MaskPersonalData
from warrant.stages.curate.builtin.shifting import offset_of, shifted
from warrant.testing import check_filter

COLUMNS = (
    Column(name="text", type="text"),
    Column(name="patient", type="text"),
    Column(name="admitted", type="date"),
    Column(name="seen", type="instant"),
)
SETTINGS = {
    "recognisers": ["safe_harbor"],
    "shift_dates": {"subject": "patient", "columns": ["admitted", "seen"], "within_days": 100},
}


def keyed(digest: bytes) -> bytes:
    return sha256(b"keyed" + digest).digest()


@pytest.mark.parametrize(
    ("text", "days", "wanted"),
    [
        ("2024-02-28", 2, "2024-03-01"),
        ("2024/2/8", -10, "2024/1/29"),
        ("31.12.2023", 1, "01.01.2024"),
        ("3.4.24", 30, "3.5.24"),
        ("3/31/24", 1, "4/1/24"),
        ("31/3/24", 1, "1/4/24"),
        ("3 March 2024", 40, "12 April 2024"),
        ("March 3, 2024", -3, "February 29, 2024"),
        ("MAR 3, 2024", 31, "APR 3, 2024"),
        ("3. April 2024", 30, "3. Mai 2024"),
        ("14 de septiembre de 2019", 20, "4 de octubre de 2019"),
        ("3 février 2024", 30, "4 mars 2024"),
        ("31-Dec-99", 1, None),
        ("03/04/2024", 1, None),
        ("04/04/2024", 1, None),
        ("May 2025", 1, None),
        ("30 February 2024", 1, None),
        ("9999-12-31", 1, None),
        ("no day", 1, None),
    ],
)
def test_a_day_keeps_its_form_or_is_not_moved(text: str, days: int, wanted: str | None) -> None:
    assert shifted(text, days) == wanted


def test_the_recipe_says_whether_the_day_stands_first() -> None:
    assert shifted("03/04/2024", 1, day_first=True) == "04/04/2024"
    assert shifted("03/04/2024", 1, day_first=False) == "03/05/2024"


def test_a_subject_has_one_number_of_days_under_one_key() -> None:
    numbers = {offset_of(f"patient {n}", keyed, 30) for n in range(2000)}
    assert numbers == {*range(-30, 31)} - {0}
    assert offset_of("Ada  ORSOLO", keyed, 365) == offset_of("ada orsolo", keyed, 365)


def curated(tmp_path: Path, settings: dict[str, Any]) -> tuple[Any, Any, Any]:
    desk = make_desk(tmp_path)
    day = date(2024, 3, 1)
    cells = {
        "text": ["Seen 2024-03-01, again on 11 March 2024.", "On 2024-03-01.", "On 2024-03-01."],
        "patient": ["p-1", "P-1", None],
        "admitted": [day, None, day],
        "seen": [datetime(2024, 3, 1, 10, 30, tzinfo=UTC), None, None],
    }
    documents = [[sha256(bytes([n])).digest()] for n in range(3)]
    batch = make_batch(COLUMNS, documents, [[], [], []], cells)
    source = write_dataset(desk, "documents", COLUMNS, [batch], {"kept": 3})
    config = CurateConfig((FilterConfig("mask_personal_data", settings),))
    result = curate.run({"documents": source.manifest}, config, desk)
    rows = next(iter(read_dataset(desk.store, result.outputs["rows"]))).to_pydict()
    return rows, result, desk


def test_days_of_a_subject_move_together_in_texts_and_columns(tmp_path: Path) -> None:
    rows, result, desk = curated(tmp_path, SETTINGS)
    days = offset_of("p-1", keyed, 100)
    moved = date.fromordinal(date(2024, 3, 1).toordinal() + days)
    assert rows["admitted"] == [moved, None, None]
    assert rows["seen"][0].date() == moved
    assert rows["seen"][0].hour == 10
    assert rows["text"][0].startswith(f"Seen {moved.isoformat()}, again on ")
    assert rows["text"][1:] == [f"On {moved.isoformat()}.", "On [DATE_1]."]
    assert isinstance(desk.salts, FixedSalts)
    kept = {name: value for (_, name), value in desk.salts.originals.items()}
    assert kept[f"text:{moved.isoformat()}"] == b"2024-03-01"
    assert kept[f"admitted:{moved.isoformat()}"] == b"2024-03-01"
    assert kept["admitted:DATE"] == b"2024-03-01"
    lines = list(read_ledger(desk.store, result.outputs["ledger"]).decisions())
    assert {one.code for one in lines} == {"shifted_date", "masked_date"}
    assert result.claim.measures["dates_shifted_within_days"] == 100
    signed = result.claim.to_bytes() + desk.store.get(result.outputs["ledger"])
    assert b"2024" not in signed
    assert b"p-1" not in signed


def test_without_the_vault_days_stay_as_a_question_writes_them() -> None:
    rule = MaskPersonalData(**SETTINGS)  # type: ignore[arg-type]
    import pyarrow as pa

    texts = pa.array(["On 2024-03-01 and in May 2025 to a@x.example."])
    changed = rule.judge(texts, range(1)).changed
    assert changed is not None
    assert changed.to_pylist() == ["On 2024-03-01 and in [DATE_1] to [EMAIL_1]."]
    check_filter(lambda: MaskPersonalData(**SETTINGS), ["mail a@x.example", "2024-03-01"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"columns": ["admitted"]}, "does not say whose days are moved"),
        ({"subject": "patient", "within_days": 0}, "does not say whose days are moved"),
        ({"subject": "patient", "with": 3}, "subject, columns, within_days, day_first"),
        ("patient", "does not say whose days are moved"),
    ],
)
def test_a_wrong_setting_says_what_to_write(settings: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        MaskPersonalData(["safe_harbor"], shift_dates=settings)  # type: ignore[arg-type]


def test_a_column_without_days_is_named(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    columns = (Column(name="text", type="text"), Column(name="age", type="integer"))
    batch = make_batch(columns, [[b"\1" * 32]], [[]], {"text": ["x"], "age": [3]})
    source = write_dataset(desk, "documents", columns, [batch], {"kept": 1})

    def run(shift: dict[str, Any]) -> None:
        setting = {"shift_dates": shift}
        config = CurateConfig((FilterConfig("mask_personal_data", setting),))
        curate.run({"documents": source.manifest}, config, desk)

    with pytest.raises(InputError, match=r"Column 'age' holds no days; .* type 'integer'"):
        run({"subject": "text", "columns": ["age"]})
    with pytest.raises(InputError, match="no column 'patient'"):
        run({"subject": "patient"})
