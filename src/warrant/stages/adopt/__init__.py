"""Adopt: from a model that was trained elsewhere to one that is governed here."""

from warrant.stages.adopt.config import AdoptConfig, Declared
from warrant.stages.adopt.formats import Found, recognise
from warrant.stages.adopt.step import INPUTS, NAME, VERSION, plugins, run

__all__ = [
    "INPUTS",
    "NAME",
    "VERSION",
    "AdoptConfig",
    "Declared",
    "Found",
    "plugins",
    "recognise",
    "run",
]
