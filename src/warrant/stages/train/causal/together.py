"""What several processes do with a network: hold it each, or share its weights out.

Source: Zhao et al., "PyTorch FSDP: experiences on scaling fully sharded data parallel" (2023).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from warrant.stages.train.causal.checkpoint import Checkpoint, Standing
from warrant.stages.train.causal.loss import summed_loss

if TYPE_CHECKING:
    from collections.abc import Callable

    from warrant.stages.train.causal.learner import Learner
    from warrant.stages.train.causal.packing import Flat
    from warrant.stages.train.group import Group


def join_learner(learner: Learner, group: Group, *, shards: bool) -> Learner:
    """Let several processes train one learner.

    Args:
        learner: equal in each process; with shards it is changed.
        group: of the processes.
        shards: whether each holds but its part of the weights.

    Returns:
        The learner; as it was where one process trains alone.
    """
    if group.is_alone:
        return learner
    module = _loss_module(learner.network)
    if shards:
        layers = sorted({type(one).__name__ for one in learner.network.base_model.layers})
        return replace(learner, shared=group.shard(module, layers))
    return replace(learner, shared=group.replicate(module))


def _loss_module(network: Any) -> Any:  # noqa: ANN401 - of torch, made where torch is there
    """Wrap a network so that one call gives its loss: what joins processes listens to calls."""
    import torch

    class Loss(torch.nn.Module):  # type: ignore[misc]
        """A network that is called for its loss."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, flat: Flat) -> Any:  # noqa: ANN401 - a tensor
            return summed_loss(self.network, flat)

    return Loss()


def whole(one: Any) -> Any:  # noqa: ANN401 - a tensor
    """Put a tensor together that may be shared out; every process must ask.

    Args:
        one: a tensor.

    Returns:
        All of it, apart from the graph.
    """
    one = one.detach()
    return one.full_tensor() if hasattr(one, "full_tensor") else one


def fill(found: Any, like: Any) -> Any:  # noqa: ANN401 - tensors
    """Share a tensor out as another is; every process must ask.

    Args:
        found: all of it, the same in each process.
        like: a tensor of what is learnt.

    Returns:
        This process's part; all of it where nothing is shared out, and a number always.
    """
    if not hasattr(like, "full_tensor") or found.shape != like.shape:
        return found
    from torch.distributed.tensor import distribute_tensor

    return distribute_tensor(found.to(like.device), like.device_mesh, like.placements)


def share_checkpoint(begun: Checkpoint | None, group: Group) -> Checkpoint | None:
    """Give every process the checkpoint that the first one found.

    Args:
        begun: of the first; None: it found none.
        group: of the processes.

    Returns:
        The same checkpoint in each, or None in each.
    """
    if group.is_alone:
        return begun
    standing: Standing | None = group.share(None if begun is None else begun.standing)
    if standing is None:
        return None
    learnt = group.share_tensors({} if begun is None else begun.learnt)
    moments = group.share_tensors({} if begun is None else begun.moments)
    return Checkpoint(standing, learnt, moments)


def leave_group(learner: Learner, group: Group, load: Callable[[], Learner]) -> Learner:
    """Give a learner that one process can write; every process must ask.

    Args:
        learner: after training.
        group: of the processes.
        load: gives the learner as it was before training, whole.

    Returns:
        Of the first process a whole learner; of others the one they have.
    """
    if not learner.is_sharded:
        return replace(learner, shared=None)
    import torch

    learnt = {name: whole(one).cpu() for name, one in learner.learnt().items()}
    if not group.is_first:
        return learner
    found = load()
    with torch.no_grad():
        for name, one in found.learnt().items():
            one.copy_(learnt[name])
    return found
