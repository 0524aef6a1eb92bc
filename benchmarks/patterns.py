"""CPU seconds of finding personal data that has a form, at once and one rule after another.

The texts are generated prose of 10 KB with invented numbers and addresses in it, some three a text.
Each way gives a digest of all its places, so that a race can say that they are the same.
"""

from __future__ import annotations

import random
import time
from hashlib import sha256
from typing import TYPE_CHECKING, TypedDict

from benchmarks.prose import make_texts
from warrant.stages.curate.builtin.patterns import PatternRecogniser, search
from warrant.stages.curate.recogniser import Span, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIZE = 10_240


class Figure(TypedDict):
    """What one way of searching took."""

    cpu_s: float
    """CPU seconds for all texts."""
    n: int
    """Bytes searched."""
    places: int
    """Places found."""
    digest: str
    """Of all places, in order."""


def at_once(texts: int) -> Figure:
    """Search as curation does."""
    recogniser = PatternRecogniser()
    return _figure(texts, recogniser.find_all)


def separately(texts: int) -> Figure:
    """Search rule by rule, each over the whole of every text, with the same RE2."""
    return _figure(texts, lambda some: [_each_rule(text) for text in some])


def presidio(texts: int) -> Figure:
    """Search with Presidio's own pattern recognisers and a blank pipeline."""
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Blank(SpacyNlpEngine):  # type: ignore[misc,unused-ignore]
        def load(self) -> None:
            import spacy

            self.nlp = {"en": spacy.blank("en")}

    engine = AnalyzerEngine(nlp_engine=Blank())

    def find(some: Sequence[str]) -> list[list[Span]]:
        found = [engine.analyze(text=text, language="en") for text in some]
        return [[Span(one.start, one.end, one.entity_type) for one in spans] for spans in found]

    return _figure(texts, find)


def _each_rule(text: str) -> list[Span]:
    data = b"\0" * 48 + text.encode() + b"\0" * 48
    found = [span for rule in PatternRecogniser.rules for span in search(rule, data)]
    return resolve([Span(one.start - 48, one.end - 48, one.kind) for one in found])


def _figure(texts: int, find: Callable[[Sequence[str]], list[list[Span]]]) -> Figure:
    made = _planted(texts)
    find(made[:2])  # patterns are compiled once in a process
    started = time.process_time()
    found = find(made)
    cpu_s = time.process_time() - started
    places = [[tuple(one) for one in sorted(spans)] for spans in found]
    return {
        "cpu_s": cpu_s,
        "n": sum(len(text.encode()) for text in made),
        "places": sum(map(len, places)),
        "digest": sha256(repr(places).encode()).hexdigest(),
    }


def _planted(count: int) -> list[str]:
    some = random.Random(11)
    return [_plant(text, some) for text in make_texts(count, SIZE)]


def _plant(text: str, some: random.Random) -> str:
    area, number = some.randint(201, 989), some.randint(100, 9999)
    kinds = (
        f"ann{number}@mail.example",
        f"+1 {area} 555 0{number % 900 + 100}",
        "4111 1111 1111 1111",
        f"192.0.2.{number % 250}",
        f"https://files.example/{number}",
        f"Order {number}{area}{number}",
        f"Section {number % 20}.{area % 9}.{number % 7}",
    )
    for words in some.sample(kinds, 5):
        at = text.index(" ", some.randrange(len(text) - 200))
        text = f"{text[:at]} {words}{text[at:]}"
    return text
