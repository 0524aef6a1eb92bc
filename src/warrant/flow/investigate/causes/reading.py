"""Causes that lie in how the text is read: cut, masked, in another language."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from warrant.flow.investigate.causes.made import cause
from warrant.flow.investigate.likeness import words_in
from warrant.models.encoder.model import EncoderModel
from warrant.models.linear.model import LinearModel
from warrant.models.trees.model import TreesModel
from warrant.stages.curate.builtin.language import language_of

if TYPE_CHECKING:
    from warrant.flow.investigate.causes.clues import Clues
    from warrant.flow.investigate.found import Cause

_LOOKED_AT = 200
"""Training texts whose language is told."""
_FEW = 0.05
_SURE = 0.8
_LEAST_LETTERS = 20
_KNOWN = 0.4
_MOST = 0.8
_FEWEST_WITH = 3


def text_cut(clues: Clues) -> Cause | None:
    """The text is longer than what is read of it."""
    asking = clues.scene.asking
    limit, text = _limit(clues), clues.scene.text
    if limit is None or len(text) <= limit or not asking.texts:
        return None
    first, *others = [one.column for one in asking.texts]
    rest: dict[str, object] = {first: text[limit:], **dict.fromkeys(others)}
    evidence = [
        f"The text has {len(text):,} characters, and the first {limit:,} are read: "
        f"{len(text) - limit:,} are not."
    ]
    if asking.reaches(rest):
        evidence.append("Asked about the rest alone, the model gives another answer.")
        return cause("text_cut", 0.97, evidence)
    return cause("text_cut", 0.3, evidence, ["Asked about the rest alone, it answers the same."])


def other_language(clues: Clues) -> Cause | None:
    """The text is in a language that few training rows are in."""
    train, text = clues.scene.train, clues.scene.text
    if train is None or sum(map(str.isalpha, text)) < _LEAST_LETTERS:
        return None
    own, sure = language_of(text)
    texts = train.texts(clues.scene.asking.texts)
    some = texts[:: max(1, len(texts) // _LOOKED_AT)]
    usual = Counter(language_of(one)[0] for one in some)
    if sure < _SURE or usual[own] > _FEW * len(some):
        return None
    main, count = usual.most_common(1)[0]
    known = _known(clues)
    evidence = [
        f"The text looks like {own!r} ({sure:.0%} sure); {usual[own]} of {len(some)} training rows "
        f"do, and {count} look like {main!r}.",
        f"{known:.0%} of its words stand in training rows.",
    ]
    against = ["Most of its words are known all the same."] if known > 1 - _KNOWN else []
    return cause("other_language", 0.4 if against else 0.93, evidence, against)


def unknown_words(clues: Clues) -> Cause | None:
    """Few of the words stand in training rows."""
    if clues.scene.train is None or not words_in(clues.scene.text):
        return None
    known = _known(clues)
    if known >= _KNOWN:
        return None
    return cause("unknown_words", 0.6, [f"{known:.0%} of its words stand in training rows."])


def masked_word(clues: Clues) -> Cause | None:
    """Curation took words out of the text that go with the expected label."""
    scene, wanted = clues.scene, clues.wanted
    before = "\n".join(str(scene.raw.get(one.column) or "") for one in scene.asking.texts)
    still = set(words_in(scene.text))
    gone = [word for word in words_in(before) if word not in still]
    if not gone or scene.documents is None or wanted is None:
        return None
    texts = scene.documents.texts(scene.asking.texts)
    labels: dict[str, list[tuple[str, ...]]] = {word: [] for word in gone}
    for row, text in zip(scene.documents.labels, texts, strict=True):
        for word in set(words_in(text)) & labels.keys():
            labels[word].append(row)
    told = [
        (sum(wanted in row for row in rows), len(rows), word)
        for word, rows in labels.items()
        if len(rows) >= _FEWEST_WITH
    ]
    best = max(told, key=lambda one: (one[0] / one[1], one[1]), default=None)
    evidence = [f"Curation masked {len(gone)} words of this text."]
    if best is None or best[0] < _MOST * best[1]:
        return cause("masked_word", 0.2, evidence, ["None of them goes with the expected label."])
    evidence.append(
        f"Before masking, {best[0]} of {best[1]} documents with one of these words had the label "
        f"{wanted!r}."
    )
    return cause("masked_word", 0.95, evidence)


def _known(clues: Clues) -> float:
    train = clues.scene.train
    assert train is not None  # noqa: S101 - the callers looked
    mine = words_in(clues.scene.text)
    there = {word for text in train.texts(clues.scene.asking.texts) for word in words_in(text)}
    return sum(word in there for word in mine) / max(1, len(mine))


def _limit(clues: Clues) -> int | None:
    """Give how many characters of a text are read; None where there is no such limit."""
    model = clues.scene.asking.plain
    if isinstance(model, EncoderModel):
        return model.first_characters
    if isinstance(model, LinearModel | TreesModel):
        return model.reader.first_characters
    return None
