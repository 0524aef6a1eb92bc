"""Ingest: from files and sheets to documents.

What a name needs is imported when it is first asked for: a process that parses needs little.
"""

from typing import TYPE_CHECKING

from warrant.catalog import loads_on_demand

if TYPE_CHECKING:
    from warrant.stages.ingest.config import (
        AnswersConfig,
        IngestConfig,
        LabelsConfig,
        MapConfig,
        OcrConfig,
        RightsConfig,
        RowsConfig,
        SourceConfig,
    )
    from warrant.stages.ingest.files import FoundFile, OpenFile, inputs_fingerprint
    from warrant.stages.ingest.pick import find_files
    from warrant.stages.ingest.reader import READERS, Document, Reader, Unread
    from warrant.stages.ingest.reading import NAME, VERSION
    from warrant.stages.ingest.step import INPUTS, plugins, run

__all__ = [
    "INPUTS",
    "NAME",
    "READERS",
    "VERSION",
    "AnswersConfig",
    "Document",
    "FoundFile",
    "IngestConfig",
    "LabelsConfig",
    "MapConfig",
    "OcrConfig",
    "OpenFile",
    "Reader",
    "RightsConfig",
    "RowsConfig",
    "SourceConfig",
    "Unread",
    "find_files",
    "inputs_fingerprint",
    "plugins",
    "run",
]
__getattr__ = loads_on_demand(
    __name__, __all__, ("reader", "files", "config", "pick", "reading", "step")
)
