"""The test kit for plug-in authors: one `check_…` suite per protocol, and fakes that pass it."""

from warrant.testing.engines import check_engine
from warrant.testing.failure_tests import check_failure_test
from warrant.testing.filters import check_filter
from warrant.testing.model_format import check_model_format
from warrant.testing.readers import check_reader
from warrant.testing.recognisers import check_recogniser
from warrant.testing.scorers import check_scorer
from warrant.testing.trainers import TrainerCase, check_trainer

__all__ = [
    "TrainerCase",
    "check_engine",
    "check_failure_test",
    "check_filter",
    "check_model_format",
    "check_reader",
    "check_recogniser",
    "check_scorer",
    "check_trainer",
]
