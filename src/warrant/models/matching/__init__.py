"""Matching models: what holds of two texts, or which of some options fits a question."""

from warrant.models.matching.files import load_matching, write_matching
from warrant.models.matching.model import MatchingModel

__all__ = ["MatchingModel", "load_matching", "write_matching"]
