"""Citations of a written answer, and failure tests of models that write or mark places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from warrant.models import InputColumn, Predictions
from warrant.models.examples import Examples
from warrant.stages.evaluate import EvaluateConfig, FailureTestConfig
from warrant.stages.evaluate.citations import find_citations, strays
from warrant.stages.evaluate.failing import Subjects, try_all

if TYPE_CHECKING:
    from warrant.models.model import Columns
    from warrant.records.failure_test import FailureTest

SOURCE = "Under 42 U.S.C. § 1983 and Art. 6(1), see Monroe v. Pape."


def test_citations_of_several_forms_are_found() -> None:
    assert find_citations(SOURCE) == {"42u.s.c.§1983", "art.6(1)", "monroev.pape"}
    assert find_citations("He ran 12 miles on 5 March.") == set()


@pytest.mark.parametrize(
    ("answer", "stray"),
    [
        ("By Art. 6(1) it is lawful.", set()),
        ("See Monroe v.  Pape.", set()),
        ("By Art. 9 it is not.", {"art.9"}),
        ("See 812 F.9th 344.", {"812f.9th344"}),
        ("Nothing is cited.", set()),
        ("By Art. 6 it is lawful.", {"art.6"}),
        ("See 42 U.S.C. § 198.", {"42u.s.c.§198"}),
        ("See 2 U.S.C. § 1983.", {"2u.s.c.§1983"}),
    ],
)
def test_a_citation_that_the_source_does_not_have_is_stray(answer: str, stray: set[str]) -> None:
    assert strays(answer, SOURCE) == stray


@dataclass(frozen=True)
class Parrot:
    """A real, if simple, writer: it says its text again, or the first sentence of it."""

    sentences: int
    task = "generation"
    labels: tuple[str, ...] = ()
    inputs = ("text",)
    reads = (InputColumn("text"),)

    def predict(self, columns: Columns) -> Predictions:
        texts = tuple(
            ". ".join(str(cell).split(". ")[: self.sentences]) for cell in columns["text"]
        )
        nothing = np.zeros((len(texts), 0))
        return Predictions((), nothing, nothing.astype(np.bool_), texts=texts)


def tried(parrot: Parrot, *tests: FailureTestConfig) -> list[FailureTest]:
    cells: list[object] = ["Rent is due monthly. It is paid by post.", "Art. 6 applies. So it is."]
    examples = Examples({"text": cells}, [(), ()], [0, 1], [b"", b""])
    answered = parrot.predict(examples.columns)
    config = EvaluateConfig(label="answer", failure_tests=tests)
    return [one.record for one in try_all(Subjects(parrot, examples, answered), config)]  # type: ignore[arg-type]


def test_a_writer_that_repeats_an_invented_citation_fails() -> None:
    test = FailureTestConfig("invented_citation", "invented_citation", "cites only known")
    (repeats,) = tried(Parrot(9), test)
    (first,) = tried(Parrot(1), test)
    assert (repeats.made, repeats.passed) == (2, 0)
    assert (first.made, first.passed) == (2, 2)


def test_what_a_writer_says_may_be_the_same_or_change_and_has_no_label() -> None:
    found = tried(
        Parrot(1),
        FailureTestConfig("boilerplate", "boilerplate", "same"),
        FailureTestConfig("case", "case", "changes"),
        FailureTestConfig("typos", "typos", "rises yes"),
    )
    assert [one.passed for one in found] == [2, 2, 0]
    assert found[2].why_none == "the model writes texts, and no label has a probability"


def test_rows_as_they_are_and_amounts_that_change_are_judged_by_what_is_written() -> None:
    found = tried(
        Parrot(1),
        FailureTestConfig("grounded", "grounded"),
        FailureTestConfig("numbers", "numbers", "follows"),
        FailureTestConfig("case", "case", "follows"),
    )
    assert [(one.expect, one.made, one.passed) for one in found[:1]] == [("invents nothing", 2, 2)]
    assert (found[1].made, found[1].why_none) == (0, "no row holds a number")
    assert (found[2].made, found[2].passed) == (2, 2)
