"""Answers that are more than a label, found in a table: places in a text, options of a row."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from warrant.flow.guess.columns import Column, Guess, Role
from warrant.flow.guess.profile import Profile, profile
from warrant.stages.ingest.answers import right_option
from warrant.stages.ingest.answers.spans import read_list, read_places, read_tags
from warrant.stages.ingest.column import as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from warrant.flow.guess.profile import Cells
    from warrant.stages.ingest.reader import Raw

_LOOKED_AT = 500
"""Rows that are looked at."""
_LEAST_FITTING = 0.9
"""Share of them that must be of the kind, 0 to 1."""
_TAG = re.compile(r"O|[BIESLU]-.+")
_RIGHT = {"answer", "label", "correct", "right", "gold", "target", "solution", "key"}
_FEWEST_WORDS = 2
"""Words that a text has on average, at least."""


def guess_kind(cells: Cells) -> Guess | None:
    """Look whether a table holds places in a text, or options with the right one.

    Args:
        cells: by column, of the rows that will be read.

    Returns:
        The guess; None where the answer is a label or a number, as of most tables.
    """
    looked = {name: profile(name, column) for name, column in cells.items()}
    for look in (_of_tags, _of_places, _of_options):
        found = look(cells, looked)
        if found is not None:
            return found
    return None


def _of_tags(cells: Cells, looked: Mapping[str, Profile]) -> Guess | None:
    """Find a column of lists of words beside one of lists of tags."""
    lists = [
        name for name, one in looked.items() if _share(cells[name], _is_list) >= _LEAST_FITTING
    ]
    for tags in lists:
        if _share(cells[tags], _is_tags) < _LEAST_FITTING:
            continue
        for words in lists:
            pairs = zip(cells[words], cells[tags], strict=True)
            fitting = [_fits(*pair) for pair in islice(pairs, _LOOKED_AT)]
            if words != tags and sum(fitting) >= _LEAST_FITTING * len(fitting):
                roles: dict[str, tuple[Role, str]] = {
                    tags: ("answer", "a tag for each word"),
                    words: ("text", "words of which the text is made"),
                }
                return _guess(looked, roles, "spans", tags, (("tokens", words),))
    return None


def _of_places(cells: Cells, looked: Mapping[str, Profile]) -> Guess | None:
    """Find a column of lists of places, and the text in which they lie."""
    for name in looked:
        for text in (one for one in _texts(looked) if one != name):
            pairs = list(islice(zip(cells[text], cells[name], strict=True), _LOOKED_AT))
            found = [
                read_places(cell, as_text(whole))
                for whole, cell in pairs
                if cell is not None and whole is not None
            ]
            fitting = [one for one in found if one is not None and not one[1].total()]
            if not any(one[0] for one in fitting) or len(fitting) < _LEAST_FITTING * len(found):
                continue
            roles: dict[str, tuple[Role, str]] = {
                name: ("answer", "places in the text"),
                text: ("text", "the places lie in it"),
            }
            return _guess(looked, roles, "spans", name, ())
    return None


def _of_options(cells: Cells, looked: Mapping[str, Profile]) -> Guess | None:
    """Find a column of lists, and one that says which of them is right."""
    for options in looked:
        if _share(cells[options], _is_list) < _LEAST_FITTING:
            continue
        for right in looked:
            if right == options or not set(looked[right].tokens) & _RIGHT:
                continue
            for count_from in (0, 1):
                pairs = islice(zip(cells[options], cells[right], strict=True), _LOOKED_AT)
                fitting = [_names_one(*pair, count_from) for pair in pairs]
                if sum(fitting) < _LEAST_FITTING * len(fitting):
                    continue
                roles: dict[str, tuple[Role, str]] = {
                    right: ("answer", "says which option is right"),
                    options: ("left out", "the options: read beside the text"),
                }
                texts = [name for name in _texts(looked) if name not in roles]
                roles |= dict.fromkeys(texts, ("text", "asks what the options answer"))
                settings = (("options", options), *([("count_from", "1")] if count_from else []))
                return _guess(looked, roles, "choice", right, settings) if texts else None
    return None


def _guess(
    looked: Mapping[str, Profile],
    roles: Mapping[str, tuple[Role, str]],
    kind: str,
    label: str,
    settings: tuple[tuple[str, str], ...],
) -> Guess:
    nothing: tuple[Role, str] = ("left out", "not part of the question")
    columns = tuple(Column(one, *roles.get(name, nothing)) for name, one in looked.items())
    return Guess(columns, "spans" if kind == "spans" else "choice", label, settings=settings)


def _texts(looked: Mapping[str, Profile]) -> list[str]:
    """Give columns of prose, that named `text` first, then the longest."""
    found = [one for one in looked.values() if one.kind == "text" and one.words >= _FEWEST_WORDS]
    found.sort(key=lambda one: (one.name != "text", -one.characters))
    return [one.name for one in found]


def _share(cells: Sequence[Raw], fits: Callable[[Raw], bool]) -> float:
    some = [cell for cell in islice(cells, _LOOKED_AT) if cell is not None]
    return sum(map(fits, some)) / len(some) if some else 0.0


def _is_list(cell: Raw) -> bool:
    return read_list(cell) is not None


def _is_tags(cell: Raw) -> bool:
    return all(_TAG.fullmatch(tag) for tag in read_list(cell) or ["?"])


def _fits(words: Raw, tags: Raw) -> bool:
    one, other = read_list(words), read_list(tags)
    return one is not None and other is not None and read_tags(one, other) is not None


def _names_one(options: Raw, right: Raw, count_from: int) -> bool:
    given = read_list(options)
    return (
        given is not None
        and right is not None
        and right_option(right, given, count_from) is not None
    )
