"""Trees by LightGBM, in its text format, checked before LightGBM sees it."""

from warrant.models.trees.files import load_trees, write_trees_model
from warrant.models.trees.model import TreesModel
from warrant.models.trees.reader import Reader, TextColumn

__all__ = ["Reader", "TextColumn", "TreesModel", "load_trees", "write_trees_model"]
