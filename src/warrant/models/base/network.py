"""A pretrained encoder in memory: its network, its tokenizer, and how long a text may be.

Source: Vaswani et al., "Attention is all you need" (2017); the architectures are those of the
transformers library, which builds them from `config.json` without any code of the model's own.
"""

from __future__ import annotations

import contextlib
import os
import warnings
from array import array
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from safetensors import SafetensorError, safe_open

from warrant.errors import InputError, MissingExtra, lacks_memory
from warrant.models.base.check import MOST_LAYERS, check_config, check_whole, read_json
from warrant.models.base.record import CONFIG, KIND, TOKENIZER, WEIGHTS
from warrant.models.folder import refuse_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

MOST_TOKENS = 8192
"""Longer positions are not used, whatever a network says it can."""

PLACES_AFTER_PADDING = frozenset(
    (
        "roberta",
        "roberta-prelayernorm",
        "xlm-roberta",
        "xlm-roberta-xl",
        "camembert",
        "longformer",
        "mpnet",
        "data2vec-text",
    )
)
"""Kinds of networks that count positions from the one after padding."""

_UNUSED = ("pooler.",)
"""Weights that a file may lack or have too many of: no answer goes through them."""

_UNREAD = ("pooler.", "position_ids")
"""In the names of weights that a classifier's file may have too many of, as older programs do."""

_UNLOADABLE = (
    SafetensorError,
    OSError,
    ValueError,
    RuntimeError,
    KeyError,
    TypeError,
    AttributeError,
    ImportError,
)
"""What the library raises for settings and weights that are not sound."""


_AT_ONCE = 1000
"""Texts that are cut into tokens together: the library keeps far more of each than its tokens."""


class Read(NamedTuple):
    """A text in tokens."""

    ids: array[int]
    """Numbers of the tokens."""

    type_ids: array[int]
    """Of each token, which part of a pair it is of."""


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
    ) -> list[Read]:
        """Cut texts, or pairs of texts, into tokens.

        Args:
            texts: any; a pair is read as two parts of one.
            longest: most tokens of a text, those that mark its ends among them; None, or more
                than the network can: as it can. Of a pair the longer part is cut first.

        Returns:
            Of each text what the network reads; what was cut off is not kept.
        """
        self.tokenizer.enable_truncation(min(longest or self.longest, self.longest))
        return [
            Read(array("i", one.ids), array("i", one.type_ids))
            for start in range(0, len(texts), _AT_ONCE)
            for one in self.tokenizer.encode_batch(list(texts[start : start + _AT_ONCE]))
        ]

    def arguments(self, read: Sequence[Any]) -> dict[str, Any]:
        """Give what the network is called with.

        Args:
            read: tokens of each text; shorter ones are padded.

        Returns:
            Tensors by name, shape (texts, tokens): ids, the part of a pair each token is of where
            the network asks, and, when some are padded, what is no padding.
        """
        import torch

        longest = max(len(one.ids) for one in read)
        short = [longest - len(one.ids) for one in read]
        ids = [[*one.ids, *[self.padding] * gap] for one, gap in zip(read, short, strict=True)]
        found = {"input_ids": torch.tensor(ids)}
        if self.has_parts and any(any(one.type_ids) for one in read):
            parts = [[*one.type_ids, *[0] * gap] for one, gap in zip(read, short, strict=True)]
            found["token_type_ids"] = torch.tensor(parts)
        if any(short):
            mask = [[1] * len(one.ids) + [0] * gap for one, gap in zip(read, short, strict=True)]
            found["attention_mask"] = torch.tensor(mask)
        return found


