"""The files of a classifier, read with suspicion.

`config.json`, `model.safetensors` and `tokenizer.json` are the network as its publisher wrote it,
in the form of the transformers library; `model.json` is canonical JSON: which columns it reads and
what its scores are called. No pickle, no code of the model's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.models.base import load_encoder, read_config
from warrant.models.base.check import check_config
from warrant.models.base.record import CONFIG, TOKENIZER, WEIGHTS
from warrant.models.classifier.model import ClassifierModel
from warrant.models.classifier.settings import KIND, read_heads, read_settings, refuse
from warrant.models.folder import check_folder
from warrant.models.model import InputColumn

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = "model.json"
NETWORK = (CONFIG, WEIGHTS, TOKENIZER)
"""As they were published."""
FILES = (SETTINGS, *NETWORK)
"""The files of the folder."""

MOST_BYTES = 16 * 2**30
"""A larger file is refused before it is read."""


def load_classifier(folder: Path) -> ClassifierModel:
    """Read a model.

    Args:
        folder: holds the files of `FILES` and nothing else.

    Returns:
        The model, ready to answer.

    Raises:
        InputError: when a file is missing, unknown, too large, malformed, or does not fit the
            others; one message per fault.
        MissingExtra: when torch or transformers is not installed.
    """
    check_folder(folder, FILES, MOST_BYTES, KIND)
    settings = read_settings((folder / SETTINGS).read_bytes())
    config = read_config(folder)
    check_config(config, folder.name)
    heads = read_heads(config)
    if (heads.task, len(heads.labels)) != (settings.task, len(settings.labels)):
        refuse(f"{SETTINGS!r} and {CONFIG!r} differ in task or number of labels")
    encoder = load_encoder(folder, classifies=True)
    if not encoder.encodings([""])[0].ids:
        refuse(f"{TOKENIZER!r} does not mark where a text begins or ends")
    return ClassifierModel(
        task=settings.task,
        labels=settings.labels,
        reads=tuple(InputColumn(part.column) for part in settings.inputs),
        thresholds=settings.thresholds,
        encoder=encoder,
        architecture=str(type(encoder.network).__name__),
        first_characters=settings.first_characters,
    )
