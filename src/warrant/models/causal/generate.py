"""What a model says: one token after the other, always the most probable.

Rows are answered one by one, so that a row has the same answer alone and among others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def generate(
    network: Any,  # noqa: ANN401 - a torch module
    prompt: Sequence[int],
    stops: Collection[int],
    most: int,
) -> tuple[list[int], list[float]]:
    """Go on from a prompt.

    Args:
        network: as `load_network` gives it.
        prompt: tokens, at least one.
        stops: tokens that end the answer.
        most: tokens of the answer.

    Returns:
        The answer's tokens without the one that ended it, and the probability of each, 0 to 1;
        the probability of the end is the last, where it ended by itself.
    """
    import torch

    said: list[int] = []
    sure: list[float] = []
    cache = new_cache(network)
    ids = list(prompt)
    device = next(network.parameters()).device
    with torch.inference_mode():
        while len(said) < most:
            found = network(input_ids=torch.tensor([ids], device=device), use_cache=True, **cache)
            scores = found.logits[0, -1].float()
            best = int(scores.argmax())
            sure.append(float(torch.softmax(scores, dim=0)[best]))
            if best in stops:
                break
            said.append(best)
            ids = [best]
    return said, sure


def score(network: Any, prompt: Sequence[int], answers: Sequence[Sequence[int]]) -> list[float]:  # noqa: ANN401
    """Say how probable each of some answers is after a prompt.

    Args:
        network: as `load_network` gives it.
        prompt: tokens, at least one.
        answers: tokens of each, the stop among them.

    Returns:
        Log-probability of each answer, in nats.
    """
    import torch

    device = next(network.parameters()).device
    found = []
    with torch.inference_mode():
        for answer in answers:
            ids = torch.tensor([[*prompt, *answer]], device=device)
            said = network(input_ids=ids, use_cache=False).logits[0, len(prompt) - 1 : -1].float()
            chances = torch.log_softmax(said, dim=1)
            found.append(float(chances.gather(1, ids[0, len(prompt) :, None]).double().sum()))
    return found


def new_cache(network: Any) -> dict[str, Any]:  # noqa: ANN401
    """Give an empty memory of a prompt, under the name by which the network takes it.

    Args:
        network: of the transformers library; the name changed with its release 5.24.

    Returns:
        The argument, by its name.
    """
    from inspect import signature

    from transformers import DynamicCache

    taken = signature(network.forward).parameters
    return {"cache" if "cache" in taken else "past_key_values": DynamicCache(config=network.config)}