def load_encoder(folder: Path, *, classifies: bool = False) -> Encoder:
    """Load the network and the tokenizer of a folder.

    Args:
        folder: holds `config.json`, `model.safetensors` and `tokenizer.json`.
        classifies: whether the network ends in a head that classifies a text; else nothing after
            the tokens' vectors is loaded.

    Returns:
        The encoder, on the processor, in float32.

    Raises:
        InputError: when a file is malformed, or they do not fit each other.
        MissingExtra: when torch or transformers is not installed.
    """
    check_config(read_json(folder / CONFIG, folder.name), folder.name)
    check_whole(folder, folder.name)
    network = _classifier(folder) if classifies else _encoder(folder)
    tokenizer = load_tokenizer(folder)
    config = network.config
    words = network.get_input_embeddings().weight.shape[0]
    if tokenizer.get_vocab_size(with_added_tokens=True) > words:
        refuse_model(KIND, f"{TOKENIZER!r} has more tokens than the network has vectors")
    return Encoder(
        network,
        tokenizer,
        int(config.hidden_size),
        _longest(network.base_model),
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
        ImportError: when memory runs out while they are loaded.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        import torch
        import transformers
    except ImportError as error:
        if lacks_memory(error):
            raise
        raise MissingExtra.named("encoder", "A model on a base") from None
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    return torch, transformers


def _encoder(folder: Path) -> Any:  # noqa: ANN401 - a torch module
    network, _ = _network(folder, "AutoModel")
    if getattr(network, "pooler", None) is not None:
        network.pooler = None  # where the file has none, its weights are drawn by chance
    return network


def _classifier(folder: Path) -> Any:  # noqa: ANN401 - a torch module
    """Load a network whose head decides: its file has each weight of it, and none besides."""
    _require_sizes(folder)
    network, said = _network(folder, "AutoModelForSequenceClassification")
    strange = [one for one in said["unexpected_keys"] if not any(map(one.__contains__, _UNREAD))]
    if strange:
        refuse_model(KIND, f"{WEIGHTS!r} has weights that {CONFIG!r} does not describe")
    return network


def _require_sizes(folder: Path) -> None:
    """Refuse settings of a larger network than the weights are, before memory is taken for it."""
    torch, transformers = load_libraries()
    held = sum(prod(shape) for shape in shapes(folder / WEIGHTS))
    try:
        config = transformers.AutoConfig.from_pretrained(
            str(folder), local_files_only=True, trust_remote_code=False
        )
        layers = getattr(config, "num_hidden_layers", 1)
        if not isinstance(layers, int) or not 0 < layers <= MOST_LAYERS:
            refuse_model(KIND, f"{CONFIG!r} says a number of layers that no network has")
        with torch.device("meta"):
            network = transformers.AutoModelForSequenceClassification.from_config(config)
    except _UNLOADABLE as error:
        refuse_model(KIND, f"its network cannot be built ({type(error).__name__})")
    if sum(one.numel() for one in network.parameters()) > held:
        refuse_model(KIND, f"{WEIGHTS!r} lacks weights of the network that {CONFIG!r} describes")


def shapes(path: Path) -> list[list[int]]:
    """Read the shapes of a file's tensors, and none of their numbers.

    Args:
        path: a safetensors file.

    Returns:
        One a tensor.

    Raises:
        InputError: when the file cannot be read.
    """
    try:
        with safe_open(path, framework="numpy") as tensors:
            return [tensors.get_slice(name).get_shape() for name in tensors.keys()]  # noqa: SIM118
    except (SafetensorError, OSError):
        refuse_model(KIND, f"{path.name!r} is not a readable safetensors file")


def _network(folder: Path, auto: str) -> tuple[Any, dict[str, Any]]:
    torch, transformers = load_libraries()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of weights that no answer goes through
            network, said = getattr(transformers, auto).from_pretrained(
                str(folder),
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=True,
                output_loading_info=True,
                dtype=torch.float32,
            )
    except _UNLOADABLE as error:
        refuse_model(KIND, f"its network cannot be loaded ({type(error).__name__})")
    missing = [one for one in said["missing_keys"] if not one.startswith(_UNUSED)]
    if missing or said.get("mismatched_keys"):
        refuse_model(KIND, f"{WEIGHTS!r} lacks weights of the network that {CONFIG!r} describes")
    if not all(bool(torch.isfinite(one).all()) for one in network.parameters()):
        refuse_model(KIND, f"{WEIGHTS!r} holds a number that is not finite")
    return network.eval().requires_grad_(False), said  # noqa: FBT003 - torch's own


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


def read_longest(settings: Mapping[str, Any]) -> int:
    """Give the most tokens of a text that a network can read, by its settings alone.

    Args:
        settings: as `read_config` gives them.

    Returns:
        Tokens, those that the tokenizer adds among them.
    """
    places = settings.get("max_position_embeddings")
    if not isinstance(places, int) or places < 1:
        return MOST_TOKENS
    if settings.get("model_type") in PLACES_AFTER_PADDING:
        padding = settings.get("pad_token_id")
        places -= (padding if isinstance(padding, int) else 1) + 1
    return min(places, MOST_TOKENS)


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
