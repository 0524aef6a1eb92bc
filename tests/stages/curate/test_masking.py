"""Personal data with a form is found, masked, and kept in the vault only."""

# ruff: noqa: E501 - a table reads better a line each
from __future__ import annotations

from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from tests.engine.desk import FixedSalts, make_desk
from tests.stages.curate.planted import KINDS, make_text
from warrant.engine import make_batch, read_dataset, read_ledger, write_dataset
from warrant.errors import InputError
from warrant.flow.masking import masking_of
from warrant.records.dataset import Column
from warrant.records.identifiers import SAFE_HARBOR
from warrant.stages import curate
from warrant.stages.curate import RECOGNISERS, CurateConfig, FilterConfig
from warrant.stages.curate.builtin import checks
from warrant.stages.curate.builtin.known import find_known, values_of
from warrant.stages.curate.builtin.masking import MaskPersonalData
from warrant.stages.curate.builtin.patterns import PatternRecogniser, SafeHarborRecogniser
from warrant.testing import check_filter, check_recogniser

SEEDS = range(100_000, 100_400)
"""Not looked at while the patterns were written."""

MASK = CurateConfig((FilterConfig("mask_personal_data", {"recognisers": ["patterns"]}),))


def found(text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in PatternRecogniser().find(text)]


@pytest.mark.parametrize("kind", KINDS)
def test_planted_values_are_found_whole_and_look_alikes_are_left(kind: str) -> None:
    counts: Counter[str] = Counter()
    for seed in SEEDS:
        text, planted = make_text(seed)
        wanted = {(one.start, one.end) for one in planted if one.kind == kind}
        got = {(one.start, one.end) for one in PatternRecogniser().find(text) if one.kind == kind}
        counts.update(planted=len(wanted), missed=len(wanted - got), false=len(got - wanted))
    assert counts["planted"] > 50
    assert counts["missed"] / counts["planted"] <= 0.01
    assert counts["false"] / counts["planted"] <= 0.01


def test_the_recogniser_and_the_filter_keep_what_their_protocols_promise() -> None:
    texts = [make_text(seed).text for seed in range(20)]
    check_recogniser(PatternRecogniser, texts)
    check_filter(MaskPersonalData, texts)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Umlaute äöü vor ada@example.org, danach.", [("email", "ada@example.org")]),
        ("See (https://a.example/x_(y)) now.", [("url", "https://a.example/x_(y)")]),
        ("Section 10.1.2.3 and version 1.2.3.4 stand.", []),
        ("of the parties.\n  5.5.1.1. The work team and\n8.7.2.3 (Any other cause", []),
        ("as follows:     8.1.2.1 The first day\n\n7.4.1.3\n\n\nParty A will", []),
        ("\n10.12.4.7 GET /index\n10.12.4.8 - - [x]", [("ip", "10.12.4.7"), ("ip", "10.12.4.8")]),
        ("\n7.4.2.2   8% of the fees\n\n   6.3.2.3.  $*** for Placements", []),
        ("10.0.0.5 The host", [("ip", "10.0.0.5")]),
        ("Telefon: 030 1234567", [("phone", "030 1234567")]),
        ("The number 1234567 is an order.", []),
        ("SSN 078051120", [("ssn", "078051120")]),
        ("The figure 078051120 is none.", []),
        ("000-12-3456 and 666-12-3456 and 912-12-3456", []),
        ("At 10:30:00 on 2026-01-02.", []),
        ("Medical record no.: AB-120934.", [("medical_record", "AB-120934")]),
        ("MRN 4471230 was seen", [("medical_record", "4471230")]),
        ("Member ID: XKQ 1", []),
        ("Policy number XKQ-88112", [("plan_number", "XKQ-88112")]),
        ("account no. 0012-99871", [("account", "0012-99871")]),
        ("Driver's licence D1234567", [("licence", "D1234567")]),
        ("VIN 1M8GDM9AXKP042788", [("vehicle", "1M8GDM9AXKP042788")]),
        ("the car 1M8GDM9AXKP042788 and not 1M8GDM9A1KP042788", [("vehicle", "1M8GDM9AXKP042788")]),
        ("Serial number: SN-55120", [("device", "SN-55120")]),
        ("On 3 March 2024 they met.", []),
        ("from ::ffff:192.0.2.7 it came", [("ip", "::ffff:192.0.2.7")]),
    ],
)
def test_context_and_checks_decide(text: str, wanted: list[tuple[str, str]]) -> None:
    assert found(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("On 3 March 2024 they met.", [("date", "3 March 2024")]),
        ("March 3, 2024 and May 2025", [("date", "March 3, 2024"), ("date", "May 2025")]),
        ("el 14 de septiembre de 2019", [("date", "14 de septiembre de 2019")]),
        ("2024-03-31, 31.3.2024, 3/31/24", [("date", "2024-03-31"), ("date", "31.3.2024"), ("date", "3/31/24")]),
        ("2024-13-31 and 45.45.2024", []),
        ("You may 12 times", []),
        ("a 93-year-old and one of 88 years", [("age_over_89", "93")]),
        ("Aged 101, of Austin, TX 78701-1234", [("age_over_89", "101"), ("zip", "78701-1234")]),
        ("An order of 78701 parts", []),
    ],
)  # fmt: skip
def test_safe_harbor_finds_days_ages_and_zip_codes_too(
    text: str, wanted: list[tuple[str, str]]
) -> None:
    spans = SafeHarborRecogniser().find(text)
    assert [(one.kind, text[one.start : one.end]) for one in spans] == wanted


