"""How much each word of a prompt spoke for an answer: gradient times input.

Source: Shrikumar et al., "Not just a black box" (2016).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from warrant.models.model import Contribution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.models.causal.words import Words

_WORD = re.compile(r"\w+")


def influences(
    network: Any,  # noqa: ANN401 - a torch module
    words: Words,
    prompt: Sequence[int],
    answer: Sequence[int],
    texts: Sequence[str],
    column: str,
) -> list[Contribution]:
    """Rank the words of a prompt by what they added to an answer's log-probability.

    Args:
        network: as `load_network` gives it.
        words: its tokenizer.
        prompt: tokens.
        answer: tokens.
        texts: what the user wrote: only words of these are told.
        column: where they stand, for the result.

    Returns:
        The strongest first; none for an empty answer.
    """
    if not answer:
        return []
    values = _values(network, prompt, answer)
    known = {one.lower() for text in texts for one in _WORD.findall(text)}
    found: dict[str, float] = {}
    piece, total = "", 0.0
    for token, value in [*zip(prompt, values, strict=True), (None, 0.0)]:
        text = " " if token is None else words.decode([token])
        if not text[:1].isalnum() and piece:
            found[piece] = found.get(piece, 0.0) + total
            piece, total = "", 0.0
        piece += text.strip().lower()
        total += value
        if not text.strip().isalnum():
            piece, total = "", 0.0
    ranked = sorted(
        ((name, value) for name, value in found.items() if name in known),
        key=lambda one: (-abs(one[1]), one[0]),
    )
    return [Contribution(column, "word", name, value) for name, value in ranked]


def _values(network: Any, prompt: Sequence[int], answer: Sequence[int]) -> list[float]:  # noqa: ANN401
    """Give each prompt token's embedding times its gradient."""
    import torch

    table = network.get_input_embeddings()
    ids = torch.tensor([[*prompt, *answer]], device=table.weight.device)
    with torch.enable_grad():
        vectors = table(ids).detach().requires_grad_(requires_grad=True)
        scores = network(inputs_embeds=vectors, use_cache=False).logits[0, len(prompt) - 1 : -1]
        chances = torch.log_softmax(scores.float(), dim=1)
        chances.gather(1, ids[0, len(prompt) :, None]).sum().backward()
    values = (vectors.grad * vectors).sum(dim=2)[0, : len(prompt)]
    found: list[float] = values.double().tolist()
    return found
