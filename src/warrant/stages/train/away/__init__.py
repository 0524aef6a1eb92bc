"""Training on another machine: what is carried there, what comes back, and how both are checked."""

from warrant.stages.train.away.pack import Ceiling, Packed, pack_job
from warrant.stages.train.away.result import Away, read_result

__all__ = ["Away", "Ceiling", "Packed", "pack_job", "read_result"]
