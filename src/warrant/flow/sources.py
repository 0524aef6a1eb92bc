"""The files of a recipe's sources, hashed only where they changed."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, cast

from warrant.flow.plan import STEPS, Addition
from warrant.kernel.digest import Digest
from warrant.kernel.filetree import StatCache
from warrant.stages.ingest.files import FoundFile, inputs_fingerprint, scan

if TYPE_CHECKING:
    from warrant.flow.recipe import Recipe
    from warrant.flow.workspace import Workspace
    from warrant.kernel.vault import Vault
    from warrant.stages.ingest import IngestConfig


def scan_sources(recipe: Recipe, workspace: Workspace) -> tuple[tuple[FoundFile, ...], ...]:
    """Find the files of every source, with digests.

    Args:
        recipe: names the sources.
        workspace: remembers what files looked like when they were last hashed.

    Returns:
        For each source its files, sorted by name.

    Raises:
        InputError: if a source or its sheet is not there.
    """
    config = cast("IngestConfig", STEPS[0].configure(recipe, Addition(workspace.root)))
    with closing(StatCache(workspace.state / "index.db")) as cache:
        return scan(config, cache)


def sources_digest(config: object, vault: Vault) -> Digest:
    """Digest what ingest will read: names and bytes of every file and sheet.

    Keyed with the vault's secret: it stands in the claim, and nobody shall test guesses with it.
    """
    ingest = cast("IngestConfig", config)
    read = inputs_fingerprint(ingest, ingest.files or ())
    return Digest(vault.keyed(read.raw))
