"""What is seen of a base model's folder before anything of it is loaded."""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrant.errors import InputError
from warrant.models.base.check import check_whole
from warrant.models.causal.words import CONFIG, Words, read_words
from warrant.stages.train.backend import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib", ".h5", ".msgpack")
"""Endings of files that run code when they are read, or that are not read here."""

ATTENTION = {"llama": "Llama", "mistral": "Mistral", "qwen2": "Qwen2", "qwen3": "Qwen3"}
"""Families whose packed rows do not see one another: tested, packed against unpacked."""

EMBEDDINGS = ("embed_tokens.weight", "word_embeddings.weight")
MOST_HEADER_BYTES = 100 * 2**20

_UNREADABLE = (
    OSError,
    ValueError,
    struct.error,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    RecursionError,
)
"""What reading a header that somebody made up raises."""

_TURN = re.compile(r"<\|[a-zA-Z_]+\|>")


@dataclass(frozen=True)
class BaseFolder:
    """A base model's folder, read but not loaded."""

    config: Mapping[str, Any]
    """Its `config.json`."""

    words: Words | None
    """Its tokenizer; None where it has none that is sound."""

    shapes: Mapping[str, tuple[int, ...]]
    """Of the tensors of all its safetensors files, by name."""

    @property
    def family(self) -> str:
        """Give the architecture's name."""
        return str(self.config.get("model_type", ""))

    @property
    def context(self) -> int | None:
        """Give the most tokens that it can read."""
        found = self.config.get("max_position_embeddings", self.config.get("n_positions"))
        return found if isinstance(found, int) else None

    @property
    def parameters(self) -> int:
        """Count its weights."""
        return sum(_size(shape) for shape in self.shapes.values())

    @property
    def embeddings(self) -> int | None:
        """Give the rows of its table of tokens."""
        rows = [
            shape[0] for name, shape in self.shapes.items() if name.endswith(EMBEDDINGS) and shape
        ]
        said = self.config.get("vocab_size")
        rows += [said] if isinstance(said, int) else []
        return min(rows, default=None)


def read_folder(folder: Path) -> tuple[BaseFolder | None, list[Finding]]:
    """Read a base model's folder without loading it.

    Args:
        folder: its files.

    Returns:
        What was read, None where it cannot be; and what is wrong with the files.
    """
    found: list[Finding] = []
    try:
        config = _json(folder / CONFIG)
    except (OSError, ValueError, RecursionError):
        what = f"The base model has no {CONFIG!r} that can be read."
        do = "Name a folder that save_pretrained wrote, under train: base:."
        return None, [Finding("error", what, do, "weights-missing")]
    found += _code_findings(config) + _plain_findings(folder, config)
    shapes, faults = _weights(folder)
    found += faults
    words: Words | None = None
    try:
        words = read_words(folder)
        _ = words.size
    except InputError as error:
        found.append(Finding("error", error.what, error.do, "no-tokenizer"))
        words = None
    return BaseFolder(config, words, shapes), found


def base_findings(
    base: BaseFolder, *, length: int, licence: str | None, packing: bool = False
) -> list[Finding]:
    """Look whether a base model fits what is asked of it.

    Args:
        base: as it was read.
        length: most tokens of a row.
        licence: of the base; None: nobody names one.
        packing: whether several rows shall stand in one sequence.

    Returns:
        What does not fit.
    """
    found = []
    if not licence:
        found.append(
            _error(
                "base-without-licence",
                "Nobody says under which licence the base model may be used.",
                "Look it up where the model comes from, and write under train: licence: and its "
                "SPDX identifier.",
            )
        )
    if base.context is not None and length > base.context:
        found.append(
            _error(
                "length-over-context",
                f"Rows of up to {length} tokens are asked for, and the base model reads "
                f"{base.context}.",
                f"Write under train: length: {base.context}",
            )
        )
    if packing and base.family not in ATTENTION:
        found.append(
            _error(
                "packing-leaks",
                f"Packed rows of a {base.family!r} model would see one another: only for "
                f"{', '.join(sorted(ATTENTION))} it is tested that they do not.",
                "Write under train: causal: {packing: false}",
            )
        )
    if base.words is not None:
        found += _token_findings(base, base.words)
    return found