def test_check_digits_are_checked() -> None:
    assert checks.is_card(b"4111 1111 1111 1111")
    assert not checks.is_card(b"4111 1111 1111 1112")
    assert not checks.is_card(b"4444 4444 4444 4444 4")
    assert checks.iban_length(b"DE89 3704 0044 0532 0130 00 AND MORE") == 27
    assert checks.iban_length(b"DE88 3704 0044 0532 0130 00") is None
    assert checks.iban_length(b"ZZ88 3704 0044 0532 0130 00") is None


def test_one_value_has_one_mark_in_a_text_and_the_vault_has_the_rest(tmp_path: Path) -> None:
    text = "From a@x.example to b@x.example, copy a@x.example, call +1 212 555 0143."
    columns = (Column(name="text", type="text"), Column(name="label", type="text"))
    document = sha256(b"one").digest()
    desk = make_desk(tmp_path)
    batch = make_batch(columns, [[document]], [[]], {"text": [text], "label": ["x"]})
    source = write_dataset(desk, "documents", columns, [batch], {"kept": 1})
    result = curate.run({"documents": source.manifest}, MASK, desk)
    rows = list(read_dataset(desk.store, result.outputs["rows"], ["text"]))
    assert rows[0].column("text").to_pylist() == [
        "From [EMAIL_1] to [EMAIL_2], copy [EMAIL_1], call [PHONE_1]."
    ]
    lines = read_ledger(desk.store, result.outputs["ledger"])
    assert [(one.code, one.value) for one in lines.decisions()] == [
        ("masked_email", 3.0),
        ("masked_phone", 1.0),
    ]
    assert isinstance(desk.salts, FixedSalts)
    assert desk.salts.originals == {
        (document, "text:EMAIL_1"): b"a@x.example",
        (document, "text:EMAIL_2"): b"b@x.example",
        (document, "text:PHONE_1"): b"+1 212 555 0143",
    }
    signed = result.claim.to_bytes() + desk.store.get(result.outputs["ledger"])
    assert b"x.example" not in signed
    assert b"555" not in result.claim.to_bytes()
    measures = result.claim.measures
    assert measures["personal_data_email"] == "covered"
    assert measures["personal_data_name"] == "not covered"
    assert str(measures["personal_data_recognisers"]).startswith("warrant-ml:patterns")


def test_marks_of_two_rows_of_one_document_are_two_originals(tmp_path: Path) -> None:
    columns = (Column(name="text", type="text"),)
    document = sha256(b"one").digest()
    desk = make_desk(tmp_path)
    texts = ["To a@x.example.", "To b@x.example."]
    locators = [(0, 0, 0, 0, 15), (0, 0, 1, 16, 31)]
    batch = make_batch(columns, [[document]] * 2, locators, {"text": texts})
    source = write_dataset(desk, "documents", columns, [batch], {"kept": 2})
    curate.run({"documents": source.manifest}, MASK, desk)
    assert isinstance(desk.salts, FixedSalts)
    assert desk.salts.originals == {
        (document, "text@0@0@0@0@15:EMAIL_1"): b"a@x.example",
        (document, "text@0@0@1@16@31:EMAIL_1"): b"b@x.example",
    }


