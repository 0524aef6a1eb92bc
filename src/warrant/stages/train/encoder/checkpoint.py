"""What of a run is kept so that a kill costs little: one file, whole or absent.

Weights, moments of the optimiser, the state of random numbers, the best weights so far: a run that
goes on from it makes the same bytes as one that was never stopped.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError, safe_open

from warrant.kernel.durable import explain, require_free

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_NAME = "step-{:09d}.safetensors"
_KEPT = 2
"""Of the newest, so many stay."""


@dataclass
class Stand:
    """How far a run is."""

    key: str
    """Of rows and settings; a checkpoint of others is not looked at."""

    step: int = 0
    """Updates done."""

    number: int = 0
    """Passes done."""

    within: int = 0
    """Updates done of the pass that is not done."""

    best: float | None = None
    """The best figure on validation rows; more is better."""

    best_pass: int = 0
    """After which pass it was reached, from 1; 0: none yet."""

    waited: int = 0
    """Passes since then."""

    threshold: float = 0.5
    """With which it was reached."""

    history: list[float | None] = field(default_factory=list)
    """The figure after each pass."""

    tokens: int = 0
    """Real ones learnt from."""

    padded: int = 0
    """Tokens computed, padding among them."""

    precision: str = ""
    """Of arithmetic; a speed that was measured chose it, so a run that goes on keeps it."""


def write_checkpoint(folder: Path, stand: Stand, tensors: Mapping[str, Any]) -> None:
    """Write a checkpoint; older ones go once it is safe on the disk.

    Args:
        folder: exists.
        stand: how far the run is.
        tensors: torch tensors by name.

    Raises:
        OutsideError: when the disk is full or fails; the last checkpoint stays.
        InputError: when the folder may not be written.
    """
    from safetensors.torch import save_file

    size = sum(one.numel() * one.element_size() for one in tensors.values())
    require_free(folder, size + size // 20)
    path = folder / _NAME.format(stand.step)
    new = path.with_suffix(".new")
    try:
        save_file(dict(tensors), new, {"stand": json.dumps(asdict(stand))})
        _sync(new)
        new.replace(path)
        _sync(folder)
    except (OSError, SafetensorError) as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise explain(_as_system(error), path) from error
    for old in _all(folder)[:-_KEPT]:
        old.unlink(missing_ok=True)


def read_checkpoint(folder: Path, key: str) -> tuple[Stand, dict[str, Any]] | None:
    """Read the newest checkpoint that is whole and of these rows and settings.

    Args:
        folder: of checkpoints.
        key: of rows and settings.

    Returns:
        How far the run was, and its tensors; None where there is none.
    """
    for path in reversed(_all(folder)):
        try:
            with safe_open(path, framework="pt") as file:
                stand = Stand(**json.loads(file.metadata()["stand"]))
                if stand.key == key:
                    return stand, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
        except (SafetensorError, OSError, ValueError, KeyError, TypeError):
            continue  # cut short by a disk that failed: the one before it is whole
    return None


def kept_precision(folder: Path) -> str | None:
    """Read in which precision the newest checkpoint that is whole was computed.

    Args:
        folder: of checkpoints.

    Returns:
        The precision; None where there is no checkpoint.
    """
    for path in reversed(_all(folder)):
        try:
            with safe_open(path, framework="pt") as file:
                return str(json.loads(file.metadata()["stand"])["precision"]) or None
        except (SafetensorError, OSError, ValueError, KeyError, TypeError):
            continue
    return None


def clear_checkpoints(folder: Path) -> None:
    """Remove what is no longer needed.

    Args:
        folder: of checkpoints.
    """
    for path in _all(folder):
        path.unlink(missing_ok=True)


def _all(folder: Path) -> list[Path]:
    return sorted(folder.glob("step-*.safetensors"))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _as_system(error: OSError | SafetensorError) -> OSError:
    """Give the system's error; the library that writes tells of it in words alone."""
    if isinstance(error, OSError):
        return error
    import errno
    import re

    found = re.search(r"os error (\d+)", str(error))
    number = int(found[1]) if found else errno.EIO
    return OSError(number, os.strerror(number))
