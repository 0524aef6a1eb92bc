"""Models that write text: a base, what was learnt on top of it, a tokenizer and its template."""

from warrant.models.causal.supervise import Span, SpanError, Supervised, supervise
from warrant.models.causal.template import PLAIN, ChatTemplate, ChatTemplateError, Message
from warrant.models.causal.words import Words, read_words

__all__ = [
    "PLAIN",
    "ChatTemplate",
    "ChatTemplateError",
    "Message",
    "Span",
    "SpanError",
    "Supervised",
    "Words",
    "read_words",
    "supervise",
]