def test_every_text_that_the_model_reads_is_masked(tmp_path: Path) -> None:
    columns = (Column(name="text", type="text"), Column(name="note", type="text"))
    desk = make_desk(tmp_path)
    cells = {"text": ["plain"], "note": ["mail a@x.example"]}
    batch = make_batch(columns, [[sha256(b"one").digest()]], [[]], cells)
    source = write_dataset(desk, "documents", columns, [batch], {"kept": 1})
    config = CurateConfig(MASK.filters, more_texts=("note",))
    result = curate.run({"documents": source.manifest}, config, desk)
    rows = list(read_dataset(desk.store, result.outputs["rows"], ["note"]))
    assert rows[0].column("note").to_pylist() == ["mail [EMAIL_1]"]


def test_the_claim_says_of_each_identifier_of_the_rules_where_somebody_looked() -> None:
    told = MaskPersonalData(["patterns"]).measures
    assert [told[f"safe_harbor_{letter}"] for letter in "ACFHN"] == [
        "not covered", "not covered", "covered", "partly", "covered"
    ]  # fmt: skip
    assert told["gdpr_name"] == "not covered"
    assert told["gdpr_online_identifier"] == "covered"
    more = MaskPersonalData(["safe_harbor"]).measures
    assert (more["safe_harbor_C"], more["safe_harbor_B"]) == ("partly", "partly")
    assert len([name for name in more if name.startswith("safe_harbor_")]) == len(SAFE_HARBOR) == 18


@pytest.mark.parametrize(
    ("value", "text", "wanted"),
    [
        ("Anna Maria Orsolo", "To anna  maria\nORSOLO, here.", ["anna  maria\nORSOLO"]),
        ("Anna Maria Orsolo", "Orsolo, Anna Maria; ORSOLO ANNA MARIA", ["Orsolo, Anna Maria", "ORSOLO ANNA MARIA"]),
        ("Orsolo, Anna", "Anna Orsolo and Orsolo, Anna", ["Anna Orsolo", "Orsolo, Anna"]),
        ("Ödön Ék", "ÖDÖN ÉK came; Ödön Éks did not", ["ÖDÖN ÉK"]),
        ("A. Bo (jr.)", "of A. Bo (jr.) only", ["A. Bo (jr.)"]),
        ("Bo", "Bo is too short", []),
        ("Jan M\u00fcll", "Mu\u0308ll, Jan; jan m\u00fcll", ["Mu\u0308ll, Jan", "jan m\u00fcll"]),
        ("Jan Mu\u0308ll", "JAN M\u00dcLL", ["JAN M\u00dcLL"]),
        ("Anna Berg", "Hamberg, Anna Berg signed", ["Anna Berg"]),
        ("Anna Berg", "Berg, Anna Berg", ["Berg, Anna", "Anna Berg"]),
        ("Anna Berg; Berg Hof", "Anna Berg Hof", ["Anna Berg", "Berg Hof"]),
        ("Anna Orsolo; Ben Tak", "Ben Tak met Anna Orsolo", ["Ben Tak", "Anna Orsolo"]),
    ],
)  # fmt: skip
def test_a_known_name_is_found_in_other_case_spacing_and_order(
    value: str, text: str, wanted: list[str]
) -> None:
    values = values_of({"who": value}, {"who": "name"})
    assert [text[one.start : one.end] for one in find_known(text, values)] == wanted


