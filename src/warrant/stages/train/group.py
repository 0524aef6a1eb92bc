"""The processes that train together: who is who, what they add up, what the first tells the rest.

Order and company of rows follow from the seed alone, so each process knows the whole of an update
and takes its own part of it: the same rows stand in the same update, whatever the number of
processes, and only gradients, losses and the first one's word travel.

Law: dealt out to any number of processes, each part is learnt from once, in as many turns of each.
"""

from __future__ import annotations

import warnings
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from warrant.errors import CeilingReached

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from warrant.errors import WarrantError

T = TypeVar("T")


@dataclass(frozen=True)
class Group:
    """This process, and how many train together."""

    rank: int = 0
    """Its number, from 0; the first alone writes and tells."""

    size: int = 1
    """Processes in all."""

    accelerator: Any = None
    """Of the accelerate library; None where one process trains alone."""

    @property
    def is_first(self) -> bool:
        """Whether this process writes and tells."""
        return self.rank == 0

    @property
    def is_alone(self) -> bool:
        """Whether there is no other."""
        return self.size == 1

    @property
    def facts(self) -> dict[str, int]:
        """Say how many they are, for the model record; nothing of one alone."""
        return {} if self.is_alone else {"processes": self.size}

    def deal(self, parts: Sequence[T]) -> Iterator[tuple[T, float, bool]]:
        """Give this process its parts; whoever has none left repeats the first, and it counts 0.

        Args:
            parts: of one update, at least one.

        Yields:
            Part, its weight (1 or 0), and whether it is the last turn.
        """
        turns = -(-len(parts) // self.size)
        for turn in range(turns):
            at = turn * self.size + self.rank
            is_real = at < len(parts)
            yield parts[at if is_real else 0], float(is_real), turn == turns - 1

    def add(self, value: float) -> float:
        """Add a number up over all processes.

        Args:
            value: of this one.

        Returns:
            The sum, the same in each.
        """
        if self.is_alone:
            return value
        import numpy as np

        return float(self.add_array(np.array([value]))[0])

    def add_array(self, values: NDArray[Any]) -> NDArray[Any]:
        """Add numbers up over all processes.

        Args:
            values: of this one; the same shape in each.

        Returns:
            The sums, the same in each.
        """
        if self.is_alone:
            return values
        import torch

        found = self.accelerator.reduce(torch.from_numpy(values).to(self.accelerator.device), "sum")
        return found.cpu().numpy()  # type: ignore[no-any-return]

    def share(self, value: T) -> T:
        """Give every process what the first has.

        Args:
            value: of the first; that of others is not looked at.

        Returns:
            What the first gave.
        """
        if self.is_alone:
            return value
        from accelerate.utils import broadcast_object_list

        held: list[Any] = [value if self.is_first else None]
        broadcast_object_list(held)
        return held[0]  # type: ignore[no-any-return]

    def share_tensors(self, tensors: Mapping[str, Any]) -> dict[str, Any]:
        """Give every process the tensors of the first.

        Args:
            tensors: by name; those of others are not looked at.

        Returns:
            Tensors on the processor, by name, in the first one's order.
        """
        if self.is_alone:
            return dict(tensors)
        import torch
        from accelerate.utils import broadcast

        known = self.share([(name, one.shape, one.dtype) for name, one in tensors.items()])
        device, found = self.accelerator.device, {}
        for name, shape, dtype in known:
            one = tensors[name] if self.is_first else torch.empty(shape, dtype=dtype)
            found[name] = broadcast(one.to(device)).cpu()
        return found

    def asked(self, stop: Callable[[], WarrantError | None]) -> WarrantError | None:
        """Ask the first whether to stop; all hear its answer.

        Args:
            stop: of this process; only the first one's is asked.

        Returns:
            The error to raise, in every process or in none.
        """
        if self.is_alone:
            return stop()
        error = stop() if self.is_first else None
        if not self.add(float(error is not None)):
            return None
        return error or CeilingReached(
            "The first of the processes that train together was told to stop.",
            do="Read what the first process said.",
        )

    def replicate(self, module: Any) -> Any:  # noqa: ANN401 - torch modules
        """Let every process hold all of a module, and average its gradients.

        Args:
            module: of torch, equal in each process.

        Returns:
            The module to call.
        """
        if self.is_alone:
            return module
        with warnings.catch_warnings():  # between torch and accelerate, about names
            warnings.simplefilter("ignore", FutureWarning)
            return self.accelerator.prepare_model(module)

    def shard(self, module: Any, layers: Sequence[str]) -> Any:  # noqa: ANN401 - torch modules
        """Share a module's weights out over the processes; each layer is put together in turn.

        accelerate takes its FSDP2 plug-in on cards alone. What it does there is asked for by name,
        so that a processor does the same; this can go once `Accelerator(cpu=True, fsdp_plugin=…)`
        shards.

        Args:
            module: of torch, equal in each process; it is changed.
            layers: names of the classes that are put together by themselves.

        Returns:
            The module to call.
        """
        from accelerate.utils import FullyShardedDataParallelPlugin
        from accelerate.utils.fsdp_utils import fsdp2_prepare_model

        self.accelerator.state.fsdp_plugin = FullyShardedDataParallelPlugin(
            fsdp_version=2,
            auto_wrap_policy="transformer_based_wrap",
            transformer_cls_names_to_wrap=list(layers),
            reshard_after_forward=True,
            cpu_ram_efficient_loading=False,
        )
        return fsdp2_prepare_model(self.accelerator, module)

    def unsent(self, module: Any, *, sends: bool) -> AbstractContextManager[Any]:  # noqa: ANN401
        """Add gradients up without sending them meanwhile, until the last part of an update.

        Args:
            module: as `replicate` or `shard` gave it.
            sends: True for the last part.

        Returns:
            A context.
        """
        if self.is_alone or sends or not hasattr(module, "no_sync"):
            return nullcontext()
        found: AbstractContextManager[Any] = module.no_sync()
        return found


ALONE = Group()
"""One process trains."""
