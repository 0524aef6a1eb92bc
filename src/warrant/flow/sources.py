"""The files of a recipe's sources, hashed only where they changed."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, cast

from warrant.flow.addition import Addition
from warrant.flow.plan import STEPS
from warrant.kernel.digest import Digest
from warrant.kernel.filetree import StatCache
from warrant.stages.ingest.files import FoundFile, inputs_fingerprint
from warrant.stages.ingest.pick import find_files, has_records, is_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.flow.recipe import Recipe
    from warrant.flow.workspace import Workspace
    from warrant.kernel.vault import Vault
    from warrant.stages.ingest import IngestConfig, OcrConfig


def scan_sources(
    recipe: Recipe, workspace: Workspace, sample: int | None = None
) -> tuple[tuple[FoundFile, ...], ...]:
    """Find the files of every source, with digests of those that are read.

    Args:
        recipe: names the sources.
        workspace: remembers what files looked like when they were last hashed.
        sample: read only so many documents.

    Returns:
        For each source its files, sorted by name.

    Raises:
        InputError: if a source or its sheet is not there.
    """
    config = cast(
        "IngestConfig", STEPS[0].configure(recipe, Addition(workspace.root, sample=sample))
    )
    with closing(StatCache(workspace.state / "index.db")) as cache:
        return find_files(config, cache)


def sources_digest(config: object, vault: Vault) -> Digest:
    """Digest what ingest will read: names and bytes of every file and sheet.

    Keyed with the vault's secret: it stands in the claim, and nobody shall test guesses with it.
    """
    ingest = cast("IngestConfig", config)
    read = inputs_fingerprint(ingest, ingest.files or ())
    return Digest(vault.keyed(read.raw))


def is_sampled(files: Sequence[Sequence[FoundFile]], ocr: OcrConfig | None) -> bool:
    """Say whether something is left aside, or may be: of a table nobody knows before."""
    every = [one for found in files for one in found]
    return any(has_records(one) or (is_document(one, ocr) and not one.picked) for one in every)
