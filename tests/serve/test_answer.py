from __future__ import annotations

import numpy as np
import pytest

from tests.serve.bench import AWKWARD, LEASE, LOAN, SERVED, Prices, answerer, linear
from warrant.errors import InputError
from warrant.models import Contribution
from warrant.models.reliance import Coverage, Reliance, ReliedModel
from warrant.serve import Answer, Answerer
from warrant.serve.answer import answer_text, read_row, set_text
from warrant.serve.sheet import SET, headings
from warrant.serve.wording import deciding_words, why


def test_an_answer_does_not_depend_on_the_rows_beside_it() -> None:
    rows = [read_row({"text": cell}) for cell in AWKWARD]
    together = answerer().answer(rows)
    assert together == [one for row in rows for one in answerer().answer([row])]
    assert answerer().answer([]) == []


def test_a_label_comes_with_its_probability_and_its_words() -> None:
    (lease,) = answerer().answer([{"text": LEASE}])
    assert lease.labels == ("Lease",)
    assert lease.probability == round(lease.probability or 0, 6)
    assert not lease.has_abstained
    assert deciding_words(lease) == "lease +2"
    (loan,) = answerer(words=False).answer([{"text": LOAN}])
    assert (loan.labels, loan.words, deciding_words(loan)) == (("Loan",), None, None)


def test_fragments_are_shown_where_there_is_no_word() -> None:
    (one,) = answerer().answer([{"text": "legible"}])
    assert deciding_words(one) == "« le» +0.5"


def test_a_pair_is_shown_as_the_beginnings_of_two_words() -> None:
    pair = Contribution("text", "pair", "card+lost", 1.5)
    assert deciding_words(Answer(labels=("Lease",), words={"Lease": [pair]})) == (
        "card… and lost… +1.5"
    )


@pytest.mark.parametrize("cell", [None, "", " \n"])
def test_a_row_without_anything_gets_no_answer(cell: str | None) -> None:
    (one,) = answerer().answer([read_row({"text": cell})])
    assert (one.labels, one.probability, why(one)) == ((), None, ["'text' is empty"])


def test_of_several_labels_the_least_sure_one_counts() -> None:
    model = linear(task="multilabel", link="sigmoid", thresholds=(0.4, 0.4))
    both, none = Answerer(model, SERVED).answer([{"text": "x"}, {"text": "loan interest"}])
    assert both.labels == ("Lease", "Loan")
    assert both.probability == min(both.probabilities)
    assert answer_text(both) == "Lease; Loan"
    assert none.labels == ("Loan",)
    strict = Answerer(linear(task="multilabel", link="sigmoid", thresholds=(0.99, 0.99)), SERVED)
    (nothing,) = strict.answer([{"text": LEASE}])
    likeliest = linear(task="multilabel", link="sigmoid").predict({"text": [LEASE]}).probabilities
    assert (nothing.labels, answer_text(nothing)) == ((), None)
    assert nothing.probability == pytest.approx(1 - likeliest.max(), abs=1e-6)


def test_words_of_several_labels_are_told_apart() -> None:
    one = Contribution("text", "word", "rent", 1.234)
    other = Contribution("amount", "number", "12.5", -0.02)
    empty = Contribution("filed", "date", "(empty)", 0.5)
    nothing = Contribution("size", "number", "3", 0.0)
    answer = Answer(("A", "B"), words={"A": [one], "B": [other, empty, nothing], "C": []})
    assert deciding_words(answer) == "A: rent +1.2; B: amount (12.5) −0.02, filed (empty) +0.5"


def test_a_number_is_an_answer_and_says_when_not_to_rely_on_it() -> None:
    prices = Answerer(Prices(), SERVED)  # type: ignore[arg-type]
    small, large, odd = prices.answer([{"size": 12}, {"size": "400"}, {"size": "many"}])
    assert (small.value, small.probability, small.has_abstained) == (25.0, None, False)
    assert why(large) == ["'size' lies outside what training rows had"]
    assert large.out_of_range == ("size",)
    assert why(odd) == ["'size' is no number or date or list of options that can be read"]


def test_a_missing_column_is_named_with_the_nearest() -> None:
    with pytest.raises(InputError) as near:
        answerer().require(["id", "Text"], "The table 'in.csv'")
    assert str(near.value) == (
        "The table 'in.csv' has no column 'text', which the model reads; it has: 'id', 'Text'. "
        "Is it 'Text'? Rename that column 'text'; where nothing is known, leave its cells empty."
    )
    with pytest.raises(InputError, match="Rename the column that holds it 'text', or add one"):
        answerer().require(["id"], "The table 'in.csv'")


def test_what_curation_changed_is_changed_before_the_model_reads() -> None:
    def mask(columns):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        return {name: ["lease" for _ in cells] for name, cells in columns.items()}

    (masked,) = answerer(change=mask).answer([{"text": LOAN}])
    assert masked == answerer().answer([{"text": "lease"}])[0]


def test_what_a_sheet_says_beside_the_text_tells_curation_what_to_change() -> None:
    class Mask:
        beside = ("who",)

        def __call__(self, columns):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN204
            pairs = zip(columns["text"], columns["who"], strict=True)
            return columns | {"text": [t.replace(w, "lease") if w else t for t, w in pairs]}

    asked = answerer(change=Mask())
    told, untold = asked.answer([{"text": "Ada", "who": "Ada"}, {"text": "Ada"}])
    assert told == answerer().answer([{"text": "lease"}])[0]
    assert untold == answerer().answer([{"text": "Ada"}])[0]


def test_probabilities_are_rounded_the_same_everywhere() -> None:
    (one,) = answerer().answer([{"text": LOAN}])
    exact = linear().predict({"text": [LOAN]}).probabilities.max()
    assert one.probability == float(np.round(exact, 6))


def test_a_set_holds_the_answer_and_what_else_it_may_be() -> None:
    plain = linear()
    sure, wide = (
        Reliance(coverage=Coverage(stated=0.9, most=most, rows=50), risk=None)
        for most in (0.01, 0.999)
    )
    asked = [read_row({"text": one}) for one in (LEASE, "")]
    found, blank = Answerer(ReliedModel(plain, sure), SERVED).answer(asked)
    assert (found.held, set_text(found)) == (("Lease",), "Lease")
    assert (blank.held, set_text(blank)) == (None, None)
    (found, _) = Answerer(ReliedModel(plain, wide), SERVED).answer(asked)
    assert set_text(found) == "Lease; Loan"
    answerer = Answerer(ReliedModel(plain, wide), SERVED)
    assert answerer.coverage == 0.9
    assert SET in headings(answerer)
    assert SET not in headings(Answerer(plain, SERVED))
    assert Answerer(plain, SERVED).answer(asked)[0].held is None


def test_of_numbers_a_set_is_two_bounds() -> None:
    reliance = Reliance(coverage=Coverage(stated=0.9, most=1.5, rows=50), risk=None)
    model = ReliedModel(Prices(), reliance)  # type: ignore[arg-type]
    (found,) = Answerer(model, SERVED, words=False).answer([{"size": 12}])
    assert (found.value, found.bounds, set_text(found)) == (25.0, (23.5, 26.5), "23.5 to 26.5")
