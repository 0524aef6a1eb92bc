"""Answers that are more than a label: places in a text, one of some options, a conversation.

Sources write them in many ways. Ingest brings each into the one way that `models` read, checks it
against the row's own text or options, and notes in the ledger what did not fit. An answer that
cannot be read is left empty: the split then drops the row with its own reason.
"""

from warrant.stages.ingest.answers.read import (
    CUT,
    REASONS,
    Answered,
    Answers,
    make_answers,
    right_option,
)

__all__ = ["CUT", "REASONS", "Answered", "Answers", "make_answers", "right_option"]
