"""The network of a model that writes text, with attention that keeps packed rows apart.

Several rows stand one behind the other in one sequence, without padding. Each attends to itself
alone: on a card by one kernel for variable lengths, elsewhere row by row. Positions begin anew with
each row.

Law: a row has the same scores packed among others and alone.
"""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError

from warrant.errors import InputError, MissingExtra, lacks_memory
from warrant.models.base.check import check_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PACKED = "warrant_packed"
"""Our attention's name among those of the transformers library."""


def load_libraries() -> tuple[Any, Any]:
    """Import torch and transformers, silent and without a network.

    Returns:
        Both modules.

    Raises:
        MissingExtra: when one is not installed.
        ImportError: when memory runs out while they are loaded.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        import torch
        import transformers
    except ImportError as error:
        if lacks_memory(error):
            raise
        raise MissingExtra.named("llm", "A model that writes text") from None
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    return torch, transformers


def load_network(
    folder: Path,
    precision: str = "float32",
    device: str = "cpu",
    quantised: object = None,
    attention: str = PACKED,
) -> Any:  # noqa: ANN401 - a torch module
    """Load the network of a folder.

    Args:
        folder: holds `config.json` and safetensors.
        precision: of the stored weights in memory: `float32` or `bfloat16`.
        device: `cpu` or `cuda`.
        quantised: a quantisation of the transformers library; None: weights as they are.
        attention: ours, or another name of the transformers library's.

    Returns:
        A torch module of the transformers library, frozen, for inference.

    Raises:
        InputError: when the files are not sound.
        MissingExtra: when a library is not installed.
    """
    torch, transformers = load_libraries()
    check_whole(folder, folder.name)
    transformers.AttentionInterface.register(PACKED, packed_attention)
    try:
        network, told = transformers.AutoModelForCausalLM.from_pretrained(
            folder,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=getattr(torch, precision),
            attn_implementation=attention,
            output_loading_info=True,
            **({} if quantised is None else {"quantization_config": quantised}),
        )
    except (
        SafetensorError,
        OSError,
        ValueError,
        KeyError,
        RuntimeError,
        TypeError,
        AttributeError,
        ImportError,
    ):
        raise InputError(
            "The base model's files describe no network that can be loaded.",
            do="Fetch the model again, or use another base.",
        ) from None
    if told["missing_keys"] or told["mismatched_keys"]:
        raise InputError(
            f"The base model's files lack {len(told['missing_keys'])} of the network's tensors, or "
            "have them in another shape: they would be random.",
            do="Fetch the model again, all its safetensors files, or use another base.",
        )
    if quantised is None:
        network.to(device)
    network.requires_grad_(requires_grad=False)
    return network.eval()


def positions_of(bounds: Sequence[int]) -> list[int]:
    """Count the positions of packed rows.

    Args:
        bounds: where each row begins, and where the last ends.

    Returns:
        For each token its place in its own row, from 0.
    """
    return [at for begin, end in itertools.pairwise(bounds) for at in range(end - begin)]


def packed_attention(
    module: Any,  # noqa: ANN401 - of an optional library
    query: Any,  # noqa: ANN401
    key: Any,  # noqa: ANN401
    value: Any,  # noqa: ANN401
    attention_mask: Any,  # noqa: ANN401
    scaling: float | None = None,
    **more: Any,  # noqa: ANN401
) -> tuple[Any, None]:
    """Attend within each packed row; see transformers' attention functions.

    Args:
        module: the layer's attention.
        query: shape (batch, heads, tokens, width).
        key: shape (batch, heads of keys, tokens, width).
        value: as `key`.
        attention_mask: none: rows are told by `bounds`.
        scaling: of the scores.
        **more: `bounds` of the rows and the `sliding_window`, where there is one.

    Returns:
        Shape (batch, tokens, heads, width); no weights.
    """
    import torch

    del attention_mask
    bounds: Sequence[int] | None = more.get("bounds")
    window: int | None = more.get("sliding_window")
    if bounds is None:
        bounds = (0, query.shape[2])
    if query.is_cuda and query.dtype in {torch.bfloat16, torch.float16} and len(bounds) > 2:
        return _on_card(query, key, value, bounds, scaling, window), None
    groups = query.shape[1] // key.shape[1]
    if groups > 1:
        key, value = (one.repeat_interleave(groups, dim=1) for one in (key, value))
    if len(bounds) == 2:
        return _attend(query, key, value, scaling, window).transpose(1, 2).contiguous(), None
    rows = [
        _attend(query[:, :, a:b], key[:, :, a:b], value[:, :, a:b], scaling, window)
        for a, b in itertools.pairwise(bounds)
    ]
    del module
    return torch.cat(rows, dim=2).transpose(1, 2).contiguous(), None


def _attend(query: Any, key: Any, value: Any, scaling: float | None, window: int | None) -> Any:  # noqa: ANN401
    """Attend causally; the queries are the last of the keys."""
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    asked, known = query.shape[2], key.shape[2]
    if window is not None and known > window:
        places = torch.arange(known, device=query.device)
        behind = places[known - asked :, None] - places[None, :]
        mask = (behind >= 0) & (behind < window)
        return scaled_dot_product_attention(query, key, value, attn_mask=mask, scale=scaling)
    causal = asked == known and asked > 1
    return scaled_dot_product_attention(query, key, value, is_causal=causal, scale=scaling)


def _on_card(
    query: Any,  # noqa: ANN401
    key: Any,  # noqa: ANN401
    value: Any,  # noqa: ANN401
    bounds: Sequence[int],
    scaling: float | None,
    window: int | None,
) -> Any:  # noqa: ANN401
    import torch
    from torch.nn.attention.varlen import varlen_attn

    ends = torch.tensor(bounds, dtype=torch.int32, device=query.device)
    longest = max(end - begin for begin, end in itertools.pairwise(bounds))
    flat = [one[0].transpose(0, 1) for one in (query, key, value)]
    groups = query.shape[1] // key.shape[1]
    found = varlen_attn(
        *flat,
        ends,
        ends,
        longest,
        longest,
        scale=scaling,
        window_size=(-1 if window is None else window - 1, 0),
        **({"enable_gqa": True} if groups > 1 else {}),
    )
    return found.unsqueeze(0)