def _token_findings(base: BaseFolder, words: Words) -> list[Finding]:
    rows = base.embeddings
    found = []
    if rows is not None and words.size > rows:
        found.append(
            _error(
                "tokenizer-mismatch",
                f"The tokenizer has {words.size} tokens, and the base model {rows}.",
                "Take tokenizer and weights from the same revision of the model.",
            )
        )
    outside = [one for one in words.stops if rows is not None and one >= rows]
    if outside:
        found.append(
            _error(
                "tokenizer-mismatch",
                f"The base model's settings let it stop at token {outside[0]}, and it has {rows}.",
                "Correct eos_token_id in generation_config.json and config.json.",
            )
        )
    source = words.template.source if words.template else ""
    unknown = sorted({one for one in _TURN.findall(source) if words.number(one) is None})
    if unknown:
        found.append(
            _error(
                "tokenizer-mismatch",
                f"The chat template writes {unknown[0]!r}, which is no token of the tokenizer.",
                "Take template and tokenizer from the same revision of the model.",
            )
        )
    return found


def _code_findings(config: Mapping[str, Any]) -> list[Finding]:
    if not (config.get("auto_map") or config.get("trust_remote_code")):
        return []
    return [
        _error(
            "remote-code",
            f"The base model wants to run code of its own (auto_map in {CONFIG!r}).",
            "Use a base whose architecture is part of the transformers library: code from a model "
            "is never run.",
        )
    ]


def _plain_findings(folder: Path, config: Mapping[str, Any]) -> list[Finding]:
    found = []
    try:
        check_whole(folder, folder.name)
    except InputError as error:
        found.append(_error("adapter-in-base", error.what, error.do))
    if config.get("quantization_config"):
        what = f"The base model's weights are quantised (quantization_config in {CONFIG!r})."
        do = "Use the same model in bfloat16; method: qlora quantises it while it is loaded."
        found.append(_error("quantised-base", what, do))
    return found


def _weights(folder: Path) -> tuple[dict[str, tuple[int, ...]], list[Finding]]:
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        names = sorted(path.name for path in folder.iterdir() if path.suffix in PICKLES)
        if names:
            what = (
                f"The base model's weights are no safetensors files ({names[0]!r}): such a file "
                "can run code when it is read."
            )
            do = (
                "Convert it once, in an environment you trust: AutoModelForCausalLM.from_pretrained"
                "(FOLDER).save_pretrained(NEW), copy the tokenizer's files into NEW, and name it "
                "under train: base:."
            )
            return {}, [_error("pickle-weights", what, do)]
        do = "Name a folder that save_pretrained wrote, under train: base:."
        return {}, [_error("weights-missing", "The base model has no weights.", do)]
    shapes: dict[str, tuple[int, ...]] = {}
    broken = []
    for path in files:
        try:
            shapes |= read_shapes(path)
        except _UNREADABLE:
            broken.append(path.name)
    if not broken:
        return shapes, []
    what = f"The base model's file {broken[0]!r} cannot be read, or was cut short."
    return shapes, [_error("weights-broken", what, "Fetch it again: a download may have stopped.")]


def read_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Read the header of a safetensors file, and compare it with the file's size.

    Args:
        path: the file.

    Returns:
        Shape of each tensor by name.

    Raises:
        ValueError: when header and size disagree.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > min(size - 8, MOST_HEADER_BYTES):
            raise ValueError("header")
        header = json.loads(file.read(length))
    ends = [0]
    shapes: dict[str, tuple[int, ...]] = {}
    for name, said in header.items():
        if name != "__metadata__":
            shapes[name] = tuple(int(one) for one in said["shape"])
            ends.append(said["data_offsets"][1])
    if max(ends) != size - 8 - length:
        raise ValueError("size")
    return shapes


def _size(shape: tuple[int, ...]) -> int:
    total = 1
    for one in shape:
        total *= one
    return total


def _json(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_bytes())
    if not isinstance(found, dict):
        raise ValueError(path.name)  # noqa: TRY004 - one fault with a file that is no JSON
    return found


def _error(code: str, what: str, do: str) -> Finding:
    return Finding("error", what, do, code)
