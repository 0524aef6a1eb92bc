"""A pretrained encoder in memory: its network, its tokenizer, and how long a text may be.

Source: Vaswani et al., "Attention is all you need" (2017); the architectures are those of the
transformers library, which builds them from `config.json` without any code of the model's own.
"""

from __future__ import annotations

import contextlib
import os
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError

from warrant.errors import InputError, MissingExtra
from warrant.models.base.check import check_config, check_whole, read_json
from warrant.models.base.record import CONFIG, KIND, TOKENIZER, WEIGHTS
from warrant.models.folder import refuse_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MOST_TOKENS = 8192
"""Longer positions are not used, whatever a network says it can."""

_UNUSED = ("pooler.",)
"""Weights that a file may lack or have too many of: no answer goes through them."""


@dataclass(frozen=True)
class Encoder:
    """A network and its tokenizer."""

    network: Any
    """A torch module of the transformers library, in float32, for inference."""

    tokenizer: Any
    """Of the tokenizers library; it neither pads nor cuts."""

    width: int
    """Numbers of a token's vector."""

    longest: int
    """Most tokens of a text, those that mark its ends among them."""

    padding: int
    """The token that fills up."""

    has_parts: bool = False
    """Whether the network is told which part of a pair a token is of."""

    def encodings(
        self, texts: Sequence[str] | Sequence[tuple[str, str]], longest: int | None = None
    ) -> list[Any]:
        """Cut texts, or pairs of texts, into tokens.

        Args:
            texts: any; a pair is read as two parts of one.
            longest: most tokens of a text, those that mark its ends among them; None, or more
                than the network can: as it can. Of a pair the longer part is cut first.

        Returns:
            One encoding of the tokenizers library each: `ids`, `type_ids`, `offsets`.
        """
        self.tokenizer.enable_truncation(min(longest or self.longest, self.longest))
        return list(self.tokenizer.encode_batch(list(texts)))

    def arguments(self, read: Sequence[Any]) -> dict[str, Any]:
        """Give what the network is called with.

        Args:
            read: encodings; shorter ones are padded.

        Returns:
            Tensors by name, shape (texts, tokens): ids, the part of a pair each token is of where
            the network asks, and, when some are padded, what is no padding.
        """
        import torch

        longest = max(len(one.ids) for one in read)
        short = [longest - len(one.ids) for one in read]
        ids = [one.ids + [self.padding] * gap for one, gap in zip(read, short, strict=True)]
        found = {"input_ids": torch.tensor(ids)}
        if self.has_parts and any(any(one.type_ids) for one in read):
            parts = [one.type_ids + [0] * gap for one, gap in zip(read, short, strict=True)]
            found["token_type_ids"] = torch.tensor(parts)
        if any(short):
            mask = [[1] * len(one.ids) + [0] * gap for one, gap in zip(read, short, strict=True)]
            found["attention_mask"] = torch.tensor(mask)
        return found


def load_encoder(folder: Path) -> Encoder:
    """Load the network and the tokenizer of a folder.

    Args:
        folder: holds `config.json`, `model.safetensors` and `tokenizer.json`.

    Returns:
        The encoder, on the processor, in float32.

    Raises:
        InputError: when a file is malformed, or they do not fit each other.
        MissingExtra: when torch or transformers is not installed.
    """
    check_config(read_json(folder / CONFIG, folder.name), folder.name)
    check_whole(folder, folder.name)
    network = _network(folder)
    tokenizer = load_tokenizer(folder)
    config = network.config
    words = network.get_input_embeddings().weight.shape[0]
    if tokenizer.get_vocab_size(with_added_tokens=True) > words:
        refuse_model(KIND, f"{TOKENIZER!r} has more tokens than the network has vectors")
    return Encoder(
        network,
        tokenizer,
        int(config.hidden_size),
        _longest(network),
        int(getattr(config, "pad_token_id", None) or 0),
        int(getattr(config, "type_vocab_size", 0) or 0) > 1,
    )


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Compute with one thread meanwhile: how work is shared out may turn the last bit."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def load_libraries() -> tuple[Any, Any]:
    """Import torch and transformers, silent and without a network.

    Returns:
        Both modules.

    Raises:
        MissingExtra: when one is not installed.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        import torch
        import transformers
    except ImportError:
        raise MissingExtra.named("encoder", "A model on a base") from None
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    return torch, transformers


def _network(folder: Path) -> Any:  # noqa: ANN401 - a torch module
    torch, transformers = load_libraries()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of weights that no answer goes through
            network, said = transformers.AutoModel.from_pretrained(
                str(folder),
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=True,
                output_loading_info=True,
                dtype=torch.float32,
            )
    except (
        SafetensorError,
        OSError,
        ValueError,
        RuntimeError,
        KeyError,
        TypeError,
        AttributeError,
        ImportError,
    ) as error:
        refuse_model(KIND, f"its network cannot be loaded ({type(error).__name__})")
    missing = [one for one in said["missing_keys"] if not one.startswith(_UNUSED)]
    if missing or said.get("mismatched_keys"):
        refuse_model(KIND, f"{WEIGHTS!r} lacks weights of the network that {CONFIG!r} describes")
    if not all(bool(torch.isfinite(one).all()) for one in network.parameters()):
        refuse_model(KIND, f"{WEIGHTS!r} holds a number that is not finite")
    if getattr(network, "pooler", None) is not None:
        network.pooler = None  # where the file has none, its weights are drawn by chance
    return network.eval().requires_grad_(False)  # noqa: FBT003 - torch's own


def read_config(folder: Path) -> dict[str, Any]:
    """Read the settings of a network.

    Args:
        folder: holds `config.json`.

    Returns:
        The object, as the publisher wrote it.

    Raises:
        InputError: when it is no JSON object.
    """
    return read_json(folder / CONFIG, folder.name)


def load_tokenizer(folder: Path) -> Any:  # noqa: ANN401 - the library has no types
    """Load the tokenizer of a folder, without its network.

    Args:
        folder: holds `tokenizer.json`.

    Returns:
        A tokenizer that does not pad.

    Raises:
        InputError: when the file is malformed.
        MissingExtra: when the library is not installed.
    """
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise MissingExtra.named("encoder", "A tokenizer") from None

    read_json(folder / TOKENIZER, folder.name)
    try:
        tokenizer = Tokenizer.from_str((folder / TOKENIZER).read_text("utf-8"))
    except Exception:  # noqa: BLE001 - the library raises nothing narrower
        refuse_model(KIND, f"{TOKENIZER!r} is no tokenizer")
    tokenizer.no_padding()
    return tokenizer


def _longest(network: Any) -> int:  # noqa: ANN401 - a torch module
    config = network.config
    places = int(getattr(config, "max_position_embeddings", 0) or MOST_TOKENS)
    embedding = getattr(getattr(network, "embeddings", None), "position_embeddings", None)
    # RoBERTa counts its positions from the one after padding.
    padding = getattr(embedding, "padding_idx", None)
    taken = 0 if padding is None else int(padding) + 1
    longest = min(places - taken, MOST_TOKENS)
    if longest < 4:
        raise InputError(
            "The base model reads fewer than 4 tokens of a text.", do="Use another base: minilm."
        )
    return longest
