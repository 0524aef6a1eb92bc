"""The network in training: an encoder, a linear head, and which of their weights may change."""

from __future__ import annotations

import contextlib
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from warrant.errors import MissingExtra
from warrant.models.base import Embedder, copy_base, load_libraries
from warrant.models.base.embed import pool
from warrant.models.base.record import WEIGHTS
from warrant.stages.train.encoder.packed import may_pack, packed_states, switch_attention

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from warrant.models.base import Encoder
    from warrant.models.base.record import Pooling
    from warrant.models.encoder import EncoderChooser, EncoderTagger, Method
    from warrant.stages.train.encoder.lesson import Lesson, Start

Headed = TypeVar("Headed", "EncoderChooser", "EncoderTagger")

UNDECAYED = ("bias", "norm.weight", "layernorm.weight", "layer_norm.weight", "embeddings.weight")
"""Endings of names, in small letters, of weights that are not drawn towards zero."""

_ATTENTION_DROPOUT = ("attention.self.dropout", "attention.dropout")
"""Leaving out attention at random keeps a processor from its fast kernel, a tenth of all time; the
dropout of vectors stays."""


@dataclass
class Tuned:
    """An encoder and its head, while they are trained."""

    encoder: Encoder
    network: Any
    """A torch module; of `lora` the one with its directions."""
    head: Any
    """From a vector and the other columns to scores."""
    pooling: Pooling
    dropout: float
    """Share of a vector's numbers left out while training, 0 to 1."""
    words: NDArray[np.int64] | None = None
    """The tokens that occur, sorted, as in the small table of their vectors; None: all."""
    whole: Any = None
    """The table of the vectors of all words, while there is a small one."""

    def scores(self, batch: dict[str, Any], columns: Any, *, training: bool) -> Any:  # noqa: ANN401 - tensors
        """Give the scores of some rows.

        Args:
            batch: as `Encoder.arguments` gives it.
            columns: shape (rows, width of the other columns), float32.
            training: whether numbers are left out at random.

        Returns:
            Shape (rows, scores), float32.
        """
        vectors = pool(self.states(batch), self.pooling, batch.get("attention_mask"))
        return self.head_scores(vectors.float(), columns, training=training)

    def states(self, batch: dict[str, Any]) -> Any:  # noqa: ANN401 - a tensor
        """Give each token a vector.

        Args:
            batch: as `Encoder.arguments` gives it.

        Returns:
            Shape (texts, tokens, width).
        """
        import torch

        if self.words is not None:
            places = np.searchsorted(self.words, batch["input_ids"].numpy())
            batch = batch | {"input_ids": torch.from_numpy(places)}
        if self.packs and self.network.training:
            return packed_states(self.network, batch)
        return self.network(**batch).last_hidden_state

    @property
    def packs(self) -> bool:
        """Whether texts are computed one behind the other while training."""
        return may_pack(str(self.encoder.network.config.model_type))

    def word_scores(self, vectors: Any, *, training: bool) -> Any:  # noqa: ANN401 - tensors
        """Give the scores of words whose vectors are known.

        Args:
            vectors: shape (…, width), float32.
            training: whether numbers are left out at random.

        Returns:
            Shape (…, scores).
        """
        import torch

        return self.head(torch.nn.functional.dropout(vectors, self.dropout, training))

    def head_scores(self, vectors: Any, columns: Any, *, training: bool) -> Any:  # noqa: ANN401 - tensors
        """Give the scores of rows whose vectors are known.

        Args:
            vectors: shape (rows, width), float32.
            columns: as for `scores`.
            training: as for `scores`.

        Returns:
            Shape (rows, scores), float32.
        """
        import torch

        vectors = torch.nn.functional.dropout(vectors, self.dropout, training)
        return self.head(torch.cat([vectors, columns], dim=1))

    def trainable(self) -> list[tuple[str, Any]]:
        """List what may change, by name, in a fixed order."""
        parts = [("network", self.network), ("head", self.head)]
        return [
            (f"{part}.{name}", value)
            for part, module in parts
            for name, value in module.named_parameters()
            if value.requires_grad
        ]

    def switch(self, *, training: bool) -> None:
        """Begin or end to leave numbers out at random, in the network too."""
        self.network.train(training)
        if self.packs:  # answers are computed as the library computes them
            switch_attention(self.encoder.network, packed=training)


