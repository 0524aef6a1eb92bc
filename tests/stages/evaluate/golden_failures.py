"""Write what each failure test makes of hand-written rows. Run: python -m tasks golden failures."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from warrant.models.places import Span
from warrant.stages.evaluate.failure_test import Row, Surveying, Writing, make_test

GOLDEN: Final = Path(__file__).parents[2] / "golden" / "failures.md"
SEED: Final = "golden"


class Example(NamedTuple):
    """One test with its settings, and rows to change."""

    test: str
    column: str
    settings: dict[str, object]
    rows: tuple[dict[str, object], ...]
    spans: tuple[Span, ...] = ()


def _texts(*texts: str) -> tuple[dict[str, object], ...]:
    return tuple({"text": one} for one in texts)


LEASE = "The Landlord shall return the deposit to the Tenant. THE TENANT MAY NOT sublet."
NOTE = "Patient denies chest pain. Swelling of the left knee; the Left hip is free."
LOAN = "A fee of $1,250,000.00 is due on March 5, 2024, and 4.5 % of EUR 20000 on 2024-09-30."

EXAMPLES: Final = (
    Example(
        "negation",
        "text",
        {},
        _texts(LEASE, "You may cancel.", "Nothing of the kind.", "On May 5 he can't pay."),
    ),
    Example(
        "negation",
        "text",
        {"words": [["denies", "reports"], ["no evidence of", "evidence of"]]},
        _texts(NOTE, "No evidence of fracture."),
    ),
    Example("roles", "text", {}, _texts(LEASE, "The LENDER pays.")),
    Example(
        "side",
        "text",
        {},
        _texts(NOTE, "Left as it was.", "He left the ward. Pain on the left for days."),
    ),
    Example(
        "jurisdiction",
        "text",
        {"words": ["Delaware", "New York", "Texas"]},
        _texts("The laws of the State of Delaware govern.", "The courts of NEW  YORK decide."),
    ),
    Example(
        "names",
        "text",
        {},
        _texts("Fennimore Glass, Inc. and Fennimore Glass pay.", "Orchard & Vale LLC signs."),
    ),
    Example("numbers", "text", {}, _texts(LOAN, "Section 4.2 has 12 parts; see 3/4.")),
    Example("numbers", "text", {"kind": "amount", "times": 0.001}, _texts(LOAN, "CHF 5 a day.")),
    Example("numbers", "text", {"kind": "percent", "times": 100}, _texts(LOAN, "No more than 2%")),
    Example("number_form", "text", {}, _texts(LOAN, "In 2024 there were 1,200 of 98000.")),
    Example("dose", "text", {}, _texts("Give 2.5 mg twice, then 10mL.", "1,000 units; 5 mg/kg")),
    Example("units", "text", {}, _texts("500 mg daily", "a mass of 2.5kg", "0.05 g")),
    Example("units", "text", {"convert": False}, _texts("500 mg daily")),
    Example("date_shift", "text", {"days": 30}, _texts(LOAN, "From 31 January 2023 on.")),
    Example("date_form", "text", {}, _texts(LOAN, "From 31 January 2023 on.")),
    Example(
        "date_order",
        "text",
        {},
        _texts(LOAN, "Signed 1 May 2020, again 1 May 2020, ended 2 June 2021.", "On 2024-02-31."),
    ),
    Example("boilerplate", "text", {}, _texts("Rent is due monthly.")),
    Example("invented_citation", "text", {"at": "start"}, _texts("Rent is due monthly.")),
    Example(
        "missed_terms",
        "text",
        {"words": ["sublet", "deposit"]},
        _texts(LEASE, "One sentence about the deposit."),
    ),
    Example("typos", "text", {"share": 0.3}, _texts(LEASE, "abba boob")),
    Example("case", "text", {}, _texts("Straße and Rent", "RENT")),
    Example("case", "text", {"to": "lower"}, _texts("Rent is DUE")),
    Example("reversal", "amount", {}, ({"amount": 120.5}, {"amount": 0}, {"amount": None})),
    Example(
        "refund", "amount", {"kind_column": "kind"}, ({"amount": "1,200", "kind": "purchase"},)
    ),
    Example("currency", "currency", {}, ({"currency": "EUR"}, {"currency": "BTC"})),
    Example(
        "scaled", "amount", {"times": 100}, ({"amount": 12.5}, {"amount": "1,200"}, {"amount": 0})
    ),
    Example(
        "moved",
        "filed_on",
        {"days": 30, "hours": 5},
        (
            {"filed_on": date(2024, 1, 31)},
            {"filed_on": datetime(2024, 1, 31, 22, tzinfo=UTC)},
            {"filed_on": "2024-01-31"},
            {"filed_on": "2024-01-31T22:00:00+00:00"},
            {"filed_on": "soon"},
        ),
    ),
    Example(
        "swap_words",
        "text",
        {"words": ["metformin", "methotrexate"]},
        _texts("Metformin twice a day.", "Aspirin."),
    ),
    Example("below_limit", "amount", {"limit": 10000}, ({"amount": 14000}, {"amount": 9000})),
    Example(
        "swap_values",
        "payer",
        {},
        ({"payer": "Northcare"}, {"payer": "Union Shield"}, {"payer": "Northcare"}),
    ),
    Example(
        "reorder_options",
        "options",
        {},
        ({"options": ["7 days", "8 keys"]}, {"options": '["a", "b", "c"]'}, {"options": ["a"]}),
    ),
    Example(
        "distractor",
        "options",
        {},
        ({"options": ["7 days", "8 keys"]}, {"options": '["9 rooms", "7 days"]'}, {"options": 3}),
    ),
    Example("distractor", "options", {"words": ["none"]}, ({"options": ["7 days", "8 keys"]},)),
    Example(
        "swap_sides",
        "claim",
        {},
        (
            {"claim": "It ends.", "source": "It goes on."},
            {"claim": "It ends.", "source": "It ends."},
            {"claim": "It ends.", "source": None},
        ),
    ),
    Example(
        "other_partner",
        "source",
        {},
        (
            {"claim": "It ends.", "source": "It goes on."},
            {"claim": "It ends.", "source": "It ends in May."},
        ),
    ),
    Example(
        "swap_entities",
        "text",
        {"words": ["Hana Quade"]},
        _texts("Ada Takar in Norhaven.", "Hana Quade in Norhaven."),
        spans=(Span(0, 9, "name"),),
    ),
    Example("grounded", "text", {}, _texts("Rent is due monthly.", " ")),
    Example("templates", "text", {"words": [["You may leave.", "You may not leave."]]}, ()),
)


def text() -> str:
    """Give the page."""
    lines = ["# What failure tests make of rows", ""]
    for example in EXAMPLES:
        lines += [f"## {example.test} {example.settings or ''}".rstrip(), "", *_shown(example)]
    return "\n".join(lines)


def _shown(example: Example) -> list[str]:
    test = make_test(example.test, example.column, example.settings)
    rows = [Row(cells, (), example.spans) for cells in example.rows]
    if isinstance(test, Surveying):
        test.survey(rows)
    lines = [f"safe to expect: {test.safe or 'nothing, a recipe or domain must say'}", ""]
    for at, row in enumerate(rows):
        change = test.change(row, Random(f"{SEED}/{at}"))
        lines.append(f"    {_cells(row.cells)}")
        if change is None:
            lines += [f"    no case: {test.why_none}", ""]
        else:
            lines += [f"    {_cells(change.cells)}", "", f"  {change.told}", ""]
    for change in test.cases() if isinstance(test, Writing) else ():
        lines += [f"    {_cells(change.before)}", f"    {_cells(change.cells)}", ""]
        lines += [f"  {change.told}", ""]
    return lines


def _cells(cells: object) -> str:
    return str(dict(cells)) if isinstance(cells, dict) else str(cells)


def main() -> None:
    """Write the page."""
    GOLDEN.write_text(text(), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
