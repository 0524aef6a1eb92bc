"""A written answer looked into: the model is asked whether it still writes the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from warrant.errors import InputError
from warrant.flow.investigate.kinds import NOTHING, PlaceModel, WrittenModel, place_in_question
from warrant.models import InputColumn, Predictions
from warrant.models.places import FoundSpan, Span

if TYPE_CHECKING:
    from warrant.models.model import Columns


@dataclass(frozen=True)
class Speaker:
    """A real, if simple, writer: it says its text again in small letters."""

    task = "generation"
    labels: tuple[str, ...] = ()
    inputs = ("text",)
    reads = (InputColumn("text"),)

    def predict(self, columns: Columns) -> Predictions:
        texts = tuple(str(cell).lower() for cell in columns["text"])
        nothing = np.zeros((len(texts), 0))
        return Predictions((), nothing, nothing.astype(np.bool_), texts=texts)


@dataclass(frozen=True)
class Capitals:
    """A real, if simple, tagger: each word with a capital is a name."""

    task = "spans"
    labels = ("name",)
    inputs = ("text",)
    reads = (InputColumn("text"),)

    def predict(self, columns: Columns) -> Predictions:
        found = []
        for cell in columns["text"]:
            at, spans = 0, []
            for word in str(cell).split(" "):
                if word[:1].isupper():
                    spans.append(FoundSpan(at, at + len(word), "name", 0.75))
                at += len(word) + 1
            found.append(tuple(spans))
        odds = np.zeros((len(found), 1))
        return Predictions(self.labels, odds, odds > 0, spans=tuple(found))


def test_a_text_is_the_same_by_its_words() -> None:
    model = WrittenModel(Speaker(), "it ends.")  # type: ignore[arg-type]
    found = model.predict({"text": ["It ends", "It goes on"]})
    assert [found.labels[at] for at in found.chosen.argmax(axis=1)] == ["this text", "another text"]


def test_the_words_of_a_place_have_a_label_other_ends_or_none() -> None:
    model = PlaceModel(Capitals(), "Ada", 10)  # type: ignore[arg-type]
    found = model.predict({"text": ["Signed by Ada now", "signed by Ada-Ben", "nobody"]})
    told = [found.labels[at] for at in found.chosen.argmax(axis=1)]
    assert told == ["name", "name, with other ends", NOTHING]
    assert found.probabilities.sum(axis=1) == pytest.approx(1)
    assert model.truth("Ada signs", [Span(0, 3, "name")]) == ("name",)
    assert model.truth("Ada signs", []) == (NOTHING,)
    assert model.truth("nobody signs", []) == ()


def test_the_first_wrong_place_is_looked_into_and_a_named_one_is_taken_in_whole_words() -> None:
    text = "Ada met Ben in Rome."
    found = [FoundSpan(0, 3, "name", 0.9), FoundSpan(15, 19, "name", 0.6)]
    true = [Span(0, 3, "name"), Span(8, 11, "name"), Span(15, 19, "town")]
    assert place_in_question(found, true, text, None) == (8, 11)
    assert place_in_question(found, None, text, None) == (15, 19)
    assert place_in_question(found, true, text, "16-18") == (15, 19)
    with pytest.raises(InputError, match="'9-3' names no place in a text of 20 characters"):
        place_in_question(found, true, text, "9-3")
    with pytest.raises(InputError, match="The model finds no place in this text, and nobody says"):
        place_in_question([], None, text, None)
