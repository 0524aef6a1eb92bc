"""What a linear model learns to read: vocabularies of texts, and the encoder of other columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import sparse

from warrant.errors import InputError
from warrant.models.linear import Block, TextReader
from warrant.models.linear.text import join_texts, weigh
from warrant.stages.train.builtin.vocabulary import (
    FEWEST_DOCUMENTS,
    inverse_frequencies,
    learn_vocabulary,
)
from warrant.stages.train.columns import learn_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.models.columns import ColumnEncoder
    from warrant.stages.train.backend import Job

WORDS = Block("word", 1, 2, ())
CHARACTERS = Block("characters", 2, 5, ())

PAIRS = Block("pairs", 4, 4, ())
THREE_CHARACTERS = Block("characters", 3, 3, ())
"""With pairs of words, longer and shorter sequences add time and nothing else."""

SHORT_WORDS = 80
"""Where 19 of 20 texts have no more words they are sentences, and pairs of words are read: which
words stand together, not only beside each other, tells what a sentence wants."""


class Reading(NamedTuple):
    """How rows are read, and the training rows so read."""

    reader: TextReader
    encoder: ColumnEncoder
    train: Any
    """Sparse matrix, shape (rows, terms)."""


def learn_reading(job: Job) -> Reading:
    """Learn vocabularies and encoder.

    Args:
        job: rows and settings.

    Returns:
        Both, and the training rows as numbers.

    Raises:
        InputError: when there is text alone, and no word in it is frequent enough.
    """
    config = job.config
    encoder = learn_columns(job.train, config.inputs, config.fewest_documents)
    if not config.texts:
        reader = TextReader((), np.zeros(0), config.first_characters)
        return Reading(reader, encoder, encoder.expand(encoder.encode(job.train.columns).numbers))
    reader, terms = _learn_reader(job, is_alone=not encoder.columns)
    if encoder.columns:
        others = encoder.expand(encoder.encode(job.train.columns).numbers)
        terms = sparse.csr_array(sparse.hstack([terms, others], format="csr"))
    return Reading(reader, encoder, terms)


def _learn_reader(job: Job, *, is_alone: bool) -> tuple[TextReader, Any]:
    """Learn the vocabularies, and give the training rows as numbers."""
    config = job.config
    texts = [
        text[: config.first_characters] for text in join_texts(job.train.columns, config.texts)
    ]
    numbers_of: dict[bytes, int] = {}
    documents = np.array(
        [numbers_of.setdefault(found, len(numbers_of)) for found in job.train.documents]
    )
    learnt = []
    words, characters = (PAIRS, THREE_CHARACTERS) if _are_short(texts) else (WORDS, CHARACTERS)
    blanks = ((words, config.word_terms), (characters, config.character_terms))
    for done, (blank, most) in enumerate(blanks):
        job.progress(done, len(blanks), "vocabularies")
        learnt.append(
            learn_vocabulary(blank, texts, documents, fewest=config.fewest_documents, most=most)
        )
    counts = [found.counts for found in learnt]
    if is_alone and not sum(block.shape[1] for block in counts):
        raise InputError(
            f"No word occurs in {max(config.fewest_documents, FEWEST_DOCUMENTS)} of the "
            f"{len(numbers_of)} training documents.",
            do="Add documents, or name the column that holds the text under `task: text:`.",
        )
    idf = inverse_frequencies(counts)
    blocks = tuple(found.block for found in learnt if found.block.terms)
    return TextReader(blocks, idf, config.first_characters), weigh(counts, idf)


def _are_short(texts: Sequence[str]) -> bool:
    return bool(np.quantile([len(text.split()) for text in texts], 0.95) <= SHORT_WORDS)
