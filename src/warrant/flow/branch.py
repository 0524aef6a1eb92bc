"""A new workspace that begins with one dataset version of another: same rows, another way on."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from warrant.errors import InputError
from warrant.flow.agreement import agreements_in, strictest, terms_in, terms_of
from warrant.flow.branch_ties import TOGETHER, divide, numbers_of
from warrant.flow.export import export_datasets
from warrant.flow.recipe import parse_recipe, read_recipe
from warrant.flow.recipe_source import SourcePart, SourceRights
from warrant.flow.source_answers import answer_sources
from warrant.flow.workspace import RECIPE
from warrant.kernel.digest import Digest
from warrant.records.claim import Claim
from warrant.records.source import narrowest
from warrant.records.yaml12 import load_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warrant.flow.datasets import Version
    from warrant.flow.recipe import Recipe
    from warrant.flow.workspace import Workspace
    from warrant.records.source import AnySource

_DATA = "data"


def branch(workspace: Workspace, version: Version, folder: Path) -> Path:
    """Begin a workspace from a dataset version.

    Args:
        workspace: in which the version lies; its recipe is taken over.
        version: which one.
        folder: the new workspace; is made.

    Returns:
        The new recipe. Its one source, or one for each part that sources were given for, is the
        version's rows as a Parquet file, with the narrowest
        rights of all sources, signed answers and terms of agreements among them; what curation did
        is not done again, but for near copies, which are kept together. So are rows of one
        document, by a column of their own.

    Raises:
        InputError: when the folder exists already, or the sources have different licences.
    """
    if folder.exists():
        raise InputError(
            f"{str(folder)!r} exists already.", do="Name a folder that does not: -o FOLDER"
        )
    recipe, _ = answer_sources(read_recipe(workspace.recipe_path), workspace)
    value: Any = load_yaml(workspace.recipe_path.read_text("utf-8"), RECIPE)[0]
    value["name"] = f"{recipe.name}-branch"
    value["sources"] = [_source(workspace, version, recipe)]
    value.pop("rows", None)
    if version.name != "documents":
        value["curate"] = _ties_of_curation(recipe)
    numbers = numbers_of(workspace, version, recipe.split.group)
    if numbers:
        value["split"] = {**(value.get("split") or {}), "group": TOGETHER}
    parse_recipe(_written(value, version))
    export_datasets(workspace, [version], folder / _DATA, "parquet")
    whole = version.name in ("documents", "rows")
    files = divide(folder / _DATA / f"{version.name}.parquet", numbers, by_part=whole)
    (source,) = value["sources"]
    value["sources"] = [
        {**deepcopy(source), "path": f"{_DATA}/{name}", **({"part": part} if part else {})}
        for part, name in files.items()
    ]
    text = _written(value, version)
    target = folder / RECIPE
    target.write_text(text, "utf-8", newline="\n")
    return target


def _ties_of_curation(recipe: Recipe) -> list[Any]:
    """Give what is done again: near copies are tied, or they would stand on both sides."""
    near = next((one for one in recipe.curate if one.name == "near_duplicates"), None)
    if near is None:
        return []
    kept = {name: one for name, one in near.settings.items() if name == "similarity"}
    return [{near.name: {**kept, "action": "group"}}]


def _written(value: dict[str, Any], version: Version) -> str:
    import yaml

    head = f"# A branch of {version.reference}, fingerprint {version.fingerprint}.\n"
    return head + yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100)


def _source(workspace: Workspace, version: Version, recipe: Recipe) -> dict[str, Any]:
    """Give the one source, under the narrowest rights of those it comes from."""
    sources: list[SourcePart | AnySource] = [
        *recipe.sources,
        *_left_out(workspace, version, recipe),
    ]
    licences = {one.licence for one in sources}
    if len(licences) > 1:
        raise InputError(
            f"The sources have {len(licences)} licences, and a branch has one source.",
            do="Export the rows (warrant dataset export), divide them by licence, and write a "
            "recipe with a source for each.",
        )
    terms = terms_of(sources[0].licence, agreements_in(workspace.root))
    rights = [strictest(_rights(one), terms) if terms else _rights(one) for one in sources]
    ends = sorted(str(one.expires) for one in rights if one.expires not in (None, "never"))
    unending = {} if None in [one.expires for one in rights] else {"expires": "never"}
    special = [one.special_category for one in sources]
    return {
        "path": f"{_DATA}/{version.name}.parquet",
        **({"licence": sources[0].licence} if sources[0].licence else {}),
        "origin": f"{version.reference} of {recipe.name}, fingerprint {version.fingerprint}",
        "rights": {
            **_narrowest("train", [one.train for one in rights]),
            **_narrowest("commercial", [one.commercial for one in rights]),
            **({"expires": ends[0]} if ends else unending),
            **_held_under(rights),
        },
        **({} if None in special else {"special_category": any(special)}),
    }


def _left_out(workspace: Workspace, version: Version, recipe: Recipe) -> list[AnySource]:
    """Give the sources that a version was read from and that its recipe no longer names."""
    steps = [one for one in workspace.index.entries() if one.stage == "ingest"]
    read = [one for one in steps if one.position <= version.entry]
    if not read:
        return []
    digest = workspace.index.links(read[-1].position, "subject")["claim"]
    claim = Claim.from_bytes(workspace.store.get(Digest.from_hex(digest)))
    named = {one.path for one in recipe.sources}
    return [one for one in claim.sources if one.name not in named]


def _rights(source: SourcePart | AnySource) -> SourceRights:
    if isinstance(source, SourcePart):
        return source.rights
    said, terms = source.rights, source.held_under
    return SourceRights(
        train=said.train,
        commercial=said.commercial,
        expires=said.expires,
        consent=terms.consent,
        keep_until=terms.keep_until,
        residency=terms.residency,
    )


def _held_under(rights: Sequence[SourceRights]) -> dict[str, Any]:
    """Give the terms of all sources together, those that are stated."""
    terms = narrowest(map(terms_in, rights))
    if terms.residency == ():
        raise InputError(
            "The sources may be processed in no place together: their residencies differ.",
            do="Export the rows (warrant dataset export), divide them by source, and write a "
            "recipe with a source for each.",
        )
    return terms.model_dump(mode="json", exclude_none=True)


def _narrowest(name: str, answers: list[bool | None]) -> dict[str, bool]:
    """Give what all sources allow; what one of them has not answered stays open."""
    if False in answers:
        return {name: False}
    return {} if None in answers else {name: True}
