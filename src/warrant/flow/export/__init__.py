"""Exports: datasets in other people's formats, generated from what is signed here.

An export proves nothing by itself: each names fingerprint and log entry, so that whoever has the
workspace can compare. Erased rows stay out.
"""

from warrant.flow.export.training import FORMS, Form, Shape, shape_of
from warrant.flow.export.write import FORMATS, Exported, Format, export_datasets

__all__ = [
    "FORMATS",
    "FORMS",
    "Exported",
    "Form",
    "Format",
    "Shape",
    "export_datasets",
    "shape_of",
]
