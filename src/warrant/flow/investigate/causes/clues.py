"""What the detectors of causes look at, computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.flow.investigate.likeness import without_word, words_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.flow.investigate.found import Earlier
    from warrant.flow.investigate.scene import Scene

MOST_WORDS = 300
"""Different words of a text that are taken out one by one."""

MOST_WRITTEN = 8
"""The same where each answer is a text that is written anew; of them pairs are not tried."""

LONG = 5_000
"""Of a text with more characters only the words that weigh most are taken out."""

_WEIGHTY = 20


class Without(NamedTuple):
    """What is answered without one word."""

    word: str
    """In lower case."""
    loss: float
    """By so much the answer's margin falls (log-odds)."""
    is_reached: bool
    """Whether the expected (or another) answer comes."""


@dataclass(frozen=True)
class Clues:
    """What the detectors look at."""

    scene: Scene
    """What is at hand."""
    suspects: Sequence[int]
    """Places of the fewest training rows without which the answer is another."""
    releases: Sequence[Earlier]
    """What other releases answer."""

    @property
    def got(self) -> str:
        """The label in question."""
        return self.scene.asking.towards

    @cached_property
    def wanted(self) -> str | None:
        """The label that should, or could, have been answered."""
        asking = self.scene.asking
        missing = [one for one in asking.expected or () if one not in asking.answer]
        return missing[0] if missing else asking.against

    @cached_property
    def without_words(self) -> list[Without]:
        """What is answered without each word, the most weighty first."""
        asking = self.scene.asking
        is_dear = len(self.scene.text) > LONG or asking.is_written
        words = self._weighty() if is_dear else words_in(self.scene.text)
        held = set(words_in(asking.place.words)) if asking.place else set()
        words = [word for word in words if word not in held]
        words = words[: MOST_WRITTEN if asking.is_written else MOST_WORDS]
        if not words:
            return []
        found = asking.ask([self.cut([word]) for word in words])
        loss = float(asking.margins(asking.found)[0]) - asking.margins(found)
        return sorted(
            (
                Without(word, float(loss[at]), asking.is_reached(found, at))
                for at, word in enumerate(words)
            ),
            key=lambda one: -one.loss,
        )

    def _weighty(self) -> list[str]:
        """Give the words of the strongest reasons that the model itself names."""
        asking = self.scene.asking
        told = asking.plain.explain(asking.columns, 2 * _WEIGHTY)[0]
        there = set(words_in(self.scene.text))
        reasons = (
            [one for some in told.values() for one in some]
            if asking.place
            else told.get(asking.towards, [])
        )
        named = [word for one in reasons for word in words_in(one.term)]
        return [word for word in dict.fromkeys(named) if word in there][:_WEIGHTY]

    def cut(self, words: Sequence[str]) -> dict[str, object]:
        """Give the text cells without some words."""
        asking = self.scene.asking
        return {
            one.column: without_word(str(asking.cells[one.column] or ""), words)
            for one in asking.texts
        }

    @cached_property
    def nearest(self) -> list[int]:
        """Places of the training rows most like the row, by its words, the nearest first."""
        scene = self.scene
        if scene.likeness is None:
            return []
        alike = scene.likeness.to(scene.text)
        return [int(at) for at in np.argsort(-alike)[:40] if alike[at] > 0]
