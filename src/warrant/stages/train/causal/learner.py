"""A network with what is learnt in it: small matrices beside frozen ones, or all weights.

Source: Hu et al., "LoRA" (2021); the matrices are those of the peft library.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from warrant.errors import InputError, MissingExtra
from warrant.stages.train.causal.loss import summed_loss

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.stages.train.causal.config import CausalConfig
    from warrant.stages.train.causal.packing import Flat

ADAPTER, ADAPTER_CONFIG = "adapter_model.safetensors", "adapter_config.json"
"""Names by which other programs know an adapter."""


@dataclass(frozen=True)
class Learner:
    """A network in training."""

    network: Any
    """Of the transformers library."""

    wrapped: Any | None
    """The peft model around it; None where all weights are learnt."""

    shared: Any = None
    """What several processes call for the loss; None where one trains alone."""

    @property
    def is_sharded(self) -> bool:
        """Whether each process holds but its part of the weights."""
        return any(hasattr(one, "full_tensor") for one in self.network.parameters())

    def loss(self, flat: Flat) -> Any:  # noqa: ANN401 - a tensor
        """Give the loss of one flat sequence; see `summed_loss`.

        Args:
            flat: rows in tokens.

        Returns:
            Sum in nats; float32 scalar.
        """
        return summed_loss(self.network, flat) if self.shared is None else self.shared(flat)

    def learnt(self) -> dict[str, Any]:
        """Give the parameters that are learnt, by name, in the network's order."""
        return {name: one for name, one in self.network.named_parameters() if one.requires_grad}

    def count(self) -> int:
        """Count the numbers that are learnt."""
        return sum(one.numel() for one in self.learnt().values())


def make_learner(network: Any, config: CausalConfig, seed: int) -> Learner:  # noqa: ANN401
    """Put into a network what is learnt.

    Args:
        network: frozen, as `load_network` gives it; it is changed.
        config: of the tier.
        seed: of the random beginning.

    Returns:
        The learner.

    Raises:
        InputError: when nothing in the network can be learnt.
        MissingExtra: when peft is not installed.
    """
    import torch

    torch.manual_seed(seed)
    if config.method == "full":
        network.requires_grad_(requires_grad=True)
        return Learner(network, None)
    try:
        from peft import LoraConfig, get_peft_model
    except ImportError:
        raise MissingExtra.named("llm", "LoRA") from None
    targets = linear_names(network)
    if not targets:
        raise InputError(
            "The base model has no linear layer to learn beside.",
            do="Use a base model of the Llama, Mistral or Qwen family.",
        )
    asked = LoraConfig(
        r=config.rank,
        lora_alpha=config.alpha,
        lora_dropout=0.0,
        target_modules=targets,
        bias="none",
        task_type="CAUSAL_LM",
    )
    with warnings.catch_warnings():  # peft asks transformers by a name that it gives up
        warnings.simplefilter("ignore", FutureWarning)
        wrapped = get_peft_model(network, asked)
    if config.train_embeddings:
        for layer in (network.get_input_embeddings(), network.get_output_embeddings()):
            layer.requires_grad_(requires_grad=True)
    return Learner(network, wrapped)


def linear_names(network: Any) -> list[str]:  # noqa: ANN401
    """List the names of a network's linear layers, without the head.

    Args:
        network: of the transformers library.

    Returns:
        Last parts of their names, each once, sorted.
    """
    import torch

    head = network.get_output_embeddings()
    return sorted(
        {
            name.rpartition(".")[2]
            for name, layer in network.named_modules()
            if isinstance(layer, torch.nn.Linear) and layer is not head
        }
    )


def recompute_layers(network: Any, count: int) -> None:  # noqa: ANN401
    """Let the first layers be computed twice, so that they keep their inputs alone.

    Args:
        network: of the transformers library.
        count: of layers.
    """
    from torch.utils.checkpoint import checkpoint

    for place, layer in enumerate(network.base_model.layers):
        layer.gradient_checkpointing = place < count
        layer._gradient_checkpointing_func = partial(checkpoint, use_reentrant=False)  # noqa: SLF001


def adapter_files(learner: Learner) -> tuple[dict[str, Any], bytes]:
    """Give an adapter as other programs read it.

    Args:
        learner: of LoRA.

    Returns:
        Tensors by name, and the bytes of `adapter_config.json`.
    """
    tensors = {
        "base_model.model." + name.replace(".default.", "."): one.detach().contiguous()
        for name, one in learner.network.named_parameters()
        if ".lora_" in name
    }
    wrapped: Any = learner.wrapped
    said: Mapping[str, Any] = wrapped.peft_config["default"].to_dict()
    plain = {key: sorted(one) if isinstance(one, set) else one for key, one in said.items()}
    plain |= {"base_model_name_or_path": "", "inference_mode": True}
    data = json.dumps(plain, sort_keys=True, indent=1, default=str)
    return tensors, data.encode()


def merge(learner: Learner) -> Any:  # noqa: ANN401
    """Add what was learnt to the frozen weights.

    Args:
        learner: after training; it is used up.

    Returns:
        The plain network.
    """
    if learner.wrapped is None:
        return learner.network
    return learner.wrapped.merge_and_unload()
