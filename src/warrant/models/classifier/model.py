"""A classifier that answers, and says why by leaving words out.

Texts of the same number of tokens are computed together, so that nothing is padded: a text goes
through the same arithmetic alone and among others.

Law: a text has the same scores alone and among others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from warrant.models.base.embed import FEWEST_TOKENS, filled, same_length
from warrant.models.base.network import load_libraries, one_thread
from warrant.models.encoder.model import leave_out
from warrant.models.linear.link import choose, to_probabilities
from warrant.models.linear.model import told_labels, with_blanks
from warrant.models.linear.text import join_texts
from warrant.models.model import Columns, Contribution, Description, InputColumn, Predictions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.base import Encoder
    from warrant.records.task import FirstTaskKind


@dataclass(frozen=True)
class ClassifierModel:
    """Scores are those of the network's own head; see `TrainedModel` for the methods."""

    task: FirstTaskKind
    """How many answers a row has."""

    labels: tuple[str, ...]
    """All answers, in the order of the network's scores; none for `regression`."""

    reads: tuple[InputColumn, ...]
    """Columns of text; several are read line after line."""

    thresholds: tuple[float, ...]
    """One a label, 0 to 1; see `choose`."""

    encoder: Encoder
    """The network with its head, and its tokenizer."""

    architecture: str
    """As the transformers library calls it."""

    first_characters: int
    """Only this many characters of a text are read."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(one.column for one in self.reads)

    def predict(self, columns: Columns) -> Predictions:
        """Answer each row; see `TrainedModel.predict`."""
        texts = self._texts(columns)
        return self._answer(texts, self.scores(texts))

    def explain(
        self, columns: Columns, top: int = 5, chosen: NDArray[np.bool_] | None = None
    ) -> list[dict[str, list[Contribution]]]:
        """Give what decided each answer; see `TrainedModel.explain`.

        A word's contribution is what the score loses without it.
        """
        texts = self._texts(columns)
        answer = self._answer(texts, self.scores(texts))
        if chosen is not None:
            answer = replace(answer, chosen=chosen)
        return [self._explain(text, row, answer, top) for row, text in enumerate(texts)]

    def describe(self) -> Description:
        """Say what is inside."""
        return Description(
            kind="classifier",
            parameters=sum(int(one.numel()) for one in self.encoder.network.parameters()),
            precision="float32",
            facts={
                "architecture": self.architecture,
                "width": self.encoder.width,
                "tokens": self.encoder.longest,
            },
        )

    def scores(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Give the scores before they become probabilities.

        Args:
            texts: one a row.

        Returns:
            Shape (rows, labels), log-odds; of a `regression` (rows, 1), the answer.
        """
        scores = np.zeros((len(texts), len(self.labels) or 1))
        if not texts:
            return scores
        torch, _ = load_libraries()
        read = self.encoder.encodings(texts)
        with torch.inference_mode(), one_thread():
            for group in same_length([one.ids for one in read]):
                batch = filled([read[one] for one in group])
                found = self._network(**self.encoder.arguments(batch)).logits
                scores[group] = found[: len(group)].double().numpy()
        return scores

    @cached_property
    def _network(self) -> Any:  # noqa: ANN401 - a torch module
        torch, _ = load_libraries()
        for module in self.encoder.network.modules():
            if isinstance(module, torch.nn.Linear):
                module.forward = _steady(module.forward)
        return self.encoder.network

    def _texts(self, columns: Columns) -> list[str]:
        return [text[: self.first_characters] for text in join_texts(columns, self.inputs)]

    def _answer(self, texts: Sequence[str], scores: NDArray[np.float64]) -> Predictions:
        abstentions = with_blanks((), texts, self.inputs[0])
        if self.task == "regression":
            nothing = np.zeros((len(scores), 0))
            return Predictions((), nothing, nothing.astype(np.bool_), scores[:, 0], abstentions)
        link = "sigmoid" if self.task == "multilabel" else "softmax"
        probabilities = to_probabilities(scores, link)  # type: ignore[arg-type] # of both
        chosen = choose(probabilities, self.task, self.thresholds)
        return Predictions(self.labels, probabilities, chosen, None, abstentions)

    def _explain(
        self, text: str, row: int, answer: Predictions, top: int
    ) -> dict[str, list[Contribution]]:
        words, without = leave_out(text)
        scores = self.scores([text, *without])
        column = "+".join(self.inputs)
        told: dict[str, list[Contribution]] = {}
        for name, label in told_labels(answer, self.labels, self.task, row):
            lost = scores[0, label] - scores[1:, label]
            found = [
                Contribution(column, "word", word, float(value))
                for word, value in zip(words, lost, strict=True)
            ]
            told[name] = sorted(found, key=lambda one: -abs(one.value))[:top]
        return told


def _steady(forward: Any) -> Any:  # noqa: ANN401 - torch has no types here
    """Let a layer of the head, which reads one vector a text, read many always; see `filled`."""
    import torch

    def call(values: Any) -> Any:  # noqa: ANN401 - as above
        more = FEWEST_TOKENS - len(values)
        if values.dim() != 2 or more <= 0:
            return forward(values)
        rows = torch.cat([values, values[-1:].expand(more, -1)])
        return forward(rows)[: len(values)]

    return call
