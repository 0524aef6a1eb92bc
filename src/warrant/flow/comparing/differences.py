"""In what two releases were made differently: rows, settings, libraries."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from warrant.engine import dataset_record, read_dataset
from warrant.engine.columns import ROW_ID
from warrant.flow.comparing.found import Moved, Setting
from warrant.flow.dataset_diff import compare as compare_rows
from warrant.flow.datasets import versions
from warrant.kernel.digest import Digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from warrant.flow.comparing.side import Side
    from warrant.flow.datasets import Version
    from warrant.flow.workspace import Workspace

_STAGES = ("ingest", "curate", "split", "train", "deploy")
_LEFT_OUT = frozenset({"files"})
_NONE = "none"
"""How a setting without a value is shown; one that is left out means the same."""
_LONGEST = 60
"""Characters of a setting that are shown."""


def moved_rows(first: Side, second: Side, workspace: Workspace | None) -> tuple[Moved, ...] | None:
    """Count the training rows in which two releases differ.

    Args:
        first: one release.
        second: the other one.
        workspace: where both were made, if that is at hand.

    Returns:
        By change, reason and file, the most frequent first; None where not both are at hand.
    """
    if workspace is None:
        return None
    known = {one.manifest: one for one in versions(workspace)}
    learnt = first.learnt("train"), second.learnt("train")
    before, after = (known.get(one.hex) if one else None for one in learnt)
    if before is None or after is None:
        return None
    found = compare_rows(workspace, before, after)
    paths = {**_paths(workspace, before), **_paths(workspace, after)}
    counted = Counter((one.change, one.why, paths.get(one.row, "")) for one in found.rows)
    return tuple(
        Moved(change, why, path, count) for (change, why, path), count in counted.most_common()
    )


def _paths(workspace: Workspace, version: Version) -> dict[str, str]:
    manifest = Digest.from_hex(version.manifest)
    names = [one.name for one in dataset_record(workspace.store, manifest).columns]
    if "path" not in names:
        return {}
    found: dict[str, str] = {}
    for batch in read_dataset(workspace.store, manifest, ["path"]):
        ids, paths = batch.column(ROW_ID).to_pylist(), batch.column("path").to_pylist()
        found |= {row.hex(): path or "" for row, path in zip(ids, paths, strict=True) if row}
    return found


def other_settings(first: Side, second: Side) -> tuple[Setting, ...]:
    """List the signed settings in which two releases differ, stage by stage."""
    found = []
    for stage in _STAGES:
        before, after = dict(_flat(first.settings(stage))), dict(_flat(second.settings(stage)))
        found += [
            Setting(stage, name, before.get(name, "left out"), after.get(name, "left out"))
            for name in dict.fromkeys((*before, *after))
            if before.get(name, _NONE) != after.get(name, _NONE)
        ]
    return tuple(found)


def other_libraries(first: Side, second: Side) -> tuple[Setting, ...]:
    """List the libraries of training whose versions differ."""
    before = {one.name: one.version for one in first.record.libraries}
    after = {one.name: one.version for one in second.record.libraries}
    return tuple(
        Setting("train", name, before.get(name, "none"), after.get(name, "none"))
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    )


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    parts = _parts(value)
    if parts is None:
        text = _NONE if value is None else str(value)
        yield name, text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
        return
    for key, part in parts.items():
        if key not in _LEFT_OUT:
            yield from _flat(part, f"{name}.{key}" if name else key)


def _parts(value: Any) -> Mapping[str, Any] | None:  # noqa: ANN401 - as above
    if isinstance(value, dict):
        return value
    return {str(at): part for at, part in enumerate(value)} if isinstance(value, list) else None
