"""Whether all that a step made still lies in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import IntegrityError
from warrant.kernel.digest import Digest
from warrant.records.claim import Claim
from warrant.records.model import Model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.kernel.store import Store


def are_present(store: Store, outputs: Mapping[str, Digest]) -> bool:
    """Say whether a step need not be done again.

    Args:
        store: where its outputs should lie.
        outputs: its subjects by name, the claim among them.

    Returns:
        True when every output, every shard and row commitment of its datasets, and every file of
        its model is there; bytes are not read.
    """
    if "claim" not in outputs or not all(store.has(digest) for digest in outputs.values()):
        return False
    claim = Claim.from_bytes(store.get(outputs["claim"]))
    datasets = [Digest.from_hex(link.digest) for link in claim.outputs if link.fingerprint]
    files = _model_files(store, outputs["model"]) if "model" in outputs else []
    return all(map(store.has, files)) and all(_has_rows(store, one) for one in datasets)


def _has_rows(store: Store, manifest: Digest) -> bool:
    try:
        layout = store.layout(manifest)
    except IntegrityError:
        return False  # lost or damaged: the step writes it again
    return all(map(store.has, [layout.commitments, *(shard.sha256 for shard in layout.shards)]))


def _model_files(store: Store, record: Digest) -> list[Digest]:
    return [Digest.from_hex(file.sha256) for file in Model.from_bytes(store.get(record)).files]
