"""`base.json`: which base model it is, where it came from, and the digest of each of its files."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from warrant.errors import InputError
from warrant.kernel.canon import canonical
from warrant.kernel.digest import hash_file
from warrant.models.folder import refuse_model
from warrant.records.base import Count, Hex, Name, Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONFIG, WEIGHTS, TOKENIZER, RECORD = (
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "base.json",
)
FILES = (CONFIG, WEIGHTS, TOKENIZER, RECORD)
"""What a model with a base holds of it; the first three as the base's publisher wrote them."""

KIND = "model on a base"
"""What messages call it."""

Pooling = Literal["mean", "first"]
"""How the vectors of a text's tokens become one: their mean, or that of the first token."""


class BaseFile(Record):
    """One file of a base model."""

    name: Name
    sha256: Hex
    size: Count


class BaseRecord(Record):
    """A base model: name, origin, licence, and what pins it (`warrant/base/1`)."""

    format: Literal["warrant/base/1"] = "warrant/base/1"
    name: Name
    """As the recipe names it."""
    source: Literal["package", "folder", "hub"]
    """Where it was found."""
    origin: Name
    """The package with its version, or the name on the hub; of a folder its last part."""
    revision: Name | None
    """The commit, of a model from the hub."""
    licence: Name | None
    """SPDX identifier; None: neither the folder nor the recipe names one."""
    licence_from: Literal["card", "recipe"] | None
    """Who says so."""
    use_limits: tuple[Name, ...]
    """What the card says the model shall not be used for, sentence by sentence."""
    pooling: Pooling
    files: Annotated[tuple[BaseFile, ...], Field(min_length=1)]
    """As they were published; sorted by name."""

    @property
    def digest(self) -> str:
        """Give one digest over names and digests of all files, and the pooling, in hex."""
        pairs = [[one.name, one.sha256] for one in self.files]
        if self.pooling != "mean":
            pairs.append(["pooling", self.pooling])
        return sha256(b"warrant/base/1\0" + canonical(pairs)).hexdigest()


def base_facts(base: BaseRecord) -> dict[str, str | int | float | bool | None]:
    """Say in a model record and a claim which base was used.

    Args:
        base: any.

    Returns:
        By name: the base, its origin, licence, use limits and the digest of each file.
    """
    return {
        "base": base.name,
        "base_source": base.source,
        "base_origin": base.origin,
        "base_revision": base.revision,
        "base_licence": base.licence,
        "base_licence_from": base.licence_from,
        "base_use_limits": " ".join(base.use_limits) or None,
        "base_digest": base.digest,
        **{f"base_sha256: {one.name}": one.sha256 for one in base.files},
    }


def read_base(folder: Path, *, unchanged: bool = True) -> BaseRecord:
    """Read `base.json` of a model's folder, and compare the files beside it.

    Args:
        folder: the model's.
        unchanged: whether the weights beside it are those of the base itself.

    Returns:
        The record.

    Raises:
        InputError: when it is malformed, or a file beside it is not the base's.
    """
    try:
        record = BaseRecord.from_bytes((folder / RECORD).read_bytes())
    except InputError as error:
        refuse_model(KIND, f"{RECORD!r} cannot be read ({error.what.rstrip('.')})")
    pinned: Mapping[str, str] = {one.name: one.sha256 for one in record.files}
    for name in (CONFIG, WEIGHTS, TOKENIZER) if unchanged else (TOKENIZER,):
        if name not in pinned:
            refuse_model(KIND, f"{RECORD!r} does not pin the file {name!r}")
        if hash_file(folder / name).hex != pinned[name]:
            refuse_model(KIND, f"{name!r} is not the file of the base that {RECORD!r} pins")
    return record
