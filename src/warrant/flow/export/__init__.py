"""Exports: datasets in other people's formats, generated from what is signed here.

An export proves nothing by itself: each names fingerprint and log entry, so that whoever has the
workspace can compare. Erased rows stay out.
"""

from warrant.flow.export.harness import PROGRAMS, Harness, Program, harness_of
from warrant.flow.export.training import FORMS, Form, Shape, shape_of
from warrant.flow.export.write import FORMATS, Exported, Format, export_datasets, written_as

__all__ = [
    "FORMATS",
    "FORMS",
    "PROGRAMS",
    "Exported",
    "Form",
    "Format",
    "Harness",
    "Program",
    "Shape",
    "export_datasets",
    "harness_of",
    "shape_of",
    "written_as",
]
