"""One answer looked into: what decided, what would change it, which rows did it, and likely why."""

from warrant.flow.investigate.causes import CAUSES
from warrant.flow.investigate.found import Investigated
from warrant.flow.investigate.inquiry import Inquiry
from warrant.flow.investigate.look import investigate

__all__ = ["CAUSES", "Inquiry", "Investigated", "investigate"]
