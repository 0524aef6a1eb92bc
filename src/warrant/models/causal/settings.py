"""`model.json` of a model that writes text: what it answers, and what each file beside it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from warrant.errors import InputError
from warrant.kernel.digest import hash_file
from warrant.models.folder import check_folder, refuse_model
from warrant.records.base import Count, Hex, Name, Record
from warrant.records.task import TaskKind  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    from pathlib import Path


KIND = "model that writes text"
"""What messages call it."""

SETTINGS = "model.json"
WEIGHTS = "model.safetensors"
ADAPTER, ADAPTER_CONFIG = "adapter_model.safetensors", "adapter_config.json"
"""Names by which other programs know an adapter."""

TEMPLATE = "chat_template.jinja"
KNOWN = frozenset(
    {
        WEIGHTS,
        ADAPTER,
        ADAPTER_CONFIG,
        TEMPLATE,
        "config.json",
        "generation_config.json",
        "tokenizer.json",
        "tokenizer_config.json",
    }
)
"""Files that such a model may have: never a pickle, which some libraries take where the
safetensors file is missing."""

MOST_BYTES = 400 * 2**30
"""A larger file is refused before it is read."""

TASKS: frozenset[TaskKind] = frozenset({"generation", "binary", "multiclass"})
"""What such a model answers: a text, or the label whose text it finds most probable."""


class PinnedFile(Record):
    """A file of the folder."""

    name: Name
    sha256: Hex
    size: Count


class ReadColumn(Record):
    """A column that is read."""

    column: Name
    read_as: Literal["text", "number", "category", "date"]


class CausalSettings(Record):
    """What a model that writes text answers, and with what."""

    format: Literal["warrant/causal/1"] = "warrant/causal/1"
    task: TaskKind
    labels: tuple[str, ...]
    reads: Annotated[tuple[ReadColumn, ...], Field(min_length=1)]
    saved: Literal["merged", "adapter"]
    """Whole weights, or what was learnt on top of a base that lies elsewhere."""
    base: Name
    """As the recipe named it."""
    base_digest: Hex
    """Over names and digests of its weights and settings."""
    method: Literal["lora", "qlora", "full"]
    precision: Literal["float32", "bfloat16"]
    """Of the stored weights."""
    parameters: Count
    """Numbers that were learnt."""
    length: Count
    """Most tokens of a row in training; longer prompts are cut at their beginning."""
    answer: Count
    """Most tokens of an answer."""
    stops: tuple[int, ...]
    """Tokens that end an answer."""
    template: Hex
    """SHA-256 of the chat template."""
    special: dict[str, str]
    """What the template may call `bos_token`, `eos_token`, `pad_token`."""
    files: tuple[PinnedFile, ...]
    """All others of the folder, sorted by name."""


def pin_files(folder: Path) -> tuple[PinnedFile, ...]:
    """Pin the files of a folder.

    Args:
        folder: all its files but `model.json` are pinned.

    Returns:
        Sorted by name.
    """
    return tuple(
        PinnedFile(name=path.name, sha256=hash_file(path).hex, size=path.stat().st_size)
        for path in sorted(folder.iterdir())
        if path.name != SETTINGS
    )


def read_settings(folder: Path) -> CausalSettings:
    """Read `model.json`, and compare every file beside it.

    Args:
        folder: the model's.

    Returns:
        The settings.

    Raises:
        InputError: when a file is missing, foreign or altered.
    """
    path = folder / SETTINGS
    if not path.is_file():
        refuse_model(KIND, f"the file {SETTINGS!r} is missing")
    try:
        settings = CausalSettings.from_bytes(path.read_bytes())
    except InputError as error:
        refuse_model(KIND, f"{SETTINGS!r} cannot be read ({error.what.rstrip('.')})")
    if settings.task not in TASKS:
        refuse_model(KIND, f"it has no answers for the task {settings.task!r}")
    names = [one.name for one in settings.files]
    if unknown := sorted(set(names) - KNOWN):
        refuse_model(KIND, f"{SETTINGS!r} names {len(unknown)} file(s) that no {KIND} has")
    needed = {WEIGHTS} if settings.saved == "merged" else {ADAPTER, ADAPTER_CONFIG}
    if missing := sorted(needed - set(names)):
        refuse_model(KIND, f"{SETTINGS!r} does not pin the file {missing[0]!r}")
    check_folder(folder, (SETTINGS, *names), MOST_BYTES, KIND)
    for one in settings.files:
        if hash_file(folder / one.name).hex != one.sha256:
            refuse_model(KIND, f"{one.name!r} is not the file that {SETTINGS!r} pins")
    return settings
