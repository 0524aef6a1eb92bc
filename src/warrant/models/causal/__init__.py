"""Models that write text: a base, what was learnt on top of it, a tokenizer and its template."""

from warrant.models.causal.model import CausalModel, load_causal
from warrant.models.causal.supervise import Span, SpanError, Supervised, supervise
from warrant.models.causal.template import PLAIN, ChatTemplate, ChatTemplateError
from warrant.models.causal.words import Words, read_words

__all__ = [
    "PLAIN",
    "CausalModel",
    "ChatTemplate",
    "ChatTemplateError",
    "Span",
    "SpanError",
    "Supervised",
    "Words",
    "load_causal",
    "read_words",
    "supervise",
]
