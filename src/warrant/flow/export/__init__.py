"""Exports: datasets in other people's formats, generated from what is signed here.

An export proves nothing by itself: each names fingerprint and log entry, so that whoever has the
workspace can compare. Erased rows stay out.
"""

from warrant.flow.export.write import FORMATS, Exported, Format, export_datasets

__all__ = ["FORMATS", "Exported", "Format", "export_datasets"]
