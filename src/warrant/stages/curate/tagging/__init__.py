"""A tagger that learns from labelled rows where personal data stands."""

from warrant.stages.curate.tagging.fit import fit
from warrant.stages.curate.tagging.labelled import LabelledRow, Place, read_labelled
from warrant.stages.curate.tagging.tagger import Fit, Tagger

__all__ = ["Fit", "LabelledRow", "Place", "Tagger", "fit", "read_labelled"]
