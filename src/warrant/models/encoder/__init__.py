"""Encoders with a linear head: a network of `models/base`, frozen or trained on, and columns.

The head answers rows, words (places in a text), or the options of a row.
"""

from warrant.models.encoder.chooser import EncoderChooser
from warrant.models.encoder.files import load_encoder_model, write_encoder_model
from warrant.models.encoder.head_files import (
    load_encoder_chooser,
    load_encoder_tagger,
    write_encoder_chooser,
    write_encoder_tagger,
)
from warrant.models.encoder.model import EncoderModel
from warrant.models.encoder.settings import EncoderSettings, Method
from warrant.models.encoder.tagger import EncoderTagger

__all__ = [
    "EncoderChooser",
    "EncoderModel",
    "EncoderSettings",
    "EncoderTagger",
    "Method",
    "load_encoder_chooser",
    "load_encoder_model",
    "load_encoder_tagger",
    "write_encoder_chooser",
    "write_encoder_model",
    "write_encoder_tagger",
]
