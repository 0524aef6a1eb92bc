"""Curate: from documents to rows worth learning from."""

from warrant.stages.curate.config import CurateConfig, FilterConfig
from warrant.stages.curate.filter import (
    FILTERS,
    Filter,
    Judgement,
    ReadsColumns,
    Surveying,
    Verdict,
)
from warrant.stages.curate.recogniser import RECOGNISERS, Kind, Recogniser, Span
from warrant.stages.curate.step import INPUTS, NAME, VERSION, plugins, run

__all__ = [
    "FILTERS",
    "INPUTS",
    "NAME",
    "RECOGNISERS",
    "VERSION",
    "CurateConfig",
    "Filter",
    "FilterConfig",
    "Judgement",
    "Kind",
    "ReadsColumns",
    "Recogniser",
    "Span",
    "Surveying",
    "Verdict",
    "plugins",
    "run",
]
