"""The test kit for plug-in authors: one `check_…` suite per protocol, and fakes that pass it."""

from warrant.testing.model_format import check_model_format

__all__ = ["check_model_format"]
