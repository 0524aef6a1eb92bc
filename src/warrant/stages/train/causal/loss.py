"""The loss of what is learnt from, without the scores of everything else.

Only the tokens before a supervised one are turned into scores over the vocabulary, a piece at a
time. Where the head is frozen, its gradient with respect to the input is computed on the way there,
and nothing of the scores is kept.

Law: the pieces do not change the sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warrant.models.causal.network import positions_of
from warrant.stages.train.causal.memory import HEAD_PIECE

if TYPE_CHECKING:
    from warrant.stages.train.causal.packing import Flat


def summed_loss(network: Any, flat: Flat) -> Any:  # noqa: ANN401 - torch
    """Give the loss of one flat sequence.

    Args:
        network: of the transformers library, with our attention; adapters may be in it.
        flat: rows in tokens.

    Returns:
        Sum over supervised tokens of the negative log-likelihood, in nats; float32 scalar.
    """
    import torch

    device = network.get_input_embeddings().weight.device
    body = network.base_model
    hidden = body(
        input_ids=torch.tensor([flat.ids], device=device),
        position_ids=torch.tensor([positions_of(flat.bounds)], device=device),
        use_cache=False,
        bounds=flat.bounds,
    ).last_hidden_state[0]
    places = torch.tensor(flat.learnt, device=device)
    targets = torch.tensor([flat.ids[at] for at in flat.learnt], device=device)
    return head_loss(network.get_output_embeddings(), hidden[places - 1], targets)


def head_loss(head: Any, hidden: Any, targets: Any, piece: int = HEAD_PIECE) -> Any:  # noqa: ANN401
    """Sum the negative log-likelihood of targets, a piece at a time.

    Args:
        head: a linear layer from hidden states to scores.
        hidden: shape (tokens, width).
        targets: shape (tokens,), token numbers.
        piece: tokens at once.

    Returns:
        A float32 scalar, in nats.
    """
    import torch
    from torch.utils.checkpoint import checkpoint

    frozen = not any(one.requires_grad for one in head.parameters())
    if frozen and getattr(head, "bias", None) is None and type(head) is torch.nn.Linear:
        return _frozen().apply(hidden, head.weight, targets, piece)
    parts = [
        checkpoint(_piece_loss, head, one, two, use_reentrant=False)
        for one, two in zip(hidden.split(piece), targets.split(piece), strict=True)
    ]
    return torch.stack(parts).sum() if parts else hidden.sum() * 0.0


def _piece_loss(head: Any, hidden: Any, targets: Any) -> Any:  # noqa: ANN401
    from torch.nn.functional import cross_entropy

    return cross_entropy(head(hidden).float(), targets, reduction="sum")


def _frozen() -> Any:  # noqa: ANN401 - a torch function, made where torch is there
    import torch

    class FrozenHead(torch.autograd.Function):  # type: ignore[misc]
        """Loss and gradient of a head that does not learn, in one pass."""

        @staticmethod
        def forward(context: Any, hidden: Any, weight: Any, targets: Any, piece: int) -> Any:  # noqa: ANN401
            gradient = torch.empty_like(hidden)
            total = torch.zeros((), dtype=torch.float32, device=hidden.device)
            for begin in range(0, len(hidden), piece):
                part, truth = hidden[begin : begin + piece], targets[begin : begin + piece]
                scores = (part.to(weight.dtype) @ weight.T).float()
                norm = scores.logsumexp(dim=1, keepdim=True)
                total += (norm[:, 0] - scores.gather(1, truth[:, None])[:, 0]).sum()
                slope = (scores - norm).exp_()
                slope.scatter_add_(1, truth[:, None], -torch.ones_like(norm))
                gradient[begin : begin + piece] = slope.to(weight.dtype) @ weight
            context.save_for_backward(gradient)
            return total

        @staticmethod
        def backward(context: Any, above: Any) -> Any:  # noqa: ANN401
            (gradient,) = context.saved_tensors
            return gradient * above, None, None, None

    return FrozenHead
