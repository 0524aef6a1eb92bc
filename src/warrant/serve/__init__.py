"""Serve: answers of a bundle's model, row by row, for batch prediction and later for a server."""

from warrant.serve.answers import Answer, Answerer
from warrant.serve.opened import Opened, open_bundle
from warrant.serve.table import SUFFIXES, Legend, write_table

__all__ = ["SUFFIXES", "Answer", "Answerer", "Legend", "Opened", "open_bundle", "write_table"]
