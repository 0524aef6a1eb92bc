"""Where a run stands: what is learnt, the optimiser's moments, how far it is. Never a pickle.

A checkpoint is a folder that gets its name when it is whole; the two newest stay. One that does not
agree with its own digests is passed over for the one before.

Law: what is read is what was written, bit by bit.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from warrant.errors import OutsideError
from warrant.kernel.canon import canonical, parse
from warrant.kernel.digest import hash_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LEARNT, MOMENTS, STATE = "learnt.safetensors", "moments.safetensors", "state.json"
NAME = "step-"
KEPT = 2


@dataclass(frozen=True)
class Standing:
    """How far a run is."""

    step: int = 0
    """Updates that are done."""

    learnt_tokens: int = 0
    """Supervised tokens so far."""

    seen_tokens: int = 0
    """All tokens so far."""

    last_loss: float = 0.0
    """Mean of the last update, in nats per supervised token."""


class Checkpoint(NamedTuple):
    """What a checkpoint holds."""

    standing: Standing
    learnt: Mapping[str, Any]
    """Tensors by name."""
    moments: Mapping[str, Any]
    key: str = ""
    """Of rows and settings; a checkpoint of others is not taken up."""


def write_checkpoint(home: Path, found: Checkpoint) -> Path:
    """Write a checkpoint, durably, and remove old ones.

    Args:
        home: of this run's checkpoints; it exists.
        found: what it shall hold.

    Returns:
        Its folder.

    Raises:
        OutsideError: when the disk is full or fails; earlier checkpoints are untouched.
    """
    from safetensors.torch import save_file

    place = home / f"{NAME}{found.standing.step:08d}"
    draft = home / f".{place.name}"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir()
        save_file(dict(found.learnt), draft / LEARNT)
        save_file(dict(found.moments), draft / MOMENTS)
        digests = {name: hash_file(draft / name).hex for name in (LEARNT, MOMENTS)}
        said = asdict(found.standing) | {"digests": digests, "key": found.key}
        said["last_loss"] = float(found.standing.last_loss).hex()
        (draft / STATE).write_bytes(canonical(said))
        for path in (*draft.iterdir(), draft):
            _sync(path)
        shutil.rmtree(place, ignore_errors=True)
        draft.rename(place)
        _sync(home)
    except Exception as error:  # safetensors raises an error of its own for a full disk
        shutil.rmtree(draft, ignore_errors=True)
        if not _is_of_disk(error):
            raise
        raise OutsideError(
            f"The checkpoint after update {found.standing.step} could not be written: the disk is "
            "full or failed.",
            do="Make room and run again: training goes on from the checkpoint before.",
        ) from error
    for old in _all(home)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return place


def newest_checkpoint(home: Path | None, key: str = "") -> Checkpoint | None:
    """Read the newest checkpoint that is whole and of these rows and settings.

    Args:
        home: of this run's checkpoints; None: there are none.
        key: of rows and settings.

    Returns:
        What it holds; None where there is none.
    """
    from safetensors.torch import load_file

    for place in reversed(_all(home)) if home is not None else ():
        try:
            said: Any = parse((place / STATE).read_bytes())
            if said["key"] != key:
                continue
            if any(hash_file(place / name).hex != hex_ for name, hex_ in said["digests"].items()):
                continue
            standing = Standing(
                said["step"],
                said["learnt_tokens"],
                said["seen_tokens"],
                float.fromhex(said["last_loss"]),
            )
            learnt, moments = (load_file(place / name) for name in (LEARNT, MOMENTS))
            return Checkpoint(standing, learnt, moments, key)
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return None


def clear_checkpoints(home: Path | None) -> None:
    """Remove all checkpoints of a run that begins anew.

    Args:
        home: of them; None: there are none.
    """
    for place in _all(home) if home is not None else ():
        shutil.rmtree(place)


def _all(home: Path) -> list[Path]:
    return sorted(one for one in home.iterdir() if one.name.startswith(NAME))


def _is_of_disk(error: Exception) -> bool:
    from safetensors import SafetensorError

    return isinstance(error, (OSError, SafetensorError))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
