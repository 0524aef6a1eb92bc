"""Networks trained elsewhere to classify texts, in the form of the transformers library."""

from warrant.models.classifier.files import load_classifier
from warrant.models.classifier.model import ClassifierModel
from warrant.models.classifier.settings import ClassifierSettings, Heads, read_heads

__all__ = [
    "ClassifierModel",
    "ClassifierSettings",
    "Heads",
    "load_classifier",
    "read_heads",
]
