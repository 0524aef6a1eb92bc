"""A tokenizer of a base model: text to numbers, and which numbers stop the model."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from warrant.errors import InputError, MissingExtra
from warrant.models.causal.template import ChatTemplate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

TOKENIZER, SETTINGS, TEMPLATE = "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"
CONFIG, GENERATION = "config.json", "generation_config.json"

MOST_BYTES = 64 * 2**20
"""A larger settings or tokenizer file is refused before it is read."""


class Pieces(NamedTuple):
    """A text in tokens."""

    ids: list[int]
    places: list[tuple[int, int]]
    """From and to of each token, in characters."""


@dataclass(frozen=True)
class Words:
    """A tokenizer, its special tokens, and the model's stop tokens."""

    data: bytes
    """Bytes of `tokenizer.json`."""

    named: Mapping[str, str] = field(default_factory=dict)
    """`bos_token`, `eos_token`, `pad_token`, `unk_token`, as far as they are said."""

    stops: tuple[int, ...] = ()
    """Tokens at which the model stops, as its settings say."""

    template: ChatTemplate | None = None
    """The base model's own."""

    @cached_property
    def _tokenizer(self) -> Any:  # noqa: ANN401 - of an optional library
        try:
            from tokenizers import Tokenizer
        except ImportError:
            raise MissingExtra.named("encoder", "Reading tokens") from None
        try:
            found = Tokenizer.from_str(self.data.decode())
        except Exception:  # noqa: BLE001 - the library raises the base class itself
            raise InputError(
                f"The file {TOKENIZER!r} of the base model is no tokenizer.",
                do="Fetch it again: a download may have been cut short.",
            ) from None
        found.no_truncation()
        found.no_padding()
        return found

    @property
    def size(self) -> int:
        """Give the highest token number and one."""
        return max(self._tokenizer.get_vocab(with_added_tokens=True).values(), default=-1) + 1

    @cached_property
    def special(self) -> dict[str, int]:
        """Give the tokens that no row may write, by their text."""
        added = self._tokenizer.get_added_tokens_decoder()
        return {one.content: number for number, one in sorted(added.items()) if one.special}

    def number(self, text: str) -> int | None:
        """Give the number of one token, None where it is none."""
        found: int | None = self._tokenizer.token_to_id(text)
        return found

    def encode(self, text: str) -> Pieces:
        """Turn text into tokens; nothing is added to it."""
        found = self._tokenizer.encode(text, add_special_tokens=False)
        return Pieces(list(found.ids), [(begin, end) for begin, end in found.offsets])

    def encode_all(self, texts: Sequence[str]) -> list[Pieces]:
        """Turn many texts into tokens."""
        found = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [Pieces(list(one.ids), [(a, b) for a, b in one.offsets]) for one in found]

    def show(self, ids: Sequence[int]) -> str:
        """Turn tokens into text, the special ones too."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=False))

    def decode(self, ids: Sequence[int]) -> str:
        """Turn tokens into text, without the special ones."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True))


def read_words(folder: Path) -> Words:
    """Read tokenizer, template and stop tokens of a base model's folder.

    Args:
        folder: holds `tokenizer.json`, and what else its publisher wrote.

    Returns:
        The tokenizer.

    Raises:
        InputError: when a file is missing or malformed.
    """
    settings, config = _read(folder / SETTINGS), _read(folder / CONFIG)
    named = {
        name: text
        for name in ("bos_token", "eos_token", "pad_token", "unk_token")
        if (text := _text(settings.get(name))) is not None
    }
    path = folder / TOKENIZER
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        raise InputError(
            f"The base model has no {TOKENIZER!r}, or one over {MOST_BYTES} bytes.",
            do="Write one, in an environment you trust: "
            "AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER).",
        )
    words = {name: named.get(name, "") for name in ("bos_token", "eos_token", "pad_token")}
    source = _template(folder, settings)
    found = Words(
        path.read_bytes(),
        named,
        _stops(_read(folder / GENERATION), config),
        ChatTemplate(source, words) if source is not None else None,
    )
    if not found.stops and "eos_token" in named and (end := found.number(named["eos_token"])):
        return Words(found.data, named, (end,), found.template)
    return found


def _template(folder: Path, settings: Mapping[str, Any]) -> str | None:
    path = folder / TEMPLATE
    if path.is_file():
        return path.read_bytes().decode("utf-8", "replace")
    said = settings.get("chat_template")
    if isinstance(said, list):  # several by name
        said = next((one.get("template") for one in said if one.get("name") == "default"), None)
    return said if isinstance(said, str) else None


def _stops(generation: Mapping[str, Any], config: Mapping[str, Any]) -> tuple[int, ...]:
    said = generation.get("eos_token_id", config.get("eos_token_id"))
    numbers = said if isinstance(said, list) else [said]
    return tuple(one for one in numbers if isinstance(one, int))


def _text(said: object) -> str | None:
    if isinstance(said, dict):
        said = said.get("content")
    return said if isinstance(said, str) else None


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    if path.stat().st_size > MOST_BYTES:
        raise InputError(
            f"The file {path.name!r} of the base model is larger than {MOST_BYTES} bytes.",
            do="Use another base model.",
        )
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InputError(
            f"The file {path.name!r} of the base model is no JSON object.",
            do="Fetch it again: a download may have been cut short.",
        )
    return found
