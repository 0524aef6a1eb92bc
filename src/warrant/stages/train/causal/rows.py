"""What is seen of the rows before a model that writes text learns from them.

Every row is rendered and read into tokens as training will do it, and looked at: is something
learnt from it, does it stop, is it cut, does it say what it should not.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from warrant.models.causal.supervise import SpanError, supervise
from warrant.models.causal.template import CLOSES, OPENS, PLAIN, ChatTemplate, ChatTemplateError
from warrant.stages.train.backend import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from warrant.models.causal.supervise import Supervised
    from warrant.models.causal.words import Words
    from warrant.models.chat import Message

SHOWN = 5
"""So many rows are named by position."""

FEWEST_LEARNT = 0.002
"""A smaller part of all tokens that is learnt from is warned of."""


@dataclass
class Seen:
    """Rows by what is wrong with them, and what was counted."""

    rows: int = 0
    learnt: int = 0
    tokens: int = 0
    longest: int = 0
    left_out: int = 0
    positions: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """By code, positions from 1."""


def choose_template(words: Words, rows: Sequence[Sequence[Message]]) -> ChatTemplate | None:
    """Give the template that renders these rows.

    Args:
        words: the base model's tokenizer.
        rows: conversations.

    Returns:
        The base model's own; a plain one where it has none and each row is one question and its
        answer; else None.
    """
    if words.template is not None:
        return words.template
    turns = {tuple(one.role for one in row) for row in rows}
    if turns <= {("user", "assistant"), ("user",)}:
        named = {name: words.named.get(name, "") for name in ("bos_token", "eos_token")}
        return ChatTemplate(PLAIN, named)
    return None


def row_findings(
    rows: Sequence[Sequence[Message]],
    words: Words,
    *,
    length: int,
    context: int | None = None,
    drops: bool = False,
) -> tuple[list[Finding], Seen]:
    """Look at every row as training will read it.

    Args:
        rows: conversations, in the order of the training rows.
        words: the base model's tokenizer.
        length: most tokens of a row.
        context: most tokens that the base model can read; None: nobody says.
        drops: whether longer rows are left out rather than refused.

    Returns:
        What was found, and what was counted.
    """
    seen = Seen(rows=len(rows))
    template = choose_template(words, rows)
    if template is None:
        return [_no_template()], seen
    try:
        template.check()
        for position, row in enumerate(rows, 1):
            _look(row, position, template, words, length, seen)
    except ChatTemplateError as error:
        return [Finding("error", error.what, error.do, f"template-{error.fault}")], seen
    except SpanError:
        return [_unmarked()], seen
    seen.left_out = len(seen.positions["answer-cut-off"]) if drops else 0
    found = list(_findings(seen, length, drops=drops))
    if seen.positions["answer-cut-off"] and context is not None and seen.longest > context:
        found = [_beyond(one, context) for one in found]
    return found, seen


def _beyond(found: Finding, context: int) -> Finding:
    """Give advice that can be followed where the base cannot read the longest row."""
    if found.code != "answer-cut-off":
        return found
    do = (
        f"Write under train: length: {context}, the most that the base model reads, and causal: "
        "{overlong: drop}: longer rows are left out. Or name a base that reads more."
    )
    return replace(found, do=do)


def _look(
    row: Sequence[Message],
    position: int,
    template: ChatTemplate,
    words: Words,
    length: int,
    seen: Seen,
) -> None:
    codes = set(_in_messages(row, words))
    found = supervise(row, template, words)
    codes |= set(_in_tokens(row, found, words))
    codes |= {"answer-cut-off"} if len(found.ids) > length else set()
    seen.learnt += found.learnt
    seen.tokens += len(found.ids)
    seen.longest = max(seen.longest, len(found.ids))
    for code in codes:
        seen.positions[code].append(position)


def _in_messages(row: Sequence[Message], words: Words) -> Iterable[str]:
    for one in row:
        if one.role == "assistant" and not one.content.strip():
            yield "empty-answer"
        if OPENS in one.content or CLOSES in one.content:
            yield "control-token-in-row"
        if any(token in one.content for token in words.special):
            yield "control-token-in-row"


def _in_tokens(row: Sequence[Message], found: Supervised, words: Words) -> Iterable[str]:
    if any(one.content.strip() not in found.text for one in row):
        yield "template-drops-text"
    turns = sum(one.role == "assistant" for one in row)
    if not turns or not found.ids:
        yield "no-supervised-token"
    elif not found.learnt or len([one for one in found.spans if one.end > one.begin]) < turns:
        yield "template-unmarked"
    elif _elsewhere(row, found):
        yield "question-supervised"
    else:
        yield from {
            {"masked": "stop-token-masked", "differs": "stop-token-differs"}.get(
                one.ending, "no-stop-token"
            )
            for one in found.spans
            if one.ending != "stops"
        }
    bos = words.number(words.named.get("bos_token", ""))
    if bos is not None and found.ids[:2] == (bos, bos):
        yield "duplicated-bos"


def _elsewhere(row: Sequence[Message], found: Supervised) -> bool:
    """Say whether what is learnt from is not what the model's turns say."""
    said = [one.content.strip() for one in row if one.role == "assistant"]
    marked = [found.text[begin:end] for begin, end in found.places]
    return len(said) != len(marked) or any(
        text not in part for text, part in zip(said, marked, strict=True)
    )


