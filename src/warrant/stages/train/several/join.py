"""How a process joins those that train with it."""

from __future__ import annotations

import os
import warnings
from datetime import timedelta
from typing import TYPE_CHECKING

from warrant.errors import InputError, MissingExtra
from warrant.stages.train.group import ALONE, Group

if TYPE_CHECKING:
    from pathlib import Path

LIMIT_S = 1800.0
"""So long a process waits for the others in one exchange, then it fails: nothing hangs."""


def started_together() -> int:
    """Count the processes that a launcher (accelerate, torchrun) started with this one.

    Returns:
        1 where there was none.
    """
    return int(os.environ.get("WORLD_SIZE", "1") or 1)


def is_first() -> bool:
    """Say whether this process is the first of those that were started together."""
    return int(os.environ.get("RANK", "0") or 0) == 0


def join_group(
    expected: int, *, on_cards: bool, store: Path | None = None, limit_s: float = LIMIT_S
) -> Group:
    """Meet the other processes.

    Args:
        expected: how many train together, as the recipe says.
        on_cards: whether cards compute, where there are some.
        store: a file on this machine through which they find one another; None: as the launcher's
            environment says.
        limit_s: seconds that one exchange may take.

    Returns:
        The group.

    Raises:
        InputError: when a launcher started another number of processes, or there are fewer cards.
        MissingExtra: when accelerate is not installed.
    """
    size = started_together()
    require_number(expected)
    if size == 1:
        return ALONE
    try:
        import torch
        from accelerate import Accelerator
        from accelerate.utils import DistributedDataParallelKwargs
    except ImportError:
        raise MissingExtra.named("llm", "Training under several processes") from None
    local = int(os.environ.get("LOCAL_RANK", "0"))
    cards = torch.cuda.device_count() if on_cards and torch.cuda.is_available() else 0
    if cards:
        require_cards(cards, int(os.environ.get("LOCAL_WORLD_SIZE", "1")))
        torch.cuda.set_device(local)
    torch.distributed.init_process_group(
        "cpu:gloo,cuda:nccl" if cards else "gloo",
        store=None if store is None else torch.distributed.FileStore(str(store), size),
        rank=int(os.environ["RANK"]),
        world_size=size,
        timeout=timedelta(seconds=limit_s),
    )
    # Looking for unused weights keeps the order in which gradients are added up the same from the
    # first update to the last: a run that goes on adds up as one that was never stopped.
    said = DistributedDataParallelKwargs(broadcast_buffers=False, find_unused_parameters=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of accelerate, about threads
        accelerator = Accelerator(cpu=not cards, kwargs_handlers=[said])
    return Group(torch.distributed.get_rank(), size, accelerator)


def require_number(expected: int) -> None:
    """Refuse another number of processes than the recipe's.

    Args:
        expected: how many train together, as the recipe says.

    Raises:
        InputError: when a launcher started another number.
    """
    size = started_together()
    if size != expected:
        alone = "python run.py"
        together = f"python -m torch.distributed.run --nproc-per-node {expected} run.py"
        raise InputError(
            f"{size} processes were started, and the recipe says processes: {expected}.",
            do=f"Start it so: {alone if expected == 1 else together}",
        )


def require_cards(cards: int, processes: int) -> None:
    """Refuse more processes than cards.

    Args:
        cards: of this machine, 1 or more.
        processes: on this machine.

    Raises:
        InputError: when there are fewer.
    """
    if processes > cards:
        raise InputError(
            f"{processes} processes need a card each, and this machine has {cards}.",
            do=f"Write under train: processes: {cards}, or train on a machine with more: "
            "warrant plan --cost",
        )
