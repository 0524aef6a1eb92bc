"""Encoders with a linear head: a network of `models/base`, frozen or trained on, and columns."""

from warrant.models.encoder.files import load_encoder_model, write_encoder_model
from warrant.models.encoder.model import EncoderModel
from warrant.models.encoder.settings import EncoderSettings, Method

__all__ = [
    "EncoderModel",
    "EncoderSettings",
    "Method",
    "load_encoder_model",
    "write_encoder_model",
]
