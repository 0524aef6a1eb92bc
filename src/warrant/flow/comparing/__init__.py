"""Two releases side by side: what they answer to the same rows, and in what they were made."""

from warrant.flow.comparing.compare import compare
from warrant.flow.comparing.found import Compared, Flipped
from warrant.flow.comparing.order import Comparison

__all__ = ["Compared", "Comparison", "Flipped", "compare"]