def scorer_of(lesson: Lesson) -> Any:  # noqa: ANN401 - of torch, made where torch is there
    """Wrap network and head so that one call gives scores: what joins processes listens to calls.

    Args:
        lesson: what is learnt.

    Returns:
        A torch module with the weights of both; it is called with places of items.
    """
    import torch

    class Scorer(torch.nn.Module):  # type: ignore[misc]
        """Network and head, called while training."""

        def __init__(self) -> None:
            super().__init__()
            self.network, self.head = lesson.tuned.network, lesson.tuned.head

        def forward(self, part: list[int]) -> Any:  # noqa: ANN401 - a tensor
            return lesson.scores(part)

    return Scorer()


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw random numbers of torch from a seed meanwhile; those of others stay as they were.

    Args:
        seed: 0 or more.

    Yields:
        Nothing.
    """
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def make_tuned(
    encoder: Encoder, pooling: Pooling, method: Method, width: int, scores: int, rank: int
) -> Tuned:
    """Make what is trained.

    Args:
        encoder: loaded; for `full` its weights change.
        pooling: how tokens' vectors become one.
        method: what may change.
        width: of the other columns.
        scores: of a row.
        rank: for `lora`.

    Returns:
        Network and head; the head starts at zero, whatever it reads.

    Raises:
        MissingExtra: when `lora` is asked for without peft.
    """
    torch, _ = load_libraries()
    head = torch.nn.Linear(encoder.width + width, scores)
    torch.nn.init.zeros_(head.weight)
    torch.nn.init.zeros_(head.bias)
    network = encoder.network
    for name, module in network.named_modules():
        if name.endswith(_ATTENTION_DROPOUT) and isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    if method == "full":
        network.requires_grad_(True)  # noqa: FBT003 - torch's own
    elif method == "lora":
        network = _with_directions(network, rank)
    dropout = float(getattr(encoder.network.config, "hidden_dropout_prob", 0.1) or 0.0)
    return Tuned(encoder, network, head, pooling, dropout)


def _with_directions(network: Any, rank: int) -> Any:  # noqa: ANN401 - torch modules
    """Let each matrix change in a few directions.

    Source: Hu et al., "LoRA: low-rank adaptation of large language models" (2021).
    """
    try:
        from peft import LoraConfig, get_peft_model
    except ImportError:
        raise MissingExtra.named("encoder", "method: lora") from None
    said = LoraConfig(
        r=rank, lora_alpha=2 * rank, lora_dropout=0.0, target_modules="all-linear", bias="none"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # between peft and transformers
        return get_peft_model(network, said)


def make_head(start: Start, width: int, scores: int, seed: int) -> Tuned:
    """Make what is trained, as a run begins.

    Args:
        start: base and settings.
        width: of the other columns.
        scores: of an item.
        seed: of what is drawn.

    Returns:
        Network and head.
    """
    pooling, own = start.base.record.pooling, start.config
    with seeded(seed):
        return make_tuned(start.encoder, pooling, own.method, width, scores, own.rank)


def start_at(tuned: Tuned, scores: NDArray[np.float32]) -> None:
    """Let the head begin with scores that hold for every item.

    Args:
        tuned: not trained yet.
        scores: shape (scores,).
    """
    import torch

    with torch.no_grad():
        tuned.head.bias.copy_(torch.from_numpy(scores))


def write_network(tuned: Tuned, start: Start, folder: Path) -> Encoder:
    """Write the network as the transformers library reads it, and what it was before training.

    Args:
        tuned: done with training.
        start: with what it began.
        folder: the model's.

    Returns:
        The encoder as it will answer.
    """
    copy_base(start.base, folder, weights=start.is_frozen)
    network = finish(tuned)
    if not start.is_frozen:
        from safetensors.torch import save_file

        state = network.state_dict()
        tensors = {name: one.detach().clone().contiguous() for name, one in sorted(state.items())}
        save_file(tensors, folder / WEIGHTS, {"format": "pt"})
    return replace(tuned.encoder, network=network)


class Learnt(NamedTuple):
    """What a model is made of, once it has learnt."""

    embedder: Embedder
    """The network, as it will answer; its files lie in the model's folder."""
    coef: NDArray[np.float32]
    """Of the head, shape (scores, width)."""
    intercept: NDArray[np.float32]
    """Of the head, shape (scores,)."""


def write_learnt(tuned: Tuned, start: Start, folder: Path) -> Learnt:
    """Write the network, and give it with the head as it was learnt.

    Args:
        tuned: done with training.
        start: with what it began.
        folder: the model's.

    Returns:
        Network and head, in full precision.
    """
    encoder = write_network(tuned, start, folder)
    embedder = Embedder(encoder, "float32", tuned.pooling, start.longest, is_unit=False)
    coef, intercept = (one.detach().numpy() for one in (tuned.head.weight, tuned.head.bias))
    return Learnt(embedder, coef, intercept)


def stretched(model: Headed, slope: float) -> Headed:
    """Stretch the scores of a model by a number, folded into its head."""
    by = np.float32(slope)
    return replace(model, coef=model.coef * by, intercept=model.intercept * by)


def shrink_words(tuned: Tuned, read: Iterable[Iterable[int]]) -> None:
    """Keep only the vectors of tokens that occur, while training.

    The others would get no gradient, and their moments and updates would be zero: leaving them out
    changes nothing, and saves most of an update's work in a small network.

    Args:
        tuned: its network is changed in place.
        read: tokens of all texts that will be computed.
    """
    import torch

    used = np.unique(np.fromiter((token for one in read for token in one), np.int64))
    padding = tuned.encoder.padding
    words = np.unique(np.append(used, np.arange(padding + 1)))  # padding keeps its place
    table = tuned.network.get_input_embeddings()
    if len(words) >= table.weight.shape[0]:
        return
    small = torch.nn.Embedding(len(words), table.weight.shape[1], padding_idx=table.padding_idx)
    with torch.no_grad():
        small.weight.copy_(table.weight[torch.from_numpy(words)])
    small.weight.requires_grad_(table.weight.requires_grad)
    tuned.whole = table
    tuned.network.set_input_embeddings(small)
    tuned.words = words


def finish(tuned: Tuned) -> Any:  # noqa: ANN401 - a torch module
    """Give the network as it is written: all words, directions merged.

    Args:
        tuned: done with training.

    Returns:
        The network of the transformers library.
    """
    import torch

    network = tuned.network
    if tuned.words is not None:
        with torch.no_grad():
            tuned.whole.weight[torch.from_numpy(tuned.words)] = (
                network.get_input_embeddings().weight
            )
        network.set_input_embeddings(tuned.whole)
        tuned.words = None
    if hasattr(network, "merge_and_unload"):
        network = network.merge_and_unload()
    return network.eval().requires_grad_(False)  # noqa: FBT003 - torch's own
