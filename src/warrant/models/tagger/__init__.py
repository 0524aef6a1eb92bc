"""Taggers: labelled places in texts, by a linear chain over what stands around each word."""

from warrant.models.tagger.features import Tokens, features_of, tokens_of
from warrant.models.tagger.files import load_tagger, write_tagger
from warrant.models.tagger.model import TaggerModel

__all__ = ["TaggerModel", "Tokens", "features_of", "load_tagger", "tokens_of", "write_tagger"]
