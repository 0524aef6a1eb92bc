"""From training rows to tokens, as the tier `causal` reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.models.causal.prompt import prompts_of
from warrant.models.causal.supervise import supervise
from warrant.models.causal.template import PLAIN, ChatTemplate
from warrant.models.chat import Message
from warrant.stages.train.causal.packing import Row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warrant.models.causal.words import Words
    from warrant.models.examples import Examples
    from warrant.stages.train.causal.config import CausalConfig
    from warrant.stages.train.config import TrainConfig

SPANS = "spans.txt"
"""Beside a run's checkpoints, for its owner alone: what is learnt from, of a few rows."""

SHOWN = 5
"""So many rows stand there."""


@dataclass(frozen=True)
class Prepared:
    """Rows in tokens."""

    rows: tuple[Row, ...]
    """Those that are learnt from."""

    left_out: int
    """Rows of more tokens than `length`."""


def conversations_of(examples: Examples, config: TrainConfig) -> list[tuple[Message, ...]]:
    """Give each row as a conversation that ends in its answer.

    Args:
        examples: rows with their answers.
        config: of the run.

    Returns:
        Messages, the assistant's last.
    """
    prompts = prompts_of(examples.columns, config.names)
    return [
        (*prompt, Message("assistant", labels[0]))
        for prompt, labels in zip(prompts, examples.labels, strict=True)
    ]


def template_of(words: Words, config: CausalConfig) -> ChatTemplate | None:
    """Give the template that renders the rows.

    Args:
        words: the base model's tokenizer.
        config: of the tier.

    Returns:
        The recipe's, else the base model's own; None where neither is there.
    """
    if config.template is None:
        return words.template
    return ChatTemplate(config.template, named_of(words))


def plain_template(words: Words) -> ChatTemplate:
    """Give the template of a question and its answer, for a base that brings none.

    Args:
        words: the base model's tokenizer.

    Returns:
        The template.
    """
    return ChatTemplate(PLAIN, named_of(words))


def named_of(words: Words) -> dict[str, str]:
    """Give what a template may call by name.

    Args:
        words: the base model's tokenizer.

    Returns:
        By name; empty where the tokenizer says nothing.
    """
    return {one: words.named.get(one, "") for one in ("bos_token", "eos_token", "pad_token")}


def prepare(
    conversations: Sequence[Sequence[Message]],
    words: Words,
    template: ChatTemplate,
    config: CausalConfig,
) -> Prepared:
    """Read rows into tokens.

    Args:
        conversations: in order.
        words: the tokenizer.
        template: renders them.
        config: of the tier.

    Returns:
        Rows that fit, in order, and how many did not.
    """
    rows = []
    for one in conversations:
        found = supervise(one, template, words)
        rows.append(Row(found.ids, tuple(found.mask())))
    kept = tuple(row for row in rows if len(row.ids) <= config.length and row.learnt)
    return Prepared(kept, len(rows) - len(kept))


def write_spans(
    place: Path, conversations: Sequence[Sequence[Message]], words: Words, template: ChatTemplate
) -> None:
    """Write what is learnt from, of the first rows, for their owner to read.

    The file lies beside the run's checkpoints, never in a claim, a log or the model, and goes with
    them when the run is committed.

    Args:
        place: the file.
        conversations: in order.
        words: the tokenizer.
        template: renders them.
    """
    lines = []
    for row, one in enumerate(conversations[:SHOWN], 1):
        found = supervise(one, template, words)
        parts = [words.show(found.ids[span.begin : span.end]) for span in found.spans]
        lines += [f"row {row}: {len(found.ids)} tokens, {found.learnt} learnt from", *parts, ""]
    place.touch(mode=0o600)
    place.write_text("\n".join(lines), "utf-8")


def require_rows(found: Prepared, config: CausalConfig) -> None:
    """Refuse to train on nothing.

    Args:
        found: rows in tokens.
        config: of the tier.

    Raises:
        InputError: when no row is left.
    """
    if not found.rows:
        raise InputError(
            f"No row is left to learn from: all {found.left_out} have more than {config.length} "
            "tokens.",
            do="Write a larger length under train:.",
        )
