"""Which tokens of a conversation are learnt from: what the model says, and that it stops.

A conversation is rendered whole and read into tokens once. The spans of the model's turns come from
the template's own marks, or else from rendering the beginnings of the conversation: the text with
the turn's opening, and the text with the turn. A token belongs to a span that it begins in.

The tokens of a conversation do not depend on which of them are learnt from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.models.causal.template import ChatTemplate
    from warrant.models.causal.words import Words
    from warrant.models.chat import Message

Ending = Literal["stops", "masked", "differs", "none"]
"""How a turn of the model ends: at a supervised stop token; at one that is not learnt from; at
another special token; at no token that could stop."""


class Span(NamedTuple):
    """A turn of the model, in tokens."""

    begin: int
    end: int
    """One past the last token that is learnt from."""
    ending: Ending


@dataclass(frozen=True)
class Supervised:
    """A conversation in tokens."""

    ids: tuple[int, ...]
    """All of it."""

    spans: tuple[Span, ...]
    """What is learnt from."""

    text: str
    """As the template rendered it."""

    places: tuple[tuple[int, int], ...]
    """From and to of each turn of the model, in characters of the text."""

    @property
    def learnt(self) -> int:
        """Count the tokens that are learnt from."""
        return sum(one.end - one.begin for one in self.spans)

    def mask(self) -> list[bool]:
        """Say of each token whether it is learnt from."""
        found = [False] * len(self.ids)
        for one in self.spans:
            found[one.begin : one.end] = [True] * (one.end - one.begin)
        return found


class SpanError(Exception):
    """A template without marks renders earlier turns otherwise than later ones."""


def supervise(messages: Sequence[Message], template: ChatTemplate, words: Words) -> Supervised:
    """Read a conversation into tokens and find what is learnt from.

    Args:
        messages: in order.
        template: renders them.
        words: the tokenizer.

    Returns:
        Tokens and spans; no span where the model says nothing.

    Raises:
        ChatTemplateError: when the template cannot render them.
        SpanError: when nobody can tell where the model speaks.
    """
    whole = template.render(messages)
    spans = whole.spans if template.is_marked else _by_beginnings(messages, template, whole.text)
    pieces = words.encode(whole.text)
    return Supervised(
        tuple(pieces.ids),
        tuple(_in_tokens(pieces.ids, pieces.places, span, words) for span in spans),
        whole.text,
        tuple(spans),
    )


def _by_beginnings(
    messages: Sequence[Message], template: ChatTemplate, text: str
) -> tuple[tuple[int, int], ...]:
    spans = []
    for at, message in enumerate(messages):
        if message.role != "assistant":
            continue
        opened = template.render(messages[:at], prompt=True).text
        said = template.render(messages[: at + 1]).text
        if not (text.startswith(said) and said.startswith(opened)):
            raise SpanError
        spans.append((len(opened), len(said)))
    return tuple(spans)


def _in_tokens(
    ids: Sequence[int], places: Sequence[tuple[int, int]], span: tuple[int, int], words: Words
) -> Span:
    begin = next((at for at, (start, _) in enumerate(places) if start >= span[0]), len(ids))
    end = next((at for at, (start, _) in enumerate(places) if start >= span[1]), len(ids))
    stops = [at for at in range(begin, end) if ids[at] in words.stops]
    if stops:
        return Span(begin, stops[-1] + 1, "stops")
    return Span(begin, end, _ending(ids, begin, end, words))


def _ending(ids: Sequence[int], begin: int, end: int, words: Words) -> Ending:
    special = set(words.special.values())
    if any(at in special for at in ids[begin:end]):
        return "differs"
    if end < len(ids) and ids[end] in words.stops:
        return "masked"
    return "none"
