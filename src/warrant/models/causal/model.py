"""A trained model that writes text, or says which of its labels it would write.

Prompts are answered one by one, always with the most probable token: the same input has the same
answer, alone and among others. A label's probability is that of its text among those of all labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from warrant.models.causal.generate import generate, score
from warrant.models.causal.influence import influences
from warrant.models.causal.network import load_network
from warrant.models.causal.prompt import prompts_of
from warrant.models.causal.settings import TEMPLATE, CausalSettings, read_settings
from warrant.models.causal.template import ChatTemplate
from warrant.models.causal.words import Words, read_words
from warrant.models.chat import Message
from warrant.models.model import (
    VALUE,
    Abstention,
    Contribution,
    Description,
    InputColumn,
    Predictions,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from warrant.models.model import Columns
    from warrant.records.task import TaskKind


@dataclass(frozen=True)
class CausalModel:
    """A model that writes text; see `TrainedModel` for the methods."""

    settings: CausalSettings
    """What it answers."""

    words: Words
    """Its tokenizer."""

    template: ChatTemplate
    """Renders a prompt."""

    folder: Path
    """Where its files lie; the network is loaded with the first question."""

    @property
    def task(self) -> TaskKind:
        """Give the kind of answers."""
        return self.settings.task

    @property
    def labels(self) -> tuple[str, ...]:
        """Give the labels; none where it writes freely."""
        return self.settings.labels

    @property
    def inputs(self) -> tuple[str, ...]:
        """Give the columns it reads."""
        return tuple(one.column for one in self.settings.reads)

    @property
    def reads(self) -> tuple[InputColumn, ...]:
        """Give the columns, and how each enters."""
        return tuple(InputColumn(one.column, one.read_as) for one in self.settings.reads)

    @cached_property
    def network(self) -> Any:  # noqa: ANN401 - a torch module
        """Load the network."""
        if self.settings.saved == "merged":
            return load_network(self.folder, self.settings.precision)
        from warrant.models.causal.adapter import load_on_base

        return load_on_base(self.folder, self.settings)

    def predict(self, columns: Columns) -> Predictions:
        """Answer each row."""
        said = prompts_of(columns, self.inputs)
        prompts = [self.prompt(one) for one in said]
        doubts = self._doubts(said)
        if self.task == "generation":
            texts = tuple(self.say(one) for one in prompts)
            nothing = np.zeros((len(texts), 0))
            return Predictions((), nothing, nothing > 0, abstentions=doubts, texts=texts)
        probabilities = np.array([self._chances(one) for one in prompts]).reshape(
            len(prompts), len(self.labels)
        )
        chosen = np.zeros(probabilities.shape, np.bool_)
        if len(prompts):
            chosen[np.arange(len(prompts)), probabilities.argmax(axis=1)] = True
        return Predictions(self.labels, probabilities, chosen, abstentions=doubts)

    def explain(
        self, columns: Columns, top: int = 5, chosen: NDArray[np.bool_] | None = None
    ) -> list[dict[str, list[Contribution]]]:
        """Give the words of the prompt that spoke most for each answer."""
        found = []
        messages = prompts_of(columns, self.inputs)
        picked = self.predict(columns).chosen if chosen is None and self.labels else chosen
        for row, said in enumerate(messages):
            prompt = self.prompt(said)
            answers: Mapping[str, Sequence[int]]
            if not self.labels:
                answers = {VALUE: generate(self.network, prompt, self.settings.stops, _FEW)[0]}
            else:
                places = np.flatnonzero(picked[row]).tolist() if picked is not None else []
                answers = {self.labels[at]: self._answers[at] for at in places}
            texts = [one.content for one in said if one.role == "user"]
            column = "+".join(self.inputs)
            found.append(
                {
                    name: influences(self.network, self.words, prompt, answer, texts, column)[:top]
                    for name, answer in answers.items()
                }
            )
        return found

    def describe(self) -> Description:
        """Say what is inside."""
        said = self.settings
        return Description(
            kind="causal",
            parameters=said.parameters,
            precision="float32",
            facts={
                "method": said.method,
                "saved": said.saved,
                "base": said.base,
                "template": said.template,
                "length": said.length,
                "answer": said.answer,
            },
        )

    def prompt(self, messages: Sequence[Message]) -> list[int]:
        """Give the tokens of a question, ready for the answer; too long ones lose their beginning.

        Args:
            messages: in order.

        Returns:
            At least one token.
        """
        return self._tokens(messages)[-self.settings.length :] or [0]

    def _tokens(self, messages: Sequence[Message]) -> list[int]:
        return self.words.encode(self.template.render(messages, prompt=True).text).ids

    def _doubts(self, said: Sequence[Sequence[Message]]) -> tuple[tuple[Abstention, ...], ...]:
        """Say of each question whether its beginning is not read; nothing where all are."""
        reason = (Abstention("cut", "+".join(self.inputs)),)
        cut = [len(self._tokens(one)) > self.settings.length for one in said]
        return tuple(reason if one else () for one in cut) if any(cut) else ()

    def say(self, prompt: Sequence[int]) -> str:
        """Write an answer.

        Args:
            prompt: tokens.

        Returns:
            Its text.
        """
        said, _ = generate(self.network, prompt, self.settings.stops, self.settings.answer)
        return self.words.decode(said).strip()

    @cached_property
    def _answers(self) -> list[list[int]]:
        """Give the tokens of each label, with the stop, as training saw them."""
        question = (Message("user", "?"),)
        opened = self.template.render(question, prompt=True).text
        found = []
        for label in self.labels:
            text = self.template.render((*question, Message("assistant", label))).text
            ids = self.words.encode(text[len(opened) :]).ids
            ends = [at for at, one in enumerate(ids) if one in self.settings.stops]
            found.append(ids[: ends[-1] + 1] if ends else ids)
        return found

    def _chances(self, prompt: Sequence[int]) -> NDArray[np.float64]:
        scores = np.array(score(self.network, prompt, self._answers), np.float64)
        chances = np.exp(scores - scores.max())
        return np.asarray(chances / chances.sum(), np.float64)


_FEW = 64
"""Tokens of an answer that are explained."""


def load_causal(folder: Path) -> CausalModel:
    """Load a model that writes text.

    Args:
        folder: as training wrote it.

    Returns:
        The model; its network is loaded with the first question.

    Raises:
        InputError: when a file is missing, foreign or altered.
    """
    settings = read_settings(folder)
    words = read_words(folder)
    source = (folder / TEMPLATE).read_text("utf-8")
    template = ChatTemplate(source, settings.special)
    template.check()
    return CausalModel(
        settings, Words(words.data, settings.special, settings.stops, template), template, folder
    )