def _findings(seen: Seen, length: int, *, drops: bool) -> Iterable[Finding]:
    for code, positions in sorted(seen.positions.items()):
        if positions and code != "answer-cut-off":
            what, do = SAYS[code]
            yield Finding("error", f"{_count(positions, seen.rows)} {what}", do, code)
    if cut := seen.positions["answer-cut-off"]:
        yield _cut(cut, seen, length, drops=drops)
    if seen.learnt and seen.learnt < FEWEST_LEARNT * seen.tokens:
        yield Finding(
            "warning",
            f"Only {seen.learnt} of {seen.tokens} tokens are learnt from.",
            do="Shorten the prompts, or add rows with longer answers.",
            code="few-supervised-tokens",
        )


def _cut(cut: list[int], seen: Seen, length: int, *, drops: bool) -> Finding:
    what = f"{_count(cut, seen.rows)} more than {length} tokens, so that the answer would be cut"
    longest = f"the longest has {seen.longest}"
    if drops and len(cut) < seen.rows:
        return Finding(
            "warning", f"{what}: left out ({longest}).", "Raise length: under train:.", "left-out"
        )
    return Finding(
        "error",
        f"{what}; {longest}.",
        f"Write under train: length: {seen.longest}, or leave such rows out: causal: "
        "{overlong: drop}.",
        "answer-cut-off",
    )


def _count(positions: list[int], rows: int) -> str:
    shown = ", ".join(map(str, positions[:SHOWN])) + (", …" if len(positions) > SHOWN else "")
    verb = "has" if len(positions) == 1 else "have"
    return f"Of {rows} training rows {len(positions)} (see {shown}) {verb}"


SAYS = {
    "no-supervised-token": (
        "no answer: nothing could be learnt there.",
        "Add the assistant's last message, or take these rows out.",
    ),
    "empty-answer": (
        "an empty answer: the model would learn to say nothing.",
        "Fill in these answers, or take the rows out.",
    ),
    "control-token-in-row": (
        "a control token of the tokenizer in their text: rows must come as plain text, before any "
        "template is put on them.",
        "Give the messages themselves, without <s>, <|im_start|> and their like.",
    ),
    "template-drops-text": (
        "a message that the chat template leaves out.",
        "Move what a system message says into the user's first message, or name another template.",
    ),
    "template-unmarked": (
        "an answer in which the chat template marks nothing to learn from.",
        "Put {% generation %} and {% endgeneration %} around the assistant's content and its end "
        "in the template.",
    ),
    "question-supervised": (
        "another text than the answer marked to be learnt from.",
        "Put {% generation %} and {% endgeneration %} around the assistant's turn in the template.",
    ),
    "stop-token-masked": (
        "an answer whose stop token is not learnt from: the model would never stop.",
        "Move {% endgeneration %} behind the end of the turn in the template.",
    ),
    "stop-token-differs": (
        "an answer that ends in another token than the one at which the model stops.",
        "Correct eos_token_id in generation_config.json: it must be the template's end of turn.",
    ),
    "no-stop-token": (
        "an answer after which nothing stops the model.",
        "Let the template write the end of turn or eos_token after the assistant's content.",
    ),
    "duplicated-bos": (
        "the token of the beginning twice.",
        "Let the template write bos_token once.",
    ),
}
"""By code, what is said of rows, and the act that helps."""


def _no_template() -> Finding:
    return Finding(
        "error",
        "The base model brings no chat template, and the rows are conversations of several turns.",
        "Use the instruction-tuned version of the base model, or name a template under train: "
        "causal: {template: FILE}.",
        "no-template",
    )


def _unmarked() -> Finding:
    return Finding(
        "error",
        "The chat template renders earlier answers otherwise than the last, and does not mark "
        "what the model says.",
        "Put {% generation %} and {% endgeneration %} around the assistant's content and its end "
        "in the template.",
        "template-unmarked",
    )
