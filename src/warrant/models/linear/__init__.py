"""Linear models on words, character sequences and columns: `model.json`, `weights.safetensors`."""

from warrant.models.linear.files import load_linear, write_linear
from warrant.models.linear.model import LinearModel
from warrant.models.linear.text import Block, TextReader

__all__ = ["Block", "LinearModel", "TextReader", "load_linear", "write_linear"]
