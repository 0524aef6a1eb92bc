"""Options beside their question, cut so that none of a row's options is favoured.

What does not fit is cut off the question, the same for all options of a row; an option is cut only
where it alone takes more than half of the room.

Law: all options of a row stand beside the same tokens of the question.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from warrant.models.base.network import Read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.models.base import Encoder

_AT_ONCE = 200
"""Questions that are cut into tokens together."""


def ask(
    encoder: Encoder, questions: Sequence[str], options: Sequence[Sequence[str]], longest: int
) -> list[list[Read]]:
    """Set each option beside its question.

    Args:
        encoder: with the tokenizer.
        questions: any.
        options: of each question.
        longest: most tokens of both, those that mark their ends among them.

    Returns:
        Of each question its options, in tokens: two parts, the question first.
    """
    tokenizer = encoder.tokenizer
    tokenizer.no_truncation()
    room = min(longest, encoder.longest) - tokenizer.num_special_tokens_to_add(is_pair=True)
    asked: list[list[Read]] = []
    for start in range(0, len(questions), _AT_ONCE):
        some = list(options[start : start + _AT_ONCE])
        first = _tokens(tokenizer, questions[start : start + _AT_ONCE])
        second = iter(_tokens(tokenizer, [one for row in some for one in row]))
        for question, row in zip(first, some, strict=True):
            asked.append(_beside(tokenizer, question, [next(second) for _ in row], room))
    return asked


def count_asked(tokenizer: Any, question: str, options: Sequence[str]) -> list[int]:  # noqa: ANN401 - no types
    """Count the tokens of a row before anything is cut.

    Args:
        tokenizer: of the tokenizers library.
        question: of the row.
        options: of the row.

    Returns:
        Of each option, tokens with its question.
    """
    tokenizer.no_truncation()
    marks = tokenizer.num_special_tokens_to_add(is_pair=True)
    first, *rest = _tokens(tokenizer, [question, *options])
    return [len(first.ids) + len(one.ids) + marks for one in rest]


def _tokens(tokenizer: Any, texts: Sequence[str]) -> list[Any]:  # noqa: ANN401 - no types
    return list(tokenizer.encode_batch(list(texts), add_special_tokens=False)) if texts else []


def _beside(tokenizer: Any, question: Any, options: list[Any], room: int) -> list[Read]:  # noqa: ANN401 - no types
    longest = max((len(one.ids) for one in options), default=0)
    most = max(room // 2, room - len(question.ids))
    question.truncate(max(1, room - min(longest, most)))
    found = []
    for one in options:
        one.truncate(max(1, most))
        both = tokenizer.post_process(question, one)
        found.append(Read(array("i", both.ids), array("i", both.type_ids)))
    return found