def test_known_names_are_masked_in_their_own_documents_only(tmp_path: Path) -> None:
    columns = (
        Column(name="text", type="text"),
        Column(name="patient", type="text"),
        Column(name="chart", type="integer"),
    )
    desk = make_desk(tmp_path)
    text = "Anna Orsolo, no. 88231, met Ben Tak."
    cells = {"text": [text, text], "patient": ["Orsolo, Anna", None], "chart": [88231, None]}
    documents = [[sha256(b"one").digest()], [sha256(b"two").digest()]]
    batch = make_batch(columns, documents, [[], []], cells)
    source = write_dataset(desk, "documents", columns, [batch], {"kept": 2})
    settings = {"names": {"patient": "name", "chart": "medical_record"}}
    config = CurateConfig((FilterConfig("mask_personal_data", settings),))
    result = curate.run({"documents": source.manifest}, config, desk)
    rows = list(read_dataset(desk.store, result.outputs["rows"], ["text"]))
    assert rows[0].column("text").to_pylist() == [
        "[NAME_1], no. [MEDICAL_RECORD_1], met Ben Tak.",
        text,
    ]
    assert result.claim.measures["personal_data_name"] == "partly"
    assert result.claim.measures["safe_harbor_A"] == "partly"
    signed = result.claim.to_bytes() + desk.store.get(result.outputs["ledger"])
    assert b"Orsolo" not in signed
    assert b"88231" not in result.claim.to_bytes()
    wrong = CurateConfig((FilterConfig("mask_personal_data", {"names": ["patent"]}),))
    with pytest.raises(InputError, match="no column 'patent'; they have: text, patient, chart"):
        curate.run({"documents": source.manifest}, wrong, desk)


def test_known_names_are_masked_in_questions_whose_sheet_names_them() -> None:
    chosen = {"names": {"patient": "name", "chart": "medical_record"}}
    filters = [{"name": "mask_personal_data", "settings": chosen}]
    masking = masking_of({"filters": filters, "text": "text"}, ["text"])
    assert masking is not None
    assert masking.beside == ("patient", "chart")
    texts = ["Anna Orsolo, no. 88231.", "Anna Orsolo, no. 88231."]
    asked = {"text": texts, "patient": ["Orsolo, Anna", None], "chart": [88231, None]}
    assert masking(asked)["text"] == ["[NAME_1], no. [MEDICAL_RECORD_1].", texts[1]]
    without = {"text": texts[:1], "patient": ["Orsolo, Anna"]}
    assert masking(without)["text"] == ["[NAME_1], no. 88231."]
    assert masking({"text": texts[:1]})["text"] == texts[:1]


def test_a_pseudonym_is_the_same_in_all_files_and_comes_from_the_vaults_key(tmp_path: Path) -> None:
    columns = (Column(name="text", type="text"), Column(name="who", type="text"))
    desk = make_desk(tmp_path)
    texts = ["Anna Orsolo, a@x.example", "ORSOLO, Anna; A@x.example", "Ben Tak"]
    cells = {"text": texts, "who": ["Anna Orsolo", "Orsolo, Anna", "Ben Tak"]}
    documents = [[sha256(text.encode()).digest()] for text in texts]
    batch = make_batch(columns, documents, [[], [], []], cells)
    source = write_dataset(desk, "documents", columns, [batch], {"kept": 3})
    config = CurateConfig(
        (FilterConfig("mask_personal_data", {"names": ["who"], "replace": "pseudonym"}),)
    )
    result = curate.run({"documents": source.manifest}, config, desk)
    rows = list(read_dataset(desk.store, result.outputs["rows"], ["text"]))
    first, second, third = rows[0].column("text").to_pylist()
    name, mail = first.split(", ")
    assert second == f"{name}; {mail}"
    assert third.startswith("[NAME_")
    assert third != name
    assert isinstance(desk.salts, FixedSalts)
    assert desk.salts.originals[documents[1][0], f"text:{name[1:-1]}"] == b"ORSOLO, Anna"
    other = MaskPersonalData(names=["who"], replace="pseudonym")
    other.unlock(lambda digest: sha256(b"another vault" + digest).digest())
    other.know({"who": batch.column("who")})
    changed = other.judge(batch.column("text"), range(3)).changed
    assert changed is not None
    assert changed[0].as_py() != first


def test_a_wrong_setting_says_what_to_write() -> None:
    with pytest.raises(InputError, match="wants a list of recognisers"):
        MaskPersonalData([])
    with pytest.raises(InputError, match="'replace' of 'mask_personal_data' is neither mark nor"):
        MaskPersonalData(replace="hash")
    with pytest.raises(InputError, match="'names' of 'mask_personal_data' names no columns"):
        MaskPersonalData(names={"patient": "A Name"})
    with pytest.raises(InputError, match="patterns"):
        MaskPersonalData(["pattern"])
    assert RECOGNISERS.names() == ["patterns"] or "patterns" in RECOGNISERS.names()
